"""The HTTP side over a real database and the demo company, and a client that holds every answer against its documented shape."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import RAISE, Schema, fields
from werkzeug.test import TestResponse

from api.app import create_app
from api.application import Application
from engine.access.passwords import hash_password
from engine.clock import FrozenClock
from engine.commands.import_organisation import import_organisation
from engine.engine import Engine
from engine.people import company
from engine.settings import Settings
from engine.store import user_credentials
from engine.store.database import Database
from engine.vocabulary import Actor

COMPANY = Path(__file__).resolve().parents[2] / "processes" / "company.yaml"
PASSWORD = "guicheng-demo"

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="https://guicheng.example/bpmn">
  <bpmn:message id="m" name="paid"><bpmn:extensionElements>
    <zeebe:subscription correlationKey="=order_no" /></bpmn:extensionElements></bpmn:message>
  <bpmn:error id="e" name="refused" errorCode="refused" />
  <bpmn:process id="order" name="订单" isExecutable="true">
    <bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="gc.dialect" value="1" /></zeebe:properties></bpmn:extensionElements>
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="approve" />
    <bpmn:userTask id="approve" name="审批"><bpmn:extensionElements>
        <zeebe:userTask /><zeebe:assignmentDefinition candidateGroups="sales_manager, dgm" />
        <zeebe:properties><zeebe:property name="gc.sign" value="any" />
          <zeebe:property name="gc.outcome_variable" value="verdict" />
          <zeebe:property name="gc.name.en" value="Approve" /></zeebe:properties></bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="approve" targetRef="book" />
    <bpmn:serviceTask id="book" name="记账"><bpmn:extensionElements><zeebe:taskDefinition type="erp.book" retries="2" />
        <zeebe:taskHeaders><zeebe:header key="ledger" value="A" /></zeebe:taskHeaders></bpmn:extensionElements>
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:serviceTask>
    <bpmn:boundaryEvent id="refused" attachedToRef="book"><bpmn:outgoing>f5</bpmn:outgoing>
      <bpmn:errorEventDefinition errorRef="e" /></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f5" sourceRef="refused" targetRef="stopped" />
    <bpmn:endEvent id="stopped"><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="book" targetRef="paid" />
    <bpmn:intermediateCatchEvent id="paid"><bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
      <bpmn:messageEventDefinition messageRef="m" /></bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f4" sourceRef="paid" targetRef="end" />
    <bpmn:endEvent id="end"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""

DISCOUNT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="discounts" name="折扣" namespace="https://guicheng.example/dmn">
  <inputData id="i" name="amount"><variable id="iv" name="amount" typeRef="number" /></inputData>
  <decision id="discount" name="折扣"><variable id="v" name="discount" />
    <informationRequirement id="r"><requiredInput href="#i" /></informationRequirement>
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="in"><inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>
      <output id="out" name="rate" typeRef="number" />
      <rule id="r1"><inputEntry id="e1"><text>&gt;= 1000</text></inputEntry>
        <outputEntry id="o1"><text>0.1</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="e2"><text>-</text></inputEntry>
        <outputEntry id="o2"><text>0</text></outputEntry></rule>
    </decisionTable></decision>
</definitions>
"""
PEOPLE = ("lin.yue", "wang.lei", "zhao.ming", "he.jun", "luo.ping", "ma.liang", "xu.fan", "cao.rui", "sun.ying", "admin")


class Client(FlaskClient):
    """Signs in as `by` with HTTP Basic; fails on an answer that is not what the documentation says."""

    def open(self, *args: Any, by: str | None = None, **kwargs: Any) -> TestResponse:
        if by is not None:
            credentials = base64.b64encode(f"{by}:{PASSWORD}".encode()).decode()
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "Authorization": f"Basic {credentials}"}
        # Buffered: the file behind an answer is closed with it.
        answer = super().open(*args, buffered=True, **kwargs)
        _conforms(self.application, answer)
        return answer


def _conforms(app: Any, answer: TestResponse) -> None:
    if answer.status_code >= 400:
        problem = answer.get_json() if answer.mimetype == "application/problem+json" else None
        probes = {"/readyz"}
        assert problem is not None or answer.request.path in probes, f"not a problem document: {answer.data[:200]!r}"
        if problem is not None:
            assert {"type", "title", "status", "detail", "instance", "code", "facts"} <= problem.keys()
            assert problem["status"] == answer.status_code
            assert problem["instance"] == answer.request.path
        return
    if answer.mimetype != "application/json":
        return
    with app.test_request_context(answer.request.full_path, method=answer.request.method) as context:
        declared = app.declared.get(context.request.endpoint)
    if declared is not None and declared.gives is not None:
        problems = strict(declared.gives).validate(answer.get_json())
        assert not problems, problems
        _keys_are_text(answer.get_json())


def strict(shape: Schema) -> Schema:
    """The same shape, refusing members it does not name, at every depth."""
    shape.unknown = RAISE
    for member in shape.fields.values():
        inner = member.inner if isinstance(member, fields.List) else member
        if isinstance(inner, fields.Nested):
            strict(inner.schema)
    return shape


def _keys_are_text(value: Any) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            if name.endswith("Key"):
                assert member is None or isinstance(member, str), f"{name} is {member!r}"
            if name not in {"variables", "facts"}:
                _keys_are_text(member)
    elif isinstance(value, list):
        for member in value:
            _keys_are_text(member)


class Desk:
    """What the tests of the resources do over and over, over HTTP."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def post(self, path: str, body: Any = None, *, by: str, **more: Any) -> TestResponse:
        return self.client.post(f"/v2{path}", json={} if body is None else body, by=by, **more)

    def get(self, path: str, *, by: str, **more: Any) -> TestResponse:
        return self.client.get(f"/v2{path}", by=by, **more)

    def deploy(self, by: str = "admin", **files: str | bytes) -> TestResponse:
        """`order_bpmn=...` is the file `order.bpmn`."""
        parts = [
            (io.BytesIO(content.encode() if isinstance(content, str) else content), name.replace("_", "."))
            for name, content in files.items()
        ]
        return self.client.post("/v2/deployments", data={"resources": parts}, content_type="multipart/form-data", by=by)

    def start(self, by: str = "lin.yue", **variables: Any) -> str:
        """The key of a new order."""
        answer = self.post("/process-instances", {"processDefinitionId": "order", "variables": variables}, by=by)
        assert answer.status_code == 200, answer.text
        key: str = answer.json["processInstanceKey"]
        return key

    def task_of(self, case: str, by: str = "admin") -> str:
        """The key of the case's open task."""
        found = self.post("/user-tasks/search", {"filter": {"processInstanceKey": case, "state": "CREATED"}}, by=by).json["items"]
        assert len(found) == 1
        key: str = found[0]["userTaskKey"]
        return key

    def approved(self, **variables: Any) -> str:
        """A case whose job waits for a worker."""
        case = self.start(**variables)
        assert self.post(f"/user-tasks/{self.task_of(case)}/vote", {"outcome": "approve"}, by="wang.lei").status_code == 200
        return case

    def job(self, **more: Any) -> dict[str, Any]:
        body = {"type": "erp.book", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": -1, "worker": "w", **more}
        jobs = self.post("/jobs/activation", body, by="admin").json["jobs"]
        assert len(jobs) == 1
        job: dict[str, Any] = jobs[0]
        return job

    def state(self, case: str) -> str:
        state: str = self.get(f"/process-instances/{case}", by="admin").json["state"]
        return state


@pytest.fixture
def order() -> str:
    return ORDER


@pytest.fixture
def discount() -> str:
    return DISCOUNT


@pytest.fixture(scope="session")
def password_hashes() -> dict[str, str]:
    return dict.fromkeys(PEOPLE, hash_password(PASSWORD))


@pytest.fixture
def bare_house(sqlite_database: Database, tmp_path: Path) -> Engine:
    """A frozen moment (Monday 2026-03-02, 09:00 in Shanghai), nobody there, nothing deployed."""
    settings = Settings(
        database_url=str(sqlite_database.url), data=tmp_path, secret="a secret of the tests", max_body=100_000, threads=4
    )
    return Engine(sqlite_database, FrozenClock(datetime(2026, 3, 2, 1, tzinfo=UTC)), settings)


@pytest.fixture
def house(bare_house: Engine, password_hashes: dict[str, str]) -> Engine:
    """The demo company, nothing deployed."""
    import_organisation(bare_house, Actor("system"), company.read(COMPANY.read_text("utf-8")))
    with bare_house.database.transaction() as connection:
        user_credentials.write(connection, password_hashes, bare_house.clock.now())
    return bare_house


@pytest.fixture
def app(house: Engine) -> Application:
    return create_app(house)


@pytest.fixture
def new_client_of() -> Callable[[Engine], Client]:
    """A client of another house."""

    def client_of(house: Engine) -> Client:
        app = create_app(house)
        app.test_client_class = Client
        return app.test_client()  # type: ignore[return-value]  # Flask types it as its own client

    return client_of


NewClient = Callable[[], Client]


@pytest.fixture
def new_client(app: Application) -> NewClient:
    """More browsers, each with its own cookies."""
    app.test_client_class = Client
    return app.test_client  # type: ignore[return-value]  # Flask types it as its own client


@pytest.fixture
def desk(client: Client) -> Desk:
    """With the process `order` deployed."""
    desk = Desk(client)
    assert desk.deploy(order_bpmn=ORDER).status_code == 200
    return desk


@pytest.fixture
def client(new_client: NewClient) -> Iterator[Client]:
    with new_client() as opened:
        yield opened
