"""Nothing in a shipped regulation is untested: without any one branch or rule, a scenario fails."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pytest

from engine.errors import Rejection
from engine.rehearsal.play import play
from engine.rehearsal.scenario import Scenario
from engine.rehearsal.simulated_house import SimulatedHouse
from tests.processes import mutants, shipped


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario with all it met: the elements entered, and the rules that hit."""

    scenario: Scenario
    met: frozenset[str]


@lru_cache
def all_played() -> list[Played]:
    played = []
    for path in shipped.scenario_files():
        scenario = shipped.read_scenario(path)
        house = SimulatedHouse(shipped.organisation(), shipped.deploy_all)
        play(scenario, house)
        elements = {place.partition("/")[2] for place, _ in house.trace()}
        played.append(Played(scenario, frozenset(elements | house.rules_hit())))
    return played


def survivors(made: list[mutants.Mutant]) -> list[str]:
    return [mutant.what for mutant in made if not _is_noticed(mutant)]


def _is_noticed(mutant: mutants.Mutant) -> bool:
    concerned = [each.scenario for each in all_played() if mutant.touches <= each.met]
    return any(_fails(scenario, mutant) for scenario in concerned)


def _fails(scenario: Scenario, mutant: mutants.Mutant) -> bool:
    changed = {mutant.name: mutant.content}
    house = SimulatedHouse(shipped.organisation(), lambda simulation: shipped.deploy_all(simulation, changed))
    try:
        play(scenario, house)
    except (AssertionError, Rejection):
        return True
    return False


@pytest.mark.parametrize("name", sorted(name for name in shipped.files() if name.endswith(".bpmn")))
def test_every_branch_of_a_diagram_is_needed_by_a_scenario(name: str) -> None:
    assert survivors(list(mutants.of_diagram(name, shipped.files()[name]))) == []


@pytest.mark.parametrize("name", sorted(name for name in shipped.files() if name.endswith(".dmn")))
def test_every_rule_of_a_table_is_needed_by_a_scenario(name: str) -> None:
    assert survivors(list(mutants.of_table(name, shipped.files()[name]))) == []
