"""Claiming a job, confirming, giving back, handing over, and telling how far it is.

One maker holds a job. A claim is one UPDATE that succeeds only while the job is free, and a claim
that ran out is free: nobody has to sweep it up first. The unique index on claims stands behind
it. Each later write names the claim it belongs to. Where several rows are locked it is always in
this order: job, request, maker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.actor import Actor
from registry.db import Json
from registry.errors import Conflict, Invalid, NotFound, TooMany
from registry.jobs import queries
from registry.jobs.model import Claim, Job, Variant
from registry.jobs.queries import OpenJob
from registry.matching.queries import cannot, may_know
from registry.people import makers
from registry.people.model import Maker, Printer, Read
from registry.platform import Notice
from registry.policies import jobs as may
from registry.policies import require
from registry.recalls.queries import refuse_recalled
from registry.requests.model import Asked, Request
from registry.requests.roles import granted, roles_of
from registry.requests.states import State
from registry.requests.usecases import move

HOLD: Final = timedelta(hours=48)
"""How long a claim waits for the person's answer."""

MOST_UNCONFIRMED: Final = 3
"""Claims of one maker that wait for an answer at a time: nobody collects requests to look at."""

_RETURNS: Final = frozenset(
    {State.MATCHED, State.DESIGNING, State.AGREED, State.MAKING, State.REMAKE}
)
"""From here a request is open again when its maker gives it back."""

_STAYS: Final = frozenset({State.OPEN, State.PAUSED, State.CLOSED, State.DRAFT, State.READY})
"""From here the request stays where it is."""

# The old holder's claim is ended before the new one is written, in the same statement: the outer
# SELECT must read `ran_out` to its end first.
CLAIM: Final = """
WITH won AS (
    UPDATE jobs
    SET holder_id = :maker, claim = claim + 1, held_until = :until, confirmed_at = NULL
    WHERE id = :job AND is_offered
      AND (holder_id IS NULL OR (confirmed_at IS NULL AND held_until <= :now))
    RETURNING id, claim
), ran_out AS (
    UPDATE claims SET ended_at = :now, ended_because = 'ran_out'
    FROM won WHERE claims.job_id = won.id AND claims.ended_at IS NULL
    RETURNING claims.id
)
INSERT INTO claims (id, job_id, maker_id, claim, claimed_at)
SELECT gen_random_uuid(), won.id, :maker, won.claim, :now
FROM won, (SELECT count(*) FROM ran_out) AS ended
RETURNING claim
"""


@dataclass(frozen=True)
class Confirmed:
    """A maker was confirmed; `printer` is what the kit is to be made for, if one fits."""

    job: Job
    request: Request
    printer: Printer | None


@dataclass(frozen=True)
class Board:
    """The jobs somebody holds, and a page of those that wait; `after` is where to go on."""

    mine: list[tuple[Job, Request]]
    open: list[OpenJob]
    after: tuple[float, UUID] | None


def board(session: Session, actor: Actor, after: tuple[float, UUID] | None = None) -> Board:
    """Return the jobs that the actor holds and those they could do; without an offer, none."""
    maker = session.get(Maker, actor.person_id)
    if maker is None:
        return Board([], [], None)
    found, following = queries.open_to(session, maker, after)
    return Board(queries.mine(session, maker.person_id), found, following)


def see(session: Session, actor: Actor, job_id: UUID) -> OpenJob | tuple[Job, Request]:
    """Return a job: all of it to who holds it or gave it, coarsely to a maker who might do it.

    Raises:
        NotFound: there is none that the actor may know of.
    """
    maker = session.get(Maker, actor.person_id)
    row = session.execute(
        select(Job, Request).join(Request, Request.id == Job.request_id).where(Job.id == job_id)
    ).first()
    if row is None:
        raise NotFound("job")
    job, request = row
    if queries.holds(job, actor.person_id) or _acts_for(session, actor, request):
        return job, request
    if maker is None:
        raise NotFound("job")
    return queries.coarse(session, *queries.for_maker(session, job_id, maker), maker)


def claim(session: Session, actor: Actor, job_id: UUID) -> tuple[Job, Request]:
    """Claim a job: the first maker gets it, and holds it while the person decides.

    Raises:
        NotFound: there is no such job that the actor may know of.
        NotAllowed: they cannot make it, or it is their own.
        TooMany: they have claimed enough already.
        Conflict: somebody else was first.
    """
    maker = session.get(Maker, actor.person_id)
    if maker is None:
        raise NotFound("job")
    job, request = queries.for_maker(session, job_id, maker)
    if queries.holds(job, maker.person_id):
        raise Conflict("already_yours", "You hold this job already.")
    require(
        may.may_claim(
            actor,
            request.person_id,
            request.made_by_id,
            cannot(request, maker, makers.printers_of(session, maker.person_id)),
        )
    )
    now = clock.now()
    _check_quota(session, maker.person_id, now)
    version = take(session, job.id, maker.person_id, now)
    if version is None:
        raise Conflict("claimed", "Somebody else was first.", "Choose another job.")
    session.refresh(job)
    audit.record(session, actor.person_id, "job.claimed", "job", job.id, claim=version)
    _tell(session, request.person_id, "claimed", job.id, "A maker would like to make it for you.")
    return job, request


def take(session: Session, job_id: UUID, maker_id: UUID, now: datetime) -> int | None:
    """Give a free job to a maker and return the claim's version; None if it was not free."""
    found: int | None = session.scalar(
        text(CLAIM), {"job": job_id, "maker": maker_id, "now": now, "until": now + HOLD}
    )
    return found


def _check_quota(session: Session, maker_id: UUID, now: datetime) -> None:
    # One maker's claims are counted one after the other, however many come at once.
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('claims of ' || :maker, 0))"
    session.execute(text(lock), {"maker": str(maker_id)})
    waiting = session.scalars(
        select(Job.held_until).where(
            Job.holder_id == maker_id, Job.confirmed_at.is_(None), Job.held_until > now
        )
    ).all()
    if len(waiting) >= MOST_UNCONFIRMED:
        soonest = min(each for each in waiting if each is not None)
        raise TooMany(
            f"You have claimed {len(waiting)} jobs that wait for an answer. Please wait for one.",
            max(1, int((soonest - now).total_seconds())),
        )


def confirm(session: Session, actor: Actor, job_id: UUID, version: int) -> Confirmed:
    """Say yes to the maker who claimed: the request is matched.

    Raises:
        NotFound: it is not the actor's request.
        NotAllowed: it is not theirs to decide.
        Conflict: the claim is another, or ran out; or the maker is busy by now.
    """
    job, request = _of_person(session, actor, job_id)
    roles = roles_of(session, actor, request)
    require(may.may_confirm(roles, for_minor=request.for_minor))
    now = clock.now()
    maker = session.scalars(
        select(Maker)
        .where(Maker.person_id == job.holder_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if maker is not None and maker.holds_jobs >= maker.most_jobs:
        raise Conflict("maker_is_full", "This maker has taken on other jobs meanwhile.")
    done = session.execute(
        update(Job)
        .where(
            Job.id == job.id,
            Job.claim == version,
            Job.is_offered,
            Job.holder_id == (maker.person_id if maker else None),
            Job.confirmed_at.is_(None),
            Job.held_until > now,
        )
        .values(confirmed_at=now, is_offered=False)
        .returning(Job.id)
    ).first()
    if done is None or maker is None:
        raise Conflict(
            "claim_over", "This claim is over, or another one.", "Look at the request again."
        )
    session.execute(
        update(Claim)
        .where(Claim.job_id == job.id, Claim.ended_at.is_(None))
        .values(confirmed_at=now)
    )
    session.refresh(job)
    move(session, actor, request, State.MATCHED, as_system=True)
    makers.recount(session, maker.person_id)
    audit.record(session, actor.person_id, "job.confirmed", "job", job.id, claim=version)
    _tell(session, maker.person_id, "confirmed", job.id, "They would like you to make it.")
    printer = makers.printer_for(session, maker.person_id, request.size_mm, request.material)
    return Confirmed(job, request, printer)


def attach_kit(session: Session, actor: Actor, job: Job, fit_id: UUID) -> None:
    """Note which fit is the job's kit."""
    job.kit_fit_id = fit_id
    session.flush()
    audit.record(session, actor.person_id, "job.kit_asked", "job", job.id, fit=str(fit_id))


def release(session: Session, actor: Actor, job_id: UUID, version: int) -> None:
    """Give a job back, without blame; others may claim it at once.

    Raises:
        NotFound: the actor never held it.
        Conflict: they hold it no more, or it is on its way already.
    """
    job, request = _locked(session, actor, job_id, version)
    _let_go(session, actor, job, request, "given_back")
    _tell(session, request.person_id, "given_back", job.id, "The maker cannot make it after all.")


def hand_over(
    session: Session,
    actor: Actor,
    job_id: UUID,
    version: int,
    *,
    notes: str,
    to_maker: UUID | None = None,
) -> Job:
    """Hand a job on, with notes, variants and what is known of the kit, to whoever is next.

    Whoever it is handed to is asked like any other maker, and the person confirms them.

    Raises:
        NotFound: the actor never held it, or there is no such maker who may make it.
        NotAllowed: the person has not confirmed the actor.
        Conflict: they hold it no more, or it is on its way already.
    """
    job, request = _locked(session, actor, job_id, version)
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    handed = {
        "at": clock.now().isoformat(),
        "said": notes,
        "printed": job.printed_at is not None,
        "assembled": job.assembled_at is not None,
        "kit": str(job.kit_fit_id) if job.kit_fit_id else None,
    }
    before = (job.notes or {}).get("handed_over", [])
    job.notes = {"handed_over": [*before, handed]}
    if to_maker is not None:
        _ask_next(session, actor, request, job, to_maker)
    _let_go(session, actor, job, request, "handed_over")
    _tell(session, request.person_id, "handed_over", job.id, "The maker hands it to somebody else.")
    return job


def progress(
    session: Session, actor: Actor, job_id: UUID, version: int, steps: dict[str, bool]
) -> tuple[Job, Request]:
    """Tell how far it is: printed, assembled, sent. What was said too early is taken back.

    Raises:
        NotFound: the actor never held it.
        NotAllowed: the person has not confirmed the actor.
        Conflict: they hold it no more, or nothing may be made yet.
        Invalid: what was sent cannot be unsent.
    """
    job, request = _locked(session, actor, job_id, version)
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    if request.state != State.MAKING:
        raise Conflict(
            "not_making",
            "Nothing is made before the person's yes to exactly this, or after it was sent.",
            "Look at where the request stands.",
        )
    if steps.get("sent") is False:
        raise Invalid.field("sent", "false", "What was sent cannot be unsent.")
    now = clock.now()
    for step in ("printed", "assembled", "sent"):
        if step in steps:
            setattr(job, f"{step}_at", now if steps[step] else None)
    session.flush()
    told = ", ".join(f"{step}={done}" for step, done in sorted(steps.items()))
    audit.record(session, actor.person_id, "job.progress", "job", job.id, steps=told)
    if steps.get("sent"):
        move(session, actor, request, State.SENT)
        makers.recount(session, job.holder_id or UUID(int=0))
    return job, request


def expire(session: Session) -> int:
    """Clear away claims that ran out; return how many. Nothing waits for this."""
    now = clock.now()
    gone = session.execute(
        select(Job)
        .where(Job.confirmed_at.is_(None), Job.holder_id.is_not(None), Job.held_until <= now)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).scalars()
    count = 0
    for job in gone:
        _end_claim(session, job, "ran_out", now)
        audit.record(session, "system", "job.ran_out", "job", job.id, claim=job.claim)
        count += 1
    session.flush()
    return count


def may_upload(session: Session, actor: Actor, job_id: UUID, version: int) -> tuple[Job, Request]:
    """Return the job that the actor may add a variant to, as long as nobody else holds it.

    Raises:
        NotFound: the actor never held it.
        NotAllowed: the person has not confirmed the actor.
        Conflict: they hold it no more.
    """
    job, request = queries.held(session, job_id, actor.person_id)
    if job.claim != version:
        raise queries.lost()
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    return job, request


def add_variant(session: Session, actor: Actor, job_id: UUID, version: int, **what: Any) -> Variant:
    """Add a variant whose file was checked and rebuilt.

    Raises:
        NotFound, NotAllowed, Conflict: as `may_upload`, also while the file was being checked.
    """
    job, request = _locked(session, actor, job_id, version)
    require(may.may_work(actor, job.holder_id, confirmed=job.confirmed_at is not None))
    variant = Variant(
        job_id=job.id,
        maker_id=actor.person_id,
        of_fit_id=job.kit_fit_id or request.fit_id,
        status="accepted",
        **what,
    )
    session.add(variant)
    session.flush()
    audit.record(
        session, actor.person_id, "variant.added", "variant", variant.id, file=variant.kind
    )
    return variant


def printer_of(session: Session, job: Job, request: Request) -> Json:
    """Return the profile of the printer that a job is made on; empty where none of them fits."""
    if job.holder_id is None:
        return {}
    printer = makers.printer_for(session, job.holder_id, request.size_mm, request.material)
    return printer.profile if printer is not None else {}


def variants(session: Session, actor: Actor, job_id: UUID) -> Sequence[Variant]:
    """Return a job's variants, for its maker, the person and who acts for them.

    Raises:
        NotFound: the actor may not know of the job.
    """
    _readable(session, actor, job_id)
    return queries.variants_of(session, job_id)


def read_variant(session: Session, actor: Actor, job_id: UUID, variant_id: UUID) -> Variant:
    """Return a variant to be downloaded; the person can see that a maker did.

    Raises:
        NotFound: there is none that the actor may know of.
        Gone: it was recalled.
    """
    _, request = _readable(session, actor, job_id)
    found = session.scalars(
        select(Variant).where(
            Variant.id == variant_id,
            Variant.job_id == job_id,
            Variant.rebuilt_digest.is_not(None),
        )
    ).first()
    if found is None:
        raise NotFound("variant")
    refuse_recalled(session, found.rebuilt_digest or b"")
    if actor.person_id != request.person_id:
        session.add(
            Read(
                owner_id=request.person_id,
                reader_id=actor.person_id,
                what="variant",
                subject_id=found.id,
            )
        )
    return found


def _readable(session: Session, actor: Actor, job_id: UUID) -> tuple[Job, Request]:
    row = session.execute(
        select(Job, Request).join(Request, Request.id == Job.request_id).where(Job.id == job_id)
    ).first()
    if row is None:
        raise NotFound("job")
    job, request = row
    confirmed = queries.holds(job, actor.person_id) and job.confirmed_at is not None
    if not confirmed and not _acts_for(session, actor, request):
        raise NotFound("job")
    return job, request


def _acts_for(session: Session, actor: Actor, request: Request) -> bool:
    roles = roles_of(session, actor, request)
    given = granted(session, actor.person_id, request.person_id) if actor.person_id else frozenset()
    return may.may_see_matches(roles, given) is True


def _of_person(session: Session, actor: Actor, job_id: UUID) -> tuple[Job, Request]:
    """Return a job and its request, both locked, if the actor acts for the person."""
    row = session.execute(
        select(Job, Request).join(Request, Request.id == Job.request_id).where(Job.id == job_id)
    ).first()
    if row is None or not _acts_for(session, actor, row[1]):
        raise NotFound("job")
    job, request = row
    session.refresh(job, with_for_update=True)
    session.refresh(request, with_for_update=True)
    return job, request


def _locked(session: Session, actor: Actor, job_id: UUID, version: int) -> tuple[Job, Request]:
    """Return a job that the actor holds, with request and job locked and the version as named."""
    job, request = queries.held(session, job_id, actor.person_id)
    session.refresh(job, with_for_update=True)
    session.refresh(request, with_for_update=True)
    if job.claim != version or not queries.holds(job, actor.person_id):
        raise queries.lost()
    return job, request


def _let_go(session: Session, actor: Actor, job: Job, request: Request, because: str) -> None:
    state = State(request.state)
    if state not in _RETURNS | _STAYS:
        raise Conflict("already_sent", "It was sent already; there is nothing to give back.")
    maker_id, version = job.holder_id, job.claim
    _end_claim(session, job, because, clock.now())
    job.printed_at = job.assembled_at = job.sent_at = None
    job.kit_fit_id = None
    session.flush()
    audit.record(session, actor.person_id, f"job.{because}", "job", job.id, claim=version)
    if state in _RETURNS:
        move(session, actor, request, State.OPEN, as_system=True)
    if maker_id is not None:
        makers.recount(session, maker_id)


def _end_claim(session: Session, job: Job, because: str, now: datetime) -> None:
    session.execute(
        update(Claim)
        .where(Claim.job_id == job.id, Claim.ended_at.is_(None))
        .values(ended_at=now, ended_because=because)
    )
    job.holder_id = job.held_until = job.confirmed_at = None
    job.claim += 1


def _ask_next(session: Session, actor: Actor, request: Request, job: Job, to: UUID) -> None:
    maker = makers.shown(session, to)
    if to == actor.person_id or not may_know(request, maker):
        raise NotFound("maker")
    asked = session.get(Asked, (request.id, to))
    if asked is None:
        session.add(Asked(request_id=request.id, maker_id=to))
    else:
        asked.answer = asked.answered_at = None
    session.flush()
    _tell(session, to, "asked", job.id, "Another maker hands you a job, if you would take it.")


def _tell(session: Session, person_id: UUID, kind: str, subject: UUID, what: str) -> None:
    session.add(Notice(person_id=person_id, kind=kind, subject_id=subject, words={"what": what}))
