"""A search over real rows, on both databases: filters, a total order, pages that neither skip nor repeat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.codec import to_text
from engine.store import instances, searchables, tasks, work_items
from engine.store.database import Connection, Database
from engine.store.search import search
from engine.store.search_request import (
    AllOf,
    AnyOf,
    Condition,
    ContainsAll,
    Filter,
    HasVariable,
    Operator,
    Page,
    SearchRequest,
    SortBy,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def _instance(key: int, **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": key,
        "root_key": key,
        "definition_key": 7,
        "process_id": "leave",
        "version": 1,
        "state": "active",
    }
    row |= {"marking": "{}", "variables": "{}", "started_at": NOW, "updated_at": NOW, "business_id": None, "tags": "[]"}
    return {**row, **columns}


def _task(key: int, instance_key: int, **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": key,
        "instance_key": instance_key,
        "root_key": instance_key,
        "n": key,
        "activation_key": key + 1000,
    }
    row |= {"element_id": "approve", "process_id": "leave", "definition_key": 7, "state": "created", "opened_at": NOW}
    row |= {"name": "审批", "due_at": None, "assignee": None, "candidate_groups": "[]"}
    return {**row, **columns}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        for row in (
            _instance(1, business_id="A-1", tags='["red","blue"]', variables=to_text({"金额": 60, "n": "a"})),
            _instance(2, business_id="a-2", tags='["red"]', state="completed", variables=to_text({"金额": 61})),
            _instance(3, process_id="quote", version=2, started_at=NOW + timedelta(hours=1)),
        ):
            instances.write(connection, [row])
        tasks.write(
            connection,
            [
                _task(11, 1, due_at=NOW, candidate_groups='["sales_manager","dgm"]'),
                _task(12, 1, due_at=NOW + timedelta(days=1), assignee="wang.lei"),
                _task(13, 2, assignee="wang.lei", candidate_groups='["gm"]'),
                _task(14, 3, due_at=NOW, name=None),
                _task(15, 3),
            ],
        )
        item = {"key": 21, "task_key": 13, "instance_key": 2, "root_key": 2, "seat": 0, "candidate": "role:gm"}
        item |= {"state": "open", "opened_at": NOW, "element_id": "approve", "process_id": "leave"}
        work_items.write(connection, [item])
    with database.reading() as connection:
        yield connection


def _instance_keys(connection: Connection, *filters: Filter) -> list[int]:
    return [row.key for row in search(connection, searchables.INSTANCES, SearchRequest(AllOf(filters))).items]


def _task_keys(connection: Connection, *filters: Filter) -> list[int]:
    return [row.key for row in search(connection, searchables.TASKS, SearchRequest(AllOf(filters))).items]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("processDefinitionId", Operator.EQ, "leave"), [1, 2]),
        (Condition("businessId", Operator.NEQ, "A-1"), [2, 3]),
        (Condition("businessId", Operator.EXISTS, False), [3]),
        (Condition("businessId", Operator.EXISTS, True), [1, 2]),
        (Condition("processInstanceKey", Operator.IN, (1, 3)), [1, 3]),
        (Condition("processInstanceKey", Operator.IN, ()), []),
        (Condition("businessId", Operator.NOT_IN, ("A-1",)), [2, 3]),
        (Condition("businessId", Operator.LIKE, "A-*"), [1]),
        (Condition("businessId", Operator.LIKE, "?-?"), [1, 2]),
        (Condition("businessId", Operator.LIKE, "a%"), []),
        (Condition("startDate", Operator.GT, NOW), [3]),
        (Condition("startDate", Operator.LTE, NOW), [1, 2]),
        (Condition("processDefinitionVersion", Operator.GTE, 2), [3]),
        (Condition("state", Operator.EQ, "COMPLETED"), [2]),
        (Condition("state", Operator.IN, ("ACTIVE", "TERMINATED")), [1, 3]),
        (Condition("hasIncident", Operator.EQ, True), []),
        (Condition("tenantId", Operator.EQ, "<default>"), [1, 2, 3]),
        (Condition("tenantId", Operator.EQ, "other"), []),
        (ContainsAll("tags", ("red",)), [1, 2]),
        (ContainsAll("tags", ("red", "blue")), [1]),
        (HasVariable("variables", "金额", (Condition("value", Operator.EQ, "60"),)), [1]),
        (HasVariable("variables", "n", (Condition("value", Operator.EQ, '"a"'),)), [1]),
        (HasVariable("variables", "金额", (Condition("value", Operator.NEQ, "60"),)), [2]),
        (HasVariable("variables", 'a"b', (Condition("value", Operator.EQ, "60"),)), []),
        (AnyOf((Condition("businessId", Operator.EQ, "A-1"), Condition("state", Operator.EQ, "COMPLETED"))), [1, 2]),
        (AnyOf(()), []),
        (AllOf(()), [1, 2, 3]),
    ],
)
def test_filters_instances(connection: Connection, condition: Filter, expected: list[int]) -> None:
    assert _instance_keys(connection, condition) == expected


@pytest.mark.parametrize("sign", ["*", "?", "%", "_", "[", "\\"])
def test_a_literal_sign_of_a_pattern_matches_itself_alone(database: Database, sign: str) -> None:
    with database.transaction() as connection:
        instances.write(connection, [_instance(1, business_id=f"a{sign}b"), _instance(2, business_id="axb")])
    with database.reading() as connection:
        assert _instance_keys(connection, Condition("businessId", Operator.LIKE, f"a\\{sign}b")) == [1]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("candidateGroup", Operator.EQ, "dgm"), [11]),
        (Condition("candidateGroup", Operator.NEQ, "dgm"), [12, 13, 14, 15]),
        (Condition("candidateGroup", Operator.LIKE, "*gm"), [11, 13]),
        (Condition("candidateGroup", Operator.EXISTS, True), [11, 13]),
        (Condition("assignee", Operator.EXISTS, False), [11, 14, 15]),
        (Condition("seat.candidate", Operator.IN, ("role:gm", "role:dgm")), [13]),
        (HasVariable("processInstanceVariables", "金额", (Condition("value", Operator.LIKE, "6?"),)), [11, 12, 13]),
        (ContainsAll("tags", ("blue",)), [11, 12]),
    ],
)
def test_filters_tasks(connection: Connection, condition: Filter, expected: list[int]) -> None:
    assert _task_keys(connection, condition) == expected


def test_what_an_asker_may_see_limits_every_search(connection: Connection) -> None:
    may_see = AnyOf((Condition("processInstanceKey", Operator.EQ, 3), Condition("assignee", Operator.EQ, "wang.lei")))
    found = search(connection, searchables.TASKS, SearchRequest(page=Page(2)), only=may_see)
    assert [row.key for row in found.items] == [12, 13]
    assert found.total == 4


@pytest.mark.parametrize(
    "sort",
    [
        (),
        (SortBy("dueDate"),),
        (SortBy("dueDate", descending=True),),
        (SortBy("name"), SortBy("dueDate", descending=True)),
        (SortBy("state"), SortBy("assignee", descending=True), SortBy("dueDate")),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_neither_skip_nor_repeat_in_either_direction(connection: Connection, sort: tuple[SortBy, ...], limit: int) -> None:
    def position(row: Any) -> tuple[Any, ...]:
        columns = {"dueDate": row.due_at, "name": row.name, "assignee": row.assignee, "state": row.state.upper()}
        return (*(columns[by.field] for by in sort), row.key)

    everything = [row.key for row in search(connection, searchables.TASKS, SearchRequest(sort=sort)).items]
    assert sorted(everything) == [11, 12, 13, 14, 15]
    forwards: list[int] = []
    page = Page(limit)
    while items := search(connection, searchables.TASKS, SearchRequest(sort=sort, page=page)).items:
        forwards += [row.key for row in items]
        last = items[0]
        page = Page(limit, after=position(items[-1]))
    assert forwards == everything
    backwards = [last.key]
    page = Page(limit, before=position(last))
    while items := search(connection, searchables.TASKS, SearchRequest(sort=sort, page=page)).items:
        backwards = [row.key for row in items] + backwards
        page = Page(limit, before=position(items[0]))
    assert backwards == everything[: len(backwards)]
    assert backwards[0] == everything[0]


def test_nulls_come_last_upwards_and_first_downwards_on_both_databases(connection: Connection) -> None:
    up = search(connection, searchables.TASKS, SearchRequest(sort=(SortBy("dueDate"),)))
    down = search(connection, searchables.TASKS, SearchRequest(sort=(SortBy("dueDate", descending=True),)))
    assert [row.key for row in up.items] == [11, 14, 12, 13, 15]
    assert [row.key for row in down.items] == [13, 15, 12, 11, 14]


def test_offset_and_total_agree(connection: Connection) -> None:
    found = search(connection, searchables.TASKS, SearchRequest(page=Page(2, offset=1)))
    assert [row.key for row in found.items] == [12, 13]
    assert (found.total, found.is_capped) == (5, False)
    past = search(connection, searchables.TASKS, SearchRequest(page=Page(2, offset=50)))
    assert (list(past.items), past.total) == ([], 5)


def test_a_page_that_holds_everything_costs_one_statement(database: Database, connection: Connection) -> None:
    with database.count_statements() as sent:
        assert search(connection, searchables.TASKS, SearchRequest()).total == 5
    assert sent.count == 1


@pytest.mark.parametrize("name", ["DEFINITIONS", "INSTANCES", "TASKS", "INCIDENTS", "JOBS", "ELEMENT_INSTANCES"])
def test_every_field_can_be_filtered_and_sorted_by(connection: Connection, name: str) -> None:
    searchable = getattr(searchables, name)
    for each in searchable.fields:
        asked = SearchRequest(AllOf((Condition(each, Operator.EXISTS, True),)), (SortBy(each),))
        assert search(connection, searchable, asked).total >= 0
    for each in searchable.lists:
        assert search(connection, searchable, SearchRequest(AllOf((Condition(each, Operator.EQ, "x"),)))).items == []
