"""What a page tells of is named as its reader calls it: fields, parts, designs, and makers."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api import forking
from api.pages.called import called, named
from api.pages.fit.told import Told
from api.pages.make import slicer
from api.pages.text import LANGUAGES, Words
from designs.discover import find, slugs
from parametric.params import describe
from registry import clock
from registry.fits import usecases as fits
from registry.fits.model import Fit
from registry.requests.model import Request
from tests.api.folk import Folk
from tests.pages import asked, making
from tests.pages.posting import Someone, words_of
from tests.words.reader import Reader
from tests.words.sources import read

OTHERS: Final = tuple(code for code in LANGUAGES if code != "en")

ADAPT: Final = "/designs/tube_clamp/versions/0.1.0/adapt"
DRAFT: Final = "/designs/tall/draft"

SEALED: Final = ("registry.crypto.SealedText", "registry.crypto.SealedJson")
"""Whose field is a column of the database, which nobody is told of."""


def _reader(who: str, folk: Folk, client: TestClient, language: str) -> Someone:
    me = Someone.of(folk.person(who, age=30), client)
    me.client.headers["Accept-Language"] = language
    return me


def test_every_field_that_is_refused_has_a_name_in_each_language() -> None:
    """Whatever the registry and the API refuse by the name of its field."""
    reader = Reader(
        read("registry", "api", but=("api.cli", "api.staging", "api.pages", "registry.migrations")),
        {"registry.errors.Invalid.field": {"field": 0}},
        spoken=("field",),
    )
    for each in SEALED:
        del reader.takes[each]
    fields = {said.text for said in reader.read()[0] if "{" not in said.text}
    assert len(fields) > 25
    missing = [
        (code, each)
        for code in LANGUAGES
        for each in fields
        if not called(Words(code, "fit"), each)
    ]
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("slug", slugs())
def test_a_parameter_is_called_as_the_fit_calls_it(slug: str, language: str) -> None:
    """Also where only its name in the program is known, and whatever of it is wrong."""
    words, design = Words(language, "fit"), find(slug)
    told = Told(words, design, "mm")
    for info in describe(design.parameters):
        if info.name not in ("name", "code"):
            assert named(words, f"parameters.{info.name}.low") == told.label(info)


def test_a_field_that_is_not_on_the_page_is_named_and_not_linked(
    client: TestClient, folk: Folk
) -> None:
    """Nobody is led to a place that is not there, nor reads a program's word."""
    me = _reader("Anna", folk, client, "fr")
    answer = me.post(ADAPT, title="Tall", why="It is tall.", team="ours")
    assert answer.status_code == 422
    assert 'href="#team"' not in answer.text
    assert "Équipe : Ce n’est pas un de nos codes." in words_of(answer.text)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("es", "Página de la lista: "),
        ("fr", "Page de la liste : "),
        ("pt", "Página da lista: "),
        ("ar", "صفحة القائمة: "),
    ],
)
def test_a_page_of_its_own_names_what_it_refuses(
    client: TestClient, folk: Folk, language: str, says: str
) -> None:
    """Where there is no form to go back to, all of it is in the reader's words."""
    me = _reader("Anna", folk, client, language)
    answer = me.get("/designs/tube_clamp/offers?cursor=none")
    assert answer.status_code == 422
    assert says in words_of(answer.text)
    assert 'lang="en"' not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_what_is_wrong_elsewhere_in_a_draft_is_named_in_the_readers_words(
    client: TestClient, folk: Folk
) -> None:
    """A set by its own name; a size as the fit calls it, not as the program does."""
    me = _reader("Anna", folk, client, "fr")
    me.do(ADAPT, title="Tall", why="It is tall.")
    sizes = {"value.cup_diameter": "73", "value.cup_height": "18 cm"}
    me.do(f"{DRAFT}/sets/new", seen="1", label="Our flask", **sizes)
    answer = me.post(f"{DRAFT}/parameters/cup_height", seen="2", high="170")
    said = words_of(answer.text)
    assert answer.status_code == 422
    assert "Our flask : 180 mm" in said
    assert "presets" not in said


def test_who_gave_no_name_is_told_in_the_readers_words(client: TestClient, folk: Folk) -> None:
    """The API keeps its own; nobody has to take it out of a form before they give a name."""
    me = _reader("Anna", folk, client, "pt")
    me.do(ADAPT, title="Tall", why="It is tall.")
    said = me.see(DRAFT)
    assert "Alguém que não disse o nome" in said
    assert forking.NO_AUTHOR not in said
    assert forking.NO_AUTHOR not in me.get(f"{DRAFT}/about").text


def test_stewards_read_what_a_design_is_called(client: TestClient, folk: Folk, db: Session) -> None:
    """In their words, with its country, and not as its address has it."""
    anna = folk.person("Anna", age=30)
    folk.consents(anna)
    request = db.get_one(Request, UUID(str(asked.opened(anna, design="wrist_hand"))))
    request.opened_at = clock.now().replace(year=2020)
    db.commit()
    me = Someone.of(folk.person("Mo", age=50, is_steward=True), client)
    me.client.headers["Accept-Language"] = "fr"
    Someone.of(None, client).do("/report", kind="design", subject="tube_clamp", why="other")
    said = me.see("/stewards")
    assert "Un modèle : Pince pour tube" in said
    assert "tube_clamp" not in said
    assert "jours , Main actionnée par le poignet , Royaume-Uni" in said
    assert "wrist_hand" not in said


EMPTY: Final = (
    "Empty layer between 1.2 and 2.35. Object name: palm Make sure the object is printable. This"
    " is usually caused by negligibly small extrusions or by a faulty model. Try to repair the"
    " model or change its orientation on the bed."
)
UNSTEADY: Final = (
    "Detected print stability issues: Loose extrusions palm, gauntlet Low bed adhesion palm"
    " Consider enabling supports. Also consider enabling brim."
)
FLOATING: Final = (
    "Detected print stability issues: palm Collapsing overhang, Long bridging extrusions,"
    " Floating object part, Floating bridge anchors Consider enabling supports."
)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    "warning",
    [
        EMPTY,
        UNSTEADY,
        FLOATING,
        "There is an object with no extrusions in the first layer.",
        "the mesh is not manifold",
        "facets reversed: 12",
    ],
)
def test_what_the_slicer_warns_of_has_words(warning: str, language: str) -> None:
    """Nothing of what it said is left in English, and no kind is lost."""
    said = slicer.in_words(Words(language, "make"), warning)
    assert 'lang="en"' not in said
    both = {*re.findall(r"[A-Za-z]{4,}", said)} & {*re.findall(r"[A-Za-z]{4,}", warning)}
    assert both <= {"brim", "supports"}


def test_what_the_slicer_warns_of_is_told_whole() -> None:
    """Where, of which parts, and what it would do."""
    words = Words("fr", "make")
    assert slicer.in_words(words, EMPTY) == (
        "Rien ne s’imprime entre 1,2 mm et 2,35 mm. Il s’agit de\u00a0: Paume. "
        "C’est peut-être trop mince à cet endroit. Regardez d’abord dans votre propre trancheur."
    )
    assert slicer.in_words(words, UNSTEADY) == (
        "Une partie peut mal s’imprimer\u00a0: des lignes qui ne tiennent à rien et un pied "
        "qui colle mal. Il s’agit de\u00a0: Paume, Gantelet (pièce de l’avant-bras). "
        "Le trancheur ajouterait des supports. Il imprimerait une bordure (brim)."
    )


def test_what_the_slicer_says_anew_stays_as_it_said_it(client: TestClient, folk: Folk) -> None:
    """It is marked as English, on the page of the plates too."""
    anna, ben = folk.person("Anna", age=30), making.workshop(folk, "Ben")
    path, job = making.being_made(folk, anna, ben)
    kit = UUID(making.made_kit(folk, path))
    with folk.sessions.begin() as session:
        plate = {"seconds": 3600, "grams": 90.5, "warnings": ["It is <hot>.", "facets reversed: 2"]}
        said = {"state": "done", "plates": {"plates/plate_1.3mf": plate}}
        fits.note_prints(session, session.get_one(Fit, kit), said)
    me = Someone.of(ben, client)
    me.client.headers["Accept-Language"] = "es"
    body = me.get(f"/make/jobs/{job}/plates").text
    assert '<span lang="en" dir="ltr">It is &lt;hot&gt;.</span>' in body
    assert "Lugares que el laminador tuvo que arreglar: 2." in body
