"""Comment on a case. It neither locks nor moves it."""

from __future__ import annotations

from engine.commands.note import note
from engine.engine import Engine
from engine.errors import InvalidInput, NotFound
from engine.queries.case import seen_instance
from engine.store import comments, tasks
from engine.store.database import Connection
from engine.store.records import Record
from engine.vocabulary import Actor, Key

LONGEST = 10_000


def comment_instance(engine: Engine, actor: Actor, instance_key: Key, text: str, *, task_key: Key | None = None) -> Key:
    """Whoever may see a case may comment on it.

    Rejections: `instance_not_found`, `not_allowed`, `invalid_request`, `task_not_found` where the task is not of this case.
    """
    if not text.strip() or len(text) > LONGEST:
        raise InvalidInput("invalid_request", f"expected a comment of 1 to {LONGEST} characters, but it has {len(text)}")
    with engine.claiming() as (connection, world):
        instance = seen_instance(engine, connection, actor, instance_key)
        refuse_foreign_task(connection, instance, task_key)
        key = world.key()
        comments.add(
            connection,
            {
                "key": key,
                "instance_key": instance.key,
                "root_key": instance.root_key,
                "task_key": task_key,
                "author": actor.user_id,
                "text": text,
                "at": world.now,
            },
        )
        note(connection, world, "case.commented", actor, instance=instance, text=text)
    return key


def refuse_foreign_task(connection: Connection, instance: Record, task_key: Key | None) -> None:
    """NotFound `task_not_found` for a task of another case: what is said of it would show up there."""
    if task_key is None:
        return
    task = tasks.find(connection, task_key)
    if task is None or task.root_key != instance.root_key:
        raise NotFound("task_not_found", f"expected a task of case {instance.key}, but {task_key} is none", key=str(task_key))
