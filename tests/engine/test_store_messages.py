"""Who waits for a message or a signal, and messages that nobody waited for yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.errors import Conflict
from engine.store import instances, message_subscriptions, messages, signal_subscriptions
from engine.store.database import Database

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def test_a_message_finds_instances_by_key_and_definitions_by_name(database: Database, row: Row) -> None:
    waiting = {"name": "deposit_posted", "state": "waiting", "root_key": 1, "n": 1}
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=key, root_key=1) for key in (1, 2)])
        message_subscriptions.write(
            connection,
            [
                row("message_subscription", key=1, instance_key=1, correlation_key="HT-1", **waiting),
                row("message_subscription", key=2, instance_key=2, correlation_key="HT-2", **waiting),
                row("message_subscription", key=3, definition_key=7, correlation_key="", **waiting),
                row("message_subscription", key=4, instance_key=1, correlation_key="HT-1", **{**waiting, "state": "done"}),
            ],
        )
        assert [found.key for found in message_subscriptions.waiting_for(connection, "deposit_posted", "HT-1")] == [1, 3]
        assert message_subscriptions.waiting_for(connection, "other", "HT-1") == []
        message_subscriptions.end(connection, 1, [1], "done")
        message_subscriptions.end_of_definition(connection, 7)
        assert message_subscriptions.waiting_for(connection, "deposit_posted", "HT-1") == []
        assert [found.key for found in message_subscriptions.waiting_in_tree(connection, 1)] == [2]


def test_a_signal_finds_all_who_wait_for_it(database: Database, row: Row) -> None:
    waiting = {"name": "stop", "state": "waiting", "root_key": 1, "n": 1}
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=key, root_key=1) for key in (1, 2)])
        running = [row("signal_subscription", key=key, instance_key=key, **waiting) for key in (1, 2)]
        signal_subscriptions.write(connection, [*running, row("signal_subscription", key=3, definition_key=7, **waiting)])
        assert [found.key for found in signal_subscriptions.waiting_for(connection, "stop")] == [1, 2, 3]
        signal_subscriptions.end(connection, 2, [1], "canceled")
        signal_subscriptions.end_of_definition(connection, 7)
        assert [found.key for found in signal_subscriptions.waiting_for(connection, "stop")] == [1]
        assert [found.key for found in signal_subscriptions.waiting_in_tree(connection, 1)] == [1]


def _message(row: Row, key: int, **columns: Any) -> dict[str, Any]:
    kept = {"name": "paid", "correlation_key": "HT-1", "published_at": NOW, "expires_at": LATER, "message_id": None}
    return row("message", key=key, **{**kept, **columns})


def test_buffered_messages_come_oldest_first_and_once(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        messages.publish(connection, _message(row, 1, published_at=NOW + timedelta(minutes=1)))
        messages.publish(connection, _message(row, 2))
        messages.publish(connection, _message(row, 3, correlation_key="HT-2"))
        messages.publish(connection, _message(row, 4, expires_at=NOW))
        assert [found.key for found in messages.buffered(connection, "paid", "HT-1", NOW)] == [2, 1]
        assert messages.consume(connection, 2)
        assert not messages.consume(connection, 2)
        assert [found.key for found in messages.buffered(connection, "paid", "HT-1", NOW)] == [1]
        assert messages.buffered(connection, "paid", "HT-1", LATER) == []


def test_a_message_id_is_taken_while_the_message_is_kept(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        messages.publish(connection, _message(row, 1, message_id="m1"))
        messages.consume(connection, 1)
        assert messages.is_known(connection, "paid", "m1", NOW)
        assert not messages.is_known(connection, "paid", "m2", NOW)
        assert not messages.is_known(connection, "other", "m1", NOW)
    with pytest.raises(Conflict), database.transaction() as connection:
        messages.publish(connection, _message(row, 2, message_id="m1"))
    with database.transaction() as connection:
        assert not messages.is_known(connection, "paid", "m1", LATER)
        assert messages.drop_expired(connection, LATER) == 1
        messages.publish(connection, _message(row, 3, message_id="m1"))
