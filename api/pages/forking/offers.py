"""Offering an adaptation back to what it grew out of, and answering what is offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from api import forking, listing, offers
from api.deps import Db, limited
from api.designs import plain
from api.pages import compare
from api.pages.called import called
from api.pages.designs import Slug
from api.pages.forms import BadForm, Form, Sent, Wrong, tried
from api.pages.own_words import in_words
from api.pages.render import go, page
from api.pages.text import Words
from api.pages.versions import Changed, changed
from api.pages.visitor import Looking, Me, Visitor
from api.paging import cut, mark_of
from api.schemas.offers import OfferAnswerIn, OfferIn
from api.transaction import Transaction
from parametric.params import describe
from parametric.translations import label_of
from registry.adaptations.model import Fork, ForkVersion
from registry.adaptations.usecases import who
from registry.errors import Conflict, FieldProblem
from registry.offers import queries, usecases
from registry.offers.model import Offer
from registry.offers.states import MOVES, Side, State

router = APIRouter(include_in_schema=False, route_class=Transaction)

Done = Annotated[str, Query(max_length=20)]

A_PAGE: Final = 10
MOST_VERSIONS: Final = 10
"""Newest versions to choose from; nobody offers an older one."""

_IN_THE_WAY: Final = {
    "draft_differs": "offers.draft_differs",
    "does_not_go_together": "offers.does_not_go",
    "other_terms": "offers.other_terms",
}


@dataclass(frozen=True)
class Shown:
    """An offer as pages show it.

    Attributes:
        offer: the offer itself.
        said: the fork document of the version that is offered.
        changes: what becomes different, in words; None where that can be told no more.
        parent_title: what it is offered to is called.
        of_library: whether that is one of the library's own designs.
    """

    offer: Offer
    said: Mapping[str, Any]
    changes: list[Changed] | None
    parent_title: str
    of_library: bool


@router.get("/designs/{slug}/offer")
def ask(request: Request, me: Me, db: Db, slug: Slug) -> Response:
    """Ask which version is offered, and what it makes better."""
    return _asked(request, db, forking.own(db, me, plain(slug)), Form())


@router.post("/designs/{slug}/offer")
def offer(request: Request, me: Me, db: Db, slug: Slug, sent: Sent) -> Response:
    """Offer it, as POST /api/v1/designs/{slug}/offers does."""
    limited(request, offers.OFFERS, who(me))
    fork = forking.own(db, me, plain(slug))
    with tried(db, Form.of(sent)) as it:
        said = it.form.read(OfferIn)
        made = offers.offer(db, me, fork.slug, said.version, said.why)
    if it.went_wrong:
        return _asked(request, db, fork, it.form, status=422)
    return go(f"/offers/{made.id}", "offered")


@router.get("/designs/{slug}/offers")
def of_design(
    *,
    request: Request,
    _who: Looking,
    db: Db,
    slug: Slug,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List what was offered to a design and from it, and what came of each."""
    found = listing.listed(db, plain(slug))
    rows = queries.of_design(db, found.slug, mark_of(cursor), A_PAGE + 1)
    chosen, following = cut(rows, A_PAGE, lambda row: (row.at, row.id))
    return page(
        request,
        "offers/all.html.j2",
        slug=found.slug,
        title=listing.credits_of(db, found.slug)[-1].title,
        all_shown=[_shown(db, *each) for each in queries.with_versions(db, chosen)],
        following=following,
    )


@router.get("/offers/{offer_id}")
def one(request: Request, who: Looking, db: Db, offer_id: UUID, done: Done = "") -> Response:
    """Show an offer to everybody, and to who may answer it or take it back, how."""
    return _one(request, who, db, queries.find(db, offer_id), Form(), done=done)


@router.post("/offers/{offer_id}")
def answer(
    *, request: Request, looking: Looking, me: Me, db: Db, offer_id: UUID, sent: Sent
) -> Response:
    """Answer it, as POST /api/v1/offers/{offer_id}/answers does."""
    limited(request, offers.ANSWERS, who(me))
    found = queries.find(db, offer_id)
    with tried(db, Form.of(sent)) as it, _in_words(db, looking.language, found):
        ask = it.form.read(OfferAnswerIn)
        if ask.answer == "declined" and not ask.words:
            raise BadForm([Wrong("words", key="offers.needs_words")])
        said = offers.answer(db, me, offer_id, State(ask.answer), ask.words)
    if it.went_wrong:
        db.refresh(found)
        return _one(request, looking, db, found, it.form, status=422)
    is_in_draft = said.state == State.TAKEN and db.get(Fork, said.parent_slug) is not None
    return go(f"/offers/{offer_id}", "taken" if is_in_draft else "answered")


@router.post("/offers/{offer_id}/withdrawal")
def withdraw(me: Me, db: Db, offer_id: UUID) -> Response:
    """Take it back, as POST /api/v1/offers/{offer_id}/withdrawal does."""
    usecases.withdraw(db, me, offer_id)
    return go(f"/offers/{offer_id}", "withdrawn")


@contextmanager
def _in_words(db: Session, language: str, found: Offer) -> Iterator[None]:
    """Name what is in the way of taking an offer as the page names it.

    Raises:
        BadForm: something is.
    """
    try:
        yield
    except Conflict as error:
        key = _IN_THE_WAY.get(error.code)
        if key is None:
            raise
        words = Words(language, "offers")
        names = dict.fromkeys(_label(db, words, found, each) for each in error.problems)
        values = {"names": words.listed(names), "licence": found.licence}
        raise BadForm([Wrong("", key=key, values=values)]) from None


def _label(db: Session, words: Words, found: Offer, problem: FieldProblem) -> str:
    """Return what a field of the document is called on pages, in the reader's words."""
    [(_, row)] = queries.with_versions(db, [found])
    _, _, rest = problem.field.partition(".")
    name = rest.partition(".")[0]
    if problem.field.startswith("presets.") and name in row.document.get("presets", {}):
        return str(row.document["presets"][name]["label"])
    before = compare.shape(db, found.parent_slug, found.parent_version)
    asked = {info.name: info.label for info in describe(before.design.parameters)} if before else {}
    label = asked.get(name)
    said = label and (in_words(words.language, label) or label)
    return said or called(words, problem.field) or label_of(name or problem.field)


def _shown(db: Session, found: Offer, row: ForkVersion) -> Shown:
    before = compare.shape(db, found.parent_slug, found.parent_version)
    now = compare.shape(db, found.slug, found.version) if before is not None else None
    return Shown(
        found,
        row.document,
        changed(before.design, now.design) if before and now else None,
        before.design.title if before else found.parent_slug,
        db.get(Fork, found.parent_slug) is None,
    )


def _asked(request: Request, db: Session, fork: Fork, form: Form, *, status: int = 200) -> Response:
    rows = queries.versions_to_offer(db, fork.slug)[:MOST_VERSIONS]
    newest = rows[0] if rows else None
    before = compare.shape(db, newest.parent_slug, newest.parent_version) if newest else None
    return page(
        request,
        "offers/offer.html.j2",
        form=form,
        status=status,
        fork=fork,
        rows=rows,
        newest=newest,
        parent_title=before.design.title if before else fork.parent_slug,
        licence=offers.terms_of(newest) if newest else "",
    )


def _one(
    request: Request,
    visitor: Visitor,
    db: Session,
    found: Offer,
    form: Form,
    *,
    status: int = 200,
    done: str = "",
) -> Response:
    [(_, row)] = queries.with_versions(db, [found])
    moves = MOVES[State(found.state)]
    may_answer = usecases.may_answer(db, visitor.actor, found)
    may_withdraw = usecases.may_withdraw(db, visitor.actor, found)
    return page(
        request,
        "offers/one.html.j2",
        form=form,
        status=status,
        done=done if done in ("offered", "answered", "taken", "withdrawn") else "",
        shown=_shown(db, found, row),
        is_keeper=bool(may_answer),
        answers=[str(each.to) for each in moves if each.by is Side.KEEPERS] if may_answer else [],
        may_withdraw=bool(may_withdraw) and any(each.by is Side.OFFERERS for each in moves),
    )
