"""Reviews of forks; and names of authors who left can be taken out of versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


FORGET_ONLY = """
CREATE FUNCTION forget_authors_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('fitcommons.forgetting', true) IS DISTINCT FROM 'on'
        OR (NEW.id, NEW.slug, NEW.version, NEW.parent_slug, NEW.parent_version, NEW.digest,
            NEW.licence, NEW.at)
        IS DISTINCT FROM
           (OLD.id, OLD.slug, OLD.version, OLD.parent_slug, OLD.parent_version, OLD.digest,
            OLD.licence, OLD.at)
        OR NEW.document - 'authors' IS DISTINCT FROM OLD.document - 'authors'
    THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    """Add the table, and let nothing but names of authors be changed in a version."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.UUID(), nullable=True),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["people.id"], name="fk_reviews_reviewer_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_slug_version", "reviews", ["slug", "version"])
    op.execute(FORGET_ONLY)
    op.execute("DROP TRIGGER fork_versions_grow_only ON fork_versions")
    op.execute(
        "CREATE TRIGGER fork_versions_grow_only BEFORE DELETE OR TRUNCATE ON fork_versions "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER fork_versions_forget_only BEFORE UPDATE ON fork_versions "
        "FOR EACH ROW EXECUTE FUNCTION forget_authors_only()"
    )


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP TRIGGER fork_versions_forget_only ON fork_versions")
    op.execute("DROP TRIGGER fork_versions_grow_only ON fork_versions")
    op.execute(
        "CREATE TRIGGER fork_versions_grow_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON fork_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute("DROP FUNCTION forget_authors_only()")
    op.drop_table("reviews")
