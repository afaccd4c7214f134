"""Process definitions: search, one, its XML. Every signed-in person may read what the company's rules are."""

from __future__ import annotations

from engine.engine import Engine
from engine.errors import NotFound
from engine.queries.search_request import Found, SearchRequest
from engine.store import definitions, search, searchables
from engine.store.records import Record
from engine.vocabulary import Key


def find(engine: Engine, request: SearchRequest) -> Found:
    """Items: rows of the store's `definition`."""
    with engine.looking() as connection:
        return search.search(connection, searchables.DEFINITIONS, request)


def version_of(engine: Engine, definition_key: Key) -> int:
    """As the library knows it: no statement for a definition that this process has seen."""
    with engine.looking() as connection:
        return engine.library.published(connection, definition_key).version


def get(engine: Engine, definition_key: Key) -> Record:
    """Raises NotFound("definition_not_found"). `xml` is the deployed text."""
    with engine.looking() as connection:
        found = definitions.find(connection, definition_key)
    if found is None:
        raise NotFound(
            "definition_not_found", f"expected a definition {definition_key}, but there is none", key=str(definition_key)
        )
    return found
