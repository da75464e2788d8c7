"""The escape hatch: functions that make a solid with CadQuery, by name.

Registering one loads no kernel, so that a design may state its leaves beside its parts; CadQuery
is imported inside of the function that needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from parametric.solid.value import BadSolid

if TYPE_CHECKING:
    import cadquery as cq

    Leaf: TypeAlias = Callable[..., cq.Workplane | cq.Shape]

LEAVES: dict[str, Leaf] = {}
"""Functions by the name that a CadLeaf calls them by; they take its arguments by name."""


def leaf(name: str) -> Callable[[Leaf], Leaf]:
    """Return a decorator that registers a function as the leaf `name`.

    The function takes numbers in mm and degrees by name and returns a CadQuery workplane or shape.
    The same arguments must always make the same shape.

    Raises:
        BadSolid: another function has that name already.
    """

    def register(function: Leaf) -> Leaf:
        known = LEAVES.get(name)
        if known is not None and _origin(known) != _origin(function):
            raise BadSolid(f"two leaves are called {name!r}: {_origin(known)}, {_origin(function)}")
        LEAVES[name] = function
        return function

    return register


def _origin(function: Leaf) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
