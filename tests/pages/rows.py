"""Every page that can be looked at, with an address and somebody who may see it.

Each journey adds its own rows: one for each page, more where a page has more than one state. A
page without a row fails `test_every_page.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.api.folk import Folk, Who
from tests.pages.making import in_world, printer_in_world


@dataclass
class World:
    """What there is to look at: made once, for all rows.

    Attributes:
        folk: makes people and lets things happen.
        anna: asks for things.
        ben: makes things.
        mo: looks after the site.
        more: what rows made, by a name of theirs.
    """

    folk: Folk
    anna: Who
    ben: Who
    mo: Who
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A page in one state.

    Attributes:
        route: as the router knows it.
        address: where it is in a world; the route itself where it has no names in it.
        who: of the world looks at it; nobody known where it is empty.
        state: a word, where a page has several rows.
        status: what HTTP answers.
    """

    route: str
    address: Callable[[World], str] | None = None
    who: str = ""
    state: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"{self.route}{f' {self.state}' if self.state else ''}"


ROWS: Final[tuple[Row, ...]] = (
    Row("/"),
    Row("/find", lambda _: "/find?topic=drink&topic=hold"),
    Row("/find", lambda _: "/find?topic=write", state="nothing yet"),
    Row("/designs"),
    Row("/designs/{slug}", lambda _: "/designs/wrist_hand"),
    Row("/designs/{slug}/family", lambda _: "/designs/tube_clamp/family"),
    Row("/sign-in"),
    Row("/sign-up"),
    Row("/me", who="anna"),
    Row("/me/agreements", who="anna"),
    Row("/me/data", who="anna"),
    Row("/me/data/erase", who="anna"),
    Row("/me/helpers", who="anna"),
    Row("/me/news", who="anna"),
    Row("/me/profile", who="anna"),
    Row("/me/safety", who="mo"),
    Row("/erased"),
    Row("/make", state="nobody"),
    Row("/make", lambda w: in_world(w, "open") and "/make", "ben"),
    Row("/make/offer", who="anna", state="new"),
    Row("/make/offer", who="ben"),
    Row("/make/printers", who="anna", state="no maker"),
    Row("/make/printers", lambda w: printer_in_world(w) and "/make/printers", "ben"),
    Row("/make/printers/new", who="ben"),
    Row("/make/printers/{printer_id}", printer_in_world, "ben"),
    Row(
        "/make/printers/{printer_id}/test-piece",
        lambda w: f"{printer_in_world(w)}/test-piece",
        "ben",
    ),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "open"), "ben", "open"),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "asked"), "ben", "asked"),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "waiting"), "ben", "waiting"),
    Row("/make/jobs/{job_id}", lambda w: in_world(w, "held"), "ben", "held"),
    Row("/make/jobs/{job_id}/plates", lambda w: f"{in_world(w, 'held')}/plates", "ben"),
    Row("/make/jobs/{job_id}/variants", lambda w: f"{in_world(w, 'held')}/variants", "ben"),
    Row("/make/jobs/{job_id}/let-go", lambda w: f"{in_world(w, 'held')}/let-go", "ben"),
    Row("/{nothing}", lambda _: "/nothing-is-here", state="not found", status=404),
)

NOT_PAGES: Final[frozenset[str]] = frozenset(
    {
        "/me/data/copy",
        "/make/test-piece/test_piece.3mf",
        "/make/jobs/{job_id}/variants/{variant_id}/file",
    }
)
"""GET routes of the pages that give files, or lead on."""
