"""Whoever runs the machine makes the first steward, and lets people in, on its command line."""

import sys
from pathlib import Path
from subprocess import run

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.settings import Settings
from registry import clock
from registry.audit import Event

ANNA = {"email": "anna@example.org", "password": "boat lamp carrot"}


@pytest.fixture
def fitcommons(settings: Settings, tmp_path: Path) -> object:
    """The program, on the test's database."""

    def call(*arguments: str) -> tuple[int, str, str]:
        assert settings.keys is not None
        done = run(
            [sys.executable, "-m", "api.cli", *arguments],
            env={
                "PATH": "",
                "HOME": str(tmp_path),
                "DATABASE_URL": str(settings.database_url),
                "FITCOMMONS_DATA_DIR": str(settings.folder),
                "FITCOMMONS_KEYS": settings.keys.get_secret_value(),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return call


def test_the_first_steward(client: TestClient, db: Session, fitcommons: object) -> None:
    """Trusted by address, they are a steward once they signed in with a second factor."""
    assert callable(fitcommons)
    client.post("/api/v1/accounts", json=ANNA)
    status, told, _ = fitcommons("trust", "anna@example.org")
    assert status == 0
    assert "is a steward now" in told
    assert "second factor" in told
    secret = client.post("/api/v1/sessions", json=ANNA).json()["secret"]
    mine = {"Authorization": f"Bearer {secret}"}
    assignments = {"request_ids": ["7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e"]}
    ask = "/api/v1/assignments"
    assert client.post(ask, headers=mine, json=assignments).status_code == 403
    app = pyotp.parse_uri(client.put("/api/v1/me/second-factor", headers=mine).json()["address"])
    assert isinstance(app, pyotp.TOTP)
    codes = client.post(
        "/api/v1/me/second-factor/confirm", headers=mine, json={"code": app.at(clock.now())}
    ).json()["recovery_codes"]
    again = client.post("/api/v1/sessions", json={**ANNA, "code": codes[0]}).json()["secret"]
    mine = {"Authorization": f"Bearer {again}"}
    assert client.post(ask, headers=mine, json=assignments).status_code == 200
    status, told, _ = fitcommons("trust", "anna@example.org", "--no-longer")
    assert (status, "neither" in told) == (0, True)
    assert client.post(ask, headers=mine, json=assignments).status_code == 403
    events = db.scalars(select(Event.what).where(Event.actor == "operator").order_by(Event.id))
    assert events.all() == ["person.trusted_as_steward", "person.not_trusted_as_steward"]


def test_somebody_without_an_account(fitcommons: object) -> None:
    """It says so, and what to do."""
    assert callable(fitcommons)
    status, told, said = fitcommons("trust", "nobody@example.org", "--reviewer")
    assert (status, told) == (2, "")
    assert "Sign up first" in said


def test_who_forgot_their_password_is_let_in(
    client: TestClient, db: Session, fitcommons: object
) -> None:
    """Where nothing is mailed: the link alone is printed, and the trail says who made it."""
    assert callable(fitcommons)
    client.post("/api/v1/accounts", json=ANNA)
    status, told, said = fitcommons("let-in", "Anna@example.org")
    assert status == 0
    assert "once, for one hour" in said
    address, _, link = told.strip().partition("?link=")
    assert address.endswith("/new-password")
    new = {"link": link, "password": "river stamp onion"}
    assert client.put("/api/v1/password", json=new).status_code == 204
    again = {"email": ANNA["email"], "password": "river stamp onion"}
    assert client.post("/api/v1/sessions", json=again).status_code == 201
    events = db.scalars(select(Event.what).where(Event.actor == "operator"))
    assert events.all() == ["password_link.made"]


def test_nobody_is_let_in_who_has_no_account(fitcommons: object) -> None:
    """It says so, and prints no link."""
    assert callable(fitcommons)
    status, told, said = fitcommons("let-in", "nobody@example.org")
    assert (status, told) == (2, "")
    assert "Nobody has an account with this address" in said
