"""Pictures to choose from: what somebody would like to do, and the five answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from scripts.drawings.pen import (
    BRICK,
    BRICK_SOFT,
    INK,
    LAKE,
    LAKE_SOFT,
    LEAF,
    LEAF_SOFT,
    PLUM,
    PLUM_SOFT,
    SKIN,
    TAPE,
    WOOD,
    box,
    dot,
    oval,
    path,
    sheet,
)

SIZE: Final = 200.0


def _square(*marks: str) -> Callable[[], str]:
    return lambda: sheet(SIZE, SIZE, *marks)


_HONEY: Final = "#8a5a00"
_BIG: Final = 14.0

ANSWERS: Final[Mapping[str, Callable[[], str]]] = {
    # Each has an outline of its own, so that none is known by its colour alone.
    "yes": _square(
        dot(100, 100, 84, fill=LEAF_SOFT, line=LEAF),
        path("m60 104 28 28 52-60", line=LEAF, width=_BIG),
    ),
    "no": _square(
        path("M28 28h144v144H28z", fill=BRICK_SOFT, line=BRICK),
        path("m66 66 68 68m0-68-68 68", line=BRICK, width=_BIG),
    ),
    "change": _square(
        path("M100 12 188 100 100 188 12 100z", fill=LAKE_SOFT, line=LAKE),
        path("M68 92a34 34 0 0 1 62-14M132 108a34 34 0 0 1-62 14", line=LAKE, width=10),
        path("M134 54v26h-26M66 146v-26h26", line=LAKE, width=10),
    ),
    "stop": _square(
        path("M66 16h68l50 50v68l-50 50H66l-50-50V66z", fill=PLUM_SOFT, line=PLUM),
        path(
            "M74 112V72a8 8 0 0 1 16 0V58a8 8 0 0 1 16 0v6a8 8 0 0 1 16 0v14a8 8 0 0 1 16 0v42"
            "q0 34-32 34h-6q-18 0-28-16l-22-34q6-12 18-2z",
            fill=SKIN,
            line=PLUM,
            width=5,
        ),
        path("M90 72v28M106 66v34M122 78v24", line=PLUM, width=5),
    ),
    "not_sure": _square(
        path(
            "M100 24c46 0 82 28 82 66s-36 66-82 66q-12 0-24-3l-38 25 8-42"
            "q-28-20-28-46c0-38 36-66 82-66z",
            fill="#ffedc4",
            line=_HONEY,
        ),
        path("M78 76q0-24 23-24t23 21q0 14-14 21-9 5-9 14", line=_HONEY, width=11),
        dot(101, 128, 7, fill=_HONEY),
    ),
}

TOPICS: Final[Mapping[str, Callable[[], str]]] = {
    "drink": _square(
        path("M52 62 64 166q1 8 32 8t32-8l12-104", fill=LAKE_SOFT),
        oval(96, 62, 44, 10, fill=SKIN),
        path("M136 84q32-4 28 24t-34 26", width=6),
        path("M104 62 126 20h24", line=PLUM, width=6),
    ),
    "eat": _square(
        dot(100, 108, 62, fill=SKIN, line=INK),
        dot(100, 108, 40, fill=LEAF_SOFT, line=INK),
        path("M22 40v32q0 14 10 14t10-14V40M32 40v132", width=5),
        path("M168 172V40q16 12 16 44 0 16-16 20", fill=SKIN, width=5),
    ),
    "cook": _square(
        path("M40 92h120v46q0 24-24 24H64q-24 0-24-24z", fill=PLUM_SOFT),
        path("M26 100h14M160 100h14M34 92h132", width=6),
        path(
            "M72 74q-8-12 0-22t0-22M104 74q-8-12 0-22t0-22M136 74q-8-12 0-22t0-22",
            line=PLUM,
            width=5,
        ),
    ),
    "ride": _square(
        dot(50, 132, 36, fill=SKIN, line=INK),
        dot(152, 132, 36, fill=SKIN, line=INK),
        path(
            "M50 132 78 76h54l20 56M78 76l30 56H50M108 132l24-56-8-26h22M66 66h24",
            line=PLUM,
            width=6,
        ),
    ),
    "hold": _square(
        path("M92 18h24v164H92z", fill=WOOD),
        path(
            "M118 74H74q-22 0-26 24l-8 44q-2 20 18 24l60 2q14 0 14-12t-14-12q16 0 16-13t-14-13q14 0"
            " 14-13t-14-13q12-2 11-11t-13-9z",
            fill=SKIN,
        ),
        path("M118 144H98M120 118H98M120 92H98", width=3),
    ),
    "carry": _square(
        path("M44 84h112l12 92H32z", fill=LEAF_SOFT), path("M72 96V64a28 28 0 0 1 56 0v32", width=6)
    ),
    "cards": _square(
        '<g transform="rotate(-18 100 170)">' + box(64, 42, (72, 108), 10, SKIN) + "</g>",
        box(66, 36, (72, 108), 10, PLUM_SOFT),
        '<g transform="rotate(18 100 170)">' + box(68, 42, (72, 108), 10, SKIN) + "</g>",
        '<g transform="rotate(18 100 170)">'
        + path("M104 78c8-14 26-2 14 12l-14 16-14-16c-12-14 6-26 14-12z", fill=PLUM, line="none")
        + "</g>",
    ),
    "music": _square(
        path(
            "M66 104c-22 6-34 24-28 46s30 34 52 24c16-8 16-24 26-34s28-8 32-26"
            "-10-34-28-32c-16 2-20 18-34 20z",
            fill=WOOD,
        ),
        path("M112 88 168 32M158 22l20 20M88 124l16-16", width=6),
        path("M118 182 186 88M124 188l-12-10M190 94l-10-10", line=PLUM, width=5),
    ),
    "write": _square(
        box(34, 34, (108, 138), 10, SKIN),
        path("M54 66h64M54 92h64M54 118h34", line=LAKE, width=5),
        path("m104 150 8-28 54-54 20 20-54 54z", fill=TAPE),
    ),
    "phone": _square(
        box(60, 18, (80, 164), 16, SKIN),
        box(70, 38, (60, 110), 4, LAKE_SOFT),
        dot(100, 165, 7, fill=INK),
    ),
    "play": _square(
        dot(100, 100, 72, fill=TAPE, line=INK),
        path("M100 28v144M28 100h144M48 50q36 50 0 100M152 50q-36 50 0 100", width=5),
    ),
    "dress": _square(
        path("M72 34q28 20 56 0l48 30-18 36-22-10v78H64V90l-22 10L24 64z", fill=LAKE_SOFT),
        path("M100 62v104", width=4),
        dot(110, 86, 4),
        dot(110, 112, 4),
        dot(110, 138, 4),
    ),
    "roll": _square(
        dot(82, 128, 46, fill=SKIN, line=INK),
        dot(82, 128, 6, fill=INK),
        dot(154, 160, 14, fill=SKIN, line=INK),
        path("M52 40h14v58h62l22 48M66 74h58", line=PLUM, width=7),
    ),
    "open": _square(
        box(48, 22, (104, 156), 6, WOOD),
        dot(128, 104, 9, fill=TAPE, line=INK),
        path("M30 178h140", width=5),
        path("M66 42h68v44H66z", fill=SKIN),
    ),
    "garden": _square(
        path("M60 118h80l-12 58H72z", fill=BRICK_SOFT),
        path("M100 118V64", line=LEAF, width=6),
        path(
            "M100 84c-34 4-44-18-42-38 26-2 42 10 42 38zM100 68c2-26 18-38 44-36 2 22-10 40-44 36z",
            fill=LEAF_SOFT,
            line=LEAF,
        ),
    ),
    "other": _square(
        path(
            "M100 30c44 0 78 26 78 60s-34 60-78 60q-10 0-20-2l-38 26 6-40"
            "q-26-18-26-44c0-34 34-60 78-60z",
            fill=SKIN,
        ),
        dot(66, 92, 8, fill=PLUM),
        dot(100, 92, 8, fill=PLUM),
        dot(134, 92, 8, fill=PLUM),
    ),
}
