"""Who made what came into use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, with what is in use already."""
    op.create_table(
        "makings",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("maker_id", sa.UUID(), nullable=False),
        sa.Column("design", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_makings_request_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["maker_id"], ["people.id"], name="fk_makings_maker_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_makings"),
        sa.UniqueConstraint(
            "request_id", "maker_id", "design", name="uq_makings_request_id_maker_id_design"
        ),
    )
    op.create_index("ix_makings_maker_id", "makings", ["maker_id"])
    op.execute(
        "INSERT INTO makings (id, request_id, maker_id, design, at) "
        "SELECT gen_random_uuid(), requests.id, jobs.holder_id, requests.design, "
        "requests.changed_at FROM requests JOIN jobs ON jobs.request_id = requests.id "
        "WHERE requests.state = 'in_use' AND jobs.holder_id IS NOT NULL "
        "AND requests.design IS NOT NULL"
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("makings")
