"""A server that is killed in the middle of its work loses nothing and does nothing twice."""

from __future__ import annotations

import http.client
import sqlite3
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.engine.receiver import receiving
from tests.killable_server import Server, serving

CLIENTS = 4
VOTES_BEFORE_THE_KILL = 60


@dataclass
class Load:
    """What the clients were told before the server was gone."""

    server: Server
    started: list[str] = field(default_factory=list)
    votes: list[tuple[str, str]] = field(default_factory=list)
    refused: list[object] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """One client: starts cases and votes in them until the server is gone."""
        try:
            for _ in range(1000):
                self._one_case()
        except (OSError, http.client.HTTPException):
            return  # the server was killed

    def _one_case(self) -> None:
        case = self.server.start("joint")
        self.started.append(case)
        first = self.server.tasks(case)[0]["userTaskKey"]
        self._vote("xu.fan", first)
        if len(self.started) % 3 == 0:
            return  # some cases stay half-signed
        self._vote("luo.ping", first)
        self._vote("he.jun", self.server.tasks(case)[0]["userTaskKey"])

    def _vote(self, user: str, task: str) -> None:
        answer = self.server.ask("POST", f"/v2/user-tasks/{task}/vote", {"outcome": "approve"}, by=user)
        if answer.status // 100 != 2:
            self.refused.append(answer)
            return
        self.votes.append((task, user))
        if len(self.votes) >= VOTES_BEFORE_THE_KILL:
            self.enough.set()


def rows(data: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{data}/guicheng.db?mode=ro", uri=True) as connection:
        return connection.execute(statement).fetchall()


def test_a_kill_in_the_middle_of_the_work_loses_no_vote_and_doubles_none(data: Path) -> None:
    with serving(data) as server:
        load = Load(server)
        clients = [threading.Thread(target=load.run) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        assert load.enough.wait(120), f"too few votes: {len(load.votes)}, {load.refused}\n{server.written()}"
        server.kill()
        for client in clients:
            client.join()
    assert load.refused == []
    with serving(data) as server:
        assert server.check() == ""
        assert server.ask("GET", "/v2/topology", by="lin.yue").status == 200
    kept = Counter(
        (str(task), str(user))
        for task, user in rows(data, "SELECT task_key, decided_by FROM work_item WHERE state = 'done' AND decided_by IS NOT NULL")
    )
    assert set(load.votes) <= kept.keys(), "an accepted vote was lost"
    assert set(kept.values()) == {1}, "a vote is there twice"
    cast = rows(data, "SELECT count(*) FROM event WHERE type IN ('vote.cast', 'task.decided')")[0][0]
    assert cast == sum(kept.values())
    states = dict(rows(data, "SELECT state, count(*) FROM instance WHERE process_id = 'joint' GROUP BY state"))
    begun = rows(data, "SELECT count(*) FROM event WHERE type = 'case.started'")[0][0]
    assert set(states) <= {"active", "completed"}
    assert sum(states.values()) == begun  # type: ignore[arg-type]  # counts
    known = {str(key) for (key,) in rows(data, "SELECT key FROM instance")}
    assert set(load.started) <= known, "an accepted case was lost"


def test_what_was_due_while_the_server_was_down_happens_after_the_restart(data: Path) -> None:
    """The first server looks at what is due once an hour: it dies with a timer due and a callback unsent."""
    with receiving() as receiver:
        allowed = f"127.0.0.1:{receiver.port}"
        with serving(data, tick_seconds="3600", allow_private_callbacks=allowed) as server:
            made = server.ask(
                "POST",
                "/v2/callback-subscriptions",
                {"address": receiver.address, "processDefinitionId": "timed", "eventTypes": ["case.started", "task.opened"]},
                by="admin",
            )
            assert made.status // 100 == 2, made
            case = server.start("timed")
            server.kill()
        assert receiver.got == []
        with serving(data, tick_seconds="0.1", allow_private_callbacks=allowed) as server:
            server.wait_for(lambda: server.tasks(case), "the timer to fire")
            server.wait_for(lambda: len(receiver.got) >= 2, "both events to arrive")
            assert server.check() == ""
    assert receiver.events() == ["case.started", "task.opened"]
    assert all(got.is_signed_with(made.body["secret"]) for got in receiver.got)


def test_the_house_ends_when_asked_and_does_not_set_itself_up_again(data: Path) -> None:
    with serving(data) as server:
        server.start("either")
        before = rows(data, "SELECT count(*) FROM deployment")
        assert server.end() == 0
        assert "Traceback" not in server.written()
    with serving(data) as server:
        assert rows(data, "SELECT count(*) FROM deployment") == before
        assert server.end() == 0
        assert server.check() == ""
