"""`Idempotency-Key`: the same request again gets the first answer, and nothing is done twice.

The key is reserved in a transaction of its own before the request runs and gets the answer after it, so of two at the
same time one runs and the other is told to try again. A fault gives the key free, and so does a crash after a while, but only
where nothing was committed; else the caller is told that there was an effect and no answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from flask import Request, Response, g

from engine.commands import answer_once
from engine.engine import Engine
from engine.errors import Conflict, InvalidInput
from engine.vocabulary import Actor

MAX_KEY_LENGTH = 200
KEPT = timedelta(days=1)
LEASE = timedelta(minutes=10)
"""Longer than any request runs: what is still reserved then died with its process."""

_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PASSING = frozenset({401, 429, 503})
"""Answers about the moment, not about the request: the same request may fare better later."""
_HEADERS = ("Content-Type", "ETag", "Location")


class Idempotency:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def before(self, request: Request, actor: Actor | None) -> Response | None:
        """The stored answer, if this was asked before; else reserves the key. Only for signed-in people.

        Raises Conflict: `idempotency_key_reused`, `request_in_progress`.
        """
        written = request.headers.get("Idempotency-Key")
        if written is None or request.method not in _UNSAFE or actor is None:
            return None
        if not 1 <= len(written) <= MAX_KEY_LENGTH:
            raise InvalidInput("invalid_request", f"Expected an Idempotency-Key of 1 to {MAX_KEY_LENGTH} characters")
        digest = _digest(request)
        now = self._engine.clock.now()
        stored = answer_once.reserve(
            self._engine, actor.user_id, written, digest, forget_before=now - KEPT, stale_before=now - LEASE
        )
        if stored is None:
            g.idempotency_key = written
            return None
        if stored.digest != digest:
            raise Conflict("idempotency_key_reused", "Expected a new Idempotency-Key, but another request used this one")
        if stored.status is None:
            message = "Expected the first request with this key to be over, but it has no answer yet"
            raise Conflict("request_in_progress", message, has_effect=stored.has_effect)
        return Response(stored.body, stored.status, {**stored.headers, "Idempotency-Replayed": "true"})

    def after(self, response: Response) -> Response:
        """Keeps the answer of a request that reserved its key."""
        written = g.pop("idempotency_key", None)
        if written is None:
            return response
        answer_once.settle(self._engine)
        if response.status_code >= 500 or response.status_code in _PASSING:
            answer_once.release(self._engine, g.actor.user_id, written)
        else:
            answer_once.keep(
                self._engine, g.actor.user_id, written, response.status_code, _kept_headers(response), response.get_data()
            )
        return response


def _digest(request: Request) -> str:
    """Of everything that says what is asked. A client that repeats a multipart body repeats its boundary too."""
    asked = hashlib.sha256(f"{request.method} {request.full_path}\n{request.content_type or ''}\n".encode())
    asked.update(request.get_data(cache=True))
    return asked.hexdigest()


def _kept_headers(response: Response) -> Mapping[str, str]:
    return {name: response.headers[name] for name in _HEADERS if name in response.headers}
