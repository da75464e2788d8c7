"""Previews, made by real children that are kept."""

from __future__ import annotations

import json
import os
import signal
import struct
import threading
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.previews import MOST_WAITING
from api.settings import Settings
from tests.api.waiting import until

HAND = {
    "side": "left",
    "hand_breadth": "78 mm",
    "palm_length": "9.8 cm",
    "wrist_circumference": 150,
    "forearm_circumference": "9 in",
}
ASKED = {"design": "wrist_hand", "entries": HAND}
ANOTHER = {**ASKED, "entries": {**HAND, "hand_breadth": "79 mm"}}
"""Not asked before: the newest previews are remembered, and need no child."""


def _document(glb: bytes) -> dict[str, Any]:
    """The JSON of a GLB whose lengths are right."""
    magic, version, length = struct.unpack_from("<4sII", glb)
    assert (magic, version, length) == (b"glTF", 2, len(glb))
    (size,) = struct.unpack_from("<I", glb, 12)
    found: dict[str, Any] = json.loads(glb[20 : 20 + size])
    return found


def _children(app: FastAPI) -> list[int]:
    return [hand._child.pid for hand in app.state.previews._hands]


def test_measurements_become_a_model(client: TestClient) -> None:
    """The model has every part once, is as large as is said, and facts say what was estimated."""
    told = client.post("/api/v1/previews", json=ASKED).json()
    model = client.post("/api/v1/previews/model", json=ASKED)

    document = _document(model.content)
    names = [part["name"] for part in told["parts"]]
    assert [node["name"] for node in document["nodes"]] == names
    assert {"palm", "gauntlet", "thumb_distal"} <= set(names)
    ranges = [a for a in document["accessors"] if "min" in a]
    size_mm = [
        1000 * (max(a["max"][axis] for a in ranges) - min(a["min"][axis] for a in ranges))
        for axis in (0, 2, 1)
    ]
    assert size_mm == pytest.approx(told["size_mm"], abs=0.1)
    assert all(min(part["on_bed_mm"]) > 1 for part in told["parts"])
    origins = {each["name"]: each["origin"] for each in told["values"]}
    assert origins["forearm_circumference"] == "given"
    assert origins["thumb_length"] == "estimated"
    assert all(each["source"] for each in told["values"] if each["origin"] == "estimated")
    assert model.headers["Cache-Control"] == "no-store"


def test_a_changed_measurement_changes_the_model(client: TestClient) -> None:
    """What is asked twice is the same; one measurement changed is another model, in size too."""
    first = client.post("/api/v1/previews/model", json=ASKED).content
    again = client.post("/api/v1/previews/model", json=ASKED).content
    wider = {**ASKED, "entries": {**HAND, "hand_breadth": "90 mm"}}
    changed = client.post("/api/v1/previews/model", json=wider).content

    assert first == again
    assert first != changed
    told = [client.post("/api/v1/previews", json=each).json()["size_mm"] for each in (ASKED, wider)]
    assert told[1][0] > told[0][0] + 8


@pytest.mark.parametrize(
    "wrong",
    [
        {"hand_breadth": "seven"},
        {"hand_breadth": "3.07"},
        {"palm_length": None, "wrist_circumference": -5},
        {"wrist_circumference": "NaN"},
        {"forearm_circumference": "100 mm"},
        {"hand_bredth": 78},
        {"side": "both"},
    ],
)
def test_bad_input_is_refused_as_by_a_fit(client: TestClient, wrong: dict[str, Any]) -> None:
    """Status, code and every problem are those of POST /fits, word for word."""
    asked = {"design": "wrist_hand", "entries": {**HAND, **wrong}}
    as_fit = client.post("/api/v1/fits", json=asked)
    for address in ("/api/v1/previews", "/api/v1/previews/model"):
        refused = client.post(address, json=asked)
        assert refused.status_code == as_fit.status_code == 422
        assert refused.json() == as_fit.json()


def test_what_the_design_itself_refuses_is_refused(client: TestClient) -> None:
    """A combination that only the design knows cannot be made is told as a problem."""
    big = {"cup_height": 220, "cup_diameter": 100}
    heavy = {"tube_diameter": 19, "drink_weight": 1000, "screw": "M3", **big}
    refused = client.post("/api/v1/previews", json={"design": "tube_clamp", "entries": heavy})

    assert refused.status_code == 422
    assert refused.json()["code"] == "bad_measurements"
    assert refused.json()["problems"][0]["advice"]


def test_a_killed_child_is_replaced(client: TestClient, app: FastAPI) -> None:
    """After children were killed from outside the next preview is as it would have been."""
    before = client.post("/api/v1/previews/model", json=ANOTHER)
    app.state.previews._known.clear()
    killed = _children(app)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    after = client.post("/api/v1/previews/model", json=ANOTHER)

    assert after.status_code == 200
    assert after.content == before.content
    assert not set(killed) & set(_children(app))


def test_a_stopped_child_is_ended_in_time(client: TestClient, app: FastAPI) -> None:
    """A child that does not move any more is ended, says so, and the next one answers."""
    client.post("/api/v1/previews", json=ASKED)
    app.state.previews._settings = app.state.settings.model_copy(update={"preview_seconds": 1.0})
    os.kill(_children(app)[0], signal.SIGSTOP)
    late = client.post("/api/v1/previews", json=ANOTHER)
    app.state.previews._settings = app.state.settings
    then = client.post("/api/v1/previews", json=ANOTHER)

    assert (late.status_code, late.json()["code"]) == (503, "preview_took_too_long")
    assert then.status_code == 200


def test_what_was_made_just_now_needs_no_child(client: TestClient, app: FastAPI) -> None:
    """A page asks for the facts, and then for the model of the same: it is there already."""
    first = client.post("/api/v1/previews/model", json=ASKED)
    for pid in _children(app):
        os.kill(pid, signal.SIGSTOP)
    again = client.post("/api/v1/previews/model", json=ASKED)
    for pid in _children(app):
        os.kill(pid, signal.SIGCONT)

    assert again.status_code == 200
    assert again.content == first.content


def test_too_many_are_told_to_come_back(client: TestClient, app: FastAPI) -> None:
    """With the queue full a preview is refused at once, and the others are all made."""
    client.post("/api/v1/previews", json=ASKED)
    stopped = _children(app)[0]
    os.kill(stopped, signal.SIGSTOP)
    answers: list[int] = []

    def ask() -> None:
        answers.append(client.post("/api/v1/previews", json=ANOTHER).status_code)

    waiting = [threading.Thread(target=ask) for _ in range(1 + MOST_WAITING)]
    for each in waiting:
        each.start()
    until(lambda: app.state.previews._room._value == 0)
    refused = client.post("/api/v1/previews", json=ANOTHER)
    os.kill(stopped, signal.SIGCONT)
    for each in waiting:
        each.join()

    assert (refused.status_code, refused.json()["code"]) == (503, "too_busy")
    assert int(refused.headers["Retry-After"]) >= 1
    assert answers == [200] * len(waiting)


def test_children_end_with_the_service(settings: Settings, database_url: str) -> None:
    """Nothing that was started outlives the service."""
    app = create_app(settings, database_url)
    with TestClient(app) as client:
        client.post("/api/v1/previews", json=ASKED)
        pids = _children(app)
        assert len(pids) == settings.preview_children
    app.state.engine.dispose()

    assert _children(app) == []
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
