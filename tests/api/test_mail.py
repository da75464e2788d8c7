"""Who chose e-mail is mailed what they were told: once, in their language, to one address.

A real mail server takes it.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from api.jobs.mail import send_waiting
from api.jobs.works import Works
from api.settings import Settings, UnsafeStart
from api.storage import Storage
from registry import notices
from registry.people import passwords
from registry.people.model import Person
from registry.platform import Notice
from tests.api.folk import Folk, Who
from tests.api.post_office import PostOffice, mailing, opened

SAYS = "Somebody wrote to you about a request."


@pytest.fixture
def here(settings: Settings, sessions: sessionmaker[Session]) -> Callable[[str], Works]:
    """Makes what a worker has, whose mail goes to an address."""

    def at(url: str) -> Works:
        return Works(sessions, Storage.of(settings), mailing(settings, url))

    return at


@pytest.fixture
def mails(office: PostOffice, here: Callable[[str], Works]) -> Iterator[Callable[[], int]]:
    """Does what a worker does each minute; gives to how many it mailed."""
    with opened(office) as port:
        yield lambda: send_waiting(here(f"smtp://127.0.0.1:{port}"))


def _chooses(who: Who, *channels: str, **more: Any) -> str:
    """Let somebody choose how they are told; return their account's address."""
    profile = {"contact": {"channels": channels, **more}}
    who.call("PATCH", "/me", json=profile).raise_for_status()
    return str(who.get("/me").json()["email"])


def _told(db: Session, *people: Who, says: str = SAYS, ago: timedelta = notices.WAITS * 2) -> None:
    """Let something have been told to people, a while ago."""
    notices.tell(db, [each.id for each in people], "message", None, says)
    db.execute(update(Notice).where(Notice.handled_at.is_(None)).values(at=Notice.at - ago))
    db.commit()


def test_all_that_is_new_comes_in_one_message_in_their_language(
    folk: Folk, db: Session, office: PostOffice, mails: Callable[[], int]
) -> None:
    """Once; the subject tells nobody else anything, and the links lead to what it is about."""
    anna = folk.person("anna")
    address = _chooses(anna, "email", languages=["xx", "fr"])
    for says in (SAYS, SAYS, "A maker would like to make it for you."):
        _told(db, anna, says=says)

    assert (mails(), mails()) == (1, 0)

    ((to, message),) = office.took
    body = message.get_content()
    assert to == [address]
    assert message["Subject"] == "Des nouvelles pour vous sur fitcommons"
    assert "Bonjour" in body
    assert len([line for line in body.splitlines() if line.startswith("- ")]) == 2
    assert "/me/news" in body
    assert "/me/profile" in body
    assert "anna" not in body


def test_nobody_is_mailed_who_did_not_choose_it(
    folk: Folk, db: Session, office: PostOffice, mails: Callable[[], int]
) -> None:
    """Who chooses it later is told of what comes then, not of everything that was."""
    anna = folk.person("anna")
    _chooses(anna, "letter")
    _told(db, anna)
    assert mails() == 0
    _chooses(anna, "letter", "email")
    assert mails() == 0
    _told(db, anna)
    assert mails() == 1
    assert len(office.took) == 1


@pytest.mark.parametrize("ago", [timedelta(0), notices.STALE])
def test_what_is_fresh_waits_and_what_is_old_is_not_mailed(
    folk: Folk, db: Session, mails: Callable[[], int], ago: timedelta
) -> None:
    """Who is just here sees it; and who was told days ago is not woken up."""
    anna = folk.person("anna")
    _chooses(anna, "email")
    _told(db, anna, ago=ago)
    assert mails() == 0


def test_what_was_seen_on_the_page_is_not_mailed(
    folk: Folk, db: Session, client: TestClient, mails: Callable[[], int]
) -> None:
    """It would be no news."""
    anna = folk.person("anna")
    _chooses(anna, "email")
    _told(db, anna)
    client.cookies.set("signin", anna.secret)
    client.get("/me/news").raise_for_status()
    assert mails() == 0


def test_a_new_password_is_mailed_even_if_somebody_saw_the_news(
    folk: Folk, db: Session, office: PostOffice, mails: Callable[[], int]
) -> None:
    """Whoever chose it, perhaps a stranger, cannot keep it from the owner; it says what to do."""
    anna = folk.person("anna")
    _chooses(anna, "email", languages=["es"])
    link = passwords.make_link(db, anna.id).secret
    passwords.use_link(db, link, "river stamp onion")
    db.execute(update(Notice).values(at=Notice.at - notices.WAITS * 2, seen_at=Notice.at))
    db.commit()

    assert (mails(), mails()) == (1, 0)
    body = " ".join(office.took[0][1].get_content().split())
    assert "Tu cuenta tiene una contraseña nueva." in body
    assert "«Olvidé mi contraseña»" in body


def test_one_mailbox_that_is_full_holds_up_nobody(
    folk: Folk, db: Session, office: PostOffice, mails: Callable[[], int]
) -> None:
    """What is refused for now is tried again, what is refused for good is not."""
    anna, ben, gone = folk.person("anna"), folk.person("ben"), folk.person("gone")
    full, _, away = (_chooses(each, "email") for each in (anna, ben, gone))
    office.refuses = {full: "452 mailbox full", away: "550 no such person"}
    _told(db, anna, ben, gone)

    assert mails() == 1
    office.refuses = {}

    assert mails() == 1
    assert office.took[-1][0] == [full]


def test_without_a_server_nothing_is_lost(
    folk: Folk, db: Session, office: PostOffice, here: Callable[[str], Works]
) -> None:
    """It goes when there is one again."""
    anna = folk.person("anna")
    _chooses(anna, "email")
    _told(db, anna)
    with opened(office) as port:
        pass
    assert send_waiting(here(f"smtp://127.0.0.1:{port}")) == 0
    with opened(office) as port:
        assert send_waiting(here(f"smtp://127.0.0.1:{port}")) == 1


def test_a_server_that_cannot_show_who_it_is_gets_nothing(
    folk: Folk, db: Session, office: PostOffice, here: Callable[[str], Works], tmp_path: Path
) -> None:
    """Whoever sits in between could show a certificate of their own making."""
    anna = folk.person("anna")
    _chooses(anna, "email")
    _told(db, anna)
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(_certificate(tmp_path / "own.pem"))
    with opened(office, ssl_context=own, server_hostname="localhost") as port:
        assert send_waiting(here(f"smtps://127.0.0.1:{port}")) == 0
    assert office.took == []
    assert db.scalars(select(Notice.handled_at)).all() == [None]


def test_over_the_net_nothing_goes_unsealed(
    folk: Folk, db: Session, office: PostOffice, here: Callable[[str], Works]
) -> None:
    """A server on another machine that offers no seal gets nothing."""
    anna = folk.person("anna")
    _chooses(anna, "email")
    _told(db, anna)
    with opened(office) as port:
        # This machine too, by an address that does not say so.
        assert send_waiting(here(f"smtp://0.0.0.0:{port}")) == 0
        assert send_waiting(here(f"smtp://127.0.0.1:{port}")) == 1


@pytest.mark.parametrize(
    ("written", "sent_to"),
    [
        ("", "account"),
        ("ask my sister", "account"),
        ("a@example.org, b@example.org", "account"),
        ("Anna <a@example.org>", "account"),
        (" a@example.org ", "a@example.org"),
    ],
)
def test_it_goes_to_one_address(written: str, sent_to: str) -> None:
    """What somebody writes into their profile makes us write to nobody else."""
    contact = {"channels": ["email"], "details": {"email": written}}
    assert notices.mail_address(Person(email="account", contact=contact)) == sent_to


@pytest.mark.parametrize(
    ("url", "sender"),
    [("http://example.org", "a@example.org"), ("smtp://", "a@example.org"), ("smtp://h", "us")],
)
def test_a_start_with_half_a_mail_server_is_refused(
    settings: Settings, url: str, sender: str
) -> None:
    """Before anybody waits for mail that never comes."""
    half = settings.model_copy(update={"mail_url": SecretStr(url), "mail_from": sender})
    with pytest.raises(UnsafeStart, match="FITCOMMONS_MAIL"):
        half.check()


def _certificate(file: Path) -> Path:
    """Write a certificate that somebody made for themselves, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    return file
