"""Accounts, sign-ins and tokens over HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock
from registry.people.model import Person

PASSWORD = "boat lamp carrot"  # noqa: S105 (nobody's)


def _sign_up(client: TestClient, email: str = "anna@example.org") -> str:
    made = client.post("/api/v1/accounts", json={"email": email, "password": PASSWORD})
    assert made.status_code == 201
    answer = client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201
    return str(answer.json()["secret"])


def _as(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_nobody_learns_who_has_an_account(client: TestClient, db: Session) -> None:
    """Signing up twice, and signing in wrongly with and without an account, look alike."""
    _sign_up(client)
    again = client.post(
        "/api/v1/accounts", json={"email": " ANNA@example.org", "password": PASSWORD + "!"}
    )
    assert again.status_code == 201
    assert again.json() == {"next": "Sign in with POST /api/v1/sessions."}
    assert db.scalar(select(func.count()).select_from(Person)) == 1
    answers = [
        client.post("/api/v1/sessions", json={"email": email, "password": "not this one"})
        for email in ("anna@example.org", "nobody@example.org")
    ]
    assert [each.status_code for each in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


def test_a_new_password_opens_the_account_and_the_old_one_no_more(client: TestClient) -> None:
    """Whoever knew the old one, or was signed in with it, is out; whoever changed it stays in."""
    mine, other = _as(_sign_up(client)), _as(_sign_up(client))
    new = "river stamp onion"
    wrong = client.put("/api/v1/me/password", headers=mine, json={"old": "a guess", "new": new})
    assert wrong.status_code == 422
    assert [each["field"] for each in wrong.json()["problems"]] == ["old"]
    short = client.put("/api/v1/me/password", headers=mine, json={"old": PASSWORD, "new": "short"})
    assert [each["field"] for each in short.json()["problems"]] == ["new"]
    assert client.get("/api/v1/me", headers=other).status_code == 200
    changed = client.put("/api/v1/me/password", headers=mine, json={"old": PASSWORD, "new": new})
    assert changed.status_code == 204
    assert client.get("/api/v1/me", headers=mine).status_code == 200
    assert client.get("/api/v1/me", headers=other).status_code == 401
    for password, status in ((PASSWORD, 401), (new, 201)):
        asked = {"email": "anna@example.org", "password": password}
        assert client.post("/api/v1/sessions", json=asked).status_code == status


def test_a_new_password_ends_tokens_too(client: TestClient) -> None:
    """Whoever knew the old one may have made them."""
    mine = _as(_sign_up(client))
    made = client.post("/api/v1/tokens", headers=mine, json={"name": "x", "scopes": ["me"]})
    token = _as(made.json()["secret"])
    assert client.get("/api/v1/me", headers=token).status_code == 200
    asked = {"old": PASSWORD, "new": "river stamp onion"}
    client.put("/api/v1/me/password", headers=mine, json=asked).raise_for_status()
    assert client.get("/api/v1/me", headers=token).status_code == 401


def test_a_token_changes_no_password(client: TestClient) -> None:
    """It may read the account it was made for, and still not take it over."""
    mine = _as(_sign_up(client))
    made = client.post("/api/v1/tokens", headers=mine, json={"name": "x", "scopes": ["me"]})
    asked = {"old": PASSWORD, "new": "river stamp onion"}
    refused = client.put("/api/v1/me/password", headers=_as(made.json()["secret"]), json=asked)
    assert refused.status_code == 403


def test_the_database_holds_no_address_in_the_open(client: TestClient, db: Session) -> None:
    """E-mail addresses are sealed; they are found by a keyed digest."""
    _sign_up(client, "canary@example.org")
    row = db.connection().exec_driver_sql("SELECT email, email_index FROM people").one()
    assert b"canary" not in bytes(row[0])
    assert b"canary" not in bytes(row[1])


def test_a_token_reaches_what_it_was_made_for_until_it_is_ended(client: TestClient) -> None:
    """A token for requests cannot look at the account, and makes no tokens."""
    mine = _as(_sign_up(client))
    made = client.post("/api/v1/tokens", headers=mine, json={"name": "x", "scopes": ["requests"]})
    secret = made.json()["secret"]
    assert client.get("/api/v1/tokens", headers=_as(secret)).status_code == 403
    for_me = client.post("/api/v1/tokens", headers=mine, json={"name": "y", "scopes": ["me"]})
    headers = _as(for_me.json()["secret"])
    assert len(client.get("/api/v1/tokens", headers=headers).json()) == 2
    breeds = client.post("/api/v1/tokens", headers=headers, json={"name": "z", "scopes": ["me"]})
    assert breeds.json()["code"] == "sign_in_needed"
    assert secret not in client.get("/api/v1/tokens", headers=mine).text
    client.delete(f"/api/v1/tokens/{for_me.json()['id']}", headers=mine)
    assert client.get("/api/v1/tokens", headers=headers).json()["code"] == "unknown_token"


def test_another_persons_token_is_not_to_be_found(client: TestClient) -> None:
    """Ending somebody else's token answers 404, as if there were none."""
    anna, ben = (_as(_sign_up(client, f"{name}@example.org")) for name in ("anna", "ben"))
    made = client.post("/api/v1/tokens", headers=anna, json={"name": "x", "scopes": ["me"]})
    answer = client.delete(f"/api/v1/tokens/{made.json()['id']}", headers=ben)
    assert answer.status_code == 404
    assert client.get("/api/v1/tokens", headers=_as(made.json()["secret"])).status_code == 200


def test_a_sign_in_ends(client: TestClient) -> None:
    """By signing out at once, and by itself after 30 days."""
    first, second = (_as(_sign_up(client)) for _ in range(2))
    assert client.delete("/api/v1/sessions/current", headers=first).status_code == 204
    assert client.get("/api/v1/tokens", headers=first).status_code == 401
    assert client.get("/api/v1/tokens", headers=second).status_code == 200
    with clock.later(timedelta(days=31)):
        assert client.get("/api/v1/tokens", headers=second).status_code == 401


def test_a_second_factor_is_asked_for_and_each_code_is_good_once(client: TestClient) -> None:
    """A password alone opens no account that has one; a code that was seen is worthless."""
    mine = _as(_sign_up(client))
    address = client.put("/api/v1/me/second-factor", headers=mine).json()["address"]
    totp = pyotp.parse_uri(address)
    assert isinstance(totp, pyotp.TOTP)

    def again(**more: str) -> int:
        asked = {"email": "anna@example.org", "password": PASSWORD, **more}
        return client.post("/api/v1/sessions", json=asked).status_code

    assert again() == 201  # Begun only: nobody is locked out by an app that was never set up.
    confirm = "/api/v1/me/second-factor/confirm"
    assert client.post(confirm, headers=mine, json={"code": "000000"}).status_code == 422
    assert again() == 201
    first = totp.at(clock.now())
    assert client.post(confirm, headers=mine, json={"code": first}).status_code == 200
    assert again() == 401
    assert again(code=first) == 401
    with clock.later(timedelta(seconds=60)):
        code = totp.at(clock.now())
        assert again(code="000000") == 401
        assert again(code=code) == 201
        assert again(code=code) == 401
        assert client.put("/api/v1/me/second-factor", headers=mine).status_code == 403


def test_guessing_passwords_comes_to_an_end(client: TestClient) -> None:
    """After ten tries at one account the answer is 429 with a time, also for the right one."""
    _sign_up(client)
    wrong = {"email": "anna@example.org", "password": "not this one"}
    codes = [client.post("/api/v1/sessions", json=wrong).status_code for _ in range(10)]
    assert codes[-1] == 429
    answer = client.post("/api/v1/sessions", json={**wrong, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "aaaaaaaaaaaaa"),
        ("email", "no address"),
        ("born", "2090-01-01"),
        ("hand", "left"),
    ],
)
def test_what_cannot_be_used_is_named(client: TestClient, field: str, value: str) -> None:
    """The problem document says which field; a password is never repeated."""
    ask = {"email": "anna@example.org", "password": PASSWORD, field: value}
    answer = client.post("/api/v1/accounts", json=ask)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == field
    if field == "password":
        assert value not in answer.text


def test_the_same_key_sent_twenty_times_at_once_has_one_effect(
    client: TestClient, together: Callable[..., list[object]]
) -> None:
    """One account's token is made once; all twenty get the same answer."""
    mine = {**_as(_sign_up(client)), "Idempotency-Key": "one-token-please"}
    ask = {"name": "x", "scopes": ["me"]}
    answers = together(20, lambda: client.post("/api/v1/tokens", headers=mine, json=ask))
    bodies = {each.text for each in answers}  # type: ignore[attr-defined]  # responses
    assert len(bodies) == 1
    assert len(client.get("/api/v1/tokens", headers=_as(mine["Authorization"][7:])).json()) == 1
    other = client.post("/api/v1/tokens", headers=mine, json={**ask, "name": "other"})
    assert other.json()["code"] == "idempotency_key_used"


@pytest.fixture
def together() -> Callable[..., list[object]]:
    """Does the same thing in many threads at once."""

    def all_at_once(count: int, work: Callable[[], object]) -> list[object]:
        with ThreadPoolExecutor(count) as pool:
            return [each.result() for each in [pool.submit(work) for _ in range(count)]]

    return all_at_once
