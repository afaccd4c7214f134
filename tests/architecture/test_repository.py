"""What holds for every file of the repository, whatever it says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".woff2", ".ico", ".jpg", ".pdf", ".xlsx"}
EXEMPTION = re.compile(r"#\s*noqa\b|#\s*type:\s*ignore|eslint-disable|@ts-(?:ignore|expect-error|nocheck)")
WITH_A_REASON = re.compile(
    r"#\s*noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*\s+(?:[-#]\s*)?\w|#\s*type: ignore\[[-a-z, ]+\]\s+#\s*\w"
    r"|eslint-disable\S* \S+ -- \w|@ts-expect-error \w"
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users)/[A-Za-z]")
LOCKS = ("constraints.txt", "web/package-lock.json", "web/.npmrc", "setup.cfg", "pyproject.toml")
ORIGIN = re.compile(r'"resolved"|index-url|find-links|registry\s*=')
"""What would tie an installation to the registry of one machine."""
SLEEP = re.compile(r"\bsleep\s*\(|waitForTimeout|setTimeout\(")


def tracked() -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in BINARY:
            yield path


def lines(*suffixes: str, under: str = "") -> Iterator[tuple[str, str]]:
    """(place, line) of the tracked files with these endings; all without."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        # This file holds the very words it looks for.
        if name.startswith(under) and (not suffixes or path.suffix in suffixes) and path != Path(__file__).resolve():
            for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
                yield f"{name}:{number}", line


def test_every_exemption_gives_its_reason() -> None:
    found = [place for place, line in lines(".py", ".ts", ".tsx") if EXEMPTION.search(line) and not WITH_A_REASON.search(line)]
    assert found == []


def test_no_test_sleeps() -> None:
    assert [place for place, line in lines(".py", ".mjs", under="tests/") if SLEEP.search(line)] == []


def test_no_test_is_skipped_without_a_word() -> None:
    marks = re.compile(r"pytest\.mark\.(?:skip|xfail)(?!if)(?!.*reason=)|pytest\.skip\(\s*\)")
    assert [place for place, line in lines(".py", under="tests/") if marks.search(line)] == []


def test_no_file_names_a_place_of_somebodys_machine() -> None:
    assert [f"{place} {line.strip()[:80]}" for place, line in lines() if MACHINE_PATH.search(line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_installed_comes_from_whatever_registry_there_is(name: str) -> None:
    assert [line for line in (ROOT / name).read_text("utf-8").splitlines() if ORIGIN.search(line)] == []


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_the_papers_are_there(name: str) -> None:
    assert (ROOT / name).read_text("utf-8").strip()


def test_the_licence_is_apache() -> None:
    licence = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence
    assert "Version 2.0" in licence
    assert "license = Apache-2.0" in (ROOT / "setup.cfg").read_text("utf-8")


def test_test_files_have_names_of_their_own() -> None:
    """Two of the same name could not be imported side by side, and no folder of tests is a package."""
    names = [path.name for path in tracked() if path.suffix == ".py" and ROOT / "tests" in path.parents]
    assert "__init__.py" not in names
    assert sorted({name for name in names if names.count(name) > 1} - {"conftest.py"}) == []


def test_no_file_imports_upward() -> None:
    """The arrows of ARCHITECTURE.md, as `.importlinter` draws them."""
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_every_room_of_the_house_is_in_the_arrows() -> None:
    """A new folder that no layer names could import what it likes."""
    rooms = {path.name for path in (ROOT / "engine").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    drawn = (ROOT / ".importlinter").read_text("utf-8")
    assert sorted(room for room in rooms if f"engine.{room}" not in drawn) == []


def test_outside_libraries_stay_in_their_rooms() -> None:
    homes = {
        "SpiffWorkflow": ("engine/bpmn/",),
        "sqlalchemy": ("engine/store/",),
        "alembic": ("engine/store/",),
        "flask": ("api/",),
        "apscheduler": ("engine/work/",),
        "httpcore2": ("engine/work/",),
        "standardwebhooks": ("engine/work/",),
        "argon2": ("engine/access/",),
        "holidays": ("engine/calendar/",),
        "marshmallow": ("api/", "forms/"),
    }
    strays = [
        f"{place} {line}"
        for place, line in lines(".py")
        for library, rooms in homes.items()
        if place.startswith(("engine/", "api/", "forms/"))
        and re.match(rf"\s*(?:from|import) {library}\b", line)
        and not place.startswith(rooms)
    ]
    assert strays == []
