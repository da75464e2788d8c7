"""Jobs as the API and pages show them: coarsely, or all that a maker must know."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from sqlalchemy.orm import Session

from api.kits import title_of
from api.schemas.jobs import JobOut, OpenJobOut, WaitingOut
from registry.errors import Invalid
from registry.jobs.model import Job
from registry.jobs.queries import OpenJob
from registry.matching import waiting
from registry.requests.model import Request
from registry.requests.sizes import size_band


def job(db: Session, job: Job, request: Request) -> JobOut:
    """Return a job for its maker, and for who gave it."""
    return JobOut(
        id=job.id,
        request_id=request.id,
        state=request.state,
        claim=job.claim,
        held_until=job.held_until if job.confirmed_at is None else None,
        confirmed_at=job.confirmed_at,
        maker_id=job.holder_id,
        region=request.region,
        country=request.country,
        size=size_band(request.size_mm),
        design=request.design,
        design_version=request.design_version,
        design_title=title_of(db, request.design),
        material=request.material,
        languages=request.languages,
        for_minor=request.for_minor,
        kit_fit_id=job.kit_fit_id,
        printed_at=job.printed_at,
        assembled_at=job.assembled_at,
        sent_at=job.sent_at,
        # What was left for the next maker is for whoever was confirmed.
        handed_over=(job.notes or {}).get("handed_over", []) if job.confirmed_at else [],
        waiting=WaitingOut.model_validate(waiting.of(request), from_attributes=True),
    )


def open_job(db: Session, found: OpenJob) -> OpenJobOut:
    """Return a job that waits for a maker, coarsely."""
    fields = {name: getattr(found, name) for name in OpenJob.__dataclass_fields__}
    return OpenJobOut.model_validate({**fields, "design_title": title_of(db, found.design)})


def read_cursor(after: str | None) -> tuple[float, UUID] | None:
    """Return where a page of open jobs begins.

    Raises:
        Invalid: it is no page of ours.
    """
    if after is None:
        return None
    try:
        far, _, job_id = base64.urlsafe_b64decode(after).decode("ascii").partition(" ")
        return float(far), UUID(job_id)
    except (ValueError, binascii.Error):
        raise Invalid.field("after", after, "This is no page of ours.") from None


def as_cursor(after: tuple[float, UUID] | None) -> str | None:
    """Return where a page begins, as it stands in addresses."""
    if after is None:
        return None
    return base64.urlsafe_b64encode(f"{after[0]!r} {after[1]}".encode()).decode()
