"""What sign-in looks up: password hashes, sessions, API tokens. Never a secret, for none is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import codec
from engine.access.tokens import token_hash
from engine.engine import Engine
from engine.store import api_tokens, sessions, user_credentials
from engine.store.records import Record
from engine.vocabulary import Key


@dataclass(frozen=True, slots=True)
class Credential:
    """What a session or an API token stands for; `expires_at` None: until it is revoked."""

    user_id: str
    expires_at: datetime | None
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ApiToken:
    key: Key
    name: str
    scopes: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None


def password_hash(engine: Engine, user_id: str) -> str | None:
    with engine.database.reading() as connection:
        return user_credentials.password_hash(connection, user_id)


def session(engine: Engine, token: str) -> Credential | None:
    """None when there is no such session or it has expired."""
    with engine.database.reading() as connection:
        found = sessions.find(connection, token_hash(token), engine.clock.now())
    return None if found is None else Credential(found.user_id, found.expires_at)


def api_token(engine: Engine, token: str) -> Credential | None:
    """None when there is no such token, or it was revoked or has expired."""
    with engine.database.reading() as connection:
        found = api_tokens.find(connection, token_hash(token), engine.clock.now())
    return None if found is None else Credential(found.user_id, found.expires_at, _scopes(found))


def api_tokens_of(engine: Engine, user_id: str) -> list[ApiToken]:
    """A person's tokens that can still be used, oldest first."""
    now = engine.clock.now()
    with engine.database.reading() as connection:
        found = api_tokens.of_user(connection, user_id)
    return [
        ApiToken(token.key, token.name, _scopes(token), token.created_at, token.expires_at)
        for token in found
        if token.revoked_at is None and (token.expires_at is None or token.expires_at > now)
    ]


def _scopes(token: Record) -> frozenset[str] | None:
    return None if token.scopes is None else frozenset(codec.from_text(token.scopes))
