"""Fetch the files that the pages borrow: `python -m scripts.vendor [--check | --learn]`.

Needs npm, and only whoever brings a new version needs to run it: the files are in the tree.
To bring one, write its version into vendored.toml, run with --learn, look at the new files,
and commit both.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.stylesheet import ours

TABLE = Path(__file__).with_name("vendored.toml")
VENDOR = Path(__file__).parents[1] / "api" / "pages" / "static" / "vendor"


def _stylesheet(data: bytes) -> bytes:
    return ours(data.decode()).encode()


def _script(data: bytes) -> bytes:
    """Leave out the name of a source map that is not there."""
    return re.sub(rb"\s*//# sourceMappingURL=\S+\s*$", b"\n", data)


CHANGES: Mapping[str, Callable[[bytes], bytes]] = {
    "none": lambda data: data,
    "script": _script,
    "stylesheet": _stylesheet,
}


@dataclass(frozen=True)
class Borrowed:
    """One file as it must be.

    Attributes:
        to: its name under static/vendor.
        taken_from: its name in the package's archive.
        change: what is done to it, a key of CHANGES.
        sha256: of the changed file, in hex.
    """

    to: str
    taken_from: str
    change: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies in the tree."""
        return VENDOR / self.to


@dataclass(frozen=True)
class Package:
    """One package of the npm registry, and what we take from it."""

    name: str
    version: str
    licence: str
    sha256: str
    files: tuple[Borrowed, ...]


class NotAsSaid(Exception):
    """A file or an archive differs from what the table says."""


def packages() -> tuple[Package, ...]:
    """Read the table."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return tuple(
        Package(
            each["name"],
            each["version"],
            each["licence"],
            each["sha256"],
            tuple(
                Borrowed(file["to"], file["from"], file["change"], file["sha256"])
                for file in each["file"]
            ),
        )
        for each in table["package"]
    )


def differing() -> list[str]:
    """Say what is wrong with the files that are here: missing, changed or in no table."""
    said = {file.to: file for package in packages() for file in package.files}
    here = {path.name for path in VENDOR.iterdir()}
    wrong = [f"{name} is missing" for name in sorted(said.keys() - here)]
    wrong += [f"{name} is in no table" for name in sorted(here - said.keys())]
    wrong += [
        f"{name} is not what the table says"
        for name in sorted(here & said.keys())
        if _sha256(said[name].path.read_bytes()) != said[name].sha256
    ]
    return wrong


def fetch(package: Package, *, learn: bool) -> dict[str, str]:
    """Write a package's files.

    Args:
        package: what to fetch.
        learn: take the new sums for right, and return them.

    Returns:
        The sums that differed, old to new; empty unless learning.

    Raises:
        NotAsSaid: a sum differs and we are not learning; nothing of the package is written.
        subprocess.CalledProcessError: npm could not fetch it.
    """
    learnt: dict[str, str] = {}

    def must_be(what: str, data: bytes, said: str) -> None:
        found = _sha256(data)
        if found == said:
            return
        if not learn:
            raise NotAsSaid(f"{what} has sha256 {found}, and the table says {said}")
        learnt[what] = found

    with tempfile.TemporaryDirectory() as folder:
        archive = _packed(package, Path(folder))
        must_be(package.name, archive.read_bytes(), package.sha256)
        with tarfile.open(archive) as members:
            made = {file: CHANGES[file.change](_member(members, file)) for file in package.files}
    for file, data in made.items():
        must_be(file.to, data, file.sha256)
    for file, data in made.items():
        file.path.write_bytes(data)
    return learnt


def _packed(package: Package, folder: Path) -> Path:
    # "npm" is found on the path on purpose: every machine keeps it elsewhere.
    subprocess.run(  # noqa: S603  (name and version come from our own table)
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],  # noqa: S607
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return next(folder.glob("*.tgz"))


def _member(archive: tarfile.TarFile, file: Borrowed) -> bytes:
    found = archive.extractfile(file.taken_from)
    if found is None:
        raise NotAsSaid(f"{file.taken_from} is no file in the archive")
    return found.read()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write_down(learnt: Mapping[str, str]) -> None:
    """Put new sums into the table, leaving its words as they are."""
    name, lines = "", []
    for line in TABLE.read_text("utf-8").splitlines():
        key, _, value = line.partition(" = ")
        if key in {"name", "to"}:
            name = value.strip('"')
        known = key == "sha256" and name in learnt
        lines.append(f'sha256 = "{learnt[name]}"' if known else line)
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")


def main() -> int:
    """Fetch or check, and say what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--check", action="store_true", help="only compare the files that are here")
    asked.add_argument("--learn", action="store_true", help="write new sums into the table")
    options = asked.parse_args()
    if not options.check:
        VENDOR.mkdir(parents=True, exist_ok=True)
        learnt: dict[str, str] = {}
        for package in packages():
            learnt |= fetch(package, learn=options.learn)
        _write_down(learnt)
    wrong = differing()
    for each in wrong:
        print(each)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
