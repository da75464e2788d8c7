"""Which licence a fork may carry, given its parent's. SPDX names; one table.

A fork is its parent changed, as a whole, so what counts is what each licence says of changed
works, not whether two works may lie side by side. Where a licence leaves it open, the table is
on the careful side: asking the parent's authors for another licence is always possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_CERN: Final = frozenset({"CERN-OHL-P-2.0", "CERN-OHL-W-2.0", "CERN-OHL-S-2.0"})
_CREATIVE: Final = frozenset({"CC-BY-4.0", "CC-BY-SA-4.0"})


@dataclass(frozen=True)
class Allowed:
    """The licences that a changed version of something may carry, and where that is said."""

    licences: frozenset[str]
    advice: str


TABLE: Final[Mapping[str, Allowed]] = {
    "CERN-OHL-S-2.0": Allowed(
        frozenset({"CERN-OHL-S-2.0"}),
        "CERN-OHL-S v2, section 3.3(d): modified source stays under this licence.",
    ),
    "CERN-OHL-W-2.0": Allowed(
        frozenset({"CERN-OHL-W-2.0", "CERN-OHL-S-2.0"}),
        "CERN-OHL-W v2, section 3.3(d): modified source stays under this licence; section 8.3: it "
        "may be treated as CERN-OHL-S where all that is bought for it is ordinary parts.",
    ),
    "CERN-OHL-P-2.0": Allowed(
        _CERN,
        "CERN-OHL-P v2, section 3: changed source under terms of your choice, notices kept.",
    ),
    "CC-BY-SA-4.0": Allowed(
        frozenset({"CC-BY-SA-4.0"}),
        "CC BY-SA 4.0, section 3(b): the same licence, a later version, or one that Creative "
        "Commons lists as compatible, of which none is used here.",
    ),
    "CC-BY-4.0": Allowed(
        _CREATIVE,
        "Creative Commons, adapter's licence chart: BY material may be adapted under BY or BY-SA.",
    ),
    "Apache-2.0": Allowed(
        frozenset({"Apache-2.0"}) | _CERN,
        "Apache 2.0, section 4: derivative works as a whole under other terms, notices kept.",
    ),
    "MIT": Allowed(
        frozenset({"MIT", "Apache-2.0"}) | _CERN | _CREATIVE,
        "MIT: its only condition is that its notice is kept.",
    ),
    "CC0-1.0": Allowed(
        frozenset({"CC0-1.0", "MIT", "Apache-2.0"}) | _CERN | _CREATIVE,
        "CC0 1.0, sections 2 and 3: all rights are waived.",
    ),
}
"""What a fork may carry, by its parent's licence."""

KNOWN: Final = tuple(sorted(TABLE))
"""The licences that forks can have."""


def allowed_for(parent: str) -> Allowed:
    """Return what a fork of something under this licence may carry."""
    return TABLE.get(parent, Allowed(frozenset({parent}), "Its own licence is always kept."))
