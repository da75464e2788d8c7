"""Being gone: everything about one person is erased, in one transaction.

What others need stays, without who it was and without their words. The trail stays whole: it
holds ids, states and names of fields only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.adaptations.forgetting import forget
from registry.errors import NotFound
from registry.fits.model import Fit, FitFile
from registry.jobs.ending import end_hold
from registry.jobs.model import Job, Variant
from registry.mine.holdings import HOLDINGS, is_theirs
from registry.notices import tell
from registry.outcomes import makings
from registry.outcomes.model import Making
from registry.people.model import Person, SignIn, Token
from registry.platform import Answered
from registry.policies import mine as may
from registry.policies import require
from registry.relations import queries as relations
from registry.relations.usecases import end_guardian
from registry.requests.model import Picture, Request
from registry.requests.states import Role, State, find_move
from registry.requests.usecases import lock, move


@dataclass(frozen=True)
class Erased:
    """What is left to do once the transaction is committed.

    Attributes:
        files: digests of files that nothing may refer to any more.
        ids: ids that work in queues may name.
    """

    files: tuple[bytes, ...]
    ids: tuple[str, ...]


def erase(session: Session, actor: Actor) -> Erased:
    """Erase everything about oneself.

    Raises:
        NotAllowed: a token cannot do this.
    """
    require(may.may_erase(actor))
    person = session.get(Person, actor.person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound("person")
    _let_go_of_jobs(session, actor)
    _let_makers_go(session, actor)
    for guardianship in relations.guardianships(session, person.id):
        if guardianship.guardian_id == person.id and guardianship.ended_at is None:
            end_guardian(session, actor, guardianship.id)
    session.flush()
    erased = Erased(_files(session, person), (str(person.id), *_ids(session, person)))
    audit.record(session, person.id, "account.erased", "person", person.id)
    session.flush()
    _forget_answers(session, person)
    forget(session, person)
    made_by = list(
        session.scalars(select(Making.maker_id).where(Making.request_id.in_(_requests(person))))
    )
    _delete_rows(session, person)
    makings.recount(session, made_by)
    _empty(session, person)
    session.expire_all()
    return erased


def _let_go_of_jobs(session: Session, actor: Actor) -> None:
    held = session.execute(
        select(Job, Request)
        .join(Request, Request.id == Job.request_id)
        .where(Job.holder_id == actor.person_id)
        .order_by(Job.id)
    ).all()
    for job, request in held:
        lock(session, request)
        was_confirmed = job.confirmed_at is not None
        end_hold(session, actor.person_id, job, "erased")
        if not was_confirmed:
            continue
        step = find_move(State(request.state), State.OPEN)
        if step is not None and Role.SYSTEM in step.by:
            move(session, actor, request, State.OPEN, as_system=True)
        says = "Your maker has left. What they made stays yours."
        tell(session, (request.person_id,), "maker_left", request.id, says)


def _let_makers_go(session: Session, actor: Actor) -> None:
    jobs = session.scalars(
        select(Job)
        .join(Request, Request.id == Job.request_id)
        .where(Request.person_id == actor.person_id)
        .order_by(Job.id)
        .with_for_update(of=Job)
    ).all()
    for job in jobs:
        holder = end_hold(session, actor.person_id, job, "request_closed")
        tell(session, (holder,), "request_gone", None, "A request that you worked on has ended.")


def _requests(person: Person) -> Select[Any]:
    return select(Request.id).where(Request.person_id == person.id)


def _jobs(person: Person) -> Select[Any]:
    return select(Job.id).where(Job.request_id.in_(_requests(person)))


def _fits(person: Person) -> Select[Any]:
    # A kit is made from the person's measurements, whoever asked for it.
    kits = select(Job.kit_fit_id).where(
        Job.request_id.in_(_requests(person)), Job.kit_fit_id.is_not(None)
    )
    return select(Fit.id).where(
        or_(Fit.person_id == person.id, Fit.job_id.in_(_jobs(person)), Fit.id.in_(kits))
    )


def _files(session: Session, person: Person) -> tuple[bytes, ...]:
    found: set[bytes] = set()
    found.update(
        session.scalars(
            select(Picture.file_digest).where(
                or_(Picture.owner_id == person.id, Picture.request_id.in_(_requests(person)))
            )
        )
    )
    found.update(session.scalars(select(FitFile.digest).where(FitFile.fit_id.in_(_fits(person)))))
    for variant in session.scalars(
        select(Variant).where(or_(Variant.maker_id == person.id, Variant.job_id.in_(_jobs(person))))
    ):
        found.update(filter(None, (variant.uploaded_digest, variant.rebuilt_digest)))
    return tuple(sorted(found))


def _ids(session: Session, person: Person) -> list[str]:
    variants = select(Variant.id).where(Variant.job_id.in_(_jobs(person)))
    asked = (_requests(person), _jobs(person), _fits(person), variants)
    return [str(each) for query in asked for each in session.scalars(query)]


def _forget_answers(session: Session, person: Person) -> None:
    hashes = [
        *session.scalars(select(SignIn.secret_hash).where(SignIn.person_id == person.id)),
        *session.scalars(select(Token.secret_hash).where(Token.person_id == person.id)),
    ]
    session.execute(delete(Answered).where(Answered.asker.in_([each.hex() for each in hashes])))


def _delete_rows(session: Session, person: Person) -> None:
    _run(session, delete(Fit).where(Fit.id.in_(_fits(person))))
    for holding in HOLDINGS:
        if holding.table is Person:
            continue
        if holding.mine:
            mine = or_(*(getattr(holding.table, name) == person.id for name in holding.mine))
            _run(session, delete(holding.table).where(mine))
        if holding.keeps:
            gone = dict.fromkeys(holding.keeps)
            _run(
                session,
                update(holding.table)
                .where(is_theirs(holding, person.id))
                .values({**holding.empties, **gone}),
            )


def _empty(session: Session, person: Person) -> None:
    # The row itself stays, with nothing in it: designs that were published refer to it.
    nothing: dict[str, Any] = {
        column.key: None
        for column in Person.__table__.columns
        if column.nullable and column.key != "erased_at"
    }
    _run(
        session,
        update(Person)
        .where(Person.id == person.id)
        .values(
            **nothing,
            languages=[],
            is_steward=False,
            is_reviewer=False,
            erased_at=clock.now(),
        ),
    )


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
