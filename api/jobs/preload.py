"""What the forkserver loads once, so that each child has it at once. Nobody else imports this."""

from __future__ import annotations

import importlib

from api.jobs.kernel import die_with_parent

for module in (
    "api.cli",
    "api.designs",
    "api.fitting",
    "api.jobs.previewing",
    "parametric.export.glb",
    "parametric.export.plates",
    "parametric.export.threemf",
):
    importlib.import_module(module)

# The forkserver outlives nobody: its children then end too.
die_with_parent()
