"""What a person may see, as a condition of a search: cases they take part in. Who may see one case is `engine.access.may`."""

from __future__ import annotations

from engine.access import may
from engine.queries.search_request import AllOf, AnyOf, Condition, Filter, HasVariable, Operator, SearchRequest
from engine.vocabulary import Actor


def taking_part(actor: Actor) -> Filter | None:
    """None: everything. Otherwise cases the person started or has, had or may have a seat in."""
    if actor.is_administrator:
        return None
    return AnyOf(
        (
            Condition("starter", Operator.EQ, actor.user_id),
            Condition("seat.candidate", Operator.IN, tuple(sorted(actor.principals))),
            Condition("seat.assignee", Operator.EQ, actor.user_id),
            Condition("seat.decidedBy", Operator.EQ, actor.user_id),
        )
    )


def of_tasks(actor: Actor, request: SearchRequest) -> Filter | None:
    """A search for one's own tasks finds nothing one may not see; it needs no further condition."""
    for part in request.filter.parts:
        match part:
            case Condition("candidateUser" | "assignee", Operator.EQ, str(user)) if user == actor.user_id:
                return None
    return taking_part(actor)


def refuse_by_variables(actor: Actor, asked: Filter) -> None:
    """Only systems search by what variables hold: whether a case is found would tell people what their step hides.

    Raises NotAllowed("not_allowed").
    """
    match asked:
        case HasVariable():
            may.work(actor)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                refuse_by_variables(actor, part)
