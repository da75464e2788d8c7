"""Mailing people what they were told, if that is a way they chose."""

from __future__ import annotations

import logging
import smtplib
from typing import Final
from uuid import UUID

from procrastinate import Blueprint

from api import mail
from api.jobs.works import Works, works
from registry import notices
from registry.people.model import Person

TASKS = Blueprint()

MOST: Final = 100
"""How many people are mailed at a time; the rest a minute later."""

_REFUSED_FOR_GOOD: Final = 500
"""From this code of SMTP on, asking again is no use (RFC 5321, 4.2.1)."""

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
        spoken = (*(person.contact or {}).get("languages", ()), *person.languages)
        try:
            outbox.send(mail.news(here.settings, address, mail.language_of(spoken), says))
        except smtplib.SMTPRecipientsRefused as refused:
            (code, _), *_ = refused.recipients.values()
            if code < _REFUSED_FOR_GOOD:
                raise
            return False
        return True
