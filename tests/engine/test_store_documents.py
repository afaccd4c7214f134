"""What a case carries with it: comments, files, copies, answers, register lines, notices, explained decisions, callbacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.store import (
    attachments,
    blobs,
    callback_subscriptions,
    comments,
    copies,
    decision_records,
    document_revisions,
    epochs,
    incidents,
    instances,
    notifications,
    register_entries,
)
from engine.store.database import Database

Row = Callable[..., dict[str, Any]]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def case(database: Database, row: Row) -> Database:
    """Instance 1 called 2; instance 9 is another case."""
    with database.transaction() as connection:
        instances.write(connection, [row("instance", key=key, root_key=1, title="合同", starter="lin.yue") for key in (1, 2)])
        instances.write(connection, [row("instance", key=9, root_key=9)])
    return database


def test_comments_of_a_case_come_in_order(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        comments.add(connection, row("comment", key=1, root_key=1, at=LATER, text="第二"))
        comments.add(connection, row("comment", key=2, root_key=1, at=NOW, text="第一"))
        comments.add(connection, row("comment", key=3, root_key=9))
        assert [comment.text for comment in comments.of_tree(connection, 1)] == ["第一", "第二"]


def test_a_file_is_kept_once_however_often_it_is_attached(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        digests = {blobs.keep(connection, b"\x00scan") for _ in range(2)}
        (digest,) = digests
        for key in (1, 2):
            attachments.add(connection, row("attachment", key=key, root_key=1, digest=digest, name=f"扫描{key}.pdf"))
        assert blobs.find(connection, digest) == b"\x00scan"
        assert blobs.find(connection, "0" * 64) is None
        assert [attachment.name for attachment in attachments.of_tree(connection, 1)] == ["扫描1.pdf", "扫描2.pdf"]
        found = attachments.find(connection, 2)
    assert found is not None
    assert found.digest == digest


def test_answers_are_kept_by_revision(case: Database) -> None:
    with case.transaction() as connection:
        given: dict[str, Any] = {"instance_key": 1, "form_id": "quote", "by_user": "lin.yue", "at": NOW}
        first = document_revisions.add(connection, answers='{"价格":100}', **given)
        second = document_revisions.add(connection, answers='{"价格":97}', **given)
        document_revisions.add(connection, answers="{}", **{**given, "form_id": "other"})
        latest = document_revisions.latest(connection, 1, "quote")
        everything = document_revisions.of_instance(connection, 1)
    assert latest is not None
    assert (latest.revision, latest.answers, latest.digest) == (2, '{"价格":97}', second)
    assert first != second
    assert [(row.form_id, row.revision) for row in everything] == [("other", 1), ("quote", 1), ("quote", 2)]


def test_copies_are_listed_with_their_case_and_marked_read_once(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        made = [
            row("copy", key=key, instance_key=1, root_key=1, candidate=to, at=NOW + timedelta(minutes=key))
            for key, to in ((1, "user:gu.mei"), (2, "role:gm"), (3, "user:other"))
        ]
        copies.add(connection, made)
        mine = ["user:gu.mei", "role:gm"]
        first = copies.for_candidates(connection, mine, limit=1)
        assert [(copy.key, copy.title, copy.starter) for copy in first] == [(2, "合同", "lin.yue")]
        rest = copies.for_candidates(connection, mine, limit=5, after=(first[0].at, first[0].key))
        assert [copy.key for copy in rest] == [1]
        assert copies.mark_read(connection, 1, mine, NOW)
        assert copies.mark_read(connection, 1, mine, LATER)
        assert not copies.mark_read(connection, 3, mine, NOW)
        assert [(copy.key, copy.read_at) for copy in copies.of_tree(connection, 1)] == [(1, NOW), (2, None), (3, None)]


def test_notices_are_counted_when_marked_read(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        made = [row("notification", key=key, candidate="user:lin.yue", instance_key=2, at=NOW) for key in (1, 2, 3)]
        notifications.add(connection, made)
        (newest, *_) = notifications.for_candidates(connection, ["user:lin.yue"], limit=5)
        older = notifications.for_candidates(connection, ["user:lin.yue"], limit=5, after=(newest.at, newest.key))
        assert (newest.key, [notice.key for notice in older]) == (3, [2, 1])
        assert notifications.mark_read(connection, [1, 2], ["user:other"], LATER) == 0
        assert notifications.mark_read(connection, [1, 2], ["user:lin.yue"], LATER) == 2
        assert notifications.mark_read(connection, [1, 2], ["user:lin.yue"], LATER) == 0
        assert [notice.key for notice in notifications.of_tree(connection, 1)] == [1, 2, 3]


def test_a_register_is_read_newest_first(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        made = [
            row("register_entry", key=key, register=name, instance_key=of, record=f'{{"号":{key}}}', at=NOW)
            for key, name, of in ((1, "seals", 1), (2, "seals", 9), (3, "contracts", 2))
        ]
        register_entries.add(connection, made)
        (newest,) = register_entries.of_register(connection, "seals", limit=1)
        (older,) = register_entries.of_register(connection, "seals", limit=9, after=(newest.at, newest.key))
        assert (newest.record, older.record) == ('{"号":2}', '{"号":1}')
        assert [entry.key for entry in register_entries.of_tree(connection, 1)] == [1, 3]


def test_decisions_of_a_case_are_explained(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        made = [row("decision_record", key=key, instance_key=of, explanation='{"rows":[6]}') for key, of in ((1, 2), (2, 9))]
        decision_records.add(connection, made)
        assert [record.explanation for record in decision_records.of_tree(connection, 1)] == ['{"rows":[6]}']


def test_incidents_are_active_until_resolved(case: Database, row: Row) -> None:
    with case.transaction() as connection:
        made = [row("incident", key=key, instance_key=2, root_key=1, n=key, state="active") for key in (1, 2)]
        incidents.write(connection, made)
        assert incidents.resolve(connection, 2, [1, 5], at=LATER, by="admin") == 1
        assert incidents.resolve(connection, 2, [1], at=LATER) == 0
        assert incidents.resolve(connection, 2, [], at=LATER) == 0
        assert [incident.key for incident in incidents.active_in_tree(connection, 1)] == [2]
        resolved = incidents.find(connection, 1)
    assert resolved is not None
    assert (resolved.state, resolved.resolved_at, resolved.resolved_by) == ("resolved", LATER, "admin")


def test_a_change_of_subscriptions_shows_in_the_epoch(case: Database, row: Row) -> None:
    def subscription(key: int, **columns: Any) -> dict[str, Any]:
        return row("callback_subscription", key=key, **{"created_by": "erp", **columns})

    with case.transaction() as connection:
        callback_subscriptions.add(connection, subscription(1))
        callback_subscriptions.add(connection, subscription(2, instance_key=1))
        callback_subscriptions.add(connection, subscription(3, created_by="other"))
        assert epochs.read(connection).subscriptions == 3
        assert [found.key for found in callback_subscriptions.active(connection)] == [1, 2, 3]
        assert callback_subscriptions.change(connection, 1, active=False)
        assert not callback_subscriptions.change(connection, 4, active=False)
        assert epochs.read(connection).subscriptions == 4
        assert [found.key for found in callback_subscriptions.active(connection)] == [2, 3]
        assert [found.key for found in callback_subscriptions.all_of(connection, created_by="erp")] == [1, 2]
        assert len(callback_subscriptions.all_of(connection)) == 3
        found = callback_subscriptions.find(connection, 1)
    assert found is not None
    assert found.active is False
