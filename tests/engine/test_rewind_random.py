"""Returns in random processes. A failure prints its seed and the smallest story that fails."""

from __future__ import annotations

import pytest

from engine.bpmn import rewind
from tests.engine.rewind_random import EVERYTHING, PLAIN, play, search, smallest


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


def test_the_search_finds_a_return_that_undoes_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: with only the target undone, processes fail, and a short story tells why."""
    monkeypatch.setattr(rewind, "future", lambda _log, numbers: frozenset(numbers))
    failing = next(seed for seed in range(50) if play(seed, PLAIN)[1] is not None)
    story = smallest(failing, PLAIN, play(failing, PLAIN)[0])
    assert 1 <= len(story) <= 10
    assert any(action[0] == "back" for action in story)
