"""Upload a file before it is named in a form: it belongs to nobody's case yet, and only its owner sees it."""

from __future__ import annotations

from engine.commands.attach_file import Attached, checked_name, keep_file
from engine.engine import Engine
from engine.vocabulary import Actor


def upload_file(engine: Engine, actor: Actor, *, name: str, media_type: str, content: bytes) -> Attached:
    """The key and digest that a form's answer names. Rejection `invalid_request`."""
    plain = checked_name(name, content)
    with engine.claiming() as (connection, world):
        return keep_file(connection, world, actor, plain, media_type, content)
