"""Everything the guide for process authors shows: its files deploy, its scenario holds twice, its Python runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.bpmn.parse import parse
from engine.bpmn.parse_properties import SETTINGS
from engine.queries.check import problems_of
from engine.rehearsal import scenario
from engine.rehearsal.play import play
from engine.rehearsal.simulated_house import SimulatedHouse
from engine.rehearsal.simulation import Simulation
from engine.store.database import Database
from tests.processes import shipped
from tests.processes.command_house import CommandHouse

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "how-to" / "draw-a-process.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", GUIDE, re.DOTALL))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the guide has its reader make."""
    made = tmp_path / "travel_request"
    made.mkdir()
    for name, content in FILES.items():
        (made / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return made


def test_shows_every_file_of_the_folder() -> None:
    assert set(FILES) == {"travel_request.bpmn", "travel_limit.dmn", "travel_form.form", "process.yaml", "a-plain-trip.yaml"}


def test_the_diagram_keeps_the_dialect() -> None:
    [definition] = parse(FILES["travel_request.bpmn"].encode())
    assert definition.process_id == "travel_request"


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_names_every_setting(name: str) -> None:
    assert f"`{name}`" in GUIDE


def test_its_scenario_holds_in_memory_and_through_the_commands(sqlite_database: Database, tmp_path: Path) -> None:
    story = scenario.read(FILES["a-plain-trip.yaml"])
    deployed = {f"travel_request/{name}": content.encode() for name, content in FILES.items() if name != "a-plain-trip.yaml"}

    def deploy(simulation: Simulation) -> None:
        contents = [content for name, content in deployed.items() if not name.endswith(".yaml")]
        simulation.deploy(*contents, settings={"travel_request": yaml.safe_load(FILES["process.yaml"])})

    in_memory = SimulatedHouse(shipped.organisation(), deploy)
    play(story, in_memory)
    through_commands = CommandHouse(sqlite_database, shipped.organisation(), deployed, tmp_path)
    play(story, through_commands)
    assert through_commands.trace() == in_memory.trace()
    assert problems_of(through_commands.engine) == []


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL))
def test_its_python_runs(block: str, folder: Path) -> None:
    names: dict[str, Any] = {}
    exec(compile(block, str(folder), "exec"), names)  # noqa: S102  the guide's own text
    assert names["case"]
