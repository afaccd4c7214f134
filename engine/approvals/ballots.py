"""From seats to ballots, and from ballots to a decision.

A step opens one ballot a seat; `count:n` over fewer seats than n gives a role's seat further ballots. A pool shows one open
ballot at a time: the next opens when somebody claims or fills the one before, so an inbox holds one row for a pool of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.approvals.step import Step
from engine.vocabulary import Seat, SignMode, Stance, WorkItemState

_PENDING = frozenset({WorkItemState.WAITING, WorkItemState.OPEN, WorkItemState.DELEGATED})


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one seat owes. `voter` and `outcome` are set once it is done; `assignee` while somebody has claimed it.

    `order` numbers the votes of a step as they were given (1, 2, …); without it the index decides which vote was the last.
    """

    index: int
    candidate: str
    state: WorkItemState
    voter: str | None = None
    outcome: str | None = None
    assignee: str | None = None
    order: int = 0

    @property
    def is_pending(self) -> bool:
        return self.state in _PENDING


@dataclass(frozen=True, slots=True)
class Tally:
    """`outcome` None: not decided yet. `open_next` become open; `withdraw` end without a vote because the step is decided."""

    outcome: str | None = None
    stance: Stance | None = None
    open_next: tuple[int, ...] = ()
    withdraw: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Turns:
    """Ballots that become open, and open ones that go back to waiting."""

    open_next: tuple[int, ...] = ()
    wait_again: tuple[int, ...] = ()


def open_items(step: Step, seats: Sequence[Seat]) -> tuple[Ballot, ...]:
    """The ballots of a step that opens now. No seats: no ballots (who answers for an empty step is decided before).

    `count:n` over user seats fewer than n can never be reached; the caller compares `len(…)` with `step.needed`.
    """
    candidates = [seat.candidate for seat in seats]
    if step.mode is SignMode.COUNT:
        pools = [candidate for candidate in candidates if candidate.startswith("role:")]
        missing = step.needed - len(candidates)
        if pools and missing > 0:
            candidates += [pools[turn % len(pools)] for turn in range(missing)]
    ballots = tuple(Ballot(index, candidate, WorkItemState.WAITING) for index, candidate in enumerate(candidates))
    opening = set(_turns(step, ballots).open_next)
    return tuple(replace(ballot, state=WorkItemState.OPEN) if ballot.index in opening else ballot for ballot in ballots)


def tally(step: Step, ballots: Sequence[Ballot]) -> Tally:
    """What the votes given so far decide.

    | mode | early | all (every opinion is collected first) |
    |---|---|---|
    | any | the first vote for or against | for if anybody is for |
    | all, sequential | the first against; for when nobody is left | against if anybody is against |
    | count:n | the first against; for at n votes for; against as soon as n is out of reach | the same, when nobody is left |
    | receipt | for when everybody has received | the same |

    An abstention fills its seat and decides nothing; when nobody was for, the step is against. The outcome is the name in
    the last vote of the deciding stance. Withdrawn and void ballots do not count.
    """
    pending = [ballot for ballot in ballots if ballot.is_pending]
    stance = _decided_stance(step, ballots, len(pending))
    outcome = None if stance is None else _outcome_name(step, ballots, stance)
    if outcome is None:
        return Tally(open_next=_turns(step, ballots).open_next)
    return Tally(outcome, stance, withdraw=tuple(ballot.index for ballot in pending))


def claimed(step: Step, ballots: Sequence[Ballot], index: int, by: str) -> Turns:
    """What a claim moves: behind a claimed ballot of a pool the next one opens."""
    after = [replace(ballot, assignee=by) if ballot.index == index else ballot for ballot in ballots]
    return _turns(step, after)


def released(step: Step, ballots: Sequence[Ballot], index: int) -> Turns:
    """What a release moves: the released ballot is open for the pool again, so a later open one of the same pool waits again."""
    after = [replace(ballot, assignee=None) if ballot.index == index else ballot for ballot in ballots]
    return _turns(step, after)


def _turns(step: Step, ballots: Sequence[Ballot]) -> Turns:
    if step.mode is SignMode.COUNT:
        return _pool_turns(ballots)
    waiting = [ballot.index for ballot in ballots if ballot.state is WorkItemState.WAITING]
    if step.mode is not SignMode.SEQUENTIAL:
        return Turns(open_next=tuple(waiting))
    someones_turn = any(ballot.state in (WorkItemState.OPEN, WorkItemState.DELEGATED) for ballot in ballots)
    return Turns(open_next=() if someones_turn else tuple(waiting[:1]))


def _pool_turns(ballots: Sequence[Ballot]) -> Turns:
    open_next: list[int] = []
    wait_again: list[int] = []
    for candidate in dict.fromkeys(ballot.candidate for ballot in ballots):
        free = [ballot for ballot in ballots if ballot.candidate == candidate and _is_free(ballot)]
        for turn, ballot in enumerate(free):
            if turn == 0 and ballot.state is WorkItemState.WAITING:
                open_next.append(ballot.index)
            elif turn > 0 and ballot.state is WorkItemState.OPEN:
                wait_again.append(ballot.index)
    return Turns(tuple(open_next), tuple(wait_again))


def _is_free(ballot: Ballot) -> bool:
    return ballot.state in (WorkItemState.OPEN, WorkItemState.WAITING) and ballot.assignee is None


def _votes(step: Step, ballots: Sequence[Ballot], stance: Stance) -> list[Ballot]:
    return [
        ballot
        for ballot in ballots
        if ballot.state is WorkItemState.DONE and ballot.outcome is not None and step.outcomes.get(ballot.outcome) is stance
    ]


def _decided_stance(step: Step, ballots: Sequence[Ballot], pending: int) -> Stance | None:
    votes_for = len(_votes(step, ballots, Stance.FOR))
    votes_against = len(_votes(step, ballots, Stance.AGAINST))
    if pending and step.decide == "all":
        return None
    if step.mode is SignMode.ANY:
        if votes_for:
            return Stance.FOR
        return Stance.AGAINST if votes_against or not pending else None
    if votes_against:
        return Stance.AGAINST
    if step.mode is SignMode.COUNT:
        if votes_for >= step.needed:
            return Stance.FOR
        return Stance.AGAINST if votes_for + pending < step.needed else None
    if pending:
        return None
    return Stance.FOR if votes_for else Stance.AGAINST


def _outcome_name(step: Step, ballots: Sequence[Ballot], stance: Stance) -> str | None:
    """The name in the last vote of this stance, else the step's first name for it, else what the last abstention said.

    None where a step without an outcome against it can no longer be for: that needs a person's repair, not a verdict.
    """
    deciding = _votes(step, ballots, stance)
    if not deciding and (name := step.named(stance)) is not None:
        return name
    last = max(deciding or _votes(step, ballots, Stance.ABSTAIN), key=_when, default=None)
    return None if last is None else last.outcome


def _when(ballot: Ballot) -> tuple[int, int]:
    return ballot.order, ballot.index
