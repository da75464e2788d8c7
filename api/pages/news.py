"""What somebody was told, and where each of it leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api.deps import Db
from api.pages.render import page
from api.pages.visitor import MyId
from api.paging import cut, mark_of
from api.transaction import Transaction
from registry import notices
from registry.jobs.queries import requests_of
from registry.people import queries
from registry.platform import Notice

router = APIRouter(include_in_schema=False, route_class=Transaction)

A_PAGE: Final = 30

PAGES: Final = {
    "account_exists": "/me/safety",
    "answer": "/requests/{subject}/decisions",
    "answered": "/requests/{subject}/makers",
    "asked": "/make/jobs/{subject}",
    "claimed": "/requests/{request}/makers",
    "confirmed": "/make/jobs/{subject}",
    "consent_withdrawn": "/me/agreements",
    "decision": "/requests/{subject}/decisions",
    "given_back": "/requests/{request}",
    "guardian_accepted": "/me/helpers",
    "guardian_frozen": "/me/helpers",
    "guardian_invited": "/me/helpers",
    "guardian_settled": "/me/helpers",
    "handed_over": "/requests/{request}",
    "maker_left": "/requests/{subject}",
    "may_open_to_all": "/requests/{subject}/makers",
    "meeting": "/requests/{subject}",
    "message": "/requests/{subject}/messages",
    "offer_answered": "/offers/{subject}",
    "offer_came_in": "/offers/{subject}",
    "offered": "/offers/{subject}",
    "outcome_asked": "/requests/{subject}/outcomes",
    "password_changed": "/me/safety",
    "report_answered": "/report/{subject}",
    "reported": "/stewards/reports/{subject}",
    "request_moved": "/requests/{subject}",
    "request_waits": "/stewards",
    "supporter_named": "/me/helpers",
    "team_left": "/teams",
    "team_role": "/teams/{subject}",
}
"""The page of what a notice is about, by its kind; ``{request}`` is that of a job."""

WITHOUT: Final = frozenset({"declined", "file_recalled", "recall_lifted", "request_gone"})
"""Kinds of which there is nothing more to see for who is told."""


@router.get("/me/news")
def news(
    request: Request,
    my_id: MyId,
    db: Db,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List what somebody was told; newest first."""
    rows = queries.notices(db, my_id, mark_of(cursor), A_PAGE + 1)
    shown, following = cut(rows, A_PAGE, lambda row: (row.at, row.id))
    new = [row.seen_at is None for row in shown]
    notices.seen(shown)
    return page(
        request,
        "me/news.html.j2",
        notices=list(zip(shown, _pages(db, shown), new, strict=True)),
        following=following,
    )


def _pages(session: Session, notices: Sequence[Notice]) -> list[str]:
    """Return where each notice leads; nothing where there is no page of it."""
    patterns = [PAGES.get(each.kind, "") for each in notices]
    both = list(zip(notices, patterns, strict=True))
    jobs = {each.subject_id for each, pattern in both if "{request}" in pattern}
    requests = requests_of(session, jobs) if jobs else {}
    return [_page(each, pattern, requests) for each, pattern in both]


def _page(notice: Notice, pattern: str, requests: dict[UUID, UUID]) -> str:
    subject = notice.subject_id
    request = None if subject is None else requests.get(subject)
    if ("{subject}" in pattern and subject is None) or ("{request}" in pattern and request is None):
        return ""
    return pattern.format(subject=subject, request=request)
