"""The history of an instance, written under the lock: a hash chain over the texts as they are stored.

    content = sha256(salt, then seq, type, at, actor, element_id, payload, each as JSON)
    digest  = sha256(digest of the event before + content)

To erase an event is to empty its salt and payload: content stays, so the chain still holds, and nothing can be guessed from it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.codec import to_bytes
from engine.store import upsert
from engine.store.columns import Instant, Key, metadata
from engine.store.records import Record, records

event = sa.Table(
    "event",
    metadata,
    sa.Column("instance_key", Key, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.Text),
    sa.Column("element_id", sa.Text),
    sa.Column("payload", sa.Text),
    sa.Column("salt", sa.Text),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Index("event_root", "root_key", "at"),
)
_of_instance = sa.select(event).where(event.c.instance_key == sa.bindparam("of")).order_by(event.c.seq)
_of_tree = sa.select(event).where(event.c.root_key == sa.bindparam("root"))
_of_tree = _of_tree.order_by(event.c.at, event.c.instance_key, event.c.seq)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened; `payload` is JSON text, hashed as it is."""

    type: str
    at: datetime
    actor: str | None = None
    element_id: str | None = None
    payload: str = "{}"


@dataclass(slots=True)
class Chain:
    """Where an instance's history stands: columns `seq` and `chain_head` of its row."""

    instance_key: int
    root_key: int
    seq: int = 0
    head: str = ""

    def add(self, happened: Happened) -> dict[str, Any]:
        """The row of the next event; the chain then stands behind it."""
        salt = secrets.token_hex(16)
        self.seq += 1
        content = _content(salt, self.seq, happened.type, happened.at, happened.actor, happened.element_id, happened.payload)
        self.head = _link(self.head, content)
        return {
            "instance_key": self.instance_key,
            "seq": self.seq,
            "root_key": self.root_key,
            "type": happened.type,
            "at": happened.at,
            "actor": happened.actor,
            "element_id": happened.element_id,
            "payload": happened.payload,
            "salt": salt,
            "content": content,
            "digest": self.head,
        }


def append(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """Rows made by `Chain.add`, of any number of instances of one case, one statement."""
    upsert.insert(connection, event, rows)


def of_instance(connection: Connection, instance_key: int) -> list[Record]:
    return records(connection.execute(_of_instance, {"of": instance_key}))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    """The events of a case by time; those of one instance keep their order."""
    return records(connection.execute(_of_tree, {"root": root_key}))


def erase(connection: Connection, instance_key: int, seq: int) -> None:
    which = sa.and_(event.c.instance_key == instance_key, event.c.seq == seq)
    connection.execute(sa.update(event).where(which).values(payload=None, salt=None))


def first_broken(rows: Sequence[Record], *, head: str) -> int | None:
    """The `seq` where an instance's chain does not hold, one past the last when its end is missing; None when all is well."""
    digest = ""
    for expected, row in enumerate(rows, start=1):
        if row.salt is not None:
            content = _content(row.salt, row.seq, row.type, row.at, row.actor, row.element_id, row.payload)
        else:
            content = row.content  # erased: only the link can be checked
        digest = _link(digest, row.content)
        if row.seq != expected or content != row.content or digest != row.digest:
            return expected
    return None if digest == head else len(rows) + 1


def _content(salt: str, seq: int, kind: str, at: datetime, *texts: str | None) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(salt.encode() + to_bytes([seq, kind, moment, *texts])).hexdigest()


def _link(head: str, content: str) -> str:
    return hashlib.sha256((head + content).encode()).hexdigest()
