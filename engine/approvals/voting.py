"""Who may fill a ballot, and what a vote may say. Whether a person holds the seat's role is asked of `engine.people` before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.approvals.ballots import Ballot
from engine.approvals.step import Step
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.vocabulary import SignMode, WorkItemState

_NO_UNITS: Mapping[str, str] = {}


def outcome_of_vote(step: Step, given: str | None) -> str:
    """The outcome a vote means. Without one given, a step that has only one means that one.

    Raises InvalidInput("outcome_missing" | "unknown_outcome", allowed=[…]) and WrongState("cannot_reject_receipt").
    """
    allowed = list(step.outcomes)
    if given is None:
        if len(allowed) == 1:
            return allowed[0]
        raise InvalidInput("outcome_missing", f"expected one of {allowed}, but no outcome was given", allowed=allowed)
    if given in step.outcomes:
        return given
    if step.mode is SignMode.RECEIPT and given == "reject":
        raise WrongState("cannot_reject_receipt", "expected a receipt to be confirmed, but it was rejected", allowed=allowed)
    raise InvalidInput(
        "unknown_outcome", f"expected one of {allowed}, but the outcome is {given!r}", allowed=allowed, given=given
    )


def may_vote(
    step: Step,
    ballots: Sequence[Ballot],
    index: int,
    voter: str,
    *,
    excluded: frozenset[str] = frozenset(),
    units: Mapping[str, str] = _NO_UNITS,
) -> None:
    """Refuse a vote that this person may not give on this ballot; return when it may be given.

    `excluded`: people separation of duties keeps out. `units`: unit id by user id, for `gc.different=unit` (the voter and
    everybody on the ballots). In mode COUNT the signers are different people; in the other modes a person who holds two
    seats fills both. Raises NotFound("work_item_not_found"), WrongState("not_your_turn" | "wrong_state"),
    NotAllowed("already_voted" | "separation_of_duties"), Conflict("claimed_by_other").
    """
    ballot = next((each for each in ballots if each.index == index), None)
    if ballot is None:
        raise NotFound("work_item_not_found", f"expected a ballot {index}, but the step has none", index=index)
    if ballot.state is WorkItemState.WAITING:
        raise WrongState("not_your_turn", "expected the ballot to be open, but others come first", index=index)
    if ballot.state is WorkItemState.DONE and ballot.voter == voter:
        raise NotAllowed("already_voted", f"expected a first vote, but {voter} has voted on this ballot", voter=voter)
    if ballot.state is not WorkItemState.OPEN:
        raise WrongState("wrong_state", f"expected an open ballot, but it is {ballot.state}", state=str(ballot.state))
    if ballot.assignee is not None and ballot.assignee != voter:
        raise Conflict("claimed_by_other", f"expected a free ballot, but {ballot.assignee} has claimed it", by=ballot.assignee)
    if voter in excluded:
        raise NotAllowed("separation_of_duties", f"expected another person, but {voter} decided or asked before", voter=voter)
    if step.mode is SignMode.COUNT:
        _refuse_same_signer(step, ballots, ballot, voter, units)


def most_signers(step: Step, ballots: Sequence[Ballot], people: Mapping[str, Collection[str]], units: Mapping[str, str]) -> int:
    """How many of these ballots different people could fill at once. `people`: by candidate, who may; `units` as in `may_vote`.

    A matching of ballots and people, found by handing a ballot to somebody else where that frees a person.
    """
    filled: dict[str, Ballot] = {}

    def can_fill(ballot: Ballot, asked: set[str]) -> bool:
        for person in people[ballot.candidate]:
            signer = units.get(person, "") if step.different == "unit" else person
            if signer not in asked:
                asked.add(signer)
                if signer not in filled or can_fill(filled[signer], asked):
                    filled[signer] = ballot
                    return True
        return False

    return sum(can_fill(ballot, set()) for ballot in ballots)


def _refuse_same_signer(step: Step, ballots: Sequence[Ballot], ballot: Ballot, voter: str, units: Mapping[str, str]) -> None:
    others = [other for other in ballots if other.index != ballot.index]
    signers = {signer for other in others if (signer := _signer(other)) is not None}
    if voter in signers:
        raise NotAllowed("already_voted", f"expected {step.needed} different people, but {voter} is one already", voter=voter)
    unit = units.get(voter)
    if step.different == "unit" and unit in {units.get(signer) for signer in signers}:
        raise NotAllowed(
            "separation_of_duties",
            f"expected signers of different units, but somebody of {unit} signs already",
            voter=voter,
            unit=unit,
        )


def _signer(ballot: Ballot) -> str | None:
    if ballot.state is WorkItemState.DONE:
        return ballot.voter
    return ballot.assignee if ballot.is_pending else None
