"""The demonstration: it can come about, and it never mixes with real people."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from api.seed import PASSWORD, NotEmpty, seed
from registry.people.model import Maker
from registry.requests.model import Request


def test_a_demonstration_has_makers_requests_and_a_way_in(
    client: TestClient, sessions: sessionmaker[Session], db: Session
) -> None:
    """Whoever looks at it can sign in and see makers with reasons; a second one is refused."""
    made = seed(sessions, 12)
    assert db.scalar(select(func.count()).select_from(Maker)) == made.makers == 12
    states = set(db.scalars(select(Request.state)))
    assert {"ready", "open", "designing"} <= states
    assert made.matched > 0
    ask = {"email": "person2@example.org", "password": PASSWORD}
    signed_in = client.post("/api/v1/sessions", json=ask)
    headers = {"Authorization": f"Bearer {signed_in.json()['secret']}"}
    mine = client.get("/api/v1/requests", headers=headers).json()
    request = mine["requests"][0]["id"]
    found = client.get(f"/api/v1/requests/{request}/matches", headers=headers).json()
    assert found["makers"][0]["explain"]
    with pytest.raises(NotEmpty):
        seed(sessions, 1)
