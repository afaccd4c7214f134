"""What was filled into a case's forms: one row per form and revision, so that a vote can name what it was cast on."""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store.columns import Instant, Key, metadata
from engine.store.records import Record, first, records

document_revision = sa.Table(
    "document_revision",
    metadata,
    sa.Column("instance_key", Key, primary_key=True, autoincrement=False),
    sa.Column("form_id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("by_user", sa.Text),
    sa.Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
_table = document_revision
_is_same = sa.and_(_table.c.instance_key == sa.bindparam("of"), _table.c.form_id == sa.bindparam("form"))
_next = sa.select(sa.func.coalesce(sa.func.max(_table.c.revision), 0) + 1).where(_is_same).scalar_subquery()
_add = sa.insert(_table).values(instance_key=sa.bindparam("of"), form_id=sa.bindparam("form"), revision=_next)


def add(connection: Connection, *, instance_key: int, form_id: str, answers: str, by_user: str | None, at: datetime) -> str:
    """Keeps the answers (JSON text) as the next revision, from 1; the digest of the text."""
    digest = hashlib.sha256(answers.encode()).hexdigest()
    row = {"of": instance_key, "form": form_id, "answers": answers, "digest": digest, "by_user": by_user, "at": at}
    connection.execute(_add, row)
    return digest


def latest(connection: Connection, instance_key: int, form_id: str) -> Record | None:
    which = sa.and_(_table.c.instance_key == instance_key, _table.c.form_id == form_id)
    return first(connection.execute(sa.select(_table).where(which).order_by(_table.c.revision.desc()).limit(1)))


def of_instance(connection: Connection, instance_key: int) -> list[Record]:
    found = sa.select(_table).where(_table.c.instance_key == instance_key)
    return records(connection.execute(found.order_by(_table.c.form_id, _table.c.revision)))
