"""Begin a session of a browser. The credentials have been checked; only the hash of the session's token is stored."""

from __future__ import annotations

from datetime import datetime

from engine.access.tokens import csrf_token, token_hash
from engine.engine import Engine
from engine.store import sessions


def open_session(engine: Engine, user_id: str, token: str, expires_at: datetime) -> None:
    now = engine.clock.now()
    with engine.database.transaction() as connection:
        sessions.drop_expired(connection, now)
        sessions.add(
            connection,
            {
                "id_hash": token_hash(token),
                "user_id": user_id,
                "csrf": csrf_token(token),
                "created_at": now,
                "expires_at": expires_at,
            },
        )
