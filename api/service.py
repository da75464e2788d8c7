"""Commands that run the service: serve, worker, seed, trust, let-in, audit verify."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

# Everything heavy is imported in the command that needs it, as in `api.cli`.
if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from api.settings import Settings

audit_app = typer.Typer(help="The audit trail.", no_args_is_help=True)


def serve(
    port: Annotated[int | None, typer.Option(help="Where to listen.", min=1, max=65535)] = None,
    host: Annotated[str | None, typer.Option(help="Which address to listen on.")] = None,
) -> None:
    """Start everything on this machine: database, web server, workers. Ctrl-C stops it."""
    from api.serve import CannotListen
    from api.serve import serve as serve_all
    from api.settings import Settings, UnsafeStart
    from registry.crypto import BadKeyRing

    given = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    try:
        serve_all(Settings().model_copy(update=given), _say)
    except (UnsafeStart, BadKeyRing, CannotListen) as error:
        _say(str(error))
        raise typer.Exit(2) from None


def worker(
    *,
    until_closed: Annotated[
        bool, typer.Option("--until-closed", help="Stop when standard input is closed.")
    ] = False,
) -> None:
    """Add a worker to the database of DATABASE_URL. Ctrl-C stops it."""
    from api.settings import Settings, UnsafeStart
    from api.worker import work
    from registry.crypto import BadKeyRing

    settings = Settings()
    if settings.database_url is None:
        _say("Set DATABASE_URL to the database whose work this machine shall do.")
        raise typer.Exit(2)
    try:
        told_to_stop = work(settings, settings.database_url, until_closed=until_closed)
    except (UnsafeStart, BadKeyRing) as error:
        _say(str(error))
        raise typer.Exit(2) from None
    if not told_to_stop:
        _say("The database does not answer any more.")
        raise typer.Exit(1)


def seed(
    makers: Annotated[int, typer.Option(help="How many makers.", min=1, max=1000)] = 24,
) -> None:
    """Fill an empty database with a demonstration: invented people, makers and requests."""
    from api import seed as demonstration

    with _ground() as (sessions, _):
        try:
            made = demonstration.seed(sessions, makers)
        except demonstration.NotEmpty as error:
            _say(str(error))
            raise typer.Exit(2) from None
    print(f"{made.makers} makers, {made.requests} requests, {made.matched} of them matched.")
    print(f"Sign in as maker1@example.org or person1@example.org: {demonstration.PASSWORD}")


def trust(
    person: Annotated[str, typer.Argument(help="Their e-mail address, or their id.")],
    *,
    reviewer: Annotated[
        bool, typer.Option("--reviewer", help="As a reviewer of designs, not as a steward.")
    ] = False,
    no_longer: Annotated[bool, typer.Option("--no-longer", help="Take the trust back.")] = False,
) -> None:
    """Make somebody with an account a steward of this registry, or a reviewer of its designs."""
    from registry.errors import NotFound
    from registry.people.trust import trust as trust_somebody

    wanted = {"reviewer" if reviewer else "steward": not no_longer}
    with _ground() as (sessions, _):
        try:
            with sessions.begin() as session:
                found = trust_somebody(session, person, **wanted)
        except NotFound:
            _say("Nobody has an account with this address or id. Sign up first.")
            raise typer.Exit(2) from None
    held = (("a steward", found.is_steward), ("a reviewer", found.is_reviewer))
    names = [name for name, is_it in held if is_it]
    print(f"{found.person_id} is {' and '.join(names) or 'neither steward nor reviewer'} now.")
    if found.is_steward and not found.has_second_factor:
        print("It counts once they have set a second factor and signed in with its code.")


def let_in(
    person: Annotated[str, typer.Argument(help="Their e-mail address, or their id.")],
) -> None:
    """Print a link by which somebody who forgot their password sets a new one, once, in an hour.

    Give it to nobody but them, and only if you know that it is them.
    """
    from api.passwords import address_of
    from registry.errors import NotFound
    from registry.people.passwords import make_link
    from registry.people.trust import somebody

    with _ground() as (sessions, settings):
        try:
            with sessions.begin() as session:
                made = make_link(session, somebody(session, person).id, by="operator")
        except NotFound:
            _say("Nobody has an account with this address or id. Is it written right?")
            raise typer.Exit(2) from None
    print(address_of(settings, made.secret))
    _say("It works once, for one hour. Give it to nobody but them.")


@audit_app.command()
def verify(
    head: Annotated[
        str | None, typer.Option(help="A head that was printed earlier and kept elsewhere.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Check that nothing in the audit trail was changed, added or removed."""
    from dataclasses import asdict

    from api.database import running
    from api.settings import Settings
    from registry import audit
    from registry.db import engine_for, sessions_of

    with running(Settings()) as url:
        engine = engine_for(url)
        with sessions_of(engine).begin() as session:
            audit.seal(session)
            verdict = audit.verify(session, head)
        engine.dispose()
    if as_json:
        print(json.dumps(asdict(verdict)))
    else:
        print(f"{verdict.says} {verdict.events} events in {verdict.blocks} blocks.")
        print(f"Head: {verdict.head}")
        print("Keep the head elsewhere, and give it with --head the next time.")
    if not verdict.holds:
        raise typer.Exit(3)


@contextmanager
def _ground() -> Iterator[tuple[sessionmaker[Session], Settings]]:
    """Give what a command changes the database with: it runs, is up to date, and can be read."""
    from api.database import migrate, running
    from api.settings import Settings
    from registry import crypto
    from registry.db import engine_for, sessions_of

    settings = Settings()
    crypto.install(settings.key_ring())
    with running(settings) as url:
        migrate(url)
        engine = engine_for(url)
        try:
            yield sessions_of(engine), settings
        finally:
            engine.dispose()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
