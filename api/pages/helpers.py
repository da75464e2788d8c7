"""Who may help somebody, who guards somebody under 18, and what was agreed to."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.deps import Db
from api.pages.forms import Form, Sent, tried
from api.pages.render import go, page
from api.pages.visitor import Me, MyId
from api.schemas.me import ConsentIn, GuardianIn, SupporterIn
from api.transaction import Transaction
from registry.actor import Actor
from registry.people.ages import is_minor
from registry.people.model import Consent, Guardianship, Person
from registry.relations import queries, usecases

router = APIRouter(include_in_schema=False, route_class=Transaction)

Done = Annotated[str, Query(max_length=20)]

WORDS_VERSION: Final = "1"
"""Of the words of what people agree to: see ``helpers.purpose_…`` in the texts."""


@router.get("/me/helpers")
def helpers(request: Request, me: Me, my_id: MyId, db: Db, done: Done = "") -> Response:
    """Show who helps somebody, and whom they help."""
    return _helpers(request, me, my_id, db, done=done)


@router.post("/me/helpers")
def name_helper(request: Request, me: Me, my_id: MyId, db: Db, sent: Sent) -> Response:
    """Let somebody help, within what is ticked."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(SupporterIn, lists=("may",))
        usecases.name_supporter(
            db,
            me,
            ask.supporter_id,
            may_do=tuple(ask.may),
            relation=ask.relation,
            person_id=ask.person_id,
        )
    if it.went_wrong:
        return _helpers(request, me, my_id, db, form=it.form)
    return go("/me/helpers", "named")


@router.post("/me/helpers/{support_id}/end")
def end_helper(support_id: UUID, me: Me, db: Db) -> Response:
    """End a support. It holds at once."""
    usecases.take_off_supporter(db, me, support_id)
    return go("/me/helpers", "ended")


@router.post("/me/guardians")
def invite(request: Request, me: Me, my_id: MyId, db: Db, sent: Sent) -> Response:
    """Invite a guardian, or a young person whose guardian one wants to be."""
    with tried(db, Form.of(sent)) as it:
        ask = it.form.read(GuardianIn)
        usecases.invite_guardian(
            db, me, guardian_id=ask.guardian_id, young_person_id=ask.young_person_id
        )
    if it.went_wrong:
        return _helpers(request, me, my_id, db, form=it.form)
    return go("/me/helpers", "invited")


@router.post("/me/guardians/{guardianship_id}/accept")
def accept(guardianship_id: UUID, me: Me, db: Db) -> Response:
    """Accept an invitation."""
    usecases.accept_guardian(db, me, guardianship_id)
    return go("/me/helpers", "accepted")


@router.post("/me/guardians/{guardianship_id}/dispute")
def dispute(guardianship_id: UUID, me: Me, db: Db) -> Response:
    """Let a guardianship rest until a steward has settled it."""
    usecases.freeze_guardian(db, me, guardianship_id)
    return go("/me/helpers", "disputed")


@router.post("/me/guardians/{guardianship_id}/end")
def end_guardian(guardianship_id: UUID, me: Me, db: Db) -> Response:
    """Step back, decline, or take an invitation back."""
    usecases.end_guardian(db, me, guardianship_id)
    return go("/me/helpers", "ended")


@router.get("/me/agreements")
def agreements(request: Request, my_id: MyId, db: Db, done: Done = "") -> Response:
    """Show what was agreed to, by oneself and for young people one guards."""
    people = [db.get_one(Person, my_id), *_guarded(db, my_id)]
    rows = [each for each in queries.consents(db, my_id) if each.withdrawn_at is None]
    return page(
        request,
        "helpers/agreements.html.j2",
        people=people,
        purposes=usecases.PURPOSES,
        given=_newest(rows),
        my_id=my_id,
        is_minor=is_minor(people[0]),
        done=done if done in ("agreed", "withdrawn") else "",
    )


@router.post("/me/agreements")
def agree(request: Request, me: Me, db: Db, sent: Sent) -> Response:  # noqa: ARG001 (like its siblings)
    """Agree to one thing."""
    ask = Form.of(sent).read(ConsentIn, words_version=WORDS_VERSION)
    usecases.consent(db, me, ask.purpose, ask.words_version, ask.person_id)
    return go("/me/agreements", "agreed")


@router.post("/me/agreements/{consent_id}/end")
def withdraw(consent_id: UUID, me: Me, db: Db) -> Response:
    """Withdraw an agreement. What others see by it, they see no more."""
    usecases.withdraw_consent(db, me, consent_id)
    return go("/me/agreements", "withdrawn")


def _helpers(
    request: Request,
    me: Actor,
    my_id: UUID,
    db: Db,
    *,
    form: Form | None = None,
    done: str = "",
) -> Response:
    supports = [each for each in queries.supporters(db, my_id) if each.withdrawn_at is None]
    guards = [each for each in queries.guardianships(db, my_id) if each.ended_at is None]
    return page(
        request,
        "helpers/all.html.j2",
        status=422 if form else 200,
        form=form,
        my_id=my_id,
        is_minor=is_minor(db.get_one(Person, my_id)),
        helps_me=[each for each in supports if each.person_id == my_id],
        i_help=[each for each in supports if each.supporter_id == my_id],
        my_guardians=[each for each in guards if each.young_person_id == my_id],
        i_guard=[each for each in guards if each.guardian_id == my_id],
        guarded=_guarded(db, my_id),
        grants=usecases.GRANTS,
        me=me,
        done=done if done in ("named", "ended", "invited", "accepted", "disputed") else "",
    )


def _guarded(db: Db, my_id: UUID) -> list[Person]:
    """Return young people whose guardian somebody is by now."""
    return [
        db.get_one(Person, each.young_person_id)
        for each in queries.guardianships(db, my_id)
        if each.guardian_id == my_id and _holds(each)
    ]


def _holds(row: Guardianship) -> bool:
    return row.accepted_at is not None and row.frozen_at is None and row.ended_at is None


def _newest(rows: list[Consent]) -> dict[tuple[UUID, UUID, str], Consent]:
    return {(each.person_id, each.given_by_id, each.purpose): each for each in rows}
