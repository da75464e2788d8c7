"""The wrist-driven hand, put together."""

from __future__ import annotations

from collections.abc import Mapping

from designs.wrist_hand.dimensions import DIGITS, FINGERS, WRIST_DEG, Dimensions, dimensions
from designs.wrist_hand.gauntlet import gauntlet
from designs.wrist_hand.palm import palm
from designs.wrist_hand.parameters import WristHand
from designs.wrist_hand.phalanges import distal, proximal
from designs.wrist_hand.steps import hardware, steps, warnings
from designs.wrist_hand.tensioner import block, lettered, slider
from designs.wrist_hand.thumb import ThumbPlace, place_thumb
from parametric.assembly import Assembly, Cord, Mate, Motion, Reach
from parametric.clearance import PrinterProfile
from parametric.design import Design, Interface, LoadClass
from parametric.part import Part, mirrored

Pose = Mapping[str, float]


def build(person: WristHand, printer: PrinterProfile) -> Assembly:
    """Return one person's hand.

    Raises:
        BadParameters: a combination of measurements this design has no room for.
    """
    d = dimensions(person, printer)
    thumb = place_thumb(d)
    parts = _parts(person, d, thumb)
    closed = _closing(thumb, 1.0)
    return Assembly(
        parts=parts,
        root="gauntlet",
        mates=_mates(),
        hardware=hardware(person, d),
        motions=_motions(thumb),
        reaches=(Reach("thumb meets index finger", "thumb_distal", "index_distal", closed, 8.0),),
        cords=tuple(_cord(name, closed) for name in DIGITS),
        poses={"rest": {}, "closed": {**closed, "wrist": WRIST_DEG}},
        steps=steps(person),
        warnings=warnings(person, d),
    )


def _parts(person: WristHand, d: Dimensions, thumb: ThumbPlace) -> tuple[Part, ...]:
    arm, hand, tension = gauntlet(d), palm(d, thumb), block(d)
    if person.side == "left":
        arm, hand, tension = mirrored(arm), mirrored(hand), mirrored(tension)
    code = person.code if person.show_code else ""
    bones = tuple(bone(d.digit(name)) for name in DIGITS for bone in (proximal, distal))
    held = lettered(tension, d, person.name, code)
    return (arm, hand, *bones, held, slider(d))


def _mates() -> tuple[Mate, ...]:
    digits = [
        mate
        for name in DIGITS
        for mate in (
            Mate(f"{name}_knuckle", "palm", f"{name}_knuckle", f"{name}_proximal", "base"),
            Mate(f"{name}_middle", f"{name}_proximal", "middle", f"{name}_distal", "base"),
        )
    ]
    return (
        Mate("wrist", "gauntlet", "wrist", "palm", "wrist"),
        *digits,
        Mate("tensioner", "gauntlet", "rails", "tensioner_block", "floor"),
        Mate("slider", "tensioner_block", "middle slider", "slider", "front"),
    )


def _closing(thumb: ThumbPlace, share: float) -> dict[str, float]:
    """Return the pose of a hand closed by `share` (0 open, 1 closed), wrist straight."""
    pose = {f"{name}_{joint}": 90.0 * share for name in FINGERS for joint in ("knuckle", "middle")}
    pose["thumb_knuckle"] = thumb.base_deg * share
    pose["thumb_middle"] = thumb.tip_deg * share
    return pose


def _motions(thumb: ThumbPlace) -> tuple[Motion, ...]:
    closing = tuple(_closing(thumb, share / 6.0) for share in range(7))
    closed = closing[-1]
    fingers = tuple({k: v for k, v in pose.items() if "thumb" not in k} for pose in closing)
    thumb_only = tuple({k: v for k, v in pose.items() if "thumb" in k} for pose in closing)
    knuckles = tuple({k: v for k, v in pose.items() if "knuckle" in k} for pose in closing)
    tips = tuple({k: v for k, v in pose.items() if "middle" in k} for pose in closing)
    bends = tuple({"wrist": WRIST_DEG * share / 3.0} for share in range(-3, 4))
    return (
        Motion("the hand closes", closing),
        Motion("the fingers close, the thumb stays open", fingers),
        Motion("the thumb closes, the fingers stay open", thumb_only),
        Motion("only the knuckles bend", knuckles),
        Motion("only the tips bend", tips),
        Motion("the wrist bends, the hand open", bends),
        Motion("the wrist bends, the hand closed", tuple({**closed, **bend} for bend in bends)),
    )


def _cord(name: str, closed: Pose) -> Cord:
    return Cord(
        name=f"{name} tendon",
        through=(
            ("gauntlet", f"{name} tendon"),
            ("palm", f"{name} tendon"),
            (f"{name}_proximal", "tendon"),
            (f"{name}_distal", "tendon"),
        ),
        driver_start={"wrist": 0.0},
        driver_end={"wrist": WRIST_DEG},
        closed={k: v for k, v in closed.items() if k.startswith(name)},
    )


DESIGN = Design(
    slug="wrist_hand",
    version="1.0.0",
    title="Wrist-driven hand",
    summary="A hand that closes when the wrist bends. For people with a wrist and part of a palm.",
    parameters=WristHand,
    build=build,
    load_class=LoadClass.AMBER,
    interfaces=(
        Interface("gauntlet back", "gauntlet", "The dovetail rails that hold the tensioner."),
    ),
    checked=(
        "Every part is one closed body with walls of at least 1.2 mm.",
        "Fingers, thumb and wrist move through their whole range without touching.",
        "Bending the wrist by 30 degrees pulls enough cord to close every finger.",
        "Thumb and index finger meet.",
    ),
    not_checked=(
        "How much the hand can hold, and for how long. Nobody has measured it.",
        "Whether your skin likes the plastic and the foam.",
        "Heat: PLA goes soft in a hot car.",
    ),
    about="After the wrist-driven hands of the e-NABLE community. The cords run over the back of "
    "the wrist: when it bends, their way gets longer, and the fingers close. Elastic on the back "
    "of the fingers opens them again.",
)
