"""Who: units, roles, people and rosters of one organisation revision, and how an assignment becomes seats."""

from engine.people.assignment import addressees, resolve, who
from engine.people.directory import Directory
from engine.people.functions import organisation_functions, starter_context, unit_context
from engine.people.policies import Seating, apply_nobody_rule, apply_starter_rule
from engine.people.references import SeatReference

__all__ = [
    "Directory",
    "SeatReference",
    "Seating",
    "addressees",
    "apply_nobody_rule",
    "apply_starter_rule",
    "organisation_functions",
    "resolve",
    "starter_context",
    "unit_context",
    "who",
]
