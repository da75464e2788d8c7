"""Jobs: claiming, confirming, giving back, handing over, and how far it is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Security

from api.deps import Config, Db, someone
from api.kits import ask_kit
from api.schemas.jobs import (
    AnswerIn,
    AskedOut,
    ClaimIn,
    ConfirmedOut,
    HandOverIn,
    JobOut,
    JobsOut,
    OpenJobOut,
    ProgressIn,
    Version,
)
from api.transaction import Transaction
from api.views import jobs as views
from registry.actor import Actor
from registry.jobs import declining, usecases
from registry.jobs.queries import OpenJob
from registry.matching import usecases as matching

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], route_class=Transaction)

Maker = Annotated[Actor, Security(someone, scopes=["jobs"])]
Asker = Annotated[Actor, Security(someone, scopes=["requests"])]
After = Annotated[str | None, Query(max_length=100, description="The last page's `next`.")]


@router.get("", summary="My jobs, and those that wait for a maker")
def jobs(me: Maker, db: Db, after: After = None) -> JobsOut:
    """List the jobs you hold, and those you could do and may know of, nearest first."""
    seen = usecases.board(db, me, views.read_cursor(after))
    return JobsOut(
        mine=[views.job(db, job, request) for job, request in seen.mine] if after is None else [],
        open=[views.open_job(db, each) for each in seen.open],
        next=views.as_cursor(seen.after),
    )


@router.get("/{job_id}", summary="A job", response_model=JobOut | OpenJobOut)
def job(job_id: UUID, me: Maker, db: Db) -> JobOut | OpenJobOut:
    """Show a job: coarsely before you claim it, what a maker must know while you hold it."""
    found = usecases.see(db, me, job_id)
    return views.open_job(db, found) if isinstance(found, OpenJob) else views.job(db, *found)


@router.post("/{job_id}/answers", summary="Answer somebody who asked you")
def answer(job_id: UUID, says: AnswerIn, me: Maker, db: Db) -> AskedOut:
    """Say yes, no or later. After a yes, claim it: the person then confirms you."""
    asked = matching.answer(db, me, job_id, says.answer)
    return AskedOut.model_validate(asked, from_attributes=True)


@router.post("/{job_id}/claims", status_code=201, summary="Claim a job")
def claim(job_id: UUID, me: Maker, db: Db) -> JobOut:
    """Claim a job. The first maker holds it for two days, while the person decides."""
    return views.job(db, *usecases.claim(db, me, job_id))


@router.post("/{job_id}/confirm", summary="Say yes to the maker")
def confirm(job_id: UUID, ask: ClaimIn, me: Asker, db: Db, settings: Config) -> ConfirmedOut:
    """Say yes to the maker who claimed. The kit is then made for their printer."""
    done = usecases.confirm(db, me, job_id, ask.claim)
    problems = ask_kit(db, settings, me, done)
    return ConfirmedOut(**views.job(db, done.job, done.request).model_dump(), kit_problems=problems)


@router.post("/{job_id}/decline", summary="Say no to the maker")
def decline(job_id: UUID, ask: ClaimIn, me: Asker, db: Db) -> JobOut:
    """Say no to the maker who claimed. Others may come at once."""
    return views.job(db, *declining.decline(db, me, job_id, ask.claim))


@router.delete("/{job_id}/claim", status_code=204, summary="Give a job back")
def release(job_id: UUID, claim: Annotated[Version, Query()], me: Maker, db: Db) -> None:
    """Give a job back, without blame: things come up. Others may claim it at once."""
    usecases.release(db, me, job_id, claim)


@router.post("/{job_id}/hand-over", status_code=204, summary="Hand a job to another maker")
def hand_over(job_id: UUID, ask: HandOverIn, me: Maker, db: Db) -> None:
    """Hand a job on, with your notes and variants, to somebody you know or whoever comes."""
    usecases.hand_over(db, me, job_id, ask.claim, notes=ask.notes, to_maker=ask.to_maker)


@router.patch("/{job_id}", summary="Say how far it is")
def progress(job_id: UUID, ask: ProgressIn, me: Maker, db: Db) -> JobOut:
    """Say what is done: printed, assembled, sent."""
    steps = ask.model_dump(include={"printed", "assembled", "sent"}, exclude_none=True)
    return views.job(db, *usecases.progress(db, me, job_id, ask.claim, steps))
