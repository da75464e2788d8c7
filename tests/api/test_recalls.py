"""A recalled file: everybody who has it is told, and nobody gets it any more."""

from uuid import UUID

import pytest
from fastapi import FastAPI

from registry.fits.model import FitFile
from registry.jobs.model import Variant
from tests.api.folk import Folk, Who

REASON = "The wall beside the hinge is too thin."
BECAUSE = {"because": "breaks", "reason": REASON}


@pytest.fixture
def steward(folk: Folk) -> Who:
    """Somebody who looks after the registry."""
    return folk.person("steward", is_steward=True)


def _file(folk: Folk, app: FastAPI, fit: str, content: bytes = b"solid thin") -> str:
    with folk.sessions.begin() as session:
        digest = app.state.storage.put(session, content)
        session.add(
            FitFile(
                fit_id=UUID(fit), name="stl/a.stl", digest=digest, size=10, media_type="model/stl"
            )
        )
    return f"/fits/{fit}/files/stl/a.stl"


def _was_told(who: Who, kind: str = "file_recalled") -> bool:
    notices = who.get("/me/notices").json()["notices"]
    return any(each["kind"] == kind for each in notices)


def test_everybody_who_has_a_file_is_told_and_it_answers_410_with_the_reason(
    folk: Folk, app: FastAPI, steward: Who
) -> None:
    """Whom it was made for, who made it now or before, who downloaded it; and nobody else."""
    anna, cleo, sue, eve = (folk.person(name) for name in ("anna", "cleo", "sue", "eve"))
    ben, former, asked = (folk.maker(name) for name in ("ben", "former", "asked"))
    folk.consents(anna)
    folk.supports(sue, anna, "measure")
    path = folk.request(anna)
    folk.matched(path, former)
    fit = folk.kit(path)
    file = _file(folk, app, fit)
    assert sue.get(file).status_code == 200
    _given_back_and_taken_by(folk, path, former, ben)
    # The same bytes were made for somebody else as well.
    other = cleo.post("/fits", {"design": "tube_clamp", "entries": {"tube_diameter": 25}}).json()
    others_file = _file(folk, app, other["id"])
    listed = anna.get(f"/fits/{fit}").json()["files"][0]
    assert listed["recalled"] is None

    recalled = steward.post("/recalls", {"digest": listed["digest"], **BECAUSE})

    assert recalled.status_code == 201, recalled.text
    assert recalled.json()["told"] == 5
    assert [_was_told(who) for who in (anna, cleo, sue, ben, former)] == [True] * 5
    assert [_was_told(who) for who in (eve, asked)] == [False] * 2
    for who, where in ((anna, file), (sue, file), (cleo, others_file)):
        answer = who.get(where)
        assert (answer.status_code, answer.json()["code"]) == (410, "recalled")
        assert REASON in answer.json()["title"]
    assert eve.get(file).status_code == 404
    assert anna.get(f"/fits/{fit}").json()["files"][0]["recalled"] == REASON
    again = steward.post("/recalls", {"digest": listed["digest"], **BECAUSE})
    assert again.json()["code"] == "recalled_already"


def _given_back_and_taken_by(folk: Folk, path: str, former: Who, ben: Who) -> None:
    jobs = former.get("/jobs").json()["mine"]
    gone = former.delete(f"/jobs/{jobs[0]['id']}/claim?claim={jobs[0]['claim']}")
    assert gone.status_code == 204, gone.text
    folk.matched(path, ben)


def test_a_young_persons_guardian_is_told(folk: Folk, app: FastAPI, steward: Who) -> None:
    """Named by the fit and the file's name."""
    kim, mum = folk.person("kim", age=12), folk.person("mum", age=40)
    folk.guards(mum, kim)
    fit = kim.post("/fits", {"design": "tube_clamp", "entries": {"tube_diameter": 25}}).json()
    _file(folk, app, fit["id"])
    ask = {"fit_id": fit["id"], "file": "stl/a.stl", **BECAUSE}
    assert steward.post("/recalls", ask).json()["told"] == 2
    assert _was_told(mum)
    missing = steward.post("/recalls", {**ask, "file": "stl/none.stl"})
    assert missing.status_code == 404
    assert steward.post("/recalls", BECAUSE).status_code == 422


def test_a_recalled_variant_until_it_is_taken_back(folk: Folk, app: FastAPI, steward: Who) -> None:
    """A steward who looked again lets it be used again, and everybody is told that too."""
    anna, ben = folk.person("anna"), folk.maker("ben")
    folk.consents(anna)
    path = folk.request(anna)
    folk.matched(path, ben)
    job = ben.get("/jobs").json()["mine"][0]["id"]
    with folk.sessions.begin() as session:
        variant = Variant(
            job_id=UUID(job),
            maker_id=ben.id,
            why="Thinner",
            name="a.stl",
            kind="stl",
            status="accepted",
            rebuilt_digest=app.state.storage.put(session, b"solid thin"),
        )
        session.add(variant)
        session.flush()
        named = str(variant.id)
    made = steward.post("/recalls", {"variant_id": named, **BECAUSE})
    assert (made.status_code, made.json()["told"]) == (201, 2)
    file = f"/jobs/{job}/variants/{named}/file"
    assert anna.get(file).status_code == 410
    assert anna.get(f"/jobs/{job}/variants").json()["variants"][0]["recalled"] == REASON
    lifted = steward.delete(f"/recalls/{made.json()['id']}")
    assert lifted.json()["lifted_at"]
    assert anna.get(file).status_code == 200
    assert _was_told(ben, "recall_lifted")
    assert steward.delete(f"/recalls/{made.json()['id']}").status_code == 404
    assert [each["id"] for each in steward.get("/recalls").json()["recalls"]] == [made.json()["id"]]
