"""Oneself: profile, who may help, what was agreed, what was read, and everything to take along."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query, Request, Security

from api.deps import Db, Files, someone
from api.erasure import forget_files, forget_work
from api.paging import Cursor, Limit, cut, mark_of, number_mark_of
from api.schemas.me import (
    ConsentIn,
    ConsentOut,
    ExportOut,
    GuardianIn,
    GuardianOut,
    NoticeOut,
    NoticePage,
    ProfileOut,
    ProfilePatch,
    ReadOut,
    ReadPage,
    SettleIn,
    SupporterIn,
    SupporterOut,
)
from api.transaction import Transaction
from registry import clock
from registry.actor import Actor
from registry.errors import Invalid, NotFound
from registry.mine import queries as holdings
from registry.mine.usecases import erase
from registry.people import queries as people
from registry.people.model import Person
from registry.people.usecases import change_profile
from registry.reasons import Ending
from registry.relations import queries, usecases

router = APIRouter(prefix="/api/v1/me", tags=["me"], route_class=Transaction)

Me = Annotated[Actor, Security(someone, scopes=["me"])]
Why = Annotated[Ending | None, Query(description="Stewards say why.")]


@router.get("", summary="Me")
def profile(me: Me, db: Db) -> ProfileOut:
    """Show what we know of you. Give your `id` to whoever shall support you."""
    return _profile(db.get_one(Person, me.person_id))


@router.patch("", summary="Change my profile")
def change(ask: ProfilePatch, me: Me, db: Db) -> ProfileOut:
    """Change what you tell of yourself; only what is sent changes."""
    fields = ask.model_dump(exclude_unset=True)
    return _profile(change_profile(db, me, fields))


@router.get("/reads", summary="Who read what of mine")
def reads(me: Me, db: Db, cursor: Cursor = None, limit: Limit = 50) -> ReadPage:
    """List who read something sensitive of yours, and when; newest first."""
    rows = people.reads(db, me.person_id, number_mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.at, row.id))
    return ReadPage(
        reads=[ReadOut.model_validate(row, from_attributes=True) for row in page], next=following
    )


@router.get("/notices", summary="What I was told")
def notices(me: Me, db: Db, cursor: Cursor = None, limit: Limit = 50) -> NoticePage:
    """List what happened that concerns you; newest first."""
    rows = people.notices(db, me.person_id, mark_of(cursor), limit + 1)
    page, following = cut(rows, limit, lambda row: (row.at, row.id))
    return NoticePage(
        notices=[NoticeOut.model_validate(row, from_attributes=True) for row in page],
        next=following,
    )


@router.get("/supporters", summary="My supporters, and whom I support")
def supporters(me: Me, db: Db) -> list[SupporterOut]:
    """List who supports you and whom you support; ended ones too."""
    rows = queries.supporters(db, _id(me))
    return [SupporterOut.model_validate(row, from_attributes=True) for row in rows]


@router.post("/supporters", status_code=201, summary="Name a supporter")
def name_supporter(ask: SupporterIn, me: Me, db: Db) -> SupporterOut:
    """Let somebody help you, within what you say. Named again, the new grants count."""
    row = usecases.name_supporter(
        db,
        me,
        ask.supporter_id,
        may_do=tuple(ask.may),
        relation=ask.relation,
        person_id=ask.person_id,
    )
    return SupporterOut.model_validate(row, from_attributes=True)


@router.delete("/supporters/{support_id}", status_code=204, summary="Take a supporter off")
def take_off_supporter(support_id: UUID, me: Me, db: Db) -> None:
    """End a support. It holds at once."""
    usecases.take_off_supporter(db, me, support_id)


@router.get("/guardians", summary="My guardians, and whose guardian I am")
def guardians(me: Me, db: Db) -> list[GuardianOut]:
    """List the guardianships that you are in; ended ones too."""
    return [_guardian(row) for row in queries.guardianships(db, _id(me))]


@router.post("/guardians", status_code=201, summary="Invite a guardian, or a young person")
def invite_guardian(ask: GuardianIn, me: Me, db: Db) -> GuardianOut:
    """Invite. Nothing holds before the other one accepts."""
    if (ask.guardian_id is None) == (ask.young_person_id is None):
        raise Invalid.field("guardian_id", "", "Name one of guardian_id and young_person_id.")
    return _guardian(
        usecases.invite_guardian(
            db, me, guardian_id=ask.guardian_id, young_person_id=ask.young_person_id
        )
    )


@router.post("/guardians/{guardianship_id}/accept", summary="Accept an invitation")
def accept_guardian(guardianship_id: UUID, me: Me, db: Db) -> GuardianOut:
    """Accept what the other one invited you to."""
    return _guardian(usecases.accept_guardian(db, me, guardianship_id))


@router.post("/guardians/{guardianship_id}/freeze", summary="Dispute a guardianship")
def freeze_guardian(guardianship_id: UUID, me: Me, db: Db) -> GuardianOut:
    """Let it rest, at once, until a steward has settled it. Either of the two can."""
    return _guardian(usecases.freeze_guardian(db, me, guardianship_id))


@router.post("/guardians/{guardianship_id}/settle", summary="Settle a dispute")
def settle_guardian(guardianship_id: UUID, ask: SettleIn, me: Me, db: Db) -> GuardianOut:
    """Let it hold again. A steward can, after talking with everybody."""
    return _guardian(usecases.settle_guardian(db, me, guardianship_id, ask.reason))


@router.delete("/guardians/{guardianship_id}", status_code=204, summary="End a guardianship")
def end_guardian(guardianship_id: UUID, me: Me, db: Db, reason: Why = None) -> None:
    """Step back as a guardian, decline or take back an invitation; a steward ends any, and why."""
    usecases.end_guardian(db, me, guardianship_id, reason)


@router.get("/consents", summary="What I agreed to")
def consents(me: Me, db: Db) -> list[ConsentOut]:
    """List your agreements, and those given beside you; withdrawn ones too."""
    rows = queries.consents(db, _id(me))
    return [ConsentOut.model_validate(row, from_attributes=True) for row in rows]


@router.post("/consents", status_code=201, summary="Agree to something")
def consent(ask: ConsentIn, me: Me, db: Db) -> ConsentOut:
    """Agree to one purpose. For somebody under 18 both they and their guardian do."""
    row = usecases.consent(db, me, ask.purpose, ask.words_version, ask.person_id)
    return ConsentOut.model_validate(row, from_attributes=True)


@router.delete("/consents/{consent_id}", status_code=204, summary="Withdraw an agreement")
def withdraw_consent(consent_id: UUID, me: Me, db: Db) -> None:
    """Withdraw it. What others see by it, they see no more."""
    usecases.withdraw_consent(db, me, consent_id)


@router.get("/export", summary="Everything about me")
def export(me: Me, db: Db) -> ExportOut:
    """Take along everything that is about you. Pictures and files: by their own addresses."""
    return ExportOut(
        made_at=clock.now(), person_id=_id(me), tables=holdings.everything(db, _id(me))
    )


@router.delete("", status_code=204, summary="Erase me")
def erase_me(me: Me, db: Db, files: Files, request: Request, after: BackgroundTasks) -> None:
    """Erase your account and everything about you. There is no way back.

    What others need stays, without who you were and without your words.
    """
    erased = erase(db, me)
    forget_work(db, erased.ids)
    # Tasks run after the answer was sent, and so after the commit: see `api.transaction`.
    after.add_task(forget_files, request.app.state.sessions, files, erased.files)


def _id(me: Actor) -> UUID:
    if me.person_id is None:
        raise NotFound("person")
    return me.person_id


def _profile(person: Person) -> ProfileOut:
    return ProfileOut.model_validate(
        {
            **{
                name: getattr(person, name)
                for name in ProfileOut.model_fields
                if name != "has_second_factor"
            },
            "has_second_factor": person.totp_confirmed_at is not None,
        }
    )


def _guardian(row: object) -> GuardianOut:
    return GuardianOut.model_validate(row, from_attributes=True)
