"""Revoke an API token of one's own."""

from __future__ import annotations

from engine.engine import Engine
from engine.errors import NotFound
from engine.store import api_tokens
from engine.vocabulary import Actor, Key


def revoke_api_token(engine: Engine, actor: Actor, token_key: Key) -> str:
    """The hash of the token, so that what remembers it can forget it. Raises NotFound("token_not_found")."""
    with engine.database.transaction() as connection:
        mine = {token.key: token for token in api_tokens.of_user(connection, actor.user_id)}
        if not api_tokens.revoke(connection, token_key, actor.user_id, engine.clock.now()):
            raise NotFound("token_not_found", f"expected a token of {actor.user_id}, but {token_key} is none", key=str(token_key))
    hashed: str = mine[token_key].token_hash
    return hashed
