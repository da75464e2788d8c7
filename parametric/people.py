"""People to prove a design on: sampled adults and children, and the odd bodies.

Nobody here is real. What is behind each figure:

- Adults: the means, percentiles and correlations of ANSUR II (2012), by sex. Sound limbs of
  people in service: disabled, very small and very large people are under-represented.
- Children of 3 to 16: the children's table (estimated from Snyder and others 1977) for hand
  length and breadth; all else is synthetic, from the adults' proportions as
  `parametric.measurements` states them.
- Residual limbs and the spread of finger lengths: synthetic, as there is no public data. A proof
  must say so.

Samples depend on nothing but their arguments: the same seed gives the same people (PCG64, and
numpy's way of drawing from it, which a new major version of numpy may change).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parametric.measurements import (
    anthropometry,
    child_proportion,
    estimate_forearm_circumference,
    estimate_forearm_length,
    estimate_wrist_circumference,
    finger_shares,
    palm_thickness_share,
)
from parametric.params import Value, describe

Detail: TypeAlias = Literal["required", "limb", "everything"]
"""How much was measured: the required measurements, those and the limb, or everything."""

REQUIRED_MEASUREMENTS: Final = (
    "side",
    "hand_breadth",
    "palm_length",
    "wrist_circumference",
    "forearm_circumference",
)
"""The five that everybody is asked for. Everybody here has them."""

RESIDUAL_PALM_LENGTH_RANGE: Final = (0.45, 0.85)
"""Synthetic: length of a residual palm, as a share of the sound palm's."""

RESIDUAL_PALM_BREADTH_RANGE: Final = (0.85, 1.05)
"""Synthetic: breadth of a residual palm, as a share of the sound hand's."""

RESIDUAL_PALM_THICKNESS_RANGE: Final = (0.80, 1.15)
"""Synthetic: thickness of a residual palm, as a share of the sound palm's."""

CHILD_LENGTH_BREADTH_CORRELATION: Final = 0.8
"""Assumed: how closely a child's hand length follows hand breadth at one age."""

_CHILD_PALM_SHARE_SD: Final = 0.013
_CHILD_WRIST_SPREAD: Final = 0.05
_CHILD_FOREARM_SPREAD: Final = 0.06
_CHILD_FOREARM_LENGTH_SPREAD: Final = 0.04
_FINGER_SPREAD: Final = 0.03
"""Synthetic spreads: standard deviations, the last four relative."""

_YOUNGEST_YEARS: Final = 3
_NARROWEST_WINDOW: Final = 0.5
_BODY: Final = (
    "hand_breadth",
    "hand_length",
    "palm_length",
    "wrist_circumference",
    "forearm_circumference",
    "forearm_length",
)
_SCORE: Final = {0.01: -2.3263, 0.05: -1.6449, 0.5: 0.0, 0.95: 1.6449, 0.99: 2.3263}
"""Standard normal scores of the percentiles that the data file gives."""

Array: TypeAlias = NDArray[np.float64]
Measurements: TypeAlias = Mapping[str, Array]


@dataclass(frozen=True)
class Person:
    """Someone to fit a device to.

    Attributes:
        label: Who it is, in words.
        group: The group to count them in, such as ``adult women`` or ``children of 4-5 years``.
        measurements: What was measured, as entries for `parametric.resolve.resolve`: lengths in
            mm to 0.1 mm, and ``side``.
        body: Every measurement, those that nobody took too.
    """

    label: str
    group: str
    measurements: dict[str, Value]
    body: dict[str, Value] = field(default_factory=dict, repr=False)

    def mm(self, name: str) -> float:
        """Returns a measurement in mm. Raises KeyError when it is not there or is no length."""
        value = self.measurements[name]
        if not isinstance(value, float):
            raise KeyError(f"{name} is not a length.")
        return value

    def entries_for(self, params_class: type[Any]) -> dict[str, Value]:
        """Returns what this person answers when this design asks.

        That is what was measured, and what the design cannot do without, taken from the body.
        Values may be out of the design's range: then it does not fit this person, and says so.
        """
        answers: dict[str, Value] = {}
        for info in describe(params_class):
            known = self.measurements
            if info.given == "required":
                known = self.body | self.measurements
            if info.name in known:
                answers[info.name] = known[info.name]
        return answers


def sample_people(
    n: int,
    seed: int,
    *,
    adults: float = 0.6,
    low_percentile: float = 0.01,
    high_percentile: float = 0.99,
) -> tuple[Person, ...]:
    """Makes up people whose measurements go together as those of real people do.

    Adults are women and men in equal parts. A third of the people gave the required
    measurements, a third those of the residual limb too, a third everything.

    Args:
        n: How many people.
        seed: The same seed gives the same people.
        adults: The share of adults, 0 to 1.
        low_percentile: No measurement drawn from a distribution is below this one, from 0.
        high_percentile: Nor above this one, up to 1.

    Raises:
        ValueError: A number is outside its range, or the percentiles are closer than 0.5.
    """
    if n < 0:
        raise ValueError(f"The number of people must not be negative, and is {n}.")
    if not 0 <= adults <= 1:
        raise ValueError(f"The share of adults must be 0 to 1, and is {adults}.")
    if not (low_percentile >= 0 and high_percentile <= 1):
        raise ValueError("Percentiles must be 0 to 1, such as 0.01 and 0.99.")
    if not high_percentile - low_percentile >= _NARROWEST_WINDOW:
        raise ValueError("The percentiles must be at least 0.5 apart.")
    random = np.random.Generator(np.random.PCG64(seed))
    window = (_score(low_percentile), _score(high_percentile))
    adult_count = round(n * adults)
    women = adult_count // 2
    people: list[Person] = []
    for sex, group, count in (
        ("female", "adult women", women),
        ("male", "adult men", adult_count - women),
    ):
        people += _people(random, group, _adults(random, sex, count, window))
    rows = _children_rows()
    years = np.array([_years(row)[1] - _years(row)[0] for row in rows], dtype=float)
    counts = random.multinomial(n - adult_count, years / years.sum())
    for row, count in zip(rows, counts, strict=True):
        group = f"children of {row['age_years']} years"
        people += _people(random, group, _children(random, row, int(count), window))
    return tuple(people)


def corner_people(params_class: type[Any]) -> tuple[Person, ...]:
    """Returns people at the edges: those a design is most likely to fail.

    They go together as bodies do: smallest and largest women and men, the youngest children,
    long thin and short wide hands, a swollen wrist, very short and very long residual palms.
    Each is there twice, with the measurements that the design asks for: once with what it cannot
    do without, once with everything.

    Args:
        params_class: The design's parameters.
    """
    everyone: list[Person] = []
    for index, (label, group, body) in enumerate(_corner_bodies()):
        side = "left" if index % 2 == 0 else "right"
        full: dict[str, Value] = {"side": side}
        full |= {name: round(value, 1) for name, value in _completed(body).items()}
        # A corner that is about the residual palm is nothing without it.
        wanted = REQUIRED_MEASUREMENTS + tuple(name for name in body if name.startswith("residual"))
        required = {name: value for name, value in full.items() if name in wanted}
        for detail, measurements in (("required", required), ("everything", full)):
            person = Person(f"{label}, {side}, {detail} measured", group, measurements, full)
            everyone.append(
                dataclasses.replace(person, measurements=person.entries_for(params_class))
            )
    return tuple(everyone)


def _people(random: np.random.Generator, group: str, body: Measurements) -> list[Person]:
    """Adds limb, fingers and side to bodies, and turns columns into people."""
    count = len(body["hand_breadth"])
    columns = dict(body)
    middle = columns["hand_length"] - columns["palm_length"]
    columns["middle_length"] = middle
    for finger in ("thumb", "index", "ring", "little"):
        spread = np.clip(random.normal(1.0, _FINGER_SPREAD, count), 0.9, 1.1)
        columns[f"{finger}_length"] = finger_shares()[finger] * middle * spread
    columns |= _residual_limb(random, columns)
    sides = random.integers(0, 2, count)
    details: tuple[Detail, ...] = ("required", "limb", "everything")
    chosen = random.integers(0, len(details), count)
    # float() after rounding: plain numbers, so that files and messages show 78.0.
    rounded = {name: np.round(column, 1).tolist() for name, column in columns.items()}
    people = []
    for row in range(count):
        side = "left" if sides[row] == 0 else "right"
        detail = details[chosen[row]]
        whole: dict[str, Value] = {"side": side}
        whole |= {name: values[row] for name, values in rounded.items()}
        measured = {name: value for name, value in whole.items() if _is_measured(name, detail)}
        label = f"{group}, number {row + 1}, {side}, {detail} measured"
        people.append(Person(label, group, measured, whole))
    return people


def _is_measured(name: str, detail: Detail) -> bool:
    if detail == "everything" or name in REQUIRED_MEASUREMENTS:
        return True
    return detail == "limb" and name.startswith("residual")


def _residual_limb(random: np.random.Generator, body: Measurements) -> dict[str, Array]:
    count = len(body["hand_breadth"])
    breadth = body["hand_breadth"]
    return {
        "residual_palm_breadth": breadth * random.uniform(*RESIDUAL_PALM_BREADTH_RANGE, count),
        "residual_palm_thickness": breadth
        * palm_thickness_share()
        * random.uniform(*RESIDUAL_PALM_THICKNESS_RANGE, count),
        "residual_palm_length": body["palm_length"]
        * random.uniform(*RESIDUAL_PALM_LENGTH_RANGE, count),
    }


def _adults(
    random: np.random.Generator, sex: str, count: int, window: tuple[float, float]
) -> dict[str, Array]:
    """Gaussian copula: correlated normal scores, each read off its own percentiles."""
    data = anthropometry()["adults"][sex]
    order = [name.removesuffix("_mm") for name in data["correlation"]["order"]]
    rows = [order.index(name) for name in _BODY]
    correlation = np.array(data["correlation"]["matrix"], dtype=float)[np.ix_(rows, rows)]
    scores = _scores(random, correlation, count, window)
    return {
        name: _at_scores(data["dimensions"][f"{name}_mm"], scores[:, column])
        for column, name in enumerate(_BODY)
    }


def _children(
    random: np.random.Generator, row: Mapping[str, Any], count: int, window: tuple[float, float]
) -> dict[str, Array]:
    """Hands from the children's table; palm, wrist and forearm are synthetic."""
    r = CHILD_LENGTH_BREADTH_CORRELATION
    scores = _scores(random, np.array([[1.0, r], [r, 1.0]]), count, window)
    breadth = _at_scores(row["hand_breadth_mm"], scores[:, 0])
    hand = _at_scores(row["hand_length_mm"], scores[:, 1])

    def spread(relative: float) -> Array:
        return 1 + relative * np.clip(random.standard_normal(count), *window)

    share = child_proportion("palm_length") / child_proportion("hand_length")
    palm = hand * (share + _CHILD_PALM_SHARE_SD * np.clip(random.standard_normal(count), *window))
    wrist = np.empty(count)
    forearm = np.empty(count)
    forearm_length = np.empty(count)
    for each in range(count):
        known = {"hand_breadth": float(breadth[each]), "hand_length": float(hand[each])}
        # Each estimate has what it needs, so none is None.
        wrist[each] = _value(estimate_wrist_circumference(known))
        forearm[each] = _value(estimate_forearm_circumference(known))
        forearm_length[each] = _value(estimate_forearm_length(known))
    thick = spread(_CHILD_WRIST_SPREAD)
    return {
        "hand_breadth": breadth,
        "hand_length": hand,
        "palm_length": palm,
        "wrist_circumference": wrist * thick,
        # A child with a thick wrist has a thick forearm: half of its spread follows the wrist's.
        "forearm_circumference": forearm * (spread(_CHILD_FOREARM_SPREAD) + thick) / 2,
        "forearm_length": forearm_length * spread(_CHILD_FOREARM_LENGTH_SPREAD),
    }


def _scores(
    random: np.random.Generator, correlation: Array, count: int, window: tuple[float, float]
) -> Array:
    """Draws correlated normal scores; people with any score outside the window are redrawn."""
    root = np.linalg.cholesky(correlation)
    kept = np.empty((0, len(root)))
    while len(kept) < count:
        plain = random.standard_normal((2 * count + 64, len(root)))
        # Not @: a library's matrix product may round differently on another machine.
        drawn = np.zeros_like(plain)
        for each in range(len(root)):
            drawn += plain[:, [each]] * root[:, each]
        inside = np.all((drawn >= window[0]) & (drawn <= window[1]), axis=1)
        kept = np.concatenate([kept, drawn[inside]])
    return kept[:count]


def _at_scores(dimension: Mapping[str, float], scores: Array) -> Array:
    """Reads a dimension off its percentiles, in straight lines between and beyond them.

    The children's table has no median; its mean stands in for one.
    """
    middle = dimension.get("p50", dimension["mean"])
    known = [
        (score, middle if name == "p50" else dimension[name])
        for name, score in (
            ("p1", _SCORE[0.01]),
            ("p5", _SCORE[0.05]),
            ("p50", _SCORE[0.5]),
            ("p95", _SCORE[0.95]),
            ("p99", _SCORE[0.99]),
        )
        if name == "p50" or name in dimension
    ]
    x = np.array([score for score, _ in known])
    y = np.array([value for _, value in known])
    inside = np.interp(scores, x, y)
    below = np.minimum(scores - x[0], 0.0) * (y[1] - y[0]) / (x[1] - x[0])
    above = np.maximum(scores - x[-1], 0.0) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    return np.asarray(inside + below + above, dtype=np.float64)


def _score(percentile: float) -> float:
    """Normal score of a percentile; beyond 1 in 10,000 there is nothing to read off."""
    return NormalDist().inv_cdf(min(max(percentile, 1e-4), 1 - 1e-4))


def _children_rows() -> list[Mapping[str, Any]]:
    rows = anthropometry()["children_estimated"]
    return [row for row in rows if _years(row)[0] >= _YOUNGEST_YEARS]


def _years(row: Mapping[str, Any]) -> tuple[int, int]:
    first, last = row["age_years"].split("-")
    return int(first), int(last)


def _value(estimate: object) -> float:
    value = getattr(estimate, "value", None)
    if not isinstance(value, float):
        raise TypeError("A child's measurements must be enough for every estimate.")
    return value


def _corner_bodies() -> list[tuple[str, str, dict[str, float]]]:
    """Label, group and the body of each corner, in mm."""
    women = anthropometry()["adults"]["female"]["dimensions"]
    men = anthropometry()["adults"]["male"]["dimensions"]
    youngest = _children_rows()[0]

    def adult(data: Mapping[str, Any], at: Mapping[str, str], other: str) -> dict[str, float]:
        return {name: data[f"{name}_mm"][at.get(name, other)] for name in _BODY}

    def child(at: str) -> dict[str, float]:
        return {
            "hand_breadth": youngest["hand_breadth_mm"][at],
            "hand_length": youngest["hand_length_mm"][at],
        }

    lengths = ("hand_length", "palm_length", "forearm_length")
    typical = adult(women, {}, "p50")
    little = f"children of {youngest['age_years']} years"
    swollen = typical["wrist_circumference"] * 1.12
    return [
        ("smallest adult woman", "adult women", adult(women, {}, "p1")),
        ("largest adult woman", "adult women", adult(women, {}, "p99")),
        ("smallest adult man", "adult men", adult(men, {}, "p1")),
        ("largest adult man", "adult men", adult(men, {}, "p99")),
        ("youngest child, small", little, child("p5")),
        ("youngest child, large", little, child("p95")),
        ("long thin hand", "adult women", adult(women, dict.fromkeys(lengths, "p95"), "p5")),
        ("short wide hand", "adult men", adult(men, dict.fromkeys(lengths, "p5"), "p95")),
        ("swollen wrist", "adult women", typical | {"wrist_circumference": swollen}),
        *(
            (
                f"{word} residual palm",
                "adult women",
                typical | {"residual_palm_length": typical["palm_length"] * share},
            )
            for word, share in zip(("short", "long"), RESIDUAL_PALM_LENGTH_RANGE, strict=True)
        ),
        *(
            (
                f"{word} residual palm",
                "adult women",
                typical
                | {
                    "residual_palm_breadth": typical["hand_breadth"] * breadth,
                    "residual_palm_thickness": typical["hand_breadth"]
                    * palm_thickness_share()
                    * thickness,
                },
            )
            for word, breadth, thickness in zip(
                ("slight", "full"),
                RESIDUAL_PALM_BREADTH_RANGE,
                RESIDUAL_PALM_THICKNESS_RANGE,
                strict=True,
            )
        ),
    ]


def _completed(body: Mapping[str, float]) -> dict[str, float]:
    """Fills in what a corner does not say with the middle of its range."""
    full = dict(body)
    share = child_proportion("palm_length") / child_proportion("hand_length")
    full.setdefault("palm_length", full["hand_length"] * share)
    full.setdefault("wrist_circumference", _value(estimate_wrist_circumference(full)))
    full.setdefault("forearm_circumference", _value(estimate_forearm_circumference(full)))
    full.setdefault("forearm_length", _value(estimate_forearm_length(full)))
    middle = full["hand_length"] - full["palm_length"]
    for finger, ratio in finger_shares().items():
        full.setdefault(f"{finger}_length", ratio * middle)
    breadth = full["hand_breadth"]
    full.setdefault("residual_palm_breadth", breadth * _middle(RESIDUAL_PALM_BREADTH_RANGE))
    full.setdefault(
        "residual_palm_thickness",
        breadth * palm_thickness_share() * _middle(RESIDUAL_PALM_THICKNESS_RANGE),
    )
    full.setdefault(
        "residual_palm_length", full["palm_length"] * _middle(RESIDUAL_PALM_LENGTH_RANGE)
    )
    return full


def _middle(span: tuple[float, float]) -> float:
    return sum(span) / 2
