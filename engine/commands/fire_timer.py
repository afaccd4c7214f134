"""Fire a timer that was claimed: still there, same fence?"""

from __future__ import annotations

from typing import Any

from engine.advance.case import Case
from engine.advance.opening import SYSTEM, new_instance, numbered, start_answers_missing
from engine.advance.push import push
from engine.advance.stimuli import Begin, Trigger
from engine.bpmn.timers import Due, next_due
from engine.commands.finish import finish
from engine.engine import Engine
from engine.publishing.versions import start_timer_kind
from engine.store import timers
from engine.store.loading import load_tree
from engine.store.records import Record
from engine.vocabulary import InstanceState


def fire_timer(engine: Engine, timer: Record) -> bool:
    """False where the timer is gone, or was claimed by somebody else meanwhile: then nothing happens."""
    if timer.instance_key is None:
        return _start(engine, timer)
    with engine.command(timer.instance_key) as door:
        case = load_tree(door.connection, door.root, instance_key=timer.instance_key)
        instance = case.instances[timer.instance_key]
        if instance.suspended:
            timers.finish(door.connection, timer.key, timer.fence)  # it waits until the case goes on
            return False
        if not timers.finish(door.connection, timer.key, timer.fence, state="done"):
            return False
        if instance.state is not InstanceState.ACTIVE:
            return False
        advance = push(case, door.world, SYSTEM, Trigger(timer.instance_key, timer.n))
        finish(engine, door.connection, door.world, case, advance)
    return True


def _start(engine: Engine, timer: Record) -> bool:
    """A timer start event: a new case each time it is due, and its next time in the same commit."""
    with engine.opening() as (connection, world):
        if not timers.finish(connection, timer.key, timer.fence, **_next(timer)):
            return False
        published = world.published(timer.definition_key)
        instance = new_instance(world, published, starter=SYSTEM, variables={})
        case = Case.of([instance])
        answered = not start_answers_missing(world, published, {}, SYSTEM, timer.element_id)
        begin = Begin(instance.key, numbered(instance, published, {}), at=timer.element_id, answered=answered)
        finish(engine, connection, world, case, push(case, world, SYSTEM, begin))
    return True


def _next(timer: Record) -> dict[str, Any]:
    """What becomes of a start timer that fires: due again, or done. `kind` is how often it repeats."""
    repeats, _, interval = str(timer.kind).partition("/")
    if not interval:
        return {"state": "done"}
    left = int(repeats[1:]) if repeats != "R" else None
    again = next_due(Due(timer.due_at, left, interval))
    return {"state": "done"} if again is None else {"due_at": again.at, "kind": start_timer_kind(again.left, again.interval)}
