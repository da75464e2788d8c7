"""How a device came about, told through the API from what really happened."""

from datetime import timedelta
from typing import Any

import pytest

from registry import clock
from registry.requests.states import State
from tests.api.folk import Folk, Who


@pytest.fixture
def anna(folk: Folk) -> Who:
    """Somebody who needs a device, and an interpreter."""
    who = folk.person("anna", age=30)
    who.call("PATCH", "/me", json={"contact": {"interpreter": "BSL"}})
    folk.consents(who)
    return who


@pytest.fixture
def ben(folk: Folk) -> Who:
    """Somebody who makes devices."""
    return folk.maker("ben")


@pytest.fixture
def path(folk: Folk, anna: Who, ben: Who) -> str:
    """Anna's request, which Ben and she are designing."""
    found = folk.request(anna)
    folk.matched(found, ben, to=State.DESIGNING)
    return found


def _told(who: Who, path: str) -> dict[str, Any]:
    answer = who.get(f"{path}/coproduction")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _broken(told: dict[str, Any]) -> list[str]:
    return [each["fact"] for each in told["facts"] if each["holds"] is False]


def test_the_way_up_the_ladder(folk: Folk, anna: Who, ben: Who, path: str) -> None:
    """Asked, then heard, then tried on, then asked again: each step is seen in the rung."""
    assert _told(anna, path)["rung"] is None
    first = folk.put(ben, path, folk.kit(path))
    anna.post(first, {"answer": "change", "words": "A softer strap."})
    assert _told(ben, path)["rung"] == "consultation"
    second = ben.post(
        f"{path}/decisions",
        {
            "kind": "recipe",
            "question": "Like this, with the softer strap?",
            "options": ["teal", "amber"],
            "fit_id": folk.kit(path),
        },
    ).json()
    anna.post(f"{path}/decisions/{second['id']}/answers", {"answer": "yes", "option": "teal"})
    assert ben.post(f"{path}/moves", {"to": "making"}).status_code == 200
    assert _told(anna, path)["rung"] == "co_design"
    anna.post(f"{path}/moves", {"to": "received"})
    anna.post(f"{path}/fit-check", {"fits": True})
    with clock.later(timedelta(days=8)):
        anna.post(f"{path}/outcomes/1_week", {"still_in_use": True})
        told = _told(anna, path)
    assert (told["rung"], told["next_needs"], _broken(told)) == ("co_production", [], [])


def test_turned_down_without_a_reason(anna: Who, ben: Who, path: str) -> None:
    """What is turned down needs a reason, and that it is not how it is done is none."""
    idea = anna.post(f"{path}/decisions", {"question": "Could it have a hook?"}).json()["id"]
    answers = f"{path}/decisions/{idea}/answers"
    ben.post(answers, {"answer": "no", "because": "not_how_we_do_it"})
    assert _broken(_told(anna, path)) == ["fairly_turned_down"]
    ben.post(answers, {"answer": "no", "because": "not_safe", "words": "It could catch a spoke."})
    assert _broken(_told(anna, path)) == []
    told = ben.get(f"{path}/decisions").json()[0]["answers"]
    assert [each["because"] for each in told] == ["not_how_we_do_it", "not_safe"]


def test_meetings_tell_four_of_the_facts(anna: Who, ben: Who, path: str) -> None:
    """Called too late, at the person's expense, and nobody thought of the interpreter."""
    soon = (clock.now() + timedelta(days=1)).isoformat()
    made = ben.post(
        f"{path}/meetings",
        {"at": soon, "place": "My shed", "invited": ["maker"], "expenses": "not_covered"},
    )
    assert made.status_code == 201, made.text
    meeting = f"{path}/meetings/{made.json()['id']}"
    broken = ["expenses", "in_good_time", "access", "everybody_invited"]
    assert _broken(_told(anna, path)) == broken
    early = ben.post(f"{meeting}/notes", {"said": "Nothing yet"})
    assert early.json()["code"] == "not_yet"
    own = ben.post(f"{meeting}/answer", {"access_met": True})
    assert own.json()["code"] == "only_the_person"
    anna.post(f"{meeting}/answer", {"suits": True, "access_met": True, "expenses": "paid"})
    assert _broken(_told(anna, path)) == ["everybody_invited"]
    with clock.later(timedelta(days=2)):
        assert _broken(_told(anna, path)) == ["everybody_invited", "written_down"]
        noted = ben.post(f"{meeting}/notes", {"present": ["Ben"], "said": "A softer strap."})
    assert noted.json()["said"] == "A softer strap."
    assert _broken(_told(anna, path)) == ["everybody_invited"]
    assert anna.get(f"{path}/meetings").json()[0]["place"] == "My shed"


def test_what_is_claimed_stands_beside_what_happened(
    folk: Folk, anna: Who, ben: Who, path: str
) -> None:
    """Everybody who takes part says theirs; it moves nothing, and nobody else's can be changed."""
    sue, eve = folk.person("sue"), folk.person("eve")
    folk.supports(sue, anna)
    claim = f"{path}/coproduction/claim"
    ben.call("PUT", claim, json={"rung": "co_production", "score": 5})
    ben.call("PUT", claim, json={"rung": "co_production", "score": 4})
    anna.call("PUT", claim, json={"rung": "consultation", "score": 2})
    assert sue.call("PUT", claim, json={"rung": "co_design", "score": 3}).status_code == 403
    assert eve.get(f"{path}/coproduction").status_code == 404
    told = _told(sue, path)
    assert told["rung"] is None
    assert [(each["role"], each["rung"], each["score"]) for each in told["claims"]] == [
        ("maker", "co_production", 4),
        ("person", "consultation", 2),
    ]
    assert anna.delete("/me").status_code == 204


def test_nobody_meets_a_young_person_without_their_guardian(folk: Folk, ben: Who) -> None:
    """The guardian is asked to come, and where it is only they and the maker read."""
    kim, mum = folk.person("kim", age=12), folk.person("mum", age=40)
    folk.guards(mum, kim)
    folk.consents(kim)
    folk.consents(kim, mum)
    path = folk.request(kim, by=mum)
    folk.matched(path, ben, to=State.DESIGNING)
    ask = {
        "at": (clock.now() + timedelta(days=7)).isoformat(),
        "place": "The library",
        "invited": ["person", "maker"],
        "expenses": "none_arise",
    }
    refused = ben.post(f"{path}/meetings", ask)
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "invited")
    assert kim.post(f"{path}/meetings", ask).json()["code"] == "guardian_writes"
    ask["invited"] = ["person", "guardian", "maker"]
    assert ben.post(f"{path}/meetings", ask).status_code == 201
    assert mum.get(f"{path}/meetings").json()[0]["place"] == "The library"
    assert kim.get(f"{path}/meetings").json()[0]["place"] is None
