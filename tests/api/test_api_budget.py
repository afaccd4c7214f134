"""The budget of a request: SQL statements, not milliseconds. Who asks, what they may and what is deployed cost none."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def warm(desk: Any) -> Any:
    """One case has gone the whole way, so everything that can be remembered is."""
    case = desk.approved(order_no="A-0")
    desk.get("/inbox", by="wang.lei")
    desk.post(f"/jobs/{desk.job()['jobKey']}/completion", by="admin")
    assert desk.state(case) == "ACTIVE"
    return desk


def count(house: Any, act: Any) -> tuple[int, Any]:
    with house.database.count_statements() as statements:
        answer = act()
    assert answer.status_code < 300, answer.text
    return statements.count, answer


def test_a_start_costs_at_most_eight(warm: Any, house: Any) -> None:
    body = {"processDefinitionId": "order", "variables": {"order_no": "A-1"}}
    assert count(house, lambda: warm.post("/process-instances", body, by="lin.yue"))[0] <= 8


def test_claiming_costs_at_most_three_and_a_vote_at_most_eight(warm: Any, house: Any) -> None:
    task = warm.task_of(warm.start())
    assert count(house, lambda: warm.post(f"/user-tasks/{task}/claim", by="wang.lei"))[0] <= 3
    assert count(house, lambda: warm.post(f"/user-tasks/{task}/vote", {"outcome": "approve"}, by="wang.lei"))[0] <= 8


def test_a_page_of_the_inbox_and_a_look_at_a_case_cost_one(warm: Any, house: Any) -> None:
    case = warm.start()
    assert count(house, lambda: warm.get("/inbox", by="wang.lei"))[0] == 1
    assert count(house, lambda: warm.get(f"/process-instances/{case}", by="lin.yue"))[0] == 1
    body = {"filter": {"state": "CREATED", "candidateGroup": "sales_manager"}, "page": {"limit": 20}}
    assert count(house, lambda: warm.post("/user-tasks/search", body, by="wang.lei"))[0] == 1
