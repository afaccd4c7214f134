"""Votes: how a step opens its ballots, what they decide, who may vote, and what a vote was bound to. Pure functions.

Nothing here reads an organisation, a clock or a database; who may fill a seat is `engine.people`.
"""

from engine.approvals.ballots import Ballot, Tally, Turns, claimed, open_items, released, tally
from engine.approvals.content import changed_fields, digest
from engine.approvals.step import Step, parse_outcomes
from engine.approvals.voting import may_vote, most_signers, outcome_of_vote

__all__ = [
    "Ballot",
    "Step",
    "Tally",
    "Turns",
    "changed_fields",
    "claimed",
    "digest",
    "may_vote",
    "most_signers",
    "open_items",
    "outcome_of_vote",
    "parse_outcomes",
    "released",
    "tally",
]
