"""Files from strangers: the good ones are read exactly, and each bad one says why it is refused."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from parametric.checks import BadFile, Report, check_file, read_3mf, read_stl
from parametric.clearance import PrinterProfile
from parametric.place import move
from parametric.solid import Box, Cylinder, difference, placed
from parametric.solid.mesh import Mesh, mesh_of

BLOCK = mesh_of(difference(Box(30, 20, 10), Cylinder(3, 20)))
CUBE = mesh_of(Box(10, 10, 10))
CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"


def binary_stl(mesh: Mesh, header: bytes = b"") -> bytes:
    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    rows = np.zeros(len(mesh.triangles), dtype=record)
    rows["corners"], rows["normal"] = mesh.corners, mesh.normals
    return header.ljust(80, b"\0") + struct.pack("<I", len(rows)) + rows.tobytes()


def text_stl(mesh: Mesh, name: str = "thing") -> str:
    lines = [f"solid {name}"]
    for corners in mesh.corners:
        lines += ["facet normal 0 0 0", " outer loop"]
        lines += [f"  vertex {x:.6e} {y:.6e} {z:.6e}" for x, y, z in corners]
        lines += [" endloop", "endfacet"]
    return "\n".join([*lines, f"endsolid {name}", ""])


def with_corner(value: float) -> bytes:
    data = bytearray(binary_stl(CUBE))
    struct.pack_into("<f", data, 84 + 12, value)
    return bytes(data)


def together(*meshes: Mesh) -> Mesh:
    offset, vertices, triangles = 0, [], []
    for mesh in meshes:
        vertices.append(mesh.vertices)
        triangles.append(mesh.triangles + offset)
        offset += len(mesh.vertices)
    return Mesh(np.concatenate(vertices), np.concatenate(triangles).astype(np.int32))


def mesh_xml(mesh: Mesh) -> str:
    vertices = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in mesh.vertices)
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in mesh.triangles)
    return f"<mesh><vertices>{vertices}</vertices><triangles>{triangles}</triangles></mesh>"


def object_xml(number: int, inner: str, name: str = "") -> str:
    return f'<object id="{number}" type="model" name="{name}">{inner}</object>'


def model_xml(
    objects: str, items: str = '<item objectid="1"/>', unit: str = "millimeter", more: str = ""
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><model unit="{unit}" xmlns="{CORE}" {more}>'
        f"<resources>{objects}</resources><build>{items}</build></model>"
    )


GOOD = model_xml(object_xml(1, mesh_xml(CUBE), "cube"))
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Target="/3D/3dmodel.model" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
)


def archive(
    model: str | bytes | None = GOOD,
    more: dict[str | zipfile.ZipInfo, bytes] | None = None,
    rels: str | None = RELS,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        if rels is not None:
            file.writestr("_rels/.rels", rels)
        if model is not None:
            file.writestr("3D/3dmodel.model", model)
        for name, data in (more or {}).items():
            file.writestr(name, data)
    return buffer.getvalue()


def of(model: str) -> bytes:
    return archive(model)


def refused(data: bytes) -> str:
    with pytest.raises(BadFile) as caught:
        check_file(data)
    assert caught.value.says.endswith("."), "a sentence for people"
    assert str(caught.value) == caught.value.says
    return caught.value.code


def found(report: Report, severity: str = "error") -> set[str]:
    return {each.check for each in report.findings if each.severity == severity}


# --- STL ----------------------------------------------------------------------


@pytest.mark.parametrize("header", [b"", b"solid made by some CAD"])
def test_a_binary_stl_is_read_exactly(header: bytes) -> None:
    """Volume, triangles and closedness survive, also where the header says solid."""
    mesh = read_stl(binary_stl(BLOCK, header))
    assert mesh.volume == pytest.approx(BLOCK.volume, rel=1e-6)
    assert len(mesh.triangles) == len(BLOCK.triangles)
    assert len(mesh.vertices) == len(BLOCK.vertices)


def test_a_text_stl_is_read_exactly() -> None:
    """The same solid as text is the same mesh, capitals or not."""
    for text in (text_stl(BLOCK), text_stl(BLOCK).upper(), text_stl(BLOCK, "")):
        assert read_stl(text.encode()).volume == pytest.approx(BLOCK.volume, rel=1e-5)


def lying(count: int) -> bytes:
    data = bytearray(binary_stl(CUBE))
    struct.pack_into("<I", data, 80, count)
    return bytes(data)


BAD_STL = {
    "empty": (b"", "empty"),
    "83 bytes": (b"\1" * 83, "stl-length"),
    "a count too high": (lying(13), "stl-length"),
    "a count too low": (lying(11), "stl-length"),
    "a count beyond all bounds": (lying(2**32 - 1), "stl-length"),
    "truncated": (binary_stl(CUBE)[:-1], "stl-length"),
    "trailing bytes": (binary_stl(CUBE) + b"\0", "stl-length"),
    "no triangles": (b"\0" * 84, "no-triangles"),
    "NaN": (with_corner(float("nan")), "bad-number"),
    "infinite": (with_corner(float("inf")), "bad-number"),
    "huge": (with_corner(1e30), "too-big"),
    "three metres": (with_corner(3000.0), "too-big"),
    "only degenerate": (
        binary_stl(Mesh(np.eye(3), np.array([[0, 0, 1], [2, 2, 2]], dtype=np.int32))),
        "degenerate",
    ),
    "only straight": (
        binary_stl(Mesh(np.diag((1.0, 0, 0)) * 3, np.array([[0, 1, 2]], dtype=np.int32))),
        "degenerate",
    ),
    "HTML": (b"<!DOCTYPE html><html></html>" + b" " * 100, "not-stl"),
    "PDF": (b"%PDF-1.7\n" + b"x" * 100, "not-stl"),
    "ELF": (b"\x7fELF" + b"\0" * 200, "not-stl"),
    "text without end": (text_stl(CUBE).replace("endsolid", "end").encode(), "stl-text"),
    "text with words": (text_stl(CUBE).replace("5.0", "five", 1).encode(), "stl-text"),
    "text with a spaced number": (text_stl(CUBE).replace("5.0", "5_0", 1).encode(), "stl-text"),
    "text with NaN": (text_stl(CUBE).replace("5.000000e+00", "nan", 1).encode(), "bad-number"),
    "text cut off": (text_stl(CUBE)[:-60].encode(), "stl-text"),
    "text with a quadrangle": (
        text_stl(CUBE).replace(" endloop", "  vertex 0 0 0\n endloop", 1).encode(),
        "stl-text",
    ),
    "text with a wrong word": (text_stl(CUBE).replace("outer", "inner", 1).encode(), "stl-text"),
    "two solids": ((text_stl(CUBE) * 2).encode(), "stl-text"),
    "something after the end": ((text_stl(CUBE) + "hello\nyou").encode(), "stl-text"),
    "not ASCII": (text_stl(CUBE).replace("5.0", "５.0", 1).encode(), "stl-text"),
    "only a word": (b"solid", "stl-text"),
}


@pytest.mark.parametrize("name", BAD_STL)
def test_a_bad_stl_says_why(name: str) -> None:
    """Each hostile or broken STL is refused with its own code."""
    data, code = BAD_STL[name]
    assert refused(data) == code


def test_a_zip_named_stl_is_no_stl() -> None:
    """Read as an STL, an archive is refused; the content tells, not the name."""
    with pytest.raises(BadFile) as caught:
        read_stl(archive())
    assert caught.value.code == "not-stl"


def test_more_than_two_million_triangles_are_too_many() -> None:
    """The limit counts before the triangles are read."""
    count = 2_000_001
    data = b"\0" * 80 + struct.pack("<I", count) + bytes(50 * 1000)
    assert refused(data) == "stl-length"
    # The file of that length is over the limit in bytes as well.
    assert 84 + 50 * count > 50 * 2**20


# --- what is in a file --------------------------------------------------------


def test_a_good_file_holds(tmp_path: Path) -> None:
    """A sound block has nothing wrong with it, whatever its file is called."""
    file = tmp_path / "block.pdf"
    file.write_bytes(binary_stl(BLOCK))
    told = check_file(file)
    assert told.holds
    assert told.findings == ()
    assert told.source == "block.pdf"
    assert told.parts[0].facts["bodies"] == 1


def test_open_inside_out_and_double_files_are_told() -> None:
    """Files that can be read are reported on, not repaired."""
    assert "closed" in found(check_file(binary_stl(Mesh(CUBE.vertices, CUBE.triangles[1:]))))
    turned = Mesh(CUBE.vertices, CUBE.triangles[:, ::-1].copy())
    assert "volume" in found(check_file(binary_stl(turned)))
    two = together(CUBE, CUBE.placed(move(20, 0, 0)))
    assert found(check_file(binary_stl(two))) == {"bodies"}


def test_a_surface_that_crosses_itself_is_told() -> None:
    """Two cubes that overlap without being joined, or a cube pushed through itself."""
    two = together(CUBE, CUBE.placed(move(4, 3, 2)))
    assert "crossing" in found(check_file(binary_stl(two)))
    vertices = CUBE.vertices.copy()
    top = vertices[:, 2] > 0
    vertices[top & (vertices[:, 0] > 0), 0] -= 6.0
    vertices[top & (CUBE.vertices[:, 0] < 0), 0] += 6.0
    assert "crossing" in found(check_file(binary_stl(Mesh(vertices, CUBE.triangles))))


def test_walls_and_overhangs_of_files_are_told() -> None:
    """Walls under two lines are errors, under the usual least wall warnings, like overhangs."""

    def cup(wall: float) -> bytes:
        hollow = placed(Box(30 - 2 * wall, 30 - 2 * wall, 20), move(0, 0, 3))
        return binary_stl(mesh_of(difference(Box(30, 30, 20), hollow)))

    assert found(check_file(cup(0.6))) == {"walls"}
    assert found(check_file(cup(1.0)), "warning") == {"walls"}
    assert check_file(cup(1.5)).findings == ()
    upside_down = difference(Box(30, 30, 20), placed(Box(26, 26, 20), move(0, 0, -3)))
    assert found(check_file(binary_stl(mesh_of(upside_down))), "warning") == {"overhang"}
    small = PrinterProfile(bed_x_mm=80, bed_y_mm=80, bed_z_mm=80)
    assert found(check_file(binary_stl(mesh_of(Box(90, 20, 20))), small)) == {"bed"}


def test_a_file_in_the_wrong_unit_is_asked_about() -> None:
    """A thing under 3 mm was probably drawn in another unit."""
    tiny = mesh_of(Box(1, 1.5, 2))
    assert "size" in found(check_file(binary_stl(tiny)), "warning")


# --- 3MF ----------------------------------------------------------------------


def test_a_3mf_is_read_with_its_names() -> None:
    """One mesh for each thing on the plate, by name."""
    things = read_3mf(archive())
    assert [name for name, _ in things] == ["cube"]
    assert things[0][1].volume == pytest.approx(1000)


@pytest.mark.parametrize(
    ("unit", "mm"),
    [("micron", 1e-3), ("millimeter", 1), ("centimeter", 10), ("inch", 25.4), ("foot", 304.8)],
)
def test_foreign_units_become_mm(unit: str, mm: float) -> None:
    """A cube of 2 in any unit is 2 of them wide."""
    model = model_xml(object_xml(1, mesh_xml(mesh_of(Box(2, 2, 2)))), unit=unit)
    _, mesh = read_3mf(of(model))[0]
    assert np.ptp(mesh.bounds, axis=0) == pytest.approx(np.full(3, 2 * mm), rel=1e-5)


def test_placements_turn_move_and_mirror() -> None:
    """A component is first placed in its object, then with it; a mirrored one stays outward."""
    objects = object_xml(1, mesh_xml(CUBE)) + object_xml(
        2, '<components><component objectid="1" transform="1 0 0 0 1 0 0 0 1 10 0 0"/></components>'
    )
    items = '<item objectid="2" transform="0 1 0 1 0 0 0 0 1 0 0 5"/>'
    _, mesh = read_3mf(of(model_xml(objects, items)))[0]
    assert mesh.volume == pytest.approx(1000), "x and y change places: mirrored, and outward"
    assert mesh.bounds.tolist() == [[-5, 5, 0], [5, 15, 10]]


def test_models_in_other_parts_are_read() -> None:
    """Slicers keep objects in files of their own (the production extension)."""
    other = model_xml(object_xml(7, mesh_xml(CUBE)), items="")
    component = '<components><component objectid="7" p:path="/3D/Objects/a.model"/></components>'
    more = f'xmlns:p="{PRODUCTION}" requiredextensions="p"'
    model = model_xml(object_xml(1, component, "far"), more=more)
    name, mesh = read_3mf(archive(model, {"3D/Objects/a.model": other.encode()}))[0]
    assert name == "far"
    assert mesh.volume == pytest.approx(1000)


def test_scripts_and_thumbnails_are_never_opened() -> None:
    """What a slicer put in beside the model changes nothing, be it broken or not."""
    more: dict[str | zipfile.ZipInfo, bytes] = {
        "Metadata/Slic3r_PE.config": b"; post_process = rm -rf /",
        "Metadata/thumbnail.png": b"no picture",
    }
    assert read_3mf(archive(GOOD, more))[0][1].volume == pytest.approx(1000)


def test_names_are_tidied() -> None:
    """Names lose what turns the reading direction or cannot be printed, and are kept short."""
    model = model_xml(object_xml(1, mesh_xml(CUBE), "\u202egnp.exe\u0085" + "a" * 500))
    name, _ = read_3mf(of(model))[0]
    assert name.startswith("gnp.exea")
    assert len(name) == 80


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def chain(depth: int, fan: int = 1) -> str:
    """Object 1 is a cube, each further one is `fan` of the one before; the last is placed."""
    objects = object_xml(1, mesh_xml(CUBE))
    for number in range(2, depth + 1):
        uses = f'<component objectid="{number - 1}"/>' * fan
        objects += object_xml(number, f"<components>{uses}</components>")
    return model_xml(objects, f'<item objectid="{depth}"/>')


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def in_model(old: str, new: str) -> bytes:
    assert old in GOOD
    return of(GOOD.replace(old, new, 1))


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


def bad_3mf() -> dict[str, tuple[bytes, str]]:
    """Every hostile 3MF, with the code it is refused with."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    bomb = b"<!--" + b" " * (4 * 2**20) + b"-->"
    many: dict[str | zipfile.ZipInfo, bytes] = {f"m{i}": b"" for i in range(400)}
    extension = 'xmlns:b="http://example.org/beams" requiredextensions="b"'
    cycle = object_xml(1, '<components><component objectid="2"/></components>') + object_xml(
        2, '<components><component objectid="1"/></components>'
    )
    triangles_only = object_xml(
        1, '<mesh><vertices/><triangles><triangle v1="0" v2="1" v3="2"/></triangles></mesh>'
    )
    return {
        "truncated": (cut(archive()), "zip-broken"),
        "trailing bytes": (archive() + b"\0", "zip-broken"),
        "nothing but a magic": (b"PK\x03\x04" + b"\0" * 50, "zip-broken"),
        "a DOCTYPE": (in_model(head, head + DOCTYPE), "xml-doctype"),
        "an external entity": (in_model(head, head + EXTERNAL), "xml-doctype"),
        "a DOCTYPE in the relationships": (
            archive(rels=DOCTYPE + RELS),
            "xml-doctype",
        ),
        "broken XML": (in_model("</build>", ""), "xml-broken"),
        "XML a million deep": (of("<a>" * 1_000_000), "zip-bomb"),
        "a model a million deep": (
            in_model("<resources>", "<a>" * 100_000 + "<resources>"),
            "xml-deep",
        ),
        "an unknown encoding": (in_model("UTF-8", "klingon"), "xml-broken"),
        "a bad index": (in_model('v1="0"', 'v1="8"'), "3mf-index"),
        "a negative index": (in_model('v1="0"', 'v1="-1"'), "3mf-index"),
        "a worded index": (in_model('v1="0"', 'v1="one"'), "3mf-index"),
        "a coordinate that is no number": (in_model('x="-5.0"', 'x="five"'), "bad-number"),
        "an infinite coordinate": (in_model('x="-5.0"', 'x="1e999"'), "bad-number"),
        "no coordinate": (in_model('x="-5.0"', ""), "bad-number"),
        "no vertices": (of(model_xml(triangles_only)), "3mf-no-vertices"),
        "an empty mesh": (
            of(model_xml(object_xml(1, "<mesh><vertices/><triangles/></mesh>"))),
            "no-triangles",
        ),
        "nothing placed": (of(model_xml(object_xml(1, mesh_xml(CUBE)), "")), "3mf-nothing"),
        "an object that is not there": (in_model('objectid="1"', 'objectid="9"'), "3mf-objects"),
        "an object twice": (
            of(model_xml(object_xml(1, mesh_xml(CUBE)) * 2)),
            "3mf-objects",
        ),
        "no model part": (archive(None), "3mf-no-model"),
        "no relationships": (archive(rels=None), "3mf-no-model"),
        "another root": (of("<html/>"), "3mf-no-model"),
        "an unknown unit": (in_model("millimeter", "parsec"), "3mf-unit"),
        "an unknown extension": (
            of(model_xml(object_xml(1, mesh_xml(CUBE)), more=extension)),
            "3mf-extension",
        ),
        "a flat placement": (
            in_model('objectid="1"', 'objectid="1" transform="1 0 0 0 1 0 0 0 0 0 0 0"'),
            "3mf-transform",
        ),
        "a short placement": (
            in_model('objectid="1"', 'objectid="1" transform="1 0 0"'),
            "3mf-transform",
        ),
        "a cycle": (of(model_xml(cycle)), "3mf-cycle"),
        "too deep": (of(chain(9)), "3mf-depth"),
        "exponential": (of(chain(8, fan=12)), "3mf-instances"),
        "a thousand and one items": (
            of(model_xml(object_xml(1, mesh_xml(CUBE)), '<item objectid="1"/>' * 1001)),
            "3mf-instances",
        ),
        "a name that climbs": (archive(more={"../../evil": b"x"}), "zip-names"),
        "an absolute name": (archive(more={"/etc/evil": b"x"}), "zip-names"),
        "a drive": (archive(more={"C:/evil": b"x"}), "zip-names"),
        "a link": (archive(more={link("3D/link"): b"/etc/passwd"}), "zip-names"),
        "a thousand to one": (archive(more={"bomb": bomb}), "zip-bomb"),
        "400 members": (archive(more=many), "zip-members"),
        "an archive in the archive": (archive(more={"inner": archive()}), "zip-nested"),
        "overlapping members": (overlapping(), "zip-overlap"),
        "a count that lies": (lying_directory(), "zip-broken"),
        "a checksum that lies": (lying_checksum(), "zip-broken"),
        "encrypted": (encrypted(), "zip-encrypted"),
    }


def directory_of(data: bytes) -> int:
    at: int = struct.unpack_from("<I", data, len(data) - 6)[0]
    return at


def overlapping() -> bytes:
    """Two directory entries that point at the same bytes (D. Fifield's overlapping files)."""
    data = bytearray(archive())
    second = data.index(b"PK\x01\x02", directory_of(bytes(data)) + 4)
    struct.pack_into("<I", data, second + 42, 0)
    return bytes(data)


def lying_directory() -> bytes:
    data = bytearray(archive())
    struct.pack_into("<H", data, len(data) - 14, 1)
    return bytes(data)


def lying_checksum() -> bytes:
    data = bytearray(archive())
    for at in (directory_of(bytes(data)) + 16, 14):
        struct.pack_into("<I", data, at, 12345)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(archive())
    for at in (directory_of(bytes(data)) + 8, 6):
        struct.pack_into("<H", data, at, 1)
    return bytes(data)


BAD_3MF = bad_3mf()


@pytest.mark.parametrize("name", BAD_3MF)
def test_a_bad_3mf_says_why(name: str) -> None:
    """Each hostile or broken 3MF is refused with its own code."""
    data, code = BAD_3MF[name]
    assert refused(data) == code


def test_a_depth_of_eight_and_a_thousand_objects_are_allowed() -> None:
    """The limits are limits, not one less."""
    assert read_3mf(of(chain(8)))[0][1].volume == pytest.approx(1000)
    items = '<item objectid="1"/>' * 1000
    assert len(read_3mf(of(model_xml(object_xml(1, mesh_xml(CUBE)), items)))) == 1000


def test_a_file_that_is_too_long_is_not_read_whole(tmp_path: Path) -> None:
    """Over 50 MiB a file is refused after as many bytes."""
    file = tmp_path / "long.stl"
    with file.open("wb") as opened:
        opened.truncate(50 * 2**20 + 1)
    with pytest.raises(BadFile) as caught:
        check_file(file)
    assert caught.value.code == "too-large"


def test_every_cut_of_a_good_file_is_refused() -> None:
    """An upload that was cut anywhere is never taken for a whole one."""
    for data in (archive(), binary_stl(CUBE), text_stl(CUBE).encode()):
        for length in range(0, len(data) - 10, max(1, len(data) // 60)):
            refused(data[:length])
