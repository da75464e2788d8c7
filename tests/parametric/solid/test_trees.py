"""What is true of any solid whatever: both kernels, JSON, memory, digests."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parametric.checks.kernels import agreement
from parametric.place import Z, move, turn
from parametric.solid import (
    BadSolid,
    Box,
    Cylinder,
    Extrude,
    Loft,
    Rim,
    Section,
    Solid,
    Sphere,
    Sweep,
    Text,
    difference,
    placed,
    rectangle,
    tube,
    union,
)
from parametric.solid.mesh import Memory, Mesh, evaluate, mesh_of
from parametric.solid.serial import from_json, to_json
from tests.parametric.solid.agree import assert_kernels_agree, assert_watertight
from tests.parametric.solid.trees import COMBINATIONS, LEAVES, combined, trees

ROOT = Path(__file__).parents[3]


def made(solid: Solid) -> Mesh:
    """The mesh of a solid of which something is left."""
    try:
        mesh = mesh_of(solid)
    except BadSolid:
        mesh = None
    assume(mesh is not None and mesh.volume > 1.0)
    assert mesh is not None
    return mesh


@settings(max_examples=60)
@given(trees())
def test_a_mesh_is_watertight(solid: Solid) -> None:
    """Whatever is combined, every edge has two triangles and the outside is outside."""
    assert_watertight(made(solid))


@pytest.mark.parametrize("kind", LEAVES)
@settings(max_examples=6, derandomize=True)
@given(data=st.data())
def test_the_kernels_agree_on_every_kind_of_node(kind: str, data: st.DataObject) -> None:
    """No point of the mesh or of the exact body lies farther from the other than chords allow."""
    assert_kernels_agree(data.draw(LEAVES[kind]))


@pytest.mark.parametrize("how", COMBINATIONS)
@settings(max_examples=6, derandomize=True)
@given(data=st.data())
def test_the_kernels_agree_on_combinations(how: str, data: st.DataObject) -> None:
    """Also after booleans, placements and mirrors."""
    solid = data.draw(combined(how))
    made(solid)
    assert_kernels_agree(solid)


BLOCK = Box(20, 20, 10)


def pin(x: float, radius: float = 1.5) -> Solid:
    """A pin that goes through the block at `x`."""
    return placed(Cylinder(radius, 40), move(x))


@pytest.mark.parametrize(
    "wrong",
    [
        difference(BLOCK, pin(5)),
        difference(BLOCK, pin(5), pin(-4.8)),
        difference(BLOCK, pin(5), pin(-5, 1.6)),
        difference(BLOCK, pin(5), pin(-5), pin(0, 0.5)),
        difference(Box(20, 20, 10.2), pin(5), pin(-5)),
        placed(difference(BLOCK, pin(5), pin(-5)), move(0.1)),
    ],
    ids=["missing", "beside", "too wide", "too many", "too thick", "moved"],
)
def test_a_wrong_mesh_does_not_agree(wrong: Solid) -> None:
    """The judge sees a pin hole that is missing, 0.2 mm beside its place or 0.1 mm too wide."""
    right = difference(BLOCK, pin(5), pin(-5))
    assert agreement(right, evaluate(right)).holds
    assert not agreement(right, evaluate(wrong)).holds


@settings(max_examples=60)
@given(trees())
def test_json_brings_back_the_same_solid(solid: Solid) -> None:
    """Equal in every number, and known by the same digest."""
    read = from_json(json.loads(json.dumps(to_json(solid), allow_nan=False)))
    assert read == solid
    assert read.digest == solid.digest


@settings(max_examples=60)
@given(st.lists(trees(), min_size=2, max_size=6))
def test_digests_are_equal_where_solids_are(solids: list[Solid]) -> None:
    """Two different descriptions never share a shape in the memory."""
    for a in solids:
        for b in solids:
            assert (a.digest == b.digest) == (a == b)


@settings(max_examples=25)
@given(st.lists(trees(), min_size=1, max_size=3))
def test_memory_changes_nothing_but_the_time(solids: list[Solid]) -> None:
    """A shape that is remembered is the shape that would be made."""
    memory = Memory(most_things=5)
    for solid in (*solids, *solids):
        fresh = made(solid)
        kept = mesh_of(solid, memory=memory)
        assert np.array_equal(fresh.vertices, kept.vertices)
        assert np.array_equal(fresh.triangles, kept.triangles)
    assert len(memory) <= 5


SAMPLES: tuple[Solid, ...] = (
    difference(
        Loft((Section(0, 28, 12, 9, power=3), Section(40, 35, 14, 10, 2, 1, 4)), 4.0, 2.0),
        tube(1.4, ((0, -2, -5), (2, 0, 20), (0, 0, 50))),
        placed(Cylinder(1.6, 90), turn((1, 0, 0), 90).then(move(9, 0, 20))),
    ),
    union(Box(10, 20, 30, 3), placed(Sphere(9), turn(Z, 31).then(move(5, 5, 5)))),
    Extrude(rectangle(20, 10, 2), 6, Rim("round", 1.5), Rim("chamfer", 1)),
    Sweep(rectangle(4, 2, 0.5), ((0, 0, 0), (0, 3, 10), (4, 3, 20))),
    Extrude(Text("Größe 7K", 6), 1),
)


def fingerprint() -> str:
    """One line that changes with any bit of any sample's mesh."""
    hasher = hashlib.sha256()
    for solid in SAMPLES:
        mesh = mesh_of(solid)
        hasher.update(solid.digest + mesh.vertices.tobytes() + mesh.triangles.tobytes())
    return hasher.hexdigest()


def test_every_process_makes_the_same_mesh() -> None:
    """Not the seed of Python's hashes, not the order of work, not the process changes a bit."""
    program = "from tests.parametric.solid.test_trees import fingerprint; print(fingerprint())"
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("0", "1", "random")
    }
    assert seen == {fingerprint()}


@pytest.mark.parametrize("solid", SAMPLES)
def test_a_finer_tolerance_is_nearer_the_exact_body(solid: Solid) -> None:
    """What remains between the kernels is the chords', so it shrinks with them."""
    coarse = assert_kernels_agree(solid, 0.1)
    fine = assert_kernels_agree(solid, 0.01)
    assert abs(fine.volume_difference_percent) <= abs(coarse.volume_difference_percent) + 0.02
