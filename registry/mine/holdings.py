"""What every table holds of a person: one list, for taking it along and for erasing it.

A table that is in neither list fails a test: whoever adds one says here whose its rows are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from registry.adaptations.model import Review, TeamInvitation, TeamMember
from registry.coproduction.model import Claimed, Meeting
from registry.db import Base
from registry.decisions.model import Answer, Decision
from registry.fits.model import Fit, FitFile
from registry.jobs.model import Claim, Job, Variant
from registry.offers.model import Offer
from registry.outcomes.model import Making, Outcome
from registry.people.model import (
    Consent,
    Guardianship,
    Maker,
    PasswordLink,
    Person,
    Printer,
    Read,
    RecoveryCode,
    SignIn,
    Support,
    Token,
)
from registry.platform import Notice
from registry.recalls.model import Recall
from registry.reports.model import Report
from registry.requests.model import Asked, FitCheck, Message, Picture, Request

SECRETS: Final = frozenset(
    {
        "email_index",
        "password_hash",
        "secret_hash",
        "code_hash",
        "totp_secret",
        "totp_last_step",
        "known_by",
        "recipe",
        "digest",
        "file_digest",
        "uploaded_digest",
        "rebuilt_digest",
    }
)
"""Columns that are never told: they open things, or name files."""


@dataclass(frozen=True)
class Holding:
    """The rows of one table that are about a person.

    Attributes:
        table: which.
        mine: columns whose value is the person's id.
        empties: columns with the person's own words, and what they hold when those are gone, in
            rows that others need.
        keeps: the rows where the person stands in this column stay, without the person.
    """

    table: type[Base]
    mine: tuple[str, ...]
    empties: dict[str, Any] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()


HOLDINGS: Final = (
    Holding(Person, ("id",)),
    Holding(SignIn, ("person_id",)),
    Holding(RecoveryCode, ("person_id",)),
    Holding(PasswordLink, ("person_id",)),
    Holding(Token, ("person_id",), keeps=("made_by_id",)),
    Holding(Support, ("person_id", "supporter_id")),
    Holding(Guardianship, ("young_person_id", "guardian_id"), keeps=("invited_by_id",)),
    Holding(Consent, ("person_id", "given_by_id")),
    Holding(Read, ("owner_id",), {"why": None}, ("reader_id",)),
    Holding(Maker, ("person_id",)),
    Holding(Notice, ("person_id",)),
    Holding(Request, ("person_id",), keeps=("made_by_id",)),
    Holding(Asked, ("maker_id",)),
    Holding(Making, ("maker_id",)),
    Holding(Message, (), {"said": ""}, ("author_id",)),
    Holding(FitCheck, (), {"answers": {}}, ("by_id",)),
    Holding(
        Decision,
        (),
        {
            "question": "",
            "options": {"options": []},
            "present": {"present": []},
            "why_withdrawn": None,
        },
        ("proposed_by_id",),
    ),
    Holding(Answer, (), {"words": None, "option": None}, ("by_id",)),
    Holding(Meeting, (), {"place": "", "notes": None}, ("called_by_id",)),
    Holding(Claimed, ("by_id",)),
    Holding(Fit, ("person_id",)),
    Holding(Job, (), {"notes": None}, ("holder_id",)),
    Holding(Claim, (), keeps=("maker_id",)),
    Holding(
        Variant,
        (),
        {"why": "", "name": "", "findings": {}, "uploaded_digest": None},
        ("maker_id",),
    ),
    Holding(TeamMember, ("person_id",)),
    Holding(TeamInvitation, ("made_by_id",)),
    # Under a name that they chose to show: see `registry.adaptations.forgetting`.
    Holding(Review, (), keeps=("reviewer_id",)),
    # Two sides of one row, and each leaves without the other. Words: see there as well.
    Holding(Offer, (), keeps=("offered_by_id",)),
    Holding(Offer, (), keeps=("answered_by_id",)),
    Holding(Recall, (), keeps=("by_id",)),
    Holding(Report, (), {"subject": "", "said": "", "answer": None}, ("reporter_id",)),
    # Pictures show people and homes: they go with whoever took them.
    Holding(Picture, ("owner_id",)),
)
"""Tables that say in a column of theirs whose a row is."""

WITHIN: Final = (
    (Printer, "maker_id", Maker, "person_id"),
    (Message, "request_id", Request, "id"),
    (Picture, "request_id", Request, "id"),
    (FitCheck, "request_id", Request, "id"),
    (Asked, "request_id", Request, "id"),
    (Decision, "request_id", Request, "id"),
    (Meeting, "request_id", Request, "id"),
    (Claimed, "request_id", Request, "id"),
    (Outcome, "request_id", Request, "id"),
    (Making, "request_id", Request, "id"),
    (Job, "request_id", Request, "id"),
    (Answer, "decision_id", Decision, "id"),
    (Claim, "job_id", Job, "id"),
    (Variant, "job_id", Job, "id"),
    (FitFile, "fit_id", Fit, "id"),
)
"""Tables whose rows belong to a row of another: taken along, and gone, with it."""

OF_NOBODY: Final = {
    "answered": "Answers kept for two days; those to the person's sign-ins and tokens are erased.",
    "certificates": "About designs.",
    "counts": "Keyed digests, for a day.",
    "event_blocks": "Digests of the trail.",
    "event_chain": "Which block an event is in.",
    "events": "The trail: ids and names of fields. It stays whole.",
    "files": "Digests and sizes; content that nobody refers to is deleted.",
    "forks": "Designs, published under their licence; see `registry.adaptations.forgetting`.",
    "fork_versions": "Published under their licence; names of who left are taken out.",
    "teams": "Names of teams.",
}
"""The other tables, and why they hold nothing that is one person's."""


def rows_of(holding: Holding, person_id: UUID) -> Select[Any]:
    """Return the query for the rows of a table that are about a person."""
    return select(holding.table).where(is_theirs(holding, person_id))


def is_theirs(holding: Holding, person_id: UUID) -> ColumnElement[bool]:
    """Return the condition that a row is about a person: theirs, or with their words in it."""
    columns = (*holding.mine, *holding.keeps)
    return or_(*(getattr(holding.table, name) == person_id for name in columns))
