"""Draw the catalogue's pictures from the designs: `python -m scripts.render [DESIGN ...]`.

Every picture shows a real device, made for the invented person of the design's sample.toml, with
the camera and the light of all our pictures. Run it after a design has changed, look at what it
drew, and commit it. Without names it draws all designs.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from designs.discover import find, folder_of, slugs
from parametric import coupon
from parametric.assembly import Assembly
from parametric.clearance import DEFAULT_PRINTER
from parametric.entries import read_person
from parametric.export.pictures import Picture, Shown, View, render_all
from parametric.kit import MadePart, make
from parametric.place import Z, move, turn
from parametric.resolve import resolve
from parametric.solid.mesh import mesh_of

IMG = Path(__file__).parents[1] / "api" / "pages" / "static" / "img"
PICTURES = IMG / "designs"

LARGE: Final = (720, 540)
SMALL: Final = (480, 360)
VIEWS: Final[tuple[View, ...]] = ("front", "back", "left", "right", "top")
GROUND: Final = "#faf1e6"
"""Of pictures, in light and in dark: --picture in base.css."""

QUALITY: Final = 80
"""Of WebP: no difference can be seen on a phone, and a large picture stays under 30 kB."""


@dataclass(frozen=True, eq=False)
class Named:
    """A picture and the name of its file, without ending."""

    name: str
    picture: Picture


def pictures_of(slug: str) -> tuple[Named, ...]:
    """Return what is drawn of a design: the device, each pose, each side, each part.

    Raises:
        NoSuchDesign: there is none of this name.
        BadParameters: the design's sample does not fit it.
    """
    design = find(slug)
    person = read_person((folder_of(slug) / "sample.toml").read_text("utf-8"))
    assembly = design.build(resolve(design.parameters, person).params, DEFAULT_PRINTER)
    return tuple(_pictures(assembly, make(assembly)))


def _pictures(assembly: Assembly, made: tuple[MadePart, ...]) -> Iterator[Named]:
    rest = _posed(assembly, made, {})
    yield Named("device", _picture(rest, LARGE))
    for view in VIEWS:
        yield Named(f"device-{view}", _picture(rest, SMALL, view))
    for name, pose in assembly.poses.items():
        if name != "rest":
            yield Named(f"pose-{name}", _picture(_posed(assembly, made, pose), LARGE))
    for each in made:
        alone = (Shown(each.mesh, colour=each.part.colour),)
        yield Named(f"part-{each.part.name}", _picture(alone, SMALL))


def _picture(
    scene: tuple[Shown, ...], size: tuple[int, int], view: View = "three-quarter"
) -> Picture:
    return Picture(scene, size, view, background="transparent")


def _posed(
    assembly: Assembly, made: tuple[MadePart, ...], pose: Mapping[str, float]
) -> tuple[Shown, ...]:
    where = assembly.pose(pose)
    return tuple(
        Shown(each.mesh, each.to_bed.inverse().then(where[each.part.name]), each.part.colour)
        for each in made
    )


def as_webp(png: bytes) -> bytes:
    """Return a PNG as a small WebP on the ground that pages lay under pictures.

    What is transparent would cost more bytes than all the rest: it is mostly soft shadow.
    """
    drawn = Image.open(io.BytesIO(png)).convert("RGBA")
    ground = Image.new("RGBA", drawn.size, GROUND)
    to = io.BytesIO()
    Image.alpha_composite(ground, drawn).convert("RGB").save(to, "WEBP", quality=QUALITY)
    return to.getvalue()


def draw(slug: str, folder: Path) -> list[Path]:
    """Write a design's pictures into a folder; returns the files.

    Raises:
        PictureFailed: this machine cannot draw.
    """
    wanted = pictures_of(slug)
    drawn = render_all([each.picture for each in wanted])
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.webp"):
        old.unlink()
    files = [folder / f"{each.name}.webp" for each in wanted]
    for file, png in zip(files, drawn, strict=True):
        file.write_bytes(as_webp(png))
    return files


def draw_test_piece() -> None:
    """Write the picture of the piece that printers are measured with."""
    scene = (
        Shown(mesh_of(coupon.plate()), turn(Z, 180.0)),
        Shown(mesh_of(coupon.peg()), move(x=20.0, y=36.0), "#2f8f83"),
    )
    drawn = render_all([Picture(scene, LARGE, background="transparent")])
    (IMG / "test_piece.webp").write_bytes(as_webp(drawn[0]))


def main() -> None:
    """Draw what was asked for, and say how big it became."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("designs", nargs="*", metavar="DESIGN", help="all when left out")
    asked.add_argument("--test-piece", action="store_true", help="only the test piece")
    options = asked.parse_args()
    draw_test_piece()
    for slug in () if options.test_piece else options.designs or slugs():
        files = draw(slug, PICTURES / slug)
        size = sum(file.stat().st_size for file in files)
        print(f"{slug}: {len(files)} pictures, {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
