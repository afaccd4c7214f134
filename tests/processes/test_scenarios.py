"""Every shipped scenario, played in memory."""

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
def test_scenario_holds_in_memory(path: Path) -> None:
    play(shipped.read_scenario(path), SimulatedHouse(shipped.organisation(), shipped.deploy_all))


@pytest.mark.parametrize("path", shipped.scenario_files(), ids=lambda path: path.stem)
def test_scenario_holds_through_the_commands(path: Path, sqlite_database: Database, tmp_path: Path) -> None:
    house = CommandHouse(sqlite_database, shipped.organisation(), shipped.files(), tmp_path)
    play(shipped.read_scenario(path), house)
    assert problems_of(house.engine) == []
