"""Volumes worked out by hand, of both kernels, and sizes that are promised."""

import math

import numpy as np
import pytest

from parametric.checks.kernels import _distances
from parametric.place import X, Z, mirror_x, move, turn
from parametric.solid import (
    Box,
    CadLeaf,
    Capsule,
    Circle,
    Cone,
    Cylinder,
    Difference,
    Extrude,
    Loft,
    Offset,
    Polygon,
    Revolve,
    Rim,
    Section,
    Solid,
    Sphere,
    Sweep,
    difference,
    hexagon,
    intersection,
    placed,
    rectangle,
    slot,
    tube,
    union,
)
from parametric.solid.exact import evaluate_exact
from parametric.solid.exact.bodies import volume
from parametric.solid.mesh import TOLERANCE_MM, evaluate, mesh_of
from parametric.solid.stations import rings_at
from tests.parametric.solid.agree import assert_kernels_agree, assert_watertight
from tests.parametric.solid.trees import cube

PI = math.pi

# What rounding takes from a rim of size r along a straight edge: r^2 (1 - pi / 4) of its section.
STRAIGHT = 1.0 - PI / 4.0

BY_HAND: dict[str, tuple[Solid, float]] = {
    "box": (Box(10, 20, 30), 6000.0),
    # Steiner: V + r S + r^2 pi (a + b + c) + 4/3 pi r^3 of the inner box.
    "rounded box": (
        Box(10, 20, 30, 2),
        6 * 16 * 26 + 2 * 2 * (6 * 16 + 16 * 26 + 26 * 6) + PI * 4 * (6 + 16 + 26) + 4 / 3 * PI * 8,
    ),
    "cylinder": (Cylinder(5, 10), PI * 25 * 10),
    "cone": (Cone(5, 0, 10), PI * 25 * 10 / 3),
    "upside-down cone": (Cone(0, 5, 10), PI * 25 * 10 / 3),
    "frustum": (Cone(3, 6, 9), PI * 9 / 3 * (9 + 18 + 36)),
    "cone as wide at both ends": (Cone(3, 3, 9), PI * 81),
    "sphere": (Sphere(10), 4 / 3 * PI * 1000),
    "capsule": (Capsule(4, 20), PI * 16 * 20 + 4 / 3 * PI * 64),
    # A hexagon's area is sqrt(3) / 2 of the square across its flats.
    "hexagon": (Extrude(hexagon(10), 5), math.sqrt(3) / 2 * 100 * 5),
    "slot": (Extrude(slot(20, 6), 5), (14 * 6 + PI * 9) * 5),
    # Steiner in the plane: A + d L + pi d^2.
    "grown": (Extrude(Offset(rectangle(10, 6), 2), 3), (60 + 2 * 32 + PI * 4) * 3),
    "shrunk": (Extrude(Offset(rectangle(10, 6), -1), 3), 8 * 4 * 3.0),
    # Pappus: the area times the way of its middle.
    "ring": (Revolve(Polygon(((7, 0), (11, 0), (11, 2), (7, 2)))), 2 * PI * 9 * 8),
    "round rim of a disc": (
        Extrude(Circle(6), 5, None, Rim("round", 2)),
        # The middle of what goes is r (10 - 3 pi) / (12 - 3 pi) from the corner (Pappus).
        PI * 36 * 5 - 4 * STRAIGHT * 2 * PI * (6 - 2 * (10 - 3 * PI) / (12 - 3 * PI)),
    ),
    "chamfered disc": (
        Extrude(Circle(6), 5, Rim("chamfer", 2), None),
        PI * 36 * 3 + PI * 2 / 3 * (36 + 24 + 16),
    ),
    # A frustum of a pyramid: h / 3 (A + a + sqrt(A a)) and a box below.
    "chamfered square": (
        Extrude(rectangle(10, 10), 5, None, Rim("chamfer", 2)),
        100 * 3 + 2 / 3 * (100 + 36 + 60),
    ),
    "elliptic cylinder": (
        Loft((Section(0, 10, 6, 6), Section(20, 10, 6, 6))),
        PI * 60 * 20,
    ),
    "two half ellipses": (
        Loft((Section(0, 10, 8, 4), Section(20, 10, 8, 4))),
        PI * 10 * 6 * 20,
    ),
    "cone as a ruled loft": (
        Loft((Section(0, 4, 4, 4), Section(12, 8, 8, 8)), ruled=True),
        PI * 12 / 3 * (16 + 32 + 64),
    ),
    "straight sweep": (Sweep(rectangle(4, 3), ((1, 2, 3), (4, 6, 15))), 12 * 13.0),
    "straight tube": (tube(2, ((0, 0, 0), (0, 0, 10), (0, 0, 25))), PI * 4 * 25),
    "cube as a mesh": (cube(7), 343.0),
    "mirrored": (placed(Cone(5, 0, 10), mirror_x()), PI * 25 * 10 / 3),
    "turned": (placed(Box(3, 4, 5), turn((1, 2, 3), 77).then(move(9, 8, 7))), 60.0),
    "apart": (union(Box(2, 2, 2), placed(Box(2, 2, 2), move(9))), 16.0),
    "overlapping": (union(Box(4, 4, 4), placed(Box(4, 4, 4), move(2))), 96.0),
    "face to face": (union(Box(4, 4, 4), placed(Box(4, 4, 4), move(4))), 128.0),
    "hole": (difference(Box(10, 10, 5), Cylinder(2, 9)), 500 - PI * 4 * 5),
    "hollow": (difference(Box(10, 10, 10), Sphere(4)), 1000 - 4 / 3 * PI * 64),
    "cut beside": (difference(Box(4, 4, 4), placed(Sphere(1), move(9))), 64.0),
    # Two equal cylinders at a right angle share 16 r^3 / 3 (Archimedes).
    "Steinmetz": (
        intersection(Cylinder(5, 20), placed(Cylinder(5, 20), turn(X, 90))),
        16 / 3 * 125,
    ),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_both_kernels_make_the_volume_worked_out_by_hand(name: str) -> None:
    """The exact body to 1 part in 10,000; the mesh within its chords."""
    solid, expected = BY_HAND[name]
    assert volume([evaluate_exact(solid)]) == pytest.approx(expected, rel=1e-4)
    mesh = mesh_of(solid)
    assert abs(mesh.volume - expected) <= TOLERANCE_MM * float(mesh.areas.sum())
    assert_kernels_agree(solid)


def test_a_sphere_is_within_tolerance_at_the_middle_of_its_triangles() -> None:
    """Its corners lie on the true surface, no triangle lies deeper inside than promised."""
    for radius in (0.3, 1.0, 3.0, 10.0, 50.0):
        mesh = mesh_of(Sphere(radius))
        assert np.linalg.norm(mesh.vertices, axis=1) == pytest.approx(radius, rel=1e-6)
        depth = radius - np.abs(np.einsum("ij,ij->i", mesh.normals, mesh.corners[:, 0]))
        assert depth.max() <= TOLERANCE_MM


LOFTS = {
    "finger": Loft(
        (Section(0, 10, 9, 7, power=3), Section(15, 9, 8, 7, y=1), Section(30, 7, 6, 6, y=2)),
        2.5,
        2.5,
    ),
    "gauntlet": Loft(
        (
            Section(0, 47, 36, 36, power=2.2),
            Section(105, 33, 26, 26, power=2.2),
            Section(131, 49, 26, 26, power=2.2),
            Section(138, 49, 26, 26, power=2.2),
        ),
    ),
    "nearly a ball": Loft((Section(0, 10, 10, 10), Section(30, 10, 10, 10)), 9.9, 9.9),
    "square to round": Loft((Section(0, 10, 9, 7, power=8), Section(20, 9, 8, 7)), ruled=True),
}


@pytest.mark.parametrize("name", LOFTS)
def test_a_loft_is_near_its_true_surface_at_the_middle_of_its_triangles(name: str) -> None:
    """No triangle strays by more than 1.25 tolerances, the sum of what each direction may."""
    loft = LOFTS[name]
    low, high = loft.sections[0].z, loft.sections[-1].z
    t = np.linspace(0, PI / 2, 40)
    domes = (low + loft.start_round * (1 - np.cos(t)), high - loft.end_round * (1 - np.cos(t)))
    heights = np.unique(np.concatenate((np.linspace(low, high, 300), *domes)))
    grid = rings_at(loft, heights, np.linspace(0, 2 * PI, 601))
    a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]
    true = np.concatenate([np.stack(t, 2).reshape(-1, 3, 3) for t in ((a, b, c), (a, c, d))])
    corners = mesh_of(loft).corners
    sides = corners[np.ptp(corners[:, :, 2], axis=1) > 1e-4]
    away, _ = _distances(sides, true, TOLERANCE_MM / 2)
    assert away.max() <= 1.25 * TOLERANCE_MM


def test_a_loft_lies_half_inside_and_half_outside_of_its_surface() -> None:
    """The chords of a round one go as far in as its corners stand out, and no farther than asked.

    So it is as large as its true body, where corners on the surface would make it smaller.
    """
    drum = mesh_of(Loft((Section(0, 10, 10, 10), Section(30, 10, 10, 10))))
    out = np.linalg.norm(drum.vertices[:, :2], axis=1).max() - 10.0
    upright = np.abs(drum.normals[:, 2]) < 0.5
    depths = np.einsum("ij,ij->i", drum.normals[upright], drum.corners[upright, 0])
    assert 10.0 - depths.min() == pytest.approx(out, rel=0.1)
    assert out <= 0.5 * TOLERANCE_MM
    assert drum.volume == pytest.approx(PI * 100 * 30, rel=2e-3)


@pytest.mark.parametrize("radius", [5.5, 7.0, 8.5, 9.9, 10.6, 12.0])
def test_a_circle_that_is_only_cleared_hangs_no_sooner_than_it_must(radius: float) -> None:
    """Printed upright, its first chord beyond 50 degrees begins at 48 or later."""
    mesh = mesh_of(Cylinder(radius, 10, fine=False))
    round_ = np.abs(mesh.normals[:, 2]) < 0.5
    steep = np.degrees(np.arcsin(-mesh.normals[round_, 1]))
    hanging = mesh.corners[round_][steep > 50.0]
    begins = np.degrees(np.arcsin(np.clip(-hanging[:, :, 1] / radius, -1.0, 1.0)))
    assert begins.min() >= 48.0


def test_a_difference_without_cuts_is_its_base() -> None:
    """Nothing taken away leaves all."""
    assert mesh_of(Difference(Box(2, 3, 4), ())).volume == pytest.approx(24.0)


@pytest.mark.parametrize("diameter", [1.0, 2.0, 3.0, 6.0, 8.0, 20.0])
def test_a_hole_is_as_wide_as_promised(diameter: float) -> None:
    """From flat to flat, a hole is within 0.02 mm of its diameter."""
    mesh = mesh_of(Cylinder(diameter / 2, 10))
    flat = np.abs(mesh.normals[:, 2]) < 0.5
    across = 2.0 * np.einsum("ij,ij->i", mesh.normals[flat], mesh.corners[flat, 0]).min()
    assert diameter - 0.02 <= across <= diameter


def test_only_what_is_looked_at_has_rough_circles() -> None:
    """At the tolerance of files, and finer, a hole is as round as promised; in previews not."""
    hole = Cylinder(5.0, 10.0)
    corners = {
        tolerance_mm: len(mesh_of(hole, tolerance_mm).vertices)
        for tolerance_mm in (0.02, TOLERANCE_MM, 0.2)
    }

    assert corners[0.02] == corners[TOLERANCE_MM]
    assert corners[0.2] < 0.6 * corners[TOLERANCE_MM]
    assert evaluate(hole, 0.2).volume() == pytest.approx(PI * 25 * 10, rel=0.02)


def test_a_loft_ends_and_widens_where_its_sections_say() -> None:
    """Each section's half sizes are those of the surface at its height, also of the exact one."""
    loft = Loft((Section(0, 10, 6, 5), Section(15, 14, 9, 4, 1, 2, 4), Section(30, 8, 7, 7)))
    for section in loft.sections:
        (ring,) = rings_at(loft, np.array([section.z]), np.arange(4) * PI / 2)
        assert ring[:, 0].max() == pytest.approx(section.x + section.half_x)
        assert ring[:, 1].max() == pytest.approx(section.y + section.up)
        assert ring[:, 1].min() == pytest.approx(section.y - section.down)
    slab = placed(Box(60, 60, 0.02), move(z=15.0))
    low, high = mesh_of(intersection(loft, slab)).bounds
    assert (low[0], high[0]) == pytest.approx((-13.0, 15.0), abs=TOLERANCE_MM)
    assert (low[1], high[1]) == pytest.approx((-2.0, 11.0), abs=TOLERANCE_MM)


def test_a_part_turn_goes_anticlockwise_from_x() -> None:
    """A quarter turn lies where x and y are positive, in both kernels."""
    quarter = Revolve(Polygon(((2, 0), (4, 0), (4, 3), (2, 3))), 90.0)
    assert volume([evaluate_exact(quarter)]) == pytest.approx(PI / 2 * 3 * 6)
    assert mesh_of(quarter).bounds == pytest.approx(
        np.array([[0, 0, 0], [4, 4, 3]]), abs=TOLERANCE_MM
    )
    assert_kernels_agree(quarter)


def test_a_torus_is_as_large_as_pappus_says() -> None:
    """The area of a disc times the way of its middle."""
    around = tuple(
        (9 + 2 * math.cos(a), 2 * math.sin(a)) for a in np.linspace(0, 2 * PI, 64, endpoint=False)
    )
    torus = Revolve(Polygon(around))
    area = 64 / 2 * 4 * math.sin(2 * PI / 64)
    assert volume([evaluate_exact(torus)]) == pytest.approx(2 * PI * 9 * area, rel=1e-5)
    assert_kernels_agree(torus)


def test_a_bent_sweep_is_as_long_as_its_path() -> None:
    """Pappus again: the area times the length of the path through its middle."""
    ring = [(30 * math.cos(a), 30 * math.sin(a), 0.0) for a in np.linspace(0, PI / 2, 9)]
    bent = Sweep(rectangle(4, 3, 0.5), tuple(ring))
    area = 12 - (4 - PI) * 0.25
    assert volume([evaluate_exact(bent)]) == pytest.approx(30 * PI / 2 * area, rel=1e-3)
    assert_kernels_agree(bent)


def test_a_rim_of_half_the_thickness_is_made_though_occt_cannot() -> None:
    """The lofted rim stands in, and is as large as the sum says."""
    full = Extrude(rectangle(20, 10, 3), 5.8, Rim("round", 2.9), Rim("round", 2.9))
    assert_kernels_agree(full)


def test_the_hatch_makes_a_plate() -> None:
    """A leaf is a closed mesh, near its exact volume by an absolute tolerance, and can be cut."""
    numbers = {"x": 40.0, "y": 20.0, "z": 5.0, "corner": 3.0, "edge": 2.0}
    plate = CadLeaf("filleted_plate", tuple(numbers.items()))
    assert_kernels_agree(plate)
    coarse, fine = evaluate(plate, 0.2).volume(), evaluate(plate, 0.005).volume()
    assert coarse < fine < volume([evaluate_exact(plate)])
    assert_watertight(mesh_of(difference(plate, placed(Cylinder(2, 20), turn(Z, 5)))))
