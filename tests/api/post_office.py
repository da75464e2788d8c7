"""A real mail server that tests hand mail to, what it took, and a worker that mails."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from pydantic import SecretStr

from api.jobs.app import job_app
from api.jobs.works import Works, open_works
from api.settings import Settings
from tests.api.waiting import finish


@dataclass
class PostOffice:
    """What a mail server took, and whom it refuses with which answer."""

    refuses: dict[str, str] = field(default_factory=dict)
    took: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take somebody as a recipient, or do not."""
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        if not isinstance(message, EmailMessage):
            raise TypeError(message)
        self.took.append((envelope.rcpt_tos, message))
        return "250 OK"


@contextmanager
def opened(office: PostOffice, **more: Any) -> Iterator[int]:
    """Let a post office take mail on a port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    controller = Controller(office, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def mailing(settings: Settings, url: str) -> Settings:
    """Settings of a service whose mail goes to an address."""
    sender = "fitcommons <hello@example.org>"
    return settings.model_copy(update={"mail_url": SecretStr(url), "mail_from": sender})


def all_that_waits(works: Works, database_url: str) -> None:
    """Do what waits in the queue, as a worker does."""
    open_works(works)
    finish(_work(database_url))


async def _work(database_url: str) -> None:
    app = job_app(database_url)
    async with app.open_async():
        await app.run_worker_async(
            queues=["default"],
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
            delete_jobs="successful",
        )
