"""The house as it is after its first start: the demo company signs in and asks for leave."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.commands.set_up_demo import set_up_demo
from engine.engine import Engine

LEAVE = {
    "leave_type": "personal",
    "start": "2026-03-04T08:50+08:00",
    "end": "2026-03-05T17:35+08:00",
    "reason": "家中有事",
    "substitute": "chen.bo",
}


@pytest.fixture
def started(bare_house: Engine) -> Engine:
    assert set_up_demo(bare_house) is True
    return bare_house


@pytest.fixture
def people(started: Engine, new_client_of: Any) -> Any:
    return new_client_of(started)


def test_a_second_start_changes_nothing(started: Engine) -> None:
    revision = started.directory().revision
    with started.database.count_statements() as statements:
        assert set_up_demo(started) is False
    assert started.directory().revision == revision
    assert not [text for text in statements.texts if not text.lstrip().upper().startswith("SELECT")]


def test_whoever_starts_gets_the_form_the_process_begins_with(people: Any) -> None:
    body = {"filter": {"processDefinitionId": {"$in": ["leave_request", "attendance_event"]}}}
    keys = {
        item["processDefinitionId"]: item["processDefinitionKey"]
        for item in people.post("/v2/process-definitions/search", json=body, by="lin.yue").json["items"]
    }
    form = people.get(f"/v2/process-definitions/{keys['leave_request']}/form", by="lin.yue").json
    assert form["formId"] == "leave_form"
    assert "leave_type" in {component.get("key") for component in _components(json.loads(form["schema"]))}
    assert people.get(f"/v2/process-definitions/{keys['attendance_event']}/form", by="lin.yue").status_code == 204
    assert people.get("/v2/process-definitions/5/form", by="lin.yue").status_code == 404


def test_a_leave_request_goes_to_the_head_of_the_department(people: Any) -> None:
    started = people.post(
        "/v2/process-instances", json={"processDefinitionId": "leave_request", "variables": LEAVE}, by="lin.yue"
    )
    assert started.status_code == 200, started.text
    case = started.json["processInstanceKey"]
    item = people.get("/v2/inbox", by="zhao.ming").json["items"][0]
    assert (item["processInstanceKey"], item["taskName"] is not None, item["number"]) == (case, True, "QJ-2026-0001")
    for other in ("wang.lei", "he.jun", "lin.yue"):
        assert people.get("/v2/inbox", by=other).json["items"] == []
    task = item["taskKey"]
    form = people.get(f"/v2/user-tasks/{task}/form", by="zhao.ming").json
    assert form["formId"] == "leave_form"
    assert any(component.get("key") == "reason" for component in _components(json.loads(form["schema"])))
    values = people.post(f"/v2/user-tasks/{task}/variables/search", json={}, by="zhao.ming").json["items"]
    assert {"name": "reason", "value": '"家中有事"'}.items() <= next(v for v in values if v["name"] == "reason").items()
    assert people.get(f"/v2/user-tasks/{task}/form", by="ma.liang").status_code == 403
    assert people.get(f"/v2/user-tasks/{task}/form", by="lin.yue").status_code == 403
    vote = people.post(f"/v2/user-tasks/{task}/vote", json={"outcome": "approve", "comment": "同意"}, by="zhao.ming")
    assert vote.json == {"state": "COMPLETED", "outcome": "approve"}
    again = people.post(f"/v2/user-tasks/{task}/vote", json={"outcome": "approve"}, by="zhao.ming")
    assert (again.status_code, again.json["code"]) == (409, "task_already_decided")
    assert people.get("/v2/inbox", by="zhao.ming").json["items"] == []


@pytest.mark.parametrize(
    ("answers", "path", "code"),
    [
        ({"nonsense": 1}, "nonsense", "unknown_field"),
        ({"employee": "he.jun"}, "employee", "read_only_field"),
        ({"leave_type": 5}, "leave_type", None),
        ({"leave_type": "holiday on the moon"}, "leave_type", None),
        ({"start": "yesterday"}, "start", None),
        ({"reason": "x" * 60_000}, "reason", None),
        ({"请假": "👍"}, "请假", "unknown_field"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_place(
    people: Any, answers: dict[str, Any], path: str, code: str
) -> None:
    body = {"processDefinitionId": "leave_request", "variables": {**LEAVE, **answers}}
    refused = people.post("/v2/process-instances", json=body, by="lin.yue")
    assert (refused.status_code, refused.json["code"]) == (400, "invalid_answers")
    error = next(error for error in refused.json["errors"] if error["path"] == path)
    assert code is None or error["code"] == code
    assert people.get("/v2/inbox", by="zhao.ming").json["items"] == []


def _components(form: Any) -> list[dict[str, Any]]:
    found = []
    for component in form.get("components", ()):
        found += [component, *_components(component)]
    return found
