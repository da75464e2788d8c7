"""What stewards look after, and that nobody else sees it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.audit import Event
from tests.api.folk import Folk


def test_disputes_are_listed_until_they_are_settled_or_ended(folk: Folk, db: Session) -> None:
    """The longest first, page by page; each is settled or ended for a reason that is kept."""
    steward = folk.person("steward", is_steward=True)
    rows = []
    for _ in range(3):
        kim, mum = folk.person("kim", age=12), folk.person("mum", age=40)
        rows.append(str(folk.guards(mum, kim)))
        kim.post(f"/me/guardians/{rows[-1]}/freeze")
    first = steward.get("/stewards/disputes?limit=2").json()
    assert [each["id"] for each in first["disputes"]] == rows[:2]
    following = steward.get(f"/stewards/disputes?limit=2&cursor={first['next']}").json()
    assert [each["id"] for each in following["disputes"]] == rows[2:]
    assert steward.delete(f"/me/guardians/{rows[0]}").status_code == 422
    assert steward.delete(f"/me/guardians/{rows[0]}?reason=not_safe").status_code == 204
    settled = steward.post(f"/me/guardians/{rows[1]}/settle", {"reason": "papers_seen"})
    assert settled.status_code == 200
    left = steward.get("/stewards/disputes").json()["disputes"]
    assert [each["id"] for each in left] == rows[2:]
    kept = db.scalars(
        select(Event.detail["reason"].astext)
        .where(Event.what.in_(("guardian.ended", "guardian.settled")))
        .order_by(Event.id)
    )
    assert kept.all() == ["not_safe", "papers_seen"]


def test_requests_that_wait_two_weeks_are_listed_without_anybodys_words(folk: Folk) -> None:
    """With how many makers were asked and said no; one that found a maker waits no more."""
    steward, anna = folk.person("steward", is_steward=True), folk.person("anna", age=40)
    folk.consents(anna)
    path = folk.request(
        anna,
        wish={"words": "Canary"},
        design="wrist_hand",
        place={"country": "PT", "town": "Porto"},
    )
    found = folk.request(anna)
    with clock.later(timedelta(days=13)):
        assert steward.get("/stewards/waiting").json()["waiting"] == []
    folk.matched(found, folk.maker("ben"))
    with clock.later(timedelta(days=15)):
        answer = steward.get("/stewards/waiting")
    assert "Canary" not in answer.text
    assert "Porto" not in answer.text
    waits = answer.json()["waiting"]
    assert [each["id"] for each in waits] == [path.rpartition("/")[2]]
    assert (waits[0]["days"], waits[0]["country"], waits[0]["asked"]) == (15, "PT", 0)
