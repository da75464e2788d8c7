"""A proof says for whom a design was made, what failed, and whom it refuses."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest

from designs import discover
from parametric.assembly import Assembly, HandCheck
from parametric.checks.kernels import Agreement
from parametric.clearance import PrinterProfile
from parametric.design import Design, LoadClass
from parametric.params import choice, count, flag, length
from parametric.part import Hole, Part
from parametric.place import Z, move
from parametric.problems import BadParameters, Problem
from parametric.proof import (
    Certificate,
    ProofCancelled,
    digest_of,
    prove,
    sample_parameters,
)
from parametric.resolve import resolve
from parametric.solid import Box, Cylinder, Solid, difference, placed, union


@dataclass(frozen=True, kw_only=True)
class Band:
    """A band as wide as a hand."""

    hand_breadth: float = length(30, 130, help="Across the knuckles.")
    wall: float = length(1.6, 3.0, default=2.0, help="How thick.")
    holes: int = count(1, 2, default=1, help="How many holes.")
    side: str = choice("left", "right", help="Which hand.")


@dataclass(frozen=True, kw_only=True)
class AdultBand(Band):
    """The same for large hands."""

    hand_breadth: float = length(60, 130, help="Across the knuckles.")


@dataclass(frozen=True, kw_only=True)
class Knob:
    """A thing without a body."""

    width: float = length(10, 40, help="How wide.")
    height: float = length(5, 20, default=10, help="How high.")
    screw: str = choice("M3", "M4", default="M3", help="Which screw.")
    rounded: bool = flag(help="Rounded or not.")


def band(params: Band, printer: PrinterProfile) -> Assembly:
    """A plate with holes."""
    plate = Box(params.hand_breadth, 20, params.wall)
    diameter = printer.hole_mm(3.0)
    places = [12.0 * i for i in range(params.holes)]
    holes = tuple(
        Hole(f"hole {i}", diameter, (x, 0.0, 0.0), Z, "pin") for i, x in enumerate(places)
    )
    cuts: list[Solid] = [placed(Cylinder(diameter / 2, 10), move(x, 0, 0)) for x in places]
    part = Part("band", "Band", difference(plate, *cuts), holes=holes)
    strong = HandCheck("stress", params.hand_breadth, 200.0, "mm", "b", "nowhere")
    return Assembly((part,), "band", hand_checks=(strong,))


def thin_for_large_hands(params: Band, printer: PrinterProfile) -> Assembly:
    """A band whose wall is scaled the wrong way, so that large hands get a thin one."""
    return band(replace(params, wall=0.9 if params.hand_breadth > 88 else 2.0), printer)


def breaks(params: Band, printer: PrinterProfile) -> Assembly:
    """A design with a mistake in it."""
    del params, printer
    raise ZeroDivisionError("a mistake")


def refuses_two_holes(params: Band, printer: PrinterProfile) -> Assembly:
    """A design that cannot do one of its own options."""
    if params.holes == 2:
        raise BadParameters((Problem("holes", "2", "There is no room for 2 holes."),))
    return band(params, printer)


def dies(params: Band, printer: PrinterProfile) -> Assembly:
    """A design that takes its process with it, for one size of hand."""
    if params.hand_breadth > 96 and os.environ.get("FITCOMMONS_TEST_PARENT") != str(os.getpid()):
        os._exit(1)
    return band(params, printer)


def knob(params: Knob, printer: PrinterProfile) -> Assembly:
    """A block with a hole."""
    most = params.width + 8.0
    if params.height > most:
        raise BadParameters(
            (Problem("height, width", "", f"{params.height} is more than {most}."),)
        )
    diameter = printer.hole_mm(3.0 if params.screw == "M3" else 4.0)
    radius = 1.0 if params.rounded else 0.0
    body = difference(
        Box(params.width, params.width, params.height, radius), Cylinder(diameter / 2, 50)
    )
    hole = Hole("screw", diameter, (0.0, 0.0, 0.0), Z, "screw")
    return Assembly((Part("knob", "Knob", body, holes=(hole,)),), "knob")


def in_two(params: Knob, printer: PrinterProfile) -> Assembly:
    """A knob that falls into two pieces."""
    assembly = knob(params, printer)
    part = assembly.parts[0]
    pieces = union(part.solid, placed(Box(5, 5, 5), move(50, 0, 0)))
    return replace(assembly, parts=(replace(part, solid=pieces),))


@pytest.fixture(autouse=True)
def agreeing_kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare every test the seconds of the exact kernel, where no other process asks for it."""
    if "processes" not in request.node.name and "crash" not in request.node.name:
        agree = Agreement(0.0, 0.0, 0.0, 0.0, holds=True)
        monkeypatch.setattr("parametric.proof.person.agreement", lambda _solid, _shape: agree)


def design(
    build: Callable[[Any, PrinterProfile], Assembly] = band, parameters: type[Any] = Band
) -> Design:
    return Design(
        slug="toy",
        version="1.0.0",
        title="Toy",
        summary="For tests.",
        parameters=parameters,
        build=build,
        load_class=LoadClass.GREEN,
        not_checked=("Whether anybody wants it.",),
    )


def proved(*args: Any, people: int = 40, processes: int = 1, **more: Any) -> Certificate:
    return prove(design(*args), people, 7, processes=processes, **more)


def test_a_good_design_is_proved() -> None:
    """Everybody sampled, and everybody at the edges, gets a device that passes every check."""
    told = proved()
    assert told.holds, told.says
    assert (told.people, told.failed, told.excluded) == (40, 0, 0)
    assert told.edges > 10
    assert told.proved == told.people + told.edges
    assert "proved for the people sampled" in told.says
    assert {row.check for row in told.worst} >= {"walls", "holes", "calculation: stress"}
    assert told.holes[0].least_nominal_mm == pytest.approx(3.2)
    assert told.holes[0].worst_error_mm < 0.02
    assert told.beds["Prusa MINI"] == 1.0
    assert "Whether anybody wants it." in told.not_checked
    assert any("ANSUR" in each for each in told.sample)


def test_options_vary_with_the_people() -> None:
    """Both counts of holes and different walls were tried, not only the defaults."""
    told = proved()
    assert {row.name for row in told.holes} == {"hole 0", "hole 1"}
    wall = next(row for row in told.worst if row.check == "walls")
    assert wall.value < 2.0


def test_a_failure_names_the_person_and_the_check() -> None:
    """A wall that is thin for large hands fails for them, and nothing is certified."""
    told = proved(thin_for_large_hands)
    assert not told.holds
    assert "NOT PROVED" in told.says
    assert 0 < told.failed < told.people
    assert {row.check for row in told.failures} == {"walls"}
    assert not any("youngest" in row.person for row in told.failures)


def test_the_refused_are_counted_by_reason_in_words() -> None:
    """Small hands are excluded as such; over 2 % of the sample, that is no proof."""
    told = proved(band, AdultBand)
    assert told.exclusions[0].reason == "hand breadth under 60 mm"
    assert told.exclusions[0].people == told.excluded
    assert told.exclusions[0].example
    assert told.excluded_share > 0.02
    assert told.failed == 0
    assert not told.holds
    assert "more than 2%" in told.says


def test_a_design_that_raises_fails_and_does_not_stop_the_proof() -> None:
    """A mistake in a design is a failed person, with the mistake in words."""
    told = proved(breaks, people=3)
    assert told.failed == told.people + told.edges
    assert "ZeroDivisionError" in told.failures[0].says
    assert not told.holds


def test_options_that_cannot_be_are_left_out_and_counted() -> None:
    """Where an option does not go with a body the defaults are used, and that is told."""
    told = proved(refuses_two_holes)
    assert told.holds, told.says
    assert told.settings_refused > 0


def test_a_design_without_a_body_is_proved_over_its_settings() -> None:
    """Corners and points of the parameter space stand in for people."""
    told = proved(knob, Knob)
    assert told.holds, told.says
    assert told.sampled == "settings"
    assert told.excluded > 0, "what is much higher than wide is refused, and said"
    assert told.exclusions[0].reason == "height, width: … is more than …."
    assert {row.name for row in told.holes} == {"screw"}
    assert told.holes[0].greatest_nominal_mm > told.holes[0].least_nominal_mm


def test_a_planted_defect_shows_in_the_certificate() -> None:
    """What a part check finds, a proof finds for everybody."""
    told = proved(in_two, Knob, people=5)
    assert not told.holds
    assert "bodies" in {row.check for row in told.failures}


def test_settings_have_corners_and_cover_the_ranges() -> None:
    """Every number at both ends, every choice, and points all over; the seed decides."""
    settings = sample_parameters(Knob, 60, 3)
    corners = [each.measurements for each in settings if each.group == "corners"]
    assert {(each["width"], each["height"]) for each in corners} == {
        (10.0, 5.0), (10.0, 20.0), (40.0, 5.0), (40.0, 20.0),
    }  # fmt: skip
    points = [each.measurements for each in settings if each.group == "settings"]
    assert len(points) == 60
    assert {each["screw"] for each in points if "screw" in each} == {"M3", "M4"}
    assert {each["rounded"] for each in points if "rounded" in each} == {True, False}
    widths = sorted(float(each["width"]) for each in points)
    assert widths[0] < 12
    assert widths[-1] > 38
    assert max(b - a for a, b in pairwise(widths)) < 3
    assert any("height" not in each for each in points), "the default is tried as well"
    assert sample_parameters(Knob, 60, 3) == settings
    assert sample_parameters(Knob, 60, 4) != settings


def test_settings_that_contradict_themselves_are_passed_over_and_counted() -> None:
    """The certificate says how many came up, and others are tried in their place."""
    clamp = discover.find("tube_clamp")
    told = prove(clamp, 12, 1, processes=1)
    points = [
        each.measurements
        for each in sample_parameters(clamp.parameters, 12, 1)
        if each.group == "settings"
    ]
    assert len(points) == 12
    assert told.passed_over > 0
    assert f"{told.passed_over} more came up that contradict each other" in told.sample[-1]
    for each in points:
        resolve(clamp.parameters, each)


def test_the_result_does_not_depend_on_the_processes() -> None:
    """Two workers, one worker or none: the same certificate to the last figure."""
    alone = proved(people=12)
    assert proved(people=12, processes=2) == alone
    assert proved(people=12, processes=3).to_json() == alone.to_json()


def test_another_seed_gives_other_people() -> None:
    """The seed is in the certificate and decides who is sampled."""
    first, second = prove(design(), 20, 1, processes=1), prove(design(), 20, 2, processes=1)
    assert first.seed == 1
    assert first.worst != second.worst


def test_a_crash_is_a_failed_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel takes its process along, the others are still made and it is named."""
    monkeypatch.setenv("FITCOMMONS_TEST_PARENT", str(os.getpid()))
    told = proved(dies, people=12, processes=2)
    assert not told.holds
    assert {row.says for row in told.failures} == {"The geometry kernel crashed."}
    assert told.proved > told.failed > 0


def test_progress_is_told_and_can_stop_it() -> None:
    """Progress goes up to the whole, and an answer of False stops the proof."""
    seen: list[tuple[int, int]] = []
    proved(people=8, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1][0] == seen[-1][1]
    with pytest.raises(ProofCancelled):
        proved(people=8, progress=lambda _done, _total: False)
    with pytest.raises(ProofCancelled):
        proved(people=8, processes=2, progress=lambda _done, _total: False)


def test_a_proof_needs_people() -> None:
    """Nobody is not a sample."""
    with pytest.raises(ValueError, match="one person"):
        prove(design(), 0)


def test_the_digest_is_of_what_was_proved() -> None:
    """Another version, or another range, is another digest; the same design has the same."""
    first = digest_of(design())
    assert digest_of(design()) == first
    assert digest_of(replace(design(), version="1.0.1")) != first
    assert digest_of(design(band, AdultBand)) != first


def test_both_kernels_are_compared_and_a_disagreement_is_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some at the edges are also made exactly; where that differs, nothing is proved."""
    asked: list[object] = []

    def disagree(solid: object, shape: object) -> Agreement:
        del shape
        asked.append(solid)
        return Agreement(5.0, 0.1, 0.2, 3.0, holds=len(asked) > 1)

    monkeypatch.setattr("parametric.proof.person.agreement", disagree)
    told = proved(people=3)
    assert len(asked) == 1, "its one part, once"
    assert not told.holds
    assert [row.check for row in told.failures] == ["kernels"]
    assert "5.00 % in volume" in told.failures[0].says
    assert "disagree 1 times" in told.kernels
