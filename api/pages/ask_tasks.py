"""The tasks of asking: what somebody wants to do, what it is made from, where, and who sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api import listing
from api.deps import Config, Db
from api.kits import renew_kit
from api.pages.ask import FIELDS
from api.pages.forms import BadForm, Form, Sent, Tried, Wrong, tried
from api.pages.render import go
from api.pages.telling import Seen, country_name, language_name, page, title_of
from api.pages.text import Words
from api.pages.visitor import Me
from api.schemas.me import ContactIn
from api.schemas.requests import RequestPatch, WishIn
from api.settings import Settings
from api.transaction import Transaction
from registry.actor import Actor
from registry.errors import NotFound
from registry.fits import queries as fits
from registry.fits.model import Fit
from registry.matching.places import is_country
from registry.matching.reasons import LANGUAGES
from registry.people.model import Person
from registry.people.usecases import change_profile
from registry.policies import requests as may
from registry.policies import require
from registry.requests import usecases
from registry.requests.usecases import Written

router = APIRouter(include_in_schema=False, route_class=Transaction)

WISHES: Final = (
    "eat",
    "drink",
    "cook",
    "hold",
    "carry",
    "open",
    "write",
    "phone",
    "music",
    "cards",
    "play",
    "ride",
    "roll",
    "dress",
    "garden",
    "other",
)
"""Pictures of what people want to be able to do."""

CHANNELS: Final = ("here", "email", "text", "phone", "letter")
FORMATS: Final = ("plain", "easy_read", "large_print", "audio", "braille")

Edits: TypeAlias = Callable[[], Mapping[str, Any]]
"""Gives what a form changes of a request, or raises what is wrong with it."""


@router.get("/ask/{request_id}/wish")
def wish(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask what somebody wants to be able to do: words, pictures, or both."""
    seen = _editable(db, me, request_id, "wish")
    known = seen.out.wish or {}
    form = Form.filled(
        words=known.get("words", ""),
        pictures=known.get("pictures", ()),
        for_makers=known.get("for_makers", ""),
    )
    return task(request, "wish", seen, form, wishes=WISHES)


@router.post("/ask/{request_id}/wish")
def keep_wish(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Keep it."""
    form = Form.of(sent)
    seen = _editable(db, me, request_id, "wish")

    def written() -> Mapping[str, Any]:
        choices = (seen.out.wish or {}).get("choices", [])
        return {"wish": {**form.read(WishIn, lists=("pictures",)).model_dump(), "choices": choices}}

    done = edited(seen, form, written)
    if done.went_wrong:
        return task(request, "wish", seen, done.form, wishes=WISHES)
    return go(f"/ask/{request_id}", "saved")


@router.get("/ask/{request_id}/design")
def design(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask for a design, if somebody has one in mind."""
    seen = _editable(db, me, request_id, "design")
    form = Form.filled(design=seen.out.design or "")
    return task(request, "design", seen, form, designs=_designs(db))


@router.post("/ask/{request_id}/design")
def keep_design(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, me: Me, db: Db, config: Config, sent: Sent
) -> Response:
    """Keep it. The newest version counts."""
    form = Form.of(sent)
    seen = _editable(db, me, request_id, "design")

    def written() -> Mapping[str, Any]:
        chosen = form.given("design") or None
        if chosen is not None and not title_of(db, chosen):
            raise BadForm([Wrong("design", key="ask.wrong_choose")])
        return {"design": chosen, "design_version": None}

    done = edited(seen, form, written, config)
    if done.went_wrong:
        return task(request, "design", seen, done.form, designs=_designs(db))
    return go(f"/ask/{request_id}", "saved")


@router.get("/ask/{request_id}/fit")
def fit(request: Request, request_id: UUID, me: Me, db: Db, fit: str = "") -> Response:
    """Ask for measurements: those of a device that somebody fitted here, or later ones."""
    seen = _editable(db, me, request_id, "fit")
    found = _fits(db, me, seen, fit)
    chosen = str(found[0].id) if fit and found else "keep" if seen.out.measurements else "none"
    return _fit_task(request, db, seen, Form.filled(fit=chosen), found)


@router.post("/ask/{request_id}/fit")
def keep_fit(  # noqa: PLR0917 (FastAPI gives them by name)
    request: Request, request_id: UUID, me: Me, db: Db, config: Config, sent: Sent
) -> Response:
    """Take over what was measured."""
    form = Form.of(sent)
    seen = _editable(db, me, request_id, "fit")
    chosen = form.given("fit")
    if chosen in ("", "keep", "none"):
        return go(f"/ask/{request_id}")

    def written() -> Mapping[str, Any]:
        return _taken_over(db, me, seen, chosen)

    done = edited(seen, form, written, config)
    if done.went_wrong:
        return _fit_task(request, db, seen, done.form, _fits(db, me, seen, chosen))
    return go(f"/ask/{request_id}", "saved")


@router.get("/ask/{request_id}/place")
def place(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask roughly where somebody lives."""
    seen = _editable(db, me, request_id, "place")
    form = Form.filled(place__country=seen.out.country or "", place__town=seen.out.region or "")
    return task(request, "place", seen, form, countries=_countries(request))


@router.post("/ask/{request_id}/place")
def keep_place(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Keep it, rounded."""
    form = Form.of(sent)
    seen = _editable(db, me, request_id, "place")

    def written() -> Mapping[str, Any]:
        wrong = []
        if not form.given("place.country"):
            wrong.append(Wrong("place.country", key="ask.wrong_country"))
        if not form.given("place.town"):
            wrong.append(Wrong("place.town", key="common.wrong_missing"))
        if wrong:
            raise BadForm(wrong)
        return form.read(RequestPatch).written()

    done = edited(seen, form, written)
    if done.went_wrong:
        return task(request, "place", seen, done.form, countries=_countries(request))
    return go(f"/ask/{request_id}", "saved")


@router.get("/ask/{request_id}/contact")
def contact(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask how somebody likes to talk with makers, and when."""
    seen = _editable(db, me, request_id, "contact")
    known = _own_contact(db, me, seen) or {}
    form = Form.filled(
        channel=seen.out.channel or "",
        languages=seen.out.languages or (),
        good_times=known.get("good_times", ""),
        bad_times=known.get("bad_times", ""),
        interpreter=known.get("interpreter", ""),
        formats=known.get("formats", ()),
    )
    return _contact_task(request, db, me, seen, form)


@router.post("/ask/{request_id}/contact")
def keep_contact(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Keep it: the channel and languages with the request, times and formats with oneself."""
    form = Form.of(sent)
    seen = _editable(db, me, request_id, "contact")

    def written() -> Mapping[str, Any]:
        known = _own_contact(db, me, seen)
        if known is not None:
            told = form.read(ContactIn, lists=("formats", "languages")).model_dump(
                exclude_unset=True
            )
            cleared = {"good_times": "", "bad_times": "", "interpreter": "", "formats": []}
            change_profile(db, me, {"contact": {**known, **cleared, **told}})
        spoken = list(dict.fromkeys(form.all("languages")))
        if not set(spoken) <= set(LANGUAGES):
            raise BadForm([Wrong("languages", key="ask.wrong_choose")])
        if form.given("channel") not in CHANNELS:
            raise BadForm([Wrong("channel", key="ask.wrong_choose")])
        return {"channel": form.given("channel"), "languages": spoken}

    done = edited(seen, form, written)
    if done.went_wrong:
        return _contact_task(request, db, me, seen, done.form)
    return go(f"/ask/{request_id}", "saved")


def _editable(db: Session, me: Actor, request_id: UUID, task: str) -> Seen:
    """Return a request of which somebody may write what the task asks for.

    Raises:
        NotFound: they may not know of it.
        NotAllowed: they may not write this.
    """
    seen = Seen(db, me, request_id)
    require(may.may_edit(seen.seat, FIELDS[task]))
    return seen


def edited(seen: Seen, form: Form, written: Edits, settings: Settings | None = None) -> Tried:
    """Try to change a request in the version that the form was shown with."""
    given = form.given("version")
    with tried(seen.db, form) as done:
        fields = written()
        version = int(given) if given.isdecimal() else 0
        row = usecases.edit(seen.db, seen.me, seen.row.id, version, Written(fields))
        if settings is not None:
            renew_kit(seen.db, settings, seen.me, row, fields)
    return done


def task(request: Request, name: str, seen: Seen, form: Form, **facts: Any) -> Response:
    """Return the page of a task."""
    return page(request, f"ask/{name}.html.j2", seen=seen, form=form, **facts)


def _designs(db: Session) -> list[tuple[str, str, str]]:
    """Return what can be chosen: slug, title and one sentence."""
    listed = listing.page(db, "", 50)
    return [(e.slug, e.design.title, e.design.summary) for e in listed if e.design is not None]


def _fits(db: Session, me: Actor, seen: Seen, first: str) -> list[Fit]:
    """Return the fits that can be taken over: the one that was just made, and older ones."""
    own = fits.done_of(db, seen.row.person_id, 10) if seen.row.person_id == me.person_id else []
    found = _fit_by_id(db, me, first)
    if found is None:
        return list(own)
    return [found, *(each for each in own if each.id != found.id)]


def _fit_by_id(db: Session, me: Actor, given: str) -> Fit | None:
    try:
        found = fits.find(db, me, UUID(given))
    except (ValueError, NotFound):
        return None
    return found


def _taken_over(db: Session, me: Actor, seen: Seen, chosen: str) -> Mapping[str, Any]:
    found = _fit_by_id(db, me, chosen)
    if found is None:
        raise BadForm([Wrong("fit", key="ask.fit_not_theirs")])
    if found.person_id == seen.row.person_id and found.state == "done":
        return {"fit_id": found.id}
    # Made before somebody signed in, or by who helps them: what was entered is taken over.
    sizes = [part["facts"]["size_mm"] for part in (found.report or {}).get("parts", ())]
    taken: dict[str, Any] = {
        "design": found.design,
        "design_version": found.design_version,
        "measurements": found.entries,
    }
    return {**taken, "size_mm": max(sizes, key=max)} if sizes else taken


def _fit_task(
    request: Request, db: Session, seen: Seen, form: Form, found: Sequence[Fit]
) -> Response:
    return task(
        request,
        "fit",
        seen,
        form,
        fits=[(each, title_of(db, each.design)) for each in found],
        first=request.query_params.get("fit", ""),
        has_measurements=bool(seen.out.measurements),
    )


def _countries(request: Request) -> list[tuple[str, str]]:
    words = _words(request)
    codes = [str(code) for code in words.body.locale.territories]
    named = [(code, country_name(words, code)) for code in codes if is_country(code)]
    return sorted(named, key=lambda row: row[1].casefold())


def _words(request: Request) -> Words:
    return Words(request.state.visitor.language, "ask")


def _own_contact(db: Session, me: Actor, seen: Seen) -> dict[str, Any] | None:
    """Return how somebody said to be contacted; None where the request is for another."""
    if seen.row.person_id != me.person_id:
        return None
    return dict(db.get_one(Person, me.person_id).contact or {})


def _contact_task(request: Request, db: Session, me: Actor, seen: Seen, form: Form) -> Response:
    words = _words(request)
    named = sorted(((code, language_name(words, code)) for code in LANGUAGES), key=lambda r: r[1])
    return task(
        request,
        "contact",
        seen,
        form,
        channels=CHANNELS,
        languages=named,
        formats=FORMATS,
        is_own=_own_contact(db, me, seen) is not None,
    )
