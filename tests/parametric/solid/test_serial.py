"""Solids as JSON: nothing is lost, and nothing odd comes in."""

import json
import math
from typing import Any

import pytest

from parametric.place import X, mirror_x, turn
from parametric.solid import (
    BadSolid,
    CadLeaf,
    Difference,
    Extrude,
    Loft,
    Offset,
    Polygon,
    Rim,
    Section,
    Solid,
    Spline,
    Text,
    placed,
    rectangle,
    tube,
)
from parametric.solid.mesh import evaluate
from parametric.solid.serial import MOST_DEPTH, MOST_NODES, from_json, schema, to_json
from tests.parametric.solid.trees import cube

BALL: dict[str, Any] = {"kind": "Sphere", "radius": 1}
EVERYTHING: tuple[Solid, ...] = (
    Difference(cube(3), (placed(Extrude(Text("é", 4), 1), mirror_x().then(turn(X, 30))),)),
    Extrude(Offset(rectangle(3, 4, 0.5), 1), 5, Rim("round", 1), None),
    Extrude(Polygon(((0, 0), (9, 0), (0, 9)), (0.5, 1.0, 0.0)), 5),
    Extrude(Spline(((3, 0), (0, 2), (-3, 0))), 5),
    Loft((Section(0, 5, 5, 5), Section(9, 5, 5, 5, power=3)), 1, 0.5, ruled=True),
    tube(2, ((0, 0, 0), (0, 1, 9))),
    CadLeaf("filleted_plate", (("x", 1.5), ("n", 3), ("name", "a"), ("round", True))),
)


@pytest.mark.parametrize("solid", EVERYTHING)
def test_every_kind_of_field_comes_back(solid: Solid) -> None:
    """Through text and back: equal, of the same types, and with the same digest."""
    text = json.dumps(to_json(solid), allow_nan=False)
    read = from_json(json.loads(text))
    assert read == solid
    assert read.digest == solid.digest
    assert json.dumps(to_json(read)) == json.dumps(to_json(from_json(to_json(read))))


def test_what_has_a_default_may_be_left_out() -> None:
    """A person may write what matters and no more."""
    assert from_json({"kind": "Box", "x": 1, "y": 2, "z": 3}) == from_json(
        {"kind": "Box", "x": 1.0, "y": 2.0, "z": 3.0, "radius": 0}
    )


def cut(**sphere: object) -> dict[str, Any]:
    return {"kind": "Difference", "base": BALL, "cuts": [BALL, BALL, {"kind": "Sphere", **sphere}]}


REFUSED: dict[str, tuple[object, str]] = {
    "list": ([1], "^an object with a kind is needed, a list given"),
    "no kind": ({"radius": 1}, "^kind: one of Box, .* is needed, null given"),
    "unknown kind": ({"kind": "Teapot"}, "^kind: one of Box, .*, the text 'Teapot' given"),
    "odd kind": ({"kind": ["Box"]}, "^kind: one of Box"),
    "profile for a solid": ({"kind": "Circle", "radius": 1}, "^kind: one of Box"),
    "solid for a profile": (
        {"kind": "Extrude", "profile": BALL, "height": 1},
        "^profile.kind: one of Circle",
    ),
    "unknown field": (cut(radius=1, colour=2), r"^cuts\[2\].colour: Sphere has no such field"),
    "missing field": (cut(), r"^cuts\[2\].radius: Sphere needs it"),
    "text": (cut(radius="1"), r"^cuts\[2\].radius: a number is needed, the text '1' given"),
    "flag": (cut(radius=True), r"^cuts\[2\].radius: a number is needed, true or false given"),
    "null": (cut(radius=None), r"^cuts\[2\].radius: a number is needed, null given"),
    "no number": (cut(radius=math.nan), r"^cuts\[2\].radius: a finite number is needed"),
    "no end": (cut(radius=-math.inf), r"^cuts\[2\].radius: a finite number is needed"),
    "huge": (cut(radius=10**400), r"^cuts\[2\].radius: a finite number is needed"),
    "impossible": (cut(radius=-1), r"^cuts\[2\]: Sphere: radius must be above 0"),
    "no list": ({"kind": "Union", "parts": BALL}, "^parts: a list is needed, an object given"),
    "null part": ({"kind": "Union", "parts": [None]}, r"^parts\[0\]: an object with a kind"),
    "null solid": (
        {"kind": "Placed", "solid": None, "placement": []},
        "^solid: an object with a kind is needed, null given",
    ),
    "two rows": (
        {"kind": "Placed", "solid": BALL, "placement": [[1, 0, 0, 0], [0, 1, 0, 0]]},
        "finite numbers|3 items are needed",
    ),
    "short row": (
        {"kind": "Placed", "solid": BALL, "placement": [[1, 0, 0]] * 3},
        r"^placement\[0\]: 4 items are needed, 3 given",
    ),
    "scaled": (
        {"kind": "Placed", "solid": BALL, "placement": [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0]]},
        "only moves, turns or mirrors",
    ),
    "flat point": (
        {"kind": "Sweep", "profile": {"kind": "Circle", "radius": 1}, "path": [[0, 0], [0, 1]]},
        r"^path\[0\]: 3 items are needed, 2 given",
    ),
    "kind of rim": (
        {
            "kind": "Extrude",
            "profile": {"kind": "Circle", "radius": 1},
            "height": 1,
            "top": {"kind": "square", "size": 1},
        },
        "^top.kind: one of round, chamfer is needed, the text 'square' given",
    ),
    "base64": (
        {"kind": "MeshLeaf", "vertices": "??", "triangles": ""},
        "^vertices: base64 text is needed",
    ),
    "bytes": ({"kind": "MeshLeaf", "vertices": 1, "triangles": ""}, "^vertices: base64 text"),
    "number for text": (
        {"kind": "Extrude", "profile": {"kind": "Text", "text": 1, "height": 1}, "height": 1},
        "^profile.text: text is needed, the number 1 given",
    ),
    "number for a flag": (
        {"kind": "Loft", "sections": [], "ruled": 1},
        "^ruled: true or false is needed, the number 1 given",
    ),
    "odd argument": (
        {"kind": "CadLeaf", "function": "f", "arguments": [["x", [1]]]},
        r"^arguments\[0\]\[1\]: a number is needed, a list given",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_belong_is_refused_with_its_place(name: str) -> None:
    """A fork's author is told which field of which node, and what would do."""
    data, why = REFUSED[name]
    with pytest.raises(BadSolid, match=why):
        from_json(data)


def nested(levels: int) -> dict[str, Any]:
    data = BALL
    for _ in range(levels - 1):
        data = {"kind": "Union", "parts": [data]}
    return data


def test_a_tree_as_deep_as_allowed_can_be_read_made_and_written() -> None:
    """Python's own stack does not run out before the limit does."""
    deep = from_json(nested(MOST_DEPTH))
    assert evaluate(deep).volume() > 3.0
    assert to_json(deep)["kind"] == "Union"
    assert from_json(nested(MOST_DEPTH)) == deep


def test_a_deeper_tree_is_refused() -> None:
    """One level more, and a great many."""
    for levels in (MOST_DEPTH + 1, 10 * MOST_DEPTH):
        with pytest.raises(BadSolid, match=f"solids nest {MOST_DEPTH} deep at most"):
            from_json(nested(levels))


def test_a_tree_of_too_many_nodes_is_refused() -> None:
    """However flat it is."""
    from_json({"kind": "Union", "parts": [BALL] * (MOST_NODES - 1)})
    with pytest.raises(BadSolid, match=f"{MOST_NODES} nodes at most"):
        from_json({"kind": "Union", "parts": [BALL] * MOST_NODES})


def fits(data: object, rule: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether data fits the part of JSON Schema that our schema uses."""
    if "$ref" in rule:
        return fits(data, whole["$defs"][rule["$ref"].rsplit("/", 1)[1]], whole)
    if "oneOf" in rule:
        return sum(fits(data, each, whole) for each in rule["oneOf"]) == 1
    if "anyOf" in rule:
        return any(fits(data, each, whole) for each in rule["anyOf"])
    if "const" in rule or "enum" in rule:
        return data in rule.get("enum", [rule.get("const")])
    flag = isinstance(data, bool)
    match rule["type"]:
        case "object":
            return (
                isinstance(data, dict)
                and set(rule["required"]) <= set(data) <= set(rule["properties"])
                and all(fits(data[k], rule["properties"][k], whole) for k in data)
            )
        case "array":
            if not isinstance(data, list) or len(data) < rule.get("minItems", 0):
                return False
            first = rule.get("prefixItems", [])
            rest = rule["items"]
            return all(fits(d, r, whole) for d, r in zip(data, first, strict=False)) and (
                len(data) <= len(first)
                if rest is False
                else all(fits(d, rest, whole) for d in data[len(first) :])
            )
        case "number":
            return isinstance(data, int | float) and not flag
        case "integer":
            return isinstance(data, int) and not flag
        case "boolean":
            return flag
        case "string":
            return isinstance(data, str)
        case _:
            return data is None


@pytest.mark.parametrize("solid", EVERYTHING)
def test_what_is_written_fits_the_schema(solid: Solid) -> None:
    """The schema describes to_json's own output."""
    whole = schema()
    assert whole["$schema"].endswith("2020-12/schema")
    assert fits(json.loads(json.dumps(to_json(solid))), whole, whole)


@pytest.mark.parametrize(
    "name", ["list", "no kind", "unknown kind", "solid for a profile", "unknown field", "text"]
)
def test_what_is_refused_does_not_fit_the_schema(name: str) -> None:
    """An editor that knows the schema warns before the server does."""
    whole = schema()
    assert not fits(REFUSED[name][0], whole, whole)
