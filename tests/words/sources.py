"""The sources as trees, with what their names stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).parents[2]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the sources: what is in it, by name."""

    name: str
    path: Path
    tree: ast.Module
    imports: Mapping[str, str]
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where an expression stands: in which module, class and functions, the innermost last."""

    module: Module
    of: ast.ClassDef | None = None
    functions: tuple[Function, ...] = ()


Modules: TypeAlias = Mapping[str, Module]


def read(*packages: str, but: tuple[str, ...] = ()) -> Modules:
    """Read the modules of some packages, by name, but those whose names begin with one of `but`."""
    found = {}
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if not name.startswith(but):
                found[name] = _module(name, path)
    return found


def _module(name: str, path: Path) -> Module:
    tree = ast.parse(path.read_text("utf-8"))
    module = Module(name, path, tree, dict(_imports(tree)))
    for node in tree.body:
        if isinstance(node, Function):
            module.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            module.classes[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            module.constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            module.constants[node.target.id] = node.value
    return module


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name


def calls(modules: Modules) -> Iterator[tuple[ast.Call, Place]]:
    """Yield every call with where it stands."""
    for module in modules.values():
        yield from _calls(module.tree, Place(module))


def _calls(node: ast.AST, place: Place) -> Iterator[tuple[ast.Call, Place]]:
    for child in ast.iter_child_nodes(node):
        inside = place
        if isinstance(child, ast.ClassDef):
            inside = Place(place.module, child, place.functions)
        elif isinstance(child, Function):
            inside = Place(place.module, place.of, (*place.functions, child))
        elif isinstance(child, ast.Call):
            yield child, place
        yield from _calls(child, inside)


def whole_name(called: ast.expr, place: Place, modules: Modules) -> str:
    """Return the whole name of what a name or an attribute stands for, such as ``package.f``."""
    module, of = place.module, place.of
    if isinstance(called, ast.Name):
        if called.id in module.functions or called.id in module.classes:
            return f"{module.name}.{called.id}"
        if called.id in {"cls", "self"} and of is not None:
            return f"{module.name}.{of.name}"
        return _where_made(module.imports.get(called.id, called.id), modules)
    if isinstance(called, ast.Attribute):
        if ast.unparse(called.value) == "super()" and of is not None and of.bases:
            return whole_name(of.bases[0], place, modules)
        return f"{whole_name(called.value, place, modules)}.{called.attr}"
    return ""


def _where_made(name: str, modules: Modules) -> str:
    """Follow a name through the packages that pass it on."""
    package, _, last = name.rpartition(".")
    module = modules.get(package)
    passed_on = module.imports.get(last, name) if module is not None else name
    return name if passed_on == name else _where_made(passed_on, modules)


def given(call: ast.Call, name: str, place: int) -> ast.expr | None:
    """Return what a call gives for an argument, None where that is not to be seen."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    before = call.args[: place + 1]
    if 0 <= place < len(call.args) and not any(isinstance(each, ast.Starred) for each in before):
        return call.args[place]
    return None


def assigned(function: Function, name: str) -> Iterator[tuple[ast.expr, int | None]]:
    """Yield what a name of a function is set to; with a place where it is one of several."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value, None
                for at, each in enumerate(target.elts if isinstance(target, ast.Tuple) else ()):
                    if isinstance(each, ast.Name) and each.id == name:
                        yield node.value, at
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            value = node.value if ast.unparse(node.target) == name else None
            if value is not None:
                yield value, None


def fields_of(made: ast.ClassDef) -> list[str]:
    """Return the arguments that make one of a class, in order."""
    for node in made.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return [each.arg for each in node.args.args[1:]]
    return [
        node.target.id
        for node in made.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
