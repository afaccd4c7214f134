"""Work items: what one person or role owes on a task. The vote is in the item; one behind a return is void and stays.

The columns of task and case that a list shows are repeated here, so that a page of the inbox is one index range.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.store import upsert
from engine.store.columns import Instant, Key, is_state, key_column, metadata, partial_index
from engine.store.records import Record, first, records

work_item = sa.Table(
    "work_item",
    metadata,
    key_column(),
    sa.Column("task_key", Key, nullable=False),
    sa.Column("instance_key", Key, nullable=False),
    sa.Column("root_key", Key, nullable=False),
    sa.Column("seat", sa.Integer, nullable=False),
    sa.Column("candidate", sa.Text, nullable=False),
    sa.Column("assignee", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("acted_for", sa.Text),
    sa.Column("decided_at", Instant),
    sa.Column("comment", sa.Text),
    sa.Column("answers_digest", sa.Text),
    sa.Column("reasons", sa.Text, nullable=False, server_default="[]"),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("task_name", sa.Text),
    sa.Column("task_name_en", sa.Text),
    sa.Column("element_id", sa.Text, nullable=False),
    sa.Column("process_id", sa.Text, nullable=False),
    sa.Column("process_name", sa.Text),
    sa.Column("process_name_en", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("summary", sa.Text, nullable=False, server_default="[]"),
    sa.Column("starter", sa.Text),
    sa.Column("due_at", Instant),
    sa.Column("priority", sa.Integer, nullable=False, server_default="50"),
    sa.Index("work_item_task", "task_key"),
    sa.Index("work_item_instance", "instance_key"),
    sa.Index("work_item_root", "root_key"),
)
_is_open = is_state(work_item.c.state, "open")
_is_free = work_item.c.assignee.is_(None)
_is_pooled = sa.and_(_is_open, _is_free)
_may_turn = sa.and_(work_item.c.state.in_([sa.literal_column("'open'"), sa.literal_column("'waiting'")]), _is_free)
_is_taken = sa.and_(_is_open, work_item.c.assignee.is_not(None))
# Partial: what is done leaves them, so an inbox costs the same after ten years.
partial_index(
    "work_item_pool",
    work_item.c.candidate,
    work_item.c.opened_at,
    work_item.c.key,
    where=_is_pooled,
)
partial_index(
    "work_item_assignee",
    work_item.c.assignee,
    work_item.c.opened_at,
    work_item.c.key,
    where=_is_taken,
)
partial_index(
    "work_item_decided",
    work_item.c.decided_by,
    work_item.c.decided_at,
    work_item.c.key,
    where=work_item.c.decided_by.is_not(None),
)

Cursor = tuple[datetime, int]
"""Where a page ended: the time it is ordered by, and the key."""

_of_task = sa.select(work_item).where(work_item.c.task_key == sa.bindparam("of")).order_by(work_item.c.seat, work_item.c.key)
_of_tree = sa.select(work_item).where(work_item.c.root_key == sa.bindparam("root"))
_of_tree = _of_tree.order_by(work_item.c.opened_at, work_item.c.key)
_deciders = sa.select(work_item.c.decided_by).where(
    work_item.c.instance_key == sa.bindparam("of"),
    work_item.c.element_id.in_(sa.bindparam("elements", expanding=True)),
    is_state(work_item.c.state, "done"),
    work_item.c.decided_by.is_not(None),
)
_by_key = sa.select(work_item).where(work_item.c.key == sa.bindparam("one"))


def find(connection: Connection, key: int) -> Record | None:
    return first(connection.execute(_by_key, {"one": key}))


def of_task(connection: Connection, task_key: int) -> list[Record]:
    return records(connection.execute(_of_task, {"of": task_key}))


def of_tree(connection: Connection, root_key: int) -> list[Record]:
    """Every work item of a case, ended ones too."""
    return records(connection.execute(_of_tree, {"root": root_key}))


def write(connection: Connection, rows: Sequence[upsert.Row]) -> None:
    """New and changed work items of one command, whole rows, one statement."""
    upsert.upsert(connection, work_item, rows, within="instance_key")


def deciders_of(connection: Connection, instance_key: int, element_ids: Sequence[str]) -> set[str]:
    """Who decided these steps of an instance; votes behind a return do not count."""
    return set(connection.execute(_deciders, {"of": instance_key, "elements": list(element_ids)}).scalars())


def claim(connection: Connection, key: int, user_id: str) -> bool:
    """Takes an open item out of its pool; False when it is not open or somebody has it."""
    return upsert.update(connection, work_item, {"key": key}, {"assignee": user_id}, _is_pooled) == 1


def release(connection: Connection, key: int, user_id: str) -> bool:
    """Gives an open item back to its pool; False when it is not this person's."""
    return upsert.update(connection, work_item, {"key": key, "assignee": user_id}, {"assignee": None}, _is_open) == 1


def turn(connection: Connection, key: int, state: str) -> None:
    """An item that becomes open, or waits again, because another seat of its task was claimed or released.

    Nothing happens to one that somebody has taken, or voted on, meanwhile.
    """
    upsert.update(connection, work_item, {"key": key}, {"state": state}, _may_turn)


def inbox(
    connection: Connection,
    *,
    candidates: Collection[str],
    assignees: Collection[str],
    limit: int,
    after: Cursor | None = None,
    process_id: str | None = None,
) -> list[Record]:
    """Open items, newest first: those in the pools of `candidates` that nobody has taken, and those `assignees` have.

    One statement: an index range per candidate and assignee, each cut to `limit`, then merged.
    """
    if not candidates and not assignees:
        return []
    given: dict[str, Any] = {"most": limit}
    given |= {f"candidate_{at}": candidate for at, candidate in enumerate(sorted(candidates))}
    given |= {f"assignee_{at}": assignee for at, assignee in enumerate(sorted(assignees))}
    if after is not None:
        given |= {"after_at": after[0], "after_key": after[1]}
    if process_id is not None:
        given["of_process"] = process_id
    statement = _inbox(len(candidates), len(assignees), after is not None, process_id is not None)
    return records(connection.execute(statement, given))


@lru_cache(maxsize=256)
def _inbox(candidates: int, assignees: int, is_after: bool, is_of_process: bool) -> sa.Select[Any]:
    """The ranges yield keys alone, out of the index; whole rows are fetched for the merged page only."""
    ranges = [(work_item.c.candidate == sa.bindparam(f"candidate_{at}"), _is_pooled) for at in range(candidates)]
    ranges += [(work_item.c.assignee == sa.bindparam(f"assignee_{at}"), _is_taken) for at in range(assignees)]
    most = sa.bindparam("most", type_=sa.Integer())
    parts = []
    for mine, which in ranges:
        part = sa.select(work_item.c.opened_at, work_item.c.key).where(mine, which)
        if is_after:
            cursor = sa.tuple_(sa.bindparam("after_at", type_=Instant()), sa.bindparam("after_key", type_=Key))
            part = part.where(sa.tuple_(work_item.c.opened_at, work_item.c.key) < cursor)
        if is_of_process:
            part = part.where(work_item.c.process_id == sa.bindparam("of_process"))
        parts.append(part.order_by(work_item.c.opened_at.desc(), work_item.c.key.desc()).limit(most))
    merged = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery()
    page = sa.select(merged.c.key).order_by(merged.c.opened_at.desc(), merged.c.key.desc()).limit(most)
    shown = sa.select(work_item).where(work_item.c.key.in_(page))
    return shown.order_by(work_item.c.opened_at.desc(), work_item.c.key.desc())


def decided_by(connection: Connection, user_id: str, *, limit: int, after: Cursor | None = None) -> list[Record]:
    """What a person has voted on, latest first, votes behind a return included."""
    voted = sa.select(work_item).where(work_item.c.decided_by == user_id)
    return records(connection.execute(_before(voted, work_item.c.decided_at, after, limit)))


def _before(found: sa.Select[Any], time: sa.Column[Any], after: Cursor | None, limit: int) -> sa.Select[Any]:
    if after is not None:
        cursor = sa.tuple_(sa.literal(after[0], Instant()), sa.literal(after[1], Key))
        found = found.where(sa.tuple_(time, work_item.c.key) < cursor)
    return found.order_by(time.desc(), work_item.c.key.desc()).limit(limit)
