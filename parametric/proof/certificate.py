"""The certificate: the record of a proof, and its words.

It names whom a design was made for, what failed, whom it refuses and why, and what was not checked.
"""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from parametric.checks.findings import Record
from parametric.clearance import PrinterProfile, printers
from parametric.design import Design, LoadClass
from parametric.params import describe
from parametric.proof.person import Kernels, Outcome, Status
from parametric.proof.sample import Sampled, passed_over

MOST_EXCLUDED = 0.02
"""The share of those sampled that a design may refuse and still be called proved."""

_MOST_FAILURES = 50

SAMPLE_OF_PEOPLE = (
    "Adults: sound limbs, made up from the percentiles and correlations of ANSUR II (2012).",
    "Those were people in service: disabled, very small and very large people are few among them.",
    "Children of 3 to 16: hands estimated from Snyder and others (1977), all else is synthetic.",
    "Residual limbs and finger lengths: synthetic, as there is no public data.",
)
SAMPLE_OF_SETTINGS = (
    "This design asks for no measurements of a body.",
    "It was made for the corners of its ranges and for settings spread evenly between them.",
)
NOT_CHECKED = (
    "Strength, other than by the design's own calculations: nothing was printed, loaded or broken.",
    "Comfort, skin, and whether it is of use to anybody: only the person can tell.",
    "How a printer really prints: clearances are those of the stated printer profile.",
    "Positions between those that were tried, and cords that rub or stretch.",
    "Real people: nobody in the sample exists.",
)


@dataclass(frozen=True)
class Excluded:
    """People (or settings) that a design refuses, with the reason in words.

    Attributes:
        reason: such as ``hand breadth under 43 mm``.
        people: how many of the sample.
        example: one of them, by label.
        says: what the design told that one.
    """

    reason: str
    people: int
    example: str
    says: str


@dataclass(frozen=True)
class Failure:
    """A person for whom something does not hold."""

    person: str
    check: str
    part: str
    says: str


@dataclass(frozen=True)
class Worst:
    """The value of one check that came nearest to its limit (or beyond), and for whom.

    `margin` is how far it keeps from the limit, in `unit`; negative when it does not.
    """

    check: str
    of: str
    value: float
    limit: float
    unit: str
    margin: float
    person: str


@dataclass(frozen=True)
class HoleExtremes:
    """One hole over all people: what it must be and what it measured, in mm."""

    part: str
    name: str
    least_nominal_mm: float
    greatest_nominal_mm: float
    worst_error_mm: float
    people: int


@dataclass(frozen=True)
class Certificate(Record):
    """What was proved of one version of one design, for whom, and what was not checked.

    Attributes:
        design, version, title, load_class: the design's.
        digest: BLAKE2b of the design's source and of what it asks for.
        engines: versions of what made and measured the parts.
        printer: the printer profile.
        sampled: ``people`` or ``settings``.
        people: how many were sampled; `edges` more stand at the edges of the ranges.
        seed: of the sample.
        proved, failed, excluded: how many of all of them.
        excluded_share: of the sampled ones (those at the edges do not count).
        exclusions, failures, worst, holes: see there. At most 50 failures are named.
        warnings: how many people each kind of warning came up for.
        beds: printers whose bed takes every part, and for what share of those who were made.
        passed_over: how many settings came up that contradict each other, which the design refuses;
            others were tried in their place.
        settings_refused: for how many the chosen options did not go with the body, so that the
            design's own defaults were used.
        small_parts: parts that could go into the small parts cylinder for somebody.
        kernels: how the agreement of the two kernels was tested.
        sample, not_checked: statements in plain words.
        checked: what the design says of itself.
        says: the verdict in plain words.
        holds: whether it is proved.
    """

    design: str
    version: str
    title: str
    load_class: str
    digest: str
    engines: Mapping[str, str]
    printer: PrinterProfile
    sampled: Sampled
    people: int
    edges: int
    seed: int
    proved: int
    failed: int
    excluded: int
    excluded_share: float
    exclusions: tuple[Excluded, ...]
    failures: tuple[Failure, ...]
    worst: tuple[Worst, ...]
    holes: tuple[HoleExtremes, ...]
    warnings: Mapping[str, int]
    beds: Mapping[str, float]
    passed_over: int
    settings_refused: int
    small_parts: tuple[str, ...]
    kernels: str
    sample: tuple[str, ...]
    not_checked: tuple[str, ...]
    checked: tuple[str, ...]
    says: str
    holds: bool


def certify(
    design: Design,
    printer: PrinterProfile,
    asked: tuple[Sampled, int, int, int],
    outcomes: Sequence[Outcome],
    kernels: Sequence[Kernels],
) -> Certificate:
    """Return the certificate of a proof.

    Args:
        design: what was proved.
        printer: the printer everything was made for.
        asked: what was sampled, how many stand at the edges, how many were sampled, the seed.
        outcomes: what came out for each, those at the edges first.
        kernels: what the comparisons of both kernels found, in the same order.
    """
    kind, edges, people, seed = asked
    skipped = passed_over(design, people, seed)
    count = Counter(each.status for each in outcomes)
    refused = sum(each.status == "excluded" for each in outcomes[edges:])
    share = refused / people
    made = [each for each in outcomes if each.status != "excluded"]
    disagree = [error for each in kernels for error in each.errors]
    failures = [
        Failure(each.person, found.check, found.part, found.says)
        for each in outcomes
        for found in each.errors
    ]
    failures += [Failure(*_split_person(error)) for error in disagree]
    is_for_most = share <= MOST_EXCLUDED
    holds = not failures and count["failed"] == 0 and is_for_most and count["proved"] > 0
    compared = sum(each.compared for each in kernels)
    not_checked = NOT_CHECKED + design.not_checked
    if not compared:
        not_checked = ("Agreement of the two geometry kernels.", *not_checked)
    return Certificate(
        design=design.slug,
        version=design.version,
        title=design.title,
        load_class=design.load_class.value,
        digest=digest_of(design),
        engines=_engines(),
        printer=printer,
        sampled=kind,
        people=people,
        edges=edges,
        seed=seed,
        proved=count["proved"],
        failed=count["failed"],
        excluded=count["excluded"],
        excluded_share=share,
        exclusions=_exclusions(outcomes),
        failures=tuple(failures[:_MOST_FAILURES]),
        worst=_worst(outcomes),
        holes=_holes(outcomes),
        warnings=dict(sorted(Counter(w for each in outcomes for w in each.warnings).items())),
        beds={
            name: sum(name in each.beds for each in made) / len(made) if made else 0.0
            for name in printers()
        },
        passed_over=skipped,
        settings_refused=sum(each.settings_refused for each in outcomes),
        small_parts=tuple(sorted({name for each in outcomes for name in each.small_parts})),
        kernels=_kernels_say(kernels, compared, disagree),
        sample=SAMPLE_OF_PEOPLE
        if kind == "people"
        else (*SAMPLE_OF_SETTINGS, _passed_over(skipped)),
        not_checked=not_checked,
        checked=design.checked,
        says=_verdict(design, kind, count, share, holds=holds, disagree=len(disagree)),
        holds=holds,
    )


def _passed_over(skipped: int) -> str:
    if not skipped:
        return "No settings came up that contradict each other."
    return (
        f"{skipped} more came up that contradict each other, which the design refuses: others were "
        "tried in their place."
    )


def _split_person(error: str) -> tuple[str, str, str, str]:
    person, _, rest = error.partition(": ")
    part, _, says = rest.partition(": ")
    return person, "kernels", part if says else "", says or rest


def _verdict(
    design: Design,
    kind: Sampled,
    count: Mapping[Status, int],
    share: float,
    *,
    holds: bool,
    disagree: int,
) -> str:
    made = count["proved"] + count["failed"]
    name = f"{design.title} {design.version}"
    if holds:
        says = [f"{name}: proved for the {kind} sampled. All {made} devices pass every check."]
    else:
        says = [f"{name}: NOT PROVED."]
        if count["failed"]:
            says.append(f"{count['failed']} of {made} devices fail a check.")
        if disagree:
            says.append(f"The two geometry kernels disagree {disagree} times.")
        if not made:
            says.append("Not one device could be made.")
    if count["excluded"]:
        who = "people" if kind == "people" else "settings"
        says.append(
            f"The design refuses {count['excluded']} {who} and says why "
            f"({share:.1%} of those sampled)."
        )
    if share > MOST_EXCLUDED:
        says.append(f"That is more than {MOST_EXCLUDED:.0%}.")
    says.append("Nobody in the sample is real." if kind == "people" else "")
    if design.load_class is LoadClass.RED:
        says.append(
            "It carries a person or steers a wheelchair: it is never published as printable."
        )
    return " ".join(each for each in says if each)


def _kernels_say(kernels: Sequence[Kernels], compared: int, disagree: Sequence[str]) -> str:
    if not compared:
        return "The mesh was not compared with an exact model."
    people = sum(each.compared > 0 for each in kernels)
    verdict = "they agree" if not disagree else f"they disagree {len(disagree)} times"
    return (
        f"{compared} parts of {people} of those at the edges were also made by the exact kernel: "
        f"{verdict}."
    )


def _exclusions(outcomes: Sequence[Outcome]) -> tuple[Excluded, ...]:
    groups: dict[str, list[Outcome]] = {}
    for each in outcomes:
        if each.status == "excluded":
            groups.setdefault(each.reason, []).append(each)
    rows = [
        Excluded(reason, len(each), each[0].person, each[0].says) for reason, each in groups.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.people, row.reason)))


def _worst(outcomes: Sequence[Outcome]) -> tuple[Worst, ...]:
    found: dict[str, Worst] = {}
    for each in outcomes:
        for figure in each.figures:
            before = found.get(figure.check)
            if before is None or figure.margin < before.margin:
                found[figure.check] = Worst(
                    figure.check,
                    figure.of,
                    figure.value,
                    figure.limit,
                    figure.unit,
                    figure.margin,
                    each.person,
                )
    return tuple(found[check] for check in sorted(found))


def _holes(outcomes: Sequence[Outcome]) -> tuple[HoleExtremes, ...]:
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for each in outcomes:
        for part, name, nominal, measured in each.holes:
            found.setdefault((part, name), []).append((nominal, measured))
    return tuple(
        HoleExtremes(
            part,
            name,
            min(nominal for nominal, _ in rows),
            max(nominal for nominal, _ in rows),
            max(abs(measured - nominal) for nominal, measured in rows),
            len(rows),
        )
        for (part, name), rows in sorted(found.items())
    )


def digest_of(design: Design) -> str:
    """Return a digest of a design's source files and of all that it asks for.

    The files are all Python and CSV files in the folder of the module that builds it; where
    there is none (a design made in a running program), only what it asks for counts.
    """
    hasher = hashlib.blake2b(digest_size=16)
    asked = [info.to_json() for info in describe(design.parameters)]
    hasher.update(json.dumps([design.slug, design.version, asked], sort_keys=True).encode())
    with contextlib.suppress(TypeError, OSError):
        folder = Path(inspect.getfile(design.build)).parent
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".py", ".csv") and "test_" not in file.name:
                hasher.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return hasher.hexdigest()


def _engines() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("fitcommons", "manifold3d", "numpy", "embreex", "cadquery"):
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
