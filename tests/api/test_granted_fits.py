"""Who acts for somebody sees their fits and files as far as was granted, and asks for new ones."""

from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.audit import Event
from registry.fits.model import Fit, FitFile
from tests.api.folk import Folk, Who

CLAMP = {"design": "tube_clamp", "entries": {"tube_diameter": 25}}


def _file(folk: Folk, app: FastAPI, fit: str) -> None:
    with folk.sessions.begin() as session:
        digest = app.state.storage.put(session, b"solid nothing")
        session.add(
            FitFile(
                fit_id=UUID(fit), name="stl/a.stl", digest=digest, size=13, media_type="model/stl"
            )
        )


def _sees(who: Who, fit: str) -> tuple[int, int]:
    return (
        who.get(f"/fits/{fit}").status_code,
        who.get(f"/fits/{fit}/files/stl/a.stl").status_code,
    )


@pytest.mark.parametrize(
    ("may", "status"), [((), 404), (("write", "message"), 404), (("measure",), 200)]
)
def test_a_supporter_sees_a_fit_if_they_may_measure(
    folk: Folk, app: FastAPI, may: tuple[str, ...], status: int
) -> None:
    """The shape of a part tells of the body: seeing it takes the grant to see measurements."""
    anna, sue = folk.person("anna"), folk.person("sue")
    folk.consents(anna)
    support = folk.supports(sue, anna, *may)
    fit = folk.kit(folk.request(anna))
    _file(folk, app, fit)
    assert _sees(sue, fit) == (status, status)
    anna.delete(f"/me/supporters/{support}")
    assert _sees(sue, fit) == (404, 404)
    reads = anna.get("/me/reads").json()["reads"]
    assert {each["what"] for each in reads} == ({"fit_file"} if status == 200 else set())


def test_a_guardian_sees_it_until_it_is_disputed(folk: Folk, app: FastAPI) -> None:
    """As long as the guardianship holds; a former or another guardian sees nothing."""
    kim, mum, eve = folk.person("kim", age=12), folk.person("mum", age=40), folk.person("eve")
    row = folk.guards(mum, kim)
    made = kim.post("/fits", CLAMP)
    assert made.status_code == 202, made.text
    fit = made.json()["id"]
    _file(folk, app, fit)
    assert _sees(mum, fit) == (200, 200)
    assert _sees(eve, fit) == (404, 404)
    kim.post(f"/me/guardians/{row}/freeze")
    assert _sees(mum, fit) == (404, 404)


def test_a_fit_can_be_asked_for_somebody(folk: Folk, db: Session) -> None:
    """By their guardian, or who may measure; it is the person's own, and the trail says who."""
    kim, mum, eve = folk.person("kim", age=12), folk.person("mum", age=40), folk.person("eve")
    folk.guards(mum, kim)
    ask = {**CLAMP, "person_id": str(kim.id)}
    assert eve.post("/fits", ask).status_code == 404
    made = mum.post("/fits", ask)
    assert made.status_code == 202, made.text
    fit = db.get_one(Fit, UUID(made.json()["id"]))
    assert fit.person_id == kim.id
    asked = db.scalars(select(Event).where(Event.what == "fit.asked")).one()
    assert asked.actor == str(mum.id)
    assert kim.get(f"/fits/{fit.id}").status_code == 200
