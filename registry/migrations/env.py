"""How alembic finds the tables; the connection comes from `api.database`."""

from __future__ import annotations

from alembic import context

from registry.tables import METADATA


def ours(thing: object, name: str | None, kind: str, *_more: object) -> bool:  # noqa: ARG001 (alembic's signature)
    """Whether a thing of the database is described by our tables (the job engine's are not)."""
    return not (name or "").startswith("procrastinate_")


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    include_object=ours,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
