"""Every shipped scenario, played in memory and through the commands on a real database: both give the same trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.queries.check import problems_of
from engine.rehearsal.play import play
from engine.rehearsal.simulated_house import SimulatedHouse
from engine.store.database import Database
from tests.processes import shipped
from tests.processes.command_house import CommandHouse


@pytest.mark.parametrize("path", shipped.scenario_files(), ids=lambda path: path.stem)
def test_scenario_holds_in_memory_and_through_the_commands(path: Path, sqlite_database: Database, tmp_path: Path) -> None:
    scenario = shipped.read_scenario(path)
    in_memory = SimulatedHouse(shipped.organisation(), shipped.deploy_all)
    play(scenario, in_memory)
    through_commands = CommandHouse(sqlite_database, shipped.organisation(), shipped.files(), tmp_path)
    play(scenario, through_commands)
    assert through_commands.trace() == in_memory.trace()
    assert problems_of(through_commands.engine) == []
