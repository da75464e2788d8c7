"""The first tables."""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import registry.db
from registry.audit import APPEND_ONLY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TABLES_THAT_GROW_ONLY = ("events", "event_blocks", "event_chain", "fork_versions")


def _job_engine() -> None:
    sql = (files("procrastinate.sql") / "schema.sql").read_text("utf-8")
    # Its functions hold % and :, which the driver must not read.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None  # noqa: S101 (for the type checker: it is online)
    driver.execute(sql)


def _drop_job_engine() -> None:
    op.execute(
        """
        DO $$ DECLARE each record; BEGIN
        FOR each IN SELECT oid::regprocedure AS it FROM pg_proc
            WHERE proname LIKE 'procrastinate%' AND pronamespace = current_schema()::regnamespace
        LOOP EXECUTE format('DROP FUNCTION %s CASCADE', each.it); END LOOP;
        FOR each IN SELECT tablename AS it FROM pg_tables
            WHERE tablename LIKE 'procrastinate%' AND schemaname = current_schema()
        LOOP EXECUTE format('DROP TABLE %I CASCADE', each.it); END LOOP;
        FOR each IN SELECT t.oid::regtype AS it FROM pg_type t
            WHERE typname LIKE 'procrastinate%' AND typtype IN ('e', 'c')
            AND typnamespace = current_schema()::regnamespace
        LOOP EXECUTE format('DROP TYPE %s CASCADE', each.it); END LOOP;
        END $$
        """
    )


def _grow_only() -> None:
    op.execute(APPEND_ONLY)
    for table in TABLES_THAT_GROW_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_grow_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "answered",
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asker", "key", name=op.f("pk_answered")),
    )
    op.create_table(
        "certificates",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("slug", "version", name=op.f("pk_certificates")),
    )
    op.create_table(
        "counts",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("window", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "who", "window", name=op.f("pk_counts")),
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "event_blocks",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event_blocks")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_subject"), "events", ["subject"], unique=False)
    op.create_table(
        "files",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_files")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("born", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("offers", sa.LargeBinary(), nullable=True),
        sa.Column("languages", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("is_steward", sa.Boolean(), nullable=False),
        sa.Column("is_reviewer", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email_index", name=op.f("uq_people_email_index")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("given_by_id", sa.UUID(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("words_version", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["people.id"], name=op.f("fk_consents_given_by_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_consents_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"], unique=False)
    op.create_table(
        "event_chain",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block"], ["event_blocks.number"], name=op.f("fk_event_chain_block")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_chain_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_chain")),
    )
    op.create_index(op.f("ix_event_chain_block"), "event_chain", ["block"], unique=False)
    op.create_table(
        "fits",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("job_id", sa.UUID(), nullable=True),
        sa.Column("design", sa.String(), nullable=False),
        sa.Column("design_version", sa.String(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("printer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("formats", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=True),
        sa.Column("known_by", sa.LargeBinary(), nullable=False),
        sa.Column("recipe", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("problems", sa.LargeBinary(), nullable=True),
        sa.Column("progress", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_fits_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fits")),
    )
    op.create_index(
        "ix_fits_expiring",
        "fits",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_fits_job_id"), "fits", ["job_id"], unique=False)
    op.create_index(op.f("ix_fits_person_id"), "fits", ["person_id"], unique=False)
    op.create_index(
        "ix_fits_waiting",
        "fits",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "uq_fits_known",
        "fits",
        ["known_by"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'running', 'done')"),
    )
    op.create_table(
        "forks",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.UUID(), nullable=True),
        sa.Column("owner_id", sa.UUID(), nullable=True),
        sa.Column("parent_slug", sa.String(), nullable=False),
        sa.Column("parent_version", sa.String(), nullable=False),
        sa.Column("draft", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("team_id IS NULL OR owner_id IS NULL", name=op.f("ck_forks_one_owner")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["people.id"], name=op.f("fk_forks_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_forks_team_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_forks")),
    )
    op.create_index(op.f("ix_forks_owner_id"), "forks", ["owner_id"], unique=False)
    op.create_index(op.f("ix_forks_parent_slug"), "forks", ["parent_slug"], unique=False)
    op.create_index(op.f("ix_forks_team_id"), "forks", ["team_id"], unique=False)
    op.create_table(
        "guardianships",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("young_person_id", sa.UUID(), nullable=False),
        sa.Column("guardian_id", sa.UUID(), nullable=False),
        sa.Column("invited_by_id", sa.UUID(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["guardian_id"],
            ["people.id"],
            name=op.f("fk_guardianships_guardian_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["people.id"],
            name=op.f("fk_guardianships_invited_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["young_person_id"],
            ["people.id"],
            name=op.f("fk_guardianships_young_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianships")),
    )
    op.create_index(
        op.f("ix_guardianships_guardian_id"), "guardianships", ["guardian_id"], unique=False
    )
    op.create_index(
        op.f("ix_guardianships_young_person_id"), "guardianships", ["young_person_id"], unique=False
    )
    op.create_index(
        "uq_guardianships_primary",
        "guardianships",
        ["young_person_id"],
        unique=True,
        postgresql_where=sa.text("is_primary AND ended_at IS NULL"),
    )
    op.create_table(
        "makers",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("shown_name", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("at", registry.db.Point(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("sends_km", sa.Integer(), nullable=False),
        sa.Column("sends_to", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("channels", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("tools", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("materials", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("bed_x_mm", sa.Double(), nullable=False),
        sa.Column("bed_y_mm", sa.Double(), nullable=False),
        sa.Column("bed_z_mm", sa.Double(), nullable=False),
        sa.Column("most_jobs", sa.Integer(), nullable=False),
        sa.Column("holds_jobs", sa.Integer(), nullable=False),
        sa.Column("vetted_until", sa.Date(), nullable=True),
        sa.Column("usual_reply_hours", sa.Double(), nullable=True),
        sa.Column(
            "made",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_makers_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_makers")),
    )
    op.create_index(
        "ix_makers_at",
        "makers",
        ["at"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("is_active"),
    )
    op.create_index(
        "ix_makers_vetted_at",
        "makers",
        ["at"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("is_active AND vetted_until IS NOT NULL"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_person_id"), "notices", ["person_id"], unique=False)
    op.create_index(
        "ix_notices_unsent",
        "notices",
        ["at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "reads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("reader_id", sa.UUID(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["people.id"], name=op.f("fk_reads_owner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["people.id"], name=op.f("fk_reads_reader_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reads")),
    )
    op.create_index(op.f("ix_reads_owner_id"), "reads", ["owner_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_ins_secret_hash")),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"], unique=False)
    op.create_table(
        "support",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("supporter_id", sa.UUID(), nullable=False),
        sa.Column("relation", sa.LargeBinary(), nullable=True),
        sa.Column("may", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_support_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"],
            ["people.id"],
            name=op.f("fk_support_supporter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
    )
    op.create_index(op.f("ix_support_supporter_id"), "support", ["supporter_id"], unique=False)
    op.create_index(
        "uq_support_now",
        "support",
        ["person_id", "supporter_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_team_members_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_team_members")),
    )
    op.create_index(op.f("ix_team_members_person_id"), "team_members", ["person_id"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("team_id", sa.UUID(), nullable=True),
        sa.Column("made_by_id", sa.UUID(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (team_id IS NULL)", name=op.f("ck_tokens_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_tokens_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_tokens_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_tokens_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_tokens_secret_hash")),
    )
    op.create_index(op.f("ix_tokens_person_id"), "tokens", ["person_id"], unique=False)
    op.create_index(op.f("ix_tokens_team_id"), "tokens", ["team_id"], unique=False)
    op.create_table(
        "fit_files",
        sa.Column("fit_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["files.digest"], name=op.f("fk_fit_files_digest")),
        sa.ForeignKeyConstraint(
            ["fit_id"], ["fits.id"], name=op.f("fk_fit_files_fit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fit_id", "name", name=op.f("pk_fit_files")),
    )
    op.create_index(op.f("ix_fit_files_digest"), "fit_files", ["digest"], unique=False)
    op.create_table(
        "fork_versions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("parent_slug", sa.String(), nullable=False),
        sa.Column("parent_version", sa.String(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("credits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slug"], ["forks.slug"], name=op.f("fk_fork_versions_slug")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fork_versions")),
        sa.UniqueConstraint("slug", "version", name=op.f("uq_fork_versions_slug_version")),
    )
    op.create_index(op.f("ix_fork_versions_slug"), "fork_versions", ["slug"], unique=False)
    op.create_table(
        "printers",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("maker_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("materials", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("calibrated_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["maker_id"],
            ["makers.person_id"],
            name=op.f("fk_printers_maker_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printers")),
    )
    op.create_index(op.f("ix_printers_maker_id"), "printers", ["maker_id"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("made_by_id", sa.UUID(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paused_from", sa.String(), nullable=True),
        sa.Column("closed_because", sa.String(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("for_minor", sa.Boolean(), nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=True),
        sa.Column("design", sa.String(), nullable=True),
        sa.Column("design_version", sa.String(), nullable=True),
        sa.Column("measurements", sa.LargeBinary(), nullable=True),
        sa.Column("fit_id", sa.UUID(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("size_mm", sa.ARRAY(sa.Float()), nullable=False),
        sa.Column("material", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("at", registry.db.Point(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("languages", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("widened", sa.Integer(), nullable=False),
        sa.Column("widen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stewards_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fit_id"], ["fits.id"], name=op.f("fk_requests_fit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_requests_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_requests_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(
        "ix_requests_open",
        "requests",
        ["widen_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_requests_public_at",
        "requests",
        ["at"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("state = 'open' AND is_public"),
    )
    op.create_index(op.f("ix_requests_person_id"), "requests", ["person_id"], unique=False)
    op.create_index(op.f("ix_requests_state"), "requests", ["state"], unique=False)
    op.create_table(
        "asked",
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("maker_id", sa.UUID(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["maker_id"], ["people.id"], name=op.f("fk_asked_maker_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_asked_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "maker_id", name=op.f("pk_asked")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("options", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by_id", sa.UUID(), nullable=True),
        sa.Column("present", sa.LargeBinary(), nullable=False),
        sa.Column("fit_id", sa.UUID(), nullable=True),
        sa.Column("recipe", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["fit_id"], ["fits.id"], name=op.f("fk_decisions_fit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["people.id"],
            name=op.f("fk_decisions_proposed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_decisions_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_request_id"), "decisions", ["request_id"], unique=False)
    op.create_table(
        "fit_checks",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("by_id", sa.UUID(), nullable=True),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_fit_checks_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_fit_checks_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit_checks")),
    )
    op.create_index(op.f("ix_fit_checks_request_id"), "fit_checks", ["request_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("holder_id", sa.UUID(), nullable=True),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kit_fit_id", sa.UUID(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assembled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["people.id"], name=op.f("fk_jobs_holder_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["kit_fit_id"], ["fits.id"], name=op.f("fk_jobs_kit_fit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_jobs_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("request_id", name=op.f("uq_jobs_request_id")),
    )
    op.create_index(
        "ix_jobs_free", "jobs", ["created_at"], unique=False, postgresql_where=sa.text("is_offered")
    )
    op.create_index(op.f("ix_jobs_holder_id"), "jobs", ["holder_id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("author_id", sa.UUID(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_messages_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_messages_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_request_id"), "messages", ["request_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("still_in_use", sa.Boolean(), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_outcomes_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index(
        "ix_outcomes_due",
        "outcomes",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("asked_at IS NULL"),
    )
    op.create_index(op.f("ix_outcomes_request_id"), "outcomes", ["request_id"], unique=False)
    op.create_table(
        "pictures",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=True),
        sa.Column("file_digest", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_digest"], ["files.digest"], name=op.f("fk_pictures_file_digest")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["people.id"], name=op.f("fk_pictures_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_pictures_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
    )
    op.create_index(op.f("ix_pictures_request_id"), "pictures", ["request_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("decision_id", sa.UUID(), nullable=False),
        sa.Column("by_id", sa.UUID(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_answers_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
            name=op.f("fk_answers_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_decision_id"), "answers", ["decision_id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("maker_id", sa.UUID(), nullable=True),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_claims_job_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["maker_id"], ["people.id"], name=op.f("fk_claims_maker_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_job_id"), "claims", ["job_id"], unique=False)
    op.create_index(
        "ix_claims_of_maker",
        "claims",
        ["maker_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_claims_now",
        "claims",
        ["job_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "variants",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("job_id", sa.UUID(), nullable=False),
        sa.Column("maker_id", sa.UUID(), nullable=True),
        sa.Column("of_part", sa.String(), nullable=True),
        sa.Column("of_fit_id", sa.UUID(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_digest", sa.LargeBinary(), nullable=True),
        sa.Column("rebuilt_digest", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_variants_job_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["maker_id"], ["people.id"], name=op.f("fk_variants_maker_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["of_fit_id"], ["fits.id"], name=op.f("fk_variants_of_fit_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["rebuilt_digest"], ["files.digest"], name=op.f("fk_variants_rebuilt_digest")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_digest"], ["files.digest"], name=op.f("fk_variants_uploaded_digest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
    )
    op.create_index(op.f("ix_variants_job_id"), "variants", ["job_id"], unique=False)
    # Fits and jobs name each other.
    op.create_foreign_key("fk_fits_job_id", "fits", "jobs", ["job_id"], ["id"], ondelete="SET NULL")
    _job_engine()
    _grow_only()


def downgrade() -> None:
    """Change them back."""
    for table in TABLES_THAT_GROW_ONLY:
        op.execute(f"DROP TRIGGER {table}_grow_only ON {table}")
    op.execute("DROP FUNCTION refuse_change")
    _drop_job_engine()
    op.drop_constraint("fk_fits_job_id", "fits")
    op.drop_index(op.f("ix_variants_job_id"), table_name="variants")
    op.drop_table("variants")
    op.drop_index(
        "uq_claims_now", table_name="claims", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(
        "ix_claims_of_maker", table_name="claims", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index(op.f("ix_claims_job_id"), table_name="claims")
    op.drop_table("claims")
    op.drop_index(op.f("ix_answers_decision_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_pictures_request_id"), table_name="pictures")
    op.drop_table("pictures")
    op.drop_index(op.f("ix_outcomes_request_id"), table_name="outcomes")
    op.drop_index(
        "ix_outcomes_due", table_name="outcomes", postgresql_where=sa.text("asked_at IS NULL")
    )
    op.drop_table("outcomes")
    op.drop_index(op.f("ix_messages_request_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_index(op.f("ix_jobs_holder_id"), table_name="jobs")
    op.drop_index("ix_jobs_free", table_name="jobs", postgresql_where=sa.text("is_offered"))
    op.drop_table("jobs")
    op.drop_index(op.f("ix_fit_checks_request_id"), table_name="fit_checks")
    op.drop_table("fit_checks")
    op.drop_index(op.f("ix_decisions_request_id"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("asked")
    op.drop_index(op.f("ix_requests_state"), table_name="requests")
    op.drop_index(op.f("ix_requests_person_id"), table_name="requests")
    op.drop_index(
        "ix_requests_public_at",
        table_name="requests",
        postgresql_using="gist",
        postgresql_where=sa.text("state = 'open' AND is_public"),
    )
    op.drop_index(
        "ix_requests_open", table_name="requests", postgresql_where=sa.text("state = 'open'")
    )
    op.drop_table("requests")
    op.drop_index(op.f("ix_printers_maker_id"), table_name="printers")
    op.drop_table("printers")
    op.drop_index(op.f("ix_fork_versions_slug"), table_name="fork_versions")
    op.drop_table("fork_versions")
    op.drop_index(op.f("ix_fit_files_digest"), table_name="fit_files")
    op.drop_table("fit_files")
    op.drop_index(op.f("ix_tokens_team_id"), table_name="tokens")
    op.drop_index(op.f("ix_tokens_person_id"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_index(op.f("ix_team_members_person_id"), table_name="team_members")
    op.drop_table("team_members")
    op.drop_index(
        "uq_support_now", table_name="support", postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.drop_index(op.f("ix_support_supporter_id"), table_name="support")
    op.drop_table("support")
    op.drop_index(op.f("ix_sign_ins_person_id"), table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index(op.f("ix_reads_owner_id"), table_name="reads")
    op.drop_table("reads")
    op.drop_index(
        "ix_notices_unsent", table_name="notices", postgresql_where=sa.text("sent_at IS NULL")
    )
    op.drop_index(op.f("ix_notices_person_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_index(
        "ix_makers_vetted_at",
        table_name="makers",
        postgresql_using="gist",
        postgresql_where=sa.text("is_active AND vetted_until IS NOT NULL"),
    )
    op.drop_index(
        "ix_makers_at",
        table_name="makers",
        postgresql_using="gist",
        postgresql_where=sa.text("is_active"),
    )
    op.drop_table("makers")
    op.drop_index(
        "uq_guardianships_primary",
        table_name="guardianships",
        postgresql_where=sa.text("is_primary AND ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_guardianships_young_person_id"), table_name="guardianships")
    op.drop_index(op.f("ix_guardianships_guardian_id"), table_name="guardianships")
    op.drop_table("guardianships")
    op.drop_index(op.f("ix_forks_team_id"), table_name="forks")
    op.drop_index(op.f("ix_forks_parent_slug"), table_name="forks")
    op.drop_index(op.f("ix_forks_owner_id"), table_name="forks")
    op.drop_table("forks")
    op.drop_index(
        "uq_fits_known",
        table_name="fits",
        postgresql_where=sa.text("state IN ('queued', 'running', 'done')"),
    )
    op.drop_index(
        "ix_fits_waiting", table_name="fits", postgresql_where=sa.text("state = 'queued'")
    )
    op.drop_index(op.f("ix_fits_person_id"), table_name="fits")
    op.drop_index(op.f("ix_fits_job_id"), table_name="fits")
    op.drop_index(
        "ix_fits_expiring", table_name="fits", postgresql_where=sa.text("expires_at IS NOT NULL")
    )
    op.drop_table("fits")
    op.drop_index(op.f("ix_event_chain_block"), table_name="event_chain")
    op.drop_table("event_chain")
    op.drop_index(op.f("ix_consents_person_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_table("teams")
    op.drop_table("people")
    op.drop_table("files")
    op.drop_index(op.f("ix_events_subject"), table_name="events")
    op.drop_table("events")
    op.drop_table("event_blocks")
    op.drop_table("counts")
    op.drop_table("certificates")
    op.drop_table("answered")
