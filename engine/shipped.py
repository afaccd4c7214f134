"""What comes with the product: the demo company, its processes, tables and forms. Read here and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
"""The checkout, or the folder of an installed wheel."""

_DEPLOYED = frozenset({".bpmn", ".dmn", ".form"})


def company() -> str:
    """The demo company as YAML."""
    return (_ROOT / "processes" / "company.yaml").read_text("utf-8")


def resources() -> dict[str, bytes]:
    """The files of a deployment by name: `<process>/<file>`, `<table>.dmn`, `forms/<form>.form`."""
    found = dict(_below(_ROOT / "processes"))
    found.update((f"forms/{path.name}", path.read_bytes()) for path in sorted((_ROOT / "forms" / "definitions").glob("*.form")))
    return found


def folder(root: Path) -> dict[str, bytes]:
    """The deployable files of a folder of one's own, by their path in it; a file stands for itself."""
    return dict(_below(root)) if root.is_dir() else {root.name: root.read_bytes()}


def digest(files: Mapping[str, bytes]) -> str:
    """Tells one set of files from another; in hex."""
    together = hashlib.sha256()
    for name in sorted(files):
        together.update(f"{name}\0{len(files[name])}\0".encode())
        together.update(files[name])
    return together.hexdigest()


def _below(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and (path.suffix in _DEPLOYED or path.name == "process.yaml"):
            yield path.relative_to(root).as_posix(), path.read_bytes()
