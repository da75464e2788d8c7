"""Whether somebody lets their team see the name that they gave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody was asked so far, so nobody shows it."""
    op.add_column(
        "team_members",
        sa.Column("shows_name", sa.Boolean(), nullable=False, server_default="false"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("team_members", "shows_name")
