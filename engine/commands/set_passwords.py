"""Set people's passwords. What remembers them in a process is told by whoever calls."""

from __future__ import annotations

from collections.abc import Iterable

from engine.access import may
from engine.access.passwords import hash_password
from engine.engine import Engine
from engine.errors import NotFound
from engine.store import sessions, user_credentials
from engine.vocabulary import Actor


def set_passwords(engine: Engine, actor: Actor, user_ids: Iterable[str], password: str) -> None:
    """The same password for each of them; their sessions end.

    Rejections: `not_allowed` (but for one's own), `user_not_found`.
    """
    chosen = tuple(dict.fromkeys(user_ids))
    if chosen != (actor.user_id,):
        may.administer(actor)
    unknown = [user_id for user_id in chosen if user_id not in engine.directory().users]
    if unknown:
        raise NotFound("user_not_found", f"expected people of this organisation, but {unknown[0]!r} is none", user=unknown[0])
    # One hash for all: a salt for each would cost a second for a company of fifty, for a password everybody knows.
    encoded = hash_password(password)
    with engine.database.transaction() as connection:
        user_credentials.write(connection, dict.fromkeys(chosen, encoded), engine.clock.now())
        for user_id in chosen:
            sessions.remove_of_user(connection, user_id)
