"""Process instances: search and one, as far as the asker may see them."""

from __future__ import annotations

from engine.engine import Engine
from engine.queries import visibility
from engine.queries.case import seen_instance
from engine.queries.search_request import Found, SearchRequest
from engine.store import instances, search, searchables
from engine.store.records import Record
from engine.vocabulary import Actor, Key


def find(engine: Engine, actor: Actor, request: SearchRequest) -> Found:
    """Items: rows of the store's `instance`."""
    visibility.refuse_by_variables(actor, request.filter)
    with engine.looking() as connection:
        return search.search(connection, searchables.INSTANCES, request, only=visibility.taking_part(actor))


def get(engine: Engine, actor: Actor, instance_key: Key) -> Record:
    """Raises NotFound("instance_not_found"), NotAllowed("not_allowed")."""
    with engine.looking() as connection:
        row = instances.find(connection, instance_key)
        if row is None or not (actor.is_administrator or row.starter == actor.user_id):
            # Starters and administrators see at a glance; for others the whole case is asked.
            seen_instance(engine, connection, actor, instance_key)
    assert row is not None
    return row
