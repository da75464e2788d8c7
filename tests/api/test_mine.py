"""Everything about somebody can be taken along, and be gone: tried with planted words."""

import io
import json
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import LargeBinary, func, select, text
from sqlalchemy.orm import Session

from api.jobs.app import defer
from registry import audit
from registry.crypto import SealedJson, SealedText
from registry.mine.holdings import HOLDINGS, OF_NOBODY, SECRETS, WITHIN
from registry.people.model import Person
from registry.requests.model import Message
from registry.requests.states import State
from registry.tables import METADATA
from tests.api.folk import Folk, Who


class Canaries:
    """Words that nothing else holds, each with where it was planted."""

    def __init__(self) -> None:
        self.planted: list[str] = []

    def __call__(self, where: str) -> str:
        """A new one."""
        word = f"canary{len(self.planted)}q{where}q"
        self.planted.append(word)
        return word


def test_every_table_says_whose_its_rows_are() -> None:
    """A table that is in no list would be neither taken along nor erased."""
    listed = {each.table.__tablename__ for each in HOLDINGS}
    listed |= {table.__tablename__ for table, *_ in WITHIN} | set(OF_NOBODY)
    assert set(METADATA.tables) == listed


def test_every_column_that_names_a_person_is_heeded() -> None:
    """Each foreign key to a person is in the list, so that erasing finds the row."""
    heeded = {
        (each.table.__tablename__, name) for each in HOLDINGS for name in (*each.mine, *each.keeps)
    } | {("forks", "owner_id")}
    named = {
        (table.name, key.parent.name)
        for table in METADATA.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "people"
    }
    assert named <= heeded


def _life(folk: Folk, anna: Who, ben: Who, plant: Canaries) -> tuple[str, list[UUID]]:
    """Anna writes into every field that the API has for her; Ben works on it."""
    anna.call(
        "PATCH",
        "/me",
        json={
            "name": plant("name"),
            "contact": {
                "channels": ["phone"],
                "details": {"phone": plant("phone")},
                "interpreter": plant("interpreter"),
                "good_times": plant("good"),
                "bad_times": plant("bad"),
            },
            "offers": {plant("offer_name"): plant("offer")},
            "place": {"country": "PT", "town": plant("town"), "region": plant("home_region")},
        },
    )
    sue = folk.person("sue")
    named = anna.post(
        "/me/supporters",
        {"supporter_id": str(sue.id), "may": ["see"], "relation": plant("relation")},
    )
    assert named.status_code == 201
    token = anna.post("/tokens", {"name": plant("token"), "scopes": ["me"]})
    assert token.status_code == 201
    folk.consents(anna)
    path = folk.request(
        anna,
        wish={
            "words": plant("words"),
            "choices": [plant("choice")],
            "pictures": [plant("symbol")],
            "for_makers": plant("for_makers"),
        },
        design="wrist_hand",
        measurements={"hand_breadth_mm": 80, plant("entry_name"): plant("entry")},
        address={"name": plant("to"), "lines": [plant("line")]},
        material=plant("material"),
        place={"country": "PT", "region": plant("region"), "latitude": 41.1, "longitude": -8.6},
    )
    folk.matched(path, ben, to=State.DESIGNING)
    said = anna.post(
        f"{path}/messages", {"said": plant("said")}, headers={"Idempotency-Key": "one"}
    )
    assert said.status_code == 201
    made = io.BytesIO()
    Image.new("RGB", (40, 40), "blue").save(made, "PNG")
    anna.call(
        "POST",
        f"{path}/pictures",
        files={"picture": ("a.png", made.getvalue(), "image/png")},
        data={"about": plant("about")},
    )
    fit = folk.kit(path)
    asked = anna.post(
        f"{path}/decisions",
        {
            "kind": "recipe",
            "question": plant("question"),
            "options": [plant("option")],
            "present": [plant("present")],
            "fit_id": fit,
        },
    ).json()
    answers = f"{path}/decisions/{asked['id']}/answers"
    assert anna.post(answers, {"answer": "yes", "words": plant("answer")}).status_code == 201
    assert ben.post(f"{path}/moves", {"to": "making"}).status_code == 200
    assert anna.post(f"{path}/moves", {"to": "received"}).status_code == 200
    told = {"fits": True, "answers": {plant("check_name"): plant("check")}}
    assert anna.post(f"{path}/fit-check", told).json()["state"] == "in_use"
    outcome = {"still_in_use": False, "answers": {"why": plant("outcome")}}
    assert anna.post(f"{path}/outcomes/1_week", outcome).status_code == 200
    why = {"to": "remake", "why": plant("why")}
    assert anna.post(f"{path}/moves", why).status_code == 200
    return path, [UUID(path.rpartition("/")[2]), UUID(fit)]


def _everything(db: Session) -> dict[str, str]:
    """All rows of all tables, job queue and all: as they lie there, and with seals opened."""
    found = {}
    names = db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    for name in names:
        rows = db.connection().exec_driver_sql(f'SELECT t::text FROM "{name}" t').all()  # noqa: S608 (our own tables)
        found[name] = "\n".join(row[0] for row in rows)
    for name, table in METADATA.tables.items():
        for row in db.execute(select(table)).mappings():
            opened = {key: _plain(value) for key, value in row.items()}
            found[name] += "\n" + json.dumps(opened, ensure_ascii=False, default=str)
    return found


def _plain(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _left(found: dict[str, str], words: list[str]) -> set[tuple[str, str]]:
    coded = {word: word.encode().hex() for word in words}
    return {
        (name, word)
        for name, content in found.items()
        for word in words
        if word in content or coded[word] in content
    }


def test_everything_can_be_taken_along(folk: Folk) -> None:
    """Each word that somebody wrote is in their export; no secret is, and nobody else's word."""
    plant = Canaries()
    anna, ben = folk.person("anna"), folk.maker("ben")
    path, _ = _life(folk, anna, ben, plant)
    foreign = folk.request(_with_consent(folk, "eve"), wish={"words": "canary-of-eve"})
    assert foreign != path
    exported = anna.get("/me/export")
    assert [word for word in plant.planted if word not in exported.text] == []
    assert "canary-of-eve" not in exported.text
    assert anna.secret not in exported.text
    tables = exported.json()["tables"]
    assert not SECRETS & {key for rows in tables.values() for row in rows for key in row}
    assert tables["people"][0]["email"].startswith("anna-")
    assert {row["what"] for row in tables["events"]} > {"request.moved", "message.said"}
    # Ben's own holds what he did for her, and nothing that she wrote.
    assert [word for word in plant.planted if word in ben.get("/me/export").text] == []


def _with_consent(folk: Folk, name: str) -> Who:
    who = folk.person(name)
    folk.consents(who)
    return who


def test_an_erased_person_is_nowhere(folk: Folk, app: FastAPI, db: Session) -> None:
    """No row of any table, queue and kept answers included, and no file holds any of it."""
    plant = Canaries()
    anna, ben = folk.person("anna"), folk.maker("ben")
    path, (_, fit) = _life(folk, anna, ben, plant)
    ben.post(f"{path}/messages", {"said": "I am sorry."})
    defer(db, "fits:make", queue="fits", fit_id=str(fit))
    defer(db, "fits:make", queue="fits", fit_id="somebody else's")
    db.commit()
    before = _everything(db)
    assert {word for _, word in _left(before, plant.planted)} == set(plant.planted)
    files = list((app.state.settings.folder / "files").rglob("*"))
    assert any(each.is_file() for each in files)
    db.rollback()

    assert anna.delete("/me").status_code == 204

    after = _everything(db)
    assert _left(after, plant.planted) == set()
    assert str(fit) not in after["procrastinate_jobs"]
    assert "somebody else" in after["procrastinate_jobs"]
    # The id itself is left in the trail, and on the empty row that it belongs to.
    named = {name for name, content in after.items() if str(anna.id) in content}
    assert named == {"events", "people"}
    files = list((app.state.settings.folder / "files").rglob("*"))
    assert not any(each.is_file() for each in files)
    assert anna.get("/me").status_code == 401
    row = db.get_one(Person, anna.id)
    assert row.erased_at is not None
    assert row.email is None
    audit.seal(db)
    assert audit.verify(db).holds
    assert ben.get(path).status_code == 404
    assert "request_gone" in {each["kind"] for each in ben.get("/me/notices").json()["notices"]}


def test_what_others_need_stays_without_who_it_was(folk: Folk, db: Session) -> None:
    """A maker who is erased leaves a request that goes on, and none of their words in it."""
    plant = Canaries()
    anna, ben = _with_consent(folk, "anna"), folk.maker("ben")
    path = folk.request(anna)
    folk.matched(path, ben, to=State.DESIGNING)
    ben.post(f"{path}/messages", {"said": plant("said")})
    made = ben.post(
        f"{path}/decisions",
        {"question": plant("question"), "options": [plant("o")], "present": [plant("p")]},
    ).json()
    answers = f"{path}/decisions/{made['id']}/answers"
    anna.post(answers, {"answer": "yes", "words": "my own words"})
    ben.post(answers, {"answer": "no", "words": plant("words")})
    made_here = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(made_here, "PNG")
    picture = {"picture": ("a.png", made_here.getvalue(), "image/png")}
    sent = ben.call("POST", f"{path}/pictures", files=picture, data={"about": plant("about")})
    assert sent.status_code == 201
    assert len({word for _, word in _left(_everything(db), plant.planted)}) == len(plant.planted)
    db.rollback()

    assert ben.delete("/me").status_code == 204

    after = _everything(db)
    assert _left(after, plant.planted) == set()
    assert {name for name, content in after.items() if str(ben.id) in content} == {
        "events",
        "people",
    }
    assert folk.state(path) == "open"
    told = anna.get(f"{path}/decisions").json()[0]
    assert [each["words"] for each in told["answers"]] == ["my own words", None]
    assert told["proposed_by"] == "someone who left"
    assert db.scalar(select(func.count()).select_from(Message)) == 1
    assert "maker_left" in {each["kind"] for each in anna.get("/me/notices").json()["notices"]}


def test_a_token_erases_nobody(folk: Folk) -> None:
    """Only whoever signed in can; a token that leaked cannot."""
    anna = folk.person("anna")
    made = anna.post("/tokens", {"name": "x", "scopes": ["me"]}).json()
    token = Who(anna.id, made["secret"], anna.client)
    refused = token.delete("/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_in_needed")
    assert anna.get("/me").status_code == 200
    assert anna.delete("/me").status_code == 204
    assert token.get("/me").status_code == 401


def test_an_erasure_that_fails_erases_nothing(
    folk: Folk, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one transaction: all of it, or none."""
    import api.routes.me

    def broken(*_: object) -> int:
        raise RuntimeError("the queue is gone")

    plant = Canaries()
    anna, ben = folk.person("anna"), folk.maker("ben")
    _life(folk, anna, ben, plant)
    monkeypatch.setattr(api.routes.me, "forget_work", broken)
    with pytest.raises(RuntimeError, match="queue"):
        anna.delete("/me")
    left = {word for _, word in _left(_everything(db), plant.planted)}
    assert left == set(plant.planted)


def test_a_guardian_who_is_erased_leaves_their_place_to_another(folk: Folk) -> None:
    """The child is not left without, where another guardian was accepted."""
    kim = folk.person("kim", age=12)
    mum, dad = (folk.person(name, age=40) for name in ("mum", "dad"))
    folk.guards(mum, kim)
    second = dad.post("/me/guardians", {"young_person_id": str(kim.id)}).json()["id"]
    kim.post(f"/me/guardians/{second}/accept")
    path = f"/requests/{kim.post('/requests', {}).json()['id']}"
    assert mum.delete("/me").status_code == 204
    assert dad.get(path).json()["you_are"] == ["guardian"]


def test_sealed_columns_cover_what_people_write() -> None:
    """Every column that erasure empties, other than by deleting the row, is a sealed one."""
    for holding in HOLDINGS:
        for name in holding.empties:
            column = METADATA.tables[holding.table.__tablename__].c[name]
            assert isinstance(column.type, SealedText | SealedJson | LargeBinary), column
