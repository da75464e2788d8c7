"""The typefaces in the tree are those that their README names."""

import hashlib
import re
from pathlib import Path

import pytest

import parametric

FONTS = Path(parametric.__file__).parent / "fonts"
ROW = re.compile(r"\| `(?P<file>[\w-]+\.ttf)` \|.*\| `(?P<sum>[0-9a-f]{64})` \|")
SUMS = {row["file"]: row["sum"] for row in ROW.finditer((FONTS / "README.md").read_text("utf-8"))}


def test_the_readme_lists_every_font() -> None:
    """No font is in the folder without a line that says where it came from."""
    assert set(SUMS) == {font.name for font in FONTS.glob("*.ttf")}
    assert len(SUMS) == 4


@pytest.mark.parametrize("name", SUMS)
def test_a_font_is_the_one_the_readme_names(name: str) -> None:
    """Another font would change the bytes of every part with text on it."""
    assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == SUMS[name]


def test_the_licence_goes_along_with_the_fonts() -> None:
    """The Open Font License asks for its text beside every copy."""
    for name, owner in (("OFL.txt", "Braille"), ("OFL-NotoSansArabic.txt", "Noto Project")):
        said = (FONTS / name).read_text("utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in said
        assert owner in said.partition("\n")[0]
