"""Estimates of measurements that were not taken, each with the name of its source.

Adults: the linear regression of one dimension on others, from the means, standard deviations and
correlations of ANSUR II (2012), women and men mixed in equal parts. Children: proportions, from
the children's table. Between a small hand and an adult hand the two are blended smoothly.

The blend is made so that a bigger hand never gives a smaller estimate. For each set of known
measurements there is one number, the *index*: a weighted mean of what each of them says by the
children's proportions, with the weights that the adults' regression gives them. Both the
children's estimate (the index itself) and the adults' (a straight line in the index) depend on
the index alone, and so does the blend; it rises with the index, and the index with each input.

Everything here is in mm. An estimate is worth less than a tape measure, always.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from parametric.params import Estimate, Value
from parametric.units import Mm

ADULT_SOURCE: Final = "ANSUR II survey of 2012, 6,068 adults"
CHILD_SOURCE: Final = "children's hand sizes estimated from Snyder and others 1977"
FINGER_SOURCE: Final = "Annals of Anatomy 2010;192:156, 160 children of 3 to 10 years"

DEFAULT_PADDING_MM: Final[Mm] = 3.0
"""Thickness of the soft lining between limb and device: one layer of common 3 mm foam."""

RESIDUAL_PALM_LENGTH_SHARE: Final = 0.62
"""Assumed length of a residual palm, as a share of the sound palm. There is no data: measure."""

CHILD_WRIST_ADJUSTMENT: Final = 1.05
"""Assumed: a child's wrist is 5 % thicker, for the breadth of the hand, than an adult's."""

CHILD_FOREARM_ADJUSTMENT: Final = 0.95
"""Assumed: a child's forearm is 5 % thinner, for the breadth of the hand, than an adult's."""

SUPERELLIPSE_EXPONENT: Final = 3.0
"""Assumed shape of a section through the palm: rounder than a rectangle, squarer than an ellipse
(2). It makes the mean man's palm 33 mm thick and the mean woman's 29 mm."""

# The blend begins at the breadth of an average child of about 8 and ends at that of an average
# child of 13, which is also an average woman's: at 65 mm the children's table has the say.
_CHILD_UNTIL_BREADTH_MM: Final = 62.0
_ADULT_FROM_BREADTH_MM: Final = 80.0

_ADULT_DIMENSIONS: Final = (
    "hand_breadth",
    "hand_length",
    "palm_length",
    "hand_circumference",
    "wrist_circumference",
    "forearm_circumference",
    "forearm_length",
)


@cache
def anthropometry() -> Mapping[str, Any]:
    """Returns the facts of ``data/anthropometry.json``; see the README beside it."""
    text = resources.files("parametric").joinpath("data/anthropometry.json").read_text("utf-8")
    return MappingProxyType(json.loads(text))


def estimate_hand_breadth(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates hand breadth from hand length or palm length, in mm.

    Returns None when neither is known. Source: ANSUR II, children's table.
    """
    return _from_body("hand_breadth", known, ("hand_length", "palm_length"))


def estimate_hand_length(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates hand length from palm length and hand breadth, or either, in mm.

    Returns None when neither is known. Source: ANSUR II, children's table.
    """
    return _from_body("hand_length", known, ("palm_length", "hand_breadth"))


def estimate_palm_length(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates palm length from hand length and hand breadth, or either, in mm.

    Returns None when neither is known. Source: ANSUR II; children's palms are taken to have the
    adults' share of the hand, as their table has no palms.
    """
    return _from_body("palm_length", known, ("hand_length", "hand_breadth"))


def estimate_wrist_circumference(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates wrist circumference from hand breadth and forearm circumference, in mm.

    Returns None when neither is known. Source: ANSUR II; for children the adults' proportion
    with `CHILD_WRIST_ADJUSTMENT`, an assumption.
    """
    return _from_body("wrist_circumference", known, ("hand_breadth", "forearm_circumference"))


def estimate_forearm_circumference(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates forearm circumference from wrist circumference and hand breadth, in mm.

    Returns None when neither is known. Source: ANSUR II; for children the adults' proportion
    with `CHILD_FOREARM_ADJUSTMENT`, an assumption.
    """
    return _from_body("forearm_circumference", known, ("wrist_circumference", "hand_breadth"))


def estimate_forearm_length(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates forearm length from hand length, else from palm length or hand breadth, in mm.

    Returns None when none of them is known. Source: ANSUR II; children are taken to have the
    adults' proportion of forearm to hand, as their table has no forearms.
    """
    for predictor in ("hand_length", "palm_length", "hand_breadth"):
        estimate = _from_body("forearm_length", known, (predictor,))
        if estimate is not None:
            return estimate
    return None


def estimate_middle_length(known: Mapping[str, Value]) -> Estimate | None:
    """Works out the middle finger: hand length less palm length, in mm.

    That is what the two lengths mean, so it is exact when both were measured; a missing one is
    estimated first. Returns None when neither can be had, or when the palm is not shorter than
    the hand.
    """
    hand = _measured(known, "hand_length")
    palm = _measured(known, "palm_length")
    how = "Hand length less palm length."
    if hand is None:
        estimate = estimate_hand_length(known)
        if estimate is None:
            return None
        hand, how = estimate.value, f"Hand length less palm length. {estimate.source}"
    if palm is None:
        estimate = estimate_palm_length({**known, "hand_length": hand})
        if estimate is None:
            return None
        palm, how = estimate.value, f"{how} {estimate.source}"
    return Estimate(hand - palm, how) if hand > palm else None


def estimate_thumb_length(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates the thumb's length from the middle finger's, in mm; else returns None."""
    return _from_middle_finger("thumb", known)


def estimate_index_length(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates the index finger's length from the middle finger's, in mm; else returns None."""
    return _from_middle_finger("index", known)


def estimate_ring_length(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates the ring finger's length from the middle finger's, in mm; else returns None."""
    return _from_middle_finger("ring", known)


def estimate_little_length(known: Mapping[str, Value]) -> Estimate | None:
    """Estimates the little finger's length from the middle finger's, in mm; else returns None."""
    return _from_middle_finger("little", known)


def estimate_residual_palm_breadth(known: Mapping[str, Value]) -> Estimate | None:
    """Takes the residual palm to be as broad as the sound hand, in mm: an assumption.

    Most are narrower; padding fills a space that is too wide, nothing widens one that is too
    narrow. Returns None when hand breadth is not known.
    """
    breadth = _measured(known, "hand_breadth")
    if breadth is None:
        return None
    return Estimate(
        breadth, "Assumed as broad as the sound hand: there is no data. Measure the limb."
    )


def estimate_residual_palm_thickness(known: Mapping[str, Value]) -> Estimate | None:
    """Takes the residual palm to be as thick as the sound one, worked out from breadth, in mm.

    The section through a palm is taken as a superellipse (`SUPERELLIPSE_EXPONENT`) whose width
    is the hand's breadth and whose perimeter is its circumference; ANSUR II gives their ratio.
    Returns None when hand breadth is not known.
    """
    breadth = _measured(known, "hand_breadth")
    if breadth is None:
        return None
    return Estimate(
        breadth * palm_thickness_share(),
        "Assumed as thick as a sound palm, whose section is taken as a superellipse with the "
        f"breadth and circumference of {ADULT_SOURCE}. Measure the limb.",
    )


def estimate_residual_palm_length(known: Mapping[str, Value]) -> Estimate | None:
    """Takes the residual palm to be a share of the sound one, in mm: an assumption.

    The share is `RESIDUAL_PALM_LENGTH_SHARE`. Returns None when palm length is neither known nor
    can be estimated.
    """
    palm = _measured(known, "palm_length")
    if palm is None:
        estimate = estimate_palm_length(known)
        if estimate is None:
            return None
        palm = estimate.value
    return Estimate(
        RESIDUAL_PALM_LENGTH_SHARE * palm,
        f"Assumed {RESIDUAL_PALM_LENGTH_SHARE:.0%} of the sound palm: residual limbs differ and "
        "there is no data. Measure the limb.",
    )


@cache
def palm_thickness_share() -> float:
    """Returns the thickness of a palm as a share of its breadth.

    Solved so that a superellipse as wide as the mean hand has the mean hand's circumference.
    """
    moments = _adults()
    wanted = moments.means["hand_circumference"] / moments.means["hand_breadth"]
    thin, thick = 0.05, 1.0
    for _ in range(60):
        middle = (thin + thick) / 2
        if _superellipse_perimeter(middle, SUPERELLIPSE_EXPONENT) < wanted:
            thin = middle
        else:
            thick = middle
    return (thin + thick) / 2


@cache
def child_proportion(name: str) -> float:
    """Returns a child's dimension as a multiple of hand breadth.

    Hand length is from the children's table; the palm's share of the hand and the forearm's
    proportion to it are the adults'; wrist and forearm circumference are the adults' with the
    stated adjustments.

    Raises:
        KeyError: No proportion is known for this dimension.
    """
    if name == "hand_breadth":
        return 1.0
    means = _adults().means
    if name in {"hand_length", "palm_length", "forearm_length"}:
        table = anthropometry()["children_estimated"]
        ratios = [row["hand_length_mm"]["mean"] / row["hand_breadth_mm"]["mean"] for row in table]
        hand = sum(ratios) / len(ratios)
        return float(hand * means[name] / means["hand_length"])
    adjustment = {
        "wrist_circumference": CHILD_WRIST_ADJUSTMENT,
        "forearm_circumference": CHILD_FOREARM_ADJUSTMENT,
    }[name]
    return adjustment * means[name] / means["hand_breadth"]


@cache
def finger_shares() -> Mapping[str, float]:
    """Returns each finger's length as a share of the middle finger's."""
    table = anthropometry()["finger_lengths_3_to_10_years_mm"]
    middle = table["middle"][0]
    names = ("thumb", "index", "middle", "ring", "little")
    return MappingProxyType({name: table[name][0] / middle for name in names})


@dataclass(frozen=True)
class _Moments:
    means: Mapping[str, float]
    covariance: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class _Relation:
    """One dimension from others: index = sum(weight x input); adults: offset + slope x index."""

    weights: tuple[tuple[str, float], ...]
    offset: float
    slope: float
    child_until: float
    adult_from: float


@cache
def _adults() -> _Moments:
    """Means and covariances of women and men mixed in equal parts.

    Equal parts, not the survey's two men to one woman: devices are for everyone.
    """
    groups = []
    for sex in ("female", "male"):
        data = anthropometry()["adults"][sex]
        order = [name.removesuffix("_mm") for name in data["correlation"]["order"]]
        row = {name: order.index(name) for name in _ADULT_DIMENSIONS}
        mean = {name: data["dimensions"][f"{name}_mm"]["mean"] for name in _ADULT_DIMENSIONS}
        sd = {name: data["dimensions"][f"{name}_mm"]["sd"] for name in _ADULT_DIMENSIONS}
        matrix = data["correlation"]["matrix"]
        correlation = {
            (a, b): matrix[row[a]][row[b]] for a in _ADULT_DIMENSIONS for b in _ADULT_DIMENSIONS
        }
        groups.append((mean, sd, correlation))
    means = {name: sum(mean[name] for mean, _, _ in groups) / 2 for name in _ADULT_DIMENSIONS}
    covariance = {
        (a, b): sum(
            correlation[a, b] * sd[a] * sd[b] + (mean[a] - means[a]) * (mean[b] - means[b])
            for mean, sd, correlation in groups
        )
        / 2
        for a in _ADULT_DIMENSIONS
        for b in _ADULT_DIMENSIONS
    }
    return _Moments(MappingProxyType(means), MappingProxyType(covariance))


def _regression(target: str, predictors: tuple[str, ...]) -> tuple[float, ...]:
    """Least-squares slopes for one predictor or two."""
    covariance = _adults().covariance
    if len(predictors) == 1:
        (a,) = predictors
        return (covariance[a, target] / covariance[a, a],)
    a, b = predictors
    determinant = covariance[a, a] * covariance[b, b] - covariance[a, b] ** 2
    return (
        (covariance[a, target] * covariance[b, b] - covariance[b, target] * covariance[a, b])
        / determinant,
        (covariance[b, target] * covariance[a, a] - covariance[a, target] * covariance[a, b])
        / determinant,
    )


@cache
def _relation(target: str, predictors: tuple[str, ...]) -> _Relation:
    means = _adults().means
    slopes = _regression(target, predictors)
    says = [child_proportion(target) / child_proportion(name) for name in predictors]
    slope = sum(each / ratio for each, ratio in zip(slopes, says, strict=True))
    weights = tuple((name, each / slope) for name, each in zip(predictors, slopes, strict=True))
    mean_index = sum(weight * means[name] for name, weight in weights)
    return _Relation(
        weights,
        means[target] - slope * mean_index,
        slope,
        child_proportion(target) * _CHILD_UNTIL_BREADTH_MM,
        child_proportion(target) * _ADULT_FROM_BREADTH_MM,
    )


def _from_body(
    target: str,
    known: Mapping[str, Value],
    predictors: tuple[str, ...],
) -> Estimate | None:
    measured = {name: _measured(known, name) for name in predictors}
    inputs = {name: value for name, value in measured.items() if value is not None}
    if not inputs:
        return None
    relation = _relation(target, tuple(inputs))
    index = sum(weight * inputs[name] for name, weight in relation.weights)
    adult = _smooth_step(index, relation.child_until, relation.adult_from)
    value = (1 - adult) * index + adult * (relation.offset + relation.slope * index)
    sources = []
    if adult < 1:
        sources.append(CHILD_SOURCE + _not_from_children({target, *inputs}))
    if adult > 0:
        sources.append(ADULT_SOURCE)
    names = " and ".join(name.replace("_", " ") for name in inputs)
    return Estimate(value, f"From {names}: {'; '.join(sources)}.")


def _not_from_children(names: set[str]) -> str:
    """Says which part of a child's estimate is not from the children's table."""
    if names & {"wrist_circumference", "forearm_circumference"}:
        return " with adults' proportions, adjusted by assumption"
    if names & {"palm_length", "forearm_length"}:
        return " with adults' proportions"
    return ""


def _from_middle_finger(finger: str, known: Mapping[str, Value]) -> Estimate | None:
    middle = _measured(known, "middle_length")
    if middle is None:
        estimate = estimate_middle_length(known)
        if estimate is None:
            return None
        middle = estimate.value
    share = finger_shares()[finger]
    return Estimate(share * middle, f"{share:.0%} of the middle finger: {FINGER_SOURCE}.")


def _measured(known: Mapping[str, Value], name: str) -> float | None:
    """Returns a measurement if it is there and can be one."""
    value = known.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and value > 0 else None


def _smooth_step(x: float, start: float, end: float) -> float:
    t = min(max((x - start) / (end - start), 0.0), 1.0)
    return t * t * (3 - 2 * t)


def _superellipse_perimeter(height: float, exponent: float, steps: int = 256) -> float:
    """Perimeter of |2x|^n + |2y/height|^n = 1, whose width is 1."""
    total, before = 0.0, (0.5, 0.0)
    for step in range(1, steps + 1):
        angle = math.pi / 2 * step / steps
        after = (
            0.5 * max(math.cos(angle), 0.0) ** (2 / exponent),
            0.5 * height * math.sin(angle) ** (2 / exponent),
        )
        total += math.dist(before, after)
        before = after
    return 4 * total
