"""Notices are handled, by mail or without."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the column for what it says."""
    op.alter_column("notices", "sent_at", new_column_name="handled_at")
    op.execute("ALTER INDEX ix_notices_unsent RENAME TO ix_notices_unhandled")


def downgrade() -> None:
    """Name it as it was."""
    op.execute("ALTER INDEX ix_notices_unhandled RENAME TO ix_notices_unsent")
    op.alter_column("notices", "handled_at", new_column_name="sent_at")
