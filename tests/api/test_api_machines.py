"""What other systems do over HTTP: deployments, jobs, messages, signals, decisions, incidents, callbacks."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

NO_HOLD = {"type": "erp.book", "timeout": 1_000, "maxJobsToActivate": 5, "requestTimeout": -1}


def test_unchanged_content_keeps_its_key_and_version(desk: Any, order: str) -> None:
    first = desk.deploy(order_bpmn=order).json["deployments"][0]["processDefinition"]
    assert desk.deploy(order_bpmn=order).json["deployments"][0]["processDefinition"] == first
    changed = desk.deploy(order_bpmn=order.replace("审批", "批准")).json["deployments"][0]["processDefinition"]
    assert changed["processDefinitionVersion"] == first["processDefinitionVersion"] + 1
    key = changed["processDefinitionKey"]
    assert "批准" in desk.get(f"/process-definitions/{key}/xml", by="lin.yue").text
    assert desk.get(f"/process-definitions/{first['processDefinitionKey']}/xml", by="lin.yue").data.decode() == order
    latest = desk.post("/process-definitions/search", {"filter": {"isLatestVersion": True}}, by="lin.yue").json["items"]
    assert [item["processDefinitionKey"] for item in latest] == [key]
    assert desk.get(f"/process-definitions/{key}", by="lin.yue").json["version"] == changed["processDefinitionVersion"]
    assert desk.get(f"/process-definitions/{key}/xml", by="lin.yue").mimetype == "text/xml"
    assert desk.get("/process-definitions/5", by="lin.yue").status_code == 404


def test_a_table_yields_its_decision_and_requirements(desk: Any, discount: str) -> None:
    entries = desk.deploy(discount_dmn=discount, note_txt="hello").json["deployments"]
    kinds = [next(kind for kind, value in entry.items() if value is not None) for entry in entries]
    assert sorted(kinds) == ["decisionDefinition", "decisionRequirements", "resource"]


def test_one_faulty_file_refuses_the_whole_deployment(desk: Any, order: str) -> None:
    renamed = order.replace('id="order"', 'id="another"')
    refused = desk.deploy(another_bpmn=renamed, broken_bpmn="<definitions")
    assert refused.status_code == 400
    found = desk.post("/process-definitions/search", {"filter": {"processDefinitionId": "another"}}, by="lin.yue")
    assert found.json["items"] == []


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"not xml", {"invalid_xml", "invalid_bpmn"}),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', {"invalid_xml", "invalid_bpmn"}),
        (b"<x/>", {"invalid_bpmn", "invalid_xml"}),
    ],
)
def test_a_file_that_is_no_diagram_is_refused_with_a_reason(desk: Any, content: bytes, codes: set[str]) -> None:
    refused = desk.deploy(x_bpmn=content)
    assert refused.status_code in {400, 413}
    assert refused.json["code"] in codes


def test_a_diagram_of_more_than_two_megabytes_is_refused(desk: Any) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="resources"; filename="x.bpmn"\r\n\r\n'
    body = head + b"x" * (2 * 1024 * 1024 + 1) + b"\r\n--b--\r\n"
    refused = desk.client.post("/v2/deployments", data=body, content_type="multipart/form-data; boundary=b", by="admin")
    assert (refused.status_code, refused.json["code"]) == (413, "body_too_large")


def test_a_dangling_role_is_refused_with_its_place(desk: Any, order: str) -> None:
    refused = desk.deploy(x_bpmn=order.replace("sales_manager, dgm", "no_such_role"))
    assert refused.status_code == 400
    assert "approve" in refused.text


def test_only_publishers_deploy(desk: Any, order: str) -> None:
    assert desk.deploy(by="lin.yue", order_bpmn=order).status_code == 403
    assert desk.deploy(by="sun.ying", order_bpmn=order).status_code == 200


def test_a_deployment_is_a_form_of_named_files(desk: Any) -> None:
    assert desk.post("/deployments", {"resources": []}, by="admin").status_code == 415
    assert desk.deploy().status_code == 400


def test_jobs_are_handed_out_once_until_their_deadline(desk: Any, house: Any) -> None:
    desk.approved(order_no="A-1")
    first = desk.job(timeout=1_000)
    assert first["deadline"] == int(house.clock.now().timestamp() * 1000) + 1_000
    assert desk.post("/jobs/activation", NO_HOLD, by="admin").json == {"jobs": []}
    house.clock.advance(timedelta(seconds=1))
    assert desk.job()["jobKey"] == first["jobKey"]


def test_a_job_brings_only_the_variables_asked_for_and_a_lease_when_asked(desk: Any) -> None:
    desk.approved(order_no="A-1", note="x")
    job = desk.job(fetchVariable=["order_no", "nothing"], withLease=True)
    assert job["variables"] == {"order_no": "A-1"}
    assert job["jobLeaseToken"]


@pytest.mark.parametrize("change", [{"timeout": 0}, {"maxJobsToActivate": 0}, {"type": ""}, {"type": None}, {"timeout": "1"}])
def test_an_activation_without_sense_is_refused(desk: Any, change: dict[str, Any]) -> None:
    assert desk.post("/jobs/activation", {**NO_HOLD, **change}, by="admin").status_code == 400


def test_people_take_no_jobs(desk: Any) -> None:
    assert desk.post("/jobs/activation", NO_HOLD, by="lin.yue").status_code == 403


def test_a_held_activation_wakes_when_a_job_appears(desk: Any, new_client: Any) -> None:
    case = desk.start(order_no="A-1")
    task = desk.task_of(case)
    got: list[Any] = []

    def poll() -> None:
        body = {"type": "erp.book", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": 30_000}
        got.append(new_client().post("/v2/jobs/activation", json=body, by="admin").json["jobs"])

    waiting = threading.Thread(target=poll)
    waiting.start()
    assert desk.post(f"/user-tasks/{task}/vote", {"outcome": "approve"}, by="wang.lei").status_code == 200
    waiting.join(timeout=25)
    assert [job["processInstanceKey"] for job in got[0]] == [case]


def test_a_failed_job_comes_again_after_its_back_off(desk: Any, house: Any) -> None:
    case = desk.approved(order_no="A-1")
    job = desk.job()
    failure = {"retries": 1, "errorMessage": "ledger closed", "retryBackOff": 60_000}
    assert desk.post(f"/jobs/{job['jobKey']}/failure", failure, by="admin").status_code == 204
    assert desk.post("/jobs/activation", NO_HOLD, by="admin").json == {"jobs": []}
    house.clock.advance(timedelta(minutes=1))
    assert desk.job()["retries"] == 1
    assert desk.get(f"/process-instances/{case}", by="lin.yue").json["hasIncident"] is False


def test_a_job_without_retries_is_an_incident_until_it_is_repaired(desk: Any) -> None:
    case = desk.approved(order_no="A-1")
    job = desk.job()
    assert desk.post(f"/jobs/{job['jobKey']}/failure", {"retries": 0, "errorMessage": "kaputt"}, by="admin").status_code == 204
    assert desk.post(f"/jobs/{job['jobKey']}/completion", by="admin").json["code"] == "job_has_incident"
    assert desk.get(f"/process-instances/{case}", by="lin.yue").json["hasIncident"] is True
    search = {"filter": {"processInstanceKey": case, "state": "ACTIVE", "errorType": "JOB_NO_RETRIES"}}
    incident = desk.post("/incidents/search", search, by="admin").json["items"][0]
    assert (incident["errorMessage"], incident["jobKey"]) == ("kaputt", job["jobKey"])
    assert desk.get(f"/incidents/{incident['incidentKey']}", by="admin").json["state"] == "ACTIVE"
    resolution = f"/incidents/{incident['incidentKey']}/resolution"
    assert desk.post(resolution, by="admin").json["code"] == "job_has_incident"
    change = {"changeset": {"retries": 2}}
    assert desk.client.patch(f"/v2/jobs/{job['jobKey']}", json=change, by="admin").status_code == 204
    assert desk.post(resolution, by="admin").status_code == 204
    again = desk.post(resolution, by="admin")
    assert (again.status_code, again.json["code"]) == (404, "incident_not_found")
    assert desk.post(f"/jobs/{desk.job()['jobKey']}/completion", by="admin").status_code == 204


def test_incidents_are_for_administrators(desk: Any) -> None:
    assert desk.post("/incidents/search", by="lin.yue").status_code == 403
    assert desk.get("/incidents/5", by="admin").status_code == 404
    assert desk.post("/incidents/5/resolution", by="admin").status_code == 404


def test_a_job_s_error_takes_the_path_that_was_drawn(desk: Any) -> None:
    case = desk.approved(order_no="A-1")
    job = desk.job()
    error = {"errorCode": "refused", "errorMessage": "no", "variables": None}
    assert desk.post(f"/jobs/{job['jobKey']}/error", error, by="admin").status_code == 204
    assert desk.state(case) == "COMPLETED"
    gone = desk.post(f"/jobs/{job['jobKey']}/completion", by="admin")
    assert (gone.status_code, gone.json["code"]) == (404, "job_not_found")


def test_an_error_that_nobody_catches_is_an_incident(desk: Any) -> None:
    case = desk.approved(order_no="A-1")
    assert desk.post(f"/jobs/{desk.job()['jobKey']}/error", {"errorCode": "other"}, by="admin").status_code == 204
    incident = desk.post("/incidents/search", {"filter": {"processInstanceKey": case}}, by="admin").json["items"][0]
    assert incident["errorType"] == "UNHANDLED_ERROR_EVENT"


def test_more_time_is_counted_from_now(desk: Any, house: Any) -> None:
    desk.approved(order_no="A-1")
    job = desk.job(timeout=1_000)
    longer = {"changeset": {"timeout": 60_000}}
    assert desk.client.patch(f"/v2/jobs/{job['jobKey']}", json=longer, by="admin").status_code == 204
    house.clock.advance(timedelta(seconds=30))
    assert desk.post("/jobs/activation", NO_HOLD, by="admin").json == {"jobs": []}
    assert desk.client.patch("/v2/jobs/5", json=longer, by="admin").status_code == 404


def test_a_message_waits_for_who_comes_later(desk: Any) -> None:
    message = {"name": "paid", "correlationKey": "A-1", "timeToLive": 60_000, "messageId": "bank-7"}
    assert desk.post("/messages/publication", message, by="admin").status_code == 200
    again = desk.post("/messages/publication", message, by="admin")
    assert (again.status_code, again.json["title"]) == (409, "ALREADY_EXISTS")
    desk.approved(order_no="A-1")
    assert desk.post(f"/jobs/{desk.job()['jobKey']}/completion", by="admin").status_code == 204


def test_a_correlation_that_nobody_waits_for_is_not_found(desk: Any) -> None:
    refused = desk.post("/messages/correlation", {"name": "paid", "correlationKey": "none"}, by="admin")
    assert (refused.status_code, refused.json["code"]) == (404, "nobody_waits")
    assert desk.post("/messages/publication", {"name": "paid"}, by="lin.yue").status_code == 403


def test_a_signal_that_nobody_hears_is_well_sent(desk: Any) -> None:
    assert desk.post("/signals/broadcast", {"signalName": "month_end"}, by="admin").status_code == 200


def test_a_decision_explains_itself(desk: Any, discount: str) -> None:
    desk.deploy(discount_dmn=discount)
    asked = {"decisionDefinitionId": "discount", "variables": {"amount": 2_000}}
    answer = desk.post("/decision-definitions/evaluation", asked, by="admin").json
    assert (answer["output"], answer["failureMessage"]) == ("0.1", None)
    table = answer["evaluatedDecisions"][-1]
    assert (table["decisionDefinitionType"], table["evaluatedInputs"][0]["inputValue"]) == ("DECISION_TABLE", "2000")
    assert [(rule["ruleId"], rule["ruleIndex"]) for rule in table["matchedRules"]] == [("r1", 1)]
    by_key = {"decisionDefinitionKey": answer["decisionDefinitionKey"], "variables": {"amount": 1}}
    assert desk.post("/decision-definitions/evaluation", by_key, by="admin").json["output"] == "0"
    assert desk.post("/decision-definitions/evaluation", {"decisionDefinitionId": "none"}, by="admin").status_code == 404
    assert desk.post("/decision-definitions/evaluation", {}, by="admin").status_code == 400


def test_a_callback_is_registered_listed_and_ended(desk: Any) -> None:
    wish = {"address": "https://example.com/hook", "processDefinitionId": "order", "eventTypes": ["case.started"]}
    made = desk.post("/callback-subscriptions", wish, by="admin").json
    assert made["secret"].startswith("whsec_")
    listed = desk.get("/callback-subscriptions", by="admin")
    assert [one["subscriptionKey"] for one in listed.json["items"]] == [made["subscriptionKey"]]
    assert made["secret"] not in listed.text
    case = desk.start()
    path = f"/callback-subscriptions/{made['subscriptionKey']}"
    ledger = desk.get(f"{path}/deliveries", by="admin").json["items"]
    assert [(one["type"], one["state"], one["processInstanceKey"]) for one in ledger] == [("case.started", "pending", case)]
    assert desk.get(f"/process-instances/{case}/deliveries", by="lin.yue").json["items"] == ledger
    assert desk.post(f"/deliveries/{ledger[0]['deliveryKey']}/replay", by="admin").json["code"] == "delivery_not_found"
    assert desk.client.delete(f"/v2{path}", by="admin").status_code == 204
    assert desk.get(path, by="admin").json["active"] is False
    assert desk.get("/callback-subscriptions/5", by="admin").status_code == 404


@pytest.mark.parametrize("address", ["http://127.0.0.1/x", "http://10.0.0.1/x", "ftp://example.com", "nonsense", "http://[::1]/"])
def test_an_address_inside_the_house_is_refused(desk: Any, address: str) -> None:
    refused = desk.post("/callback-subscriptions", {"address": address}, by="admin")
    assert (refused.status_code, refused.json["code"]) == (400, "address_refused")


def test_an_unknown_event_is_refused(desk: Any) -> None:
    wish = {"address": "https://example.com/hook", "eventTypes": ["case.exploded"]}
    assert desk.post("/callback-subscriptions", wish, by="admin").json["code"] == "invalid_request"
    assert desk.post("/callback-subscriptions", wish, by="lin.yue").status_code == 403
