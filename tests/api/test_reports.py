"""Anybody can say what is wrong, and sees what came of it."""

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.api.folk import Folk

WRONG = {"kind": "design", "subject": "tube_clamp", "why": "unsafe", "said": "It opened. canary"}


def test_a_report_reaches_stewards_and_its_answer_comes_back(folk: Folk, db: Session) -> None:
    """Its words are sealed; stewards are told and read it; it is answered once."""
    anna, eve = folk.person("anna"), folk.person("eve")
    steward = folk.person("steward", is_steward=True)
    made = anna.post("/reports", WRONG)
    assert made.status_code == 201, made.text
    kept = db.connection().exec_driver_sql("SELECT t::text FROM reports t").scalar_one()
    assert "canary" not in kept
    assert b"canary".hex() not in kept
    assert steward.get("/me/notices").json()["notices"][0]["kind"] == "reported"
    at = f"/reports/{made.json()['id']}"
    assert eve.get(at).status_code == 404
    waiting = steward.get("/stewards/reports").json()["reports"]
    assert [each["said"] for each in waiting] == [WRONG["said"]]
    said = {"came_of_it": "acted", "says": "Thank you. It was taken off the shelf."}
    answer = f"/stewards{at}/answer"
    assert anna.post(answer, said).status_code == 403
    assert steward.post(answer, said).status_code == 200
    assert steward.post(answer, said).json()["code"] == "answered_already"
    told = anna.get("/reports").json()["reports"][0]
    assert (told["came_of_it"], told["answer"]) == (said["came_of_it"], said["says"])
    assert anna.get("/me/notices").json()["notices"][0]["kind"] == "report_answered"
    assert steward.get("/stewards/reports").json()["reports"] == []
    assert len(steward.get("/stewards/reports?answered=true").json()["reports"]) == 1


def test_no_account_is_needed(client: TestClient, folk: Folk) -> None:
    """Whoever has none finds the way back by the report's own address."""
    made = client.post("/api/v1/reports", json=WRONG)
    assert made.status_code == 201
    at = made.headers["location"]
    assert client.get(at).json()["answered_at"] is None
    steward = folk.person("steward", is_steward=True)
    said = {"came_of_it": "nothing_wrong"}
    steward.post(f"/stewards/reports/{made.json()['id']}/answer", said)
    assert client.get(at).json()["came_of_it"] == "nothing_wrong"


def test_reporting_tells_nothing_of_what_is_there(folk: Folk) -> None:
    """A message that is there and one that is not are reported alike."""
    anna, ben, eve = folk.person("anna"), folk.maker("ben"), folk.person("eve")
    folk.consents(anna)
    path = folk.request(anna)
    folk.matched(path, ben)
    message = anna.post(f"{path}/messages", {"said": "Hello"}).json()["id"]
    answers = [
        eve.post("/reports", {**WRONG, "kind": "message", "subject": subject})
        for subject in (message, "7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e")
    ]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json().keys() == answers[1].json().keys()


def test_reporting_comes_to_an_end(folk: Folk) -> None:
    """After thirty in an hour somebody is asked to wait."""
    eve = folk.person("eve")
    codes = [eve.post("/reports", WRONG).status_code for _ in range(31)]
    assert (codes[:30], codes[30]) == ([201] * 30, 429)
