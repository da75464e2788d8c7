"""What must be true of the tube clamp, for every tube, cup and printer it is made for."""

from __future__ import annotations

import dataclasses
import itertools
import math
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import manifold3d as m3d
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.tube_clamp import mount, strength
from designs.tube_clamp.design import DESIGN, build
from designs.tube_clamp.layout import OPEN_GAP_MM, Layout, lay_out
from designs.tube_clamp.parameters import MOST_TAPER_MM, TubeClampParameters
from parametric.assembly import Assembly
from parametric.checks import check_kit
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.design import LoadClass
from parametric.entries import read_person
from parametric.kit import MadePart, make
from parametric.part import Hole
from parametric.place import Placement, X, Y, Z, frame, move, turn
from parametric.problems import BadParameters
from parametric.proof import sample_parameters
from parametric.resolve import resolve
from parametric.solid.mesh import evaluate

HERE = Path(__file__).parent
BED_MM = 180.0
PETG_G_PER_MM3 = 1.27e-3
NOTHING_MM3 = 0.01
EXACT_PRINTER = dataclasses.replace(DEFAULT_PRINTER, hole_shrink_mm=0.0)
LOOSE_PRINTER = dataclasses.replace(
    DEFAULT_PRINTER, name="loose", hole_shrink_mm=0.6, sliding_mm=0.5, press_mm=0.25
)

# --- The devices that are tried -------------------------------------------------


def entries(**changes: Any) -> dict[str, Any]:
    """The sample person's entries, with changes."""
    return {**read_person((HERE / "sample.toml").read_text("utf-8")), **changes}


def parameters(**changes: Any) -> TubeClampParameters:
    return resolve(TubeClampParameters, entries(**changes)).params


def corners() -> list[dict[str, Any]]:
    """The ends of the ranges, each tube and each screw with the lightest and heaviest cups."""
    tubes: list[dict[str, Any]] = [
        {"tube_shape": "round", "tube_diameter": 19},
        {"tube_shape": "round", "tube_diameter": 32},
        {"tube_shape": "oval", "tube_diameter": 19, "tube_depth": 32},
        {"tube_shape": "oval", "tube_diameter": 32, "tube_depth": 19},
    ]
    grips: list[dict[str, Any]] = [
        {"squeeze": 0.2, "liner": 0, "screw": "M3"},
        {"squeeze": 1.0, "liner": 2, "screw": "M4"},
        {"squeeze": 1.0, "liner": 0, "screw": "M4"},
    ]
    cups: list[dict[str, Any]] = [
        {"cup_diameter": 60, "cup_base": 40, "cup_height": 80, "drink_weight": 0},
        {"cup_diameter": 100, "cup_base": 100, "cup_height": 220, "drink_weight": 1000},
        {"cup_diameter": 64, "cup_base": 64, "cup_height": 80, "drink_weight": 300},
    ]
    ways: list[dict[str, Any]] = [
        {"tube_angle": 0, "side": "left", "handle_slot": True},
        {"tube_angle": 90, "side": "right", "leans": "forward"},
        {"tube_angle": 37, "side": "left", "leans": "back", "handle_slot": True},
    ]
    every = itertools.product(tubes, grips, range(3))
    return [
        {**tube, **grip, **cups[(i + k) % 3], **ways[k]} for i, (tube, grip, k) in enumerate(every)
    ]


@st.composite
def any_entries(draw: st.DrawFn) -> dict[str, Any]:
    """Whatever somebody might enter within the ranges and rules."""
    across = st.floats(19, 32)
    shape = draw(st.sampled_from(["round", "oval"]))
    squeeze = draw(st.floats(0.2, 1.0))
    cup = draw(st.floats(60, 100))
    found: dict[str, Any] = {
        "tube_shape": shape,
        "tube_diameter": draw(across),
        "squeeze": squeeze,
        "liner": draw(st.one_of(st.just(0.0), st.floats(squeeze, 2.0))),
        "screw": draw(st.sampled_from(["M3", "M4"])),
        "tube_angle": draw(st.floats(0, 90)),
        "leans": draw(st.sampled_from(["back", "forward"])),
        "side": draw(st.sampled_from(["left", "right"])),
        "cup_diameter": cup,
        "cup_base": draw(st.floats(max(40.0, cup - MOST_TAPER_MM + 1e-6), cup)),
        "cup_height": draw(st.floats(80, 220)),
        "drink_weight": draw(st.floats(0, 1000)),
        "handle_slot": draw(st.booleans()),
    }
    if shape == "oval":
        found["tube_depth"] = draw(across)
    return found


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Device:
    """One device, its sizes and its shapes where they are in use."""

    params: TubeClampParameters
    printer: PrinterProfile
    layout: Layout
    assembly: Assembly
    made: tuple[MadePart, ...]

    @property
    def where(self) -> dict[str, Placement]:
        return self.assembly.pose({})

    def shape(self, name: str) -> m3d.Manifold:
        """A part's shape in its own coordinates."""
        return next(each.shape for each in self.made if each.part.name == name)

    def in_use(self, name: str) -> m3d.Manifold:
        return at(self.shape(name), self.where[name])


@lru_cache(maxsize=8)
def device_of(params: TubeClampParameters, printer: PrinterProfile) -> Device:
    assembly = build(params, printer)
    return Device(params, printer, lay_out(params, printer), assembly, make(assembly))


def device(printer: PrinterProfile = DEFAULT_PRINTER, **changes: Any) -> Device:
    """A device; one with a drink that is too heavy is made for the weight that is allowed."""
    wanted = entries(**changes)
    params = resolve(TubeClampParameters, wanted).params
    try:
        lay_out(params, printer)
    except BadParameters as refused:
        (problem,) = refused.problems
        assert problem.field == "drink_weight"
        most = float(problem.allowed.removeprefix("0-").removesuffix(" g"))
        params = dataclasses.replace(params, drink_weight=most)
    return device_of(params, printer)


# --- Measuring shapes -----------------------------------------------------------


def at(shape: m3d.Manifold, placement: Placement) -> m3d.Manifold:
    return shape.transform(placement.matrix()[:3])


def volume_shared(a: m3d.Manifold, b: m3d.Manifold) -> float:
    return float((a ^ b).volume())


def along_y(radius: float, start: float, end: float, x: float = 0.0, z: float = 0.0) -> Any:
    """A cylinder along y."""
    rod = m3d.Manifold.cylinder(end - start, radius, radius, 96)
    return at(rod, turn(X, -90.0).then(move(x, start, z)))


def hexagon_along_y(flats: float, start: float, end: float, turned: float = 0.0) -> Any:
    """A nut's body along y, flats above and below unless it is turned."""
    corner = flats / math.sqrt(3.0)
    body = m3d.Manifold.cylinder(end - start, corner, corner, 6)
    return at(body, turn(Z, turned).then(turn(X, -90.0)).then(move(y=start)))


def diameter_of(shape: m3d.Manifold, hole: Hole) -> float:
    """The diameter of the round hole about a point, by the area that a cut across it shows."""
    helper = Z if abs(hole.axis[2]) < 0.9 else X
    upright = frame(hole.at, helper, tuple(np.cross(hole.axis, helper))).inverse()
    cut = at(shape, upright).slice(0.0)
    found = []
    for polygon in cut.to_polygons():
        x, y = np.asarray(polygon).T
        area = 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
        if area < 0.0 and np.hypot(x.mean(), y.mean()) < 0.5:
            found.append(2.0 * math.sqrt(-area / math.pi))
    assert found, f"no hole at {hole.name}"
    return min(found)


def thread_along_y() -> m3d.Manifold:
    """A very thin straight body along y, to see where walls begin and end."""
    return m3d.Manifold.cube((0.02, 400.0, 0.02), center=True)


def tube_of(made: Device) -> m3d.Manifold:
    """The person's tube in the clamp's coordinates."""
    flat = m3d.CrossSection.circle(1.0, 720)
    flat = flat.scale((made.params.tube_diameter / 2.0, made.params.tube_depth / 2.0))
    return m3d.Manifold.extrude(flat, 400.0).translate((0.0, 0.0, -200.0))


# --- What must be true ----------------------------------------------------------


def check_parts(made: Device) -> None:
    for each in made.made:
        (body,) = each.shape.decompose()
        assert body.volume() > 0.0
        size = each.mesh.bounds[1] - each.mesh.bounds[0]
        assert (size < BED_MM).all(), (each.part.name, size)
        for hole in each.part.holes:
            assert diameter_of(each.shape, hole) == pytest.approx(hole.diameter_mm, abs=0.02)


def check_closed(made: Device) -> None:
    """No two parts share any space, and nothing but the halves touches the tube."""
    names = [part.name for part in made.assembly.parts]
    for a, b in itertools.combinations(names, 2):
        assert volume_shared(made.in_use(a), made.in_use(b)) < NOTHING_MM3, (a, b)
    if "cup_holder" in names:
        tube = at(tube_of(made), made.where["clamp_front"])
        assert volume_shared(made.in_use("cup_holder"), tube) < NOTHING_MM3


def check_squeeze(made: Device) -> None:
    """Across the slit the bore is smaller than tube and rubber by the squeeze, once printed."""
    c = made.layout.clamp
    z = c.length / 2.0 - 1.0
    probe = thread_along_y().translate((0.0, 0.0, z))
    front = (made.shape("clamp_front") ^ probe).bounding_box()
    back = (made.shape("clamp_back") ^ probe).bounding_box()
    bore = front[1] - back[4]
    lined = made.params.tube_depth + 2.0 * made.params.liner
    printed = bore - made.printer.hole_shrink_mm
    assert printed == pytest.approx(lined - made.params.squeeze, abs=0.02)
    slit = made.shape("clamp_front").bounding_box()[1] - made.shape("clamp_back").bounding_box()[4]
    assert slit == pytest.approx(c.gap, abs=1e-6)
    assert slit >= OPEN_GAP_MM


def check_nuts_and_screws(made: Device) -> None:
    c, h = made.layout.clamp, made.layout.hardware
    front, back = made.shape("clamp_front"), made.shape("clamp_back")
    # A printed pocket is smaller than drawn: so a nut that has grown as much stands in for it.
    flats = h.nut.across_flats_mm + made.printer.hole_shrink_mm
    thick = h.nut.thickness_mm
    shank, head = h.screw.diameter_mm / 2.0, h.screw.head_diameter_mm / 2.0
    ends = (c.seat, c.mount_y - made.layout.mount_floor - thick)
    for start, x, z in [(ends[0], x, z) for z in c.screw_z for x in (-c.reach, c.reach)] + [
        (ends[1], 0.0, 0.0)
    ]:
        nut = hexagon_along_y(flats, start, start + thick).translate((x, 0.0, z))
        assert volume_shared(nut, front) < NOTHING_MM3
        turned = hexagon_along_y(flats, start, start + thick, 30.0).translate((x, 0.0, z))
        assert volume_shared(turned, front) > 1.0
    assert (
        volume_shared(hexagon_along_y(flats, ends[1], ends[1] + thick), tube_of(made)) < NOTHING_MM3
    )
    for z in c.screw_z:
        for x in (-c.reach, c.reach):
            under = -c.seat - h.washer.thickness_mm
            tip = under + c.screw_length
            assert tip >= c.seat + thick
            screw = along_y(shank, under, tip, x, z)
            screw += along_y(head, under - h.screw.head_height_mm, under, x, z)
            screw += along_y(h.washer.outer_diameter_mm / 2.0, under, -c.seat, x, z)
            for solid in (front, back, tube_of(made)):
                assert volume_shared(screw, solid) < NOTHING_MM3


def check_holder(made: Device) -> None:
    """The cup goes in, the screw sits sunk and can be reached, and misses the tube."""
    cup, layout, h = made.layout.cup, made.layout, made.layout.hardware
    params, shape = made.params, made.shape("cup_holder")
    low, high = params.cup_base / 2.0, params.cup_diameter / 2.0
    body = m3d.Manifold.cylinder(cup.height - cup.floor, low, high, 180)
    body += m3d.Manifold.cylinder(300.0, high, high, 180).translate((0.0, 0.0, cup.height - 3.3))
    body = body.translate((0.0, 0.0, cup.floor))
    assert volume_shared(body, shape) < NOTHING_MM3
    under = -cup.mount_y + layout.mount_seat + h.washer.thickness_mm
    tip = under - layout.mount_screw_length
    top = under + h.screw.head_height_mm
    screw = along_y(h.screw.diameter_mm / 2.0, tip, under)
    screw += along_y(h.washer.outer_diameter_mm / 2.0, under - h.washer.thickness_mm, under)
    screw += along_y(h.screw.head_diameter_mm / 2.0, under, top)
    screw = screw.translate((0.0, 0.0, cup.mount_z))
    assert volume_shared(screw, body) < NOTHING_MM3
    key = along_y(2.0, top, 200.0).translate((0.0, 0.0, cup.mount_z))
    for solid in (
        shape,
        made.in_use("clamp_front"),
        at(tube_of(made), made.where["clamp_front"]),
    ):
        assert volume_shared(screw + key, solid) < NOTHING_MM3
    assert shape.volume() * PETG_G_PER_MM3 < strength.HOLDER_G


def check_as_printed(made: Device) -> None:
    """What every design is checked for: walls, overhangs, bridges, holes, bed, interference."""
    report = check_kit(made.assembly, made.made, made.printer)
    assert report.holds, [found for found in report.findings if found.severity == "error"]


def check_strength(made: Device) -> None:
    for check in made.assembly.hand_checks:
        assert check.holds, check
        assert check.working
        assert check.source


EVERYTHING = (
    check_parts,
    check_closed,
    check_squeeze,
    check_nuts_and_screws,
    check_holder,
    check_strength,
    check_as_printed,
)


@pytest.mark.parametrize("corner", corners())
def test_everything_holds_at_the_corners(corner: dict[str, Any]) -> None:
    """Tube, screw, rubber, cup, weight, angle and side at the ends of their ranges."""
    made = device(**corner)
    for check in EVERYTHING:
        check(made)


@settings(max_examples=15)
@given(any_entries(), st.sampled_from([DEFAULT_PRINTER, EXACT_PRINTER, LOOSE_PRINTER]))
def test_everything_holds_in_between(wanted: dict[str, Any], printer: PrinterProfile) -> None:
    """Whatever is asked for within the ranges, on printers that are exact, usual and loose."""
    made = device(printer, **wanted)
    for check in EVERYTHING:
        check(made)


def test_a_lip_that_once_hung_in_the_air_holds() -> None:
    """Drawn with fewer chords, the rounded lip of this cup faced the bed too flatly."""
    for base in (66.9, 67.0, 68.0):
        check_as_printed(device(cup_diameter=70.0, cup_base=base, cup_height=153.0))


@pytest.mark.parametrize("squeeze", [0.2, 0.5, 1.0])
def test_the_tube_and_the_bore_overlap_by_the_squeeze(squeeze: float) -> None:
    """On an exact printer each half, tightened, wants the tube's place by half the squeeze."""
    made = device(EXACT_PRINTER, squeeze=squeeze, tube_diameter=25.4)
    tube = tube_of(made)
    middle = thread_along_y().translate((0.0, 0.0, 15.0))
    for half in ("clamp_front", "clamp_back"):
        shared = (made.shape(half) ^ tube ^ middle).bounding_box()
        assert shared[4] - shared[1] == pytest.approx(squeeze / 2.0, abs=0.01)


def test_without_a_holder_there_is_only_the_clamp() -> None:
    """Then the mount is what others build on, with its nut but without a screw."""
    made = device(holder="none")
    assert [part.name for part in made.assembly.parts] == ["clamp_front", "clamp_back"]
    for check in (check_parts, check_closed, check_squeeze, check_nuts_and_screws, check_strength):
        check(made)
    bought = {item.name: item.quantity for item in made.assembly.hardware}
    assert sum(count for name, count in bought.items() if "screw" in name) == 2
    assert sum(count for name, count in bought.items() if "nut" in name) == 3


def test_hardware_is_what_was_placed() -> None:
    """Each pair of screws brings its nuts and washers; the mount brings one of each."""
    for made in (device(), device(drink_weight=900, tube_angle=90, tube_diameter=19)):
        screws = 2 * made.layout.clamp.pairs + 1
        for word in ("screw", "nut", "washer"):
            found = [item for item in made.assembly.hardware if word in item.name]
            assert sum(item.quantity for item in found) == screws
    assert device(drink_weight=900, tube_angle=90, tube_diameter=19).layout.clamp.pairs == 2
    lined = device(liner=1.5).assembly.hardware
    assert any("rubber strip" in item.name and item.unit == "mm" for item in lined)


@pytest.mark.parametrize("degrees", [0, 20, 45, 73.5, 90])
@pytest.mark.parametrize(
    ("side", "leans", "toward"),
    [("right", "back", 1), ("left", "back", -1), ("right", "forward", -1), ("left", "forward", 1)],
)
def test_the_cup_stands_upright(degrees: float, side: str, leans: str, toward: int) -> None:
    """The clamp on the holder lies at the tube's angle, leaning to the side that was said.

    Out from the chair is y; so on its right, backwards is x, and on its left it is -x.
    """
    made = device(tube_angle=degrees, side=side, leans=leans)
    along = made.where["clamp_front"].direction(Z)
    outwards = made.where["clamp_front"].direction(Y)
    lean = math.radians(degrees)
    assert along == pytest.approx((toward * math.sin(lean), 0.0, math.cos(lean)), abs=1e-9)
    assert outwards == pytest.approx(Y, abs=1e-9)


@pytest.mark.parametrize(("side", "forward"), [("right", -1.0), ("left", 1.0)])
def test_the_handle_slot_faces_forward(side: str, forward: float) -> None:
    """A handle comes in from above, on the side towards which the person looks."""
    slotted, plain = device(side=side, handle_slot=True), device(side=side)
    high, radius = slotted.layout.cup.height - 5.0, slotted.layout.cup.inner_top
    handle = m3d.Manifold.cube((20.0, 20.0, 60.0), center=True)
    handle = handle.translate((forward * radius, 0.0, high))
    assert volume_shared(slotted.shape("cup_holder"), handle) < NOTHING_MM3
    assert volume_shared(plain.shape("cup_holder"), handle) > 100.0


def test_the_teeth_keep_the_angle_and_let_it_be_changed_in_steps() -> None:
    """Half a tooth on, the faces do not close; a whole tooth on, they do."""
    made = device(tube_angle=20)
    clamp, holder = made.in_use("clamp_front"), made.in_use("cup_holder")
    about = (0.0, 0.0, made.layout.cup.mount_z)

    def shared(degrees: float) -> float:
        return volume_shared(at(clamp, turn(Y, degrees, about)), holder)

    assert shared(mount.STEP_DEG) < NOTHING_MM3
    assert shared(mount.STEP_DEG / 2.0) > 20.0
    assert shared(-3 * mount.STEP_DEG) < NOTHING_MM3


def test_the_mount_is_the_same_on_every_clamp() -> None:
    """Its face is flat and its teeth are alike, whatever the tube: what fits one fits all."""
    faces = []
    tubes: list[dict[str, Any]] = [
        {"tube_diameter": 19},
        {"tube_diameter": 32},
        {"tube_diameter": 25, "liner": 2},
    ]
    for changes in tubes:
        made = device(**changes)
        y = made.layout.clamp.mount_y
        disc = along_y(mount.FACE_MM - 0.1, y - 0.3, y + 3.0)
        hole = along_y(3.0, y - 1.0, y + 4.0)
        faces.append(((made.shape("clamp_front") ^ disc) - hole).translate((0.0, -y, 0.0)))
    first = faces[0].volume()
    for face in faces[1:]:
        assert face.volume() == pytest.approx(first, rel=1e-3)
        assert volume_shared(face, faces[0]) == pytest.approx(first, rel=1e-3)


# --- What is refused ------------------------------------------------------------


def test_a_drink_that_is_too_heavy_is_refused_with_the_weight_that_is_not() -> None:
    """The error says how heavy the drink may be and what else would help; that weight works."""
    heavy = {
        "screw": "M3",
        "tube_diameter": 19,
        "tube_angle": 90,
        "drink_weight": 1000,
        "cup_diameter": 100,
        "cup_base": 90,
    }
    with pytest.raises(BadParameters) as refused:
        build(parameters(**heavy), DEFAULT_PRINTER)
    (problem,) = refused.value.problems
    assert problem.field == "drink_weight"
    assert "too heavy" in problem.says
    assert "M4" in problem.advice
    most = float(problem.allowed.removeprefix("0-").removesuffix(" g"))
    assert 100.0 < most < 1000.0
    build(parameters(**{**heavy, "drink_weight": most}), DEFAULT_PRINTER)
    build(parameters(**{**heavy, "screw": "M4"}), DEFAULT_PRINTER)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tube_diameter": 18.9}, "tube_diameter"),
        ({"tube_diameter": 33}, "tube_diameter"),
        ({"tube_shape": "oval", "tube_depth": None}, "tube_depth"),
        ({"tube_shape": "round", "tube_depth": 30}, "tube_shape, tube_diameter, tube_depth"),
        ({"squeeze": 1.0, "liner": 0.5}, "liner, squeeze"),
        ({"cup_diameter": 70, "cup_base": 80}, "cup_diameter, cup_base"),
        ({"cup_diameter": 90, "cup_base": 60}, "cup_diameter, cup_base"),
        ({"screw": "M5"}, "screw"),
    ],
)
def test_what_cannot_be_made_is_refused(changes: dict[str, Any], field: str) -> None:
    """Out of range or inconsistent: the error names the measurement."""
    with pytest.raises(BadParameters) as refused:
        parameters(**changes)
    assert field in {problem.field for problem in refused.value.problems}


# --- Strength, judged from outside -----------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"drink_weight": 1000, "cup_diameter": 100, "cup_base": 76, "cup_height": 220},
        {"cup_diameter": 60, "cup_base": 40, "cup_height": 80},
        {"cup_diameter": 60, "cup_base": 60, "cup_height": 80, "drink_weight": 1000},
    ],
)
def test_the_back_is_at_least_as_stiff_as_the_formula_says(changes: dict[str, Any]) -> None:
    """The second moment of area, cut from the mesh and integrated, is the rectangle's or more.

    Only the strip of the back that is counted on is kept of each cut. The stress that follows,
    with the strip's own middle and farthest fibre, is the formula's or less.
    """
    made = device(**changes)
    cup, load = made.layout.cup, made.layout.load
    width, depth = strength.SPINE_WIDTH_MM, cup.counted_depth
    claimed = strength.spine_stress_mpa(load, width, depth)
    strip = m3d.CrossSection.square((width, 200.0)).translate((-width / 2.0, -200.0))
    for z in np.linspace(cup.floor + 1.0, cup.mount_z - mount.RING_OUTER_MM - 1.0, 6):
        area, middle, second, far = section(made.shape("cup_holder").slice(float(z)) ^ strip)
        assert second >= width * depth**3 / 12.0 * 0.999
        assert -middle <= cup.inner_top + cup.spine
        stress = load.force_n * load.arm_spine * far / second + load.force_n / area
        assert stress <= claimed * 1.001


def section(cut: m3d.CrossSection) -> tuple[float, float, float, float]:
    """Area, middle (y), second moment about the middle, and farthest fibre of a flat section.

    By Green's theorem over its polygons (any table of section properties).
    """
    area = first = second = 0.0
    ys = []
    for polygon in cut.to_polygons():
        x, y = np.asarray(polygon, dtype=np.float64).T
        x1, y1 = np.roll(x, -1), np.roll(y, -1)
        crossed = x * y1 - x1 * y
        area += float(crossed.sum()) / 2.0
        first += float(((y + y1) * crossed).sum()) / 6.0
        second += float(((y * y + y * y1 + y1 * y1) * crossed).sum()) / 12.0
        ys.extend(y.tolist())
    middle = first / area
    return area, middle, second - area * middle**2, max(abs(y - middle) for y in ys)


def test_the_clamp_is_as_thick_as_the_strength_counts_on() -> None:
    """Crowns and ears, measured on the mesh where the formulas cut, are not thinner."""
    for changes in ({}, {"tube_diameter": 32}, {"tube_shape": "oval", "tube_depth": 30}):
        made = device(**changes)
        c = made.layout.clamp
        line = m3d.CrossSection.square((0.02, 400.0), center=True)
        crowns = {}
        for name in ("clamp_front", "clamp_back"):
            flat = made.shape(name).slice(c.length / 2.0 - 4.5) ^ line
            crowns[name] = flat.bounds()[3] - flat.bounds()[1]
            ear = made.shape(name).slice(0.0) ^ line.translate((c.half_x + 0.5, 0.0))
            assert ear.bounds()[3] - ear.bounds()[1] >= c.ear - 1e-6
        assert crowns["clamp_front"] >= c.front_crown - 0.25
        assert crowns["clamp_back"] >= c.back_crown - 0.25


def test_a_heavier_drink_gets_a_thicker_back_or_more_screws() -> None:
    """The checks size the part; they do not only judge it."""
    big: dict[str, Any] = {"cup_diameter": 100, "cup_base": 95, "cup_height": 220}
    light = device(drink_weight=100, screw="M3", **big)
    heavy = device(drink_weight=700, screw="M3", **big)
    assert heavy.params.drink_weight == 700
    assert heavy.layout.cup.counted_depth > light.layout.cup.counted_depth + 0.2
    assert device(drink_weight=200, tube_angle=90, **big).layout.clamp.pairs == 1
    assert device(drink_weight=1000, tube_angle=90, **big).layout.clamp.pairs == 2


def test_a_formula_worked_out_on_paper() -> None:
    """0.5 N m on an M4: 500 / (0.2 x 4) = 625 N. A kilogram drops off a kerb: 35.9 N."""
    assert strength.screw_force_n("M4") == pytest.approx(625.0)
    assert strength.kerb_force_n(1000.0) == pytest.approx(1.22 * 9.81 * 3.0)
    load = strength.Load(1000.0, 90.0, 80.0, 60.0, 60.0)
    # 6 x 35.9 x 60 / (20 x 10 x 10) + 35.9 / 200
    assert strength.spine_stress_mpa(load, 20.0, 10.0) == pytest.approx(6.6428, abs=1e-3)


# --- The other kernel --------------------------------------------------------------


def test_the_exact_kernel_makes_the_same_clamp() -> None:
    """OCCT finds the same volume within a thousandth and the same extent within 0.05 mm.

    Only the back half: OCCT takes 15 s for it, and minutes for all three parts.
    """
    from parametric.solid.exact import evaluate_exact

    part = device().assembly.part("clamp_back")
    fine = evaluate(part.solid, tolerance_mm=0.005)
    exact = evaluate_exact(part.solid)
    assert len(exact.Solids()) == 1
    assert fine.volume() == pytest.approx(exact.Volume(), rel=0.001)
    box = exact.BoundingBox()
    there = (box.xmin, box.ymin, box.zmin, box.xmax, box.ymax, box.zmax)
    assert fine.bounding_box() == pytest.approx(there, abs=0.05)


# --- What is said about it --------------------------------------------------------


def test_it_says_that_it_is_amber_and_why() -> None:
    """It carries drinks, which may be hot, and never a person."""
    assert DESIGN.load_class is LoadClass.AMBER
    safety = (HERE / "guide" / "safety.md").read_text("utf-8")
    for word in ("hot", "lid", "seat", "person"):
        assert word in safety.lower()


def test_every_interface_is_a_joint() -> None:
    """What is declared can be mated."""
    assembly = device(holder="none").assembly
    for interface in DESIGN.interfaces:
        assert assembly.part(interface.part).joint(interface.name).low_deg == 0.0


def test_the_manifest_agrees_with_the_design() -> None:
    """okh.toml says the same version, licence and load class as the design."""
    manifest = tomllib.loads((HERE / "okh.toml").read_text("utf-8"))
    assert manifest["version"] == DESIGN.version
    assert manifest["license"] == DESIGN.licence
    extra = manifest["x-fitcommons"]
    assert extra["slug"] == DESIGN.slug
    assert extra["load-class"] == DESIGN.load_class.value
    for path in (*manifest["manufacturing-instructions"], *manifest["user-manual"]):
        assert (HERE / path).is_file(), path
    for path in manifest["source"]:
        assert (HERE / path).is_file(), path


@pytest.mark.parametrize("page", ["fit", "care", "safety", "before_you_wear"])
def test_guides_are_written_in_short_sentences(page: str) -> None:
    """No sentence has more than 20 words, and on average they have fewer than 12."""
    text = (HERE / "guide" / f"{page}.md").read_text("utf-8")
    plain = " ".join(line.lstrip("-#0123456789. ") + "." for line in text.splitlines() if line)
    counts = [len(each.split()) for each in plain.replace("?", ".").split(".") if each.split()]
    assert max(counts) <= 20
    assert sum(counts) / len(counts) < 12


# --- What it is proved for ------------------------------------------------------


def test_what_it_is_proved_for_can_be_asked_for() -> None:
    """No setting of the sample contradicts itself, and all the choices are among them."""
    sampled = sample_parameters(TubeClampParameters, 200, 1)[-200:]
    for each in sampled:
        resolve(TubeClampParameters, each.measurements)
    for name in ("tube_shape", "screw"):
        assert len({each.measurements.get(name) for each in sampled}) > 1
