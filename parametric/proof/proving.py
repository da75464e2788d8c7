"""Proof over people: everybody's device is made and checked, and a certificate says what came out.

The result depends on the design, the people, the seed and the printer, and on nothing else: not
on how many processes worked on it, nor on the order in which they were done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeAlias

from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.design import Design
from parametric.proof.certificate import Certificate, certify
from parametric.proof.person import Kernels, Outcome
from parametric.proof.pool import Job, Task, run
from parametric.proof.sample import SEED, exact_sample, subjects

_CHUNK = 4
"""How many people a process is given at a time."""

Progress: TypeAlias = Callable[[int, int], bool | None]


class ProofCancelled(Exception):
    """The proof was stopped by whoever watched its progress. Nothing is certified."""


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
    kind, edges, sampled = subjects(design, people, seed)
    everyone = (*edges, *sampled)
    exact = exact_sample(len(edges))
    # The slow ones first, so that no process is left with one of them at the end.
    jobs = [Job((row,), exact=True, turn=(i, len(exact))) for i, row in enumerate(exact)]
    jobs += [
        Job(tuple(range(i, min(i + _CHUNK, len(everyone)))), exact=False)
        for i in range(0, len(everyone), _CHUNK)
    ]
    task = Task(design, printer, seed, everyone)
    outcomes: dict[int, Outcome] = {}
    kernels: list[Kernels] = []
    done, total = 0, len(everyone) + len(exact)
    with contextlib.closing(run(task, jobs, processes)) as results:
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
    return certify(design, printer, (kind, len(edges), people, seed), ordered, kernels)
