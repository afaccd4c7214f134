"""Deployed things have numbered versions, of which one is the latest; older ones stay."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from engine.errors import Conflict
from engine.store import decision_definitions, definitions, deployments, form_definitions, resources
from engine.store.database import Database

Row = Callable[..., dict[str, Any]]

_KINDS = [
    (definitions, "definition", "process_id"),
    (decision_definitions, "decision_definition", "decision_id"),
    (form_definitions, "form_definition", "form_id"),
    (resources, "resource", "resource_id"),
]


@pytest.mark.parametrize(("module", "table", "name"), _KINDS, ids=[table for _, table, _ in _KINDS])
def test_the_newest_version_is_the_latest_and_older_ones_stay(
    database: Database, row: Row, module: ModuleType, table: str, name: str
) -> None:
    with database.transaction() as connection:
        module.add(connection, [])
        module.add(connection, [row(table, key=1, version=1, **{name: "a"}), row(table, key=2, version=1, **{name: "b"})])
        module.add(connection, [row(table, key=3, version=2, deployment_key=9, **{name: "a"})])
    with database.reading() as connection:
        assert [found.key for found in module.latest(connection)] == [3, 2]
        assert [found.key for found in module.latest(connection, ["b", "c"])] == [2]
        assert module.find_version(connection, "a").key == 3
        assert module.find_version(connection, "a", 1).key == 1
        assert module.find_version(connection, "a", 3) is None
        assert module.find(connection, 1).is_latest is False
        assert [found.key for found in module.of_deployment(connection, 9)] == [3]


@pytest.mark.parametrize(("module", "table", "name"), _KINDS, ids=[table for _, table, _ in _KINDS])
def test_two_deployments_at_once_cannot_make_one_version_twice(
    database: Database, row: Row, module: ModuleType, table: str, name: str
) -> None:
    with database.transaction() as connection:
        module.add(connection, [row(table, key=1, version=1, **{name: "a"})])
    with pytest.raises(Conflict), database.transaction() as connection:
        module.add(connection, [row(table, key=2, version=1, **{name: "a"})])
    with database.reading() as connection:
        assert module.find_version(connection, "a").key == 1


@pytest.mark.parametrize(("module", "table", "name"), _KINDS[:3], ids=[table for _, table, _ in _KINDS[:3]])
def test_binding_to_the_deployment_finds_the_version_it_brought(
    database: Database, row: Row, module: ModuleType, table: str, name: str
) -> None:
    with database.transaction() as connection:
        module.add(connection, [row(table, key=1, version=1, deployment_key=8, **{name: "a"})])
        module.add(connection, [row(table, key=2, version=2, deployment_key=9, **{name: "a"})])
        assert module.in_deployment(connection, 8, "a").key == 1
        assert module.in_deployment(connection, 8, "b") is None


def test_a_version_tag_names_the_newest_that_bears_it(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        for version, tag in ((1, "stable"), (2, "stable"), (3, None)):
            made = row("definition", key=version, version=version, process_id="a", version_tag=tag, xml="<价格/>\n")
            definitions.add(connection, [made])
        found = definitions.find_tagged(connection, "a", "stable")
        assert definitions.find_tagged(connection, "a", "other") is None
    assert found is not None
    assert (found.version, found.xml) == (2, "<价格/>\n")


def test_a_deployment_says_who_and_when(database: Database, row: Row) -> None:
    with database.transaction() as connection:
        deployments.add(connection, row("deployment", key=1, by_user="sun.ying", note="年度修订"))
        found = deployments.find(connection, 1)
    assert found is not None
    assert (found.by_user, found.note) == ("sun.ying", "年度修订")
