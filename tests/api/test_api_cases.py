"""Starting, finding, approving and ending a case over HTTP."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest


def test_a_case_goes_from_its_start_to_its_end(desk: Any) -> None:
    case = desk.start(order_no="A-1")
    task = desk.task_of(case)
    assert desk.post(f"/user-tasks/{task}/vote", {"outcome": "approve", "comment": "好"}, by="wang.lei").json == {
        "state": "COMPLETED",
        "outcome": "approve",
    }
    job = desk.job()
    assert (job["processInstanceKey"], job["customHeaders"], job["retries"]) == (case, {"ledger": "A"}, 2)
    assert job["variables"]["verdict"] == "approve"
    assert desk.post(f"/jobs/{job['jobKey']}/completion", {"variables": {"booked": True}}, by="admin").status_code == 204
    sent = desk.post("/messages/correlation", {"name": "paid", "correlationKey": "A-1"}, by="admin")
    assert sent.json["processInstanceKey"] == case
    ended = desk.get(f"/process-instances/{case}", by="lin.yue").json
    assert (ended["state"], ended["hasIncident"]) == ("COMPLETED", False)
    assert ended["endDate"] is not None


def test_the_published_completion_takes_the_outcome_from_the_variable(desk: Any) -> None:
    task = desk.task_of(desk.start(order_no="A-1"))
    refused = desk.post(f"/user-tasks/{task}/completion", {}, by="wang.lei")
    assert (refused.status_code, refused.json["code"]) == (400, "outcome_missing")
    assert desk.post(f"/user-tasks/{task}/completion", {"variables": {"verdict": "approve"}}, by="wang.lei").status_code == 204
    again = desk.post(f"/user-tasks/{task}/completion", {"variables": {"verdict": "approve"}}, by="wang.lei")
    assert (again.status_code, again.json["code"], again.json["title"]) == (409, "task_already_decided", "INVALID_STATE")


def test_a_start_names_one_definition(desk: Any) -> None:
    key = desk.post("/process-definitions/search", by="lin.yue").json["items"][0]["processDefinitionKey"]
    assert (
        desk.post("/process-instances", {"processDefinitionKey": key, "tenantId": "<default>"}, by="lin.yue").status_code == 200
    )
    body = {"processDefinitionId": "order", "processDefinitionVersion": -1, "businessId": "B-1", "tags": ["a", "a", "b"]}
    started = desk.post("/process-instances", body, by="lin.yue").json
    assert (started["businessId"], started["tags"], started["variables"]) == ("B-1", ["a", "b"], {})
    for body, status in (
        ({}, 400),
        ({"processDefinitionId": "order", "processDefinitionKey": key}, 400),
        ({"processDefinitionId": "nothing"}, 404),
        ({"processDefinitionId": "order", "processDefinitionVersion": 7}, 404),
        ({"processDefinitionId": "order", "startInstructions": [{"elementId": "book"}]}, 400),
        ({"processDefinitionId": "order", "processDefinitionVersion": 2**31}, 400),
        ({"processDefinitionId": "order", "variables": []}, 400),
    ):
        assert desk.post("/process-instances", body, by="lin.yue").status_code == status


def test_variables_come_back_as_exact_json_texts(desk: Any) -> None:
    case = desk.start(order_no="A-1", 价格=1, 名称="合同👍")
    body = b'{"processDefinitionId":"order","variables":{"rate":0.10}}'
    exact = desk.client.post("/v2/process-instances", data=body, content_type="application/json", by="lin.yue").json
    rows = desk.post("/variables/search", {"filter": {"processInstanceKey": case, "name": {"$in": ["价格", "名称"]}}}, by="admin")
    assert {row["name"]: row["value"] for row in rows.json["items"]} == {"价格": "1", "名称": '"合同👍"'}
    rows = desk.post("/variables/search", {"filter": {"processInstanceKey": exact["processInstanceKey"]}}, by="admin")
    assert [row["value"] for row in rows.json["items"]] == ["0.10"]


def test_variables_of_all_cases_at_once_cannot_be_asked_for(desk: Any) -> None:
    assert desk.post("/variables/search", {}, by="admin").status_code == 400
    assert desk.post("/variables/search", {"filter": {"name": "x"}}, by="lin.yue").status_code == 403


def test_setting_variables_is_for_administrators(desk: Any) -> None:
    case = desk.start(order_no="A-1")
    path = f"/v2/element-instances/{case}/variables"
    assert desk.client.put(path, json={"variables": {"order_no": "A-2"}}, by="lin.yue").status_code == 403
    assert desk.client.put(path, json={"variables": {"order_no": "A-2"}}, by="admin").status_code == 204
    assert desk.client.put("/v2/element-instances/5/variables", json={"variables": {}}, by="admin").status_code == 404
    rows = desk.post("/variables/search", {"filter": {"processInstanceKey": case}}, by="admin").json["items"]
    assert [row["value"] for row in rows] == ['"A-2"']


def test_claiming_takes_a_task_out_of_the_pool(desk: Any) -> None:
    task = desk.task_of(desk.start())
    claim = {"assignee": "wang.lei", "allowOverride": None}
    assert desk.post(f"/user-tasks/{task}/assignment", claim, by="wang.lei").status_code == 204
    assert desk.post(f"/user-tasks/{task}/assignment", claim, by="wang.lei").status_code == 204
    assert desk.get(f"/user-tasks/{task}", by="wang.lei").json["assignee"] == "wang.lei"
    mine = desk.post("/user-tasks/search", {"filter": {"assignee": "wang.lei", "state": "CREATED"}}, by="wang.lei").json
    assert [item["userTaskKey"] for item in mine["items"]] == [task]
    taken = desk.post(f"/user-tasks/{task}/assignment", {**claim, "allowOverride": False}, by="wang.lei")
    assert (taken.status_code, taken.json["code"]) == (409, "claimed_by_other")
    assert desk.client.delete(f"/v2/user-tasks/{task}/assignee", by="wang.lei").status_code == 204
    assert desk.get(f"/user-tasks/{task}", by="wang.lei").json["assignee"] is None
    assert desk.client.delete(f"/v2/user-tasks/{task}/assignee", by="wang.lei").json["code"] == "not_claimed"


def test_nobody_claims_for_somebody_else(desk: Any) -> None:
    task = desk.task_of(desk.start())
    assert desk.post(f"/user-tasks/{task}/assignment", {"assignee": "wang.lei"}, by="admin").status_code == 403
    assert desk.post(f"/user-tasks/{task}/assignment", {"assignee": "lin.yue"}, by="lin.yue").json["code"] == "not_a_candidate"
    assert desk.post(f"/user-tasks/{task}/assignment", {"assignee": ""}, by="wang.lei").status_code == 400


def test_a_stranger_sees_nothing_of_a_case(desk: Any) -> None:
    case = desk.start()
    task = desk.task_of(case)
    for path in (
        f"/process-instances/{case}",
        f"/process-instances/{case}/timeline",
        f"/process-instances/{case}/position",
        f"/process-instances/{case}/attachments",
        f"/process-instances/{case}/deliveries",
        f"/user-tasks/{task}",
        f"/user-tasks/{task}/form",
    ):
        assert desk.get(path, by="ma.liang").status_code == 403, path
    for path in ("/process-instances/search", "/user-tasks/search"):
        assert desk.post(path, by="ma.liang").json["items"] == []
    assert desk.get("/inbox", by="ma.liang").json["items"] == []
    assert desk.post(f"/user-tasks/{task}/vote", {"outcome": "approve"}, by="ma.liang").status_code == 403
    assert desk.post(f"/process-instances/{case}/comments", {"text": "x"}, by="ma.liang").status_code == 403


def test_the_starter_sees_where_the_case_is(desk: Any) -> None:
    case = desk.start()
    position = desk.get(f"/process-instances/{case}/position", by="lin.yue").json["items"]
    assert [(step["elementId"], step["name"]) for step in position] == [("approve", "审批")]
    assert {seat["id"].partition("@")[0] for seat in position[0]["candidates"]} == {"role:sales_manager", "role:dgm"}
    timeline = desk.get(f"/process-instances/{case}/timeline", by="lin.yue").json["items"]
    assert timeline[0]["type"] == "case.started"
    assert timeline[0]["actor"] == {"id": "lin.yue", "name": "林岳"}


def test_the_inbox_speaks_the_reader_s_language(desk: Any) -> None:
    desk.start()
    assert desk.get("/inbox", by="wang.lei").json["items"][0]["taskName"] == "审批"
    english = desk.get("/inbox", by="wang.lei", headers={"Accept-Language": "en-GB,en;q=0.9"}).json["items"][0]
    assert english["taskName"] == "Approve"
    assert english["starter"]["id"] == "lin.yue"


def test_the_inbox_is_turned_page_by_page_without_loss(desk: Any) -> None:
    cases = [desk.start() for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = desk.get(f"/inbox?limit=2{cursor and '&cursor=' + cursor}", by="wang.lei").json
        seen += [item["processInstanceKey"] for item in page["items"]]
        cursor = page["page"]["nextCursor"]
    assert sorted(seen) == sorted(cases)


BEYOND = base64.b64encode(json.dumps(["2026-03-02T01:00:00+00:00", str(2**63)]).encode()).decode()


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=1.5", "cursor=zzz", "cursor=W10=", f"cursor={BEYOND}", "filter=all"]
)
def test_a_bad_inbox_query_is_refused(desk: Any, query: str) -> None:
    assert desk.get(f"/inbox?{query}", by="wang.lei").status_code == 400


def test_an_inbox_that_did_not_change_is_not_sent_again(desk: Any) -> None:
    desk.start()
    tag = desk.get("/inbox", by="wang.lei").headers["ETag"]
    again = desk.get("/inbox", by="wang.lei", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    desk.start()
    assert desk.get("/inbox", by="wang.lei", headers={"If-None-Match": tag}).status_code == 200


def test_if_match_refuses_what_was_seen_in_another_state(desk: Any) -> None:
    task = desk.task_of(desk.start())
    tag = desk.get(f"/user-tasks/{task}", by="wang.lei").headers["ETag"]
    desk.post(f"/user-tasks/{task}/claim", by="wang.lei")
    vote = {"outcome": "approve"}
    answer = desk.post(f"/user-tasks/{task}/vote", vote, by="wang.lei", headers={"If-Match": tag})
    assert (answer.status_code, answer.json["code"]) == (412, "precondition_failed")
    tag = desk.get(f"/user-tasks/{task}", by="wang.lei").headers["ETag"]
    assert desk.post(f"/user-tasks/{task}/vote", vote, by="wang.lei", headers={"If-Match": tag}).status_code == 200


def test_a_task_says_what_may_be_done_with_it(desk: Any) -> None:
    task = desk.task_of(desk.start())

    def verbs(by: str) -> dict[str, Any]:
        return {each["verb"]: each for each in desk.get(f"/user-tasks/{task}", by=by).json["actions"]}

    assert verbs("wang.lei")["vote"]["outcomes"] == ["approve", "reject"]
    assert verbs("wang.lei")["vote"]["enabled"] is True
    assert "claim" in verbs("wang.lei")
    starter = verbs("lin.yue")["vote"]
    assert (starter["enabled"], starter["blockedBecause"]["code"]) == (False, "not_a_candidate")
    desk.post(f"/user-tasks/{task}/claim", by="wang.lei")
    assert "release" in verbs("wang.lei")
    assert "claim" not in verbs("wang.lei")


def test_a_voted_task_is_gone_once_and_for_all_with_one_idempotency_key(desk: Any) -> None:
    task = desk.task_of(desk.start())
    key = {"Idempotency-Key": "vote-1"}
    first = desk.post(f"/user-tasks/{task}/vote", {"outcome": "approve"}, by="wang.lei", headers=key)
    again = desk.post(f"/user-tasks/{task}/vote", {"outcome": "approve"}, by="wang.lei", headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json


def test_only_administrators_cancel_and_only_once(desk: Any) -> None:
    case = desk.start()
    assert desk.post(f"/process-instances/{case}/cancellation", by="lin.yue").status_code == 403
    assert (
        desk.client.post(
            f"/v2/process-instances/{case}/cancellation", data=b"", content_type="application/json", by="admin"
        ).status_code
        == 204
    )
    assert desk.state(case) == "TERMINATED"
    again = desk.post(f"/process-instances/{case}/cancellation", by="admin")
    assert (again.status_code, again.json["code"]) == (404, "instance_not_found")
    assert desk.post("/process-instances/5/cancellation", by="admin").status_code == 404


def test_a_starter_withdraws_their_own_case(desk: Any) -> None:
    case = desk.start()
    assert desk.post(f"/process-instances/{case}/withdrawal", {"reason": "写错了"}, by="wang.lei").status_code == 403
    assert desk.post(f"/process-instances/{case}/withdrawal", {"reason": "写错了"}, by="lin.yue").status_code == 204
    assert desk.state(case) == "TERMINATED"


def test_cases_are_found_by_what_is_known_of_them(desk: Any) -> None:
    first, second = desk.start(order_no="A-1"), desk.start(order_no="A-2")

    def found(**filter_: Any) -> set[str]:
        items = desk.post("/process-instances/search", {"filter": filter_}, by="admin").json["items"]
        return {item["processInstanceKey"] for item in items}

    assert found() == {first, second}
    assert found(variables=[{"name": "order_no", "value": '"A-2"'}]) == {second}
    assert found(processInstanceKey={"$neq": first}) == {second}
    assert found(elementId="approve", state="ACTIVE") == {first, second}
    assert found(**{"$or": [{"processInstanceKey": first}, {"processDefinitionId": "nothing"}]}) == {first}
    assert found(state="COMPLETED") == set()


def test_a_search_is_turned_page_by_page_in_both_directions(desk: Any) -> None:
    cases = [desk.start() for _ in range(5)]

    def page(**page_: Any) -> tuple[list[str], dict[str, Any]]:
        body = {"sort": [{"field": "startDate", "order": "desc"}], "page": {"limit": 2, **page_}}
        answer = desk.post("/process-instances/search", body, by="admin").json
        return [item["processInstanceKey"] for item in answer["items"]], answer["page"]

    first, at = page()
    assert at["totalItems"] == 5
    second, at_second = page(after=at["endCursor"])
    third, at_third = page(after=at_second["endCursor"])
    assert sorted(first + second + third) == sorted(cases)
    assert page(after=at_third["endCursor"])[0] == []
    assert page(before=at_second["startCursor"])[0] == first
    assert page(**{"from": 2})[0] == second


def test_files_of_a_case_are_told_by_their_bytes_and_kept_apart(desk: Any) -> None:
    import io

    case = desk.start()

    def attach(content: bytes, name: str, kind: str, by: str = "lin.yue") -> Any:
        data = {"file": (io.BytesIO(content), name, kind)}
        return desk.client.post(f"/v2/process-instances/{case}/attachments", data=data, content_type="multipart/form-data", by=by)

    pdf = attach(b"%PDF-1.7 x", "合同.pdf", "text/html").json["attachmentKey"]
    page = attach(b"<script>alert(1)</script>", "a.html", "text/html").json["attachmentKey"]
    assert attach(b"", "empty.txt", "text/plain").status_code == 400
    assert attach(b"x", "..", "text/plain", by="ma.liang").status_code == 403
    listed = {
        one["name"]: one["mediaType"] for one in desk.get(f"/process-instances/{case}/attachments", by="lin.yue").json["items"]
    }
    assert listed == {"合同.pdf": "application/pdf", "a.html": "application/octet-stream"}
    shown = desk.get(f"/attachments/{pdf}/content", by="lin.yue")
    assert shown.data == b"%PDF-1.7 x"
    assert shown.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''")
    kept = desk.get(f"/attachments/{page}/content", by="lin.yue")
    assert kept.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a.html"
    assert "sandbox" in kept.headers["Content-Security-Policy"]
    assert desk.get(f"/attachments/{pdf}/content", by="ma.liang").status_code == 403
    assert desk.get("/attachments/5/content", by="lin.yue").status_code == 404


def test_a_comment_is_a_line_of_the_timeline(desk: Any) -> None:
    case = desk.start()
    assert desk.post(f"/process-instances/{case}/comments", {"text": "请尽快"}, by="lin.yue").status_code == 200
    assert desk.post(f"/process-instances/{case}/comments", {"text": " "}, by="lin.yue").status_code == 400
    lines = desk.get(f"/process-instances/{case}/timeline", by="wang.lei").json["items"]
    assert [line["facts"]["text"] for line in lines if line["type"] == "case.commented"] == ["请尽快"]
