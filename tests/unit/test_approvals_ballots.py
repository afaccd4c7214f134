"""What opens, what is decided, what is withdrawn: the truth table of every sign mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from engine.approvals import Ballot, Step, claimed, open_items, released, tally
from engine.vocabulary import Seat, Stance, WorkItemState

OPEN, WAITING, DONE = WorkItemState.OPEN, WorkItemState.WAITING, WorkItemState.DONE
A, B, C = (Seat(f"role:{name}") for name in "abc")
WORDS = {"f": "approve", "a": "reject", "n": "pass"}


def step_of(sign: str, decide: str = "early", outcomes: str = "approve:for, reject:against, pass:abstain") -> Step:
    properties = {"gc.sign": sign, "gc.decide": decide}
    return Step.from_properties(properties if sign == "receipt" else properties | {"gc.outcomes": outcomes})


def states(ballots: Sequence[Ballot]) -> list[WorkItemState]:
    return [ballot.state for ballot in ballots]


def vote(step: Step, ballots: Sequence[Ballot], index: int, outcome: str, voter: str = "") -> tuple[Ballot, ...]:
    """The ballots after one vote, and after what the tally then opens and withdraws."""
    order = 1 + max(ballot.order for ballot in ballots)
    done = replace(ballots[index], state=DONE, outcome=outcome, voter=voter or f"p{index}", order=order)
    after = [done if ballot.index == index else ballot for ballot in ballots]
    moved = tally(step, after)
    new = dict.fromkeys(moved.open_next, OPEN) | dict.fromkeys(moved.withdraw, WorkItemState.WITHDRAWN)
    return tuple(replace(ballot, state=new.get(ballot.index, ballot.state)) for ballot in after)


def run(step: Step, seats: Sequence[Seat], votes: str) -> tuple[str | None, tuple[Ballot, ...]]:
    """Votes are given to the first open ballot, one letter each: f(or), a(gainst), n(either); the rest waits."""
    ballots = open_items(step, seats)
    for letter in votes:
        index = next(ballot.index for ballot in ballots if ballot.state is OPEN)
        ballots = vote(step, ballots, index, "received" if letter == "r" else WORDS[letter])
    return tally(step, ballots).outcome, ballots


TRUTH = [
    # sign, decide, votes over three seats (count: one pool), what is decided after the last of them
    ("any", "early", "", None),
    ("any", "early", "f", "approve"),
    ("any", "early", "a", "reject"),
    ("any", "early", "n", None),
    ("any", "early", "nf", "approve"),
    ("any", "early", "nna", "reject"),
    ("any", "early", "nnn", "reject"),
    ("any", "all", "f", None),
    ("any", "all", "ffa", "approve"),
    ("any", "all", "aaf", "approve"),
    ("any", "all", "ana", "reject"),
    ("any", "all", "nnn", "reject"),
    ("all", "early", "", None),
    ("all", "early", "ff", None),
    ("all", "early", "fff", "approve"),
    ("all", "early", "a", "reject"),
    ("all", "early", "fa", "reject"),
    ("all", "early", "ffa", "reject"),
    ("all", "early", "fnf", "approve"),
    ("all", "early", "nnf", "approve"),
    ("all", "early", "nnn", "reject"),
    ("all", "all", "a", None),
    ("all", "all", "af", None),
    ("all", "all", "aff", "reject"),
    ("all", "all", "fff", "approve"),
    ("all", "all", "nfn", "approve"),
    ("sequential", "early", "f", None),
    ("sequential", "early", "ff", None),
    ("sequential", "early", "fff", "approve"),
    ("sequential", "early", "fa", "reject"),
    ("sequential", "early", "fnf", "approve"),
    ("sequential", "early", "nnn", "reject"),
    ("sequential", "all", "fa", None),
    ("sequential", "all", "faf", "reject"),
    ("sequential", "all", "fff", "approve"),
    ("count:2", "early", "f", None),
    ("count:2", "early", "ff", "approve"),
    ("count:2", "early", "a", "reject"),
    ("count:2", "early", "fa", "reject"),
    ("count:2", "early", "n", "reject"),
    ("count:2", "early", "fn", "reject"),
    ("count:2", "all", "a", None),
    ("count:2", "all", "af", "reject"),
    ("count:2", "all", "ff", "approve"),
    ("count:2", "all", "nf", "reject"),
    ("receipt", "early", "r", None),
    ("receipt", "early", "rr", None),
    ("receipt", "early", "rrr", "received"),
    ("receipt", "all", "rrr", "received"),
]


@pytest.mark.parametrize(("sign", "decide", "votes", "outcome"), TRUTH)
def test_decides_as_the_table_says(sign: str, decide: str, votes: str, outcome: str | None) -> None:
    seats = [A] if sign.startswith("count") else [A, B, C]
    assert run(step_of(sign, decide), seats, votes)[0] == outcome


@pytest.mark.parametrize("votes", ["".join(letters) for letters in product("fan", repeat=3)])
def test_three_votes_always_decide_a_step_of_three_seats(votes: str) -> None:
    for sign in ("any", "all", "sequential", "count:2"):
        step = step_of(sign, "all")
        outcome, ballots = run(step, [A, B, C], votes)
        assert outcome is not None
        assert not any(ballot.is_pending for ballot in ballots)
        if sign in ("all", "sequential"):
            assert (outcome == "approve") == ("a" not in votes and "f" in votes)


@pytest.mark.parametrize("sign", ["any", "all", "receipt"])
def test_opens_every_seat_at_once(sign: str) -> None:
    assert states(open_items(step_of(sign), [A, B, C])) == [OPEN, OPEN, OPEN]


def test_opens_one_seat_after_the_other_in_a_sequence() -> None:
    step = step_of("sequential")
    ballots = open_items(step, [A, B, C])
    assert states(ballots) == [OPEN, WAITING, WAITING]
    ballots = vote(step, ballots, 0, "approve")
    assert states(ballots) == [DONE, OPEN, WAITING]
    assert states(vote(step, ballots, 1, "approve")) == [DONE, DONE, OPEN]


def test_does_not_open_the_next_in_a_sequence_while_one_is_delegated() -> None:
    step = step_of("sequential")
    first, second, third = open_items(step, [A, B, C])
    assert tally(step, [replace(first, state=WorkItemState.DELEGATED), second, third]).open_next == ()


def test_withdraws_the_siblings_when_one_of_several_has_decided() -> None:
    step = step_of("any")
    first, second, third = open_items(step, [A, B, C])
    decided = tally(step, [first, replace(second, state=DONE, voter="li.hua", outcome="approve"), third])
    assert (decided.outcome, decided.stance, decided.withdraw, decided.open_next) == ("approve", Stance.FOR, (0, 2), ())


def test_withdraws_who_was_waiting_when_a_sequence_is_rejected() -> None:
    step = step_of("sequential")
    first, second, third = open_items(step, [A, B, C])
    assert tally(step, [replace(first, state=DONE, voter="x", outcome="reject"), second, third]).withdraw == (1, 2)


def test_shows_one_open_ballot_of_a_pool_until_it_is_claimed() -> None:
    step = step_of("count:2")
    first, second = open_items(step, [A])
    assert (states([first, second]), first.candidate, second.candidate) == ([OPEN, WAITING], "role:a", "role:a")
    assert claimed(step, [first, second], 0, "gu.mei").open_next == (1,)


def test_a_released_ballot_sends_the_next_of_its_pool_back() -> None:
    step = step_of("count:2")
    first, second = open_items(step, [A])
    first, second = replace(first, assignee="gu.mei"), replace(second, state=OPEN)
    moved = released(step, [first, second], 0)
    assert (moved.open_next, moved.wait_again) == ((), (1,))


def test_a_released_ballot_leaves_a_claimed_one_alone() -> None:
    step = step_of("count:2")
    first, second = open_items(step, [A])
    first, second = replace(first, assignee="gu.mei"), replace(second, state=OPEN, assignee="pan.ting")
    moved = released(step, [first, second], 0)
    assert (moved.open_next, moved.wait_again) == ((), ())


def test_a_vote_from_the_pool_opens_the_next_ballot() -> None:
    step = step_of("count:3")
    assert states(vote(step, open_items(step, [A]), 0, "approve")) == [DONE, OPEN, WAITING]


def test_claims_outside_a_pool_move_nothing() -> None:
    step = step_of("all")
    moved = claimed(step, open_items(step, [A, B]), 0, "gu.mei")
    assert (moved.open_next, moved.wait_again) == ((), ())


def test_count_over_departments_opens_one_ballot_for_each_and_needs_only_the_number() -> None:
    step = step_of("count:2")
    ballots = open_items(step, [A, B, C])
    assert states(ballots) == [OPEN, OPEN, OPEN]
    ballots = vote(step, ballots, 2, "approve")
    decided = vote(step, ballots, 0, "approve")
    assert states(decided) == [DONE, WorkItemState.WITHDRAWN, DONE]


def test_count_fills_up_with_further_ballots_of_the_roles_not_of_the_people() -> None:
    ballots = open_items(step_of("count:4"), [A, Seat("user:x"), B])
    assert [ballot.candidate for ballot in ballots] == ["role:a", "user:x", "role:b", "role:a"]
    assert len(open_items(step_of("count:2"), [Seat("user:x")])) == 1


def test_count_is_against_as_soon_as_the_number_is_out_of_reach() -> None:
    step = step_of("count:3")
    first, second, third = open_items(step, [A])
    ballots = [replace(first, state=WorkItemState.WITHDRAWN), second, third]
    assert tally(step, ballots).outcome == "reject"


def test_a_step_that_knows_no_outcome_against_it_waits_for_a_repair_instead_of_approving() -> None:
    step = step_of("count:2", outcomes="signed:for")
    assert tally(step, open_items(step, [Seat("user:x")])).outcome is None


def test_names_the_outcome_of_the_last_vote_that_decided() -> None:
    step = step_of("all", outcomes="approve:for, approve_with_change:for, reject:against")
    first, second = open_items(step, [A, B])
    votes = [
        replace(first, state=DONE, voter="x", outcome="approve_with_change", order=2),
        replace(second, state=DONE, voter="y", outcome="approve", order=1),
    ]
    assert tally(step, votes).outcome == "approve_with_change"


def test_an_abstention_of_everybody_is_against() -> None:
    step = step_of("all", outcomes="approve:for, pass:abstain, reject:against, reject_hard:against")
    outcome, _ = run(step, [A, B], "nn")
    assert outcome == "reject"


def test_votes_behind_a_return_do_not_count() -> None:
    step = step_of("all")
    first, second = open_items(step, [A, B])
    void = replace(first, state=WorkItemState.VOID, voter="x", outcome="reject")
    assert tally(step, [void, replace(second, index=1)]).outcome is None
    assert tally(step, [void, replace(second, state=DONE, voter="y", outcome="approve")]).outcome == "approve"


def test_a_step_without_seats_has_no_ballots() -> None:
    for sign in ("any", "all", "sequential", "count:2", "receipt"):
        assert open_items(step_of(sign), []) == ()
