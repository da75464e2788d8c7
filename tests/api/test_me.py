"""Oneself over HTTP: profile, supporters, guardians, consents."""

import pytest

from registry.requests.states import State
from tests.api.folk import Folk, Who


def test_a_profile_says_what_one_offers_and_how_one_is_reached(folk: Folk) -> None:
    """Only what is sent changes; null takes something away."""
    anna = folk.person("anna")
    ask = {
        "name": " Anna ",
        "languages": ["pt", "en"],
        "contact": {"channels": ["letter"], "good_times": "mornings", "formats": ["easy_read"]},
        "offers": {"sewing": "straps"},
        "place": {"country": "PT", "town": "Porto"},
    }
    assert anna.call("PATCH", "/me", json=ask).status_code == 200
    told = anna.call("PATCH", "/me", json={"offers": None}).json()
    assert told["name"] == "Anna"
    assert told["offers"] is None
    assert told["contact"]["good_times"] == "mornings"
    assert anna.get("/me").json() == told
    assert anna.call("PATCH", "/me", json={"is_steward": True}).status_code == 422


def test_a_date_of_birth_is_told_once_and_protects_what_was_asked_before(folk: Folk) -> None:
    """Somebody under 18 cannot become older by changing it."""
    kim = folk.person("kim")
    made = kim.post("/requests", {"wish": {"words": "x"}}).json()
    assert made["for_minor"] is False
    assert kim.call("PATCH", "/me", json={"born": "2014-05-05"}).status_code == 200
    assert kim.get(f"/requests/{made['id']}").json()["for_minor"] is True
    refused = kim.call("PATCH", "/me", json={"born": "1990-05-05"})
    assert (refused.status_code, refused.json()["code"]) == (409, "born_is_told")


def _name(person: Who, supporter: Who, *may: str) -> str:
    ask = {"supporter_id": str(supporter.id), "may": list(may), "relation": "sister"}
    answer = person.post("/me/supporters", ask)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_supporter_acts_within_what_was_granted_and_is_taken_off_at_once(folk: Folk) -> None:
    """See, write, measure: each only where it was granted; the next call after it ended is 404."""
    anna, sue = folk.person("anna"), folk.person("sue")
    folk.consents(anna)
    ask = {"wish": {"words": "x"}, "measurements": {"hand_breadth_mm": 80}}
    path = f"/requests/{anna.post('/requests', ask).json()['id']}"
    assert sue.get(path).status_code == 404
    _name(anna, sue, "see")
    assert sue.get(path).json()["measurements"] is None
    assert sue.get(path).json()["next"] == []
    write = {"wish": {"words": "better"}}
    assert sue.call("PATCH", path, json=write, headers={"If-Match": '"1"'}).status_code == 403
    _name(anna, sue, "write")
    assert sue.call("PATCH", path, json=write, headers={"If-Match": '"1"'}).status_code == 200
    measure = {"measurements": {"hand_breadth_mm": 81}}
    assert sue.call("PATCH", path, json=measure, headers={"If-Match": '"2"'}).status_code == 403
    assert sue.post(f"{path}/moves", {"to": "ready"}).status_code == 200
    assert sue.post(f"{path}/moves", {"to": "open"}).status_code == 403
    support = _name(anna, sue, "measure")
    seen = sue.get(path)
    assert seen.json()["measurements"] == {"hand_breadth_mm": 80}
    headers = {"If-Match": seen.headers["etag"]}
    assert sue.call("PATCH", path, json=measure, headers=headers).status_code == 200
    assert anna.delete(f"/me/supporters/{support}").status_code == 204
    assert sue.get(path).status_code == 404
    assert sue.get("/requests?role=supporter").json()["requests"] == []
    assert sue.post("/requests", {"person_id": str(anna.id)}).status_code == 404


def test_a_supporter_may_write_a_request_down_for_somebody(folk: Folk) -> None:
    """It is the person's, who alone can open it."""
    anna, sue = folk.person("anna"), folk.person("sue")
    _name(anna, sue, "write")
    made = sue.post("/requests", {"person_id": str(anna.id), "wish": {"words": "x"}})
    assert made.status_code == 201
    path = f"/requests/{made.json()['id']}"
    assert anna.get(path).json()["you_are"] == ["person"]
    address = {"address": {"lines": ["somewhere"]}}
    assert sue.call("PATCH", path, json=address, headers={"If-Match": '"1"'}).status_code == 403


def test_only_those_concerned_find_a_support(folk: Folk) -> None:
    """A stranger gets 404; the supporter can step back by themselves."""
    anna, sue, eve = map(folk.person, ("anna", "sue", "eve"))
    support = _name(anna, sue, "see")
    assert eve.delete(f"/me/supporters/{support}").status_code == 404
    assert eve.get("/me/supporters").json() == []
    assert sue.delete(f"/me/supporters/{support}").status_code == 204
    unknown = {"supporter_id": "5f0e9f0e-2a31-4c50-9f0a-3f6f3a1d2b11", "may": ["see"]}
    assert anna.post("/me/supporters", unknown).status_code == 404


def test_a_childs_supporters_are_named_by_the_guardian_and_taken_off_by_the_child(
    folk: Folk,
) -> None:
    """No child is talked into letting a stranger in."""
    kim, mum, sue = folk.person("kim", age=12), folk.person("mum", age=40), folk.person("sue")
    folk.guards(mum, kim)
    ask = {"supporter_id": str(sue.id), "may": ["see"]}
    assert kim.post("/me/supporters", ask).json()["code"] == "guardian_names"
    made = mum.post("/me/supporters", {**ask, "person_id": str(kim.id)})
    assert made.status_code == 201
    assert kim.delete(f"/me/supporters/{made.json()['id']}").status_code == 204
    assert sue.post("/me/supporters", {**ask, "person_id": str(kim.id)}).status_code == 404


def test_a_guardian_is_invited_and_accepts(folk: Folk) -> None:
    """By either; the other one accepts; nothing holds before; the first one is the primary."""
    kim, mum, dad = folk.person("kim", age=12), *(folk.person(n, age=40) for n in ("mum", "dad"))
    path = f"/requests/{kim.post('/requests', {}).json()['id']}"
    invited = kim.post("/me/guardians", {"guardian_id": str(mum.id)}).json()
    other = dad.post("/me/guardians", {"young_person_id": str(kim.id)}).json()
    assert mum.get(path).status_code == 404
    own = kim.post(f"/me/guardians/{invited['id']}/accept")
    assert own.json()["code"] == "not_yours_to_accept"
    assert folk.person("eve").post(f"/me/guardians/{invited['id']}/accept").status_code == 404
    assert mum.post(f"/me/guardians/{invited['id']}/accept").json()["is_primary"] is True
    assert mum.get(path).json()["you_are"] == ["guardian"]
    assert mum.get("/requests?role=supporter").json()["requests"]
    assert kim.post(f"/me/guardians/{other['id']}/accept").json()["is_primary"] is False
    assert dad.get(path).status_code == 404
    assert mum.delete(f"/me/guardians/{invited['id']}").status_code == 204
    assert mum.get(path).status_code == 404
    assert dad.get(path).status_code == 200


@pytest.mark.parametrize(
    ("age", "of", "code"),
    [
        (17, 12, "not_grown_up"),
        (None, 12, "not_grown_up"),
        (40, 18, "no_guardian_needed"),
        (40, None, "no_guardian_needed"),
    ],
)
def test_guardians_are_grown_up_and_guard_the_young(
    folk: Folk, age: int | None, of: int | None, code: str
) -> None:
    """Of somebody whose age nobody knows, neither is known."""
    guardian, young = folk.person("g", age=age), folk.person("y", age=of)
    refused = young.post("/me/guardians", {"guardian_id": str(guardian.id)})
    assert (refused.status_code, refused.json()["code"]) == (403, code)


@pytest.mark.parametrize("who", ["kim", "mum", "dad", "steward"])
def test_a_dispute_freezes_a_guardianship_until_a_steward_settles_it(folk: Folk, who: str) -> None:
    """Either of the two, another guardian, or a steward; only a steward ends it."""
    kim = folk.person("kim", age=12)
    mum, dad = (folk.person(name, age=40) for name in ("mum", "dad"))
    steward, eve = folk.person("steward", is_steward=True), folk.person("eve")
    row = folk.guards(mum, kim)
    second = dad.post("/me/guardians", {"young_person_id": str(kim.id)}).json()["id"]
    kim.post(f"/me/guardians/{second}/accept")
    path = f"/requests/{kim.post('/requests', {}).json()['id']}"
    assert eve.post(f"/me/guardians/{row}/freeze").status_code == 404
    asker = {"kim": kim, "mum": mum, "dad": dad, "steward": steward}[who]
    assert asker.post(f"/me/guardians/{row}/freeze").json()["frozen_at"]
    assert mum.get(path).status_code == 404
    why = {"reason": "all_agree"}
    for each in (kim, mum, dad):
        assert each.post(f"/me/guardians/{row}/settle", why).status_code == 403
    assert kim.delete(f"/me/guardians/{row}").status_code == 403
    assert steward.post(f"/me/guardians/{row}/settle").status_code == 422
    assert steward.post(f"/me/guardians/{row}/settle", why).json()["frozen_at"] is None
    assert mum.get(path).status_code == 200


def test_withdrawn_consent_ends_what_makers_see(folk: Folk) -> None:
    """Every request of the person rests, and goes on only once they agreed again."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    given = anna.post("/me/consents", {"purpose": "share_with_makers", "words_version": "1"}).json()
    path = folk.request(anna, measurements={"hand_breadth_mm": 80})
    folk.matched(path, ben, to=State.DESIGNING)
    assert ben.get(path).json()["measurements"]
    assert folk.person("eve").delete(f"/me/consents/{given['id']}").status_code == 404
    assert anna.delete(f"/me/consents/{given['id']}").status_code == 204
    assert folk.state(path) == "paused"
    assert ben.get(path).json()["measurements"] is None
    assert anna.post(f"{path}/moves", {"to": "designing"}).json()["code"] == "needs_consent"
    folk.consents(anna)
    assert anna.post(f"{path}/moves", {"to": "designing"}).status_code == 200


def test_nobody_agrees_for_somebody_else(folk: Folk) -> None:
    """A guardian agrees beside the child, never instead; a supporter not at all."""
    anna, sue = folk.person("anna"), folk.person("sue")
    folk.supports(sue, anna, "write", "measure", "message")
    ask = {"purpose": "share_with_makers", "words_version": "1", "person_id": str(anna.id)}
    assert sue.post("/me/consents", ask).status_code == 404


def test_notices_and_reads_are_ones_own_and_paged(folk: Folk) -> None:
    """Nobody sees another's; pages follow each other without a gap."""
    anna, sue = folk.person("anna"), folk.person("sue")
    for _ in range(5):
        _name(anna, sue, "see")
    path = f"/requests/{anna.post('/requests', {'wish': {'words': 'x'}}).json()['id']}"
    for _ in range(5):
        sue.get(path)
    assert anna.get("/me/notices").json()["notices"] == []
    for address, what, who in (("notices", "notices", sue), ("reads", "reads", anna)):
        seen, cursor = [], ""
        while True:
            page = who.get(f"/me/{address}?limit=2{cursor}").json()
            seen += [each["at"] for each in page[what]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert len(set(seen)) == 5
        assert seen == sorted(seen, reverse=True)
