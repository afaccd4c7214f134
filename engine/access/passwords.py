"""Passwords: argon2id hashes and their verification. Where a hash is kept is the store's business."""

from __future__ import annotations

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The OWASP minimum for argon2id: about 20 ms, and a burst of sign-ins stays within 8 x 19 MB."""

MAX_PASSWORD_LENGTH = 1_024

_NOBODY = _HASHER.hash("no person has this password")


def hash_password(password: str) -> str:
    """The encoded argon2id hash (algorithm, parameters, salt and digest in one text)."""
    return _HASHER.hash(password)


def is_password(password: str, encoded: str | None) -> bool:
    """Whether `password` fits the hash. `None` (no such person) costs the same time and is False."""
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    try:
        _HASHER.verify(encoded if encoded is not None else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return encoded is not None


def needs_new_hash(encoded: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(encoded)
