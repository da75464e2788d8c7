"""Putting what one fork document changes into another that went on meanwhile, or saying why not.

What is compared are single fields of parameters (``parameters.cup_height.low``) and whole presets
(``presets.flask``). Title, reasons, licence and notes are a fork's own, and are never put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]
Fields: TypeAlias = dict[tuple[str, ...], Any]


def changes_of(document: Document) -> Fields:
    """Return what a document changes of its parent, one by one, by where it stands."""
    parameters: Mapping[str, Mapping[str, Any]] = document.get("parameters", {})
    found: Fields = {
        ("parameters", name, field): value
        for name, change in parameters.items()
        for field, value in change.items()
    }
    presets: Mapping[str, Any] = document.get("presets", {})
    return found | {("presets", name): preset for name, preset in presets.items()}


def differing(base: Document, draft: Document, offered: Document) -> list[str]:
    """Return fields that a draft has made different since `base`, and not as it is offered."""
    before, now = changes_of(base), changes_of(draft)
    return [
        ".".join(field)
        for field, value in changes_of(offered).items()
        if now.get(field) not in (before.get(field), value)
    ]


def merged(draft: Document, offered: Document) -> dict[str, Any]:
    """Return a draft with all that is offered in it, and with its authors credited."""
    parameters = {name: {**change} for name, change in draft.get("parameters", {}).items()}
    for name, change in offered.get("parameters", {}).items():
        parameters[name] = {**parameters.get(name, {}), **change}
    return {
        **draft,
        "parameters": parameters,
        "presets": {**draft.get("presets", {}), **offered.get("presets", {})},
        "authors": list(dict.fromkeys((*draft["authors"], *offered["authors"]))),
    }


def is_in(released: Document, offered: Document) -> bool:
    """Whether a version has anything of what was offered, as it was offered."""
    found = changes_of(released)
    return any(found.get(field) == value for field, value in changes_of(offered).items())
