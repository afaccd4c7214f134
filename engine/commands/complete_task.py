"""Vote on a step, or do a plain task: the story of one approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.advance import answering, voting
from engine.advance.case import undecided
from engine.advance.records import Task
from engine.commands.bind_files import bind_files
from engine.commands.finish import finish
from engine.engine import Engine
from engine.store.loading import load_task
from engine.vocabulary import Actor, Key


@dataclass(frozen=True, slots=True)
class Voted:
    """`task.outcome` is None while other votes are still awaited."""

    task: Task


def complete_task(
    engine: Engine,
    actor: Actor,
    task_key: Key,
    *,
    outcome: str | None = None,
    comment: str | None = None,
    answers: Mapping[str, Any] | None = None,
    digest: str | None = None,
) -> Voted:
    """Casts the actor's vote; claims the seat in the same command where it was in a pool.

    Rejections: `task_not_found`, `task_already_decided` (outcome, at), `task_canceled`, `instance_ended`,
    `not_a_candidate`, `claimed_by_other`, `already_voted`, `separation_of_duties`, `not_your_turn`,
    `outcome_missing`, `unknown_outcome`, `reason_missing`, `invalid_answers` (with the fields' problems).
    """
    with engine.command(task_key, of="task") as door:
        case, task = load_task(door.connection, door.root, task_key)
        undecided(task)
        voting.item_of(case.work_items[task.key], actor)  # who has no seat learns nothing of the form
        named, given = outcome, dict(answers or {})
        if named is None:
            named, given = voting.outcome_among(door.world, task, given)
        checked = answering.task_answers(case, door.world, task, given)
        if task.form_id is not None:
            bind_files(door.connection, actor, case.instances[task.instance_key], checked)
        advance = voting.vote(case, door.world, actor, task, outcome=named, comment=comment, variables=checked, digest=digest)
        if checked and task.form_id is not None:
            advance.answers.append((task.instance_key, task.form_id, checked, actor.user_id))
        finish(engine, door.connection, door.world, case, advance)
    return Voted(task)
