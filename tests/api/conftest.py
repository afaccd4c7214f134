"""The HTTP side over a real database and the demo company, and a client that holds every answer against its documented shape."""

from __future__ import annotations

import base64
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


@pytest.fixture(scope="session")
def password_hashes() -> dict[str, str]:
    return dict.fromkeys(PEOPLE, hash_password(PASSWORD))


@pytest.fixture
def house(sqlite_database: Database, password_hashes: dict[str, str], tmp_path: Path) -> Engine:
    """The demo company in a frozen moment (Monday 2026-03-02, 09:00 in Shanghai), nothing deployed."""
    settings = Settings(database_url=str(sqlite_database.url), data=tmp_path, secret="a secret of the tests", max_body=100_000)
    house = Engine(sqlite_database, FrozenClock(datetime(2026, 3, 2, 1, tzinfo=UTC)), settings)
    import_organisation(house, Actor("system"), company.read(COMPANY.read_text("utf-8")))
    with sqlite_database.transaction() as connection:
        user_credentials.write(connection, password_hashes, house.clock.now())
    return house


@pytest.fixture
def app(house: Engine) -> Application:
    return create_app(house)


NewClient = Callable[[], Client]


@pytest.fixture
def new_client(app: Application) -> NewClient:
    """More browsers, each with its own cookies."""
    app.test_client_class = Client
    return app.test_client  # type: ignore[return-value]  # Flask types it as its own client


@pytest.fixture
def client(new_client: NewClient) -> Iterator[Client]:
    with new_client() as opened:
        yield opened
