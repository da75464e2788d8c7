"""Changes that forks offer back to what they grew out of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "offers",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("parent_slug", sa.String(), nullable=False),
        sa.Column("parent_version", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("offered_by_id", sa.UUID(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by_id", sa.UUID(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came_in", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["offered_by_id"], ["people.id"], name="fk_offers_offered_by_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["people.id"], name="fk_offers_answered_by_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
    )
    op.create_index("ix_offers_offered_by_id", "offers", ["offered_by_id"])
    op.create_index("ix_offers_answered_by_id", "offers", ["answered_by_id"])
    op.create_index("ix_offers_slug_at", "offers", ["slug", "at"])
    op.create_index("ix_offers_parent_slug_at", "offers", ["parent_slug", "at"])
    op.create_index(
        "uq_offers_open",
        "offers",
        ["slug", "version"],
        unique=True,
        postgresql_where=sa.text("state IN ('offered', 'later', 'taken')"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("offers")
