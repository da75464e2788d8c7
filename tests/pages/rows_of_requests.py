"""Rows of asking and of requests: each page in the states in which it looks different."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.storage import Storage
from registry.requests.states import State
from tests.pages import asked
from tests.pages.row import Row, World


def _kept(name: str, make: Callable[[World], str]) -> Callable[[World], str]:
    def found(world: World) -> str:
        if name not in world.more:
            _ready(world)
            world.more[name] = make(world)
        return str(world.more[name])

    return found


def _ready(world: World) -> None:
    if "ready to ask" not in world.more:
        world.more["ready to ask"] = True
        world.folk.consents(world.anna)
        asked.offers(world.folk, world.ben)


def _came(world: World) -> str:
    found = asked.opened(world.anna)
    world.folk.claimed(f"/requests/{found}", world.ben)
    return found


def _planned(world: World) -> str:
    found = asked.designing(world.folk, world.anna, world.ben)
    storage: Storage = world.folk.client.app.state.storage  # type: ignore[attr-defined]  # FastAPI
    world.more["plan"] = asked.plan(world.folk, world.ben, found, storage)
    return found


def _used(world: World) -> str:
    found = asked.at(world.folk, world.anna, world.ben, State.IN_USE)
    asked.a_week_later(world.folk, found)
    return found


def _closed(world: World) -> str:
    found = asked.draft(world.anna)
    world.anna.post(f"/requests/{found}/moves", {"to": "closed", "why": "no_device_after_all"})
    return found


DRAFT: Final = _kept("draft", lambda world: asked.draft(world.anna))
BARE: Final = _kept("bare", lambda world: str(world.anna.post("/requests").json()["id"]))
OPEN: Final = _kept("open", lambda world: asked.opened(world.anna))
CAME: Final = _kept("came", _came)
PLANNED: Final = _kept("planned", _planned)
MADE: Final = _kept("made", lambda world: asked.at(world.folk, world.anna, world.ben, State.MAKING))
RECEIVED: Final = _kept(
    "received", lambda world: asked.at(world.folk, world.anna, world.ben, State.RECEIVED)
)
USED: Final = _kept("used", _used)
CLOSED: Final = _kept("closed", _closed)


def _at(of: Callable[[World], str], rest: str, before: str = "/requests") -> Callable[[World], str]:
    return lambda world: f"{before}/{of(world)}{rest}".replace(
        "{plan}", str(world.more.get("plan", ""))
    )


def _ask(task: str, of: Callable[[World], str] = DRAFT, state: str = "") -> Row:
    return Row(f"/ask/{{request_id}}{task}", _at(of, task, "/ask"), "anna", state)


def _request(
    rest: str, of: Callable[[World], str], *, who: str = "anna", state: str = "", more: str = ""
) -> Row:
    return Row(f"/requests/{{request_id}}{rest}", _at(of, more or rest), who, state)


ROWS: Final[tuple[Row, ...]] = (
    Row("/ask", state="signed out"),
    Row("/ask", lambda world: f"/ask?design=wrist_hand#{DRAFT(world)}", "anna"),
    _ask(""),
    _ask("", BARE, "with nothing yet"),
    _ask("", MADE, "while it is made"),
    _ask("/wish"),
    _ask("/design"),
    _ask("/fit"),
    _ask("/place"),
    _ask("/contact"),
    _ask("/share"),
    _ask("/check"),
    _ask("/check", BARE, "with nothing yet"),
    _ask("/sent", OPEN),
    _ask("/throw-away"),
    Row("/requests", lambda world: f"/requests#{OPEN(world)}{PLANNED(world)}", "anna"),
    Row("/requests", lambda world: f"/requests?as=maker#{MADE(world)}", "ben", "as a maker"),
    _request("", DRAFT, state="draft"),
    _request("", OPEN, state="open"),
    _request("", CAME, state="a maker came"),
    _request("", PLANNED, state="something to decide"),
    _request("", MADE, state="making"),
    _request("", MADE, who="ben", state="making, as its maker"),
    _request("", RECEIVED, state="received"),
    _request("", USED, state="in use"),
    _request("", CLOSED, state="closed"),
    _request("/move/{to}", MADE, more="/move/designing"),
    _request("/close", OPEN),
    _request("/history", USED),
    _request("/says", USED),
    _request("/address", PLANNED),
    _request("/makers", OPEN),
    _request("/makers", CAME, state="a maker came"),
    _request("/makers", BARE, state="without a place"),
    _request("/decisions", PLANNED),
    _request("/decisions/new", PLANNED),
    _request("/decisions/new", PLANNED, who="ben", state="as the maker"),
    _request("/decisions/{decision_id}", PLANNED, more="/decisions/{plan}"),
    _request(
        "/decisions/{decision_id}", PLANNED, who="ben", state="the maker", more="/decisions/{plan}"
    ),
    _request("/messages", MADE),
    _request("/messages", OPEN, state="with nobody there"),
    _request("/pictures", MADE),
    _request("/fit-check", RECEIVED),
    _request("/fit-check", USED, state="in use"),
    _request("/outcomes", USED),
    _request("/outcomes/{after}", USED, more="/outcomes/1_week"),
)

NOT_PAGES: Final = frozenset(
    {
        "/requests/{request_id}/decisions/{decision_id}/model.glb",
        "/requests/{request_id}/pictures/{picture_id}",
    }
)
