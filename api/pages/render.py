"""From a template and facts to an answer: the language, the look and the headers of every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup, escape

from api import forking
from api.pages import cookies, own_words, policy, static, visitor
from api.pages.called import about, called, named, valued
from api.pages.forms import Form, Wrong, wrong_of
from api.pages.text import LANGUAGES, Words
from registry.errors import FieldProblem

FOLDER: Final = Path(__file__).parent / "templates"

ALL: Final = (("/", "common.find"), ("/requests", "common.my_requests"), ("/make", "common.make"))
SIGNED_IN: Final = (*ALL, ("/me", "common.me"))
SIGNED_OUT: Final = (*ALL, ("/sign-in", "common.sign_in"))
"""The ways that stand at the head of every page, with the ids of their texts."""

_WHOLE: Final = "</html>"


def page(
    request: Request,
    name: str,
    /,
    *,
    status: int = 200,
    form: Form | None = None,
    csp: str = policy.PLAIN,
    **facts: Any,
) -> Response:
    """Return a page.

    Args:
        request: that it answers.
        name: of the template, such as ``find/first.html.j2``; its folder is the journey.
        status: of HTTP; 422 for a form that is shown again.
        form: what was typed, where the page has a form.
        csp: another content security policy, for pages that must have one.
        facts: what the template shows.
    """
    who: visitor.Visitor = getattr(request.state, "visitor", None) or visitor.of(request)
    words = Words(who.language, name.partition("/")[0])
    template = environment().get_template(name)

    def made_with(shown: Form) -> str:
        return template.render(
            visitor=who,
            words=words,
            t=words,
            ways=SIGNED_IN if who.is_signed_in else SIGNED_OUT,
            form=shown,
            wrong=lambda field: _says(shown.error(field), words),
            all_wrong=[(each.field, _says(each, words)) for each in shown.wrong],
            request=request,
            **facts,
        )

    shown = form or Form()
    made = made_with(shown)
    on_page = shown.on_page_with(
        {each.field for each in shown.wrong if f'id="{escape(each.field)}"' in made}
    )
    if on_page.wrong != shown.wrong and _WHOLE in made:
        # A link to a field that is not there leads nowhere: its problem names it instead. What is
        # only a part of a page may lead to fields around it.
        made = made_with(on_page)
    answer = HTMLResponse(made, status, {"Content-Security-Policy": csp})
    # What comes back depends on these, wherever it might be kept.
    answer.headers["Vary"] = "Cookie, Accept-Language"
    answer.headers["Content-Language"] = who.language
    if who.is_new_visit:
        cookies.keep_visit(request, answer, who.visit)
    return answer


def _says(wrong: Wrong | None, words: Words) -> str:
    """Return what is wrong in words, which are English where it has no others."""
    if wrong is None:
        return ""
    if wrong.key:
        says = words(wrong.key, **wrong.values)
    else:
        says = Markup(" ").join(_own(each, words) for each in (wrong.says, wrong.advice) if each)
    return about(words, named(words, wrong.about), says) if wrong.about else says


def _told(problem: Mapping[str, str], words: Words) -> str:
    """Return a problem of a problem document in words, with what it is about: a filter."""
    known = FieldProblem(**{"field": "", "given": "", **problem})
    return about(words, called(words, known.field), _says(wrong_of(known), words))


def _named(name: str, words: Words) -> str:
    """Return what a parameter is called, by its name in a program: a filter."""
    return named(words, name)


def _valued(value: object, words: Words) -> str:
    """Return what a parameter is set to: a filter."""
    return valued(words, value)


def _credited(names: Iterable[str], words: Words) -> str:
    """Return who made something, as a list in words: a filter."""
    nobody = words("designs.no_author")
    return words.listed(nobody if each == forking.NO_AUTHOR else each for each in names)


def _own(text: str | None, words: Words) -> str:
    """Return what is said in English, in the page's language or marked as English: a filter.

    Of nothing, such as a request that has no design yet, it says nothing.
    """
    return own_words.shown(words.language, text) if text else ""


def go(to: str, done: str = "") -> Response:
    """Lead on to a page after something was done, so that loading it again does nothing twice.

    Args:
        to: a path of this site.
        done: what was done, a word that the next page knows a text for.
    """
    sign = "&" if "?" in to else "?"
    return RedirectResponse(f"{to}{sign}done={done}" if done else to, 303)


def own_path(path: str, otherwise: str = "/") -> str:
    """Return a path if it is one of this site, and no way to another."""
    # Browsers read a backslash as a slash, and leave out what is no character.
    is_own = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return path if is_own and "\\" not in path else otherwise


@cache
def environment() -> jinja2.Environment:
    """Return what reads the templates; whatever they show is escaped, and must be there."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters |= {"own": _own, "told": _told, "credited": _credited}
    found.filters |= {"named": _named, "valued": _valued}
    found.globals |= {"static": static.address, "LANGUAGES": LANGUAGES}
    return found
