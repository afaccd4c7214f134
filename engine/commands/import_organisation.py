"""Import the organisation: a new revision of who there is, in force from the next command on."""

from __future__ import annotations

from typing import Any

from engine.codec import to_text
from engine.engine import Engine
from engine.people import Directory
from engine.store import organisations
from engine.vocabulary import Actor


def import_organisation(engine: Engine, actor: Actor, document: dict[str, Any]) -> int:
    """The new revision. InvalidInput `invalid_organisation` with every problem found."""
    checked = Directory.from_document(document)
    with engine.opening() as (connection, world):
        revision = organisations.add(connection, to_text(checked.to_document()), at=world.now, by_user=actor.user_id)
    engine.refresh()
    return revision
