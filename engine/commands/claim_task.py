"""Claim a task: take a pool's seat for oneself. Claims do not wait for one another: the seat's own row decides."""

from __future__ import annotations

from collections.abc import Iterable

from engine.advance import voting
from engine.advance.case import Case
from engine.advance.records import Task, WorkItem
from engine.commands.note import note
from engine.engine import Engine
from engine.errors import Conflict
from engine.store import work_items
from engine.store.loading import load_for_claim
from engine.vocabulary import Actor, Key, WorkItemState


def claim_task(engine: Engine, actor: Actor, task_key: Key, *, allow_override: bool = True) -> None:
    """Claiming what one has already changes nothing, unless `allow_override` is False.

    Rejections: `task_not_found`, `task_already_decided`, `task_canceled`, `not_a_candidate`, `claimed_by_other`,
    `already_voted`, `separation_of_duties`, `not_your_turn`.
    """
    with engine.claiming() as (connection, world):
        case, task = load_for_claim(connection, task_key, locked=True)
        if not allow_override:
            _refuse_taken(case, task)
        advance = voting.claim(case, world, actor, task)
        for item in in_order(advance.work_items.values()):
            if item.assignee == actor.user_id:
                if not work_items.claim(connection, item.key, actor.user_id):
                    raise Conflict("claimed_by_other", "expected a free task, but somebody was faster")
            else:
                work_items.turn(connection, item.key, str(item.state))
        if advance.work_items:
            note(connection, world, "task.claimed", actor, task=task)


def in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    """By seat: two people who each take a seat and close the other's would otherwise wait for one another for ever."""
    return sorted(items, key=lambda item: item.seat)


def _refuse_taken(case: Case, task: Task) -> None:
    taken = [item.assignee for item in case.work_items.get(task.key, []) if item.assignee and item.state is WorkItemState.OPEN]
    if taken:
        raise Conflict("claimed_by_other", f"expected a task nobody has, but {taken[0]} has it", by=taken[0])
