"""The commands of the README, exactly as they stand there, against a real server."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.serving import Server, serving

ROOT = Path(__file__).parents[2]


def _walk() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text[text.index("<!-- walk: begin") : text.index("<!-- walk: end -->")]
    return "\n".join(re.findall(r"```bash\n(.*?)```", part, re.DOTALL))


@pytest.fixture
def receiver() -> int:
    """A port that nobody listens on yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path, receiver: int) -> Iterator[Server]:
    with serving(tmp_path / "data", GUICHENG_ALLOW_PRIVATE_CALLBACKS=f"127.0.0.1:{receiver}") as running:
        yield running


def test_the_walk_of_the_readme_ends_in_a_contract_that_takes_effect(server: Server, receiver: int, tmp_path: Path) -> None:
    # At its end the shell stops the receiver, and says what it has seen of the case.
    script = f"set -eu -o pipefail\ntrap 'kill $(jobs -p)' EXIT\n{_walk()}\n"
    environ = {**os.environ, "GUICHENG": server.address, "RECEIVER": str(receiver), "TMPDIR": str(tmp_path)}
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    said = done.stdout.splitlines()

    named = next(re.fullmatch(r"(HT-\d{4}-\d{4}) is case (\d+)", line) for line in said if " is case " in line)
    assert named is not None
    number, case = named.groups()

    ended = next(json.loads(line) for line in said if line.startswith('{"processDefinitionId"'))
    assert (ended["processInstanceKey"], ended["state"]) == (case, "COMPLETED")

    next_up = next(json.loads(line) for line in said if '"waitsFor"' in line)
    assert [step["elementId"] for step in next_up["items"]][:2] == ["joint_review", "gm_office_approve"]

    position = next(json.loads(line) for line in said if line.startswith('{"items":[{"userTaskKey"'))
    assert [candidate["name"] for candidate in position["items"][0]["candidates"]] != []

    votes = [json.loads(line)["outcome"] for line in said if line.startswith('{"state"')]
    assert votes == ["approve", None, "approve", "approve"], "the joint review is decided by its second vote"

    heard = [line.split(" ", 2)[:2] for line in said if line.startswith("guicheng.")]
    assert ["guicheng.case.started", case] == heard[0]
    assert ["guicheng.case.ended", case] == heard[-1]
    assert "guicheng.task.decided" in {kind for kind, _ in heard}
    assert number in done.stdout
