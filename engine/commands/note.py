"""A line in the activities: what people did that does not move a case."""

from __future__ import annotations

from typing import Any

from engine.advance.records import Instance, Task
from engine.codec import to_text
from engine.library import DatabaseWorld
from engine.store import activities
from engine.store.database import Connection
from engine.store.records import Record
from engine.vocabulary import Actor


def note(
    connection: Connection,
    world: DatabaseWorld,
    kind: str,
    actor: Actor,
    *,
    task: Task | None = None,
    instance: Instance | Record | None = None,
    **payload: Any,
) -> None:
    activities.add(
        connection,
        [
            {
                "key": world.key(),
                "instance_key": task.instance_key if task else instance.key if instance else None,
                "root_key": task.root_key if task else instance.root_key if instance else None,
                "task_key": task.key if task else None,
                "type": kind,
                "at": world.now,
                "actor": actor.user_id,
                "payload": to_text(payload),
            }
        ],
    )
