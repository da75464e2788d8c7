"""What belongs to everybody: how pages look and in which language they speak."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.pages import cookies
from api.pages.forms import Form, Sent
from api.pages.render import go, own_path
from api.pages.text import LANGUAGES
from api.pages.visitor import SIZES, UNITS
from api.transaction import Transaction

router = APIRouter(include_in_schema=False, route_class=Transaction)

LOOKS = {"language": tuple(LANGUAGES), "size": SIZES, "unit": UNITS}


@router.post("/look")
def keep_look(request: Request, sent: Sent) -> Response:
    """Keep a language, a size of print or a unit, and go back to where it was chosen."""
    form = Form.of(sent)
    answer = go(own_path(form.given("back")))
    wishes = {name: form.given(name) for name, known in LOOKS.items() if form.given(name) in known}
    cookies.keep_look(request, answer, **wishes)
    return answer
