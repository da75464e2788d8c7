"""A real `fitcommons serve` for tests, which can be killed, and what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.api.waiting import until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass
class Server:
    """A real `fitcommons serve` with data of its own."""

    data: Path
    port: int
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start it, and come back when it is ready."""
        self.process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port",
             str(self.port)],
            cwd=ROOT,
            env=self.environment(),
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        until(self.is_ready, 240)

    def environment(self) -> dict[str, str]:
        """Return the environment of its programs."""
        others = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("FITCOMMONS_") and name != "DATABASE_URL"
        }
        return {
            **others,
            "FITCOMMONS_DATA_DIR": str(self.data),
            "FITCOMMONS_DESIGNS": str(HERE / "rough"),
        }

    def _listen(self, process: subprocess.Popen[str]) -> None:
        if process.stderr is not None:
            with process.stderr as lines:
                self.said.extend(lines)

    @property
    def running(self) -> subprocess.Popen[str]:
        """Its process, once it was started."""
        if self.process is None:
            raise AssertionError("It was not started.")
        return self.process

    def is_ready(self) -> bool:
        """Whether it says that it can work."""
        if self.running.poll() is not None:
            raise AssertionError("".join(self.said))
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and return its exit status."""
        self.running.send_signal(number)
        return self.running.wait(120)

    def ask(
        self, method: str, path: str, body: Any = None, secret: str | None = None
    ) -> tuple[int, Any, bytes]:
        """Ask for something, perhaps as somebody; return status, headers and body."""
        headers = {"Content-Type": "application/json"}
        if secret is not None:
            headers["Authorization"] = f"Bearer {secret}"
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            json.dumps(body).encode() if body is not None else None,
            headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own server)
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def fit(self, place: str) -> Any:
        """Return a fit as it is now."""
        status, _, body = self.ask("GET", place)
        if status != 200:
            raise AssertionError(body)
        return json.loads(body)

    def worker(self) -> int | None:
        """Return the process id of its worker."""
        return next(iter(self.children("worker")), None)

    def children(self, named: str, of: int | None = None) -> set[int]:
        """Return the ids of its processes, or another's, whose command names something."""
        above = self.running.pid if of is None else of
        return {pid for pid, parent, line in processes() if parent == above and named in line}

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
