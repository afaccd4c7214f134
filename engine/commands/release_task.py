"""Release a task: a claimed seat goes back to its pool."""

from __future__ import annotations

from engine.advance import voting
from engine.commands.claim_task import in_order
from engine.commands.note import note
from engine.engine import Engine
from engine.errors import Conflict
from engine.store import work_items
from engine.store.loading import load_for_claim
from engine.vocabulary import Actor, Key


def release_task(engine: Engine, actor: Actor, task_key: Key) -> None:
    """Rejections: `task_not_found`, `task_already_decided`, `task_canceled`, `not_claimed`."""
    with engine.claiming() as (connection, world):
        case, task = load_for_claim(connection, task_key, locked=True)
        advance = voting.release(case, world, actor, task)
        released = next(iter(advance.work_items))
        for item in in_order(advance.work_items.values()):
            if item.key == released:
                if not work_items.release(connection, item.key, actor.user_id):
                    raise Conflict("not_claimed", "expected a task that is claimed, but it changed meanwhile")
            else:
                work_items.turn(connection, item.key, str(item.state))
        note(connection, world, "task.released", actor, task=task)
