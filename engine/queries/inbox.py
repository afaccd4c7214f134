"""What I owe: open work items whose candidate is among my principals, or that I have taken. One statement a page."""

from __future__ import annotations

from datetime import datetime

from engine.engine import Engine
from engine.store import work_items
from engine.store.records import Record
from engine.vocabulary import Actor


def inbox(
    engine: Engine,
    actor: Actor,
    *,
    limit: int,
    after: tuple[datetime, int] | None = None,
    which: str | None = None,
    process_id: str | None = None,
) -> list[Record]:
    """Newest first. `which`: `mine` what I have, `pool` what nobody has yet; None: both."""
    with engine.looking() as connection:
        return work_items.inbox(
            connection,
            candidates=() if which == "mine" else actor.principals,
            assignees=() if which == "pool" else (actor.user_id,),
            limit=limit,
            after=after,
            process_id=process_id,
        )
