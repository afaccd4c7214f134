"""Who asks: HTTP Basic, an API token or a session cookie becomes an `Actor`. Nothing here decides what an actor may do.

A password check costs 20 ms on purpose, so a success is remembered for some minutes in this process (under a keyed hash,
never the password). Failures are counted per person and address. Sessions and tokens are remembered for a minute.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from flask import Request, g

from api.remembering import Attempts, Remembered
from engine.access import passwords, tokens
from engine.commands import close_session, open_session
from engine.engine import Engine
from engine.errors import NotAllowed, NotFound
from engine.queries import credentials
from engine.vocabulary import Actor

SESSION_COOKIE = "guicheng_session"
SESSION_LIFE = timedelta(hours=12)
PASSWORD_REMEMBERED = timedelta(minutes=5)
TOKEN_REMEMBERED = timedelta(minutes=1)

LookUp: TypeAlias = Callable[[Engine, str], credentials.Credential | None]

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Known:
    """What a credential stands for until `until`."""

    user_id: str
    until: datetime
    scopes: frozenset[str] | None = None


class SigningIn:
    """The credentials of requests, checked; one per process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._secret = secrets.token_bytes(32)
        self._checking = threading.Lock()
        self._passwords: Remembered[Known] = Remembered(capacity=4_096)
        # Apart, so that neither can be presented in place of the other.
        self._sessions: Remembered[Known] = Remembered(capacity=16_384)
        self._tokens: Remembered[Known] = Remembered(capacity=4_096)
        self._attempts = Attempts(allowed=10, within=timedelta(minutes=5), capacity=16_384)

    def actor(self, asked: Request) -> Actor | None:
        """The person behind the credentials of a request; None when it carries none (an empty `Authorization` is none).

        Raises NotAllowed: `wrong_credentials`, `too_many_attempts`, `csrf_failed`.
        """
        header = asked.headers.get("Authorization", "").strip()
        if header:
            return self._from_header(header, asked.remote_addr or "")
        session = asked.cookies.get(SESSION_COOKIE)
        if session is None:
            return None
        known = self._by_token(session, self._sessions, credentials.session)
        if known is None:
            return None
        if asked.method not in _SAFE_METHODS and not tokens.is_csrf_token(session, asked.headers.get("X-CSRF-Token", "")):
            raise NotAllowed("csrf_failed", "Expected the header X-CSRF-Token of this session, but it is missing or wrong")
        g.session_token = session
        return self._actor(known)

    def sign_in(self, user_id: str, password: str, address: str) -> tuple[Actor, str]:
        """The person and the token of a new session. Raises NotAllowed: `wrong_credentials`, `too_many_attempts`."""
        known = self._by_password(user_id, password, address)
        actor = self._actor(known)
        token = tokens.new_session_token()
        expires_at = self._engine.clock.now() + SESSION_LIFE
        open_session.open_session(self._engine, known.user_id, token, expires_at)
        return actor, token

    def check_password(self, user_id: str, password: str, address: str) -> None:
        """Raises NotAllowed: `wrong_credentials`, `too_many_attempts`."""
        self._by_password(user_id, password, address)

    def sign_out(self, session: str) -> None:
        self._sessions.forget(tokens.token_hash(session))
        close_session.close_session(self._engine, session)

    def forget_person(self, user_id: str) -> None:
        """After a change of password or a leave: what was remembered of a person no longer counts."""
        self._passwords.forget_if(lambda known: known.user_id == user_id)
        self._sessions.forget_if(lambda known: known.user_id == user_id)
        self._tokens.forget_if(lambda known: known.user_id == user_id)

    def forget_token(self, digest: str) -> None:
        self._tokens.forget(digest)

    def _from_header(self, header: str, address: str) -> Actor:
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "basic":
            try:
                user_id, colon, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
            except (binascii.Error, ValueError):
                colon = ""
            if not colon:
                raise _wrong()
            return self._actor(self._by_password(user_id, password, address))
        if scheme.lower() == "bearer":
            known = self._by_token(rest.strip(), self._tokens, credentials.api_token)
            if known is not None:
                return self._actor(known)
        raise _wrong()

    def _by_password(self, user_id: str, password: str, address: str) -> Known:
        now = self._engine.clock.now()
        digest = hmac.new(self._secret, f"{len(user_id)}:{user_id}:{password}".encode(), hashlib.sha256).hexdigest()
        known = self._passwords.get(digest, now)
        if known is not None:
            return known
        who = (user_id[:200], address)
        wait = self._attempts.seconds_to_wait(who, now)
        if wait > 0:
            raise NotAllowed(
                "too_many_attempts", f"Expected fewer failed sign-ins, but wait {wait} seconds", retry_after_seconds=wait
            )
        # One check at a time: each takes 19 MB, which the allocator keeps; and who waited finds the answer of who was first.
        with self._checking:
            known = self._passwords.get(digest, now)
            if known is not None:
                return known
            if not passwords.is_password(password, credentials.password_hash(self._engine, user_id)):
                self._attempts.failed(who, now)
                raise _wrong()
            self._attempts.succeeded(who)
            known = Known(user_id, now + PASSWORD_REMEMBERED)
            self._passwords.put(digest, known)
            return known

    def _by_token(self, token: str, memory: Remembered[Known], look_up: LookUp) -> Known | None:
        now = self._engine.clock.now()
        digest = tokens.token_hash(token)
        known = memory.get(digest, now)
        if known is None:
            stored = look_up(self._engine, token)
            if stored is None:
                return None
            until = now + TOKEN_REMEMBERED
            if stored.expires_at is not None:
                until = min(until, stored.expires_at)
            known = Known(stored.user_id, until, stored.scopes)
            memory.put(digest, known)
        return known

    def _actor(self, known: Known) -> Actor:
        """The person as the organisation of today knows them. Raises NotAllowed("wrong_credentials") for one who left."""
        try:
            actor = self._engine.actor(known.user_id, scopes=known.scopes)
        except NotFound:
            raise _wrong() from None
        if not actor.roles:
            raise _wrong()
        return actor


def _wrong() -> NotAllowed:
    return NotAllowed("wrong_credentials", "Expected valid credentials, but they are not")
