"""The one way to read a form: into a schema of the API, and back to the page with all it lacks.

A name with dots is a field in a field (``contact.channels``). What is empty was not given. Nothing
that was typed is lost, but passwords.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as default
from datetime import date
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from parametric.problems import BadParameters, Problem
from registry.errors import Conflict, FieldProblem, Invalid, NotAllowed, RegistryError

CSRF: Final = "csrf"
"""The field that every form has: see `visitor.guarded`."""

MOST_FIELDS: Final = 400
MOST_FILES: Final = 10
LONGEST: Final = 20_000

NEVER_SHOWN_AGAIN: Final = frozenset({"password", "code", CSRF})

Schema = TypeVar("Schema", bound=BaseModel)


async def sent(request: Request) -> AsyncIterator[FormData]:
    """Give what a form sent; nothing where no form was."""
    form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    yield form
    await form.close()


Sent = Annotated[FormData, Depends(sent)]


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong in a form, as the page tells it.

    Attributes:
        field: its name in the form; nothing where it is about the whole form.
        key: the text's id where there is one for it, with `values`.
        says, advice: the words where there is none: what is wrong, and what to do about it.
        about: what it is about, where the page does not have it: the name of a field, or as
            Markup what it is called.
    """

    field: str
    key: str = ""
    says: str = ""
    advice: str = ""
    values: Mapping[str, object] = default(default_factory=dict)
    about: str = ""


class BadForm(Invalid):
    """What was typed cannot be read; `wrong` says where and why, in the page's own texts."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__([FieldProblem(each.field, "", each.key) for each in wrong], "bad_form")
        self.wrong = tuple(wrong)


@dataclass(frozen=True)
class Form:
    """A form as a page shows it: what was typed, and what is wrong with it.

    Attributes:
        typed: by field, as often as the field was there.
        wrong: in the order of the problems; empty before anything was sent.
    """

    typed: Mapping[str, tuple[str, ...]] = default(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()

    @classmethod
    def of(cls, sent: FormData) -> Form:
        """Return a form as it was sent."""
        typed: dict[str, tuple[str, ...]] = {}
        for name, value in sent.multi_items():
            if isinstance(value, str) and name != CSRF:
                clean = value.replace("\r\n", "\n").replace("\0", "")[:LONGEST]
                typed[name] = (*typed.get(name, ()), clean)
        return cls(typed)

    @classmethod
    def filled(cls, **values: object) -> Form:
        """Return a form that shows what is known already; names with dots as ``a__b``."""
        typed = {}
        for name, value in values.items():
            many = value if isinstance(value, list | tuple | set | frozenset) else (value,)
            typed[name.replace("__", ".")] = tuple(str(e) for e in many if e is not None)
        return cls(typed)

    def value(self, name: str, default: str = "") -> str:
        """Return what was typed into a field."""
        if name in NEVER_SHOWN_AGAIN:
            return default
        return next(iter(self.typed.get(name, ())), default)

    def has(self, name: str, value: str) -> bool:
        """Whether a choice was made."""
        return value in self.typed.get(name, ())

    def given(self, name: str) -> str:
        """Return a field as use cases take it, without white space around."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """Return a field exactly as it was typed, such as a password."""
        return next(iter(self.typed.get(name, ())), "")

    def day(self, name: str) -> str | None:
        """Return a day from its three fields, as ISO 8601; None where all three are empty.

        Raises:
            BadForm: there is no such day.
        """
        parts = [self.given(f"{name}.{each}") for each in ("year", "month", "day")]
        if not any(parts):
            return None
        try:
            return date(*(int(each) for each in parts)).isoformat()
        except (ValueError, OverflowError):
            raise BadForm([Wrong(f"{name}.day", key="common.wrong_date")]) from None

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that is there more than once."""
        return tuple(each for each in self.typed.get(name, ()) if each.strip())

    def error(self, name: str) -> Wrong | None:
        """Return the first thing that is wrong with a field."""
        return next((each for each in self.wrong if each.field == name), None)

    def but(self, *wrong: Wrong) -> Form:
        """Return it with more that is wrong."""
        return replace(self, wrong=(*self.wrong, *wrong))

    def on_page_with(self, fields: Collection[str]) -> Form:
        """Return it for a page that has these fields: what is wrong with another one names it."""
        wrong = (
            each
            if each.field in fields
            else replace(each, field="", about=each.about or each.field)
            for each in self.wrong
        )
        return replace(self, wrong=tuple(wrong))

    def read(self, schema: type[Schema], *, lists: Collection[str] = (), **more: Any) -> Schema:
        """Return what was sent as one of the API's schemas.

        Args:
            schema: of what.
            lists: fields that may be there more than once.
            more: fields that do not come from the form.

        Raises:
            BadForm: all that is wrong.
        """
        whole: dict[str, Any] = {}
        for name, values in self.typed.items():
            kept = [value.strip() for value in values if value.strip()]
            if not kept or name.partition(".")[0] not in schema.model_fields:
                continue
            into = whole
            *folders, last = name.split(".")
            for folder in folders:
                into = into.setdefault(folder, {})
            into[last] = kept if name in lists else kept[0]
        try:
            return schema.model_validate({**whole, **more})
        except ValidationError as error:
            raise BadForm([_wrong(each, lists) for each in error.errors()]) from None


@dataclass
class Tried:
    """What became of something that was tried."""

    form: Form

    @property
    def went_wrong(self) -> bool:
        """Whether the page must be shown again."""
        return bool(self.form.wrong)


@contextmanager
def tried(
    db: Session, form: Form, *, also: tuple[type[RegistryError], ...] = ()
) -> Iterator[Tried]:
    """Try what a form asks for; what went wrong is in the form then, and nothing was done.

    Args:
        db: the transaction's session; what was begun in it is undone where something is wrong.
        form: as it was sent.
        also: what else is told beside the form, and not on a page of its own.
    """
    found = Tried(form)
    try:
        with db.begin_nested():
            yield found
    except BadForm as error:
        found.form = form.but(*error.wrong)
    except Invalid as error:
        found.form = form.but(*(wrong_of(each) for each in error.problems))
    except BadParameters as error:
        found.form = form.but(*(wrong_of(each) for each in error.problems))
    except RegistryError as error:
        if not isinstance(error, (Conflict, NotAllowed, *also)):
            raise
        found.form = form.but(Wrong("", says=error.says, advice=error.advice))


def wrong_of(problem: FieldProblem | Problem) -> Wrong:
    """Return a problem as a page tells it."""
    allowed = f"It can be {problem.allowed}." if problem.allowed else ""
    advice = " ".join(each for each in (allowed, problem.advice) if each)
    return Wrong(problem.field, says=problem.says, advice=advice)


def files(sent: FormData, name: str) -> list[UploadFile]:
    """Return the files of a field that hold anything."""
    return [each for each in sent.getlist(name) if isinstance(each, UploadFile) and each.filename]


_KINDS: Final = {
    "missing": "common.wrong_missing",
    "string_too_short": "common.wrong_missing",
    "too_short": "common.wrong_missing",
    "string_too_long": "common.wrong_too_long",
    "too_long": "common.wrong_too_many",
    "int_parsing": "common.wrong_number",
    "float_parsing": "common.wrong_number",
    "date_parsing": "common.wrong_date",
    "date_from_datetime_parsing": "common.wrong_date",
    "uuid_parsing": "common.wrong_id",
    "greater_than_equal": "common.wrong_too_small",
    "less_than_equal": "common.wrong_too_big",
}
"""Texts for what pydantic finds; for the rest there is one that always fits."""


def _wrong(error: Any, lists: Collection[str]) -> Wrong:
    parts = [str(each) for each in error["loc"]]
    # Which one of several it was stands in the form already.
    while ".".join(parts) not in lists and len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    bounds = error.get("ctx", {})
    most = next((bounds[name] for name in ("max_length", "le", "ge") if name in bounds), "")
    key = _KINDS.get(error["type"], "common.wrong_other")
    return Wrong(".".join(parts), key=key, values={"most": most})
