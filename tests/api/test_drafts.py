"""Drafts: thrown away with all that is in them, while nobody else has seen them."""

from uuid import UUID

from sqlalchemy.orm import Session

from registry.requests.model import Request
from tests.api.folk import Folk

WISH = {"wish": {"words": "I want to peel an apple."}}


def test_a_draft_is_thrown_away(folk: Folk, db: Session) -> None:
    """The person can, and then there is nothing left of it."""
    anna = folk.person("anna", age=30)
    written = anna.post("/requests", WISH).json()["id"]
    assert anna.delete(f"/requests/{written}").status_code == 204
    assert anna.get(f"/requests/{written}").status_code == 404
    assert db.get(Request, UUID(written)) is None


def test_what_others_have_seen_is_closed_instead(folk: Folk) -> None:
    """Open, or a draft again after it was open: it says so and stays."""
    anna = folk.person("anna", age=30)
    folk.consents(anna)
    path = folk.request(anna)
    for _ in ("open", "draft again"):
        answer = anna.delete(path)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_a_draft")
        anna.post(f"{path}/moves", {"to": "draft"})
    assert folk.state(path) == "draft"


def test_a_supporter_throws_away_only_what_they_wrote(folk: Folk) -> None:
    """And only while they may write; the person can throw away what was written for them."""
    anna, carer = folk.person("anna", age=30), folk.person("carer")
    folk.supports(carer, anna, "write")
    hers = anna.post("/requests", WISH).json()["id"]
    his = carer.post("/requests", {**WISH, "person_id": str(anna.id)}).json()["id"]
    assert carer.delete(f"/requests/{hers}").json()["code"] == "not_yours_to_discard"
    assert carer.delete(f"/requests/{his}").status_code == 204
    again = carer.post("/requests", {**WISH, "person_id": str(anna.id)}).json()["id"]
    assert anna.delete(f"/requests/{again}").status_code == 204
