"""`fitcommons serve` on an empty machine, and what becomes of it when processes are killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.api.serving import ROOT, Server
from tests.api.waiting import until

CLAMP = {"design": "tube_clamp", "entries": {"tube_diameter": "25 mm"}, "formats": ["stl", "3mf"]}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")


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

    _kill_a_web_server(server)

    # The server dies in the middle of a fit, while its web servers are loaded anew: its worker and
    # children end with it, and none keeps the address from the next one.
    _, headers, _ = server.ask(
        "POST", "/api/v1/fits", {**slow, "entries": {"waits": 3, "size": 30}}
    )
    last = headers["Location"]
    until(lambda: server.fit(last)["state"] == "running")
    before = server.children("api.web")
    os.kill(min(before), signal.SIGKILL)
    until(lambda: server.children("api.web") - before != set())
    family = psutil.Process(server.running.pid).children(recursive=True)
    orphans = [each for each in family if each.name() != "postgres"]
    server.stop(signal.SIGKILL)
    server.start()
    assert psutil.wait_procs(orphans, 60)[1] == []
    # Until it was gone, a web server of the dead one may have said that it is ready.
    until(server.is_ready, 240)
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


def _kill_a_web_server(server: Server) -> None:
    """Another takes its place, and nothing has to be loaded for it."""
    [keeper] = server.children("api.web")
    before = server.children("api.web", of=keeper)
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(server.children("api.web", of=keeper) - before) == 1)
    assert server.children("api.web") == {keeper}


def test_a_web_server_whose_server_is_gone_ends_before_it_is_loaded() -> None:
    """It does not even look for the database, of which nobody told it."""
    environment = {name: each for name, each in os.environ.items() if name != "DATABASE_URL"}
    run = subprocess.run(
        [sys.executable, "-m", "api.web", "0", "1"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


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
