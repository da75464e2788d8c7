"""Oneself: the way to everything of one's own, and the profile."""

from __future__ import annotations

from typing import Annotated, Any, Final

from babel import Locale
from fastapi import APIRouter, Query, Request, Response

from api.deps import Db
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.text import LANGUAGES
from api.pages.visitor import Looking, Me, MyId
from api.schemas.me import ProfilePatch
from api.transaction import Transaction
from registry.people import queries
from registry.people.model import Person
from registry.people.usecases import change_profile

router = APIRouter(include_in_schema=False, route_class=Transaction)

Done = Annotated[str, Query(max_length=20)]

CHANNELS: Final = ("email", "text", "phone", "letter", "here")
FORMATS: Final = ("plain", "easy_read", "large_print", "audio", "braille")
OFFERS: Final = ("testing", "sewing", "printing", "designing", "translating", "listening", "other")
LISTS: Final = ("languages", "contact.channels", "contact.formats")


@router.get("/me")
def hub(request: Request, me: Me, my_id: MyId, db: Db) -> Response:
    """Show the ways to everything of one's own."""
    person = db.get_one(Person, my_id)
    new = queries.unseen(db, my_id)
    return page(request, "me/hub.html.j2", person=person, new=new, me=me)


@router.get("/me/profile")
def show_profile(request: Request, who: Looking, my_id: MyId, db: Db, done: Done = "") -> Response:
    """Show what somebody told of themselves, to change it."""
    return _profile(request, who.language, db.get_one(Person, my_id), done=done == "saved")


@router.post("/me/profile")
def keep_profile(
    *, request: Request, who: Looking, me: Me, my_id: MyId, db: Db, sent: Sent
) -> Response:
    """Keep what somebody tells of themselves."""
    person = db.get_one(Person, my_id)
    with tried(db, Form.of(sent)) as it:
        more = {} if person.born else {"born": it.form.day("born")}
        ask = it.form.read(ProfilePatch, lists=LISTS, **{k: v for k, v in more.items() if v})
        change_profile(db, me, _fields(person, ask))
    if it.went_wrong:
        return _profile(request, who.language, person, form=it.form)
    return go("/me/profile", "saved")


def _fields(person: Person, ask: ProfilePatch) -> dict[str, Any]:
    """Return the whole profile: what a form leaves empty is taken away, unlike in the API."""
    told = ask.model_dump(mode="json")
    fields = {name: told[name] for name in ("name", "contact", "place")}
    fields["languages"] = told["languages"] or []
    # What a program wrote under other names stays.
    others = {key: line for key, line in (person.offers or {}).items() if key not in OFFERS}
    fields["offers"] = {**others, **(told["offers"] or {})}
    if ask.born is not None:
        fields["born"] = ask.born
    return fields


def _profile(
    request: Request,
    language: str,
    person: Person,
    *,
    form: Form | None = None,
    done: bool = False,
) -> Response:
    return page(
        request,
        "me/profile.html.j2",
        status=422 if form else 200,
        form=form or _filled(person),
        person=person,
        done=done,
        channels=CHANNELS,
        formats=FORMATS,
        offers=OFFERS,
        languages=LANGUAGES,
        countries=countries(language),
    )


def _filled(person: Person) -> Form:
    contact, place = person.contact or {}, person.place or {}
    found: dict[str, Any] = {"name": person.name or "", "languages": person.languages}
    for name in ("channels", "formats", "interpreter", "good_times", "bad_times"):
        found[f"contact__{name}"] = contact.get(name, "")
    for channel, detail in (contact.get("details") or {}).items():
        found[f"contact__details__{channel}"] = detail
    for key in OFFERS:
        found[f"offers__{key}"] = (person.offers or {}).get(key, "")
    for name in ("country", "town"):
        found[f"place__{name}"] = place.get(name) or ""
    return Form.filled(**found)


def countries(language: str) -> list[dict[str, str]]:
    """Return all countries as options, in the order of the alphabet of a language."""
    named = Locale.parse(language).territories
    found = [{"value": code, "text": name} for code, name in named.items() if _is_country(code)]
    return sorted(found, key=lambda each: each["text"].casefold())


def _is_country(code: str) -> bool:
    # Groups of countries have numbers; these are no places to send a parcel to.
    return len(code) == 2 and code not in ("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ")
