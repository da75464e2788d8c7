"""`fitcommons serve` on an empty machine, and what becomes of it when processes are killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.api.waiting import until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CLAMP = {"design": "tube_clamp", "entries": {"tube_diameter": "25 mm"}, "formats": ["stl", "3mf"]}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")


@dataclass
class Server:
    """A real `fitcommons serve` with data of its own."""

    data: Path
    port: int
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start it, and come back when it is ready."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("FITCOMMONS_") and name != "DATABASE_URL"
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port",
             str(self.port)],
            cwd=ROOT,
            env={
                **environment,
                "FITCOMMONS_DATA_DIR": str(self.data),
                "FITCOMMONS_DESIGNS": str(HERE / "rough"),
            },
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        until(self.is_ready, 60)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr as lines:
            self.said.extend(lines)

    def is_ready(self) -> bool:
        """Whether it says that it can work."""
        assert self.process is not None
        assert self.process.poll() is None, "".join(self.said)
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and return its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any, bytes]:
        """Ask for something; return status, headers and body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(body).encode() if body is not None else None,
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 (our own server)
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def fit(self, place: str) -> Any:
        """Return a fit as it is now."""
        status, _, body = self.ask("GET", place)
        assert status == 200, body
        return json.loads(body)

    def worker(self) -> int | None:
        """Return the process id of its worker."""
        assert self.process is not None
        return next(
            (pid for pid, parent, line in processes()
             if parent == self.process.pid and "worker" in line),
            None,
        )  # fmt: skip

    def is_tidy(self) -> bool:
        """Whether no folder of a fit that is being made is left."""
        return list((self.data / "making").iterdir()) == []

    def leftovers(self) -> list[str]:
        """Return command lines of processes that were started for it and still live."""
        here = str(self.data).encode()
        found = []
        for pid, _, line in processes():
            try:
                environment = Path(f"/proc/{pid}/environ").read_bytes()
            except OSError:
                environment = b""
            if here in environment or str(self.data) in line:
                found.append(line)
        return found


def processes() -> list[tuple[int, int, str]]:
    """Return process id, parent's and command line of all that live."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if state != "Z":
                found.append((int(folder.name), int(parent), line))
    return found


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that has not started yet; nothing of it is left afterwards.

    Its data is not in pytest's folder, see `postgres` in tests/conftest.py.
    """
    folder = Path(tempfile.mkdtemp(prefix="fitcommons-serve-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Server(folder / "data", port)
    yield found
    if found.process is not None and found.process.poll() is None:
        found.process.kill()
        found.process.wait()
    for pid, _, line in processes():
        if str(found.data) in line and "postgres" in line:
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def test_whatever_is_killed_what_was_promised_is_kept(server: Server) -> None:
    """From an empty folder to files; kill -9 of the worker and of the server; a clean end."""
    server.start()
    assert any(str(server.data) in line for line in server.said)
    assert any(f"http://127.0.0.1:{server.port}/" in line for line in server.said)
    status, headers, _ = server.ask("POST", "/api/v1/fits", CLAMP)
    assert status == 202
    clamp = headers["Location"]
    until(lambda: server.fit(clamp)["state"] == "done")
    stl = f"{clamp}/files/stl/clamp_front.stl"
    status, headers, first = server.ask("GET", stl)
    assert (status, headers["Content-Type"]) == (200, "model/stl")
    _, _, plate = server.ask("GET", f"{clamp}/files/plates/plate_1.3mf")
    assert plate.startswith(b"PK")

    # The worker dies in the middle of a fit: it is started again, and makes it.
    slow = {"design": "stubborn", "entries": {"waits": 2}, "formats": ["stl"]}
    _, headers, _ = server.ask("POST", "/api/v1/fits", slow)
    middle = headers["Location"]
    until(lambda: server.fit(middle)["state"] == "running")
    dead = server.worker()
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    until(lambda: server.worker() not in (None, dead))
    until(lambda: server.fit(middle)["state"] == "done", 60)
    until(server.is_tidy)

    # The server dies in the middle of a fit: its worker and children end with it.
    _, headers, _ = server.ask(
        "POST", "/api/v1/fits", {**slow, "entries": {"waits": 3, "size": 30}}
    )
    last = headers["Location"]
    until(lambda: server.fit(last)["state"] == "running")
    server.stop(signal.SIGKILL)
    until(lambda: all("postgres" in line for line in server.leftovers()))
    server.start()
    assert server.ask("GET", stl)[2] == first
    until(lambda: server.fit(last)["state"] == "done", 60)

    # A clean end, in the middle of a fit, leaves nothing running and loses nothing.
    _, headers, _ = server.ask(
        "POST", "/api/v1/fits", {**slow, "entries": {"does": "hangs", "waits": 0}}
    )
    hangs = headers["Location"]
    until(lambda: server.fit(hangs)["state"] == "running")
    assert server.stop() in (0, 143, -signal.SIGTERM)
    until(lambda: server.leftovers() == [])
    until(server.is_tidy)
    server.start()
    assert server.fit(clamp)["state"] == "done"
    assert server.fit(hangs)["state"] in ("queued", "running")
    assert server.ask("DELETE", hangs)[0] == 204
    assert server.stop() in (0, 143, -signal.SIGTERM)
    until(lambda: server.leftovers() == [])


def test_a_port_that_is_taken_is_said(server: Server) -> None:
    """In words, with what to do, and before a database is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", server.port))
        taken.listen()
        run = subprocess.run(
            [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port",
             str(server.port)],
            cwd=ROOT,
            env={**os.environ, "FITCOMMONS_DATA_DIR": str(server.data)},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    assert run.returncode == 2
    assert "Perhaps it is running already" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (server.data / "postgres").exists()


def test_the_whole_way_works_as_it_is_printed(server: Server, tmp_path: Path) -> None:
    """Two accounts, a hand from five measurements, a maker with reasons, a claim, the person's
    yes, the kit, a variant, and the fit check: docs/api.md, pasted into a shell."""
    guide = (ROOT / "docs" / "api.md").read_text("utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", guide, flags=re.DOTALL))
    server.start()
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", blocks],
        cwd=tmp_path,
        env={**os.environ, "API": f"http://127.0.0.1:{server.port}/api/v1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert '"role":"person","answer":"yes"' in ran.stdout
    assert '"to":"in_use"' in ran.stdout
    assert (tmp_path / "plate_1.3mf").read_bytes().startswith(b"PK")
    assert server.stop() in (0, 143, -signal.SIGTERM)
