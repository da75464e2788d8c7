"""What a maker prints: the plates of the kit and the single parts, and the variants they made."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response, UploadFile
from sqlalchemy.orm import Session

from api.deps import Config, Db, Files
from api.jobs import slicing
from api.pages.fit.kit import plate_links
from api.pages.forms import Form, Sent, Wrong, files, tried
from api.pages.guides import guides_of
from api.pages.make import slicer
from api.pages.make.job import held, kit_of
from api.pages.make.prints import prints_of
from api.pages.render import go, page
from api.pages.text import Words
from api.pages.visitor import Looking, Me
from api.problems import HttpError
from api.routes import variants as api
from api.schemas.jobs import ClaimIn
from api.transaction import Transaction
from api.views import jobs as views
from registry.actor import Actor
from registry.errors import NotFound
from registry.fits import queries as fits

router = APIRouter(include_in_schema=False, route_class=Transaction)


@router.get("/make/jobs/{job_id}/plates")
def plates(  # noqa: PLR0917 (FastAPI gives them by name)
    job_id: UUID, request: Request, me: Me, looking: Looking, db: Db, config: Config
) -> Response:
    """Show what is printed together, how long it takes, what it weighs, and where the files are."""
    job, asked = held(db, me, job_id)
    kit = kit_of(db, me, job)
    if kit is None:
        raise NotFound("kit")
    every = fits.files_of(db, kit.id)
    words, prints = Words(looking.language, "make"), prints_of(kit.report, kit.printer)
    return page(
        request,
        "make/plates.html.j2",
        job=views.job(db, job, asked),
        kit=kit,
        plates=[
            (each, plate_links(config.url, me, kit.id, each.name))
            for each in every
            if each.name.startswith(slicing.PLATES)
        ],
        guides=guides_of(db, kit.id, looking.language),
        parts_list=[each for each in every if each.name.startswith("stl/")],
        prints=prints,
        warnings=list(dict.fromkeys(slicer.in_words(words, each) for each in prints.warnings)),
        done=request.query_params.get("done", ""),
    )


@router.post("/make/jobs/{job_id}/plates/slice")
def ask_the_slicer(job_id: UUID, me: Me, db: Db) -> Response:
    """Have the slicer find out how long the plates print; it takes some minutes."""
    job, _ = held(db, me, job_id)
    kit = kit_of(db, me, job)
    if kit is None:
        raise NotFound("kit")
    slicing.ask(db, kit)
    return go(f"/make/jobs/{job_id}/plates", done="slicing")


@router.get("/make/jobs/{job_id}/variants")
def variants(job_id: UUID, request: Request, me: Me, db: Db) -> Response:
    """Show the variants of a job with what the checks said, and let the maker add one."""
    return _variants_page(request, db, me, job_id, Form())


@router.post("/make/jobs/{job_id}/variants")
def add_variant(  # noqa: PLR0917 (FastAPI gives them by name)
    job_id: UUID, request: Request, me: Me, db: Db, store: Files, sent: Sent
) -> Response:
    """Add a file that varies a part: it is read strictly, checked, and built anew."""
    form = Form.of(sent)
    given = files(sent, "file")
    if not given:
        form = form.but(Wrong("file", key="make.file_missing"))
    if not form.given("why"):
        form = form.but(Wrong("why", key="make.why_missing"))
    if form.wrong:
        return _variants_page(request, db, me, job_id, form)
    with tried(db, form, also=(HttpError,)) as done:
        api.upload(
            job_id=job_id,
            me=me,
            db=db,
            files=store,
            file=UploadFile(given[0].file, filename=given[0].filename),
            why=form.given("why"),
            claim=form.read(ClaimIn).claim,
            of_part=form.given("of_part") or None,
        )
    if done.went_wrong:
        return _variants_page(request, db, me, job_id, done.form)
    return go(f"/make/jobs/{job_id}/variants", done="variant")


@router.get("/make/jobs/{job_id}/variants/{variant_id}/file")
def variant_file(job_id: UUID, variant_id: UUID, me: Me, db: Db, store: Files) -> Response:
    """Give a variant's file, as it was built anew."""
    return api.download(job_id, variant_id, me, db, store)


def _variants_page(request: Request, db: Session, me: Actor, job_id: UUID, form: Form) -> Response:
    job, asked = held(db, me, job_id)
    kit = kit_of(db, me, job)
    parts = (kit.report or {}).get("parts", ()) if kit is not None else ()
    return page(
        request,
        "make/variants.html.j2",
        form=form,
        status=422 if form.wrong else 200,
        job=views.job(db, job, asked),
        parts_list=[str(part["part"]) for part in parts],
        variants=api.variants(job_id, me, db).variants,
        done=request.query_params.get("done", ""),
    )
