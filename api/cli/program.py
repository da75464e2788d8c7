"""The program: its commands, and what becomes of mistakes."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Final, NoReturn

import typer
from typer.exceptions import TyperException

from api import service
from api.cli import commands
from api.cli.telling import answer, refuse, say
from parametric.problems import BadParameters, Problem

BAD_INPUT: Final = 2
CRASHED: Final = 1
STOPPED: Final = 130
ENDED: Final = 143

app = typer.Typer(
    name="fitcommons",
    help="Assistive devices that are made to measure: from a few measurements to proved files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("designs")(commands.list_designs)
app.command()(commands.show)
app.command()(commands.fit)
app.command()(commands.rebuild)
app.command()(commands.check)
app.command()(commands.prove)
app.command()(service.serve)
app.command()(service.worker)
app.command()(service.seed)
app.command()(service.trust)
app.command("let-in")(service.let_in)
app.add_typer(service.audit_app, name="audit")


def main() -> None:
    """Run the command line, and end the program with its exit status."""
    if hasattr(signal, "SIGTERM"):
        # An ordinary exception, so that what was begun is cleared away.
        signal.signal(signal.SIGTERM, _end)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status. A person's mistake never shows a traceback."""
    as_json = "--json" in arguments
    try:
        status = app(args=list(arguments), standalone_mode=False)
    except BadParameters as error:
        refuse(error.problems, as_json=as_json)
        return BAD_INPUT
    except TyperException as error:
        refuse((_usage_problem(error),), as_json=as_json)
        return BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        say("\nStopped. Nothing was written.")
        return STOPPED
    except typer.Exit as leaving:
        return leaving.exit_code
    except BrokenPipeError:
        # Whoever read our answer has enough. Python would complain once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    # The last resort of the program: whatever it was, it was not the person's mistake.
    except Exception as error:  # noqa: BLE001
        traceback.print_exc()
        say("\nThis is our mistake, not yours. Nothing was written. Please tell us what it says.")
        if as_json:
            answer({"error": {"problems": [], "crash": f"{type(error).__name__}: {error}"}})
        return CRASHED
    return status if isinstance(status, int) else 0


def _usage_problem(error: TyperException) -> Problem:
    message = getattr(error, "format_message", lambda: str(error))()
    param = getattr(error, "param", None)
    field = getattr(error, "option_name", None) or getattr(param, "name", None) or "command line"
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "fitcommons"
    return Problem(
        str(field), "", message.replace("\n", " "), "", f"`{command} --help` shows what goes here."
    )


def _end(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(ENDED)
