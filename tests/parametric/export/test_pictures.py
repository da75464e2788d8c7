"""Pictures: drawn in a child, all alike, and never the end of the program."""

import subprocess
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from parametric.export.pictures import (
    GHOST,
    Picture,
    PictureFailed,
    Pictures,
    Shown,
    highlighted,
    render,
    render_all,
)
from parametric.kit import MadePart
from parametric.place import move
from parametric.solid import Box
from parametric.solid.mesh import Mesh, mesh_of

ROOT = Path(__file__).parents[3]
SIZE = (160, 120)
PAPER = (245, 241, 234)


def pixels(png: bytes) -> npt.NDArray[Any]:
    """Return a PNG as (height, width, channels), decoded by hand (ISO/IEC 15948)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    channels = {2: 3, 6: 4}[png[25]]
    packed, at = b"", 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, -1)
    image = np.zeros((height + 1, (width + 1) * channels), dtype=np.int64)
    for y, (kind, *row) in enumerate(rows.tolist(), start=1):
        for x, byte in enumerate(row, start=channels):
            a, b = image[y, x - channels], image[y - 1, x]
            c = image[y - 1, x - channels]
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            image[y, x] = (byte + (0, a, b, (a + b) // 2, nearest)[kind]) % 256
    return image[1:, channels:].reshape(height, width, channels)


@pytest.fixture(scope="module")
def scene(made: Sequence[MadePart]) -> tuple[Shown, ...]:
    """The palm with the cover in front of it."""
    return (
        Shown(made[0].mesh, colour=made[0].part.colour),
        Shown(made[2].mesh, move(y=-40.0), made[2].part.colour),
    )


@pytest.fixture(scope="module")
def studio() -> Iterator[Pictures]:
    """One child for all tests of what is in the pictures."""
    with Pictures() as pictures:
        yield pictures


def test_a_picture_has_the_size_and_the_paper_that_were_asked_for(
    scene: tuple[Shown, ...], studio: Pictures
) -> None:
    """The corners show warm off-white paper, the middle shows the part in its colour."""
    image = pixels(studio.take(Picture(scene[:1], SIZE)))

    assert image.shape == (120, 160, 3)
    np.testing.assert_allclose(image[0, 0], PAPER, atol=6)
    red, green, blue = image[60, 80]
    assert red > green > blue + 40


def test_the_part_fills_the_picture_and_is_not_cut_off(
    scene: tuple[Shown, ...], studio: Pictures
) -> None:
    """From above, where no shadow hides it, the part nearly touches one pair of edges."""
    picture = Picture(scene[:1], SIZE, view="top", background="transparent")

    image = pixels(studio.take(picture))

    solid = image[:, :, 3] > 250
    rows, columns = np.nonzero(solid.any(axis=1))[0], np.nonzero(solid.any(axis=0))[0]
    margins = (rows[0], 119 - rows[-1], columns[0], 159 - columns[-1])
    assert min(margins) > 2
    assert min(margins) < 16


def test_a_transparent_picture_has_a_soft_shadow_and_clean_edges(
    scene: tuple[Shown, ...], studio: Pictures
) -> None:
    """Corners are clear, the part is solid, and between the two is a shadow of half tones."""
    image = pixels(studio.take(Picture(scene[:1], SIZE, background="transparent")))

    alpha = image[:, :, 3]
    assert alpha[0, 0] < 8
    assert alpha[60, 80] == 255
    assert len(np.unique(alpha)) > 20


def test_zooming_in_shows_less_of_more(scene: tuple[Shown, ...], studio: Pictures) -> None:
    """At twice the size about four times as many pixels show the part."""
    pictures = [Picture(scene[:1], SIZE, "top", zoom, "transparent") for zoom in (0.3, 0.6)]

    small, large = ((pixels(studio.take(p))[:, :, 3] > 250).sum() for p in pictures)

    assert large / small == pytest.approx(4.0, rel=0.15)


def test_two_studios_draw_the_same_picture(scene: tuple[Shown, ...], studio: Pictures) -> None:
    """The same scene gives the same bytes in another process on the same machine."""
    assert studio.take(Picture(scene, SIZE)) == render(scene, size=SIZE)


def test_a_picture_does_not_depend_on_those_before_it(
    scene: tuple[Shown, ...], studio: Pictures
) -> None:
    """Neither size nor view nor scene of an earlier picture is left over."""
    wanted = Picture(scene, SIZE)
    before = [Picture(scene[:1], (64, 200), "bottom"), Picture(scene[1:], (300, 80), "left")]

    first = studio.take(wanted)
    for picture in before:
        studio.take(picture)

    assert studio.take(wanted) == first


def test_a_ghost_lets_what_is_behind_it_through(studio: Pictures) -> None:
    """A red box behind a grey ghost is still red; behind a solid one it is gone."""
    behind = Shown(mesh_of(Box(10, 10, 10)), move(y=-20.0), "#d02010")
    before = Shown(mesh_of(Box(30, 4, 30)), colour="#b4aca2")
    scenes = [(behind, replace(before, opacity=GHOST)), (behind, before)]

    through, hidden = (pixels(studio.take(Picture(s, SIZE, "front")))[60, 80] for s in scenes)

    assert through[0] > through[2] + 50
    assert abs(hidden[0] - hidden[2]) < 40


def test_steps_show_their_own_parts_solid_and_others_as_ghosts(
    scene: tuple[Shown, ...],
) -> None:
    """Only what a step is about keeps its opacity and its colour."""
    palm, cover = scene

    step = highlighted([("palm", palm), ("cover", cover)], {"cover"})

    assert [shown.opacity for shown in step] == [GHOST, 1.0]
    assert step[1] is cover
    assert step[0].colour != palm.colour


def test_a_step_about_no_part_shows_all_of_them(scene: tuple[Shown, ...]) -> None:
    """A device made of nothing but ghosts would be no picture."""
    assert highlighted([("palm", scene[0])], {"strap"}) == (scene[0],)


def test_steps_are_seen_from_where_the_whole_is_seen(
    scene: tuple[Shown, ...], studio: Pictures
) -> None:
    """`framed_by` keeps a part where it was, whatever else is in the picture."""
    ghosts = tuple(replace(s, opacity=GHOST) for s in scene[:1])
    pictures = [
        Picture(scene[1:], SIZE, "top", background="transparent", framed_by=scene),
        Picture((*ghosts, scene[1]), SIZE, "top", background="transparent"),
    ]

    alone, among = (pixels(studio.take(p))[:, :, 3] > 250 for p in pictures)

    assert alone.any()
    assert (alone == among).mean() > 0.999


def test_progress_is_told_after_each_picture(scene: tuple[Shown, ...]) -> None:
    """Drawing takes a second a picture; whoever waits is told how many are done."""
    told: list[tuple[int, int]] = []

    render_all([Picture(scene, (32, 32))] * 2, lambda done, total: told.append((done, total)))

    assert told == [(1, 2), (2, 2)]


def test_a_child_that_dies_is_an_error_and_the_next_picture_is_drawn(
    scene: tuple[Shown, ...],
) -> None:
    """A driver that crashes takes one picture with it, not the program."""
    with Pictures() as studio:
        studio.take(Picture(scene, (32, 32)))
        assert studio._process is not None
        studio._process.kill()
        studio._process.join()

        with pytest.raises(PictureFailed, match=r"ended by signal 9.*libegl1"):
            studio.take(Picture(scene, (32, 32)))

        assert studio.take(Picture(scene, (32, 32)))


def test_a_child_that_hangs_is_an_error(scene: tuple[Shown, ...]) -> None:
    """Nobody waits longer than the time that was set."""
    with pytest.raises(PictureFailed, match=r"longer than 0\.001 s"):
        render_all([Picture(scene, SIZE)], timeout_s=0.001)


def test_what_cannot_be_drawn_is_an_error_that_says_why(studio: Pictures) -> None:
    """An error in the child comes out in the parent, in words."""
    nothing = Mesh(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int32))

    with pytest.raises(PictureFailed, match="could not be drawn: ValueError"):
        studio.take(Picture((Shown(nothing),), SIZE))


@pytest.mark.parametrize(
    "wrong", [{"scene": ()}, {"size": (0, 100)}, {"size": (9000, 100)}, {"zoom": 0.0}]
)
def test_a_picture_of_nothing_is_refused(scene: tuple[Shown, ...], wrong: dict[str, Any]) -> None:
    """No scene, no size, no zoom: no picture."""
    with pytest.raises(ValueError, match=r"picture|zoom"):
        replace(Picture(scene), **wrong)


DRAWS = """
import sys
from parametric.export.pictures import Shown, render
from parametric.solid import Box
from parametric.solid.mesh import mesh_of

if __name__ == "__main__":
    assert render([Shown(mesh_of(Box(1, 2, 3)))], size=(32, 32))
    print(*sorted({"vtk", "vtkmodules", "trimesh", "cadquery"} & set(sys.modules)))
"""


def test_who_asks_for_a_picture_never_imports_vtk_and_hears_nothing_of_it(
    tmp_path: Path,
) -> None:
    """The parent stays light, and VTK's warning of a missing display is not passed on."""
    script = tmp_path / "draws.py"
    script.write_text(DRAWS, "utf-8")

    run = subprocess.run(
        [sys.executable, script],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == ""
    assert run.stderr == ""
