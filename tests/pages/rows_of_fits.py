"""The pages of a fit, in their states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.pages.fits_to_see import READY, REPORT, SPARSE, TOGETHER, answered, fit
from tests.pages.row import Row, World


def _at(address: str) -> Callable[[World], str]:
    return lambda _: address


RUNNING: Final = {"doing": "making", "what": "thumb_distal", "done": 3, "total": 14}
FAILED: Final = {"problems": [{"says": "It took too long."}]}

ROWS: Final[tuple[Row, ...]] = (
    *(
        Row(f"/designs/{{slug}}/fit{route}", _at(f"/designs/{slug}/fit{address}"), **more)
        for slug, route, address, more in (
            ("wrist_hand", "", "", {}),
            ("tube_clamp", "", "", {"state": "of a clamp"}),
            ("wrist_hand", "", "", {"state": "begun", "cookies": answered(SPARSE)}),
            ("wrist_hand", "/measure/{name}", "/measure/palm_length", {}),
            ("wrist_hand", "/measure/{name}", "/measure/side", {"state": "of a choice"}),
            (
                "wrist_hand",
                "/measure/{name}",
                "/measure/hand_breadth",
                {"state": "readings apart", "cookies": answered(SPARSE)},
            ),
            (
                "wrist_hand",
                "/measure/{name}/again",
                "/measure/palm_length/again",
                {"cookies": answered(SPARSE)},
            ),
            ("wrist_hand", "/choices", "/choices", {}),
            ("tube_clamp", "/choices", "/choices", {"state": "of a clamp"}),
            ("wrist_hand", "/check", "/check", {"cookies": answered(READY)}),
            ("wrist_hand", "/check", "/check", {"state": "nothing yet"}),
            (
                "wrist_hand",
                "/check",
                "/check",
                {"state": "not together", "cookies": answered(TOGETHER)},
            ),
            ("wrist_hand", "/device", "/device", {"cookies": answered(READY)}),
            (
                "wrist_hand",
                "/device",
                "/device",
                {"state": "not together", "status": 422, "cookies": answered(TOGETHER)},
            ),
        )
    ),
    Row("/designs/{slug}/how-to-measure", _at("/designs/wrist_hand/how-to-measure")),
    Row("/fits/{fit_id}", fit("queued"), state="queued"),
    Row("/fits/{fit_id}", fit("running", progress=RUNNING), state="running"),
    Row("/fits/{fit_id}", fit("done", proved=True, report=REPORT), state="done"),
    Row("/fits/{fit_id}", fit("done", proved=False, report=REPORT, recipe=b"1"), state="unproved"),
    Row("/fits/{fit_id}", fit("failed", problems=FAILED), state="failed"),
    Row("/fits/{fit_id}", fit("cancelled"), state="cancelled"),
)

NOT_PAGES: Final[frozenset[str]] = frozenset(
    {
        "/designs/{slug}/fit/model.glb",
        "/designs/{slug}/fit/picture.png",
        "/designs/{slug}/measuring-sheet.pdf",
        "/fits/{fit_id}/everything.zip",
        "/fits/{fit_id}/files/{name:path}",
        "/open/{token}/{name}",
    }
)
