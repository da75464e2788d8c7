"""Who could make it: the filters that must hold, and the nearest makers that pass them.

PostgreSQL walks its index of places outwards from the request and drops whom a filter excludes;
the few that come out are weighed in Python, where each reason also becomes a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry import clock
from registry.matching import places
from registry.matching.reasons import Reason, Wanted, reasons_for, score
from registry.people.makers import bed_of, fits_bed
from registry.people.model import Maker, Printer
from registry.requests.model import Asked, Request

CIRCLES_KM: Final = (100.0, 300.0, 1000.0, 25000.0)
"""How far we look at first, and each time that the circle was widened."""

PICK_UP_KM: Final = 25.0
"""Within this distance a device can be fetched, and nothing need be sent."""

FEW: Final = 5
"""A circle with fewer makers than this is widened at once: nobody waits for an empty list."""

CANDIDATES: Final = 50
"""The nearest makers that are weighed against each other."""

LOOKED_AT: Final = 2000
"""So many of the nearest are looked at first, whether or not they pass; all of a circle only
where that finds too few and there are more."""

SHOWN: Final = 20

NEAREST: Final = """
SELECT m.person_id, m.shown_name, m.says, m.region, m.country, m.latitude, m.longitude,
       m.languages, m.channels, m.made -> CAST(:design AS text) AS made_it, m.most_jobs,
       m.holds_jobs, m.usual_reply_hours, m.at <-> CAST(:at AS point) AS far
FROM (
    SELECT * FROM makers
    WHERE is_active AND at IS NOT NULL {within} {vetted}
    ORDER BY at <-> CAST(:at AS point)
    LIMIT :looked_at
) AS m
WHERE m.holds_jobs < m.most_jobs
  AND m.person_id <> :person
  AND (m.bed_x_mm >= :long AND m.bed_y_mm >= :short AND m.bed_z_mm >= :high)
  AND (:material = ANY(m.materials) OR CAST(:material AS text) IS NULL)
  AND (m.at <@ circle(CAST(:at AS point), :fetch)
       OR :country = ANY(m.sends_to)
       OR 12742.0 * asin(least(1.0, sqrt(
              power(sin(radians(m.latitude - :latitude) / 2.0), 2)
              + cos(radians(:latitude)) * cos(radians(m.latitude))
                * power(sin(radians(m.longitude - :longitude) / 2.0), 2)))) <= m.sends_km)
  AND EXISTS (
      SELECT FROM printers AS p
      WHERE p.maker_id = m.person_id
        AND (:material = ANY(p.materials) OR CAST(:material AS text) IS NULL)
        AND greatest((p.profile ->> 'bed_x_mm')::float8, (p.profile ->> 'bed_y_mm')::float8)
            >= :long
        AND least((p.profile ->> 'bed_x_mm')::float8, (p.profile ->> 'bed_y_mm')::float8)
            >= :short
        AND (p.profile ->> 'bed_z_mm')::float8 >= :high)
LIMIT :most
"""


UNSEEN: Final = """
SELECT at <-> CAST(:at AS point) FROM makers
WHERE is_active AND at IS NOT NULL {vetted}
ORDER BY at <-> CAST(:at AS point)
OFFSET :looked_at LIMIT 1
"""


@dataclass(frozen=True)
class Match:
    """A maker who could make it, and why they."""

    maker_id: UUID
    shown_name: str
    says: str
    region: str
    country: str
    km: float | None
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Matches:
    """The best makers, and how far was looked."""

    circle_km: float
    makers: tuple[Match, ...]


def circle_km(request: Request) -> float:
    """Return how far a request looks by now."""
    return CIRCLES_KM[min(request.widened, len(CIRCLES_KM) - 1)]


def matches(session: Session, request: Request, most: int = SHOWN) -> Matches:
    """Return who could make it, best first; nearer ones first where the score is the same."""
    wanted = Wanted(request.design, tuple(request.languages), request.channel)
    looked, rows = _in_circles(session, request)
    found = [_weighed(request, wanted, row) for row in rows]
    found.sort(key=lambda match: (-match.score, match.km or 0.0, match.maker_id))
    return Matches(looked, tuple(found[:most]))


def _in_circles(session: Session, request: Request) -> tuple[float, list[Any]]:
    """Return how far was looked (km), and who was found: a circle with few is widened."""
    found = nearest(session, request, looked_at=LOOKED_AT)
    unseen_from: float | None = None
    looked, rows = 0.0, list[Any]()
    for looked in CIRCLES_KM[min(request.widened, len(CIRCLES_KM) - 1) :]:
        radius = _radius(request, looked)
        rows = [row for row in found if row["far"] <= radius]
        if len(rows) < FEW:
            if unseen_from is None:
                unseen_from = _unseen_from(session, request)
            if unseen_from <= radius:
                rows = nearest(session, request, looked)
        if len(rows) >= FEW:
            break
    return looked, rows


def nearest(
    session: Session,
    request: Request,
    within_km: float | None = None,
    looked_at: int | None = None,
    most: int = CANDIDATES,
) -> list[Any]:
    """Return the nearest makers that pass every filter, as rows of what reasons are made from.

    Args:
        session: to read with.
        request: what is to be made, and where.
        within_km: how far to look; anywhere unless it is said.
        looked_at: how many of the nearest to look at, whether or not they pass; all unless it is
            said.
        most: how many to return.
    """
    question = text(question_of(request, anywhere=within_km is None))
    asked = parameters(request, within_km, looked_at, most)
    if within_km is None:
        return list(session.execute(question, asked).mappings())
    # Of how many lie in a circle PostgreSQL knows nothing. It would fetch all of them and sort;
    # walking outwards it can stop as soon as there are enough.
    session.execute(text("SET LOCAL enable_bitmapscan = off"))
    found = list(session.execute(question, asked).mappings())
    session.execute(text("SET LOCAL enable_bitmapscan TO DEFAULT"))
    return found


def question_of(request: Request, *, anywhere: bool) -> str:
    """Return the query; for under-18s it walks the smaller index of makers who were vetted."""
    within = "" if anywhere else "AND at <@ circle(CAST(:at AS point), :radius)"
    return NEAREST.format(within=within, vetted=_vetted(request))


def parameters(
    request: Request,
    within_km: float | None = None,
    looked_at: int | None = None,
    most: int = CANDIDATES,
) -> dict[str, Any]:
    """Return what the query of the nearest makers asks with."""
    latitude, longitude = request.latitude or 0.0, request.longitude or 0.0
    size = request.size_mm or [0.0, 0.0, 0.0]
    return {
        "design": request.design,
        "person": request.person_id,
        **({"vetted_on": vetted_on(request)} if request.for_minor else {}),
        "long": max(size[:2]),
        "short": min(size[:2]),
        "high": size[2],
        "material": request.material,
        "country": request.country,
        "latitude": latitude,
        "longitude": longitude,
        "at": _at(request),
        **({} if within_km is None else {"radius": _radius(request, within_km)}),
        "fetch": places.on_the_map(PICK_UP_KM, latitude),
        "looked_at": looked_at,
        "most": most,
    }


def _at(request: Request) -> str:
    x, y = places.mercator(request.latitude or 0.0, request.longitude or 0.0)
    return f"({x!r},{y!r})"


def _radius(request: Request, km: float) -> float:
    """Return the radius on the map of a circle round a request; the widest holds everybody."""
    return places.on_the_map(km, request.latitude or 0.0) if km < CIRCLES_KM[-1] else 1e9


def _vetted(request: Request) -> str:
    return "AND vetted_until >= CAST(:vetted_on AS date)" if request.for_minor else ""


def _unseen_from(session: Session, request: Request) -> float:
    """Return how far away (on the map) the first maker is who was not looked at."""
    asked = {"at": _at(request), "looked_at": LOOKED_AT}
    if request.for_minor:
        asked["vetted_on"] = vetted_on(request)
    far = session.scalar(text(UNSEEN.format(vetted=_vetted(request))), asked)
    return math.inf if far is None else float(far)


def vetted_on(request: Request) -> date | None:
    """Return the day on which a maker must be vetted, None where it does not matter."""
    return clock.now().date() if request.for_minor else None


def cannot(request: Request, maker: Maker, printers: Sequence[Printer]) -> tuple[str, ...]:
    """Return what stands against a maker making it, as sentences; none at all means they can.

    The same filters as those of the search, except how far was looked and, because it would tell
    of a child, vetting: see `may_know`.
    """
    against = []
    if not maker.is_active:
        against.append("You do not offer to make anything just now.")
    if maker.holds_jobs >= maker.most_jobs:
        against.append("You hold as many jobs as you said you would.")
    fitting = [each for each in printers if fits_bed(request.size_mm, bed_of(each.profile))]
    if not fitting:
        against.append("The largest part fits on none of your printers.")
    elif request.material and not any(request.material in each.materials for each in fitting):
        against.append(f"None of your printers that are large enough prints {request.material}.")
    if not _reaches(request, maker):
        against.append("It is further than you send.")
    return tuple(against)


def may_know(request: Request, maker: Maker) -> bool:
    """Whether a maker may know of a request at all: for under-18s only vetted ones may."""
    day = vetted_on(request)
    return day is None or (maker.vetted_until is not None and maker.vetted_until >= day)


def was_asked(session: Session, request_id: UUID, maker_id: UUID) -> bool:
    """Whether a maker was asked and did not say no."""
    found = session.scalars(
        select(Asked).where(Asked.request_id == request_id, Asked.maker_id == maker_id)
    ).first()
    return found is not None and found.answer != "no"


def _reaches(request: Request, maker: Maker) -> bool:
    if request.country and request.country in maker.sends_to:
        return True
    km = _km(request, maker.latitude, maker.longitude)
    return km is not None and km <= max(maker.sends_km, PICK_UP_KM)


def _km(request: Request, latitude: float | None, longitude: float | None) -> float | None:
    here, there = (request.latitude, request.longitude), (latitude, longitude)
    if None in here or None in there:
        return None
    return places.km_between(*here, *there)  # type: ignore[arg-type]  # None was ruled out


def _weighed(request: Request, wanted: Wanted, row: Any) -> Match:
    km = _km(request, row["latitude"], row["longitude"])
    made = {request.design: row["made_it"]} if row["made_it"] else {}
    reasons = reasons_for(wanted, {**row, "made": made}, km)
    return Match(
        row["person_id"],
        row["shown_name"],
        row["says"],
        row["region"],
        row["country"],
        km,
        score(reasons),
        reasons,
    )
