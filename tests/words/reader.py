"""Reads from the sources every sentence that they can say.

A sentence ends in a field or an argument called `says`, `advice` or `allowed`, or in one that is
named in `ALSO`. This looks where those are given, and follows what is given: through names,
choices, tables, f-strings and small functions, to the texts themselves. What it cannot follow is
told, and wants to be written plainer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from tests.words.sources import (
    ROOT,
    Modules,
    Place,
    assigned,
    calls,
    fields_of,
    given,
    whole_name,
)

SPOKEN: Final = ("says", "advice", "allowed")
"""What fields and arguments that hold a sentence are called."""

HELD_ELSEWHERE: Final = (*SPOKEN, "help", "key")
"""Fields that were read where they were filled; how to measure something; texts of pages."""

_LISTS: Final = (", ", " or ")
"""What stands between names; whatever else is joined are sentences."""

_DEEPEST: Final = 12


@dataclass(frozen=True, order=True)
class Said:
    """A sentence, ``{names}`` where it has values, and where it is said."""

    text: str
    where: str


class CannotFollow(Exception):
    """A sentence is put together in a way that this cannot read."""


class Reader:
    """Follows sentences through some modules.

    Attributes:
        takes: by the whole name of what is called: at which place it takes which sentence; -1
            where it takes it by name alone.
        words: classes and their arguments that are words of a sentence, not values in it.
    """

    def __init__(
        self,
        modules: Modules,
        also: Mapping[str, Mapping[str, int]],
        words: frozenset[tuple[str, str]] = frozenset(),
        spoken: tuple[str, ...] = SPOKEN,
    ) -> None:
        self.modules = modules
        self.words = words
        self.takes = {name: dict(each) for name, each in also.items()}
        self.calls = [
            (call, place, whole_name(call.func, place, modules)) for call, place in calls(modules)
        ]
        # What stands in for a value while one is followed; empty while none is.
        self.value = ""
        for module in modules.values():
            for name, each in module.classes.items():
                fields = fields_of(each)
                takes = {one: fields.index(one) for one in spoken if one in fields}
                if not fields and each.bases:
                    base = whole_name(each.bases[0], Place(module), modules)
                    takes = self.takes.get(base, {})
                if takes:
                    self.takes.setdefault(f"{module.name}.{name}", takes)

    def read(self) -> tuple[list[Said], list[str]]:
        """Return every sentence, and every place that cannot be followed."""
        said: set[Said] = set()
        lost: set[str] = set()
        known = -1
        # Who only passes a sentence on is found on the way, and then their callers are read.
        while known != sum(map(len, self.takes.values())):
            known = sum(map(len, self.takes.values()))
            for call, place, name in self.calls:
                for argument, at in list(self.takes.get(name, {}).items()):
                    what = given(call, argument, at)
                    where = f"{place.module.path.relative_to(ROOT)}:{call.lineno}"
                    try:
                        texts = [] if what is None else self.texts(what, place)
                        said |= {Said(" ".join(text.split()), where) for text in texts}
                    except CannotFollow as error:
                        # What is allowed may be just a name, or a number.
                        if argument != "allowed" or not isinstance(what, ast.Attribute):
                            lost.add(f"{where}: {error}")
        return sorted(said), sorted(lost)

    def texts(self, what: ast.expr, place: Place, depth: int = 0) -> list[str]:
        """Return what an expression can say; nothing where that is read elsewhere.

        Raises:
            CannotFollow: it is put together in another way.
        """
        if depth > _DEEPEST:
            raise CannotFollow(ast.unparse(what))
        deeper = depth + 1
        match what:
            case ast.Constant():
                return [_plain(what.value)] if isinstance(what.value, str) else []
            case ast.JoinedStr():
                return _each_with_each(self._part(each, place, deeper) for each in what.values)
            case ast.BinOp(op=ast.Add()):
                return _each_with_each(
                    self.texts(each, place, deeper) for each in (what.left, what.right)
                )
            case ast.IfExp():
                return self._all((what.body, what.orelse), place, deeper)
            case ast.BoolOp():
                return self._all(what.values, place, deeper)
            case ast.Attribute() if what.attr in HELD_ELSEWHERE:
                return [self.value] if self.value else []
            case ast.Subscript(slice=ast.Constant(value=name)) if name in SPOKEN:
                return []
            case ast.Subscript() if isinstance(
                table := self._constant(what.value, place), ast.Dict
            ):
                return self._all(table.values, place, deeper)
            case ast.Name() | ast.Attribute():
                return self._named(what, place, deeper)
            case ast.Call():
                return self._called(what, place, deeper)
            case _:
                raise CannotFollow(ast.unparse(what))

    def _all(self, each: Iterable[ast.expr], place: Place, depth: int) -> list[str]:
        return [text for one in each for text in self.texts(one, place, depth)]

    def _part(self, part: ast.expr, place: Place, depth: int) -> list[str]:
        """Return what a piece of an f-string can say: a value's name, or the words it can be."""
        if not isinstance(part, ast.FormattedValue):
            return self.texts(part, place, depth)
        value = f"{{{_name_of(part.value)}}}"
        if part.format_spec is not None:
            return [value]
        words = self._words(part.value, place)
        if words:
            return [text for what, where in words for text in self.texts(what, where, depth)]
        before, self.value = self.value, value
        try:
            return self.texts(part.value, place, depth) or [value]
        except CannotFollow:
            return [value]
        finally:
            self.value = before

    def _words(self, value: ast.expr, place: Place) -> list[tuple[ast.expr, Place]]:
        """Return what callers give for a value that is a word of the sentence."""
        if not isinstance(value, ast.Name) or place.of is None:
            return []
        made = f"{place.module.name}.{place.of.name}"
        if (made, value.id) not in self.words:
            return []
        at = fields_of(place.of).index(value.id)
        found = ((given(c, value.id, at), p) for c, p, name in self.calls if name == made)
        return [(what, where) for what, where in found if what is not None]

    def _named(self, what: ast.Name | ast.Attribute, place: Place, depth: int) -> list[str]:
        name = what.id if isinstance(what, ast.Name) else ""
        for function in reversed(place.functions):
            found = list(assigned(function, name))
            if found:
                return [t for e, at in found for t in self._taken(e, at, place, depth)]
            arguments = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
            if name in (*arguments, *(each.arg for each in function.args.kwonlyargs)):
                if not self.value:
                    self._pass_on(name, arguments, place)
                return [self.value] if self.value else []
        constant = self._constant(what, place)
        if constant is None:
            raise CannotFollow(ast.unparse(what))
        return self.texts(constant, place, depth)

    def _taken(self, what: ast.expr, at: int | None, place: Place, depth: int) -> list[str]:
        """Return what an expression can say, or what is at one place of what it gives."""
        match what:
            case _ if at is None:
                return self.texts(what, place, depth)
            case ast.Tuple():
                return self.texts(what.elts[at], place, depth)
            case ast.IfExp():
                each = (what.body, what.orelse)
                return [text for one in each for text in self._taken(one, at, place, depth)]
            case ast.Call():
                return self._returned(what, at, place, depth)
            case _:
                raise CannotFollow(ast.unparse(what))

    def _pass_on(self, name: str, arguments: list[str], place: Place) -> None:
        """Learn that a function is given a sentence, so that its callers are read."""
        function, of = place.functions[-1], place.of
        whole = f"{place.module.name}.{function.name}"
        if of is not None and function in of.body:
            whole = f"{place.module.name}.{of.name}"
            whole += "" if function.name == "__init__" else f".{function.name}"
        own = arguments[1:] if arguments[:1] in (["self"], ["cls"]) else arguments
        at = own.index(name) if name in own else -1
        self.takes.setdefault(whole, {})[name] = at

    def _called(self, call: ast.Call, place: Place, depth: int) -> list[str]:
        match call.func:
            case ast.Attribute(attr="strip" | "removesuffix" | "format"):
                return self.texts(call.func.value, place, depth)
            case ast.Attribute(attr="get") if isinstance(
                table := self._constant(call.func.value, place), ast.Dict
            ):
                return self._all([*table.values, *call.args[1:]], place, depth)
            case ast.Attribute(attr="join", value=ast.Constant(value=between)):
                if self.value:
                    return [self.value]
                return [] if between in _LISTS else self._joined(call.args[0], place, depth)
            case ast.Name(id="str"):
                # What an error says is a sentence of its own, read where it is raised.
                return [self.value] if self.value else []
        return self._returned(call, None, place, depth)

    def _joined(self, what: ast.expr, place: Place, depth: int) -> list[str]:
        """Return the sentences that are said one after the other."""
        match what:
            case ast.GeneratorExp(elt=ast.Name()) | ast.ListComp(elt=ast.Name()):
                return self._joined(what.generators[0].iter, place, depth)
            case ast.GeneratorExp() | ast.ListComp():
                return self.texts(what.elt, place, depth)
            case ast.Subscript():
                return self._joined(what.value, place, depth)
            case ast.List() | ast.Tuple():
                return self._all(what.elts, place, depth)
            case ast.Name():
                # A list that was given is read where it is made: see `ALSO`.
                every = (e for each in place.functions for e, _ in assigned(each, what.id))
                return [text for each in every for text in self._joined(each, place, depth)]
            case _:
                raise CannotFollow(ast.unparse(what))

    def _returned(self, call: ast.Call, at: int | None, place: Place, depth: int) -> list[str]:
        package, _, name = whole_name(call.func, place, self.modules).rpartition(".")
        module = self.modules.get(package)
        function = module.functions.get(name) if module is not None else None
        if module is None or function is None:
            raise CannotFollow(ast.unparse(call))
        there = Place(module, None, (function,))
        returns = (n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value)
        return [text for each in returns for text in self._taken(each, at, there, depth)]

    def _constant(self, what: ast.expr, place: Place) -> ast.expr | None:
        if isinstance(what, ast.Name):
            for function in reversed(place.functions):
                for value, at in assigned(function, what.id):
                    return value if at is None else None
            if what.id in place.module.constants:
                return place.module.constants[what.id]
        package, _, name = whole_name(what, place, self.modules).rpartition(".")
        module = self.modules.get(package)
        return module.constants.get(name) if module is not None else None


def _each_with_each(parts: Iterator[list[str]]) -> list[str]:
    return ["".join(each) for each in product(*parts)]


def _plain(text: str) -> str:
    """Return a text whose values are formatted later with their names alone."""
    return re.sub(r"\{(\w+)[^}]*\}", r"{\1}", text)


def _name_of(value: ast.expr) -> str:
    match value:
        case ast.Name():
            return value.id
        case ast.Attribute():
            return value.attr
        case ast.Call(args=[first, *_]):
            return _name_of(first)
        case _:
            return "value"
