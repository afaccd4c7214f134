"""End a session of a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.access.tokens import token_hash
from engine.store import sessions

if TYPE_CHECKING:
    from engine.assembly import Engine


def close_session(engine: Engine, token: str) -> None:
    """Does nothing for a session that is gone already."""
    with engine.database.transaction() as connection:
        sessions.remove(connection, token_hash(token))
