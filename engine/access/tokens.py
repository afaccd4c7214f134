"""Secrets that stand for a person: session and API tokens. Only their hash is ever stored.

A token holds 256 random bits, so one round of SHA-256 is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

API_TOKEN_PREFIX = "gct_"  # noqa: S105 - the visible start of a token, so that a leaked one can be found by scanners


def new_api_token() -> str:
    return API_TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_session_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored and looked up: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_token(session_token: str) -> str:
    """The second half of a cookie session, derived, so that nothing more has to be stored.

    It tells nothing about the session token; a foreign page can neither read nor compute it.
    """
    return hashlib.sha256(b"csrf:" + session_token.encode("utf-8", "surrogatepass")).hexdigest()


def is_csrf_token(session_token: str, presented: str) -> bool:
    return hmac.compare_digest(csrf_token(session_token).encode(), presented.encode("utf-8", "surrogatepass"))
