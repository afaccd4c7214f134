"""Who asks: HTTP Basic, API tokens, sessions of a browser."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from api.signing_in import SESSION_COOKIE

PASSWORD = "guicheng-demo"


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def sign_in(client: Any, user: str = "lin.yue", password: str = PASSWORD) -> Any:
    return client.post("/v2/session", json={"username": user, "password": password})


def test_basic_credentials_name_a_person(client: Any) -> None:
    me = client.get("/v2/authentication/me", headers=basic("lin.yue", PASSWORD)).json
    assert (me["username"], me["displayName"], me["roles"]) == ("lin.yue", "林岳", ["employee", "sales_rep"])


@pytest.mark.parametrize(
    "header",
    [
        basic("lin.yue", "wrong")["Authorization"],
        basic("nobody", PASSWORD)["Authorization"],
        basic("", "")["Authorization"],
        "Basic not-base64",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Bearer gct_unknown",
        "Bearer ",
        "Digest x",
    ],
)
def test_wrong_credentials_are_refused(client: Any, header: str) -> None:
    answer = client.get("/v2/authentication/me", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"], answer.json["title"]) == (401, "wrong_credentials", "Unauthorized")


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"Authorization": "  "}])
def test_no_credentials_are_nobody(client: Any, headers: dict[str, str]) -> None:
    answer = client.get("/v2/authentication/me", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_open_routes_ask_for_nothing(client: Any) -> None:
    assert client.get("/v2/status").status_code == 204
    assert client.get("/v2/license", headers={"Authorization": "Bearer nonsense"}).json["isCommercial"] is False


def test_a_checked_password_is_not_checked_again_for_a_while(client: Any, house: Any) -> None:
    assert client.get("/v2/session", by="lin.yue").status_code == 200
    with house.database.count_statements() as statements:
        assert client.get("/v2/session", by="lin.yue").status_code == 200
    assert statements.count == 0
    house.clock.advance(timedelta(minutes=5))
    with house.database.count_statements() as statements:
        assert client.get("/v2/session", by="lin.yue").status_code == 200
    assert statements.count == 1


def test_a_changed_password_counts_at_once_and_ends_every_session(client: Any, new_client: Any) -> None:
    browser = new_client()
    sign_in(browser)
    assert browser.get("/v2/session").status_code == 200
    assert client.get("/v2/session", by="lin.yue").status_code == 200
    path, wish = "/v2/session/password", {"password": PASSWORD, "newPassword": "a new one, 新的"}
    assert client.put(path, json={**wish, "password": "guess"}, by="lin.yue").json["code"] == "wrong_credentials"
    assert client.put(path, json={**wish, "newPassword": "short"}, by="lin.yue").status_code == 400
    assert client.put(path, json=wish, by="lin.yue").status_code == 204
    assert client.get("/v2/session", by="lin.yue").status_code == 401
    assert browser.get("/v2/session").status_code == 401
    assert client.get("/v2/session", headers=basic("lin.yue", "a new one, 新的")).status_code == 200
    assert client.get("/v2/session", by="wang.lei").status_code == 200


def test_many_failures_must_wait_even_with_the_right_password(client: Any, house: Any) -> None:
    for _ in range(10):
        assert client.get("/v2/session", headers=basic("lin.yue", "guess")).status_code == 401
    answer = client.get("/v2/session", by="lin.yue")
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (429, "too_many_attempts", "300")
    assert client.get("/v2/session", by="wang.lei").status_code == 200
    house.clock.advance(timedelta(minutes=5))
    assert client.get("/v2/session", by="lin.yue").status_code == 200


def test_a_session_is_a_cookie_that_scripts_cannot_read(client: Any) -> None:
    cookie = sign_in(client).headers["Set-Cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_a_session_over_https_is_for_https_only(client: Any) -> None:
    answer = client.post("/v2/session", json={"username": "lin.yue", "password": PASSWORD}, base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_session_needs_its_csrf_token_to_change_anything(client: Any) -> None:
    token = sign_in(client).json["csrf"]
    assert client.get("/v2/session").json["csrf"] == token
    for headers in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": token[:-1]}):
        answer = client.post("/v2/api-tokens", json={"name": "x"}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "csrf_failed")
    assert client.post("/v2/api-tokens", json={"name": "x"}, headers={"X-CSRF-Token": token}).status_code == 200


def test_signing_in_again_begins_another_session_and_ends_the_one_before(client: Any, new_client: Any) -> None:
    sign_in(client)
    before = client.get_cookie(SESSION_COOKIE).value
    sign_in(client)
    assert client.get_cookie(SESSION_COOKIE).value != before
    other = new_client()
    other.set_cookie(SESSION_COOKIE, before)
    assert other.get("/v2/session").status_code == 401


def test_a_planted_session_is_not_taken_over(client: Any) -> None:
    client.set_cookie(SESSION_COOKIE, "planted")
    sign_in(client)
    assert client.get_cookie(SESSION_COOKIE).value != "planted"


def test_signing_out_ends_the_session_everywhere(client: Any, new_client: Any) -> None:
    token = sign_in(client).json["csrf"]
    copy = new_client()
    copy.set_cookie(SESSION_COOKIE, client.get_cookie(SESSION_COOKIE).value)
    assert copy.get("/v2/session").status_code == 200
    assert client.delete("/v2/session", headers={"X-CSRF-Token": token}).status_code == 204
    assert client.get_cookie(SESSION_COOKIE) is None
    assert copy.get("/v2/session").status_code == 401


def test_a_session_ends_after_twelve_hours(client: Any, house: Any) -> None:
    sign_in(client)
    house.clock.advance(timedelta(hours=12) - timedelta(seconds=1))
    assert client.get("/v2/session").status_code == 200
    house.clock.advance(timedelta(seconds=1))
    assert client.get("/v2/session").status_code == 401


def test_a_known_session_costs_no_statement(client: Any, house: Any) -> None:
    sign_in(client)
    client.get("/v2/session")
    with house.database.count_statements() as statements:
        assert client.get("/v2/session").status_code == 200
    assert statements.count == 0


def test_an_api_token_is_shown_once_and_stands_for_its_person(client: Any) -> None:
    made = client.post("/v2/api-tokens", json={"name": "ERP"}, by="lin.yue").json
    assert made["token"].startswith("gct_")
    assert client.get("/v2/session", headers={"Authorization": f"Bearer {made['token']}"}).json["user"]["id"] == "lin.yue"
    listed = client.get("/v2/api-tokens", by="lin.yue")
    assert [token["name"] for token in listed.json["items"]] == ["ERP"]
    assert made["token"] not in listed.text


def test_an_api_token_does_what_its_scopes_say_and_gives_no_more(client: Any) -> None:
    made = client.post("/v2/api-tokens", json={"name": "read", "scopes": ["read"]}, by="lin.yue").json
    answer = client.get("/v2/session", headers={"Authorization": f"Bearer {made['token']}"})
    assert (answer.status_code, answer.json["code"]) == (403, "token_scope")
    mine = client.post("/v2/api-tokens", json={"name": "self", "scopes": ["self"]}, by="lin.yue").json
    bearer = {"Authorization": f"Bearer {mine['token']}"}
    assert client.post("/v2/api-tokens", json={"name": "more"}, headers=bearer).json["code"] == "token_scope"
    assert client.post("/v2/api-tokens", json={"name": "more", "scopes": ["act"]}, headers=bearer).json["code"] == "token_scope"
    assert client.post("/v2/api-tokens", json={"name": "same", "scopes": ["self"]}, headers=bearer).status_code == 200


def test_a_revoked_token_is_worth_nothing_at_once(client: Any) -> None:
    made = client.post("/v2/api-tokens", json={"name": "ERP"}, by="lin.yue").json
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert client.get("/v2/session", headers=bearer).status_code == 200
    assert client.delete(f"/v2/api-tokens/{made['tokenKey']}", by="wang.lei").status_code == 404
    assert client.delete(f"/v2/api-tokens/{made['tokenKey']}", by="lin.yue").status_code == 204
    assert client.get("/v2/session", headers=bearer).status_code == 401
    assert client.delete(f"/v2/api-tokens/{made['tokenKey']}", by="lin.yue").status_code == 404


def test_a_token_ends_when_it_expires(client: Any, house: Any) -> None:
    ends = (house.clock.now() + timedelta(hours=1)).isoformat()
    made = client.post("/v2/api-tokens", json={"name": "ERP", "expiresAt": ends}, by="lin.yue").json
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert client.get("/v2/session", headers=bearer).status_code == 200
    house.clock.advance(timedelta(hours=1))
    assert client.get("/v2/session", headers=bearer).status_code == 401


def test_a_session_token_is_no_api_token(client: Any, new_client: Any) -> None:
    sign_in(client)
    assert client.get("/v2/session").status_code == 200
    bearer = {"Authorization": f"Bearer {client.get_cookie(SESSION_COOKIE).value}"}
    assert new_client().get("/v2/session", headers=bearer).status_code == 401


def test_neither_passwords_nor_tokens_are_stored(client: Any, house: Any) -> None:
    made = client.post("/v2/api-tokens", json={"name": "ERP"}, by="lin.yue").json
    sign_in(client)
    session = client.get_cookie(SESSION_COOKIE).value
    with house.database.reading() as connection:
        for table in ("api_token", "session", "user_credential"):
            rows = repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608 - three fixed names
            assert made["token"] not in rows
            assert session not in rows
            assert PASSWORD not in rows
