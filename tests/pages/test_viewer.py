"""The 3D view: it loads under its policy, its buttons turn it, and nothing depends on it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from api.pages import policy
from api.pages.render import environment
from api.pages.static import address
from parametric import coupon
from parametric.export.glb import Posed, glb_bytes
from parametric.place import HERE
from parametric.solid.mesh import mesh_of

VIEW_MS = 60_000
"""How long 3D may take to come up on a busy machine without a graphics card."""

TEMPLATE = """
{% import "components/parts.html.j2" as parts %}
<!doctype html><html lang="en"><head><title>A view</title>
<link rel="stylesheet" href="{{ static('css/base.css') }}">
<link rel="stylesheet" href="{{ static('css/components.css') }}">
<script type="module" src="{{ static('js/viewer.js') }}"></script></head>
<body>{{ parts.viewer_3d("/model.glb", poster, "A peg", views, "Look from", "Drag it.") }}</body>
"""


@pytest.fixture
def view(page: Page) -> Page:
    """A page of the site with a view of a peg; everything but the page and model is the site's."""
    names = ("front", "back", "top")
    made = (
        environment()
        .from_string(TEMPLATE)
        .render(
            views=[{"text": name.title(), "orbit": name} for name in names],
            poster=address("img/test_piece.webp"),
        )
    )
    headers = {"Content-Security-Policy": policy.with_3d()}
    page.route("**/view", lambda route: route.fulfill(
        body=made, content_type="text/html", headers=headers))  # fmt: skip
    model = glb_bytes([Posed("peg", mesh_of(coupon.peg()), "#2f8f83", HERE)])
    page.route("**/model.glb", lambda route: route.fulfill(
        body=model, content_type="model/gltf-binary"))  # fmt: skip
    return page


def test_it_loads_under_its_policy_and_its_buttons_turn_it(view: Page) -> None:
    """Nothing is refused, and each named side can be reached without a mouse."""
    refused: list[str] = []
    view.on("pageerror", lambda error: refused.append(str(error)))
    view.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)

    view.goto("/view")
    top = view.get_by_role("button", name="Top")
    expect(top).to_be_visible(timeout=VIEW_MS)
    expect(view.get_by_role("button", name="Front")).to_have_attribute("aria-pressed", "true")
    top.press("Enter")

    expect(top).to_have_attribute("aria-pressed", "true")
    expect(view.get_by_role("button", name="Front")).to_have_attribute("aria-pressed", "false")
    orbit = view.locator("model-viewer").evaluate("each => each.cameraOrbit")
    assert orbit == "0deg 0deg 80%"
    expect(view.locator("[data-poster]")).to_be_hidden()
    assert refused == []


def test_without_its_model_the_picture_stays(view: Page) -> None:
    """No button that does nothing, and the picture says what there is to see."""
    view.route("**/model.glb", lambda route: route.abort())

    with view.expect_event("requestfailed", timeout=VIEW_MS):
        view.goto("/view")

    expect(view.get_by_role("img", name="A peg")).to_be_visible()
    expect(view.get_by_role("button", name="Top")).to_be_hidden()


def test_the_policy_with_3d_allows_one_style_and_no_script_more() -> None:
    """Its style is allowed by its digest; JavaScript in a page stays forbidden."""
    allowed = policy.with_3d()

    assert "unsafe-inline" not in allowed
    assert re.search(r"style-src 'self' 'sha256-[A-Za-z0-9+/=]{44}'; ", allowed)
    assert "script-src 'self' 'wasm-unsafe-eval';" in allowed
    assert "unsafe" not in policy.PLAIN
