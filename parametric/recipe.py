"""A recipe: all it takes to make the same files again, on another day and another machine.

The short code that may be embossed on a part is drawn at random when a device is fitted. It is
never worked out from measurements: few enough hands exist that a digest of someone's measurements
could be guessed back.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, Final

from parametric.clearance import PrinterProfile
from parametric.design import Design
from parametric.export.stl import stl_bytes
from parametric.kit import make
from parametric.params import Value, describe
from parametric.problems import BadParameters
from parametric.resolve import Resolved, ResolvedValue, resolve

SCHEMA: Final = 1
"""Of the JSON. It rises when an older program could no longer read it."""

CODE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and figures of a code: none that is taken for another (0 and O, 1 and I)."""

CODE_LENGTH: Final = 8
CODE_FIELD: Final = "code"
"""A design that embosses the code has a text parameter of this name."""

_ENGINES: Final = ("fitcommons", "manifold3d", "numpy")
"""What decides over the bytes of an STL."""


class BadRecipe(ValueError):
    """A file is not a recipe that can be read; the message says why."""


@dataclass(frozen=True)
class Recipe:
    """All it takes to make one device again.

    Attributes:
        design: slug of the design.
        design_version: of the design.
        code: random, may be embossed, says nothing about the person.
        entered: what was typed, by parameter.
        values: what it was made with, and where each value came from.
        printer: the printer it was made for.
        tolerance_mm: how far a chord may stray from the true surface.
        engines: versions of what decides over the bytes.
        stl_digests: SHA-256 of each part's STL file, hexadecimal.
    """

    design: str
    design_version: str
    code: str
    entered: Mapping[str, Value]
    values: tuple[ResolvedValue, ...]
    printer: PrinterProfile
    tolerance_mm: float
    engines: Mapping[str, str]
    stl_digests: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as a JSON object."""
        return {
            "schema": SCHEMA,
            "design": self.design,
            "design_version": self.design_version,
            "code": self.code,
            "entered": dict(self.entered),
            "values": [value.to_json() for value in self.values],
            "printer": {
                # Always a decimal point, so that a recipe read and written again is the same.
                name: value if isinstance(value, str) else float(value)
                for name, value in dataclasses.asdict(self.printer).items()
            },
            "tolerance_mm": self.tolerance_mm,
            "engines": dict(self.engines),
            "stl_digests": dict(self.stl_digests),
        }

    def text(self) -> str:
        """Return the recipe as the text of its file."""
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of what the STL digests say, hexadecimal: it names the shapes, nobody's body.

        Only what is public anyway, the files themselves, goes in.
        """
        lines = "\n".join(f"{part} {digest}" for part, digest in sorted(self.stl_digests.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True)
class Ingredients:
    """What a device is about to be made from: parameters, the person's entries and the code."""

    resolved: Resolved[Any]
    entered: Mapping[str, Value]
    code: str


def new_code() -> str:
    """Return a fresh random code, such as ``K7MQ2XWD``: 40 bits that say nothing about anybody."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def gather(design: Design, entries: Mapping[str, object]) -> Ingredients:
    """Resolve what was entered for a design, and draw a code.

    A design with a text parameter called ``code`` is given the code, unless one was entered.

    Raises:
        BadParameters: what was entered cannot be used; all problems are in it.
    """
    given = entries.get(CODE_FIELD)
    code = given.strip() if isinstance(given, str) and given.strip() else new_code()
    resolved = resolve(design.parameters, _with_code(design, entries, code))
    entered: dict[str, Value] = {
        value.name: value.entered
        for value in resolved.values
        if value.origin == "given" and value.name in entries
    }
    return Ingredients(_code_as_drawn(resolved, entries), entered, code)


def write_recipe(
    design: Design,
    ingredients: Ingredients,
    printer: PrinterProfile,
    tolerance_mm: float,
    stl_digests: Mapping[str, str],
) -> Recipe:
    """Return the recipe of a device that was just made."""
    return Recipe(
        design.slug,
        design.version,
        ingredients.code,
        ingredients.entered,
        ingredients.resolved.values,
        printer,
        tolerance_mm,
        engines(),
        stl_digests,
    )


def read_recipe(text: str) -> Recipe:
    """Read the text of a recipe file.

    Raises:
        BadRecipe: it is not JSON, or not a recipe, or one of a later schema.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRecipe(f"The file is not JSON: {error}.") from None
    if not isinstance(data, dict) or "schema" not in data or "design" not in data:
        raise BadRecipe("The file is not a recipe: it names no schema and no design.")
    if data["schema"] != SCHEMA:
        raise BadRecipe(
            f"The recipe has schema {data['schema']}; this program reads schema {SCHEMA}."
        )
    try:
        return Recipe(
            design=_text(data, "design"),
            design_version=_text(data, "design_version"),
            code=_text(data, "code"),
            entered=_table(data, "entered"),
            values=tuple(ResolvedValue(**value) for value in data["values"]),
            printer=resolve(PrinterProfile, _table(data, "printer")).params,
            tolerance_mm=_tolerance(data),
            engines=_table(data, "engines"),
            stl_digests=_table(data, "stl_digests"),
        )
    except BadParameters as error:
        raise BadRecipe(f"The recipe's printer cannot be used: {error}") from None
    except (KeyError, TypeError) as error:
        raise BadRecipe(f"The recipe is not whole: {error}.") from None


def regather(design: Design, recipe: Recipe) -> Ingredients:
    """Return a recipe's parameters, for the design as it is today.

    The values that the device was made with count, not what the estimates would say today.

    Raises:
        BadParameters: the design has other parameters or narrower ranges by now.
    """
    values: dict[str, object] = {value.name: value.value for value in recipe.values}
    params = resolve(design.parameters, _with_code(design, values, recipe.code))
    kept = {value.name: value for value in recipe.values}
    return Ingredients(
        Resolved(params.params, tuple(kept.get(value.name, value) for value in params.values)),
        recipe.entered,
        recipe.code,
    )


def differences(recipe: Recipe, design: Design) -> tuple[str, ...]:
    """Return what is not as it was when the recipe was written, as plain sentences."""
    said = []
    if design.version != recipe.design_version:
        said.append(
            f"The recipe was made with {design.slug} version {recipe.design_version}; "
            f"here is version {design.version}."
        )
    now = engines()
    said += [
        f"The recipe was made with {name} {then}; here is {name} {now.get(name, 'missing')}."
        for name, then in recipe.engines.items()
        if now.get(name) != then
    ]
    return tuple(said)


def changed(recipe: Recipe, stl_digests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of parts whose STL is not the one the recipe names."""
    names = {*recipe.stl_digests, *stl_digests}
    return tuple(
        sorted(name for name in names if recipe.stl_digests.get(name) != stl_digests.get(name))
    )


def rebuild(
    design: Design, recipe: Recipe, progress: Callable[[str], None] | None = None
) -> Mapping[str, bytes]:
    """Return the STL file of each part, made again from a recipe.

    The bytes are those the recipe was written for, as long as design and engines are the same:
    `differences` says whether they are, `changed` which parts came out otherwise.

    Args:
        design: the design that the recipe names.
        recipe: the recipe.
        progress: called with each part's name before it is made.

    Raises:
        BadParameters: the design has other parameters or narrower ranges by now.
        BadSolid: the design's description makes no shape.
    """
    params = regather(design, recipe).resolved.params
    made = make(
        design.build(params, recipe.printer), tolerance_mm=recipe.tolerance_mm, progress=progress
    )
    return {each.part.name: stl_bytes(each.mesh, each.part.name) for each in made}


@cache
def engines() -> Mapping[str, str]:
    """Return the versions of what decides over the bytes of an STL."""
    return {name: _version(name) for name in _ENGINES}


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        # A checkout on the path, never installed.
        return "unknown"


def _with_code(design: Design, entries: Mapping[str, object], code: str) -> Mapping[str, object]:
    """Return the entries, with the code where the design asks for one."""
    asks = any(
        info.name == CODE_FIELD and info.kind == "text" for info in describe(design.parameters)
    )
    return {**entries, CODE_FIELD: code} if asks else entries


def _code_as_drawn(resolved: Resolved[Any], entries: Mapping[str, object]) -> Resolved[Any]:
    """Return the values without the claim that a drawn code was typed by somebody."""
    if CODE_FIELD in entries:
        return resolved
    return Resolved(
        resolved.params,
        tuple(
            dataclasses.replace(value, origin="default", entered="", source="drawn at random")
            if value.name == CODE_FIELD
            else value
            for value in resolved.values
        ),
    )


def _text(data: Mapping[str, Any], key: str) -> str:
    if not isinstance(data[key], str):
        raise TypeError(f"{key} is not a text")
    return str(data[key])


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    if not isinstance(data[key], dict):
        raise TypeError(f"{key} is not a table")
    return dict(data[key])


def _tolerance(data: Mapping[str, Any]) -> float:
    value = data["tolerance_mm"]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.001 <= value <= 1.0:
        raise TypeError("tolerance_mm is not between 0.001 and 1")
    return float(value)
