"""What somebody has answered so far, kept in their own browser and nowhere else.

The answers are health data of somebody whom nobody knows. They lie sealed in a cookie of the
pages of one design: the browser cannot read them, this site keeps no copy, and they are gone when
they are erased or after a week.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeVar

from fastapi import Request, Response

from registry import clock, crypto

KEPT_S: Final = 7 * 24 * 3600
LONGEST: Final = 3800
"""Characters of a cookie that every browser takes."""

LONGEST_ANSWER: Final = 60
_LARGEST: Final = 20_000

V = TypeVar("V")


@dataclass(frozen=True)
class Draft:
    """Answers to a design's questions, as they were typed.

    Attributes:
        answers: by parameter; ``?`` where somebody cannot measure it.
        first: first readings that wait for a second.
        readings: both readings, where their mean is the answer.
        apart: both readings, where they were too far apart.
        colours: other colours by the design's own.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    apart: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_begun(self) -> bool:
        """Whether anything was said at all."""
        return bool(self.answers or self.first or self.apart)

    def with_answer(self, name: str, answer: str) -> Draft:
        """Return it with one answer, and without what was known of an earlier one."""
        kept = {key: value for key, value in self.answers.items() if key != name}
        if answer:
            kept[name] = answer[:LONGEST_ANSWER]
        return replace(
            self,
            answers=kept,
            first=_without(self.first, name),
            readings=_without(self.readings, name),
            apart=_without(self.apart, name),
        )

    def with_first(self, name: str, reading: str) -> Draft:
        """Return it with a first reading; the answer that there was stays until the second."""
        return replace(
            self,
            first={**self.first, name: reading[:LONGEST_ANSWER]},
            apart=_without(self.apart, name),
        )

    def with_mean(self, name: str, mean: str, readings: tuple[str, str]) -> Draft:
        """Return it with the mean of two readings as the answer."""
        answered = self.with_answer(name, mean)
        return replace(answered, readings={**answered.readings, name: readings})

    def with_apart(self, name: str, readings: tuple[str, str]) -> Draft:
        """Return it with two readings that do not agree: both must be taken again."""
        without = self.with_answer(name, "")
        return replace(without, apart={**without.apart, name: readings})

    def digest(self) -> str:
        """Return a short name of what would be shown, which tells nothing about it."""
        said = json.dumps([dict(self.answers), dict(self.colours)], sort_keys=True)
        return crypto.ring().blind(said, "pages.preview").hex()[:16]


def _without(among: Mapping[str, V], name: str) -> dict[str, V]:
    return {key: value for key, value in among.items() if key != name}


def read(request: Request, slug: str) -> Draft:
    """Return what was answered so far; nothing where a cookie is missing, old or not ours."""
    sealed = request.cookies.get(_name(request, slug), "")
    try:
        opened = crypto.ring().open(base64.urlsafe_b64decode(sealed), _field(slug))
        said = json.loads(zlib.decompressobj().decompress(opened, _LARGEST))
        if datetime.fromisoformat(said["at"]).timestamp() < clock.now().timestamp() - KEPT_S:
            return Draft()
        return Draft(
            dict(said["answers"]),
            dict(said["first"]),
            {name: (a, b) for name, (a, b) in said["readings"].items()},
            {name: (a, b) for name, (a, b) in said["apart"].items()},
            dict(said["colours"]),
        )
    except (ValueError, KeyError, TypeError, zlib.error):
        return Draft()


def keep(request: Request, response: Response, slug: str, draft: Draft) -> None:
    """Keep answers in the browser.

    Raises:
        ValueError: they are too long for it.
    """
    sealed = seal(slug, draft)
    if len(sealed) > LONGEST:
        raise ValueError("These answers are too long to keep.")
    _set(request, response, slug, sealed, KEPT_S)


def seal(slug: str, draft: Draft) -> str:
    """Return answers as the cookie holds them."""
    said = {
        "at": clock.now().isoformat(),
        "answers": draft.answers,
        "first": draft.first,
        "readings": draft.readings,
        "apart": draft.apart,
        "colours": draft.colours,
    }
    packed = zlib.compress(json.dumps(said, ensure_ascii=False).encode(), 9)
    return base64.urlsafe_b64encode(crypto.ring().seal(packed, _field(slug))).decode()


def erase(request: Request, response: Response, slug: str) -> None:
    """Forget all answers."""
    _set(request, response, slug, "", 0)


def _set(request: Request, response: Response, slug: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(request, slug),
        value,
        max_age=seconds,
        path=f"/designs/{slug}/fit",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def _name(request: Request, slug: str) -> str:
    # Not __Host-: the cookie is for the pages of one design, and need not travel with others.
    return f"__Secure-fit-{slug}" if _is_https(request) else f"fit-{slug}"


def _is_https(request: Request) -> bool:
    return bool(request.app.state.settings.url.startswith("https://"))


def _field(slug: str) -> str:
    return f"pages.fit.{slug}"
