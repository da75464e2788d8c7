"""Every page that can be looked at, with an address and somebody who may see it.

Each journey adds its own rows: one for each page, more where a page has more than one state. A
page without a row fails `test_every_page.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.api.folk import Folk, Who


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
    Row("/{nothing}", lambda _: "/nothing-is-here", state="not found", status=404),
)

NOT_PAGES: Final[frozenset[str]] = frozenset()
"""GET routes of the pages that give files, or lead on."""
