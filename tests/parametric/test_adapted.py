"""A design's parameters with other defaults, ranges and words."""

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import FrozenInstanceError

import pytest

from designs.tube_clamp.parameters import TubeClampParameters
from parametric.adapted import Change, adapted
from parametric.params import describe
from parametric.problems import BadParameters
from parametric.resolve import resolve, wrong_with

MUG = {
    "tube_diameter": Change(default=25, label="Tube"),
    "cup_height": Change(low=100, high=200, default=120, help="Foot to rim."),
    "handle_slot": Change(default=True),
}


def test_only_what_was_changed_is_different() -> None:
    """Order, kinds, rules and all other parameters are the parent's own."""
    before, after = (
        {info.name: info for info in describe(each)}
        for each in (TubeClampParameters, adapted(TubeClampParameters, MUG))
    )
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == set(MUG)
    assert after["cup_height"].allowed == "100-200 mm"
    assert after["tube_diameter"].given == "default"
    assert after["tube_diameter"].label == "Tube"


def test_its_instances_are_the_designs_own() -> None:
    """They go where the design's own go, are frozen, and the design's rules hold for them."""
    params_class = adapted(TubeClampParameters, MUG)
    params = resolve(params_class, {}).params
    assert isinstance(params, TubeClampParameters)
    assert (params.tube_diameter, params.cup_height, params.handle_slot) == (25.0, 120.0, True)
    with pytest.raises(FrozenInstanceError):
        params.liner = 1.0  # type: ignore[misc]  # that is what is tested
    with pytest.raises(BadParameters, match="A round tube"):
        resolve(params_class, {"tube_depth": 20})
    with pytest.raises(BadParameters, match="outside 100-200 mm"):
        resolve(params_class, {"cup_height": 210})


def test_it_can_be_adapted_again() -> None:
    """A fork of a fork keeps what the first one changed."""
    twice = adapted(adapted(TubeClampParameters, MUG), {"liner": Change(default=1)})
    params = resolve(twice, {}).params
    assert (params.cup_height, params.liner) == (120.0, 1.0)


def test_it_travels_between_processes() -> None:
    """Class and instance arrive as what they are, also in a process that never saw them."""
    params_class = adapted(adapted(TubeClampParameters, MUG), {"liner": Change(default=1)})
    params = resolve(params_class, {}).params
    assert pickle.loads(pickle.dumps(params_class)) is params_class  # noqa: S301 (our own bytes)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        assert pool.submit(resolve, params_class, {}).result().params == params


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Each problem names parameter and which of its sides; a misspelt name suggests the near."""
    with pytest.raises(BadParameters) as caught:
        adapted(
            TubeClampParameters,
            {
                "cup_hieght": Change(default=100),
                "cup_height": Change(default=500),
                "squeeze": Change(low=2),
                "screw": Change(default="M5", low=1),
                "leans": Change(default="sideways"),
                "drink_weight": Change(high=float("inf")),
                "liner": Change(help=" "),
            },
        )
    problems = {each.field: each for each in caught.value.problems}
    assert set(problems) == {
        "cup_hieght",
        "cup_height.default",
        "squeeze.low",
        "screw.low",
        "leans.default",
        "drink_weight.high",
        "liner.help",
    }
    assert "cup_height" in problems["cup_hieght"].advice
    assert problems["cup_height.default"].allowed == "80-220 mm"


def test_a_narrower_range_must_hold_the_old_default() -> None:
    """The default is never moved without being asked."""
    with pytest.raises(BadParameters, match=r"cup_height.default: 150 mm is outside 160-220 mm"):
        adapted(TubeClampParameters, {"cup_height": Change(low=160)})


def test_defaults_must_go_together() -> None:
    """A device of nothing but defaults must not break a rule of the design."""
    with pytest.raises(BadParameters) as caught:
        adapted(TubeClampParameters, {"liner": Change(default=0.1)})
    assert caught.value.problems[0].field == "liner.default, squeeze.default"


def test_what_is_missing_is_not_wrong() -> None:
    """A preset may leave to the person what the person must say."""
    assert wrong_with(TubeClampParameters, {"cup_diameter": 70}) == ()
    wrong = wrong_with(TubeClampParameters, {"cup_diameter": 70, "cup_base": 90, "cup": 1})
    assert [each.field for each in wrong] == ["cup", "cup_diameter, cup_base"]
