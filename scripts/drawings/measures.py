"""One drawing for each measurement, by the name of its parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import manifold3d as m3d

from scripts.drawings.pen import (
    LAKE,
    LAKE_SOFT,
    PLUM,
    PLUM_SOFT,
    SKIN,
    SOFT,
    TAPE,
    WOOD,
    Ball,
    Point,
    box,
    curve,
    dot,
    measure,
    outline,
    oval,
    path,
    sheet,
    skin,
    tape,
    window,
)

WIDTH: Final = 480.0
HEIGHT: Final = 400.0

# A right hand that shows its palm. Each finger: the crease at its bottom, and its tip.
_WRIST_Y: Final = 330.0
_FINGERS: Final[Mapping[str, tuple[Ball, Ball]]] = {
    "little": ((184, 222, 16), (154, 138, 13)),
    "ring": ((217, 204, 18), (205, 88, 15)),
    "middle": ((254, 198, 19), (259, 62, 15.5)),
    "index": ((292, 208, 18.5), (313, 94, 15)),
    "thumb": ((318, 276, 25), (392, 204, 18)),
}
_TOGETHER: Final[Mapping[str, tuple[Ball, Ball]]] = {
    "little": ((183, 222, 17), (188, 132, 14)),
    "ring": ((218, 206, 18.5), (220, 84, 15.5)),
    "middle": ((255, 200, 19), (255, 60, 16)),
    "index": ((291, 208, 18.5), (289, 86, 15.5)),
    "thumb": ((318, 276, 25), (388, 196, 18)),
}
_PALM: Final[tuple[Ball, ...]] = ((188, 238, 22), (288, 232, 24), (268, 318, 34), (214, 318, 32))
_ARM: Final[tuple[Ball, ...]] = ((226, 322, 28), (222, 430, 34))
_ARM_2: Final[tuple[Ball, ...]] = ((256, 322, 28), (260, 430, 34))


def _hand(fingers: Mapping[str, tuple[Ball, Ball]], web: float) -> m3d.CrossSection:
    palm = [*_PALM, _PALM[0]]
    across = ((188, 238, 22), (268, 318, 34)), ((288, 232, 24), (214, 318, 32))
    thumb_root: tuple[Ball, ...] = ((262, 306, 34), fingers["thumb"][0])
    whole = skin(
        palm, *across, thumb_root, _ARM, _ARM_2, _ARM[1:] + _ARM_2[1:], *fingers.values(), web=web
    )
    return window(whole, 0, 0, WIDTH, HEIGHT - 2)


@cache
def _open_hand() -> str:
    return outline(_hand(_FINGERS, 8.0)) + _creases()


def _creases() -> str:
    lines = [
        curve([(207, _WRIST_Y), (241, _WRIST_Y + 12), (277, _WRIST_Y)], width=3),
        curve([(300, 234), (246, 236), (262, 318)], line=SOFT, width=3),
        curve([(176, 254), (216, 258), (254, 226)], line=SOFT, width=3),
    ]
    for name, ((x, y, r), _) in _FINGERS.items():
        if name == "thumb":
            lines.append(curve([(x - 12, y - 20), (x + 6, y - 2), (x + 18, y + 18)], width=3))
        else:
            lines.append(curve([(x - r + 4, y), (x, y + 6), (x + r - 4, y)], width=3))
    return "".join(lines)


def _finger(name: str) -> str:
    (x0, y0, r0), (x1, y1, r1) = _FINGERS[name]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    along = (x1 - x0) / length, (y1 - y0) / length
    tip: Point = (x1 + along[0] * r1, y1 + along[1] * r1)
    bottom: Point = (x0, y0)
    lit = skin(((x0, y0, r0 - 1), (x1, y1, r1)), web=1.0)
    half = m3d.CrossSection.circle(r0 + 2, 48).translate((x0 - along[0] * r0, y0 - along[1] * r0))
    return sheet(
        WIDTH,
        HEIGHT,
        outline(_hand(_FINGERS, 8.0)),
        outline(lit - half, fill=PLUM_SOFT),
        _creases(),
        measure(bottom, tip),
    )


def _hand_breadth() -> str:
    whole = _hand(_TOGETHER, 2.0)
    gaps = "".join(
        curve([((a[0][0] + b[0][0]) / 2, 214), ((a[1][0] + b[1][0]) / 2, 130)], width=3)
        for a, b in (
            (_TOGETHER["little"], _TOGETHER["ring"]),
            (_TOGETHER["ring"], _TOGETHER["middle"]),
            (_TOGETHER["middle"], _TOGETHER["index"]),
        )
    )
    knuckles = "".join(
        curve([(x - 10, 236), (x, 228), (x + 10, 236)], line=SOFT, width=3)
        for x in (186, 220, 255, 289)
    )
    return sheet(WIDTH, HEIGHT, outline(whole), gaps, knuckles, measure((166, 248), (314, 248)))


def _palm_length() -> str:
    return sheet(WIDTH, HEIGHT, _open_hand(), measure((254, 202), (246, _WRIST_Y + 4)))


def _hand_length() -> str:
    top, down = 46.0, _WRIST_Y + 4
    reach = [((259.0, top), (90.0, top)), ((212.0, down), (90.0, down))]
    return sheet(WIDTH, HEIGHT, _open_hand(), measure((100, top), (100, down), reach))


# An arm whose hand ends before the knuckles, elbow down.
_LIMB: Final[tuple[tuple[Ball, ...], ...]] = (
    ((240, 430, 60), (240, 292, 68), (240, 146, 40)),
    ((232, 140, 32), (214, 96, 22), (210, 62, 18), (268, 58, 18), (266, 100, 22), (248, 140, 32)),
    ((240, 110, 24), (240, 80, 34)),
    ((252, 130, 30), (296, 92, 13)),
)


@cache
def _limb() -> str:
    whole = window(skin(*_LIMB, web=12.0), 0, 0, WIDTH, HEIGHT - 2)
    crease = curve([(206, 148), (240, 158), (274, 148)], width=3)
    return outline(whole) + crease


def _wrist_circumference() -> str:
    return sheet(WIDTH, HEIGHT, _limb(), tape(240, 148, 44))


def _forearm_circumference() -> str:
    return sheet(WIDTH, HEIGHT, _limb(), tape(240, 262, 70, 34))


def _forearm_length() -> str:
    elbow = curve([(186, 376), (240, 390), (294, 376)], width=3)
    reach = [((276.0, 150.0), (382.0, 150.0)), ((302.0, 378.0), (382.0, 378.0))]
    return sheet(WIDTH, HEIGHT, _limb(), elbow, measure((372, 150), (372, 378), reach))


# The same hand from near by.
_NEAR: Final[tuple[tuple[Ball, ...], ...]] = (
    ((240, 470, 84), (240, 310, 72)),
    (
        (216, 306, 52),
        (184, 210, 42),
        (180, 110, 34),
        (292, 100, 34),
        (294, 210, 42),
        (264, 306, 52),
    ),
    ((240, 270, 70), (240, 160, 80)),
    ((270, 260, 56), (358, 196, 25)),
)


@cache
def _near() -> str:
    whole = window(skin(*_NEAR, web=16.0), 0, 0, WIDTH, HEIGHT - 2)
    return outline(whole) + curve([(178, 308), (240, 328), (302, 308)], width=3)


def _residual_palm_breadth() -> str:
    return sheet(WIDTH, HEIGHT, _near(), measure((145, 128), (328, 128)))


def _residual_palm_length() -> str:
    reach = [((240.0, 70.0), (86.0, 70.0)), ((180.0, 312.0), (86.0, 312.0))]
    return sheet(WIDTH, HEIGHT, _near(), measure((96, 70), (96, 312), reach))


def _residual_palm_thickness() -> str:
    palm: tuple[Ball, ...] = ((214, 300, 36), (214, 190, 34), (216, 96, 26), (236, 92, 22))
    back: tuple[Ball, ...] = ((256, 300, 36), (254, 190, 34), (236, 92, 22))
    arm: tuple[Ball, ...] = ((235, 470, 66), (235, 306, 56))
    thumb: tuple[Ball, ...] = ((206, 270, 34), (166, 214, 19))
    whole = window(
        skin(palm, back, arm, thumb, ((235, 300, 50), (235, 190, 50)), web=14.0),
        0,
        0,
        WIDTH,
        HEIGHT - 2,
    )
    crease = curve([(182, 318), (200, 326), (218, 322)], width=3)
    return sheet(WIDTH, HEIGHT, outline(whole), crease, measure((180, 172), (288, 172)))


def _padding() -> str:
    """A cut through arm, foam and device: the device is open above."""

    def cup(radius: float, thick: float, fill: str) -> str:
        ring = m3d.CrossSection.circle(radius, 96) - m3d.CrossSection.circle(radius - thick, 96)
        return outline(window(ring.translate((220, 180)), 0, 168, WIDTH, HEIGHT), fill=fill)

    return sheet(
        WIDTH,
        HEIGHT,
        oval(220, 172, 118, 112, fill=SKIN),
        cup(160, 38, TAPE),
        cup(178, 20, LAKE_SOFT),
        dot(220, 172, 9, fill="none", line=SOFT),
        measure((306.0, 267.0), (334.0, 294.0)),
        curve([(342, 302), (384, 344)], line=PLUM, width=3),
    )


def _tube(*marks: str, across: float = 92.0, down: float = 92.0) -> str:
    return sheet(
        WIDTH,
        HEIGHT,
        oval(240, 200, across, down, fill=LAKE_SOFT),
        oval(240, 200, across - 22, down - 22, fill=SKIN),
        *marks,
    )


def _tube_diameter() -> str:
    jaws = path("M148 200V90H120V52h240v38H332v110", fill=WOOD, width=4)
    jaws += path("M148 90h184", width=4) + path(
        "".join(f"M{x} 52v14" for x in range(140, 350, 20)), width=3
    )
    return _tube(jaws.replace('fill="' + WOOD + '"', "") + measure((148, 200), (332, 200)))


def _tube_depth() -> str:
    return _tube(measure((240, 132), (240, 268)), across=110, down=68)


def _tube_shape() -> str:
    return sheet(
        WIDTH,
        HEIGHT,
        oval(136, 200, 76, 76, fill=LAKE_SOFT),
        oval(136, 200, 58, 58, fill=SKIN),
        oval(340, 200, 96, 58, fill=LAKE_SOFT),
        oval(340, 200, 78, 40, fill=SKIN),
    )


def _tube_angle() -> str:
    tube = path("M254 372 202 366 290 34l50 14z", fill=LAKE_SOFT)
    arc = path("M229 168Q258 158 284 172", line=PLUM, width=5)
    tips = path("M268 158l17 14-20 9", line=PLUM, width=5)
    return sheet(
        WIDTH,
        HEIGHT,
        tube,
        curve([(228, 372), (228, 40)], line=PLUM, width=3.5, dashed=True),
        arc,
        tips,
    )


def _liner() -> str:
    ring = m3d.CrossSection.circle
    clamp = (ring(150, 96) - ring(112, 96)).translate((240, 200))
    rubber = (ring(112, 96) - ring(90, 96)).translate((240, 200))
    tube = (ring(90, 96) - ring(70, 96)).translate((240, 200))
    return sheet(
        WIDTH,
        HEIGHT,
        outline(clamp, fill="#cfe6d8"),
        outline(rubber, fill=TAPE),
        outline(tube, fill=LAKE_SOFT),
        path("M84 200h76M396 200h-76", line=SKIN, width=12),
        measure((303.6, 136.4), (319.2, 120.8)),
        curve([(326, 114), (380, 60)], line=PLUM, width=3),
    )


_CUP: Final = path("M148 84 172 336q2 16 68 16t68-16l24-252", fill=SKIN) + oval(
    240, 84, 92, 20, fill=LAKE_SOFT
)


def _cup_diameter() -> str:
    return sheet(WIDTH, HEIGHT, _CUP, measure((159, 200), (321, 200)))


def _cup_base() -> str:
    reach = [((172.0, 336.0), (172.0, 386.0)), ((308.0, 336.0), (308.0, 386.0))]
    return sheet(WIDTH, HEIGHT, _CUP, measure((172, 378), (308, 378), reach))


def _cup_height() -> str:
    reach = [((334.0, 84.0), (404.0, 84.0)), ((250.0, 352.0), (404.0, 352.0))]
    return sheet(WIDTH, HEIGHT, _CUP, measure((394, 84), (394, 352), reach))


def _drink_weight() -> str:
    cup = path("M176 60 192 222q2 12 48 12t48-12l16-162", fill=SKIN)
    drink = path("M181 108 192 222q2 12 48 12t48-12l11-114q-59 18-118 0z", fill=WOOD)
    lid = path("M166 60q0-16 16-16h116q16 0 16 16z", fill=LAKE_SOFT)
    plate = box(130, 240, (220, 20), 8, SOFT)
    scale = path("M150 260h180l24 104q2 10-8 10H134q-10 0-8-10z", fill=SKIN)
    dial = dot(240, 318, 36, fill=PLUM_SOFT, line=PLUM) + curve(
        [(240, 318), (260, 296)], line=PLUM, width=5
    )
    return sheet(
        WIDTH, HEIGHT, cup, drink, cup.replace(f' fill="{SKIN}"', ""), lid, plate, scale, dial
    )


def _side() -> str:
    """Both hands, backs up: the thumbs point at each other."""
    hand = outline(_hand(_FINGERS, 8.0))
    return sheet(
        WIDTH,
        HEIGHT,
        f'<g transform="translate(-36 90) scale(.62)">{hand}</g>',
        f'<g transform="translate(516 90) scale(-.62 .62)">{hand}</g>',
        curve([(240, 80), (240, 350)], line=LAKE, width=3, dashed=True),
    )


DRAWINGS: Final[Mapping[str, Callable[[], str]]] = {
    "cup_base": _cup_base,
    "cup_diameter": _cup_diameter,
    "cup_height": _cup_height,
    "drink_weight": _drink_weight,
    "forearm_circumference": _forearm_circumference,
    "forearm_length": _forearm_length,
    "hand_breadth": _hand_breadth,
    "hand_length": _hand_length,
    "index_length": lambda: _finger("index"),
    "liner": _liner,
    "little_length": lambda: _finger("little"),
    "middle_length": lambda: _finger("middle"),
    "padding": _padding,
    "palm_length": _palm_length,
    "residual_palm_breadth": _residual_palm_breadth,
    "residual_palm_length": _residual_palm_length,
    "residual_palm_thickness": _residual_palm_thickness,
    "ring_length": lambda: _finger("ring"),
    "side": _side,
    "thumb_length": lambda: _finger("thumb"),
    "tube_angle": _tube_angle,
    "tube_depth": _tube_depth,
    "tube_diameter": _tube_diameter,
    "tube_shape": _tube_shape,
    "wrist_circumference": _wrist_circumference,
}
