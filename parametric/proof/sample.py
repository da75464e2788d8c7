"""Who a proof is about: people at the edges of a design's ranges and people sampled between them.

Designs that ask for no body are proved over their own settings instead.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from parametric.design import Design
from parametric.params import RESIDUAL_LIMB, SOUND_HAND, ParameterInfo, Value, describe
from parametric.people import Person, corner_people, sample_people
from parametric.problems import BadParameters
from parametric.resolve import resolve

SEED = 20261122
"""The seed of a proof unless another is asked for: any number will do, but always the same."""

EXACT_PEOPLE = 7
"""How many of the people at the edges share one device's comparison of both kernels.

The exact kernel takes a minute for a palm. So the first of them has its first part compared, its
eighth and so on, the second its second and ninth: each kind of part once, on different bodies.
"""

Sampled: TypeAlias = Literal["people", "settings"]


def sample_parameters(params_class: type[Any], n: int, seed: int) -> tuple[Person, ...]:
    """Return settings of a design that asks for no body: corners of its ranges, then points.

    Corners: all numbers at their lowest or highest, every way for up to five numbers, else one at
    a time. Points: a low-discrepancy sequence (J. H. Halton, Numerische Mathematik 2, 1960) over
    all that can be set, shifted by the seed; every third leaves the defaults alone where there
    are any. Points that contradict themselves (a round tube that is wider than deep) are passed
    over: nobody can ask for them. Where nearly all do, some of them are among the points.

    Args:
        params_class: the design's parameters.
        n: how many points; corners come before them.
        seed: the same seed gives the same settings.
    """
    infos = describe(params_class)
    corners = [
        Person(f"corner {k + 1}", "corners", entries)
        for k, entries in enumerate(_corner_settings(infos))
    ]
    sensible, contradictory = _points(params_class, n, seed)
    points = [
        Person(f"setting {k + 1}", "settings", entries)
        for k, entries in enumerate((sensible + contradictory)[:n])
    ]
    return (*corners, *points)


def passed_over(design: Design, n: int, seed: int) -> int:
    """Return how many contradictory settings came up and were not taken among `n` points.

    None do where people are sampled, and not their settings.
    """
    if _asks_for_a_body(describe(design.parameters)):
        return 0
    sensible, contradictory = _points(design.parameters, n, seed)
    return len(contradictory) - (n - len(sensible))


def _points(
    params_class: type[Any], n: int, seed: int
) -> tuple[list[dict[str, Value]], list[dict[str, Value]]]:
    """Return `n` settings that go together, fewer where few do, and what came up beside them."""
    infos = describe(params_class)
    sensible: list[dict[str, Value]] = []
    contradictory: list[dict[str, Value]] = []
    for k in range(_TRIES * n):
        entries = _options(infos, k, seed, sparse=k % 3 == 2)
        (sensible if _goes_together(params_class, entries) else contradictory).append(entries)
        if len(sensible) == n:
            break
    return sensible, contradictory


_TRIES = 20
"""How many points are looked at for each that is wanted."""


def _goes_together(params_class: type[Any], entries: dict[str, Value]) -> bool:
    try:
        resolve(params_class, entries)
    except BadParameters:
        return False
    return True


def _asks_for_a_body(infos: Sequence[ParameterInfo]) -> bool:
    return any(info.name in SOUND_HAND | RESIDUAL_LIMB for info in infos)


def subjects(
    design: Design, people: int, seed: int
) -> tuple[Sampled, tuple[Person, ...], tuple[Person, ...]]:
    """Return those at the edges and those sampled, each with its options chosen."""
    infos = describe(design.parameters)
    if not _asks_for_a_body(infos):
        settings = sample_parameters(design.parameters, people, seed)
        return "settings", settings[:-people], settings[-people:]
    options = tuple(
        info for info in infos if info.name not in SOUND_HAND | RESIDUAL_LIMB | {"side"}
    )

    def with_options(k: int, person: Person) -> Person:
        # Every fourth has the defaults, which most devices will be made with.
        chosen = _options(options, k, seed, sparse=k % 4 == 3)
        return replace(person, measurements={**person.entries_for(design.parameters), **chosen})

    edges = corner_people(design.parameters)
    sampled = sample_people(people, seed)
    return (
        "people",
        tuple(with_options(k, person) for k, person in enumerate(edges)),
        tuple(with_options(k + len(edges), person) for k, person in enumerate(sampled)),
    )


def _corner_settings(infos: Sequence[ParameterInfo]) -> Iterator[dict[str, Value]]:
    ranged = [info for info in infos if info.low is not None and info.kind != "text"]
    if len(ranged) <= 5:
        ways = list(itertools.product((0.0, 1.0), repeat=len(ranged)))
    else:
        ways = [(0.0,) * len(ranged), (1.0,) * len(ranged)]
        for i in range(len(ranged)):
            ways += [
                tuple(end if i == j else 0.5 for j in range(len(ranged))) for end in (0.0, 1.0)
            ]
    for k, way in enumerate(ways):
        entries = {info.name: _at(info, share) for info, share in zip(ranged, way, strict=True)}
        for info in infos:
            if info.kind == "choice":
                entries[info.name] = info.choices[k % len(info.choices)]
            elif info.kind == "flag":
                entries[info.name] = k % 2 == 1
        yield entries


def _options(
    infos: Sequence[ParameterInfo], k: int, seed: int, *, sparse: bool
) -> dict[str, Value]:
    """Return the k-th setting of some parameters; where `sparse`, only of those without default."""
    return {
        info.name: _at(info, (_halton(k + 1, _prime(j)) + seed * _GOLDEN * (j + 1)) % 1.0)
        for j, info in enumerate(infos)
        if not sparse or info.given == "required"
    }


_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def _halton(k: int, base: int) -> float:
    """Return k written in a base and mirrored at the point: 0.5, 0.25, 0.75 and so on for 2."""
    share, digit = 0.0, 1.0
    while k:
        digit /= base
        k, last = divmod(k, base)
        share += last * digit
    return share


def _prime(j: int) -> int:
    """Return the j-th prime, from 2 for 0."""
    found: list[int] = []
    number = 2
    while len(found) <= j:
        if all(number % each for each in found):
            found.append(number)
        number += 1
    return found[j]


def _at(info: ParameterInfo, share: float) -> Value:
    """Return the value of a parameter at a share (0 to 1) of its range."""
    if info.kind == "choice":
        return info.choices[min(int(share * len(info.choices)), len(info.choices) - 1)]
    if info.kind == "flag":
        return share >= 0.5
    low, high = info.low or 0.0, info.high or 0.0
    if info.kind == "text":
        return "Robin 12"[: int(high)] if share >= 0.5 else ""
    if info.kind == "count":
        return int(min(low + math.floor(share * (high - low + 1.0)), high))
    digits = 3 if info.kind == "number" else 1
    return min(max(round(low + share * (high - low), digits), low), high)


def exact_sample(edges: int) -> list[int]:
    """Return which of those at the edges both kernels are compared for, spread over all."""
    count = min(EXACT_PEOPLE, edges)
    return sorted({round(i * (edges - 1) / max(count - 1, 1)) for i in range(count)})
