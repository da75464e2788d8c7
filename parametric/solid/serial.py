"""Solids as JSON and back: how forks store features, and how the server reads a stranger's.

Every node, profile and section is an object with its `kind` and its fields under their own names
(a rim's kind, round or chamfer, is a field already); placements are three rows of four numbers,
bytes are base64. What is read is checked as strictly as what Python makes, so nothing that comes
out of `from_json` surprises an evaluator.
"""

from __future__ import annotations

import base64
import binascii
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from typing import Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

from parametric.place import Placement
from parametric.solid import nodes, profiles
from parametric.solid.nodes import Solid
from parametric.solid.value import BadSolid, Value

MOST_DEPTH: Final = 200
"""Solids within solids; deeper ones are refused before Python's own stack runs out."""

MOST_NODES: Final = 20_000
"""Nodes, profiles, sections and rims in one solid."""

_SOLIDS: Final[tuple[type[Value], ...]] = get_args(nodes.Solid)
_PROFILES: Final[tuple[type[Value], ...]] = get_args(profiles.Profile)
_KINDS: Final[dict[str, type[Value]]] = {
    kind.__name__: kind for kind in (*_SOLIDS, *_PROFILES, nodes.Section, nodes.Rim)
}


def to_json(solid: Solid) -> dict[str, Any]:
    """Return a solid as what `json.dumps` takes: nothing but dicts, lists, numbers and words."""
    return cast(dict[str, Any], _written(solid))


def from_json(data: object) -> Solid:
    """Return the solid that `to_json` (or a person) wrote; its digest is the same.

    Fields that have a default may be left out.

    Args:
        data: what `json.loads` returned.

    Raises:
        BadSolid: naming where, such as `cuts[2].radius`, and what is wrong there: a kind or field
            that does not exist, a value of the wrong type, a number that is not finite, a shape
            that cannot be, or a tree of more than MOST_DEPTH levels or MOST_NODES nodes.
    """
    return cast(Solid, _Reader().node(data, _SOLIDS, "", 1))


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `from_json` reads.

    It says what a schema can: kinds, fields, types. Dimensions that make no shape, depth and
    count are for `from_json` to refuse.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A solid in millimetres and degrees",
        "$ref": "#/$defs/Solid",
        "$defs": {
            "Solid": _one_of(_SOLIDS),
            "Profile": _one_of(_PROFILES),
            "Placement": {
                "description": "Three rows of (x, y, z, offset in mm): moves, turns or mirrors.",
                **_list_of(_list_of({"type": "number"}, 4), 3),
            },
            **{name: _schema_of(kind) for name, kind in _KINDS.items()},
        },
    }


# --- writing ----------------------------------------------------------------------------------


def _written(held: object) -> Any:
    # Plain loops: a comprehension would double how deep Python goes into a deep tree.
    match held:
        case Value():
            written: dict[str, Any] = {"kind": type(held).__name__} if _tagged(type(held)) else {}
            for field in fields(cast(Any, held)):
                written[field.name] = _written(getattr(held, field.name))
            return written
        case Placement():
            return [list(row) for row in held.rows]
        case bytes():
            return base64.b64encode(held).decode("ascii")
        case tuple():
            items = []
            for item in held:
                items.append(_written(item))  # noqa: PERF401  # see above
            return items
        case _:
            return held


# --- reading ----------------------------------------------------------------------------------


@dataclass
class _Reader:
    """Reads one tree, and counts as it goes."""

    count: int = 0

    def node(self, data: object, allowed: tuple[type[Value], ...], path: str, depth: int) -> Value:
        """Return the node that `data` describes, one of the `allowed` kinds."""
        if depth > MOST_DEPTH:
            raise _bad(path, f"solids nest {MOST_DEPTH} deep at most")
        self.count += 1
        if self.count > MOST_NODES:
            raise _bad(path, f"a solid has {MOST_NODES} nodes at most")
        if not isinstance(data, Mapping):
            raise _bad(path, f"an object with a kind is needed, {_named(data)} given")
        kind = allowed[0]
        if _tagged(kind):
            name = data.get("kind")
            kind = _KINDS.get(name, kind) if isinstance(name, str) else kind
            if kind not in allowed or name != kind.__name__:
                names = ", ".join(each.__name__ for each in allowed)
                raise _bad(_join(path, "kind"), f"one of {names} is needed, {_named(name)} given")
        hints = _HINTS[kind.__name__]
        given: dict[str, Any] = {}
        for key, item in data.items():
            if key == "kind" and _tagged(kind):
                continue
            if key not in hints:
                raise _bad(
                    _join(path, f"{key:.40}"),
                    f"{kind.__name__} has no such field, only {', '.join(hints)}",
                )
            at = _join(path, key)
            inner, many, optional = _kinds_in(hints[key])
            if not inner:
                given[key] = self.held(hints[key], item, at)
            elif many:
                # A plain loop: a comprehension would double how deep Python goes.
                read = []
                for i, each in enumerate(_list(item, at)):
                    read.append(self.node(each, inner, f"{at}[{i}]", depth + 1))
                given[key] = tuple(read)
            else:
                given[key] = (
                    None if optional and item is None else self.node(item, inner, at, depth + 1)
                )
        for field in fields(cast(Any, kind)):
            if field.default is MISSING and field.name not in given:
                raise _bad(_join(path, field.name), f"{kind.__name__} needs it")
        try:
            made = kind(**given)
            # From the leaves up, so that a deep tree's digest never runs deep itself.
            _ = made.digest
        except BadSolid as problem:
            raise _bad(path, str(problem)) from problem
        return made

    def held(self, hint: Any, data: object, path: str) -> Any:
        """Return what a field of type `hint` holds that holds no nodes."""
        if hint is float:
            return _number(data, path)
        if hint is str:
            return _text(data, path)
        if hint is bool:
            return _flag(data, path)
        if hint is bytes:
            return _bytes(data, path)
        if hint is Placement:
            return Placement(self.held(_ROWS, data, path))
        arguments = get_args(hint)
        if get_origin(hint) is Literal:
            if not isinstance(data, str) or data not in arguments:
                known = ", ".join(arguments)
                raise _bad(path, f"one of {known} is needed, {_named(data)} given")
            return data
        if get_origin(hint) is tuple:
            return self.items(arguments, data, path)
        if set(arguments) == _PLAIN:
            if isinstance(data, bool | str):
                return data
            return data if type(data) is int and abs(data) < 2**53 else _number(data, path)
        lists = [each for each in arguments if get_origin(each) is tuple]
        if lists and isinstance(data, list | tuple):
            return self.held(lists[0], data, path)
        return _number(data, path)

    def items(self, hints: tuple[Any, ...], data: object, path: str) -> tuple[Any, ...]:
        """Return a list's items as a tuple."""
        given = _list(data, path)
        if hints[-1] is Ellipsis:
            hints = (hints[0],) * len(given)
        if len(given) != len(hints):
            raise _bad(path, f"{len(hints)} items are needed, {len(given)} given")
        return tuple(
            self.held(hint, item, f"{path}[{i}]")
            for i, (hint, item) in enumerate(zip(hints, given, strict=True))
        )


_PLAIN: Final = {float, int, str, bool}
_ROWS: Final = tuple[tuple[float, float, float, float], ...]


def _tagged(kind: type[Value]) -> bool:
    """Return whether an object of this kind needs a tag: a rim's own kind already tells."""
    return _TAGGED[kind.__name__]


@lru_cache(maxsize=64)
def _kinds_in(hint: Any) -> tuple[tuple[type[Value], ...], bool, bool]:
    """Return (kinds of node that a field holds, whether a list of them, whether perhaps null)."""
    many = get_origin(hint) is tuple
    inner = get_args(hint)[0] if many else hint
    options = get_args(inner) if get_origin(inner) in {Union, types.UnionType} else (inner,)
    kinds = tuple(each for each in options if isinstance(each, type) and issubclass(each, Value))
    return kinds, many, types.NoneType in options


def _list(data: object, path: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise _bad(path, f"a list is needed, {_named(data)} given")
    return data


def _flag(data: object, path: str) -> bool:
    if not isinstance(data, bool):
        raise _bad(path, f"true or false is needed, {_named(data)} given")
    return data


def _text(data: object, path: str) -> str:
    if not isinstance(data, str):
        raise _bad(path, f"text is needed, {_named(data)} given")
    return data


def _number(data: object, path: str) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float):
        raise _bad(path, f"a number is needed, {_named(data)} given")
    try:
        number = float(data)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _bad(path, f"a finite number is needed, {number} given")
    return number


def _bytes(data: object, path: str) -> bytes:
    if not isinstance(data, str):
        raise _bad(path, f"base64 text is needed, {_named(data)} given")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise _bad(path, f"base64 text is needed: {problem}") from problem


def _bad(path: str, what: str) -> BadSolid:
    return BadSolid(f"{path}: {what}" if path else what)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _named(data: object) -> str:
    """Return what JSON calls the type of `data`, never its whole text."""
    match data:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return f"the number {data!r:.40}"
        case str():
            return f"the text {data[:40]!r}"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"a {type(data).__name__}"


_HINTS: Final = {name: get_type_hints(kind) for name, kind in _KINDS.items()}
_TAGGED: Final = {name: "kind" not in hints for name, hints in _HINTS.items()}


# --- schema -----------------------------------------------------------------------------------


def _schema_of(kind: type[Value]) -> dict[str, Any]:
    hints = _HINTS[kind.__name__]
    described = fields(cast(Any, kind))
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n\n")[0],
        "properties": {
            **({"kind": {"const": kind.__name__}} if _tagged(kind) else {}),
            **{field.name: _schema_for(hints[field.name]) for field in described},
        },
        "required": [
            *(["kind"] if _tagged(kind) else []),
            *(field.name for field in described if field.default is MISSING),
        ],
        "additionalProperties": False,
    }


def _schema_for(hint: Any) -> dict[str, Any]:
    arguments = get_args(hint)
    if hint is types.NoneType:
        return {"type": "null"}
    if hint is float:
        return {"type": "number"}
    if hint is int:
        return {"type": "integer"}
    if hint is str:
        return {"type": "string"}
    if hint is bool:
        return {"type": "boolean"}
    if hint is bytes:
        return {"type": "string", "contentEncoding": "base64"}
    if arguments == _SOLIDS:
        return {"$ref": "#/$defs/Solid"}
    if arguments == _PROFILES:
        return {"$ref": "#/$defs/Profile"}
    if isinstance(hint, type) and issubclass(hint, Value | Placement):
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if get_origin(hint) is Literal:
        return {"enum": list(arguments)}
    if get_origin(hint) is tuple:
        if arguments[-1] is Ellipsis:
            return {"type": "array", "items": _schema_for(arguments[0])}
        return {
            "type": "array",
            "prefixItems": [_schema_for(each) for each in arguments],
            "items": False,
            "minItems": len(arguments),
        }
    if get_origin(hint) in {Union, types.UnionType}:
        return {"anyOf": [_schema_for(each) for each in arguments]}
    raise TypeError(f"no schema for {hint}")


def _one_of(kinds: tuple[type[Value], ...]) -> dict[str, Any]:
    return {"oneOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds]}


def _list_of(items: dict[str, Any], count: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": count, "maxItems": count}
