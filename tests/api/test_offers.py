"""Improvements flow back: a fork offers its changes, and all see what came of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.library import note_what_came_in
from designs.discover import folder_of
from designs.manifest import read_manifest
from registry.audit import Event
from tests.api.folk import Folk, Who

TALL = "tall_bottle_clamp"
TALLER = "taller_bottle_clamp"
WHY = {"version": "0.1.0", "why": "Our bottles tipped over. Now they stand."}
CHANGES = {
    "cup_height": {"default": 210, "label": "Bottle height"},
    "tube_diameter": {"default": 25},
}
FLASK = {"flask": {"label": "Flask", "values": {"cup_height": 180}}}


def release(who: Who, slug: str, of: str, **said: Any) -> None:
    """Somebody forks a design and releases that."""
    ask = {"slug": slug, "title": f"The {slug}", "why": "We need it so.", **said}
    begun = who.post(f"/designs/{of}/forks", ask)
    assert begun.status_code == 201, begun.text
    made = who.post(f"/designs/{slug}/versions", {})
    assert made.status_code == 201, made.text


def change(who: Who, slug: str, **said: Any) -> None:
    """Somebody changes fields of their draft."""
    draft = who.get(f"/designs/{slug}/draft")
    changed = who.call(
        "PUT",
        f"/designs/{slug}/draft",
        json={**draft.json()["document"], **said},
        headers={"If-Match": draft.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text


def draft_of(who: Who, slug: str = TALL) -> Any:
    """The draft of somebody's fork."""
    return who.get(f"/designs/{slug}/draft").json()["document"]


def code(answer: Response) -> tuple[int, str]:
    """What an answer that is a refusal says to programs."""
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def ada(folk: Folk) -> Who:
    """She adapted a design of the library."""
    who = folk.person("Ada")
    cup = {"low": 150, "high": 240, "default": 200}
    release(who, TALL, "tube_clamp", authors=["Ada"], parameters={"cup_height": cup})
    return who


@pytest.fixture
def bo(folk: Folk, ada: Who) -> Who:  # noqa: ARG001 (hers is there)
    """He adapted hers."""
    who = folk.person("Bo")
    release(who, TALLER, TALL, authors=["Bo", "Cy"], parameters=CHANGES, presets=FLASK)
    return who


def _offered(who: Who, slug: str = TALLER, **ask: Any) -> str:
    made = who.post(f"/designs/{slug}/offers", {**WHY, **ask})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/v1/offers/{made.json()['id']}"
    return f"/offers/{made.json()['id']}"


def test_what_a_fork_made_better_flows_back(ada: Who, bo: Who, client: TestClient) -> None:
    """Offered, taken into the draft, credited, released; everybody reads each step."""
    path = _offered(bo)
    waits = client.get(f"/api/v1{path}").json()
    assert (waits["state"], waits["why"], waits["authors"]) == ("offered", WHY["why"], ["Bo", "Cy"])
    assert waits["parameters"] == CHANGES
    assert waits["licence"] == "CERN-OHL-W-2.0"

    taken = ada.post(f"{path}/answers", {"answer": "taken", "words": "Well seen!"})

    assert taken.status_code == 201, taken.text
    assert (taken.json()["state"], taken.json()["came_in"]) == ("taken", None)
    draft = draft_of(ada)
    assert draft["parameters"] == {
        "cup_height": {"low": 150, "high": 240, "default": 210, "label": "Bottle height"},
        "tube_diameter": {"default": 25},
    }
    assert draft["presets"] == FLASK
    assert draft["authors"] == ["Ada", "Bo", "Cy"]
    assert draft["title"] == f"The {TALL}"
    # Its team looks at it first: nothing is published by taking.
    assert client.get(f"/api/v1/designs/{TALL}").json()["version"] == "0.1.0"

    assert ada.post(f"/designs/{TALL}/versions", {}).json()["version"] == "0.2.0"

    kinds = [each["kind"] for each in bo.get("/me/notices").json()["notices"]]
    assert sorted(kinds) == ["offer_answered", "offer_came_in"]
    for slug in (TALL, TALLER):
        [told] = client.get(f"/api/v1/designs/{slug}/offers").json()["offers"]
        assert (told["came_in"], told["answer"]) == ("0.2.0", "Well seen!")
    [credit] = client.get(f"/api/v1/designs/{TALL}/lineage").json()["taken"]
    assert (credit["slug"], credit["authors"], credit["came_in"]) == (TALLER, ["Bo", "Cy"], "0.2.0")
    assert client.get(f"/api/v1/designs/{TALL}").json()["authors"][:3] == ["Ada", "Bo", "Cy"]


def test_both_sides_are_told(ada: Who, bo: Who, db: Session) -> None:
    """A notice each, and the trail has what happened without anybody's words."""
    path = _offered(bo)
    ada.post(f"{path}/answers", {"answer": "later", "words": "After the summer."})
    assert [n["kind"] for n in ada.get("/me/notices").json()["notices"]] == ["offered"]
    assert [n["kind"] for n in bo.get("/me/notices").json()["notices"]] == ["offer_answered"]
    trail = db.scalars(select(Event).where(Event.kind == "offer").order_by(Event.id)).all()
    assert [(each.what, each.actor) for each in trail] == [
        ("offer.made", str(bo.id)),
        ("offer.later", str(ada.id)),
    ]
    assert "summer" not in str([each.detail for each in trail])


def test_what_the_draft_has_otherwise_is_named_and_nothing_is_changed(ada: Who, bo: Who) -> None:
    """409 with the fields; the offer waits on, and can be taken once they are out of the way."""
    path = _offered(bo)
    cup = {"low": 150, "high": 240, "default": 220}
    change(ada, TALL, parameters={"cup_height": cup})
    before = draft_of(ada)

    refused = ada.post(f"{path}/answers", {"answer": "taken"})

    assert code(refused) == (409, "draft_differs")
    [problem] = refused.json()["problems"]
    assert problem["field"] == "parameters.cup_height.default"
    assert (problem["given"], problem["says"]) == ("210", "Your draft has 220 here.")
    assert draft_of(ada) == before
    assert ada.get(path).json()["state"] == "offered"
    change(ada, TALL, parameters={"cup_height": {**cup, "default": 200}})
    assert ada.post(f"{path}/answers", {"answer": "taken"}).status_code == 201


def test_what_does_not_go_with_the_draft_is_named_and_nothing_is_changed(ada: Who, bo: Who) -> None:
    """The draft's range became narrower than what is offered."""
    path = _offered(bo)
    change(ada, TALL, parameters={"cup_height": {"low": 150, "high": 205, "default": 200}})
    refused = ada.post(f"{path}/answers", {"answer": "taken"})
    assert code(refused) == (409, "does_not_go_together")
    assert any("cup_height" in each["field"] for each in refused.json()["problems"])
    assert "tube_diameter" not in draft_of(ada)["parameters"]
    assert ada.get(path).json()["state"] == "offered"


def test_what_a_team_thought_better_of_did_not_come_in(ada: Who, bo: Who) -> None:
    """It was taken, and no version says that it brought it."""
    path = _offered(bo)
    ada.post(f"{path}/answers", {"answer": "taken"})
    change(ada, TALL, parameters={"cup_height": {"low": 160, "default": 200}}, presets={})
    assert ada.post(f"/designs/{TALL}/versions", {}).status_code == 201
    told = ada.get(path).json()
    assert (told["state"], told["came_in"]) == ("taken", None)


def test_a_no_has_words_and_is_the_end(ada: Who, bo: Who) -> None:
    """Not now can become yes or no; after a no the same version can be offered anew."""
    path = _offered(bo)
    assert ada.post(f"{path}/answers", {"answer": "later"}).status_code == 201
    assert code(ada.post(f"{path}/answers", {"answer": "later"})) == (409, "settled_already")
    for words in ("", " \n "):
        bare = ada.post(f"{path}/answers", {"answer": "declined", "words": words})
        assert bare.status_code == 422
        assert bare.json()["problems"][0]["field"] == "words"
    no = ada.post(f"{path}/answers", {"answer": "declined", "words": "Too tall for a child."})
    assert (no.json()["state"], no.json()["answer"]) == ("declined", "Too tall for a child.")
    assert code(ada.post(f"{path}/answers", {"answer": "taken"})) == (409, "settled_already")
    assert _offered(bo) != path


def test_a_version_is_on_offer_once(ada: Who, bo: Who) -> None:
    """Not while it waits, and not after it was taken; taken back, it can be offered again."""
    path = _offered(bo)
    assert code(bo.post(f"/designs/{TALLER}/offers", WHY)) == (409, "offered_already")
    back = bo.post(f"{path}/withdrawal")
    assert (back.status_code, back.json()["state"]) == (200, "withdrawn")
    assert code(bo.post(f"{path}/withdrawal")) == (409, "settled_already")
    assert code(ada.post(f"{path}/answers", {"answer": "taken"})) == (409, "settled_already")
    again = _offered(bo)
    ada.post(f"{again}/answers", {"answer": "taken"})
    assert code(bo.post(f"/designs/{TALLER}/offers", WHY)) == (409, "offered_already")
    assert code(bo.post(f"{again}/withdrawal")) == (409, "settled_already")


def test_of_many_who_answer_at_once_one_is_heard(ada: Who, bo: Who) -> None:
    """However close together, and what was offered is in the draft once."""
    path = _offered(bo)

    def take(_: int) -> int:
        return ada.post(f"{path}/answers", {"answer": "taken"}).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(take, range(4)))
    assert statuses == [201, 409, 409, 409]
    assert draft_of(ada)["authors"] == ["Ada", "Bo", "Cy"]


def test_the_same_key_offers_once(bo: Who) -> None:
    """A call that is sent again after a broken line has the answer that it had."""
    key = {"Idempotency-Key": "one"}
    first, again = (bo.post(f"/designs/{TALLER}/offers", WHY, headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"


def test_the_librarys_own_designs_are_answered_by_stewards(
    folk: Folk, ada: Who, client: TestClient
) -> None:
    """A yes says that it will be worked in by hand: no draft of anybody is changed."""
    mo, eve = folk.person("Mo", is_steward=True), folk.person("Eve")
    path = _offered(ada, TALL)
    before = draft_of(ada)
    for other in (ada, eve):
        refused = other.post(f"{path}/answers", {"answer": "taken"})
        assert code(refused) == (403, "steward_needed")
    assert mo.post(f"{path}/answers", {"answer": "taken"}).status_code == 201
    assert client.get(f"/api/v1{path}").json()["state"] == "taken"
    assert draft_of(ada) == before
    assert [each["kind"] for each in mo.get("/me/notices").json()["notices"]] == ["offered"]
    [credit] = client.get("/api/v1/designs/tube_clamp/lineage").json()["taken"]
    assert credit["authors"] == ["Ada"]


def test_the_librarys_own_files_say_what_came_of_an_offer(
    folk: Folk, ada: Who, client: TestClient, db: Session, tmp_path: Path
) -> None:
    """Worked in by hand and said in okh.toml: who offered it is told, once; all read it."""
    mo = folk.person("Mo", is_steward=True)
    path = _offered(ada, TALL)
    own = (folder_of("tube_clamp") / "okh.toml").read_text("utf-8")
    took = f'[[x-fitcommons.took-in]]\nslug = "{TALL}"\nversion = "0.1.0"\ncame-in = "1.1.0"\n'
    (tmp_path / "okh.toml").write_text(own + took, "utf-8")
    said = [read_manifest(tmp_path)]
    assert note_what_came_in(db, said) == 0  # nobody has taken it yet
    mo.post(f"{path}/answers", {"answer": "taken"})

    assert [note_what_came_in(db, said) for _ in range(2)] == [1, 0]
    db.commit()

    assert client.get(f"/api/v1{path}").json()["came_in"] == "1.1.0"
    [credit] = client.get("/api/v1/designs/tube_clamp/lineage").json()["taken"]
    assert credit["came_in"] == "1.1.0"
    kinds = [each["kind"] for each in ada.get("/me/notices").json()["notices"]]
    assert sorted(kinds) == ["offer_answered", "offer_came_in"]
    assert "It came with their version 1.1.0." in client.get(f"{path}").text


def test_a_steward_answers_for_nobodys_fork_but_their_own(folk: Folk, ada: Who, bo: Who) -> None:
    """Who looks after a fork answers; who offered cannot answer, and others take nothing back."""
    mo = folk.person("Mo", is_steward=True)
    path = _offered(bo)
    for other in (mo, bo):
        assert code(other.post(f"{path}/answers", {"answer": "taken"})) == (403, "not_yours")
    for other in (mo, ada):
        assert code(other.post(f"{path}/withdrawal")) == (403, "not_yours")


def test_a_team_offers_and_answers_with_its_token(folk: Folk, ada: Who, client: TestClient) -> None:
    """Designs are all that it reaches, and these are designs."""
    lead = folk.person("Lead")
    team = lead.post("/teams", {"name": "Team Bottle"}).json()["id"]
    secret = lead.post(f"/teams/{team}/tokens", {"name": "laptop"}).json()["secret"]
    token = Who(lead.id, secret, client)
    release(token, "teams_clamp", TALL, parameters=CHANGES)
    path = _offered(token, "teams_clamp")
    assert ada.post(f"{path}/answers", {"answer": "taken"}).status_code == 201
    release(ada, "adas_clamp", "teams_clamp", parameters={"cup_height": {"default": 215}})
    back = _offered(ada, "adas_clamp")
    assert token.post(f"{back}/answers", {"answer": "taken"}).status_code == 201
    assert draft_of(lead, "teams_clamp")["parameters"]["cup_height"]["default"] == 215
    assert [each["kind"] for each in lead.get("/me/notices").json()["notices"]] == [
        "offered",
        "offer_answered",
    ]


def test_what_cannot_be_offered_says_why(ada: Who, bo: Who) -> None:
    """Somebody else's, none, one that changes only its name, one that nobody is left to answer."""
    assert code(ada.post(f"/designs/{TALLER}/offers", WHY)) == (404, "not_found")
    assert code(bo.post("/designs/tube_clamp/offers", WHY)) == (404, "not_found")
    nine = bo.post(f"/designs/{TALLER}/offers", {**WHY, "version": "9.9.9"})
    assert code(nine) == (404, "not_found")
    release(bo, "renamed_clamp", TALL)
    assert code(bo.post("/designs/renamed_clamp/offers", WHY)) == (409, "nothing_to_offer")
    for bad in ({**WHY, "why": ""}, {**WHY, "why": "a\0b"}, {**WHY, "version": "1"}, {}, {"x": 1}):
        assert bo.post(f"/designs/{TALLER}/offers", bad).status_code == 422
    assert ada.delete("/me").status_code == 204
    assert code(bo.post(f"/designs/{TALLER}/offers", WHY)) == (409, "nobody_there")


def test_what_is_no_answer_is_refused(ada: Who, bo: Who) -> None:
    """Nothing but the three answers, in words that can be shown, to an offer that there is."""
    path = _offered(bo)
    for bad in ("withdrawn", "offered", "", None, 1):
        assert ada.post(f"{path}/answers", {"answer": bad}).status_code == 422
    loud = {"answer": "later", "words": "x" * 2001}
    assert ada.post(f"{path}/answers", loud).status_code == 422
    none = "/offers/7c0d3f5e-5f0e-4a57-9f6b-0c8a1b2c3d4e"
    assert ada.get(none).status_code == 404
    assert ada.post(f"{none}/answers", {"answer": "later"}).status_code == 404
    assert ada.get("/designs/no_such_design/offers").status_code == 404
    assert ada.get("/offers/x").status_code == 422


def test_other_terms_are_no_reason_to_lose_anything(ada: Who, bo: Who) -> None:
    """It was offered on the terms of the version; a draft under stricter ones can have it."""
    path = _offered(bo)
    change(ada, TALL, licence="CERN-OHL-S-2.0")
    assert ada.post(f"{path}/answers", {"answer": "taken"}).status_code == 201
    assert ada.post(f"/designs/{TALL}/versions", {}).status_code == 201
    release(bo, "strict_clamp", TALL, parameters={"cup_height": {"default": 230}})
    strict = _offered(bo, "strict_clamp")
    change(ada, TALL, licence="CERN-OHL-W-2.0")
    refused = ada.post(f"{strict}/answers", {"answer": "taken"})
    assert code(refused) == (409, "other_terms")
    assert refused.json()["problems"][0]["field"] == "licence"


def test_offers_are_told_page_by_page(bo: Who, client: TestClient) -> None:
    """Newest first, each once."""
    release(bo, "another_clamp", TALL, parameters={"cup_height": {"default": 190}})
    older, newer = _offered(bo), _offered(bo, "another_clamp")
    first = client.get(f"/api/v1/designs/{TALL}/offers", params={"limit": 1}).json()
    rest = client.get(f"/api/v1/designs/{TALL}/offers", params={"cursor": first["next"]}).json()
    ids = [each["id"] for each in (*first["offers"], *rest["offers"])]
    assert [f"/offers/{each}" for each in ids] == [newer, older]
    assert rest["next"] is None
    assert str(bo.id) not in str(first)


def test_who_leaves_is_thanked_no_more_where_it_was_taken(
    folk: Folk, ada: Who, bo: Who, db: Session
) -> None:
    """Their names and words are gone up the whole way; what came of it stays, and so do others."""
    flo = folk.person("Flo")
    cup = {"cup_height": {"default": 215}}
    release(flo, "flos_clamp", TALLER, authors=["Flo", "Di"], parameters=cup)
    low = _offered(flo, "flos_clamp")
    bo.post(f"{low}/answers", {"answer": "taken", "words": "Thank you."})
    bo.post(f"/designs/{TALLER}/versions", {})
    up = _offered(bo, version="0.2.0")
    ada.post(f"{up}/answers", {"answer": "taken", "words": "Welcome."})
    ada.post(f"/designs/{TALL}/versions", {})
    assert draft_of(ada)["authors"] == ["Ada", "Bo", "Cy", "Flo", "Di"]

    assert flo.delete("/me").status_code == 204

    assert draft_of(ada)["authors"] == ["Ada", "Bo", "Cy", "someone who left", "Di"]
    told = bo.get(low).json()
    assert (told["why"], told["answer"], told["state"]) == ("", "Thank you.", "taken")
    left = db.execute(text("SELECT f::text FROM forks f UNION SELECT v::text FROM fork_versions v"))
    assert '"Flo"' not in "\n".join(row[0] for row in left)
    assert str(flo.id) not in "".join(db.scalars(text("SELECT o::text FROM offers o")))

    assert bo.delete("/me").status_code == 204
    told = ada.get(low).json()
    assert (told["answer"], told["state"]) == (None, "taken")
    assert (ada.get(up).json()["why"], ada.get(up).json()["answer"]) == ("", "Welcome.")
