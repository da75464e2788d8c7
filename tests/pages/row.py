"""What a row of the table of pages is, and the world that its pages look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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
        cookies: what else their browser brings.
    """

    route: str
    address: Callable[[World], str] | None = None
    who: str = ""
    state: str = ""
    status: int = 200
    cookies: Callable[[World], dict[str, str]] | None = None

    @property
    def name(self) -> str:
        """What the test is called."""
        return f"{self.route}{f' {self.state}' if self.state else ''}"
