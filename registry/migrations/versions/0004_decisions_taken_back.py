"""Decisions say as what somebody proposed them, and why they were taken back; answers an option."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Of older decisions nobody knows as what they were proposed."""
    op.add_column("decisions", sa.Column("proposed_as", sa.String(), nullable=True))
    op.add_column("decisions", sa.Column("why_withdrawn", sa.LargeBinary(), nullable=True))
    op.add_column("answers", sa.Column("option", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("answers", "option")
    op.drop_column("decisions", "why_withdrawn")
    op.drop_column("decisions", "proposed_as")
