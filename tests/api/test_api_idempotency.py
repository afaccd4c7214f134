"""The same request again, and two at the same time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.idempotency import _digest
from engine.commands import answer_once
from engine.commands.create_api_token import create_api_token

KEY = {"Idempotency-Key": "order-1"}


def names(client: Any) -> list[str]:
    return [token["name"] for token in client.get("/v2/api-tokens", by="lin.yue").json["items"]]


def test_the_same_request_gets_the_first_answer_and_is_done_once(client: Any) -> None:
    first = client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue")
    again = client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue")
    assert again.json == first.json
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert names(client) == ["a"]


def test_another_request_with_the_key_is_refused(client: Any) -> None:
    client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue")
    answer = client.post("/v2/api-tokens", json={"name": "b"}, headers=KEY, by="lin.yue")
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_key_reused")
    assert names(client) == ["a"]


def test_a_refusal_is_an_answer_too(client: Any) -> None:
    for _ in range(2):
        answer = client.post("/v2/api-tokens", json={"name": ""}, headers=KEY, by="lin.yue")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.headers["Idempotency-Replayed"] == "true"


def test_a_key_is_its_person_s_own(client: Any) -> None:
    first = client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue").json
    other = client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="wang.lei").json
    assert other["token"] != first["token"]


def test_while_the_first_runs_the_second_is_told_to_wait(client: Any, house: Any, app: Any) -> None:
    with app.test_request_context("/v2/api-tokens", method="POST", json={"name": "a"}, headers=KEY) as context:
        digest = _digest(context.request)
    now = house.clock.now()
    assert answer_once.reserve(house, "lin.yue", "order-1", digest, forget_before=now, stale_before=now) is None
    answer_once.settle(house)
    answer = client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue")
    assert (answer.status_code, answer.json["code"]) == (409, "request_in_progress")
    assert names(client) == []
    house.clock.advance(timedelta(minutes=11))
    assert client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue").status_code == 200


def test_what_died_after_its_commit_is_never_run_again(client: Any, house: Any, app: Any) -> None:
    with app.test_request_context("/v2/api-tokens", method="POST", json={"name": "a"}, headers=KEY) as context:
        digest = _digest(context.request)
    now = house.clock.now()
    assert answer_once.reserve(house, "lin.yue", "order-1", digest, forget_before=now, stale_before=now) is None
    create_api_token(house, house.actor("lin.yue"), "a")
    answer_once.settle(house)
    answer_once.release(house, "lin.yue", "order-1")
    house.clock.advance(timedelta(minutes=11))
    answer = client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue")
    assert (answer.status_code, answer.json["code"], answer.json["facts"]) == (409, "request_in_progress", {"has_effect": True})
    assert names(client) == ["a"]


def test_a_key_is_forgotten_after_a_day(client: Any, house: Any) -> None:
    client.post("/v2/api-tokens", json={"name": "a"}, headers=KEY, by="lin.yue")
    house.clock.advance(timedelta(days=1, seconds=1))
    client.post("/v2/api-tokens", json={"name": "b"}, headers={"Idempotency-Key": "other"}, by="lin.yue")
    assert client.post("/v2/api-tokens", json={"name": "c"}, headers=KEY, by="lin.yue").status_code == 200


def test_too_long_a_key_is_refused(client: Any) -> None:
    answer = client.post("/v2/api-tokens", json={"name": "a"}, headers={"Idempotency-Key": "x" * 201}, by="lin.yue")
    assert answer.json["code"] == "invalid_request"
