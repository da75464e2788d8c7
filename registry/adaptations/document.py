"""The fork document: what a fork changes of its parent, as data. Nobody's program is run.

Its JSON Schema is published (`schema`). What can be said without knowing the parent is said
here; whether names, ranges and units are the parent's is for `api.documents`, which knows it.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from registry.adaptations.licences import KNOWN, allowed_for
from registry.adaptations.versions import PATTERN
from registry.errors import FieldProblem, Invalid

SCHEMA_ID: Final = "urn:fitcommons:schema:fork:1"
"""It changes when a document of the old schema could mean something else."""

SLUG = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
_JOINERS = "\u200c\u200d"
"""Without these some languages, Persian among them, cannot be written properly."""

MOST = 1e6
"""No length, angle, weight or count of a device is larger, in its own unit."""


class _Unfit(ValueError):
    """Something in a document cannot be used. The message is a plain sentence that says why."""


def _printable(text: str) -> str:
    # Also keeps out what a database cannot hold: NUL, and halves of characters.
    if not all(each.isprintable() or each in _JOINERS for each in text):
        raise _Unfit("It has characters that cannot be printed, such as a new line.")
    return text


def _prose(text: str) -> str:
    if not all(each.isprintable() or each in f"\n\t{_JOINERS}" for each in text):
        raise _Unfit("It has characters that cannot be printed.")
    return text


def _finite(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _Unfit("This is not a number.")
    # Compared before it is converted: an integer may be too large for a float.
    if not (isinstance(given, int) or math.isfinite(given)) or not -MOST <= given <= MOST:
        raise _Unfit(f"A number between -{MOST:.0f} and {MOST:.0f} is needed.")
    return given


def _value(given: Any) -> Any:
    if isinstance(given, bool):
        return given
    if isinstance(given, str):
        if len(given) > 200:
            raise _Unfit("It has more than 200 characters.")
        return _printable(given)
    if isinstance(given, int | float):
        return _finite(given)
    raise _Unfit("A number, a text, or true or false is needed.")


def _no_geometry(given: Any) -> tuple[()]:
    if given not in (None, [], {}, ()):
        raise _Unfit("Changed geometry cannot be described yet: schema 1 has no words for it.")
    return ()


Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_prose)]
Slug = Annotated[str, StringConstraints(min_length=3, max_length=40, pattern=SLUG)]
Version = Annotated[str, StringConstraints(max_length=20, pattern=PATTERN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=SLUG)]
Number = Annotated[
    Any,
    BeforeValidator(_finite),
    WithJsonSchema({"type": "number", "minimum": -MOST, "maximum": MOST}),
]
Value = Annotated[
    Any,
    BeforeValidator(_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": -MOST, "maximum": MOST},
                {"type": "string", "maxLength": 200},
                {"type": "boolean"},
            ]
        }
    ),
]
Geometry: TypeAlias = Annotated[
    Any,
    BeforeValidator(_no_geometry),
    WithJsonSchema(
        {
            "type": ["array", "object", "null"],
            "maxItems": 0,
            "maxProperties": 0,
            "description": "Reserved for changed geometry as data. Schema 1: absent or empty.",
        }
    ),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Parent(_Part):
    """The exact version that was forked."""

    slug: Slug
    version: Version


class ParameterChange(_Part):
    """What becomes different in one of the parent's parameters, in that parameter's own unit."""

    default: Value = None
    low: Number = None
    high: Number = None
    label: Annotated[Line, Field(max_length=60)] | None = None
    help: Annotated[Prose, Field(min_length=1, max_length=500)] | None = None


class Preset(_Part):
    """Settings of the device under a name, such as a well-known cup; never of a body."""

    label: Annotated[Line, Field(min_length=1, max_length=60)]
    values: dict[Name, Value] = Field(min_length=1, max_length=100)


class ForkDocument(_Part):
    """What a fork changes of its parent. Everything else is the parent's."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        json_schema_extra={
            "$id": SCHEMA_ID,
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "examples": [
                {
                    "schema": 1,
                    "parent": {"slug": "tube_clamp", "version": "0.1.0"},
                    "title": "Tube clamp for tall bottles",
                    "why": "Our bottles stand 20 cm high and our tubes are all 25 mm.",
                    "authors": ["Team Bottle"],
                    "licence": "CERN-OHL-W-2.0",
                    "parameters": {
                        "tube_diameter": {"default": 25},
                        "cup_height": {"low": 150, "default": 200},
                    },
                    "presets": {
                        "bike_bottle": {
                            "label": "Bicycle bottle",
                            "values": {"cup_diameter": 73, "cup_height": 200},
                        }
                    },
                }
            ],
        },
    )

    schema_: Literal[1] = Field(default=1, alias="schema")
    parent: Parent
    title: Annotated[Line, Field(min_length=3, max_length=120)]
    summary: Annotated[Prose, Field(max_length=500)] = Field(
        default="", description="Left empty, it is the parent's."
    )
    why: Annotated[Prose, Field(min_length=3, max_length=2000)] = Field(
        description="What this fork is for and what the parent did not do."
    )
    authors: Annotated[
        list[Annotated[Line, Field(min_length=1, max_length=80)]],
        Field(min_length=1, max_length=20),
    ] = Field(description="Names as they are to be credited, in public and for good.")
    licence: str = Field(
        max_length=40,
        description="SPDX, compatible with the parent's.",
        json_schema_extra={"enum": list(KNOWN)},
    )
    notes: Annotated[Prose, Field(max_length=5000)] = Field(
        default="", description="What changed in this version."
    )
    parameters: dict[Name, ParameterChange] = Field(
        default_factory=dict,
        max_length=100,
        description="What becomes different, by the parent's parameters.",
    )
    presets: dict[Name, Preset] = Field(default_factory=dict, max_length=30)
    geometry: Geometry = ()

    def to_json(self) -> dict[str, Any]:
        """Return the document as it is kept: what was left out stays out."""
        return self.model_dump(by_alias=True, exclude_none=True, exclude={"geometry"})


def schema() -> dict[str, Any]:
    """Return the JSON Schema of fork documents."""
    return ForkDocument.model_json_schema(by_alias=True)


def structure(raw: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """Return what is wrong with a document as such, all at once."""
    try:
        ForkDocument.model_validate(raw)
    except ValidationError as error:
        return tuple(_problem(each) for each in error.errors(include_url=False))
    return ()


def read(raw: Mapping[str, Any]) -> ForkDocument:
    """Return a document.

    Raises:
        Invalid: all that is wrong with it as such.
    """
    problems = structure(raw)
    if problems:
        raise Invalid(problems, "bad_fork")
    return ForkDocument.model_validate(raw)


def licence_problems(licence: object, parent_licence: str) -> tuple[FieldProblem, ...]:
    """Return why a fork of something under `parent_licence` may not carry this one."""
    allowed = allowed_for(parent_licence)
    if not isinstance(licence, str) or licence in allowed.licences:
        return ()
    close = difflib.get_close_matches(licence.upper(), [each.upper() for each in KNOWN], n=1)
    says = (
        f"{_short(licence)} does not go with the parent's {parent_licence}."
        if licence in KNOWN
        else f"{_short(licence)} is not a licence that is known here."
    )
    return (
        FieldProblem(
            "licence",
            _short(licence),
            says,
            " or ".join(sorted(allowed.licences)),
            allowed.advice if licence in KNOWN or not close else "Write it as SPDX does.",
        ),
    )


_SAYS: Final = {
    "missing": "This is needed.",
    "string_too_short": "This is too short.",
    "too_short": "There is nothing in it.",
    "string_type": "A text is needed.",
    "dict_type": "An object with names and values is needed.",
    "model_type": "An object with names and values is needed.",
    "list_type": "A list is needed.",
}


def _problem(error: Any) -> FieldProblem:
    where = [str(each) for each in error["loc"] if each != "[key]"]
    field, kind, context = ".".join(where), error["type"], error.get("ctx") or {}
    if field.startswith("geometry"):
        return FieldProblem(
            "geometry",
            "",
            str(context.get("error", error["msg"])),
            "absent or empty",
            "Leave it out. Defaults, ranges, words and presets can be changed.",
        )
    if kind == "extra_forbidden":
        known = _names_at(where)
        close = difflib.get_close_matches(where[-1], known, n=1)
        advice = f"Did you mean {close[0]}?" if close else "Take it out, or look up its name."
        says = f"There is no field called {_short(where[-1])}."
        return FieldProblem(field, "", says, ", ".join(known), advice)
    # What else a check of ours found is its own sentence; `error["msg"]` is pydantic's.
    says = _SAYS.get(kind, "") or str(context.get("error") or error["msg"])
    allowed = ""
    if "max_length" in context:
        says = f"At most {context['max_length']} fit."
        allowed = f"up to {context['max_length']}"
    elif "min_length" in context:
        allowed = f"{context['min_length']} or more"
    elif "pattern" in context:
        says = "This is not a name or version as they are written here."
        allowed = "such as tall_cup" if context["pattern"] == SLUG else "such as 0.1.0"
    elif kind == "literal_error":
        says, allowed = "This schema is not known.", "1"
    given = error.get("input")
    return FieldProblem(field, "" if kind == "missing" else _short(given), says, allowed)


def _names_at(where: Sequence[str]) -> list[str]:
    inner: dict[str, type[_Part]] = {
        "parent": Parent,
        "parameters": ParameterChange,
        "presets": Preset,
    }
    model = ForkDocument if len(where) == 1 else inner.get(where[0], ForkDocument)
    return [each.alias or name for name, each in model.model_fields.items()]


def _short(given: object) -> str:
    if isinstance(given, str):
        return "".join(each if each.isprintable() else "?" for each in given)[:60]
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, float) or (isinstance(given, int) and abs(given) < 10**30):
        return str(given)
    return ""
