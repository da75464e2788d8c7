"""Letters from the typeface that travels with the code."""

import manifold3d as m3d
import numpy as np
import pytest

from parametric.solid import BadSolid, Text
from parametric.solid.lettering import MOST_CHARACTERS, outlines
from parametric.solid.mesh import cross_section

FINE = 0.01


def ink(text: str, height: float = 10.0) -> m3d.CrossSection:
    return cross_section(Text(text, height), FINE)


def test_capitals_are_as_tall_as_asked_and_centred() -> None:
    """A letter with a flat top and foot goes from -height / 2 to height / 2."""
    left, low, right, high = ink("H").bounds()
    assert (low, high) == pytest.approx((-5.0, 5.0))
    assert left == pytest.approx(-right)


def test_letters_that_hang_do_not_move_the_line() -> None:
    """A g hangs below the line, an accent stands above it; the capital stays where it is."""
    _, low, _, high = ink("Hg").bounds()
    assert low < -5.5
    assert high == pytest.approx(5.0, abs=1.0)
    assert ink("É").bounds()[3] > 6.0


def test_counters_are_holes() -> None:
    """An o is one piece with one hole, an 8 has two, an i is two pieces."""
    assert [len(piece.to_polygons()) for piece in ink("o").decompose()] == [2]
    assert [len(piece.to_polygons()) for piece in ink("8").decompose()] == [3]
    assert len(ink("i").decompose()) == 2


@pytest.mark.parametrize(("letter", "plain"), [("é", "e"), ("Ñ", "N"), ("ü", "u"), ("ç", "c")])
def test_accents_add_ink(letter: str, plain: str) -> None:
    """And a letter typed with a combining accent is the same letter."""
    import unicodedata

    assert ink(letter).area() > ink(plain).area() + 1.0
    assert ink(unicodedata.normalize("NFD", letter)).area() == ink(letter).area()


def test_outer_outlines_go_anticlockwise() -> None:
    """So that filling by nonzero and by positive winding give the same ink, for every letter."""
    text = Text("Quick WAX & 0123456789 åøß", 8.0)
    found = outlines(text, FINE)
    nonzero = m3d.CrossSection(found, m3d.FillRule.NonZero).area()
    assert m3d.CrossSection(found, m3d.FillRule.Positive).area() == pytest.approx(nonzero)
    assert all(len(ring) > 2 and np.isfinite(ring).all() for ring in found)


def test_size_scales_everything_but_the_tolerance() -> None:
    """Twice the height is four times the ink."""
    assert ink("Rg", 20.0).area() == pytest.approx(4.0 * ink("Rg", 10.0).area(), rel=2e-3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ab日", "no '日' .CJK UNIFIED IDEOGRAPH-65E5"),
        ("a\nb", r"no '\\n' .U\+000A"),
        ("q\u0323", "COMBINING DOT BELOW"),
        ("a" * (MOST_CHARACTERS + 1), f"{MOST_CHARACTERS + 1} characters are too many"),
    ],
)
def test_what_cannot_be_set_is_named(text: str, why: str) -> None:
    """A missing character is never left out in silence: it may be a name."""
    with pytest.raises(BadSolid, match=why):
        outlines(Text(text, 5.0), FINE)
