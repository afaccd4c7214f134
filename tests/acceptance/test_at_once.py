"""The same instant, over HTTP: two votes, and the same request twice."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.killable_server import Answered, Server, serving


@pytest.fixture(scope="module")
def server(first_start: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = shutil.copytree(first_start, tmp_path_factory.mktemp("at_once") / "data")
    with serving(data) as ready:
        yield ready


def at_once(*acts: Callable[[], Answered]) -> list[Answered]:
    """What each was answered, all begun in the same instant."""
    gate = threading.Barrier(len(acts))
    answers: list[Answered] = []

    def run(act: Callable[[], Answered]) -> None:
        gate.wait()
        answers.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_votes_in_the_same_instant_one_decides(server: Server) -> None:
    for _ in range(8):
        case = server.start("either")
        task = server.tasks(case)[0]["userTaskKey"]

        def vote(user: str, task: str = task) -> Answered:
            return server.ask("POST", f"/v2/user-tasks/{task}/vote", {"outcome": "approve"}, by=user)

        answers = at_once(lambda vote=vote: vote("he.jun"), lambda vote=vote: vote("li.hua"))  # type: ignore[misc]  # bound at once
        assert sorted(answer.status // 100 for answer in answers) == [2, 4]
        refused = next(answer for answer in answers if answer.status // 100 == 4)
        assert (refused.status, refused.body["code"]) == (409, "task_already_decided")
    assert server.check() == ""


def test_a_request_repeated_with_its_key_gets_the_first_answer_and_starts_one_case(server: Server) -> None:
    def start(key: str) -> Answered:
        body = {"processDefinitionId": "either", "variables": {}}
        return server.ask("POST", "/v2/process-instances", body, by="lin.yue", headers={"Idempotency-Key": key})

    first, second = start("one"), start("one")
    assert first.status == second.status == 200
    assert first.body == second.body
    assert second.headers["idempotency-replayed"] == "true"
    assert start("two").body["processInstanceKey"] != first.body["processInstanceKey"]


def test_the_same_request_in_the_same_instant_has_one_effect(server: Server) -> None:
    def start(key: str) -> Answered:
        body = {"processDefinitionId": "either", "variables": {}}
        return server.ask("POST", "/v2/process-instances", body, by="lin.yue", headers={"Idempotency-Key": key})

    before = cases(server)
    for turn in range(5):
        answers = at_once(*[lambda turn=turn: start(f"key-{turn}")] * 3)  # type: ignore[misc]  # bound at once
        done = [answer for answer in answers if answer.status == 200]
        others = [answer for answer in answers if answer.status != 200]
        assert done, answers
        assert len({answer.body["processInstanceKey"] for answer in done}) == 1
        assert all((answer.status, answer.body["code"]) == (409, "request_in_progress") for answer in others)
    assert cases(server) == before + 5


def cases(server: Server) -> int:
    found = server.ask("POST", "/v2/process-instances/search", {"filter": {"processDefinitionId": "either"}}, by="lin.yue")
    assert found.status == 200, found
    return int(found.body["page"]["totalItems"])
