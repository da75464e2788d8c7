"""Every task there is, by namespace: ``fits:make`` is task ``make`` of namespace ``fits``."""

from __future__ import annotations

from typing import Final

from procrastinate import Blueprint

from api.jobs import matching, sweeps

BLUEPRINTS: Final[dict[str, Blueprint]] = {
    "sweeps": sweeps.TASKS,
    "matching": matching.TASKS,
}
