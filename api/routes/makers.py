"""Makers and their printers."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Security

from api.deps import Db, someone
from api.schemas.makers import (
    MakerIn,
    MakerOut,
    MyMakerOut,
    PrinterIn,
    PrinterOut,
    VettingIn,
)
from api.transaction import Transaction
from api.views import makers as views
from parametric.clearance import PrinterProfile
from parametric.resolve import resolve
from registry.actor import Actor
from registry.people import makers

router = APIRouter(prefix="/api/v1/makers", tags=["makers"], route_class=Transaction)

Me = Annotated[Actor, Security(someone, scopes=["jobs"])]
Reader = Annotated[Actor, Security(someone, scopes=["requests"])]


@router.put("/me", summary="Offer to make things, or change what you offer")
def offer(ask: MakerIn, me: Me, db: Db) -> MyMakerOut:
    """Say what you offer. Where you are is kept to about 10 km, never closer."""
    offered = makers.Offer(
        shown_name=ask.shown_name,
        says=ask.says,
        town=ask.town,
        country=ask.country,
        sends_km=ask.sends_km,
        sends_to=tuple(ask.sends_to),
        languages=tuple(ask.languages),
        channels=tuple(ask.channels),
        tools=tuple(ask.tools),
        most_jobs=ask.most_jobs,
        is_active=ask.is_active,
    )
    return views.mine(db, makers.offer(db, me, offered))


@router.get("/me", summary="What I offer")
def mine(me: Me, db: Db) -> MyMakerOut:
    """Show what you offer, with your printers."""
    return views.mine(db, makers.mine(db, me))


@router.post("/me/printers", status_code=201, summary="Add a printer")
def add_printer(ask: PrinterIn, me: Me, db: Db) -> PrinterOut:
    """Add a printer. Clearances come from a printed test piece; without one they are guesses."""
    printer = makers.add_printer(
        db,
        me,
        profile=profile_of(ask),
        materials=tuple(ask.materials),
        calibrated_on=ask.calibrated_on,
    )
    return PrinterOut.model_validate(printer, from_attributes=True)


@router.put("/me/printers/{printer_id}", summary="Change a printer")
def change_printer(printer_id: UUID, ask: PrinterIn, me: Me, db: Db) -> PrinterOut:
    """Say anew what one of your printers is and how it prints."""
    printer = makers.change_printer(
        db,
        me,
        printer_id,
        profile=profile_of(ask),
        materials=tuple(ask.materials),
        calibrated_on=ask.calibrated_on,
    )
    return PrinterOut.model_validate(printer, from_attributes=True)


@router.delete("/me/printers/{printer_id}", status_code=204, summary="Take a printer away")
def remove_printer(printer_id: UUID, me: Me, db: Db) -> None:
    """Take one of your printers away."""
    makers.remove_printer(db, me, printer_id)


@router.get("/{maker_id}", summary="What a maker shows")
def shown(maker_id: UUID, me: Reader, db: Db) -> MakerOut:  # noqa: ARG001 (somebody signed in)
    """Show what a maker says of themselves."""
    return MakerOut(**views.shown(makers.shown(db, maker_id)))


@router.post("/{maker_id}/vetting", summary="Let a maker make for people under 18")
def vet(maker_id: UUID, ask: VettingIn, me: Me, db: Db) -> MakerOut:
    """Say until when a maker may make for people under 18. Only stewards do this."""
    return MakerOut(**views.shown(makers.vet(db, me, maker_id, ask.until, ask.reason)))


def profile_of(ask: PrinterIn) -> dict[str, Any]:
    """Return a printer's whole profile.

    Raises:
        BadParameters: something in it cannot be.
    """
    return dataclasses.asdict(resolve(PrinterProfile, ask.profile).params)
