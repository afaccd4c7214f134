"""End a session of a browser."""

from __future__ import annotations

from engine.access.tokens import token_hash
from engine.engine import Engine
from engine.store import sessions


def close_session(engine: Engine, token: str) -> None:
    """Does nothing for a session that is gone already."""
    with engine.database.transaction() as connection:
        sessions.remove(connection, token_hash(token))
