"""What runs often reads index ranges, on both databases, however many rows there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import NotFound
from engine.store import (
    copies,
    deliveries,
    events,
    incidents,
    instances,
    jobs,
    message_subscriptions,
    messages,
    notifications,
    pending_effects,
    signal_subscriptions,
    tasks,
    timers,
    work_items,
)
from engine.store.database import Connection, Database

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DUE: dict[str, Any] = {"now": NOW, "lease_until": NOW, "limit": 10}

_OFTEN: dict[str, Callable[[Connection], Any]] = {
    "page of the inbox": lambda c: work_items.inbox(
        c, candidates=["role:a", "role:b"], assignees=["me"], limit=20, after=(NOW, 5)
    ),
    "what I decided": lambda c: work_items.decided_by(c, "me", limit=20, after=(NOW, 5)),
    "work items of a task": lambda c: work_items.of_task(c, 1),
    "work items of a case": lambda c: work_items.of_tree(c, 1),
    "claim": lambda c: work_items.claim(c, 1, "me"),
    "lock by task": lambda c: instances.lock_tree(c, 1, of="task"),
    "called instances": lambda c: instances.read_called(c, 1),
    "task for a decision": lambda c: tasks.read_for_decision(c, 1),
    "open tasks of a case": lambda c: tasks.open_in_tree(c, 1),
    "due timers": lambda c: timers.claim_due(c, **DUE),
    "next timer": timers.next_due,
    "timers of a case": lambda c: timers.waiting_in_tree(c, 1),
    "end of timers": lambda c: timers.end(c, 1, [1, 2], "canceled"),
    "jobs to hand out": lambda c: jobs.activate(c, ["a", "b"], worker="w", now=NOW, deadline=NOW, limit=10),
    "jobs of a case": lambda c: jobs.open_in_tree(c, 1),
    "who waits for a message": lambda c: message_subscriptions.waiting_for(c, "paid", "HT-1"),
    "messages a case waits for": lambda c: message_subscriptions.waiting_in_tree(c, 1),
    "who waits for a signal": lambda c: signal_subscriptions.waiting_for(c, "stop"),
    "buffered messages": lambda c: messages.buffered(c, "paid", "HT-1", NOW),
    "messages somebody waits for": lambda c: messages.missed(c, NOW),
    "due deliveries": lambda c: deliveries.claim_due(c, **DUE),
    "due effects": lambda c: pending_effects.claim_due(c, **DUE),
    "incidents of a case": lambda c: incidents.active_in_tree(c, 1),
    "history of a case": lambda c: events.of_tree(c, 1),
    "copies": lambda c: copies.for_candidates(c, ["role:a"], limit=20, after=(NOW, 5)),
    "notices": lambda c: notifications.for_candidates(c, ["user:me"], limit=20),
}


def _plan(connection: Connection, statement: str) -> str:
    """How the database would run a statement it was sent, whatever the values."""
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(1 for sign in statement if sign == "?"))
        return json.dumps([step[3] for step in plan])
    connection.execute(sa.text("SET LOCAL plan_cache_mode = force_generic_plan"))
    connection.execute(sa.text("SET LOCAL enable_seqscan = off"))  # the tables are empty: read whole only what has no index
    names = {part.split(")s", 1)[0] for part in statement.split("%(")[1:]}
    for number, name in enumerate(sorted(names), start=1):
        statement = statement.replace(f"%({name})s", f"${number}")
    connection.exec_driver_sql(f"PREPARE asked AS {statement}")
    nulls = f"({', '.join('NULL' for _ in names)})" if names else ""
    return "\n".join(step[0] for step in connection.exec_driver_sql(f"EXPLAIN EXECUTE asked{nulls}"))


@pytest.mark.parametrize("name", list(_OFTEN))
def test_reads_index_ranges_alone(database: Database, name: str) -> None:
    with database.transaction() as connection:
        with database.count_statements() as sent:
            try:
                _OFTEN[name](connection)
            except NotFound:
                assert sent.count == 1  # the tables are empty
        (statement,) = sent.texts
        plan = _plan(connection, statement)
    assert "Seq Scan" not in plan
    assert re.search(r'"SCAN (?!anon)', plan) is None  # "anon" are the cut ranges of one statement, merged


def test_a_statement_without_an_index_is_seen(database: Database) -> None:
    with database.transaction() as connection:
        plan = _plan(connection, "SELECT task.key FROM task WHERE task.name_en IS NULL")
    assert "Seq Scan" in plan or '"SCAN task' in plan
