"""Proof over people: a design is made and checked for many bodies, and a certificate says so.

Every person's device is made as it would be for a maker and every check of `parametric.checks` is
run on the meshes that would be printed. Nobody in a proof is real: see `parametric.people`.
Designs without body measurements are proved over their own settings instead.

The result depends on the design, the people, the seed and the printer, and on nothing else: not
on how many processes worked on it, nor on the order in which they were done.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import inspect
import itertools
import json
import math
import multiprocessing
import pickle
import platform
import re
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, TypeAlias

from parametric.checks.findings import HOLE_TOLERANCE_MM, Finding, Report, record
from parametric.checks.kernels import agreement
from parametric.checks.kit import check_kit
from parametric.checks.overhangs import LONGEST_BRIDGE_MM
from parametric.checks.walls import WALL_SLACK_MM
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile, printers
from parametric.design import Design, LoadClass
from parametric.kit import MadePart, make
from parametric.params import (
    RESIDUAL_LIMB,
    SOUND_HAND,
    BadParameters,
    ParameterInfo,
    Problem,
    Value,
    describe,
    resolve,
)
from parametric.people import Person, corner_people, sample_people

SEED = 20261122
"""The seed of a proof unless another is asked for: any number will do, but always the same."""

MOST_EXCLUDED = 0.02
"""The share of sampled people whom a design may refuse and still be called proved."""

MOST_REFUSED_SETTINGS = 0.5
"""The share of sampled settings that may go together badly and be refused."""

EXACT_PEOPLE = 7
"""How many of the people at the edges share one device's comparison of both kernels.

The exact kernel takes a minute for a palm. So the first of them has its first part compared, its
eighth and so on, the second its second and ninth: each kind of part once, on different bodies.
"""

_CHUNK = 4
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

Status: TypeAlias = Literal["proved", "failed", "excluded"]
Progress: TypeAlias = Callable[[int, int], bool | None]


class ProofCancelled(Exception):
    """The proof was stopped by whoever watched its progress. Nothing is certified."""


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
class Certificate:
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
    sampled: Literal["people", "settings"]
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
    settings_refused: int
    small_parts: tuple[str, ...]
    kernels: str
    sample: tuple[str, ...]
    not_checked: tuple[str, ...]
    checked: tuple[str, ...]
    says: str
    holds: bool

    def to_json(self) -> dict[str, Any]:
        """Return the certificate as a JSON object: the same proof gives the same object."""
        return record(self)


def prove(
    design: Design,
    people: int = 1000,
    seed: int = SEED,
    *,
    printer: PrinterProfile = DEFAULT_PRINTER,
    processes: int = 2,
    progress: Progress = lambda _done, _total: None,
) -> Certificate:
    """Make and check a design for `people` people (or settings), and say what came out.

    Args:
        design: what to prove.
        people: how many to sample; those at the edges come on top.
        seed: the same seed gives the same people.
        printer: the printer they are made for.
        processes: how many worker processes; the result does not depend on it. With 1, or for a
            design that other processes cannot import, all is done in this one.
        progress: called with (done, total) as the work goes on; returning False cancels.

    Raises:
        ProofCancelled: `progress` returned False.
        ValueError: fewer than one person is asked for.
    """
    if people < 1:
        raise ValueError(f"A proof needs one person or more, {people} asked.")
    kind, edges, sampled = _subjects(design, people, seed)
    everyone = (*edges, *sampled)
    exact = _exact_sample(len(edges))
    # The slow ones first, so that no process is left with one of them at the end.
    jobs = [_Job((row,), exact=True, turn=(i, len(exact))) for i, row in enumerate(exact)]
    jobs += [
        _Job(tuple(range(i, min(i + _CHUNK, len(everyone)))), exact=False)
        for i in range(0, len(everyone), _CHUNK)
    ]
    task = _Task(design, printer, seed, everyone)
    outcomes: dict[int, _Outcome] = {}
    kernels: list[_Kernels] = []
    done, total = 0, len(everyone) + len(exact)
    with contextlib.closing(_run(task, jobs, processes)) as results:
        for job, result in results:
            if job.exact:
                kernels += result.kernels
            else:
                outcomes |= dict(zip(job.rows, result.outcomes, strict=True))
            done += len(job.rows)
            if progress(done, total) is False:
                raise ProofCancelled(f"The proof of {design.slug} was stopped.")
    ordered = [outcomes[row] for row in range(len(everyone))]
    kernels.sort(key=lambda each: each.row)
    return _certify(design, printer, (kind, len(edges), people, seed), ordered, kernels)


def sample_parameters(params_class: type[Any], n: int, seed: int) -> tuple[Person, ...]:
    """Return settings of a design that asks for no body: corners of its ranges, then points.

    Corners: all numbers at their lowest or highest, every way for up to five numbers, else one at
    a time. Points: a low-discrepancy sequence (J. H. Halton, Numerische Mathematik 2, 1960) over
    all that can be set, shifted by the seed; every third leaves the defaults alone where there
    are any.

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
    points = [
        Person(f"setting {k + 1}", "settings", _options(infos, k, seed, sparse=k % 3 == 2))
        for k in range(n)
    ]
    return (*corners, *points)


# --- who ----------------------------------------------------------------------


def _asks_for_a_body(infos: Sequence[ParameterInfo]) -> bool:
    return any(info.name in SOUND_HAND | RESIDUAL_LIMB for info in infos)


def _subjects(
    design: Design, people: int, seed: int
) -> tuple[Literal["people", "settings"], tuple[Person, ...], tuple[Person, ...]]:
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


def _exact_sample(edges: int) -> list[int]:
    """Return which of those at the edges both kernels are compared for, spread over all."""
    count = min(EXACT_PEOPLE, edges)
    return sorted({round(i * (edges - 1) / max(count - 1, 1)) for i in range(count)})


# --- one person, in whatever process ------------------------------------------


@dataclass(frozen=True)
class _Task:
    design: Design
    printer: PrinterProfile
    seed: int
    everyone: tuple[Person, ...]


@dataclass(frozen=True)
class _Job:
    rows: tuple[int, ...]
    exact: bool
    turn: tuple[int, int] = (0, 1)


@dataclass(frozen=True)
class _Figure:
    check: str
    of: str
    value: float
    limit: float
    unit: str
    at_least: bool

    @property
    def margin(self) -> float:
        return self.value - self.limit if self.at_least else self.limit - self.value


@dataclass(frozen=True)
class _Outcome:
    """What came out for one person; small, as it travels between processes."""

    person: str
    status: Status
    reason: str = ""
    says: str = ""
    settings_refused: bool = False
    errors: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()
    figures: tuple[_Figure, ...] = ()
    holes: tuple[tuple[str, str, float, float], ...] = ()
    beds: tuple[str, ...] = ()
    small_parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kernels:
    """How the two kernels agree on one person's parts."""

    row: int
    compared: int
    errors: tuple[str, ...]


@dataclass(frozen=True)
class _Result:
    outcomes: tuple[_Outcome, ...] = ()
    kernels: tuple[_Kernels, ...] = ()


def _work(task: _Task, job: _Job) -> _Result:
    if job.exact:
        return _Result(kernels=tuple(_compare(task, row, job.turn) for row in job.rows))
    return _Result(outcomes=tuple(_one(task, task.everyone[row]) for row in job.rows))


def _one(task: _Task, person: Person) -> _Outcome:
    """Make and check one person's device."""
    design, printer = task.design, task.printer
    try:
        made, report, refused = _make(design, printer, person)
    except BadParameters as error:
        reason = _reason(error.problems[0], person, describe(design.parameters))
        return _Outcome(person.label, "excluded", reason, str(error))
    except Exception as error:  # noqa: BLE001 (whatever a design does wrong is a failed person)
        says = f"It could not be made or checked: {type(error).__name__}: {error}"
        return _Outcome(person.label, "failed", errors=(Finding("made", "error", "", says),))
    return _Outcome(
        person.label,
        "proved" if report.holds else "failed",
        settings_refused=refused,
        errors=tuple(found for found in report.findings if found.severity == "error"),
        warnings=tuple(
            sorted({found.check for found in report.findings if found.severity == "warning"})
        ),
        figures=tuple(_figures(made, report)),
        holes=tuple(
            (row.part, row.name, row.nominal_mm, row.measured_mm)
            for row in report.holes
            if row.measured_mm is not None
        ),
        beds=tuple(
            name
            for name in printers()
            if all(name in _words(part.facts.get("beds")) for part in report.parts)
        ),
        small_parts=tuple(part.part for part in report.parts if part.facts.get("small_part")),
    )


def _make(
    design: Design, printer: PrinterProfile, person: Person
) -> tuple[tuple[MadePart, ...], Report, bool]:
    """Return the parts, their report, and whether the person's options had to be left out."""
    assembly, refused = _build(design, printer, person)
    made = make(assembly)
    return made, check_kit(assembly, made, printer, thorough=True), refused


def _build(design: Design, printer: PrinterProfile, person: Person) -> tuple[Any, bool]:
    try:
        params = resolve(design.parameters, person.measurements).params
        return design.build(params, printer), False
    except BadParameters:
        required = {info.name for info in describe(design.parameters) if info.given == "required"}
        body = {
            name: value
            for name, value in person.measurements.items()
            if name in SOUND_HAND | RESIDUAL_LIMB | {"side"} | required
        }
        if body == person.measurements or not body.keys() & (SOUND_HAND | RESIDUAL_LIMB):
            raise
        return design.build(resolve(design.parameters, body).params, printer), True


def _compare(task: _Task, row: int, turn: tuple[int, int]) -> _Kernels:
    """Compare what both kernels make of those of one person's parts whose turn it is."""
    person = task.everyone[row]
    try:
        assembly, _ = _build(task.design, task.printer, person)
        made = make(assembly)[turn[0] :: turn[1]]
    except Exception:  # noqa: BLE001 (refused or failed: that is told where the person is made)
        return _Kernels(row, 0, ())
    errors = []
    for part in made:
        try:
            found = agreement(part.part.solid, part.shape)
        except Exception as error:  # noqa: BLE001 (the exact kernel raises all kinds of things)
            errors.append(f"{person.label}: {part.part.name}: {type(error).__name__}: {error}")
            continue
        if not found.holds:
            errors.append(
                f"{person.label}: {part.part.name}: The mesh and the exact body differ by "
                f"{found.volume_difference_percent:.2f} % in volume, "
                f"{found.bounds_difference_mm:.3f} mm in size and at most "
                f"{found.surface_difference_mm:.3f} mm from surface to surface."
            )
    return _Kernels(row, len(made), tuple(errors))


def _reason(problem: Problem, person: Person, infos: Sequence[ParameterInfo]) -> str:
    """Return why a person is refused, the same words for all who are for the same reason."""
    by_name = {info.name: info for info in infos}
    info = by_name.get(problem.field)
    value = person.measurements.get(problem.field)
    if info is not None and isinstance(value, int | float) and info.low is not None:
        label = info.label[:1].lower() + info.label[1:]
        if value < info.low:
            return f"{label} under {info.low:g} {info.unit}".strip()
        if info.high is not None and value > info.high:
            return f"{label} over {info.high:g} {info.unit}".strip()
    # The same rule says different figures to different people.
    return re.sub(r"-?\d+(\.\d+)?", "…", f"{problem.field.replace('_', ' ')}: {problem.says}")


def _figures(made: Sequence[MadePart], report: Report) -> Iterator[_Figure]:
    """Yield the figures of a report that have a limit."""
    for each, part in zip(made, report.parts, strict=True):
        wall = part.facts.get("least_wall_mm")
        if isinstance(wall, float):
            limit = each.part.least_wall_mm - WALL_SLACK_MM
            yield _Figure("walls", part.part, wall, limit, "mm", at_least=True)
        bridge = part.facts.get("longest_bridge_mm")
        if isinstance(bridge, float) and not each.part.advice.supports:
            yield _Figure("bridges", part.part, bridge, LONGEST_BRIDGE_MM, "mm", at_least=False)
    for row in report.holes:
        if row.measured_mm is not None:
            off = abs(row.measured_mm - row.nominal_mm)
            of = f"{row.part}, {row.name}"
            yield _Figure("holes", of, off, HOLE_TOLERANCE_MM, "mm", at_least=False)
    together = report.assembly
    for motion in together.motions:
        yield _Figure(
            "interference", motion.name, motion.interference_mm3, 0.01, "mm3", at_least=False
        )
    for reach in together.reaches:
        if reach.gap_mm is not None:
            yield _Figure(
                f"reach: {reach.name}",
                reach.a,
                reach.gap_mm,
                reach.at_most_mm,
                "mm",
                at_least=False,
            )
    for cord in together.cords:
        yield _Figure(
            f"travel: {cord.name}",
            cord.name,
            cord.available_mm,
            cord.needed_mm,
            "mm",
            at_least=True,
        )
        if cord.worst_step_mm is not None:
            yield _Figure("cords line up", cord.name, cord.worst_step_mm, 1.0, "mm", at_least=False)
    for working in together.workings:
        yield _Figure(
            f"calculation: {working.name}",
            working.name,
            working.value,
            working.limit,
            working.unit,
            at_least=working.at_least,
        )


def _words(held: object) -> tuple[str, ...]:
    return tuple(str(each) for each in held) if isinstance(held, tuple) else ()


# --- many processes -----------------------------------------------------------

_HERE: dict[str, _Task] = {}


class _NotHereError(Exception):
    """A worker could not import the design."""


def _begin(packed: bytes, package: str, paths: list[str]) -> None:
    """Prepare a worker: designs may live in folders that this process does not know yet."""
    # A worker that cannot be prepared says so when it is asked to work: raising here would look
    # like a crash.
    with contextlib.suppress(ImportError, AttributeError, pickle.UnpicklingError):
        known = getattr(importlib.import_module(package), "__path__", None)
        if known is not None:
            for path in paths:
                if path not in known:
                    known.append(path)
        _HERE["task"] = pickle.loads(packed)  # noqa: S301 (packed by our own parent process)


def _work_here(job: _Job) -> _Result:
    task = _HERE.get("task")
    if task is None:
        raise _NotHereError
    return _work(task, job)


def _run(
    task: _Task, jobs: Sequence[_Job], processes: int
) -> Generator[tuple[_Job, _Result], None, None]:
    """Yield each job with its result, in whatever order they are done."""
    waiting = list(jobs)
    packed = _packed(task) if processes > 1 else None
    alone = False
    while waiting and packed is not None:
        pool = _pool(task, packed, 1 if alone else processes)
        try:
            for job, result in _one_by_one(pool, waiting) if alone else _as_done(pool, waiting):
                waiting.remove(job)
                yield job, _crashed(task, job) if result is None else result
        except BrokenProcessPool:
            # Some job took its process with it. From here on one at a time, to see which.
            alone = True
        except _NotHereError:
            packed = None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    for job in waiting:
        yield job, _work(task, job)


def _as_done(
    pool: ProcessPoolExecutor, jobs: Sequence[_Job]
) -> Iterator[tuple[_Job, _Result | None]]:
    running = {pool.submit(_work_here, job): job for job in jobs}
    pending = set(running)
    while pending:
        ready, pending = wait(pending, return_when=FIRST_COMPLETED)
        for future in ready:
            yield running[future], future.result()


def _one_by_one(
    pool: ProcessPoolExecutor, jobs: Sequence[_Job]
) -> Iterator[tuple[_Job, _Result | None]]:
    """Yield jobs with their results up to and with the first that crashes, which has None."""
    for job in tuple(jobs):
        try:
            result = pool.submit(_work_here, job).result()
        except BrokenProcessPool:
            yield job, None
            return
        yield job, result


def _crashed(task: _Task, job: _Job) -> _Result:
    says = "The geometry kernel crashed."
    if job.exact:
        return _Result(
            kernels=tuple(
                _Kernels(row, 0, (f"{task.everyone[row].label}: {says}",)) for row in job.rows
            )
        )
    crash = (Finding("made", "error", "", says),)
    return _Result(
        outcomes=tuple(
            _Outcome(task.everyone[row].label, "failed", errors=crash) for row in job.rows
        )
    )


def _packed(task: _Task) -> bytes | None:
    """Return a task as bytes, or None when its design cannot be imported by name elsewhere."""
    try:
        return pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


def _pool(task: _Task, packed: bytes, processes: int) -> ProcessPoolExecutor:
    # Never fork: threads and, in a worker that has used it, the exact kernel do not survive it.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    package = task.design.parameters.__module__.partition(".")[0]
    paths = [str(path) for path in getattr(sys.modules.get(package), "__path__", [])]
    return ProcessPoolExecutor(
        processes, mp_context=context, initializer=_begin, initargs=(packed, package, paths)
    )


# --- the certificate ----------------------------------------------------------


def _certify(
    design: Design,
    printer: PrinterProfile,
    asked: tuple[Literal["people", "settings"], int, int, int],
    outcomes: Sequence[_Outcome],
    kernels: Sequence[_Kernels],
) -> Certificate:
    kind, edges, people, seed = asked
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
    most = MOST_EXCLUDED if kind == "people" else MOST_REFUSED_SETTINGS
    holds = not failures and count["failed"] == 0 and share <= most and count["proved"] > 0
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
        settings_refused=sum(each.settings_refused for each in outcomes),
        small_parts=tuple(sorted({name for each in outcomes for name in each.small_parts})),
        kernels=_kernels_say(kernels, compared, disagree),
        sample=SAMPLE_OF_PEOPLE if kind == "people" else SAMPLE_OF_SETTINGS,
        not_checked=not_checked,
        checked=design.checked,
        says=_verdict(design, kind, count, share, holds=holds, disagree=len(disagree)),
        holds=holds,
    )


def _split_person(error: str) -> tuple[str, str, str, str]:
    person, _, rest = error.partition(": ")
    part, _, says = rest.partition(": ")
    return person, "kernels", part if says else "", says or rest


def _verdict(
    design: Design,
    kind: Literal["people", "settings"],
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
    if kind == "people" and share > MOST_EXCLUDED:
        says.append(f"That is more than {MOST_EXCLUDED:.0%}.")
    says.append("Nobody in the sample is real." if kind == "people" else "")
    if design.load_class is LoadClass.RED:
        says.append(
            "It carries a person or steers a wheelchair: it is never published as printable."
        )
    return " ".join(each for each in says if each)


def _kernels_say(kernels: Sequence[_Kernels], compared: int, disagree: Sequence[str]) -> str:
    if not compared:
        return "The mesh was not compared with an exact model."
    people = sum(each.compared > 0 for each in kernels)
    verdict = "they agree" if not disagree else f"they disagree {len(disagree)} times"
    return (
        f"{compared} parts of {people} of those at the edges were also made by the exact kernel: "
        f"{verdict}."
    )


def _exclusions(outcomes: Sequence[_Outcome]) -> tuple[Excluded, ...]:
    groups: dict[str, list[_Outcome]] = {}
    for each in outcomes:
        if each.status == "excluded":
            groups.setdefault(each.reason, []).append(each)
    rows = [
        Excluded(reason, len(each), each[0].person, each[0].says) for reason, each in groups.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.people, row.reason)))


def _worst(outcomes: Sequence[_Outcome]) -> tuple[Worst, ...]:
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


def _holes(outcomes: Sequence[_Outcome]) -> tuple[HoleExtremes, ...]:
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
