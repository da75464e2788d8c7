"""What docs/forks.md prints works as it is printed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from fastapi.testclient import TestClient

GUIDE = Path(__file__).parents[2] / "docs" / "forks.md"
SHOWN_ONCE = {
    "ME": "secret",
    "TEAM_ID": "id",
    "TEAM": "secret",
    "INVITATION": "secret",
    "BEN": "secret",
}


def _commands(text: str) -> list[list[str]]:
    """The commands of the guide's code blocks, as the shell would split them."""
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    joined = "\n".join(blocks).replace("\\\n", " ")
    # A newline within quotes belongs to its word; one outside ends a command.
    words = shlex.shlex(joined, posix=True, punctuation_chars="\n")
    words.whitespace, words.whitespace_split = " \t", True
    commands: list[list[str]] = [[]]
    for word in words:
        if word.strip("\n"):
            commands[-1].append(word)
        else:
            commands.append([])
    return [command for command in commands if command]


def test_every_command_of_the_guide_works_in_order(client: TestClient) -> None:
    """A team that copies it has a released fork by three calls, and offers that by a fourth."""
    known = {"HOST": ""}
    last: dict[str, str] = {}
    calls = 0
    for command in _commands(GUIDE.read_text("utf-8")):
        if command[0] == "export":
            name, _, value = command[1].partition("=")
            known[name] = last[SHOWN_ONCE[name]] if name in SHOWN_ONCE else ""
            assert value
            continue
        assert command[0] == "curl", command
        filled = [re.sub(r"\$([A-Z_]+)", lambda found: known[found[1]], each) for each in command]
        headers, body, method, address = {}, None, None, ""
        rest = iter(filled[1:])
        for word in rest:
            if word == "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = json.loads(next(rest))
            elif word == "-X":
                method = next(rest)
            elif not word.startswith("-"):
                address = word
        method = method or ("GET" if body is None else "POST")
        answer = client.request(method, address, headers=headers, json=body)
        assert answer.is_success, f"{method} {address}: {answer.text}"
        last = answer.json()
        calls += "/designs/" in address and body is not None
    assert calls == 4
    listed = client.get("/api/v1/designs").json()["designs"]
    assert "tall_bottle_clamp" in [each["design"] for each in listed]
