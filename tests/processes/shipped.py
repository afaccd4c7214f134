"""What the repository ships, read from its folders for tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from engine import shipped
from engine.people import Directory
from engine.people.company import read as read_company
from engine.rehearsal import scenario
from engine.rehearsal.simulation import Simulation

ROOT = Path(__file__).parents[2]
PROCESSES = ROOT / "processes"


@lru_cache
def organisation() -> Directory:
    return Directory.from_document(read_company((PROCESSES / "company.yaml").read_text()), revision=1)


def scenario_files() -> list[Path]:
    return sorted(PROCESSES.glob("*/scenarios/*.yaml"))


def read_scenario(path: Path) -> scenario.Scenario:
    return scenario.read(path.read_text())


@lru_cache
def files() -> dict[str, bytes]:
    """Every file of the shipped processes and forms, by name, as the first start deploys them."""
    return shipped.resources()


@lru_cache
def settings() -> dict[str, dict[str, Any]]:
    return {p.parent.name: yaml.safe_load(p.read_text()) for p in PROCESSES.glob("*/process.yaml")}


def deploy_all(simulation: Simulation, changed: dict[str, bytes] | None = None) -> None:
    """Everything that is shipped; `changed` replaces files by name."""
    contents = {name: content for name, content in files().items() if not name.endswith(".yaml")} | (changed or {})
    simulation.deploy(*contents.values(), settings=settings())
