"""The Python of the guide for other systems, block after block, against a real server; then its receiver hears the events."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.serving import Server, serving

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "connect-a-system.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def port() -> int:
    """A port that nobody listens on yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path, port: int) -> Iterator[Server]:
    with serving(tmp_path / "data", GUICHENG_ALLOW_PRIVATE_CALLBACKS=f"127.0.0.1:{port}") as running:
        yield running


def test_the_guide_for_other_systems_runs(server: Server, port: int, tmp_path: Path) -> None:
    environ = {**os.environ, "GUICHENG_DATA": str(tmp_path / "data")}
    made = subprocess.run(
        [sys.executable, "-m", "api.cli", "token", "admin"], env=environ, capture_output=True, text=True, check=True
    )
    names: dict[str, Any] = {
        "base": server.address,
        "token": made.stdout.strip(),
        "receiver": f"http://127.0.0.1:{port}/events",
    }
    for block in BLOCKS:
        exec(compile(block, str(GUIDE), "exec"), names)  # noqa: S102  the guide's own text

    command = [sys.executable, GUIDE.with_name("receive_callbacks.py"), str(port), names["secret"]]
    receiving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert receiving.stdout is not None
        heard = receiving.stdout.readline()  # the first delivery may have found nobody listening; it comes again
    finally:
        receiving.kill()
        receiving.communicate()
    assert heard.startswith("guicheng.case.started ")
    assert '"variables": {"amount": 7}' in heard
