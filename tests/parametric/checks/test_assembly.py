"""Checks of parts together: a promise that is kept holds, and the same one broken does not."""

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest

from parametric.assembly import Assembly, Cord, HandCheck, Mate, Motion, Reach
from parametric.checks import AssemblyReport, check_assembly, check_kit
from parametric.clearance import DEFAULT_PRINTER
from parametric.kit import make
from parametric.part import Channel, Joint, Part
from parametric.place import HERE, move
from parametric.solid import Box, Cylinder, Solid, difference, placed, tube, union

GAP = 0.3


def finger(length: float = 30.0) -> Solid:
    """A bar from the hinge (the x axis) along z, with the hinge's own barrel."""
    return placed(Box(8, 6, length), move(0, 0, length / 2 + 4))


def hinged(*, stop_deg: float | None, high_deg: float = 90.0, parallel: bool = False) -> Assembly:
    """A base with a bar hinged above it; a stop is in its way from `stop_deg` on.

    Turning about x by +d degrees swings the bar from +z towards -y. The stop lies under where the
    bar's far end comes to at that angle.
    """
    base: Solid = placed(Box(20, 6, 10), move(0, 0, -12))
    if stop_deg is not None:
        a = math.radians(stop_deg)
        at = (0.0, -30 * math.sin(a) - 4 * math.cos(a), 30 * math.cos(a) - 4 * math.sin(a))
        stop = placed(Box(30, 2, 2), move(*at))
        arm = placed(Box(2, 2, 60), move(14, at[1], at[2] - 30))
        foot = placed(Box(6, 60, 4), move(12, -20, -15))
        base = union(base, stop, arm, foot)
    parts = [
        Part("base", "Base", base, joints=(Joint("hinge", HERE, 0.0, high_deg),)),
        Part("bar", "Bar", finger(), joints=(Joint("hinge", HERE),)),
    ]
    if parallel:
        parts.append(Part("post", "Post", placed(Box(8, 6, 30), move(8 + GAP, 0, 20))))
    return Assembly(
        tuple(parts),
        "base",
        (Mate("knuckle", "base", "hinge", "bar", "hinge"),),
        motions=(Motion("close", ({"knuckle": 0.0}, {"knuckle": high_deg}), clearance_mm=0.2),),
        poses={"rest": {}, "closed": {"knuckle": high_deg}},
    )


def report(assembly: Assembly, *, thorough: bool = True) -> AssemblyReport:
    return check_assembly(assembly, make(assembly), thorough=thorough)


def found(told: AssemblyReport) -> set[str]:
    return {each.check for each in told.findings if each.severity == "error"}


# --- motions ------------------------------------------------------------------


def test_a_free_hinge_holds() -> None:
    """Nothing is in the way of a bar that swings through a right angle."""
    told = report(hinged(stop_deg=None))
    assert told.holds, told.findings
    assert {row.name for row in told.motions} == {"close", "joint knuckle"}
    assert all(row.interference_mm3 == 0 for row in told.motions)


def test_a_pair_that_collides_at_60_degrees_is_found() -> None:
    """Open and closed are both free; on the way the bar goes through a stop, and that is found."""
    told = report(hinged(stop_deg=60))
    assert found(told) == {"interference"}
    joint = next(row for row in told.motions if row.name == "joint knuckle")
    assert joint.between == ("base", "bar")
    assert not joint.holds


def test_the_same_pair_that_stops_before_holds() -> None:
    """A joint whose range ends before the stop is free."""
    assert report(hinged(stop_deg=60, high_deg=45)).holds


def test_parts_that_are_not_mated_keep_their_clearance() -> None:
    """A neighbour 0.3 mm away is fine at 0.2 mm of clearance and too near at 0.4 mm."""
    assembly = hinged(stop_deg=None, parallel=True)
    assert report(assembly).holds
    motion = replace(assembly.motions[0], clearance_mm=0.4)
    told = report(replace(assembly, motions=(motion,)))
    assert found(told) == {"clearance"}
    assert told.findings[0].value == pytest.approx(GAP, abs=1e-3)


def test_a_neighbour_inside_the_other_is_found() -> None:
    """A part wholly inside another touches none of its faces and yet interferes."""
    assembly = hinged(stop_deg=None)
    inside = Part("ghost", "Ghost", placed(Box(2, 2, 2), move(0, 0, -12)))
    told = report(replace(assembly, parts=(*assembly.parts, inside)))
    assert found(told) == {"interference"}
    assert told.findings[0].value == pytest.approx(8, abs=1e-3)


def test_a_pose_outside_its_range_is_a_finding() -> None:
    """A motion may not ask for more than its joint can turn."""
    assembly = hinged(stop_deg=None)
    told = report(replace(assembly, motions=(Motion("far", ({"knuckle": 120.0},)),)))
    assert found(told) == {"motion"}


def test_half_way_poses_are_tried_when_thorough() -> None:
    """What gets in the way between two poses of a motion is found when looking closely."""
    assembly = hinged(stop_deg=None)
    post = Part("post", "Post", placed(Box(30, 2, 2), move(0, -21, 21)))
    assembly = replace(assembly, parts=(*assembly.parts, post))
    assert found(report(assembly, thorough=False)) == set()
    assert found(report(assembly, thorough=True)) == {"interference"}


# --- reaches ------------------------------------------------------------------


@pytest.mark.parametrize(("at_most", "holds"), [(0.2, False), (0.31, True), (5.0, True)])
def test_a_reach_is_the_least_gap(at_most: float, holds: bool) -> None:  # noqa: FBT001 (a case)
    """Two parts 0.3 mm apart come within 0.31 mm and not within 0.2 mm."""
    assembly = hinged(stop_deg=None, parallel=True)
    told = report(replace(assembly, reaches=(Reach("meet", "bar", "post", {}, at_most),)))
    assert told.reaches[0].gap_mm == pytest.approx(GAP, abs=1e-3)
    assert told.holds is holds
    assert found(told) == (set() if holds else {"reach"})


def test_parts_far_apart_have_no_gap_to_tell() -> None:
    """Further than was searched is said as such."""
    assembly = hinged(stop_deg=None, parallel=True)
    assembly = replace(
        assembly, reaches=(Reach("meet", "bar", "post", {"knuckle": 90.0}, 0.1),), motions=()
    )
    told = report(assembly)
    assert told.reaches[0].gap_mm is None
    assert found(told) == {"reach"}


def test_a_long_reach_is_measured_too() -> None:
    """The search goes on until what was allowed, and two more millimetres."""
    apart = (Part("a", "A", Box(5, 5, 5)), Part("b", "B", placed(Box(5, 5, 5), move(12, 0, 0))))
    told = report(Assembly(apart, "a", reaches=(Reach("far", "a", "b", {}, 6.0),)))
    assert told.reaches[0].gap_mm == pytest.approx(7.0)
    assert found(told) == {"reach"}


# --- cords --------------------------------------------------------------------


def corded(
    *, bore: float = 1.0, shift: float = 0.0, skin: float = 0.0, lever: float = 8.0
) -> Assembly:
    """A driver, a base and a bar, hinged one after the other, with a cord beside both hinges.

    `lever` is how far the cord runs from the axis it drives at, `shift` how far the bar's channel
    lies beside the base's, `skin` the thickness of a skin left in the base's bore.
    """

    def block(y: float, x: float = 0.0) -> tuple[Solid, Channel]:
        path = ((x, y, 4.0), (x, y, 24.0))
        solid = difference(
            placed(Box(24, 30, 20), move(0, 0, 14)), placed(Cylinder(bore, 40), move(x, y, 14))
        )
        return solid, Channel("cord", 2.0, path)

    driver, driver_channel = block(-lever)
    base, base_channel = block(-6.0)
    # The base's channel must begin where the driver's ends: beside the driving axis by `lever`.
    base_in = replace(base_channel, path=((0, -6.0, 4.0), (0, -6.0, 24.0)))
    bar, bar_channel = block(-6.0, shift)
    if skin:
        base = union(base, placed(Box(4, 4, skin), move(0, -6.0, 12.3)))
    parts = (
        Part(
            "driver",
            "Driver",
            driver,
            joints=(Joint("out", move(0, 6.0 - lever, 28), 0.0, 60.0),),
            channels=(driver_channel,),
        ),
        Part(
            "base",
            "Base",
            base,
            joints=(Joint("in", HERE), Joint("out", move(0, 0, 28), 0.0, 90.0)),
            channels=(base_in,),
        ),
        Part("bar", "Bar", bar, joints=(Joint("in", HERE),), channels=(bar_channel,)),
    )
    through = (("driver", "cord"), ("base", "cord"), ("bar", "cord"))
    return Assembly(
        parts,
        "driver",
        (
            Mate("wrist", "driver", "out", "base", "in"),
            Mate("knuckle", "base", "out", "bar", "in"),
        ),
        cords=(Cord("tendon", through, {"wrist": 60.0}, {"wrist": 0.0}, {"knuckle": 20.0}),),
        poses={"rest": {}},
    )


def cord_report(assembly: Assembly) -> AssemblyReport:
    told = report(replace(assembly, motions=()))
    # Blocks this thick run into each other when they turn; that is not what is looked at here.
    kept = tuple(each for each in told.findings if each.check != "interference")
    return replace(told, findings=kept)


def test_a_cord_that_lines_up_and_reaches_holds() -> None:
    """Straight channels, wide open, and a driver that pulls more than closing needs."""
    told = cord_report(corded())
    assert told.holds, told.findings
    row = told.cords[0]
    assert row.holds
    assert row.worst_step_mm == pytest.approx(0, abs=1e-9)
    assert row.tightest_mm == pytest.approx(1.0, abs=0.02)
    assert row.available_mm > row.needed_mm > 0


def test_the_travel_is_that_of_the_triangle() -> None:
    """Two ends 4 mm before and after an axis, 6 mm beside it: the span shortens as worked out."""

    def span(degrees: float) -> float:
        # Each end lies at this angle from the bisector; turning by d brings the two nearer by d.
        radius, half = math.hypot(6, 4), math.atan2(4, 6)
        return 2 * radius * math.sin(half - math.radians(degrees) / 2)

    row = cord_report(corded(lever=6.0)).cords[0]
    assert row.available_mm == pytest.approx(span(0) - abs(span(60)), abs=1e-6)
    assert row.needed_mm == pytest.approx(span(0) - span(20), abs=1e-6)


def test_a_cord_that_does_not_reach_is_found() -> None:
    """Closing further than the driver pulls is an error with both lengths."""
    assembly = corded()
    far: Mapping[str, float] = {"knuckle": 60.0}
    near: Mapping[str, float] = {"wrist": 10.0}
    cord = replace(assembly.cords[0], closed=far, driver_start=near)
    told = cord_report(replace(assembly, cords=(cord,)))
    assert found(told) == {"travel"}
    assert not told.cords[0].holds


@pytest.mark.parametrize(("shift", "holds"), [(0.9, True), (1.1, False)])
def test_channels_must_line_up(shift: float, holds: bool) -> None:  # noqa: FBT001 (a case)
    """A cord may step 1 mm sideways from one part to the next."""
    told = cord_report(corded(shift=shift))
    assert told.cords[0].worst_step_mm == pytest.approx(shift, abs=1e-6)
    assert told.holds is holds
    assert found(told) == (set() if holds else {"cords"})


@pytest.mark.parametrize("skin", [0.1, 1.0, 6.0])
def test_a_channel_that_is_closed_is_found(skin: float) -> None:
    """A skin across the bore is found however thin it is."""
    told = cord_report(corded(skin=skin))
    assert found(told) == {"channels"}
    assert told.cords[0].tightest_mm == 0.0


def test_a_channel_that_was_never_cut_is_found() -> None:
    """A path through solid material is no channel."""
    assembly = corded()
    solid = placed(Box(24, 30, 20), move(0, 0, 14))
    parts = tuple(
        replace(part, solid=solid) if part.name == "base" else part for part in assembly.parts
    )
    assert found(cord_report(replace(assembly, parts=parts))) == {"channels"}


def test_a_narrow_channel_is_found() -> None:
    """0.7 of the radius must be free; 0.6 is not enough and 0.8 is."""
    assert found(cord_report(corded(bore=0.6))) == {"channels"}
    assert found(cord_report(corded(bore=0.8))) == set()


def test_a_bent_channel_is_followed() -> None:
    """A bore swept along a curve is open along that curve."""
    path = ((-15.0, 0.0, 0.0), (0.0, 4.0, 0.0), (15.0, 0.0, 0.0))
    ends = ((-16.0, -0.6, 0.0), (0.0, 4.0, 0.0), (16.0, -0.6, 0.0))
    part = Part(
        "curve",
        "Curve",
        difference(Box(30, 20, 10), tube(1.0, ends)),
        channels=(Channel("cord", 2.0, path),),
    )
    cord = Cord("cord", (("curve", "cord"),), {}, {}, {})
    told = report(Assembly((part,), "curve", cords=(cord,)))
    assert told.holds, told.findings


# --- the rest -----------------------------------------------------------------


@pytest.mark.parametrize(("value", "holds"), [(30.0, True), (60.0, False)])
def test_hand_calculations_are_passed_on(value: float, holds: bool) -> None:  # noqa: FBT001
    """A calculation appears with its working, and as an error when it does not hold."""
    check = HandCheck("stress", value, 50.0, "N/mm2", "F / A", "a book")
    told = report(replace(hinged(stop_deg=None), hand_checks=(check,)))
    assert told.workings[0].working == "F / A"
    assert told.holds is holds
    assert found(told) == (set() if holds else {"hand check"})


def test_a_kit_reports_parts_and_assembly() -> None:
    """The whole report holds when its parts and its assembly do, and goes into JSON."""
    assembly = hinged(stop_deg=60)
    told = check_kit(assembly, make(assembly), DEFAULT_PRINTER, thorough=True)
    assert not told.holds
    assert "interference" in {each.check for each in told.findings}
    as_json = told.to_json()
    assert as_json["holds"] is False
    assert [part["part"] for part in as_json["parts"]] == ["base", "bar"]
