"""Decisions and the answers to them. Nothing is ever changed; a decision may be taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from registry.crypto import SealedJson, SealedText
from registry.db import Base, Created, Id, Json


class Decision(Base):
    """Something to be decided: the options, who proposed it, who was there.

    `proposed_as` is what who proposed it was to the request then: they may be somebody else by now.
    `kind` is ``recipe`` (may this exact recipe be made?) or ``other``. For a recipe, `fit_id` and
    `recipe` (the fit's keyed digest) say which: a yes counts for that one alone.
    """

    __tablename__ = "decisions"

    id: Mapped[Id]
    request_id: Mapped[UUID] = mapped_column(
        ForeignKey("requests.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    question: Mapped[str] = mapped_column(SealedText("decisions.question"))
    options: Mapped[Json] = mapped_column(SealedJson("decisions.options"))
    proposed_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL")
    )
    proposed_as: Mapped[str | None]
    present: Mapped[Json] = mapped_column(SealedJson("decisions.present"))
    fit_id: Mapped[UUID | None] = mapped_column(ForeignKey("fits.id", ondelete="SET NULL"))
    recipe: Mapped[bytes | None]
    at: Mapped[Created]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    why_withdrawn: Mapped[str | None] = mapped_column(SealedText("decisions.why_withdrawn"))


class Answer(Base):
    """What one person answered: yes, no, change, stop or not sure, which option, their own words.

    `because` is the code of a reason (see `registry.decisions.usecases.Because`).
    `role` is what they were to the request at that moment: person, guardian, supporter or maker.
    """

    __tablename__ = "answers"

    id: Mapped[Id]
    decision_id: Mapped[UUID] = mapped_column(
        ForeignKey("decisions.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    role: Mapped[str]
    answer: Mapped[str]
    because: Mapped[str | None]
    option: Mapped[str | None] = mapped_column(SealedText("answers.option"))
    words: Mapped[str | None] = mapped_column(SealedText("answers.words"))
    at: Mapped[Created]
