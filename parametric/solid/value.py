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
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            _refuse_unreal(self, field.name, getattr(self, field.name))
        self.check()

    def check(self) -> None:
        """Refuse dimensions that make no shape; kinds of value override this.

        Raises:
            BadSolid: naming the dimension and what was given.
        """

    @cached_property
    def digest(self) -> bytes:
        """A 16-byte BLAKE2b digest of the kind and all that it holds."""
        hasher = hashlib.blake2b(digest_size=16)
        hasher.update(type(self).__name__.encode())
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            _feed(hasher, getattr(self, field.name))
        return hasher.digest()


def positive(value: Value, *names: str) -> None:
    """Refuse a value unless each named dimension is above zero."""
    for name in names:
        if not getattr(value, name) > 0.0:
            raise BadSolid(
                f"{type(value).__name__}: {name} must be above 0, {getattr(value, name)} given"
            )


def _refuse_unreal(owner: Value, name: str, held: Any) -> None:
    if isinstance(held, float) and not math.isfinite(held):
        raise BadSolid(f"{type(owner).__name__}: {name} must be a finite number, {held} given")
    if isinstance(held, tuple):
        for item in held:
            _refuse_unreal(owner, name, item)


def _feed(hasher: Any, held: Any) -> None:
    """Add one held thing to a digest; every kind is tagged so that none can pass for another."""
    match held:
        case Value():
            hasher.update(b"v" + held.digest)
        case bool():
            hasher.update(b"t" if held else b"f")
        case int() | float():
            # Adding 0.0 turns -0.0 into 0.0: the two make the same shape.
            hasher.update(b"n" + struct.pack("<d", held + 0.0))
        case str():
            raw = held.encode()
            hasher.update(b"s" + struct.pack("<I", len(raw)) + raw)
        case bytes():
            hasher.update(b"b" + struct.pack("<I", len(held)) + held)
        case tuple():
            hasher.update(b"(" + struct.pack("<I", len(held)))
            for item in held:
                _feed(hasher, item)
        case None:
            hasher.update(b"0")
        case _:
            rows = getattr(held, "rows", None)
            if rows is None:
                raise BadSolid(f"a solid cannot hold a {type(held).__name__}")
            _feed(hasher, rows)
