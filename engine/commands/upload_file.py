"""Upload a file before it is named in a form: it belongs to nobody's case yet, and only its owner sees it."""

from __future__ import annotations

from engine.commands.attach_file import Attached, checked_name
from engine.engine import Engine
from engine.store import attachments, blobs
from engine.vocabulary import Actor


def upload_file(engine: Engine, actor: Actor, *, name: str, media_type: str, content: bytes) -> Attached:
    """The key and digest that a form's answer names. Rejection `invalid_request`."""
    plain = checked_name(name, content)
    with engine.claiming() as (connection, world):
        digest, key = blobs.keep(connection, content), world.key()
        attachments.add(
            connection,
            {
                "key": key,
                "root_key": None,
                "instance_key": None,
                "task_key": None,
                "digest": digest,
                "name": plain,
                "media_type": media_type,
                "size": len(content),
                "uploaded_by": actor.user_id,
                "at": world.now,
            },
        )
    return Attached(key, digest, len(content))
