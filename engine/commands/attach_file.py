"""Attach a file to a case. The content is kept once, by its digest."""

from __future__ import annotations

from dataclasses import dataclass

from engine.commands.comment_instance import refuse_foreign_task
from engine.commands.note import note
from engine.engine import Engine
from engine.errors import InvalidInput
from engine.library import DatabaseWorld
from engine.queries.case import seen_instance
from engine.store import attachments, blobs
from engine.store.database import Connection
from engine.store.records import Record
from engine.vocabulary import Actor, Key

LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attached:
    key: Key
    digest: str
    size: int


def attach_file(
    engine: Engine,
    actor: Actor,
    instance_key: Key,
    *,
    name: str,
    media_type: str,
    content: bytes,
    task_key: Key | None = None,
) -> Attached:
    """Whoever may see a case may attach to it.

    Rejections: `instance_not_found`, `not_allowed`, `invalid_request`, `task_not_found` where the task is not of this case.
    """
    plain = checked_name(name, content)
    with engine.claiming() as (connection, world):
        instance = seen_instance(engine, connection, actor, instance_key)
        refuse_foreign_task(connection, instance, task_key)
        attached = keep_file(connection, world, actor, plain, media_type, content, instance=instance, task_key=task_key)
        note(connection, world, "case.attached", actor, instance=instance, name=plain, digest=attached.digest)
    return attached


def keep_file(
    connection: Connection,
    world: DatabaseWorld,
    actor: Actor,
    name: str,
    media_type: str,
    content: bytes,
    *,
    instance: Record | None = None,
    task_key: Key | None = None,
) -> Attached:
    """The content as a blob and the row that names it; without a case it waits for the answer that binds it."""
    digest, key = blobs.keep(connection, content), world.key()
    attachments.add(
        connection,
        {
            "key": key,
            "root_key": instance and instance.root_key,
            "instance_key": instance and instance.key,
            "task_key": task_key,
            "digest": digest,
            "name": name,
            "media_type": media_type,
            "size": len(content),
            "uploaded_by": actor.user_id,
            "at": world.now,
        },
    )
    return Attached(key, digest, len(content))


def checked_name(name: str, content: bytes) -> str:
    """The file's name without a folder. InvalidInput `invalid_request` for a name or a content that cannot be kept."""
    if not content or len(content) > LARGEST:
        raise InvalidInput("invalid_request", f"expected a file of 1 byte to {LARGEST} bytes, but it has {len(content)}")
    plain = name.replace("\\", "/").rpartition("/")[2].strip()
    if not plain or len(plain) > 255 or any(ord(letter) < 32 for letter in plain):
        raise InvalidInput("invalid_request", "expected a file name of 1 to 255 characters")
    return plain
