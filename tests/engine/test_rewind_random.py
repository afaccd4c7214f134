"""Returns in random processes. A failure prints its seed and the smallest story that fails."""

from __future__ import annotations

import pytest

from engine.bpmn.marking import State
from tests.engine.rewind_random import EVERYTHING, PLAIN, Case, ViolationError, play, search, smallest


@pytest.mark.parametrize("part", range(4))
def test_returns_keep_random_processes_sound(part: int) -> None:
    failure, returns = search(range(part * 250, part * 250 + 250), PLAIN)
    assert not failure, failure
    assert returns > 500


@pytest.mark.parametrize("part", range(4))
def test_returns_keep_random_processes_with_every_block_sound(part: int) -> None:
    failure, returns = search(range(part * 250, part * 250 + 250), EVERYTHING)
    assert not failure, failure
    assert returns > 500


class ForgetfulCase(Case):
    """Loses the arrivals at joins when it is put away."""

    def put_away(self, state: State) -> State:
        kept = [row for row in state.marking["t"] if not (row[2] == 8 and "via" in row[5] and "armed" not in row[5])]
        return State({**state.marking, "t": kept}, state.variables)


def test_lost_arrivals_are_found_and_told_in_a_short_story() -> None:
    failing = next(seed for seed in range(50) if play(seed, PLAIN, ForgetfulCase)[1] is not None)
    actions, violation, _ = play(failing, PLAIN, ForgetfulCase)
    assert isinstance(violation, ViolationError)
    assert len(smallest(failing, PLAIN, actions, ForgetfulCase)) <= 4
