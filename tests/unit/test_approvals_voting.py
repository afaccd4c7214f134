"""Who may fill a ballot, and what a vote may say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.approvals import Ballot, Step, may_vote, open_items, outcome_of_vote
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, Rejection, WrongState
from engine.vocabulary import Seat, WorkItemState

POOL = Step.from_properties({"gc.sign": "count:2"})
ALL = Step.from_properties({"gc.sign": "all"})
UNITS = Step.from_properties({"gc.sign": "count:3", "gc.different": "unit"})


def pool(voted: str | None = None, claimed: str | None = None) -> list[Ballot]:
    first, second = open_items(POOL, [Seat("role:gm_office")])
    if voted is not None:
        first = replace(first, state=WorkItemState.DONE, voter=voted, outcome="approve")
    return [replace(first, assignee=claimed), replace(second, state=WorkItemState.OPEN)]


def code_of(refused: pytest.ExceptionInfo[Rejection]) -> str:
    return refused.value.code


def test_lets_a_candidate_vote_on_an_open_ballot() -> None:
    may_vote(POOL, pool(), 0, "gu.mei")
    may_vote(POOL, pool(claimed="gu.mei"), 0, "gu.mei")
    may_vote(POOL, pool(voted="gu.mei"), 1, "pan.ting")


def test_refuses_the_second_signature_of_the_same_person() -> None:
    with pytest.raises(NotAllowed) as refused:
        may_vote(POOL, pool(voted="gu.mei"), 1, "gu.mei")
    assert code_of(refused) == "already_voted"


def test_refuses_a_person_who_has_claimed_another_ballot_of_the_pool() -> None:
    with pytest.raises(NotAllowed) as refused:
        may_vote(POOL, pool(claimed="gu.mei"), 1, "gu.mei")
    assert code_of(refused) == "already_voted"


def test_a_person_who_holds_two_roles_fills_both_seats_of_a_joint_review() -> None:
    first, second = open_items(ALL, [Seat("role:a"), Seat("role:b")])
    first = replace(first, state=WorkItemState.DONE, voter="tao.ning", outcome="approve")
    may_vote(ALL, [first, second], 1, "tao.ning")


def test_refuses_who_is_kept_out_by_separation_of_duties() -> None:
    with pytest.raises(NotAllowed) as refused:
        may_vote(ALL, open_items(ALL, [Seat("role:a")]), 0, "wang.lei", excluded=frozenset({"wang.lei"}))
    assert code_of(refused) == "separation_of_duties"


def test_refuses_a_second_signer_of_the_same_unit() -> None:
    units = {"gu.mei": "gm_office", "pan.ting": "gm_office", "xu.fan": "finance"}
    ballots = list(open_items(UNITS, [Seat("role:a"), Seat("role:b"), Seat("role:c")]))
    ballots[0] = replace(ballots[0], state=WorkItemState.DONE, voter="gu.mei", outcome="approve")
    with pytest.raises(NotAllowed) as refused:
        may_vote(UNITS, ballots, 1, "pan.ting", units=units)
    assert code_of(refused) == "separation_of_duties"
    may_vote(UNITS, ballots, 1, "xu.fan", units=units)


def test_refuses_who_comes_before_his_turn() -> None:
    step = Step.from_properties({"gc.sign": "sequential"})
    with pytest.raises(WrongState) as refused:
        may_vote(step, open_items(step, [Seat("role:a"), Seat("role:b")]), 1, "li.hua")
    assert code_of(refused) == "not_your_turn"


def test_refuses_a_second_vote_on_one_ballot() -> None:
    with pytest.raises(NotAllowed) as refused:
        may_vote(POOL, pool(voted="gu.mei"), 0, "gu.mei")
    assert code_of(refused) == "already_voted"


def test_refuses_a_vote_on_a_ballot_another_person_has_filled() -> None:
    with pytest.raises(WrongState) as refused:
        may_vote(POOL, pool(voted="gu.mei"), 0, "pan.ting")
    assert code_of(refused) == "wrong_state"


@pytest.mark.parametrize("state", [WorkItemState.WITHDRAWN, WorkItemState.VOID, WorkItemState.DELEGATED])
def test_refuses_a_vote_on_a_ballot_that_is_closed(state: WorkItemState) -> None:
    with pytest.raises(WrongState):
        may_vote(ALL, [replace(open_items(ALL, [Seat("role:a")])[0], state=state)], 0, "gu.mei")


def test_refuses_a_vote_on_a_ballot_another_person_has_claimed() -> None:
    with pytest.raises(Conflict) as refused:
        may_vote(POOL, pool(claimed="gu.mei"), 0, "pan.ting")
    assert code_of(refused) == "claimed_by_other"


def test_refuses_a_ballot_that_never_was() -> None:
    with pytest.raises(NotFound):
        may_vote(POOL, pool(), 7, "gu.mei")


def test_takes_the_only_outcome_when_none_is_given() -> None:
    assert outcome_of_vote(Step.from_properties({}), None) == "done"
    assert outcome_of_vote(Step.from_properties({"gc.sign": "receipt"}), None) == "received"
    assert outcome_of_vote(ALL, "approve") == "approve"


def test_refuses_a_vote_without_an_outcome_where_there_are_several() -> None:
    with pytest.raises(InvalidInput) as refused:
        outcome_of_vote(ALL, None)
    assert (code_of(refused), refused.value.facts["allowed"]) == ("outcome_missing", ["approve", "reject"])


def test_refuses_an_outcome_the_step_does_not_know() -> None:
    with pytest.raises(InvalidInput) as refused:
        outcome_of_vote(ALL, "done")
    assert code_of(refused) == "unknown_outcome"
    for step, given in ((Step.from_properties({}), "reject"), (Step.from_properties({"gc.sign": "receipt"}), "approve")):
        with pytest.raises(InvalidInput):
            outcome_of_vote(step, given)


def test_nobody_rejects_a_receipt() -> None:
    with pytest.raises(WrongState) as refused:
        outcome_of_vote(Step.from_properties({"gc.sign": "receipt"}), "reject")
    assert code_of(refused) == "cannot_reject_receipt"
