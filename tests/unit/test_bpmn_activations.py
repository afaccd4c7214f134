"""Past and future of an activation."""

from __future__ import annotations

from engine.bpmn.activations import future, past
from engine.bpmn.waits import Activation

LOG = [
    Activation(1, "s", None, ()),
    Activation(2, "f", None, (1,)),
    Activation(3, "a", None, (2,)),
    Activation(4, "b", None, (2,)),
    Activation(5, "j", None, (3, 4)),
    Activation(6, "z", None, (5,)),
]


def test_the_past_of_a_join_is_all_its_branches() -> None:
    assert past(LOG, 5) == {1, 2, 3, 4, 5}
    assert past(LOG, 3) == {1, 2, 3}


def test_the_future_of_a_branch_leaves_the_other_out() -> None:
    assert future(LOG, [3]) == {3, 5, 6}
    assert future(LOG, [3, 4]) == {3, 4, 5, 6}
    assert future(LOG, []) == frozenset()


def test_a_number_that_is_not_in_the_log_is_only_itself() -> None:
    assert (past(LOG, 99), future(LOG, [99])) == ({99}, {99})
