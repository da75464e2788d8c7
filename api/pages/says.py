"""What a request says, all of it, and the address that it shall be sent to."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.deps import Db
from api.pages.forms import Form, Sent, Wrong, tried
from api.pages.render import go
from api.pages.telling import Seen, page
from api.pages.visitor import Me
from api.schemas.requests import AddressIn
from api.transaction import Transaction
from registry.policies import requests as may
from registry.policies import require
from registry.requests.usecases import Written, edit

router = APIRouter(include_in_schema=False, route_class=Transaction)

ADDRESS = frozenset({"address"})


@router.get("/requests/{request_id}/says")
def says(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Show all that a request says, as far as the reader may see it."""
    seen = Seen(db, me, request_id)
    return page(
        request,
        "requests/says.html.j2",
        seen=seen,
        can_write=may.may_edit(seen.seat, frozenset({"wish"})) is True,
        can_address=may.may_edit(seen.seat, ADDRESS) is True,
    )


@router.get("/requests/{request_id}/address")
def address(request: Request, request_id: UUID, me: Me, db: Db) -> Response:
    """Ask where it shall be sent."""
    return _address(request, Seen(db, me, request_id), None)


@router.post("/requests/{request_id}/address")
def keep_address(request: Request, request_id: UUID, me: Me, db: Db, sent: Sent) -> Response:
    """Keep the address, or take it away."""
    form = Form.of(sent)
    seen = Seen(db, me, request_id)
    with tried(db, form) as done:
        if form.given("take_away"):
            written = None
        else:
            lines = [each.strip() for each in form.value("lines").splitlines() if each.strip()]
            written = form.read(AddressIn, lines=lines).model_dump()
        edit(db, me, request_id, seen.row.version, Written({"address": written}))
    if done.went_wrong:
        return _address(request, Seen(db, me, request_id), _of_lines(done.form))
    return go(f"/requests/{request_id}/says", "saved")


def _of_lines(form: Form) -> Form:
    # Which line it was stands in the text already.
    wrong = [each for each in form.wrong if not each.field.startswith("lines.")]
    if len(wrong) == len(form.wrong):
        return form
    return Form(form.typed, (*wrong, Wrong("lines", key="common.wrong_other")))


def _address(request: Request, seen: Seen, form: Form | None) -> Response:
    require(may.may_edit(seen.seat, ADDRESS))
    known = seen.out.address or {}
    if form is None:
        form = Form.filled(name=known.get("name", ""), lines="\n".join(known.get("lines", ())))
    return page(
        request,
        "requests/address.html.j2",
        seen=seen,
        has_address=bool(known),
        form=form,
    )
