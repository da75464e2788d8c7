"""Mailing people what they were told, if that is a way they chose; and a way back into accounts."""

from __future__ import annotations

import logging
import smtplib
from typing import Final
from uuid import UUID

from procrastinate import Blueprint, JobContext, RetryStrategy

from api import mail
from api.jobs.works import Works, works
from api.passwords import address_of
from registry import notices
from registry.errors import NotFound
from registry.people import passwords
from registry.people.model import Person

TASKS = Blueprint()

MOST: Final = 100
"""How many people are mailed at a time; the rest a minute later."""

_REFUSED_FOR_GOOD: Final = 500
"""From this code of SMTP on, asking again is no use (RFC 5321, 4.2.1)."""

MOST_TRIES: Final = 10
"""How often a link is tried to be mailed: for some ten minutes, while who asked looks for it."""

_log = logging.getLogger(__name__)


@TASKS.periodic(cron="* * * * *")
@TASKS.task(name="send")
def send(timestamp: int) -> None:  # noqa: ARG001 (Procrastinate's signature)
    """Mail what waits."""
    send_waiting(works())


def send_waiting(here: Works) -> int:
    """Mail people what they were told, each all of it in one message; return to how many.

    Whoever is mailed when the machine stops may be mailed the same again, rather than never.
    """
    outbox = mail.Outbox.of(here.settings)
    if outbox is None:
        return 0
    with here.sessions() as session:
        people = notices.people_to_mail(session, MOST)
    count = 0
    for person in people:
        try:
            count += _mail(here, outbox, person)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
            # This one's waits another minute, and holds up nobody else's.
            continue
        except OSError as error:
            # All that waits is tried again in a minute. What it says may name people.
            _log.warning("Mail could not be handed over: %s", type(error).__name__)
            break
    return count


def _mail(here: Works, outbox: mail.Outbox, person_id: UUID) -> bool:
    """Mail one person; return whether they were."""
    with here.sessions.begin() as session:
        person, rows = session.get(Person, person_id), notices.unhandled(session, person_id)
        notices.handled(rows)
        says, address = notices.to_mail(rows), notices.mail_address(person)
        if person is None or address is None or not says:
            return False
        try:
            outbox.send(mail.news(here.settings, address, _language_of(person), says))
        except smtplib.SMTPRecipientsRefused as refused:
            (code, _), *_ = refused.recipients.values()
            if code < _REFUSED_FOR_GOOD:
                raise
            return False
        return True


class NotMailed(Exception):
    """A message could not be handed over just now; it says nothing of whose."""


@TASKS.task(
    name="password", pass_context=True, retry=RetryStrategy(max_attempts=MOST_TRIES, wait=60)
)
def password(context: JobContext, person_id: str) -> None:
    """Mail somebody who forgot their password a link."""
    try:
        send_way_back(works(), UUID(person_id))
    except NotMailed:
        if context.job.attempts < MOST_TRIES:
            raise
        # They have asked again by now, or looked for another way.


def send_way_back(here: Works, person_id: UUID) -> bool:
    """Mail somebody a link to choose a new password; return whether it was.

    To the account's own address only, whatever they chose for news.

    Raises:
        NotMailed: the server cannot take it just now; there is no new link then.
    """
    outbox = mail.Outbox.of(here.settings)
    if outbox is None:
        return False
    try:
        with here.sessions.begin() as session:
            made = passwords.make_link(session, person_id)
            person = session.get_one(Person, person_id)
            link = address_of(here.settings, made.secret)
            outbox.send(
                mail.way_back(here.settings, person.email or "", _language_of(person), link)
            )
    except NotFound:
        # Somebody asked for an address that nobody has, or who asked is gone by now.
        return False
    except OSError as error:
        # What it says may name people.
        _log.warning("A link could not be handed over: %s", type(error).__name__)
        raise NotMailed from None
    return True


def _language_of(person: Person) -> str:
    return mail.language_of((*(person.contact or {}).get("languages", ()), *person.languages))
