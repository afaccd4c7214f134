"""Process definitions: search, one, its XML, the form it begins with. Every signed-in person may read the company's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.advance.opening import field_rights
from engine.engine import Engine
from engine.errors import NotFound
from engine.queries.search_request import Found, SearchRequest
from engine.store import definitions, search, searchables
from engine.store.records import Record
from engine.vocabulary import Key


@dataclass(frozen=True, slots=True)
class StartForm:
    """`schema`: the form as one who starts the process may have it."""

    key: Key
    form_id: str
    version: int
    schema: dict[str, Any]


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


def start_form(engine: Engine, definition_key: Key) -> StartForm | None:
    """None for a process that begins without one. Raises NotFound("definition_not_found")."""
    with engine.looking() as connection:
        published = engine.library.published(connection, definition_key)
        definition = published.definition
        if definition.start_form_id is None or definition.start_event_id is None:
            return None
        found = engine.library.form(connection, definition.start_form_id, published.deployment_key)
    if found is None:
        return None
    row, form = found
    rights = field_rights(definition.elements[definition.start_event_id])
    schema, _ = form.visible({}, rights, default_right="write")
    return StartForm(int(row.key), row.form_id, row.version, schema)
