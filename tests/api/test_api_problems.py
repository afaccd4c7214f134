"""Every error is a problem document with the members and the status that clients rely on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api import problems
from api.app import create_app
from engine import errors
from engine.errors import CODES, Rejection


def test_an_unknown_path_of_the_api_is_not_found(client: Any) -> None:
    answer = client.get("/v2/nothing-here")
    assert (answer.status_code, answer.json["code"], answer.json["title"]) == (404, "route_not_found", "NOT_FOUND")
    assert client.post("/v2/nothing-here", json={}).status_code == 404


def test_a_wrong_method_names_the_right_ones(client: Any) -> None:
    answer = client.put("/v2/status")
    assert answer.status_code == 405
    assert answer.json["code"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b'{"name": NaN}', 400, "invalid_json"),
        (b'"just text"', 400, "invalid_request"),
        (b"[]", 400, "invalid_request"),
        (b"{}", 400, "invalid_request"),
        (b"null", 400, "invalid_request"),
        (b"", 400, "invalid_request"),
        (b'{"name": 5}', 400, "invalid_request"),
        (b'{"name": "x", "scopes": ["everything"]}', 400, "invalid_request"),
        (b'{"name": "x", "expiresAt": "tomorrow"}', 400, "invalid_request"),
        (b'{"name": "x", "expiresAt": "2020-01-01T00:00:00Z"}', 400, "invalid_request"),
        (b'{"name": "' + b"x" * 5_000 + b'"}', 400, "invalid_request"),
        (b'{"name": "' + b"x" * 100_000 + b'"}', 413, "body_too_large"),
    ],
)
def test_a_bad_body_is_refused(client: Any, body: bytes, status: int, code: str) -> None:
    answer = client.post("/v2/api-tokens", data=body, content_type="application/json", by="lin.yue")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_body_that_is_not_json_is_an_unsupported_type(client: Any) -> None:
    answer = client.post("/v2/api-tokens", data=b"name=x", content_type="application/x-www-form-urlencoded", by="lin.yue")
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_a_field_problem_says_where(client: Any) -> None:
    answer = client.post("/v2/api-tokens", json={"name": "x", "scopes": ["read", "all"]}, by="lin.yue")
    assert [error["path"] for error in answer.json["errors"]] == ["scopes.1"]


def test_unknown_members_of_a_body_are_ignored(client: Any) -> None:
    assert client.post("/v2/api-tokens", json={"name": "x", "operationReference": 5}, by="lin.yue").status_code == 200


def test_a_fault_tells_a_number_and_nothing_else(house: Any, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    class Broken:
        def now(self) -> None:
            raise RuntimeError("the secret is swordfish")

    house.clock = Broken()
    answer = create_app(house).test_client().get("/v2/authentication/me", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert re.fullmatch("[0-9a-f]{12}", problem["reference"])
    assert "swordfish" not in answer.text
    assert problem["reference"] in capsys.readouterr().out + caplog.text


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_status_and_a_title(code: str) -> None:
    status, title = problems.status_and_title(CODES[code](code, "expected this, but that"))
    assert 400 <= status < 500
    assert title


def test_every_kind_is_mapped() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Rejection)}
    assert kinds - {Rejection} == set(problems.BY_KIND)


def test_every_exception_of_the_table_is_a_known_code() -> None:
    assert set(problems.BY_CODE) <= set(CODES)


def test_no_answer_is_guessed_at_or_framed(client: Any) -> None:
    for path in ("/v2/license", "/v2/nothing-here", "/", "/livez"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"
