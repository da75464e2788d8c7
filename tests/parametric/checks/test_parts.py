"""Checks of one part: each passes a sound part, and fails when its one defect is planted."""

import math

import numpy as np
import pytest

from parametric.checks import PartReport, check_part
from parametric.checks.holes import fit_circle
from parametric.checks.parts import check_surface, is_small_part
from parametric.checks.surface import Surface
from parametric.clearance import DEFAULT_PRINTER, printer
from parametric.kit import make_part
from parametric.part import Advice, Hole, Part
from parametric.place import Y, Z, move, turn
from parametric.solid import (
    Box,
    Cylinder,
    Extrude,
    Solid,
    Sphere,
    Union,
    difference,
    placed,
    teardrop,
    union,
)
from parametric.solid.mesh import Memory, Mesh, mesh_of

PIN = Hole("pin", 3.2, (0.0, 0.0, 0.0), Z, "pin")
BLOCK = Box(30, 20, 10)


def report(
    solid: Solid, *, holes: tuple[Hole, ...] = (), advice: Advice | None = None
) -> PartReport:
    part = Part("thing", "Thing", solid, holes=holes, advice=advice or Advice())
    return check_part(make_part(part, 0.05, Memory()), DEFAULT_PRINTER)


def found(told: PartReport, severity: str = "error") -> set[str]:
    return {each.check for each in told.findings if each.severity == severity}


def check_mesh(mesh: Mesh) -> PartReport:
    return check_surface("thing", Surface(mesh), DEFAULT_PRINTER, least_wall_mm=1.2)


def on_bed(mesh: Mesh) -> Mesh:
    return mesh.placed(move(0, 0, -float(mesh.bounds[0, 2])))


def bridge(span: float, thick: float = 3.0) -> Solid:
    """Two towers, 10 x 10 x 20 mm, with a lintel that lies flush on them."""
    out = span / 2 + 5
    towers = (placed(Box(10, 10, 20), move(x, 0, 10)) for x in (-out, out))
    return union(*towers, placed(Box(span + 20, 10, thick), move(0, 0, 20 + thick / 2)))


def shelf(reach: float) -> Solid:
    """A wall with a plate that stands out on one side."""
    return union(
        placed(Box(20, 10, 20), move(0, 0, 10)),
        placed(Box(20 + 0, 10 + reach, 3), move(0, reach / 2, 21.5)),
    )


# --- closed, of one body ------------------------------------------------------


def test_a_sound_block_holds_with_its_facts() -> None:
    """Volume, size and bodies of a block are those worked out by hand."""
    told = report(BLOCK)
    assert told.holds, told.findings
    assert told.facts["volume_mm3"] == pytest.approx(6000)
    assert told.facts["size_mm"] == pytest.approx((30, 20, 10))
    assert told.facts["area_mm2"] == pytest.approx(2200)
    assert (told.facts["bodies"], told.facts["hollows"], told.facts["closed"]) == (1, 0, True)
    assert told.facts["first_layer_mm2"] == pytest.approx(600)
    assert told.facts["least_wall_mm"] == pytest.approx(10, abs=1e-4)


def test_two_bodies_are_an_error() -> None:
    """A part that falls into two pieces does not hold."""
    told = report(union(Box(10, 10, 10), placed(Box(10, 10, 10), move(20, 0, 0))))
    assert found(told) == {"bodies"}
    assert told.facts["bodies"] == 2


def test_a_closed_hollow_is_an_error() -> None:
    """What is closed all round can be neither seen nor drained."""
    told = report(difference(Box(30, 30, 30), Sphere(4)))
    assert "hollows" in found(told)


def test_an_inside_out_mesh_is_an_error() -> None:
    """A closed surface that faces inwards has a negative volume."""
    mesh = on_bed(mesh_of(BLOCK))
    told = check_mesh(Mesh(mesh.vertices, mesh.triangles[:, ::-1].copy()))
    assert "volume" in found(told)
    assert told.facts["closed"]


@pytest.mark.parametrize("broken", ["missing", "twice", "turned"])
def test_an_open_mesh_is_an_error(broken: str) -> None:
    """A triangle that is missing, doubled or turned round leaves edges without one neighbour."""
    mesh = on_bed(mesh_of(BLOCK))
    triangles = mesh.triangles.copy()
    if broken == "missing":
        triangles = triangles[1:]
    elif broken == "twice":
        triangles = np.concatenate((triangles, triangles[:1]))
    else:
        triangles[0] = triangles[0, ::-1]
    told = check_mesh(Mesh(mesh.vertices, triangles))
    assert "closed" in found(told)
    assert not told.facts["closed"]


def test_the_surface_knows_its_neighbours() -> None:
    """Across each edge of a triangle lies the triangle that has the edge the other way round."""
    mesh = mesh_of(difference(BLOCK, Cylinder(2, 20)))
    across = Surface(mesh).neighbours
    for row in (0, 7, len(across) - 1):
        for edge in range(3):
            a, b = mesh.triangles[row, edge], mesh.triangles[row, (edge + 1) % 3]
            other = mesh.triangles[across[row, edge]].tolist()
            assert (other.index(a) - other.index(b)) % 3 == 1


# --- holes --------------------------------------------------------------------


@pytest.mark.parametrize("diameter", [1.8, 3.2, 6.0, 12.0])
def test_a_hole_is_measured_to_a_thousandth(diameter: float) -> None:
    """The measured diameter is that of the circle the hole was drawn with."""
    hole = Hole("pin", diameter, (1.0, 2.0, 0.0), Z, "pin")
    bore = placed(Cylinder(diameter / 2, 30), move(1, 2, 0))
    told = report(difference(BLOCK, bore), holes=(hole,))
    assert told.holds, told.findings
    assert told.holes[0].measured_mm == pytest.approx(diameter, abs=1e-3)


@pytest.mark.parametrize("wrong", [-0.05, -0.021, 0.021, 0.05])
def test_a_hole_that_is_off_by_little_is_an_error(wrong: float) -> None:
    """More than 0.02 mm beside nominal, either way, does not hold."""
    told = report(difference(BLOCK, Cylinder(1.6 + wrong / 2, 30)), holes=(PIN,))
    assert found(told) == {"holes"}
    assert not told.holes[0].holds


def test_a_hole_within_tolerance_holds() -> None:
    """0.015 mm beside nominal is right."""
    assert report(difference(BLOCK, Cylinder(1.6075, 30)), holes=(PIN,)).holds


def test_a_missing_hole_is_an_error() -> None:
    """Where there is material there is no hole."""
    told = report(BLOCK, holes=(PIN,))
    assert found(told) == {"holes"}
    assert told.holes[0].measured_mm is None


def test_a_hole_beside_its_place_is_an_error() -> None:
    """The right diameter in the wrong place does not hold."""
    bore = placed(Cylinder(1.6, 30), move(0.1, 0, 0))
    told = report(difference(BLOCK, bore), holes=(PIN,))
    assert found(told) == {"holes"}
    assert told.holes[0].measured_mm == pytest.approx(3.2, abs=1e-3)
    assert told.holes[0].off_axis_mm == pytest.approx(0.1, abs=1e-3)


def test_a_scaled_hole_is_not_round() -> None:
    """A hole that was stretched with its part is an ellipse, and no hole."""
    mesh = mesh_of(difference(BLOCK, Cylinder(1.6, 30)))
    stretched = Mesh(mesh.vertices * (1.4, 1.0, 1.0) + (0, 0, 5), mesh.triangles)
    told = check_surface(
        "thing",
        Surface(stretched),
        DEFAULT_PRINTER,
        least_wall_mm=1.2,
        holes=(PIN,),
        to_bed=move(0, 0, 5),
    )
    assert found(told) == {"holes"}


def test_a_teardrop_is_measured_on_its_round_part() -> None:
    """The roof of a hole that lies down does not count."""
    bore = placed(Extrude(teardrop(1.6), 50), turn((1, 0, 0), 90).then(move(0, 25, 0)))
    lying = Hole("cord", 3.2, (0.0, 0.0, 0.0), Y, "cord")
    told = report(difference(BLOCK, bore), holes=(lying,))
    assert told.holds, told.findings
    assert told.holes[0].measured_mm == pytest.approx(3.2, abs=2e-3)


def test_a_hole_closed_at_both_ends_is_an_error() -> None:
    """A bubble is round and of the right size, and nothing goes in."""
    told = report(difference(BLOCK, Cylinder(1.6, 6)), holes=(PIN,))
    assert "holes" in found(told)


def test_a_blind_hole_is_open() -> None:
    """A pilot hole need only be open at one end."""
    told = report(difference(BLOCK, placed(Cylinder(1.6, 10), move(0, 0, 2))), holes=(PIN,))
    assert told.holds, told.findings


def test_something_in_a_hole_is_an_error() -> None:
    """A splinter into a round hole keeps the pin out, though the circle is right."""
    splinter = placed(Box(0.2, 0.4, 10), move(1.55, 0, 0))
    told = report(union(difference(BLOCK, Cylinder(1.6, 30)), splinter), holes=(PIN,))
    assert "holes" in found(told)


def test_a_circle_is_fitted_to_the_round_part_only() -> None:
    """Points on a notch beside a circle do not pull it."""
    angles = np.linspace(0.5, 2 * math.pi - 0.5, 60)
    arc = np.column_stack((2 * np.cos(angles) + 1, 2 * np.sin(angles) - 3))
    notch = np.array([[4.0, -3.5], [4.0, -2.5]])
    fitted = fit_circle(np.concatenate((arc, notch)))
    assert fitted is not None
    centre, radius = fitted
    assert (*centre, radius) == pytest.approx((1, -3, 2), abs=1e-6)


# --- walls --------------------------------------------------------------------


def cup(wall: float) -> Solid:
    """A box, open above, with walls of one thickness and a floor of 3 mm."""
    return difference(Box(30, 30, 20), placed(Box(30 - 2 * wall, 30 - 2 * wall, 20), move(0, 0, 3)))


@pytest.mark.parametrize(("wall", "holds"), [(0.8, False), (1.1, False), (1.16, True), (1.6, True)])
def test_a_wall_is_as_thick_as_it_is(wall: float, holds: bool) -> None:  # noqa: FBT001 (a case)
    """Walls are measured to 0.001 mm, and may be 0.05 mm below their limit."""
    told = report(cup(wall))
    assert told.facts["least_wall_mm"] == pytest.approx(wall, abs=1e-3)
    assert told.holds is holds
    assert found(told) == (set() if holds else {"walls"})


def test_a_hole_near_a_face_leaves_a_thin_wall() -> None:
    """The wall between a bore and a flat face is found though it is thin along one line only."""
    bore = placed(Cylinder(2.0, 40), turn(Y, 90).then(move(0, 0, 2.2)))
    told = report(difference(Box(30, 20, 10), bore))
    assert told.facts["least_wall_mm"] == pytest.approx(0.8, abs=0.05)
    assert "walls" in found(told)


def test_chamfers_and_rims_of_holes_are_no_walls() -> None:
    """Where two faces meet at 45 degrees the material runs out without being a wall."""
    cone = placed(Extrude(teardrop(3.0), 40), turn((1, 0, 0), 90).then(move(0, 20, 4.5)))
    told = report(difference(Box(30, 20, 10), cone))
    wall = told.facts["least_wall_mm"]
    assert isinstance(wall, float)
    assert wall > 1.2


def test_raised_letters_are_no_walls() -> None:
    """A ridge lower than it is thick stands by itself; a rib as thin and 6 mm high does not."""
    ridge = [placed(Box(0.9, 15, 0.8), move(x, 0, 5.4)) for x in (-8, 0, 8)]
    assert report(union(BLOCK, *ridge)).holds
    rib = placed(Box(0.9, 15, 6), move(0, 0, 8))
    assert found(report(union(BLOCK, rib))) == {"walls"}


# --- overhangs ----------------------------------------------------------------


def test_a_bridge_of_9_mm_holds() -> None:
    """A ceiling between two towers can be bridged up to 10 mm."""
    told = report(bridge(9))
    assert told.holds, told.findings
    assert told.facts["longest_bridge_mm"] == pytest.approx(9, abs=0.05)


def test_a_bridge_of_11_mm_does_not() -> None:
    """Beyond 10 mm it is an error that says how long it is."""
    told = report(bridge(11))
    assert found(told) == {"overhang"}
    assert told.findings[0].value == pytest.approx(11, abs=0.05)


def test_supports_make_an_overhang_a_note() -> None:
    """What is printed with supports may hang."""
    told = report(bridge(11), advice=Advice(supports=True))
    assert told.holds
    assert found(told, "note") == {"overhang"}


def test_a_table_hangs() -> None:
    """A plate on one leg has nothing to bridge to."""
    table = union(placed(Box(10, 10, 20), move(0, 0, 10)), placed(Box(40, 40, 3), move(0, 0, 21)))
    assert found(report(table)) == {"overhang"}


@pytest.mark.parametrize(("reach", "holds"), [(2.8, True), (3.6, False)])
def test_a_short_ledge_holds(reach: float, holds: bool) -> None:  # noqa: FBT001 (a case)
    """A shelf may stand out 3 mm from the wall that holds it."""
    assert (found(report(shelf(reach))) == set()) is holds


@pytest.mark.parametrize(("degrees", "holds"), [(44.0, True), (49.0, True), (52.0, False)])
def test_a_slope_may_lean_to_50_degrees(degrees: float, holds: bool) -> None:  # noqa: FBT001
    """45 degrees from upright, and 5 of tolerance."""
    lean = 20.0 * math.tan(math.radians(degrees))
    mesh = on_bed(mesh_of(Box(12, 12, 20)))
    high = mesh.vertices[:, 2] > 1
    vertices = mesh.vertices + np.where(high, lean, 0.0)[:, None] * (1.0, 0.0, 0.0)
    assert ("overhang" not in found(check_mesh(Mesh(vertices, mesh.triangles)))) is holds


def test_what_begins_in_mid_air_is_an_error() -> None:
    """A stalactite is held from above only, which a printer cannot do."""
    hanging = union(bridge(9), placed(Box(4, 6, 10), move(0, 0, 16)))
    told = report(hanging)
    assert any("mid-air" in each.says for each in told.findings)


def test_the_face_on_the_bed_does_not_hang() -> None:
    """The first layer lies on the bed, though it looks down; so does a rounded edge's start."""
    assert report(Box(30, 30, 30, 3)).facts["unsupported_mm2"] == 0.0


# --- the foot, the bed, small parts -------------------------------------------


def test_a_small_foot_is_a_warning() -> None:
    """A ball touches the bed at a point; a mast falls over."""
    assert "foot" in found(report(Sphere(5)), "warning")
    assert "foot" in found(report(Box(6, 6, 60)), "warning")
    assert "foot" not in found(report(Box(12, 12, 60)), "warning")


def test_a_part_larger_than_the_bed_is_an_error() -> None:
    """The bed less its margins must hold it, as it lies or turned by a quarter."""
    assert "bed" in found(report(Box(219, 20, 5)))
    assert "bed" not in found(report(Box(215, 20, 5)))
    part = Part("long", "Long", Box(20, 240, 5))
    made = make_part(part, 0.05, Memory())
    assert check_part(made, printer("Prusa MK4")).holds, "turned by a quarter it fits 250 x 210"
    beds = check_part(made, DEFAULT_PRINTER).facts["beds"]
    assert isinstance(beds, tuple)
    assert "Prusa MK4" in beds
    assert "Prusa MINI" not in beds


@pytest.mark.parametrize(
    ("solid", "small"),
    [
        (Cylinder(15, 50), True),
        (Cylinder(15, 60), False),
        (Cylinder(16.5, 20), False),
        (placed(Cylinder(14, 55), turn((1, 1, 0), 40)), True),
        (Box(22, 22, 50), True),
        (Box(33, 33, 33), False),
    ],
)
def test_small_parts_are_told(solid: Solid, small: bool) -> None:  # noqa: FBT001 (a case)
    """What goes into a cylinder of 31.7 mm by 57.1 mm, however it is turned, is a small part."""
    assert is_small_part(mesh_of(solid)) is small


def test_reports_are_the_same_every_time_and_go_into_json() -> None:
    """A check depends on nothing but the mesh."""
    solid = Union((BLOCK, placed(Cylinder(4, 30), move(0, 0, 10))))
    first, second = report(solid), report(solid)
    assert first == second
    told = first.to_json()
    assert told["holds"] is True
    assert told["facts"]["bodies"] == 1
