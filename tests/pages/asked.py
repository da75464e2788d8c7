"""What was asked for, in every state that pages show: made through the API and the use cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from httpx2 import Response
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.storage import Storage
from registry import clock
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Job
from registry.matching import places
from registry.outcomes.model import Outcome
from registry.people.model import Maker, Printer
from registry.requests.states import State
from tests.api.folk import Folk, Who

WISH: Final = {
    "words": "I want to hold my cup and the paper at the same time.",
    "pictures": ["hold", "eat"],
    "for_makers": "A hand for breakfast.",
}
PLACE: Final = {"country": "GB", "town": "London"}
REPORT: Final[dict[str, Any]] = {
    "title": "Wrist-driven hand",
    "version": "1.0.0",
    "load_class": "amber",
    "code": "VD72BQBK",
    "failures": [],
    "warnings": ["gauntlet: It is 172 mm high: print it with a brim."],
    "checked": ["Every part is one closed body.", "Thumb and index finger meet."],
    "not_checked": ["How much the hand can hold. Nobody has measured it."],
    "estimated": [],
    "values": [
        {"name": "side", "value": "left", "unit": "", "origin": "given"},
        {"name": "hand_breadth", "value": 78.0, "unit": "mm", "origin": "given"},
        {"name": "forearm_length", "value": 238.3, "unit": "mm", "origin": "estimated"},
    ],
    "parts": [
        {"part": "palm", "facts": {"size_mm": [82.0, 70.5, 31.0]}},
        {"part": "gauntlet", "facts": {"size_mm": [99.8, 45.7, 171.6]}},
    ],
}
"""As much of a fit's report as a page shows; the whole of one is tested with real fits."""


def went_well(answer: Response) -> None:
    """Stop where something that has to go well for a test did not."""
    if answer.status_code >= 400:
        raise AssertionError(answer.text)


def offers(folk: Folk, maker: Who) -> None:
    """Let a maker be found: in Slough, with a printer that takes any hand."""
    latitude, longitude = places.rounded(51.51, -0.59)
    with folk.sessions.begin() as session:
        row = session.get_one(Maker, maker.id)
        row.says, row.region, row.country = "I like small and fiddly things.", "Slough", "GB"
        row.latitude, row.longitude = latitude, longitude
        row.at = places.mercator(latitude, longitude)
        row.languages, row.channels, row.materials = ["en"], ["email"], ["PLA"]
        row.sends_km, row.most_jobs = 300, 50
        row.bed_x_mm, row.bed_y_mm, row.bed_z_mm = 250.0, 210.0, 220.0
        profile = {"name": "shed", "bed_x_mm": 250.0, "bed_y_mm": 210.0, "bed_z_mm": 220.0}
        session.add(Printer(maker_id=maker.id, name="shed", profile=profile, materials=["PLA"]))


def draft(who: Who, **more: Any) -> str:
    """Somebody wrote a request; return its id."""
    ask = {"wish": WISH, "place": PLACE, "languages": ["en"], "channel": "email", **more}
    return str(who.post("/requests", ask).json()["id"])


def opened(who: Who, **more: Any) -> str:
    """Somebody showed a request to makers."""
    found = draft(who, **more)
    for to in ("ready", "open"):
        went_well(who.post(f"/requests/{found}/moves", {"to": to}))
    return found


def designing(folk: Folk, who: Who, maker: Who, **more: Any) -> str:
    """Somebody and their maker work out what it shall be."""
    found = opened(who, design="wrist_hand", **more)
    folk.matched(f"/requests/{found}", maker, to=State.DESIGNING)
    return found


def plan(folk: Folk, maker: Who, request: str, storage: Storage | None = None) -> str:
    """The maker asks for a yes to the kit; return the decision's id."""
    fit = folk.kit(f"/requests/{request}")
    with folk.sessions.begin() as session:
        row = session.get_one(Fit, UUID(fit))
        row.report, row.finished_at = REPORT, clock.now()
        if storage is not None:
            _add_model(session, storage, row.id)
    ask = {
        "kind": "recipe",
        "question": "Shall I make it exactly like this, in teal?",
        "options": ["teal", "amber"],
        "present": ["Anna", "Ben"],
        "fit_id": fit,
    }
    made = maker.post(f"/requests/{request}/decisions", ask)
    went_well(made)
    return str(made.json()["id"])


def at(folk: Folk, who: Who, maker: Who, state: State, **more: Any) -> str:
    """A request that came as far as this, with a yes on the way."""
    found = designing(folk, who, maker, **more)
    decision = plan(folk, maker, found)
    said = {"answer": "yes", "words": "Teal, please!", "option": "teal"}
    who.post(f"/requests/{found}/decisions/{decision}/answers", said)
    maker.post(f"/requests/{found}/moves", {"to": "making"})
    maker.post(f"/requests/{found}/messages", {"said": "Hello! I begin on Monday."})
    who.post(f"/requests/{found}/messages", {"said": "Thank you."})
    if state in (State.SENT, State.RECEIVED, State.FIT_CHECK, State.IN_USE):
        with folk.sessions() as session:
            job = session.scalars(select(Job).where(Job.request_id == UUID(found))).one()
        sent = maker.call("PATCH", f"/jobs/{job.id}", json={"claim": job.claim, "sent": True})
        went_well(sent)
    if state in (State.RECEIVED, State.FIT_CHECK, State.IN_USE):
        who.post(f"/requests/{found}/moves", {"to": "received"})
    if state is State.IN_USE:
        ask = {"fits": True, "answers": {"good_does": "yes", "words": "My cup stays up!"}}
        went_well(who.post(f"/requests/{found}/fit-check", ask))
    return found


def a_week_later(folk: Folk, request: str) -> None:
    """The first question is due."""
    with folk.sessions.begin() as session:
        session.execute(
            update(Outcome)
            .where(Outcome.request_id == UUID(request), Outcome.after == "1_week")
            .values(due_at=clock.now() - timedelta(hours=1))
        )


def _add_model(session: Session, storage: Storage, fit: UUID) -> None:
    import trimesh

    data = trimesh.creation.box((80.0, 70.0, 30.0)).export(file_type="glb")
    digest = storage.put(session, bytes(data))
    session.add(
        FitFile(
            fit_id=fit,
            name="wrist_hand.glb",
            digest=digest,
            size=len(data),
            media_type="model/gltf-binary",
        )
    )
