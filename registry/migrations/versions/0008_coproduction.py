"""Meetings, what people say of how it came about, and reasons in answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column."""
    op.add_column("answers", sa.Column("because", sa.String(), nullable=True))
    op.create_table(
        "meetings",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("called_by_id", sa.UUID(), nullable=True),
        sa.Column("called_as", sa.String(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("invited", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("expenses", sa.String(), nullable=False),
        sa.Column("suits", sa.Boolean(), nullable=True),
        sa.Column("access_met", sa.Boolean(), nullable=True),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["people.id"], name="fk_meetings_called_by_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="fk_meetings_request_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
    )
    op.create_index("ix_meetings_request_id", "meetings", ["request_id"])
    op.create_table(
        "coproduction_claims",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("by_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name="fk_coproduction_claims_by_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name="fk_coproduction_claims_request_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coproduction_claims"),
        sa.UniqueConstraint("request_id", "by_id", name="uq_coproduction_claims_request_id_by_id"),
    )
    op.create_index("ix_coproduction_claims_by_id", "coproduction_claims", ["by_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("coproduction_claims")
    op.drop_table("meetings")
    op.drop_column("answers", "because")
