"""Every task there is, by namespace: ``fits:make`` is task ``make`` of namespace ``fits``."""

from __future__ import annotations

from typing import Final

from procrastinate import Blueprint

from api.jobs import certificates, fits, mail, matching, outcomes, slicing, sweeps

BLUEPRINTS: Final[dict[str, Blueprint]] = {
    "certificates": certificates.TASKS,
    "fits": fits.TASKS,
    "mail": mail.TASKS,
    "matching": matching.TASKS,
    "outcomes": outcomes.TASKS,
    "slicing": slicing.TASKS,
    "sweeps": sweeps.TASKS,
}
