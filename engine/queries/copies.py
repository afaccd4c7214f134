"""What I was told of and need not act on: copies for me and for the roles I hold."""

from __future__ import annotations

from engine.engine import Engine
from engine.store import copies
from engine.store.records import Record
from engine.store.work_items import Cursor
from engine.vocabulary import Actor


def find(engine: Engine, actor: Actor, *, limit: int, after: Cursor | None = None) -> list[Record]:
    """Newest first, each with its case's `title`, `number`, `process_name`, `starter`, `state` and `outcome`."""
    with engine.looking() as connection:
        return copies.for_candidates(connection, actor.principals, limit=limit, after=after)
