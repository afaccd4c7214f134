"""Random stories of claims, releases and votes: what must hold after each of them, whatever the mode."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.approvals import Ballot, Step, Turns, claimed, may_vote, open_items, outcome_of_vote, released, tally
from engine.errors import Rejection
from engine.vocabulary import Seat, SignMode, WorkItemState

PEOPLE = ("ann", "bob", "cai", "dan", "eve")
SIGNS = ("any", "all", "sequential", "count:1", "count:2", "count:4", "receipt")
OUTCOMES = "approve:for, with_change:for, pass:abstain, reject:against"

steps = st.builds(
    lambda sign, decide: Step.from_properties(
        {"gc.sign": sign, "gc.decide": decide} | ({} if sign == "receipt" else {"gc.outcomes": OUTCOMES})
    ),
    st.sampled_from(SIGNS),
    st.sampled_from(("early", "all")),
)
seatings = st.lists(st.sampled_from(["role:a", "role:b", "role:c"]), min_size=1, max_size=3, unique=True)
deeds = st.lists(
    st.tuples(
        st.sampled_from(("claim", "release", "vote")),
        st.integers(0, 5),
        st.sampled_from(PEOPLE),
        st.sampled_from(OUTCOMES.split(", ")),
    ),
    max_size=30,
)


class Story:
    """A step as the command layer keeps it: ballots, changed by what the pure functions say."""

    def __init__(self, step: Step, seats: list[str]) -> None:
        self.step = step
        self.ballots = list(open_items(step, [Seat(candidate) for candidate in seats]))
        self.outcome: str | None = None
        self.votes = 0

    def act(self, verb: str, index: int, who: str, outcome: str) -> None:
        if self.outcome is not None or index >= len(self.ballots):
            return
        ballot = self.ballots[index]
        if verb == "release":
            if ballot.state is WorkItemState.OPEN and ballot.assignee == who:
                turns = released(self.step, self.ballots, index)
                self.ballots[index] = replace(ballot, assignee=None)
                self.turn(turns)
            return
        try:
            if verb == "claim":
                may_vote(self.step, self.ballots, index, who)
                turns = claimed(self.step, self.ballots, index, who)
                self.ballots[index] = replace(ballot, assignee=who)
                self.turn(turns)
            else:
                may_vote(self.step, self.ballots, index, who)
                name = outcome_of_vote(self.step, None if self.step.mode is SignMode.RECEIPT else outcome.split(":")[0])
                self.vote(ballot, who, name)
        except Rejection:
            return

    def vote(self, ballot: Ballot, who: str, name: str) -> None:
        self.votes += 1
        self.ballots[ballot.index] = replace(ballot, state=WorkItemState.DONE, voter=who, outcome=name, order=self.votes)
        decided = tally(self.step, self.ballots)
        self.turn(Turns(decided.open_next))
        for index in decided.withdraw:
            self.ballots[index] = replace(self.ballots[index], state=WorkItemState.WITHDRAWN)
        self.outcome = decided.outcome

    def turn(self, turns: Turns) -> None:
        for index in turns.open_next:
            assert self.ballots[index].state is WorkItemState.WAITING
            self.ballots[index] = replace(self.ballots[index], state=WorkItemState.OPEN)
        for index in turns.wait_again:
            assert self.ballots[index].state is WorkItemState.OPEN
            assert self.ballots[index].assignee is None
            self.ballots[index] = replace(self.ballots[index], state=WorkItemState.WAITING)

    def check(self) -> None:
        pending = [ballot for ballot in self.ballots if ballot.is_pending]
        open_ballots = [ballot for ballot in pending if ballot.state is WorkItemState.OPEN]
        if self.outcome is not None:
            assert not pending
            assert tally(self.step, self.ballots).outcome == self.outcome
            return
        assert open_ballots, "an undecided step waits for somebody"
        if self.step.mode is SignMode.SEQUENTIAL:
            assert len(open_ballots) == 1
            assert open_ballots[0] is pending[0]
        elif self.step.mode is SignMode.COUNT:
            for candidate in {ballot.candidate for ballot in pending}:
                free = [ballot for ballot in pending if ballot.candidate == candidate and ballot.assignee is None]
                assert sum(ballot.state is WorkItemState.OPEN for ballot in free) == min(1, len(free))
            signers = [ballot.voter or ballot.assignee for ballot in self.ballots if ballot.voter or ballot.assignee]
            assert len(set(signers)) == len(signers), "different people"
        else:
            assert open_ballots == pending


@given(steps, seatings, deeds)
def test_every_story_keeps_its_promises(step: Step, seats: list[str], story: list[tuple[str, int, str, str]]) -> None:
    played = Story(step, seats)
    played.check()
    for verb, index, who, outcome in story:
        played.act(verb, index, who, outcome)
        played.check()


@given(steps, seatings, st.lists(st.sampled_from(OUTCOMES.split(", ")), min_size=8, max_size=8))
def test_a_step_ends_when_everybody_open_votes(step: Step, seats: list[str], outcomes: list[str]) -> None:
    story = Story(step, seats)
    for who, outcome in enumerate(outcomes):
        waiting = next((ballot for ballot in story.ballots if ballot.state is WorkItemState.OPEN), None)
        if waiting is not None:
            story.act("vote", waiting.index, f"person{who}", outcome)
    assert story.outcome is not None
    assert story.outcome in step.outcomes
