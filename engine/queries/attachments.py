"""Files of a case."""

from __future__ import annotations

from engine.engine import Engine
from engine.errors import NotAllowed, NotFound
from engine.queries.case import seen_instance
from engine.store import attachments, blobs
from engine.store.records import Record
from engine.vocabulary import Actor, Key


def of_case(engine: Engine, actor: Actor, instance_key: Key) -> list[Record]:
    """In the order they came. Raises NotFound("instance_not_found"), NotAllowed("not_allowed")."""
    with engine.looking() as connection:
        instance = seen_instance(engine, connection, actor, instance_key)
        return attachments.of_tree(connection, int(instance.root_key))


def content(engine: Engine, actor: Actor, attachment_key: Key) -> tuple[Record, bytes]:
    """The file's row and its bytes. Raises NotFound("attachment_not_found"), NotAllowed("not_allowed")."""
    with engine.looking() as connection:
        found = attachments.find(connection, attachment_key)
        if found is None:
            raise NotFound(
                "attachment_not_found", f"expected a file {attachment_key}, but there is none", key=str(attachment_key)
            )
        if found.instance_key is not None:
            seen_instance(engine, connection, actor, found.instance_key)
        elif found.uploaded_by != actor.user_id:
            raise NotAllowed("not_allowed", f"expected the owner of the file, but {actor.user_id} is not", verb="read")
        return found, blobs.find(connection, found.digest) or b""
