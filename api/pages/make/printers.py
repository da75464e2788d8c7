"""A maker's printers, and the test piece from which their clearances are read."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages.forms import Form, Sent, tried
from api.pages.make.board import maker_of
from api.pages.render import go, page
from api.pages.visitor import Looking, Me
from api.routes.makers import profile_of
from api.schemas.makers import PrinterIn
from api.transaction import Transaction
from parametric import coupon
from parametric.clearance import PrinterProfile, printers
from parametric.params import describe
from registry import clock
from registry.actor import Actor
from registry.errors import NotFound
from registry.people import makers
from registry.people.model import Printer

router = APIRouter(include_in_schema=False, route_class=Transaction)

MATERIALS: Final = ("PLA", "PETG", "TPU", "ASA", "ABS", "PA")
SIZES: Final = ("bed_x_mm", "bed_y_mm", "bed_z_mm", "nozzle_mm", "layer_mm")
"""Fields of a profile that a page asks for in a form of its own; gaps come from the test piece."""

RANGES: Final = {info.name: info for info in describe(PrinterProfile)}


@router.get("/make/printers")
def every(request: Request, me: Me, db: Db) -> Response:
    """Show one's printers."""
    return page(
        request,
        "make/printers.html.j2",
        is_maker=maker_of(db, me) is not None,
        printers=_of(db, me),
        done=request.query_params.get("done", ""),
    )


@router.get("/make/printers/new")
def new(request: Request, me: Me, db: Db) -> Response:
    """Ask what a printer is: a known one fills in its own size."""
    makers.mine(db, me)
    known = printers().get(request.query_params.get("model", ""))
    filled = _sizes(known) if known is not None else {**_sizes(PrinterProfile()), "name": None}
    return _form(request, Form.filled(**filled, materials=["PLA"]))


@router.post("/make/printers/new")
def add(request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Add a printer."""
    form = Form.of(sent)
    with tried(db, form) as done:
        ask = _read(form, {})
        found = makers.add_printer(db, me, profile=profile_of(ask), materials=tuple(ask.materials))
    if done.went_wrong:
        return _form(request, done.form, status=422)
    return go(f"/make/printers/{found.id}/test-piece", done="printer")


@router.get("/make/printers/{printer_id}")
def one(printer_id: UUID, request: Request, me: Me, db: Db) -> Response:
    """Show a printer, to be changed."""
    printer = _one(db, me, printer_id)
    filled = Form.filled(
        **{name: printer.profile[name] for name in SIZES},
        name=printer.name,
        materials=printer.materials,
    )
    return _form(request, filled, printer)


@router.post("/make/printers/{printer_id}")
def change(printer_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Say anew what a printer is; what its test piece said stays."""
    form, printer = Form.of(sent), _one(db, me, printer_id)
    with tried(db, form) as done:
        ask = _read(form, printer.profile)
        _keep(db, me, printer, profile_of(ask), tuple(ask.materials))
    if done.went_wrong:
        return _form(request, done.form, printer, status=422)
    return go("/make/printers", done="printer")


@router.post("/make/printers/{printer_id}/remove")
def remove(printer_id: UUID, me: Me, db: Db) -> Response:
    """Take a printer away."""
    makers.remove_printer(db, me, printer_id)
    return go("/make/printers", done="removed")


@router.get("/make/test-piece/test_piece.3mf")
def give_piece(_who: Looking) -> Response:
    """Give the test piece to print: the same bytes for everybody."""
    return Response(
        _piece(),
        media_type="model/3mf",
        headers={"Content-Disposition": 'attachment; filename="test_piece.3mf"'},
    )


@router.get("/make/printers/{printer_id}/test-piece")
def results(printer_id: UUID, request: Request, me: Me, db: Db) -> Response:
    """Ask what the printed test piece shows."""
    return _results(request, Form(), _one(db, me, printer_id))


@router.post("/make/printers/{printer_id}/test-piece")
def keep_results(printer_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Read the clearances off and keep them with today's date."""
    form, printer = Form.of(sent), _one(db, me, printer_id)
    with tried(db, form) as done:
        read = coupon.read_off(
            _number(form, "slides_at") or 0.0,
            _number(form, "holds_at") or 0.0,
            _number(form, "hole_measures"),
        )
        profile = {**printer.profile, **dataclasses.asdict(read)}
        makers.change_printer(
            db,
            me,
            printer_id,
            profile=profile,
            materials=tuple(printer.materials),
            calibrated_on=clock.now().date(),
        )
    if done.went_wrong:
        return _results(request, done.form, printer, status=422)
    return go("/make/printers", done="calibrated")


def _of(db: Session, me: Actor) -> list[Printer]:
    return makers.printers_of(db, me.person_id) if me.person_id is not None else []


def _one(db: Session, me: Actor, printer_id: UUID) -> Printer:
    found = next((each for each in _of(db, me) if each.id == printer_id), None)
    if found is None:
        raise NotFound("printer")
    return found


def _read(form: Form, before: dict[str, Any]) -> PrinterIn:
    profile: dict[str, str | float] = {
        **before,
        **{name: form.given(name).replace(",", ".") for name in SIZES if form.given(name)},
        "name": form.given("name"),
    }
    return form.read(PrinterIn, lists=("materials",), profile=profile)


def _keep(
    db: Session, me: Actor, printer: Printer, profile: dict[str, Any], materials: tuple[str, ...]
) -> None:
    makers.change_printer(
        db, me, printer.id, profile=profile, materials=materials,
        calibrated_on=printer.calibrated_on,
    )  # fmt: skip


def _sizes(profile: PrinterProfile) -> dict[str, Any]:
    return {"name": profile.name, **{name: f"{getattr(profile, name):g}" for name in SIZES}}


def _number(form: Form, name: str) -> float | None:
    """Return a figure that was chosen or typed; what is none stays wrong, and is told so."""
    said = form.given(name).replace(",", ".").removesuffix("mm").strip()
    if not said:
        return None
    try:
        return float(said)
    except ValueError:
        return -1.0


def _form(
    request: Request, form: Form, printer: Printer | None = None, status: int = 200
) -> Response:
    return page(
        request,
        "make/printer.html.j2",
        form=form,
        status=status,
        printer=printer,
        models=tuple(printers()),
        model=request.query_params.get("model", ""),
        materials=MATERIALS,
        sizes=[RANGES[name] for name in SIZES],
    )


def _results(request: Request, form: Form, printer: Printer, status: int = 200) -> Response:
    return page(
        request,
        "make/test_piece.html.j2",
        form=form,
        status=status,
        printer=printer,
        gaps=coupon.GAPS_MM,
        done=request.query_params.get("done", ""),
    )


@cache
def _piece() -> bytes:
    from parametric.export.threemf import About, meshes_3mf
    from parametric.place import move
    from parametric.solid import placed
    from parametric.solid.mesh import mesh_of

    return meshes_3mf(
        [
            ("plate", mesh_of(placed(coupon.plate(), move(100.0, 100.0)))),
            ("peg", mesh_of(placed(coupon.peg(), move(100.0, 135.0)))),
        ],
        About(title="Test piece for a printer", licence_terms="Apache-2.0"),
    )
