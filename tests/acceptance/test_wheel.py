"""The wheel: built from the checkout, installed into an empty environment, started outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.serving import serving

ROOT = Path(__file__).parents[2]


def _sources() -> set[str]:
    """What is in the repository or about to be: everything that is not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: a build writes beside its sources, where other tests read."""
    folder = tmp_path_factory.mktemp("wheel")
    built = [path.relative_to(ROOT).as_posix() for path in (ROOT / "web" / "dist").rglob("*") if path.is_file()]
    assert built, "expected the pages in web/dist; `make web` builds them"
    for name in {*_sources(), *built}:
        (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "source" / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", folder / "source"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SetuptoolsDeprecationWarning" not in done.stdout + done.stderr
    return next((folder / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel and what it needs, at the pinned versions; the folder of its commands."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--constraint", ROOT / "constraints.txt", wheel], capture_output=True, text=True, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


def _shipped(folder: str, *endings: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file() and path.name.endswith(endings)
    }


def test_holds_processes_forms_and_pages(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = _shipped("processes", ".bpmn", ".dmn", ".yaml") | _shipped("forms/definitions", ".form")
    assert files & _sources() <= names
    pages = {name for name in _shipped("web/dist", "") if "/.vite/" not in name}  # what the build tool notes for itself
    assert pages <= names
    assert {"api/templates/documentation.html", "engine/store/migrations/env.py"} <= names
    licences = {name.rpartition("/")[2] for name in names if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE", "METADATA"} <= licences


def test_holds_neither_tests_nor_sources_of_the_pages(wheel: Path) -> None:
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    assert {name.split("/", 1)[0] for name in names} == {"api", "engine", "forms", "processes", "web"}
    assert [name for name in names if name.startswith("web/") and not name.startswith("web/dist/")] == []


def test_starts_outside_the_checkout(environment: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data", [str(environment / "guicheng")], cwd=tmp_path) as server:
        status, page = server.get("/")
        assert status == 200
        assert "/assets/" in page, "the built page names its script"
        script = page.split('src="/assets/', 1)[1].split('"', 1)[0]
        assert server.get(f"/assets/{script}")[0] == 200
        assert server.get("/docs")[0] == 200
    assert (tmp_path / "data" / "guicheng.db").is_file()
