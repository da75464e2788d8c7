"""Whoever loses their code app comes in with a recovery code, once, and sets another."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.people.model import RecoveryCode

PASSWORD = "boat lamp carrot"  # noqa: S105 (nobody's)
ANNA = {"email": "anna@example.org", "password": PASSWORD}


@pytest.fixture
def signed_in(client: TestClient) -> dict[str, str]:
    """Anna's headers."""
    client.post("/api/v1/accounts", json=ANNA)
    secret = client.post("/api/v1/sessions", json=ANNA).json()["secret"]
    return {"Authorization": f"Bearer {secret}"}


def _set(client: TestClient, mine: dict[str, str]) -> tuple[pyotp.TOTP, list[str]]:
    address = client.put("/api/v1/me/second-factor", headers=mine).json()["address"]
    app = pyotp.parse_uri(address)
    assert isinstance(app, pyotp.TOTP)
    confirmed = client.post(
        "/api/v1/me/second-factor/confirm", headers=mine, json={"code": app.at(clock.now())}
    )
    codes: list[str] = confirmed.json()["recovery_codes"]
    return app, codes


def _comes_in(client: TestClient, code: str) -> bool:
    return client.post("/api/v1/sessions", json={**ANNA, "code": code}).status_code == 201


def test_a_recovery_code_opens_once_however_it_is_copied(
    client: TestClient, signed_in: dict[str, str], db: Session
) -> None:
    """Small letters and missing dashes do no harm; what the database keeps opens nothing."""
    _, codes = _set(client, signed_in)
    assert len(set(codes)) == 10
    assert _comes_in(client, codes[0].lower().replace("-", ""))
    assert not _comes_in(client, codes[0])
    assert _comes_in(client, codes[1])
    assert not _comes_in(client, "AAAA-AAAA-AAAA")
    assert not _comes_in(client, "é" * 6)
    kept = {row.code_hash for row in db.scalars(select(RecoveryCode))}
    assert not kept & {code.replace("-", "").encode() for code in codes}


def test_new_codes_replace_the_old_ones(client: TestClient, signed_in: dict[str, str]) -> None:
    """Asked for with a code of the app; a wrong one changes nothing."""
    app, old = _set(client, signed_in)
    renew = "/api/v1/me/second-factor/recovery-codes"
    wrong = client.post(renew, headers=signed_in, json={"code": "000000"})
    assert wrong.status_code == 422
    with clock.later(timedelta(seconds=60)):
        answer = client.post(renew, headers=signed_in, json={"code": app.at(clock.now())})
    new = answer.json()["recovery_codes"]
    assert not set(new) & set(old)
    assert not _comes_in(client, old[0])
    assert _comes_in(client, new[0])


def test_a_lost_phone_is_replaced(client: TestClient, signed_in: dict[str, str]) -> None:
    """With a recovery code the factor comes off, and another can be set."""
    off = "/api/v1/me/second-factor/off"
    none = client.post(off, headers=signed_in, json={"code": "123456"})
    assert none.json()["code"] == "no_second_factor"
    _, codes = _set(client, signed_in)
    assert client.post(off, headers=signed_in, json={"code": codes[0]}).status_code == 204
    assert client.post("/api/v1/sessions", json=ANNA).status_code == 201
    assert _set(client, signed_in)[1] != codes


def test_a_token_takes_nothing_off(client: TestClient, signed_in: dict[str, str]) -> None:
    """Whoever steals a token cannot get rid of the second factor with it."""
    made = client.post("/api/v1/tokens", headers=signed_in, json={"name": "x", "scopes": ["me"]})
    _, codes = _set(client, signed_in)
    stolen = {"Authorization": f"Bearer {made.json()['secret']}"}
    answers: list[Any] = [
        client.post(f"/api/v1/me/second-factor/{what}", headers=stolen, json={"code": codes[0]})
        for what in ("off", "recovery-codes")
    ]
    assert [each.json()["code"] for each in answers] == ["sign_in_needed"] * 2
