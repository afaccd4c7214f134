"""What a person may do with a task now, and why not: the same checks as the verbs themselves, on values that are thrown away."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from engine.advance import returning, voting
from engine.advance.case import Case
from engine.advance.records import Task
from engine.approvals import Step
from engine.engine import Engine
from engine.errors import Rejection
from engine.library import DatabaseWorld
from engine.queries.case import seen_instance
from engine.store.loading import load_for_claim
from engine.vocabulary import Actor, Key, WorkItemState


@dataclass(frozen=True, slots=True)
class Action:
    """`refused`: why the verb is shown but not offered; None where it is. `outcomes`: what a vote may say."""

    verb: str
    refused: Rejection | None = None
    outcomes: tuple[str, ...] = ()


def actions(engine: Engine, actor: Actor, task_key: Key) -> list[Action]:
    """Raises NotFound("task_not_found"), NotAllowed("not_allowed")."""
    with engine.looking() as connection:
        case, task = load_for_claim(connection, task_key)
        seen_instance(engine, connection, actor, task.instance_key)
        world = DatabaseWorld(connection, engine.library, engine.clock.now(), engine.settings.zone)
        element = voting.element_of(world, task)
        step = Step.from_properties(element.properties)

        def refusal(verb: Callable[..., object]) -> Rejection | None:
            tried = deepcopy(case)
            try:
                verb(tried, world, actor, tried.tasks[task.key])
            except Rejection as rejection:
                return rejection
            return None

        to_vote = refusal(voting.claim)
        offered = [Action("vote", to_vote, tuple(step.outcomes))]
        if to_vote is None and _is_pooled(case, task, actor):
            offered.append(Action("claim"))
        if refusal(voting.release) is None:
            offered.append(Action("release"))
        if returning.offers_return(element.properties.get("gc.allow", ""), is_step=not voting.is_plain(element)):
            offered.append(Action("return", to_vote))
    return [*offered, Action("comment"), Action("attach")]


def _is_pooled(case: Case, task: Task, actor: Actor) -> bool:
    mine = voting.item_of(case.work_items[task.key], actor)
    return mine.assignee is None and mine.state is WorkItemState.OPEN
