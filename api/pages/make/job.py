"""One job, from where it waits near a maker to where it was sent."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages.forms import Form, Sent, tried
from api.pages.make.board import maker_of
from api.pages.make.prints import prints_of
from api.pages.render import go, page
from api.pages.visitor import Me
from api.schemas.jobs import AnswerIn, ClaimIn, HandOverIn, ProgressIn
from api.transaction import Transaction
from api.views import jobs as views
from api.views import requests as request_views
from registry.actor import Actor
from registry.decisions import queries as decisions
from registry.decisions import usecases as deciding
from registry.errors import NotFound, RegistryError
from registry.fits import queries as fits
from registry.fits.model import Fit
from registry.jobs import usecases
from registry.jobs.model import Job
from registry.jobs.queries import OpenJob
from registry.matching import usecases as matching
from registry.requests import usecases as asking
from registry.requests.model import Request as Asked
from registry.requests.states import State

router = APIRouter(include_in_schema=False, route_class=Transaction)

STEPS: Final = ("claimed", "agreed", "printed", "assembled", "sent")
"""What a job goes through, as its page shows it."""

_AGREEING: Final = frozenset({State.MATCHED, State.DESIGNING, State.REMAKE})
_BEYOND: Final = frozenset({State.AGREED, State.MAKING, State.SENT, State.RECEIVED,
                            State.FIT_CHECK, State.IN_USE})  # fmt: skip


@router.get("/make/jobs/{job_id}")
def show(job_id: UUID, request: Request, me: Me, db: Db) -> Response:
    """Show a job: coarsely before it is claimed, what a maker must know while they hold it."""
    return _job_page(request, db, me, job_id, Form())


@router.post("/make/jobs/{job_id}/answer")
def answer(job_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Answer somebody who asked by name; a yes claims it too."""
    form = Form.of(sent)
    with tried(db, form) as done:
        said = form.read(AnswerIn).answer
        matching.answer(db, me, job_id, said)
        if said == "yes":
            usecases.claim(db, me, job_id)
    if done.went_wrong:
        return _job_page(request, db, me, job_id, done.form)
    return go(f"/make/jobs/{job_id}" if said == "yes" else "/make", done=f"answer_{said}")


@router.post("/make/jobs/{job_id}/claim")
def claim(job_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Claim a job: the first maker holds it while the person decides."""
    with tried(db, Form.of(sent), also=(RegistryError,)) as done:
        usecases.claim(db, me, job_id)
    if done.went_wrong:
        return _job_page(request, db, me, job_id, done.form)
    return go(f"/make/jobs/{job_id}", done="claimed")


@router.post("/make/jobs/{job_id}/ask")
def put_to_them(job_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Ask the person whether exactly this kit shall be made."""
    with tried(db, Form.of(sent)) as done:
        job, asked = _held(db, me, job_id)
        if asked.state in {State.MATCHED, State.REMAKE}:
            asking.move(db, me, asked, State.DESIGNING)
        deciding.propose(
            db,
            me,
            asked.id,
            kind=decisions.RECIPE,
            question=done.form.given("question"),
            options=[],
            present=[],
            fit_id=job.kit_fit_id,
        )
    if done.went_wrong:
        return _job_page(request, db, me, job_id, done.form)
    return go(f"/make/jobs/{job_id}", done="asked")


@router.post("/make/jobs/{job_id}/start")
def start(job_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Begin to make what the person said yes to."""
    with tried(db, Form.of(sent)) as done:
        _, asked = _held(db, me, job_id)
        asking.move(db, me, asked, State.MAKING)
    if done.went_wrong:
        return _job_page(request, db, me, job_id, done.form)
    return go(f"/make/jobs/{job_id}", done="started")


@router.post("/make/jobs/{job_id}/progress")
def progress(job_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Keep what is ticked, and take back what is not; sending has a button of its own."""
    form = Form.of(sent)
    with tried(db, form) as done:
        given = form.read(ProgressIn, printed=None, assembled=None, sent=None)
        steps = {step: form.has("step", step) for step in ("printed", "assembled")}
        if form.has("sent", "yes"):
            steps = {"printed": True, "assembled": True, "sent": True}
        usecases.progress(db, me, job_id, given.claim, steps)
    if done.went_wrong:
        return _job_page(request, db, me, job_id, done.form)
    return go(f"/make/jobs/{job_id}", done="sent" if "sent" in steps else "kept")


@router.get("/make/jobs/{job_id}/let-go")
def ask_let_go(job_id: UUID, request: Request, me: Me, db: Db) -> Response:
    """Ask whether a job shall be given back or handed on: things come up."""
    return _let_go_page(request, db, me, job_id, Form())


@router.post("/make/jobs/{job_id}/let-go")
def let_go(job_id: UUID, request: Request, me: Me, db: Db, sent: Sent) -> Response:
    """Give a job back, or hand it on with a word for whoever is next."""
    form = Form.of(sent)
    with tried(db, form, also=(NotFound,)) as done:
        if form.given("how") == "hand_over":
            ask = form.read(HandOverIn, notes=form.given("notes"))
            usecases.hand_over(db, me, job_id, ask.claim, notes=ask.notes, to_maker=ask.to_maker)
        else:
            usecases.release(db, me, job_id, form.read(ClaimIn).claim)
    if done.went_wrong:
        return _let_go_page(request, db, me, job_id, done.form)
    return go("/make", done="let_go")


def held(db: Session, me: Actor, job_id: UUID) -> tuple[Job, Asked]:
    """Return a job that the actor holds and was confirmed for.

    Raises:
        NotFound: they hold no such job.
    """
    job, asked = _held(db, me, job_id)
    if job.confirmed_at is None:
        raise NotFound("job")
    return job, asked


def kit_of(db: Session, me: Actor, job: Job) -> Fit | None:
    """Return the fit of a job's kit; None where there is none yet."""
    if job.kit_fit_id is None:
        return None
    return fits.find(db, me, job.kit_fit_id)


def _held(db: Session, me: Actor, job_id: UUID) -> tuple[Job, Asked]:
    found = usecases.see(db, me, job_id)
    # Who gave the job sees it too; its making is the maker's.
    if isinstance(found, OpenJob) or found[0].holder_id != me.person_id:
        raise NotFound("job")
    return found


def _job_page(request: Request, db: Session, me: Actor, job_id: UUID, form: Form) -> Response:
    facts: dict[str, Any] = {"form": form, "status": 422 if form.wrong else 200}
    facts["done"] = request.query_params.get("done", "")
    found = usecases.see(db, me, job_id)
    if isinstance(found, OpenJob):
        return page(request, "make/open.html.j2", job=views.open_job(db, found), **facts)
    job, asked = _held(db, me, job_id)
    if job.confirmed_at is None:
        return page(request, "make/waiting.html.j2", job=views.job(db, job, asked), **facts)
    kit = kit_of(db, me, job)
    return page(
        request,
        "make/job.html.j2",
        job=views.job(db, job, asked),
        asked=request_views.shown(db, me, asked),
        kit=kit,
        prints=prints_of(kit.report, kit.printer) if kit is not None else None,
        steps=_steps(job, asked),
        is_agreeing=asked.state in _AGREEING,
        waits_for_yes=_waits_for_yes(db, asked, kit),
        **facts,
    )


def _waits_for_yes(db: Session, asked: Asked, kit: Fit | None) -> bool:
    """Whether this kit was put to the person, and their answer is not there or is not yes."""
    newest = decisions.newest_recipe(db, asked.id)
    return newest is not None and kit is not None and newest.recipe == kit.recipe


def _steps(job: Job, asked: Asked) -> list[tuple[str, str]]:
    """Return each step and whether it is done, now or to come."""
    done = {
        "claimed": True,
        "agreed": asked.state in _BEYOND,
        "printed": job.printed_at is not None,
        "assembled": job.assembled_at is not None,
        "sent": job.sent_at is not None,
    }
    now = next((step for step in STEPS if not done[step]), "")
    return [(step, "done" if done[step] else "now" if step == now else "") for step in STEPS]


def _let_go_page(request: Request, db: Session, me: Actor, job_id: UUID, form: Form) -> Response:
    job, asked = _held(db, me, job_id)
    assert maker_of(db, me) is not None  # noqa: S101 (only makers hold jobs)
    return page(
        request,
        "make/let_go.html.j2",
        form=form,
        status=422 if form.wrong else 200,
        job=views.job(db, job, asked),
    )
