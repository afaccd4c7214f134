"""Every shipped scenario, played in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rehearsal.play import play
from engine.rehearsal.simulated_house import SimulatedHouse
from tests.processes import shipped


@pytest.mark.parametrize("path", shipped.scenario_files(), ids=lambda path: path.stem)
def test_scenario_holds_in_memory(path: Path) -> None:
    play(shipped.read_scenario(path), SimulatedHouse(shipped.organisation(), shipped.deploy_all))
