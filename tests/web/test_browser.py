"""The web client in a real Chromium against a real server with the demo company: one test for each file of `browser/`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORIES = sorted((Path(__file__).parent / "browser").glob("*.test.mjs"))
CHROMIUM = Path(os.environ.get("GUICHENG_CHROMIUM", "/usr/bin/chromium"))

ATTEMPTS = 240
PAUSE_SECONDS = 0.25
"""At most a minute until the first answer: a first start migrates the database and deploys the processes."""

NEEDED = {
    CHROMIUM: "Debian's chromium (apt-get install chromium fonts-noto-cjk)",
    ROOT / "web" / "node_modules" / "playwright-core": "the packages of the web client (npm ci in web/)",
    ROOT / "web" / "dist" / "index.html": "the built web client (npm run build in web/)",
}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own with an empty database and the demo company; ended at the end, politely."""
    missing = [words for path, words in NEEDED.items() if not path.exists()]
    if missing:
        pytest.fail(f"The browser tests need {' and '.join(missing)}.")
    data = tmp_path_factory.mktemp("browser")
    port = _free_port()
    log = data / "server.log"
    environment = {**os.environ, "GUICHENG_PORT": str(port), "GUICHENG_DATA": str(data), "GUICHENG_HOST": "127.0.0.1"}
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "run"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(server, f"http://127.0.0.1:{port}/readyz", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        _end(server)


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name.removesuffix(".test.mjs"))
def test_web_client_in_a_browser(story: Path, address: str) -> None:
    ran = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(story)],
        env={**os.environ, "GUICHENG_ADDRESS": address, "GUICHENG_CHROMIUM": str(CHROMIUM)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_there_are_stories() -> None:
    assert STORIES


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: subprocess.Popen[bytes], readiness: str, log: Path) -> None:
    """Asks until the server says it is ready; waits in between for the one other thing that can happen: that it ends."""
    for _ in range(ATTEMPTS):
        try:
            with urllib.request.urlopen(readiness, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        try:
            server.wait(PAUSE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"The server ended with {server.returncode} before it was ready:\n{log.read_text('utf-8', 'replace')}")
    pytest.fail(f"The server was not ready after {ATTEMPTS} attempts:\n{log.read_text('utf-8', 'replace')}")


def _end(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
