"""Bought parts: screws, nuts, washers, pins, cords and straps, from tables in mm."""

from parametric.hardware.bom import Item, bill
from parametric.hardware.cords import Cord, cord
from parametric.hardware.nuts import Nut, nut
from parametric.hardware.pins import Pin, pin
from parametric.hardware.screws import Screw, screw
from parametric.hardware.straps import Strap, strap
from parametric.hardware.washers import Washer, washer

__all__ = [
    "Cord",
    "Item",
    "Nut",
    "Pin",
    "Screw",
    "Strap",
    "Washer",
    "bill",
    "cord",
    "nut",
    "pin",
    "screw",
    "strap",
    "washer",
]
