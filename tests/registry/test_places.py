"""Places: kept roughly, found by name, measured rightly."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching import places

latitudes = st.floats(-84, 84)
longitudes = st.floats(-180, 179.99)


@given(latitudes, longitudes)
def test_a_rounded_place_is_near_and_stays(latitude: float, longitude: float) -> None:
    """Within half a cell's diagonal; rounding it again changes nothing."""
    near = places.rounded(latitude, longitude)
    assert places.km_between(latitude, longitude, *near) < 7.6
    assert places.rounded(*near) == near


@given(latitudes, st.floats(0, 800), st.floats(0, 360))
def test_a_circle_on_the_map_holds_all_within_its_distance(
    latitude: float, km: float, way: float
) -> None:
    """Nobody who is near enough is left out by the search on the map."""
    angle, bearing, north = km / places.EARTH_KM, math.radians(way), math.radians(latitude)
    to = math.asin(
        math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(bearing)
    )
    east = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(north),
        math.cos(angle) - math.sin(north) * math.sin(to),
    )
    if abs(math.degrees(to)) > 84:
        return
    x, y = places.mercator(latitude, 0.0)
    u, v = places.mercator(math.degrees(to), math.degrees(east))
    assert math.hypot(u - x, v - y) <= places.on_the_map(km, latitude) + 1e-6


def test_distances_are_great_circles() -> None:
    """London to Paris is 344 km; half round the earth is 20,015 km."""
    assert places.km_between(51.5074, -0.1278, 48.8566, 2.3522) == pytest.approx(344, abs=1)
    assert places.km_between(0, 0, 0, 180) == pytest.approx(20015, abs=1)


@pytest.mark.parametrize(
    ("name", "country", "shown"),
    [
        ("Zürich", "CH", "Zürich"),
        ("ZURICH", "ch", "Zürich"),
        ("Munich", "DE", "Munich"),
        ("stratford upon avon", "GB", "Stratford-upon-Avon"),
    ],
)
def test_towns_are_found_however_they_are_written(name: str, country: str, shown: str) -> None:
    """Accents, capitals and hyphens do not matter; other names count."""
    found = places.find_town(name, country)
    assert found is not None
    assert found.name == shown
    assert (found.latitude, found.longitude) == places.rounded(found.latitude, found.longitude)


def test_what_is_no_town_is_not_found() -> None:
    """Nor a town of another country."""
    assert places.find_town("Slough", "DE") is None
    assert places.find_town("", "DE") is None
