"""Designs, as they are told."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class DesignCardOut(BaseModel):
    """A design in a list."""

    design: str
    version: str
    title: str
    summary: str
    load_class: str
    licence: str
    authors: list[str]


class ParameterOut(BaseModel):
    """What a design asks for in one parameter: range, unit, and how to measure it."""

    name: str
    label: str
    kind: str
    unit: str
    low: float | None
    high: float | None
    choices: list[str]
    given: str
    default: Any
    help: str
    group: str
    allowed: str


class PartOut(BaseModel):
    """A part, as the design's sample person would get it."""

    name: str
    label: str
    quantity: int
    material: str
    joints: list[str]


class InterfaceOut(BaseModel):
    """A place where other things attach."""

    name: str
    part: str
    help: str


class DesignOut(DesignCardOut):
    """A design with all that it asks for."""

    about: str
    versions: list[str]
    parameters: list[ParameterOut]
    parts: list[PartOut]
    interfaces: list[InterfaceOut]
    checked: list[str]
    not_checked: list[str]
