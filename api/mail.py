"""Mail: what it says, and how it is handed over to a server that delivers it.

It goes nowhere unsealed: only to a server that shows a certificate we trust, or to this machine.
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from api.pages.own_words import in_words
from api.pages.text import ENGLISH, LANGUAGES, Words
from api.settings import Settings

TIMEOUT_S: Final = 30.0

_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Outbox:
    """The server that takes our mail."""

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, settings: Settings) -> Outbox | None:
        """Return the server of the settings; None where nothing is mailed."""
        if settings.mail_url is None:
            return None
        to = urlsplit(settings.mail_url.get_secret_value())
        return cls(
            to.scheme,
            to.hostname or "",
            to.port or _PORTS[to.scheme],
            unquote(to.username or ""),
            unquote(to.password or ""),
        )

    def send(self, message: EmailMessage) -> None:
        """Hand a message over.

        Raises:
            OSError: the server cannot be reached, or is not the one that it says it is.
            smtplib.SMTPException: it does not take the message.
        """
        trusted = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=trusted)
            if self.scheme == "smtps"
            else smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        ) as server:
            if self.scheme == "smtp" and not _is_here(self.host):
                server.starttls(context=trusted)
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)


def language_of(languages: Iterable[str]) -> str:
    """Return the first of somebody's languages that the pages speak; else English."""
    return next((each for each in languages if each in LANGUAGES), ENGLISH)


def news(settings: Settings, address: str, language: str, says: Sequence[str]) -> EmailMessage:
    """Return the message that tells somebody what happened.

    Its subject says nothing of it: others may see that on a screen.

    Args:
        settings: whose service it is.
        address: whom it goes to.
        language: in which it is told.
        says: English sentences; told in the language where they have words in it.
    """
    words = Words(language, "mail")
    lines = [f"- {in_words(language, each) or each}" for each in says]
    return _message(
        settings,
        address,
        language,
        words("mail.subject"),
        words("mail.hello"),
        words("mail.lead"),
        "\n".join(lines),
        words("mail.look", address=f"{settings.url}/me/news"),
        words("mail.why", address=f"{settings.url}/me/profile"),
    )


def way_back(settings: Settings, address: str, language: str, link: str) -> EmailMessage:
    """Return the message that lets somebody choose a new password.

    Args:
        settings: whose service it is.
        address: of their account.
        language: in which it is told.
        link: the address where they choose it.
    """
    words = Words(language, "mail")
    return _message(
        settings,
        address,
        language,
        words("mail.password_subject"),
        words("mail.hello"),
        words("mail.password_lead"),
        words("mail.password_link", address=link),
        words("mail.password_hour"),
        words("mail.password_not_you"),
    )


def _message(
    settings: Settings, address: str, language: str, subject: str, *paragraphs: str
) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings.mail_from or ""
    message["To"] = address
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(settings.mail_from or "")[1].split("@")[-1])
    # So that nobody's holiday answers us.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(paragraphs) + "\n")
    message["Content-Language"] = language
    return message


def _is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
