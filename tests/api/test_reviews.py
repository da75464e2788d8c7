"""What is worn or gripped is reviewed by somebody with a name, who has no part in it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.api.folk import Folk, Who

FORK: dict[str, Any] = {
    "slug": "tall_bottle_clamp",
    "title": "Tube clamp for tall bottles",
    "summary": "Holds a tall bottle.",
    "why": "Our bottles stand 20 cm high.",
    "parameters": {"cup_height": {"low": 150, "high": 240, "default": 200}},
}
SOUND = {"name": "Rae Reviewer, OT", "holds": True, "says": "Held a bottle over cobbles."}
V1 = "/designs/tall_bottle_clamp/versions/0.1.0"


def _release(who: Who, **changes: Any) -> None:
    fork = {**FORK, "authors": ["Ada"], **changes}
    parent = fork.pop("of", "tube_clamp")
    begun = who.post(f"/designs/{parent}/forks", fork)
    assert begun.status_code == 201, begun.text
    made = who.post(f"/designs/{fork['slug']}/versions", {})
    assert made.status_code == 201, made.text


@pytest.fixture
def ada(folk: Folk) -> Who:
    """Somebody who forked and released, and is a reviewer as well."""
    who = folk.person("Ada", is_reviewer=True)
    _release(who)
    return who


def test_a_fork_waits_until_a_reviewer_with_a_name_has_looked_at_it(
    folk: Folk, ada: Who, client: TestClient
) -> None:
    """The newest review counts, and everybody sees whose it is; the next version waits again."""
    rae = folk.person("Rae", is_reviewer=True)
    shown = client.get(f"/api/v1{V1}").json()
    assert (shown["reviewed"], shown["reviewed_by"]) == ("waiting", None)
    waits = rae.get("/reviews/waiting").json()["designs"]
    assert [each["slug"] for each in waits] == [FORK["slug"]]
    assert rae.post(f"{V1}/reviews", {**SOUND, "name": " "}).status_code == 422
    assert rae.post(f"{V1}/reviews", SOUND).status_code == 201
    shown = client.get(f"/api/v1{V1}").json()
    assert (shown["reviewed"], shown["reviewed_by"]) == ("reviewed", SOUND["name"])
    assert rae.get("/reviews/waiting").json()["designs"] == []
    rae.post(f"{V1}/reviews", {**SOUND, "holds": False, "says": "It cracked after a week."})
    assert client.get(f"/api/v1{V1}").json()["reviewed"] == "not_sound"
    said = client.get(f"/api/v1{V1}/reviews").json()
    assert [each["holds"] for each in said] == [False, True]
    draft = ada.get("/designs/tall_bottle_clamp/draft")
    document = {**draft.json()["document"], "why": "Taller still."}
    ada.call(
        "PUT",
        "/designs/tall_bottle_clamp/draft",
        json=document,
        headers={"If-Match": draft.headers["etag"]},
    )
    ada.post("/designs/tall_bottle_clamp/versions", {})
    assert client.get("/api/v1/designs/tall_bottle_clamp").json()["reviewed"] == "waiting"


def test_nobody_reviews_their_own_work(folk: Folk, ada: Who) -> None:
    """Neither who owns it, nor who is credited in it; nor anybody who is no reviewer."""
    assert ada.post(f"{V1}/reviews", SOUND).json()["code"] == "own_work"
    namesake = folk.person("other", is_reviewer=True)
    credited = namesake.post(f"{V1}/reviews", {**SOUND, "name": " ADA "})
    assert credited.json()["code"] == "own_work"
    eve = folk.person("eve")
    assert eve.post(f"{V1}/reviews", SOUND).json()["code"] == "reviewer_needed"
    gone = "/designs/tall_bottle_clamp/versions/9.9.9/reviews"
    assert namesake.post(gone, SOUND).status_code == 404
    assert namesake.post("/designs/tube_clamp/versions/0.1.0/reviews", SOUND).status_code == 404


def test_whoever_makes_it_unreviewed_is_warned(ada: Who) -> None:
    """A fit of it says that nobody has looked at it."""
    made = ada.post("/fits", {"design": FORK["slug"], "entries": {"tube_diameter": 25}})
    assert any("no reviewer" in each for each in made.json()["warnings"])


def test_who_leaves_is_credited_no_more_and_their_drafts_are_gone(
    folk: Folk, ada: Who, client: TestClient, db: Session
) -> None:
    """In their forks, in forks of those, in drafts and reviews; what was released stays."""
    bo, rae = folk.person("Bo"), folk.person("Rae", is_reviewer=True)
    _release(bo, of=FORK["slug"], slug="bos_clamp", authors=["Bo", "Ada's friend"])
    rae.post(f"{V1}/reviews", SOUND)
    draft = ada.get("/designs/tall_bottle_clamp/draft")
    secret = {**draft.json()["document"], "why": "canary"}
    ada.call(
        "PUT",
        "/designs/tall_bottle_clamp/draft",
        json=secret,
        headers={"If-Match": draft.headers["etag"]},
    )
    ada.post("/designs/tube_clamp/forks", {**FORK, "slug": "never_released", "authors": ["Ada"]})
    before = client.get(f"/api/v1{V1}").json()

    assert ada.delete("/me").status_code == 204
    assert rae.delete("/me").status_code == 204

    after = client.get(f"/api/v1{V1}").json()
    assert after["authors"][0] == "someone who left"
    assert after["document"] == {**before["document"], "authors": ["someone who left"]}
    assert after["digest"] == before["digest"]
    assert (after["reviewed"], after["reviewed_by"]) == ("reviewed", "someone who left")
    lineage = client.get("/api/v1/designs/bos_clamp/lineage").json()
    assert [each["authors"] for each in lineage["credits"]][1:] == [
        ["someone who left"],
        ["Bo", "Ada's friend"],
    ]
    left = db.execute(text("SELECT f::text FROM forks f UNION SELECT v::text FROM fork_versions v"))
    kept = "\n".join(row[0] for row in left)
    assert "canary" not in kept
    assert '"Ada"' not in kept
    assert "never_released" not in kept


def test_where_nobody_can_tell_which_author_it_was_all_of_them_are_forgotten(
    folk: Folk, client: TestClient
) -> None:
    """An account without the credited name: better one thanks too few than one name too many."""
    who = folk.person("something else")
    _release(who, authors=["Nick", "Name"])
    assert who.delete("/me").status_code == 204
    assert client.get(f"/api/v1{V1}").json()["authors"][0] == "someone who left"


def test_in_a_teams_fork_only_the_own_name_goes(folk: Folk, client: TestClient) -> None:
    """The others of the team keep their thanks."""
    ada, bo = folk.person("Ada"), folk.person("Bo")
    team = ada.post("/teams", {"name": "Team Bottle"}).json()["id"]
    link = ada.post(f"/teams/{team}/invitations").json()
    bo.post("/teams/joins", {"secret": link["secret"]}).raise_for_status()
    _release(ada, authors=["Ada", "Bo"], team_id=team)
    assert bo.delete("/me").status_code == 204
    document = client.get(f"/api/v1{V1}").json()["document"]
    assert document["authors"] == ["Ada", "someone who left"]


def test_nothing_else_of_a_version_can_be_changed(ada: Who, db: Session) -> None:
    """Not by hand, and not by what takes names out."""
    for setting in ("off", "on"):
        db.execute(text(f"SET LOCAL fitcommons.forgetting = '{setting}'"))
        with pytest.raises(ProgrammingError, match="append-only"):
            db.execute(text("UPDATE fork_versions SET licence = 'CC0-1.0'"))
        db.rollback()
    assert ada.get(V1).json()["licence"] == "CERN-OHL-W-2.0"
