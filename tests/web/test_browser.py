"""The web client in a real Chromium against a real server with the demo company: one test for each file of `browser/`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.killable_server import serving

ROOT = Path(__file__).resolve().parents[2]
STORIES = sorted((Path(__file__).parent / "browser").glob("*.test.mjs"))
CHROMIUM = Path(os.environ.get("GUICHENG_CHROMIUM", "/usr/bin/chromium"))

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
    with serving(tmp_path_factory.mktemp("browser")) as server:
        yield f"http://127.0.0.1:{server.port}"


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
