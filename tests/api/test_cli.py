"""The command line keeps its contract: answers, exit statuses, and every mistake at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from designs.discover import slugs

ROOT = Path(__file__).parents[2]
SHELF = Path(__file__).parent / "shelf"
SAMPLE = SHELF / "cuff" / "sample.toml"

GOOD = {
    "side": "left",
    "hand_breadth": "78",
    "palm_length": "9.8cm",
    "wrist_circumference": "150mm",
    "forearm_circumference": "230",
}
HANDS = ["cuff", *(slug for slug in ("wrist_hand",) if slug in slugs())]


def settings(**changed: str) -> list[str]:
    return [
        word for name, value in {**GOOD, **changed}.items() for word in ("--set", f"{name}={value}")
    ]


# --- designs and show ---------------------------------------------------------------


def test_designs_lists_all_that_work_and_names_those_that_do_not(fitcommons: Any) -> None:
    """One broken design is named with its reason and hides no other."""
    answer = fitcommons("designs", "--json")
    assert answer.status == 0
    listed = {each["design"]: each for each in answer.json["designs"]}
    assert listed["cuff"]["version"] == "1.2.0"
    assert listed["cuff"]["load_class"] == "amber"
    assert "_template" not in listed
    (broken,) = answer.json["broken"]
    assert broken["design"] == "broken"
    assert "undefined_name" in broken["says"]
    assert "line 3" in broken["says"]


def test_designs_for_people_is_a_table(fitcommons: Any) -> None:
    """Without --json the answer is a table, and the broken design is told on stderr."""
    answer = fitcommons("designs")
    assert answer.status == 0
    assert "cuff" in answer.out
    assert "broken" not in answer.out
    assert "Left out: broken" in answer.err


def test_show_says_what_a_design_asks_for(fitcommons: Any) -> None:
    """Each parameter has name, unit, range, what happens if left out, and help."""
    answer = fitcommons("show", "cuff", "--json")
    assert answer.status == 0
    asked = {each["name"]: each for each in answer.json["parameters"]}
    assert asked["hand_breadth"] | {"help": ""} == {
        "name": "hand_breadth",
        "label": "Hand breadth",
        "kind": "length",
        "unit": "mm",
        "low": 40,
        "high": 110,
        "choices": [],
        "given": "required",
        "default": None,
        "help": "",
        "group": "sound hand",
        "can_be_estimated": False,
        "allowed": "40-110 mm",
    }
    assert asked["forearm_length"]["given"] == "estimated"
    assert asked["name"]["given"] == "default"
    assert [part["name"] for part in answer.json["parts"]] == ["cuff", "lid"]
    assert answer.json["interfaces"] == [{"name": "edge", "part": "lid", "help": "Clip things on."}]
    assert answer.json["load_class"] == "amber"


def test_show_for_people_says_the_same(fitcommons: Any) -> None:
    """Without --json the same is there to read."""
    answer = fitcommons("show", "cuff")
    assert answer.status == 0
    for words in ("40-110 mm", "needed", "estimated", "Around the", "edge", "amber"):
        assert words in answer.out


def test_a_misspelt_design_is_suggested(fitcommons: Any, tmp_path: Path) -> None:
    """Whoever mistypes a design's name is told which one looks like it."""
    for command in (["show", "cufff"], ["fit", "cufff", "--out", tmp_path / "out"]):
        answer = fitcommons(*command, "--json")
        assert answer.status == 2
        assert answer.problems[0]["field"] == "design"
        assert answer.problems[0]["given"] == "cufff"
        assert answer.problems[0]["advice"] == "Did you mean cuff?"
        assert "cuff" in answer.problems[0]["allowed"]


def test_a_broken_design_says_what_is_wrong_with_it(fitcommons: Any) -> None:
    """The reason and the line are told, without a traceback."""
    answer = fitcommons("show", "broken")
    assert answer.status == 2
    assert "undefined_name" in answer.err
    assert "Traceback" not in answer.err


# --- fit ----------------------------------------------------------------------------


def test_fit_writes_files_and_says_where(fitcommons: Any, tmp_path: Path) -> None:
    """A good fit answers 0, writes what was asked for, and reports holes and digests."""
    out = tmp_path / "out"
    answer = fitcommons(
        "fit", "cuff", "--person", SAMPLE, "--out", out, "--formats", "stl,3mf,glb", "--json"
    )
    assert answer.status == 0, answer.err
    assert answer.json["proved"] is True
    assert "making cuff" in answer.err
    report = json.loads((out / "report.json").read_text("utf-8"))
    on_disk = sorted(f.relative_to(out).as_posix() for f in out.rglob("*") if f.is_file())
    assert report["files"] == answer.json["files"]
    assert sorted(report["files"]) == on_disk
    assert on_disk == [
        "bom.csv",
        "cuff.glb",
        "plates/plate_1.3mf",
        "recipe.json",
        "report.json",
        "stl/cuff.stl",
        "stl/lid.stl",
    ]
    for row in report["holes"]:
        assert {"part", "name", "nominal_mm", "measured_mm"} <= set(row)
        assert abs(row["nominal_mm"] - row["measured_mm"]) <= 0.02
    assert set(report["digests"]) == {"cuff", "lid"}
    (estimated,) = report["estimated"]
    assert estimated["name"] == "forearm_length"
    assert estimated["source"]
    assert "3 x 78 mm steel rod" in (out / "bom.csv").read_text("utf-8")


def test_a_warning_names_its_part_as_the_guide_does(fitcommons: Any, tmp_path: Path) -> None:
    """By its label: whoever reads it need not know how parts are called in files."""
    hand = Path(__file__).parents[2] / "designs" / "wrist_hand" / "sample.toml"
    out = tmp_path / "out"
    answer = fitcommons("fit", "wrist_hand", "--person", hand, "--out", out, "--formats", "stl")
    assert answer.status == 0, answer.err
    (warning,) = json.loads((out / "report.json").read_text("utf-8"))["warnings"]
    assert re.fullmatch(r"Gauntlet: It is \d+ mm high on a foot of \d+ mm²: .*", warning)


def test_fit_writes_every_format(fitcommons: Any, tmp_path: Path) -> None:
    """Without --formats there is everything, and each picture has its name."""
    out = tmp_path / "out"
    answer = fitcommons("fit", "cuff", "--person", SAMPLE, "--out", out, "--json")
    assert answer.status == 0, answer.err
    on_disk = sorted(f.relative_to(out).as_posix() for f in out.rglob("*") if f.is_file())
    assert on_disk == [
        "bom.csv",
        "cuff.glb",
        "cuff.step",
        "guide.html",
        "guide.pdf",
        "pictures/closed.png",
        "pictures/cuff.png",
        "pictures/lid.png",
        "pictures/rest.png",
        "plates/plate_1.3mf",
        "recipe.json",
        "report.json",
        "stl/cuff.stl",
        "stl/lid.stl",
    ]
    assert (out / "guide.pdf").read_bytes().startswith(b"%PDF-")
    page = (out / "guide.html").read_text("utf-8")
    for words in ("Put the lid on", "Please measure these first", "Pull on the pin", "Open and cl"):
        assert words in page
    assert (out / "cuff.step").read_text("utf-8").startswith("ISO-10303-21;")


def test_a_guide_is_written_in_the_language_that_was_asked_for(
    fitcommons: Any, tmp_path: Path
) -> None:
    """Beside the English one or instead of it; a language that there is none in is named."""
    out = tmp_path / "out"
    answer = fitcommons("fit", "cuff", *settings(), "--out", out, "--formats", "guide-fr", "--json")
    refused = fitcommons(
        "fit", "cuff", *settings(), "--out", tmp_path / "b", "--formats", "guide-x"
    )
    assert answer.status == 0, answer.err
    assert {each.name for each in out.glob("guide*")} == {"guide-fr.html", "guide-fr.pdf"}
    page = (out / "guide-fr.html").read_text("utf-8")
    assert '<html lang="fr" dir="ltr">' in page
    assert "Imprimez 2 pièces." in page
    # What the design itself says has no French words: it stays as it is.
    assert "Put the lid on" in page
    assert refused.status == 2
    assert "guide-fr" in refused.err


def test_the_settings_go_before_the_persons_file(fitcommons: Any, tmp_path: Path) -> None:
    """--set changes one measurement of a file; what was typed is kept beside the millimetres."""
    answer = fitcommons(
        "fit", "cuff", "--person", SAMPLE, "--set", "hand_breadth=3.07in",
        "--out", tmp_path / "out", "--formats", "stl", "--json",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    value = next(v for v in answer.json["values"] if v["name"] == "hand_breadth")
    assert value["value"] == pytest.approx(77.978)
    assert value["entered"] == "3.07in"


@pytest.mark.parametrize("design", HANDS)
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"hand_breadth": "wide"}, ("hand_breadth", "not a length")),
        ({"hand_breadth": "nan"}, ("hand_breadth", "not a length")),
        ({"hand_breadth": "0"}, ("hand_breadth", "0 mm is outside")),
        ({"hand_breadth": "-5"}, ("hand_breadth", "negative")),
        ({"hand_breadth": "1e9"}, ("hand_breadth", "not a length")),
        ({"hand_breadth": "1000000000"}, ("hand_breadth", "outside")),
        ({"hand_breadth": "3.07"}, ("hand_breadth", "outside")),
        ({"wrist_circumference": "220", "forearm_circumference": "180"}, ("wrist", "thicker")),
        ({"hand_bredth": "78"}, ("hand_bredth", "no parameter called hand_bredth")),
        ({"side": "up"}, ("side", "not one of")),
        ({"side": ""}, ("side", "needed")),
    ],
)
def test_what_cannot_be_used_is_refused(
    design: str, changed: dict[str, str], expected: tuple[str, str], fitcommons: Any, tmp_path: Path
) -> None:
    """A wrong entry ends with status 2, says field, value and advice, and writes nothing."""
    field, says = expected
    out = tmp_path / "deep" / "out"
    answer = fitcommons("fit", design, *settings(**changed), "--out", out, "--json")
    assert answer.status == 2
    (problem,) = answer.problems
    assert problem["field"].startswith(field)
    assert all(value in problem["given"] for value in changed.values())
    assert says in problem["says"]
    assert problem["allowed"]
    assert problem["advice"]
    assert set(problem) == {"field", "given", "says", "allowed", "advice"}
    assert list(tmp_path.iterdir()) == []

    told = fitcommons("fit", design, *settings(**changed), "--out", out)
    assert told.status == 2
    assert told.out == ""
    for part in ("field", "given", "says", "allowed", "advice"):
        assert problem[part] in re.sub(r"\s+", " ", told.err)
    assert "Traceback" not in told.err


@pytest.mark.parametrize("design", HANDS)
@pytest.mark.parametrize(
    ("field", "inches"),
    [
        ("hand_breadth", "3.07"),
        ("palm_length", "3.9"),
        ("wrist_circumference", "6"),
        ("forearm_circumference", "9 "),
    ],
)
def test_inches_without_a_unit_are_recognised_not_guessed(
    design: str, field: str, inches: str, fitcommons: Any, tmp_path: Path
) -> None:
    """A number that only makes sense as inches is refused, and the advice says what to write."""
    entered = settings(**{field: inches})
    answer = fitcommons("fit", design, *entered, "--out", tmp_path / "out", "--json")
    assert answer.status == 2
    (problem,) = answer.problems
    assert problem["field"] == field
    assert problem["allowed"].endswith(" mm")
    assert f"{inches.strip()}in" in problem["advice"]
    assert list(tmp_path.iterdir()) == []


def test_all_mistakes_are_told_at_once(fitcommons: Any, tmp_path: Path) -> None:
    """Person, settings, formats, printer and place are all looked at before anything is said."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("years of work", "utf-8")
    answer = fitcommons(
        "fit", "cuff", *settings(hand_breadth="5", side="up"), "--set", "nonsense",
        "--formats", "stl,ztl", "--printer", "Prusa MK9", "--out", tmp_path / "taken", "--json",
    )  # fmt: skip
    assert answer.status == 2
    assert {problem["field"] for problem in answer.problems} == {
        "hand_breadth", "side", "--set", "--formats", "--printer", "out",
    }  # fmt: skip
    assert (tmp_path / "taken" / "thesis.txt").read_text("utf-8") == "years of work"


def test_setting_something_twice_is_a_mistake(fitcommons: Any, tmp_path: Path) -> None:
    """Of two values for one name neither is taken in silence."""
    answer = fitcommons(
        "fit", "cuff", *settings(), "--set", "side=right", "--out", tmp_path / "out", "--json"
    )
    assert answer.status == 2
    assert "twice" in answer.problems[0]["says"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hand_breadth = ", "not valid TOML"),
        ("[someone]\nside = 'left'", "no table called"),
        ("hand_breadth = 7\n[sound_hand]\nhand_breadth = 8", "twice"),
    ],
)
def test_a_persons_file_that_cannot_be_read_is_one_problem(
    text: str, says: str, fitcommons: Any, tmp_path: Path
) -> None:
    """A broken file is told once, without a list of everything that is missing because of it."""
    person = tmp_path / "person.toml"
    person.write_text(text, "utf-8")
    answer = fitcommons("fit", "cuff", "--person", person, "--out", tmp_path / "out", "--json")
    assert answer.status == 2
    (problem,) = answer.problems
    assert says in problem["says"]


def test_files_that_are_not_there_are_named(fitcommons: Any, tmp_path: Path) -> None:
    """A missing person file or printer file is told by its name."""
    answer = fitcommons(
        "fit", "cuff", "--person", tmp_path / "nobody.toml",
        "--printer", tmp_path / "nothing.toml", "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert answer.status == 2
    assert {p["field"] for p in answer.problems} == {"person", "--printer"}


def test_a_printer_is_a_name_or_a_file(fitcommons: Any, tmp_path: Path) -> None:
    """Both ways of naming a printer reach the recipe."""
    file = tmp_path / "mine.toml"
    file.write_text('name = "Mine"\nhole_shrink_mm = 0.3', "utf-8")
    for given, name in ((str(file), "Mine"), ("prusa mk4", "Prusa MK4")):
        answer = fitcommons(
            "fit", "cuff", *settings(), "--printer", given, "--formats", "stl",
            "--out", tmp_path / "out", "--json",
        )  # fmt: skip
        assert answer.status == 0, answer.out
        assert answer.json["printer"]["name"] == name


def test_a_check_that_fails_keeps_the_files_apart(fitcommons: Any, tmp_path: Path) -> None:
    """Status 3, the report says which check, and every file's name says that it is unproved."""
    out = tmp_path / "out"
    answer = fitcommons("fit", "weak", "--out", out, "--formats", "stl,3mf,glb", "--json")
    assert answer.status == 3
    assert answer.json["proved"] is False
    assert any("bolt" in failure["says"] for failure in answer.json["failures"])
    files = sorted(f.relative_to(out).as_posix() for f in out.rglob("*") if f.is_file())
    assert files[0] == "report.json"
    assert all(
        file.startswith("unproved/") and Path(file).name.startswith("UNPROVED")
        for file in files[1:]
    )
    assert "Do not wear" in (out / "unproved" / "UNPROVED.txt").read_text("utf-8")
    assert "unproved/stl/UNPROVED-block.stl" in files

    mended = fitcommons("fit", "weak", "--set", "hole=5", "--out", out, "--formats", "stl")
    assert mended.status == 0, mended.err
    assert not (out / "unproved").exists()


# --- check, prove, rebuild ----------------------------------------------------------


def test_check_reads_what_fit_wrote(fitcommons: Any, tmp_path: Path) -> None:
    """The files of a good fit hold when they are read back, one by one or as a folder."""
    out = tmp_path / "out"
    assert fitcommons("fit", "cuff", *settings(), "--out", out, "--formats", "stl,3mf").status == 0
    answer = fitcommons("check", out, "--json")
    assert answer.status == 0, answer.out
    assert [Path(each["file"]).name for each in answer.json["files"]] == [
        "plate_1.3mf", "cuff.stl", "lid.stl",
    ]  # fmt: skip
    assert fitcommons("check", out / "stl" / "lid.stl").status == 0


def test_check_refuses_what_is_no_mesh(fitcommons: Any, tmp_path: Path) -> None:
    """A web page called .stl does not hold; a missing file is a wrong entry."""
    page = tmp_path / "page.stl"
    page.write_text("<html><body>Not found</body></html>", "utf-8")
    answer = fitcommons("check", page, "--json")
    assert answer.status == 3
    assert answer.json["files"][0]["unreadable"]["says"]
    assert fitcommons("check", tmp_path / "nothing.stl", "--json").status == 2
    (tmp_path / "empty").mkdir()
    assert fitcommons("check", tmp_path / "empty", "--json").status == 2


def test_prove_writes_a_certificate(fitcommons: Any, tmp_path: Path) -> None:
    """A certificate names the design and its version, and is written whole."""
    out = tmp_path / "new" / "certificate.json"
    answer = fitcommons("prove", "weak", "--people", "2", "--seed", "7", "--out", out, "--json")
    assert answer.status in {0, 3}, answer.err
    told = json.loads(out.read_text("utf-8"))
    assert told["design"] == "weak"
    assert answer.json["holds"] is (answer.status == 0)
    assert [file.name for file in out.parent.iterdir()] == ["certificate.json"]


def test_rebuild_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    """Two programs, one recipe: the same STL files and the same code, byte for byte."""
    first, second = tmp_path / "first", tmp_path / "second"
    command = [sys.executable, "-m", "api.cli"]
    for arguments in (
        ["fit", "cuff", *settings(name="Ada"), "--out", first, "--formats", "stl"],
        ["rebuild", first / "recipe.json", "--out", second, "--formats", "stl"],
    ):
        subprocess.run([*command, *map(str, arguments)], cwd=ROOT, check=True, capture_output=True)
    for file in ("stl/cuff.stl", "stl/lid.stl", "recipe.json"):
        assert (first / file).read_bytes() == (second / file).read_bytes()


def test_rebuild_says_what_differs(fitcommons: Any, tmp_path: Path) -> None:
    """A recipe of another version whose bytes do not come out fails a check, and says why."""
    out = tmp_path / "out"
    fitcommons("fit", "cuff", *settings(), "--out", out, "--formats", "stl")
    recipe = json.loads((out / "recipe.json").read_text("utf-8"))
    recipe["design_version"] = "1.1.0"
    recipe["engines"]["manifold3d"] = "3.4.0"
    old = tmp_path / "old.json"
    old.write_text(json.dumps(recipe), "utf-8")
    same = fitcommons("rebuild", old, "--out", tmp_path / "a", "--formats", "stl", "--json")
    assert same.status == 0
    assert "cuff version 1.1.0; here is version 1.2.0" in same.err
    assert "manifold3d 3.4.0" in same.err

    recipe["stl_digests"]["lid"] = "0" * 64
    old.write_text(json.dumps(recipe), "utf-8")
    other = fitcommons("rebuild", old, "--out", tmp_path / "b", "--formats", "stl", "--json")
    assert other.status == 3
    (failure,) = other.json["failures"]
    assert failure["part"] == "lid"
    assert "1.1.0" in failure["says"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 99, "design": "cuff"}', "null"])
def test_what_is_no_recipe_is_refused(text: str, fitcommons: Any, tmp_path: Path) -> None:
    """A file that is no recipe of ours ends with status 2 and writes nothing."""
    file = tmp_path / "recipe.json"
    file.write_text(text, "utf-8")
    answer = fitcommons("rebuild", file, "--out", tmp_path / "out", "--json")
    assert answer.status == 2
    assert answer.problems[0]["field"] == "recipe"
    assert not (tmp_path / "out").exists()


# --- usage --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", "cuff"],
        ["fit"],
        ["nonsense"],
        ["designs", "--colour"],
        ["prove", "cuff", "--people", "many", "--out", "x.json"],
        ["prove", "cuff", "--people", "0", "--out", "x.json"],
    ],
)
def test_a_wrong_command_is_told_like_any_other_mistake(
    arguments: list[str], fitcommons: Any
) -> None:
    """Usage errors end with status 2, and with --json they are JSON too."""
    answer = fitcommons(*arguments, "--json")
    assert answer.status == 2
    assert answer.problems[0]["says"]
    told = fitcommons(*arguments)
    assert told.status == 2
    assert told.out == ""
    assert "Traceback" not in told.err


def test_help_answers_on_stdout(fitcommons: Any) -> None:
    """Asking for help is no mistake."""
    answer = fitcommons("--help")
    assert answer.status == 0
    for command in ("designs", "show", "fit", "check", "prove", "rebuild"):
        assert command in answer.out


def test_our_own_mistake_is_status_1(
    fitcommons: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A crash is not blamed on anybody, leaves nothing, and shows where it happened."""

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("api.fitting.check_kit", crash)
    answer = fitcommons("fit", "cuff", *settings(), "--out", tmp_path / "out", "--json")
    assert answer.status == 1
    assert "Traceback" in answer.err
    assert answer.json["error"]["crash"] == "RuntimeError: boom"
    assert list(tmp_path.iterdir()) == []
