"""What makes a solid a value: frozen, checked when made, and known by its digest."""

from __future__ import annotations

import hashlib
import math
import struct
from dataclasses import fields
from functools import cached_property
from typing import Any


class BadSolid(ValueError):
    """A solid was described that cannot exist, such as a sphere with a radius of -1 mm."""


class Value:
    """A frozen dataclass of numbers, words and other values, with a digest of its own.

    The digest is the same in every process and on every machine for the same description, and
    is the key under which an evaluator remembers the shape.
    """

    def __post_init__(self) -> None:
        """Refuse numbers that are not numbers, then whatever the kind itself refuses."""
        held = vars(self)
        for name in _names(type(self)):
            _refuse_unreal(self, name, held[name])
        self.check()

    def check(self) -> None:
        """Refuse dimensions that make no shape; kinds of value override this.

        Raises:
            BadSolid: naming the dimension and what was given.
        """

    @cached_property
    def digest(self) -> bytes:
        """A 16-byte BLAKE2b digest of the kind and all that it holds."""
        parts = [type(self).__name__.encode()]
        held = vars(self)
        for name in _names(type(self)):
            _feed(parts, held[name])
        return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


def positive(value: Value, *names: str) -> None:
    """Refuse a value unless each named dimension is above zero."""
    for name in names:
        if not getattr(value, name) > 0.0:
            raise BadSolid(
                f"{type(value).__name__}: {name} must be above 0, {getattr(value, name)} given"
            )


_NAMES: dict[type[Value], tuple[str, ...]] = {}


def _names(kind: type[Value]) -> tuple[str, ...]:
    """Return the names of what a kind of value holds."""
    found = _NAMES.get(kind)
    if found is None:
        every = fields(kind)  # type: ignore[arg-type]  # every subclass is a dataclass
        found = _NAMES[kind] = tuple(field.name for field in every)
    return found


def _refuse_unreal(owner: Value, name: str, held: Any) -> None:
    if isinstance(held, float):
        if not math.isfinite(held):
            raise BadSolid(f"{type(owner).__name__}: {name} must be a finite number, {held} given")
    elif isinstance(held, tuple):
        # One sum tells of all numbers of a tuple, unless it is too large itself.
        if set(map(type, held)) == _FLOATS and math.isfinite(sum(held)):
            return
        for item in held:
            _refuse_unreal(owner, name, item)


_FLOATS, _NUMBERS = {float}, {float, int}


def _feed(parts: list[bytes], held: Any) -> None:
    """Add one held thing to a digest; every kind is tagged so that none can pass for another."""
    match held:
        case tuple() if set(map(type, held)) <= _NUMBERS or all(map(_is_number, held)):
            # Nearly all that is held are numbers, and tuples of them. Adding 0.0 turns -0.0 into
            # 0.0: the two make the same shape.
            n = len(held)
            parts.append(b"#" + struct.pack(f"<I{n}d", n, *[number + 0.0 for number in held]))
        case tuple():
            parts.append(b"(" + struct.pack("<I", len(held)))
            for item in held:
                _feed(parts, item)
        case Value():
            parts.append(b"v" + held.digest)
        case bool():
            parts.append(b"t" if held else b"f")
        case int() | float():
            parts.append(b"n" + struct.pack("<d", held + 0.0))
        case str():
            raw = held.encode()
            parts.append(b"s" + struct.pack("<I", len(raw)) + raw)
        case bytes():
            parts.append(b"b" + struct.pack("<I", len(held)) + held)
        case None:
            parts.append(b"0")
        case _:
            rows = getattr(held, "rows", None)
            if rows is None:
                raise BadSolid(f"a solid cannot hold a {type(held).__name__}")
            _feed(parts, rows)


def _is_number(held: Any) -> bool:
    """Whether something is a number: True is none."""
    return isinstance(held, int | float) and not isinstance(held, bool)
