"""Incidents: search and one. Repairing is for administrators, and so is looking."""

from __future__ import annotations

from engine.engine import Engine
from engine.errors import NotFound
from engine.queries.search_request import Found, SearchRequest
from engine.store import incidents, search, searchables
from engine.store.records import Record
from engine.vocabulary import Key


def find(engine: Engine, request: SearchRequest) -> Found:
    """Items: rows of the store's `incident`."""
    with engine.looking() as connection:
        return search.search(connection, searchables.INCIDENTS, request)


def get(engine: Engine, incident_key: Key) -> Record:
    """Raises NotFound("incident_not_found")."""
    with engine.looking() as connection:
        found = incidents.find(connection, incident_key)
    if found is None:
        raise NotFound("incident_not_found", f"expected an incident {incident_key}, but there is none", key=str(incident_key))
    return found
