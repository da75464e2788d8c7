"""Claiming a job, confirming, giving back, handing over, and telling how far it is.

One maker holds a job. A claim is one UPDATE that succeeds only while the job is free, and a claim
that ran out is free: nobody has to sweep it up first. The unique index on claims stands behind
it. Each later write names the claim it belongs to. Where several rows are locked it is always in
this order: job, request, maker.
"""

from __future__ import annotations

from registry.jobs.usecases.claiming import CLAIM, HOLD, MOST_UNCONFIRMED, claim, expire, take
from registry.jobs.usecases.confirming import Confirmed, attach_kit, confirm
from registry.jobs.usecases.leaving import hand_over, release
from registry.jobs.usecases.looking import Board, board, see
from registry.jobs.usecases.progress import progress
from registry.jobs.usecases.variants import (
    add_variant,
    may_upload,
    printer_of,
    read_variant,
    variants,
)

__all__ = [
    "CLAIM",
    "HOLD",
    "MOST_UNCONFIRMED",
    "Board",
    "Confirmed",
    "add_variant",
    "attach_kit",
    "board",
    "claim",
    "confirm",
    "expire",
    "hand_over",
    "may_upload",
    "printer_of",
    "progress",
    "read_variant",
    "release",
    "see",
    "take",
    "variants",
]
