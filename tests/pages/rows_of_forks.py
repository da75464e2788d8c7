"""The pages of adapting a design, in their states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.pages.forking import SLUG, proved_fork_in_world, worded_fork_in_world
from tests.pages.offering import (
    fork_to_offer_in_world,
    library_offer_in_world,
    offer_in_world,
)
from tests.pages.row import Row, World


def _draft(page: str = "") -> Callable[[World], str]:
    def address(world: World) -> str:
        proved_fork_in_world(world)
        return f"/designs/{SLUG}/draft{page}"

    return address


_VERSION: Final = "/designs/{slug}/versions/{version}"
_OWN_SIZES: Final = "/designs/{parent}/fit/trying/{slug}"

ROWS: Final[tuple[Row, ...]] = (
    Row(_VERSION, lambda _: "/designs/wrist_hand/versions/1.0.0"),
    Row(_VERSION, proved_fork_in_world, state="a fork, proved"),
    Row(_VERSION, worded_fork_in_world, "anna", state="one's own, waiting, with the same shape"),
    Row(f"{_VERSION}/adapt", lambda _: "/designs/tube_clamp/versions/0.1.0/adapt", "anna"),
    Row("/me/designs", who="ben", state="none yet"),
    Row("/me/designs", lambda w: proved_fork_in_world(w) and "/me/designs", "anna"),
    Row("/designs/{slug}/draft", _draft(), "anna"),
    Row("/designs/{slug}/draft/about", _draft("/about"), "anna"),
    Row("/designs/{slug}/draft/parameters/{name}", _draft("/parameters/cup_height"), "anna"),
    Row(
        "/designs/{slug}/draft/parameters/{name}",
        _draft("/parameters/screw"),
        "anna",
        state="of a choice",
    ),
    Row("/designs/{slug}/draft/sets/{key}", _draft("/sets/new"), "anna"),
    Row("/designs/{slug}/draft/try", _draft("/try"), "anna"),
    Row(_OWN_SIZES, lambda w: _draft()(w) and f"/designs/tube_clamp/fit/trying/{SLUG}", "anna"),
    Row("/designs/{slug}/draft/publish", _draft("/publish"), "anna"),
    Row("/designs/{slug}/offer", lambda w: f"/designs/{fork_to_offer_in_world(w)}/offer", "ben"),
    Row(
        "/designs/{slug}/offers",
        lambda w: offer_in_world(w, "waits") and "/designs/annas_clamp/offers",
    ),
    Row("/designs/{slug}/offers", lambda _: "/designs/wrist_hand/offers", state="none yet"),
    Row("/offers/{offer_id}", lambda w: offer_in_world(w, "waits"), "anna", "to answer"),
    Row("/offers/{offer_id}", lambda w: offer_in_world(w, "waits"), "ben", "one's own"),
    Row("/offers/{offer_id}", lambda w: offer_in_world(w, "came in"), state="it came in"),
    Row("/offers/{offer_id}", library_offer_in_world, "mo", "to the library"),
    Row("/stewards", lambda w: library_offer_in_world(w) and "/stewards", "mo", "an offer"),
)

NOT_PAGES: Final[frozenset[str]] = frozenset(
    {
        f"{_VERSION}/fork.json",
        f"{_VERSION}/model.glb",
        f"{_VERSION}/picture.png",
        "/designs/{slug}/draft/model.glb",
        "/designs/{slug}/draft/picture.png",
        f"{_OWN_SIZES}/model.glb",
        f"{_OWN_SIZES}/picture.png",
        "/designs/{slug}/draft/try/model.glb",
        "/designs/{slug}/draft/try/picture.png",
    }
)
