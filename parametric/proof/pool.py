"""A proof's work shared among processes, of which each may crash.

The result of a job does not depend on the process that did it.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from typing import TypeAlias

from parametric.checks.findings import Finding
from parametric.clearance import PrinterProfile
from parametric.design import Design
from parametric.people import Person
from parametric.proof.person import Kernels, Outcome, check_person, compare_kernels
from parametric.solid.mesh import Memory


@dataclass(frozen=True)
class Task:
    """What is proved, for whom: the same for every job."""

    design: Design
    printer: PrinterProfile
    seed: int
    everyone: tuple[Person, ...]


@dataclass(frozen=True)
class Job:
    """Some people, by their place in the task: to be checked, or compared by both kernels.

    `turn` says which of a person's parts are compared: the first of it, and every so many after.
    """

    rows: tuple[int, ...]
    exact: bool
    turn: tuple[int, int] = (0, 1)


@dataclass(frozen=True)
class Result:
    """What a job found, in the order of its people."""

    outcomes: tuple[Outcome, ...] = ()
    kernels: tuple[Kernels, ...] = ()


class _Worker:
    """Does jobs one after the other, and remembers what many people's devices have in common."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._memory = Memory(_REMEMBERED)

    def work(self, job: Job) -> Result:
        task = self._task
        people = [(row, task.everyone[row]) for row in job.rows]
        if job.exact:
            return Result(
                kernels=tuple(
                    compare_kernels(task.design, task.printer, person, row, job.turn)
                    for row, person in people
                )
            )
        return Result(
            outcomes=tuple(
                check_person(task.design, task.printer, person, self._memory)
                for _, person in people
            )
        )


_REMEMBERED = 1000
"""How many shapes and reports a worker remembers: those of the last two people or so."""

_HERE: dict[str, _Worker] = {}


_Turn: TypeAlias = "Synchronized[int]"
"""Counts the workers that have begun, in memory that they share."""


class _NotHereError(Exception):
    """A worker could not import the design."""


def _begin(packed: bytes, package: str, paths: list[str], turn: _Turn) -> None:
    """Prepare a worker: designs may live in folders that this process does not know yet."""
    with turn.get_lock():
        mine, turn.value = turn.value, turn.value + 1
    _keep_to_one_core(mine)
    # A worker that cannot be prepared says so when it is asked to work: raising here would look
    # like a crash.
    with contextlib.suppress(ImportError, AttributeError, pickle.UnpicklingError):
        known = getattr(importlib.import_module(package), "__path__", None)
        if known is not None:
            for path in paths:
                if path not in known:
                    known.append(path)
        task = pickle.loads(packed)  # noqa: S301 (packed by our own parent process)
        _HERE["worker"] = _Worker(task)


def _keep_to_one_core(turn: int) -> None:
    """Keep this process and all of its threads to one core, the next worker to the next one.

    The mesh kernel starts as many threads as it finds cores when it is loaded. Workers that all
    find all cores get in each other's way.
    """
    # Not every system lets a process choose.
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[turn % len(cores)]})


def _work_here(job: Job) -> Result:
    worker = _HERE.get("worker")
    if worker is None:
        raise _NotHereError
    return worker.work(job)


def run(
    task: Task, jobs: Sequence[Job], processes: int
) -> Generator[tuple[Job, Result], None, None]:
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
    here = _Worker(task)
    for job in waiting:
        yield job, here.work(job)


def _as_done(pool: ProcessPoolExecutor, jobs: Sequence[Job]) -> Iterator[tuple[Job, Result | None]]:
    running = {pool.submit(_work_here, job): job for job in jobs}
    pending = set(running)
    while pending:
        ready, pending = wait(pending, return_when=FIRST_COMPLETED)
        for future in ready:
            yield running[future], future.result()


def _one_by_one(
    pool: ProcessPoolExecutor, jobs: Sequence[Job]
) -> Iterator[tuple[Job, Result | None]]:
    """Yield jobs with their results up to and with the first that crashes, which has None."""
    for job in tuple(jobs):
        try:
            result = pool.submit(_work_here, job).result()
        except BrokenProcessPool:
            yield job, None
            return
        yield job, result


def _crashed(task: Task, job: Job) -> Result:
    says = "The geometry kernel crashed."
    if job.exact:
        return Result(
            kernels=tuple(
                Kernels(row, 0, (f"{task.everyone[row].label}: {says}",)) for row in job.rows
            )
        )
    crash = (Finding("made", "error", "", says),)
    return Result(
        outcomes=tuple(
            Outcome(task.everyone[row].label, "failed", errors=crash) for row in job.rows
        )
    )


def _packed(task: Task) -> bytes | None:
    """Return a task as bytes, or None when its design cannot be imported by name elsewhere."""
    try:
        return pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


def _pool(task: Task, packed: bytes, processes: int) -> ProcessPoolExecutor:
    # Never fork: threads and, in a worker that has used it, the exact kernel do not survive it.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    package = task.design.parameters.__module__.partition(".")[0]
    paths = [str(path) for path in getattr(sys.modules.get(package), "__path__", [])]
    return ProcessPoolExecutor(
        processes,
        mp_context=context,
        initializer=_begin,
        initargs=(packed, package, paths, context.Value("i", 0)),
    )
