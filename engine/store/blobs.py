"""Contents of files, each kept once under the SHA-256 digest of its bytes."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import metadata

blob = sa.Table(
    "blob",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


def keep(connection: Connection, content: bytes) -> str:
    """Stores the bytes unless they are there already; their digest in hex."""
    digest = hashlib.sha256(content).hexdigest()
    upsert.insert_new(connection, blob, [{"digest": digest, "content": content}])
    return digest


def find(connection: Connection, digest: str) -> bytes | None:
    found: bytes | None = connection.execute(sa.select(blob.c.content).where(blob.c.digest == digest)).scalar()
    return found
