"""My data: who read it, a copy of all of it, and erasing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from api.deps import Db, Files
from api.erasure import forget_files, forget_work
from api.pages import cookies
from api.pages.forms import Form, Sent, Wrong
from api.pages.render import go, page
from api.pages.visitor import Me, MyId
from api.paging import cut, number_mark_of
from api.schemas.me import ExportOut
from api.transaction import Transaction
from registry import clock
from registry.mine import queries as holdings
from registry.mine.usecases import erase
from registry.people import queries
from registry.people.model import Read
from registry.people.queries import shown_names
from registry.relations import queries as relations

router = APIRouter(include_in_schema=False, route_class=Transaction)

A_PAGE: Final = 30


@router.get("/me/data")
def my_data(
    request: Request,
    my_id: MyId,
    db: Db,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Show who read what, and the ways to a copy and to the end."""
    rows = queries.reads(db, my_id, number_mark_of(cursor), A_PAGE + 1)
    shown, following = cut(rows, A_PAGE, lambda row: (row.at, row.id))
    return page(
        request,
        "my_data/all.html.j2",
        reads=[(row, *each) for row, each in zip(shown, _readers(db, my_id, shown), strict=True)],
        following=following,
    )


@router.get("/me/data/copy")
def copy(my_id: MyId, db: Db) -> Response:
    """Give everything about somebody as one file."""
    whole = ExportOut(made_at=clock.now(), person_id=my_id, tables=holdings.everything(db, my_id))
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return JSONResponse(jsonable_encoder(whole), headers=headers)


@router.get("/me/data/erase")
def ask_erase(request: Request, _my_id: MyId) -> Response:
    """Ask whether somebody is sure."""
    return page(request, "my_data/erase.html.j2")


@router.post("/me/data/erase")
def erase_me(
    *, request: Request, me: Me, db: Db, files: Files, sent: Sent, after: BackgroundTasks
) -> Response:
    """Erase an account and everything about its owner. There is no way back."""
    form = Form.of(sent)
    if not form.has("sure", "yes"):
        wrong = form.but(Wrong("sure", key="my_data.be_sure"))
        return page(request, "my_data/erase.html.j2", status=422, form=wrong)
    erased = erase(db, me)
    forget_work(db, erased.ids)
    # Tasks run after the answer was sent, and so after the commit: see `api.transaction`.
    after.add_task(forget_files, request.app.state.sessions, files, erased.files)
    answer = go("/erased")
    cookies.sign_out(request, answer)
    return answer


@router.get("/erased")
def erased(request: Request) -> Response:
    """Say that everything is gone."""
    return page(request, "my_data/erased.html.j2")


def _readers(db: Session, my_id: UUID, rows: Sequence[Read]) -> list[tuple[str, str]]:
    """Return what each reader is to somebody, and the name that they show as a maker."""
    guardians = {each.guardian_id for each in relations.guardianships(db, my_id)}
    helpers = {each.supporter_id for each in relations.supporters(db, my_id)}
    names = shown_names(db, {row.reader_id for row in rows if row.reader_id is not None})

    def told(reader: UUID | None) -> tuple[str, str]:
        if reader is None:
            return "gone", ""
        if reader in guardians:
            return "guardian", ""
        if reader in helpers:
            return "helper", ""
        return ("maker", names[reader]) if names.get(reader) else ("other", "")

    return [told(row.reader_id) for row in rows]
