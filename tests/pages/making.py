"""Makers, printers and jobs for the tests of pages: as the API makes them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from registry.fits.model import Fit
from registry.jobs.model import Job
from registry.requests.model import Asked
from registry.requests.states import State
from tests.api.folk import Folk, Who

LEIPZIG: Final = {"country": "DE", "town": "Leipzig"}
PARTS: Final = [
    {"part": "palm", "facts": {"volume_mm3": 120_000.0, "area_mm2": 48_700.0,
                               "size_mm": [80.0, 90.0, 121.0]}},
]  # fmt: skip


def offer(who: Who) -> None:
    """Somebody near Leipzig offers to make, with a printer."""
    ask = {"shown_name": "A workshop", "sends_km": 300, "languages": ["en"], **LEIPZIG}
    who.call("PUT", "/makers/me", json=ask).raise_for_status()
    profile: dict[str, Any] = {"name": "shed", "bed_x_mm": 250, "bed_y_mm": 210, "bed_z_mm": 220}
    printer = {"profile": profile, "materials": ["PLA"]}
    who.post("/makers/me/printers", printer).raise_for_status()


def workshop(folk: Folk, name: str) -> Who:
    """Somebody new who offers to make."""
    who = folk.person(name, age=40)
    offer(who)
    return who


def wish(folk: Folk, who: Who, **more: Any) -> str:
    """A public request near Leipzig, open to makers; returns its path."""
    folk.consents(who)
    return folk.request(who, is_public=True, place=LEIPZIG, **more)


def job_of(folk: Folk, path: str) -> UUID:
    """The job of a request."""
    with folk.sessions() as session:
        request_id = UUID(path.rpartition("/")[2])
        return session.scalars(select(Job.id).where(Job.request_id == request_id)).one()


def asks(folk: Folk, path: str, maker: Who) -> None:
    """The person asks a maker by name."""
    with folk.sessions.begin() as session:
        session.add(Asked(request_id=UUID(path.rpartition("/")[2]), maker_id=maker.id))


def made_kit(folk: Folk, path: str, **report: Any) -> str:
    """A kit that was made for a request's job, with a report; returns its fit."""
    fit_id = folk.kit(path)
    with folk.sessions.begin() as session:
        fit = session.get_one(Fit, UUID(fit_id))
        fit.report = {"parts": PARTS, "warnings": [], **report}
    return fit_id


def being_made(folk: Folk, asker: Who, maker: Who) -> tuple[str, UUID]:
    """A request whose device is being made by a maker; returns its path and its job."""
    path = wish(folk, asker)
    folk.matched(path, maker)
    made_kit(folk, path)
    folk.at(path, State.MAKING)
    return path, job_of(folk, path)


def in_world(world: Any, job: str) -> str:
    """The path of a job in a world: ``open``, ``asked``, ``waiting`` or ``held``; made once."""
    if "make" not in world.more:
        folk: Folk = world.folk
        ben: Who = world.ben
        offer(ben)
        held, _ = being_made(folk, folk.person("Fay", age=30), ben)
        asked, claimed = (
            wish(folk, folk.person("Eve", age=30)),
            wish(folk, folk.person("Dora", age=30)),
        )
        folk.claimed(claimed, ben)
        asks(folk, asked, ben)
        paths = {
            "open": wish(folk, folk.person("Cleo", age=30), design="wrist_hand", material="PLA"),
            "asked": asked,
            "waiting": claimed,
            "held": held,
        }
        world.more["make"] = {name: job_of(folk, path) for name, path in paths.items()}
    return f"/make/jobs/{world.more['make'][job]}"


def printer_in_world(world: Any) -> str:
    """The path of a printer in a world."""
    in_world(world, "open")
    return f"/make/printers/{world.ben.call('GET', '/makers/me').json()['printers'][0]['id']}"
