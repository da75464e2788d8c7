"""What somebody offers to make, and on which printers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.db import Json
from registry.errors import Invalid, NotFound
from registry.matching import places
from registry.people.model import Maker, Person, Printer
from registry.policies import makers as may
from registry.policies import require
from registry.reasons import Vetting

MOST_PRINTERS = 20
LONGEST_VETTING_DAYS = 3 * 366


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a maker shows of themselves; `town` and `country` say roughly where they are."""

    shown_name: str
    says: str = ""
    town: str = ""
    country: str = ""
    sends_km: int = 0
    sends_to: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    most_jobs: int = 1
    is_active: bool = True


def offer(session: Session, actor: Actor, what: Offer) -> Maker:
    """Become a maker, or change what one offers; the place is kept to about 10 km.

    Raises:
        Invalid: there is no such town or country.
    """
    place = _place(what.town, what.country)
    unknown = sorted(code for code in what.sends_to if not places.is_country(code))
    if unknown:
        raise Invalid.field(
            "sends_to",
            ", ".join(unknown),
            "There is no such country.",
            allowed="codes of two letters, such as DE",
        )
    person = session.get_one(Person, actor.person_id)
    values: dict[str, Any] = {
        "is_active": what.is_active,
        "shown_name": what.shown_name,
        "says": what.says,
        "region": place.name if place else "",
        "country": place.country if place else "",
        "at": place.at if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "sends_km": what.sends_km,
        "sends_to": sorted(set(what.sends_to)),
        "languages": list(dict.fromkeys(what.languages or person.languages)),
        "channels": sorted(set(what.channels)),
        "tools": list(dict.fromkeys(what.tools)),
        "most_jobs": what.most_jobs,
        "changed_at": clock.now(),
    }
    maker = session.scalars(
        insert(Maker)
        .values(
            person_id=person.id,
            materials=[],
            bed_x_mm=0.0,
            bed_y_mm=0.0,
            bed_z_mm=0.0,
            holds_jobs=0,
            made={},
            **values,
        )
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
        .returning(Maker),
        execution_options={"populate_existing": True},
    ).one()
    audit.record(session, actor.person_id, "maker.offered", "maker", person.id)
    return maker


def mine(session: Session, actor: Actor) -> Maker:
    """Return one's own offer.

    Raises:
        NotFound: one has made none yet.
    """
    found = session.get(Maker, actor.person_id)
    if found is None:
        raise NotFound("maker")
    return found


def shown(session: Session, maker_id: UUID) -> Maker:
    """Return what a maker shows.

    Raises:
        NotFound: nobody of this id offers to make anything just now.
    """
    found = session.scalars(
        select(Maker)
        .join(Person, Person.id == Maker.person_id)
        .where(Maker.person_id == maker_id, Maker.is_active, Person.erased_at.is_(None))
    ).first()
    if found is None:
        raise NotFound("maker")
    return found


def printers_of(session: Session, maker_id: UUID) -> list[Printer]:
    """Return a maker's printers, by name."""
    found = session.scalars(
        select(Printer).where(Printer.maker_id == maker_id).order_by(Printer.name, Printer.id)
    )
    return list(found)


def add_printer(
    session: Session,
    actor: Actor,
    *,
    profile: Json,
    materials: tuple[str, ...],
    calibrated_on: date | None = None,
) -> Printer:
    """Add a printer; `profile` was validated by who calls (fields of a printer profile, in mm).

    Raises:
        NotFound: the actor is no maker yet.
        Invalid: they have too many printers, or it was calibrated in the future.
    """
    maker = mine(session, actor)
    many = session.scalar(
        select(func.count()).select_from(Printer).where(Printer.maker_id == maker.person_id)
    )
    if (many or 0) >= MOST_PRINTERS:
        raise Invalid.field(
            "printers", many, "That is a lot of printers.", allowed=f"at most {MOST_PRINTERS}"
        )
    _check_calibrated(calibrated_on)
    printer = Printer(
        maker_id=maker.person_id,
        name=str(profile["name"]),
        profile=profile,
        materials=list(dict.fromkeys(materials)),
        calibrated_on=calibrated_on,
    )
    session.add(printer)
    session.flush()
    _follow_printers(session, maker)
    audit.record(session, actor.person_id, "printer.added", "printer", printer.id)
    return printer


def change_printer(
    session: Session,
    actor: Actor,
    printer_id: UUID,
    *,
    profile: Json,
    materials: tuple[str, ...],
    calibrated_on: date | None = None,
) -> Printer:
    """Say anew what one of one's printers is and how it prints.

    Raises:
        NotFound: it is not theirs.
        Invalid: it was calibrated in the future.
    """
    printer = _own_printer(session, actor, printer_id)
    _check_calibrated(calibrated_on)
    printer.name = str(profile["name"])
    printer.profile = profile
    printer.materials = list(dict.fromkeys(materials))
    printer.calibrated_on = calibrated_on
    session.flush()
    _follow_printers(session, mine(session, actor))
    audit.record(session, actor.person_id, "printer.changed", "printer", printer.id)
    return printer


def remove_printer(session: Session, actor: Actor, printer_id: UUID) -> None:
    """Take one of one's printers away.

    Raises:
        NotFound: it is not theirs.
    """
    printer = _own_printer(session, actor, printer_id)
    session.execute(delete(Printer).where(Printer.id == printer.id))
    _follow_printers(session, mine(session, actor))
    audit.record(session, actor.person_id, "printer.removed", "printer", printer_id)


def vet(
    session: Session, actor: Actor, maker_id: UUID, until: date | None, reason: Vetting
) -> Maker:
    """Say until when a maker may make for people under 18, and why; None takes it back at once.

    Raises:
        NotAllowed: the actor is no steward, or it is about themselves.
        NotFound: there is no such maker.
        Invalid: the day has passed, or is too far off.
    """
    require(may.may_vet(actor, maker_id))
    maker = session.get(Maker, maker_id)
    if maker is None:
        raise NotFound("maker")
    today = clock.now().date()
    if until is not None and not today <= until <= today + timedelta(LONGEST_VETTING_DAYS):
        raise Invalid.field(
            "until",
            until,
            "Vetting is looked at again after some time.",
            allowed="from today to three years from now",
        )
    maker.vetted_until = until
    what = "maker.vetted" if until else "maker.vetting_withdrawn"
    audit.record(session, actor.person_id, what, "maker", maker_id, reason=reason)
    return maker


def printer_for(
    session: Session, maker_id: UUID, size_mm: list[float], material: str | None
) -> Printer | None:
    """Return the printer that a device is made on: the smallest it fits on, calibrated first."""
    fitting = [
        printer
        for printer in printers_of(session, maker_id)
        if fits_bed(size_mm, bed_of(printer.profile))
        and (material is None or material in printer.materials)
    ]
    return min(
        fitting,
        key=lambda each: (each.calibrated_on is None, sum(bed_of(each.profile)), each.id),
        default=None,
    )


def bed_of(profile: Json) -> tuple[float, float, float]:
    """Return the print space of a printer profile, in mm."""
    return profile["bed_x_mm"], profile["bed_y_mm"], profile["bed_z_mm"]


def fits_bed(size_mm: list[float], bed: tuple[float, float, float]) -> bool:
    """Whether a part of this size fits, turned about its upright axis by a quarter or not."""
    if not size_mm:
        return True
    x, y, z = size_mm
    return z <= bed[2] and ((x <= bed[0] and y <= bed[1]) or (y <= bed[0] and x <= bed[1]))


def _follow_printers(session: Session, maker: Maker) -> None:
    """Let what matching searches follow from the printers.

    The columns hold the largest of each: long side, short side, height. They only say who need
    not be looked at; that one printer has the room and the material is asked of the printers.
    """
    printers = printers_of(session, maker.person_id)
    beds = [bed_of(each.profile) for each in printers]
    maker.bed_x_mm = max((max(x, y) for x, y, _ in beds), default=0.0)
    maker.bed_y_mm = max((min(x, y) for x, y, _ in beds), default=0.0)
    maker.bed_z_mm = max((z for _, _, z in beds), default=0.0)
    maker.materials = sorted({material for each in printers for material in each.materials})
    maker.changed_at = clock.now()
    session.flush()


def recount(session: Session, maker_id: UUID) -> None:
    """Count again how many jobs a maker holds: confirmed, not sent yet, and not given up."""
    # First the row, then the count: otherwise two that count at once would not see each other.
    session.execute(
        select(Maker.person_id).where(Maker.person_id == maker_id).with_for_update(key_share=True)
    )
    session.execute(
        text(
            "UPDATE makers SET holds_jobs = (SELECT count(*) FROM jobs "
            "JOIN requests ON requests.id = jobs.request_id "
            "WHERE jobs.holder_id = makers.person_id AND jobs.confirmed_at IS NOT NULL "
            "AND jobs.sent_at IS NULL AND requests.state NOT IN ('closed', 'in_use')) "
            "WHERE person_id = :maker"
        ),
        {"maker": maker_id},
    )


def note_reply(session: Session, maker_id: UUID) -> None:
    """Work out anew how soon a maker usually answers: the median of the last 20 times."""
    session.execute(
        update(Maker)
        .where(Maker.person_id == maker_id)
        .values(
            usual_reply_hours=text(
                "(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) FROM (SELECT "
                "extract(epoch FROM answered_at - asked_at) / 3600.0 AS hours FROM asked "
                "WHERE asked.maker_id = makers.person_id AND answered_at IS NOT NULL "
                "ORDER BY answered_at DESC LIMIT 20) AS latest)"
            )
        )
    )


def _own_printer(session: Session, actor: Actor, printer_id: UUID) -> Printer:
    found = session.scalars(
        select(Printer).where(Printer.id == printer_id, Printer.maker_id == actor.person_id)
    ).first()
    if found is None:
        raise NotFound("printer")
    return found


def _place(town: str, country: str) -> places.Place | None:
    if not town:
        return None
    if not places.is_country(country):
        raise Invalid.field(
            "country", country, "There is no such country.", allowed="two letters, such as DE"
        )
    found = places.find_town(town, country)
    if found is None:
        raise Invalid.field(
            "town",
            town,
            "This town is not on our list for that country.",
            advice="Name the next larger town: only about 10 km are kept anyway.",
        )
    return found


def _check_calibrated(on: date | None) -> None:
    if on is not None and not date(2010, 1, 1) <= on <= clock.now().date():
        raise Invalid.field("calibrated_on", on, "This cannot be the day.", allowed="2010 to today")
