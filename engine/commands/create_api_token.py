"""Make an API token for oneself. A token never gives more than the credentials it was made with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine import codec
from engine.access.tokens import new_api_token, token_hash
from engine.engine import Engine
from engine.errors import InvalidInput, NotAllowed
from engine.keys import new_key
from engine.store import api_tokens
from engine.vocabulary import Actor, Key


def create_api_token(
    engine: Engine,
    actor: Actor,
    name: str,
    *,
    scopes: Collection[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[Key, str]:
    """The token's key and the token itself, which nobody can see again.

    Raises NotAllowed("token_scope") for a scope the actor's own token has not, InvalidInput("invalid_request") for an
    expiry in the past.
    """
    now = engine.clock.now()
    if actor.scopes is not None and (scopes is None or not set(scopes) <= actor.scopes):
        raise NotAllowed("token_scope", "expected no more scopes than one's own, but there are more", scopes=sorted(actor.scopes))
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("invalid_request", "expected an expiry in the future, but it has passed")
    key, token = new_key(now), new_api_token()
    with engine.database.transaction() as connection:
        api_tokens.add(
            connection,
            {
                "key": key,
                "user_id": actor.user_id,
                "name": name,
                "token_hash": token_hash(token),
                "scopes": None if scopes is None else codec.to_text(sorted(set(scopes))),
                "created_at": now,
                "expires_at": expires_at,
            },
        )
    return key, token
