"""A real server process over a folder of data, and a client that speaks HTTP with it."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.commands.set_up_demo import DEMO_PASSWORD

ROOT = Path(__file__).resolve().parents[1]
ATTEMPTS = 600
PAUSE_SECONDS = 0.1
"""At most a minute for anything a server is expected to do."""


@dataclass
class Answered:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    environment: Mapping[str, str] = field(repr=False, default_factory=dict)

    def ask(
        self, method: str, path: str, body: Any = None, *, by: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answered:
        """One request on a connection of its own. OSError or HTTPException where the server is gone."""
        given = {"content-type": "application/json", **(headers or {})}
        if by is not None:
            given["authorization"] = "Basic " + base64.b64encode(f"{by}:{DEMO_PASSWORD}".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), given)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        named = {name.lower(): value for name, value in answer.getheaders()}
        is_json = named.get("content-type", "").endswith("json")
        return Answered(answer.status, named, json.loads(content) if is_json and content else content)

    def start(self, process_id: str, by: str = "lin.yue", **variables: Any) -> str:
        started = self.ask("POST", "/v2/process-instances", {"processDefinitionId": process_id, "variables": variables}, by=by)
        assert started.status == 200, started
        return str(started.body["processInstanceKey"])

    def tasks(self, case: str, by: str = "admin") -> list[dict[str, Any]]:
        """The open tasks of a case."""
        wanted = {"filter": {"processInstanceKey": case, "state": "CREATED"}}
        found = self.ask("POST", "/v2/user-tasks/search", wanted, by=by)
        assert found.status == 200, found
        return list(found.body["items"])

    def wait_for(self, what: Callable[[], Any], meaning: str) -> Any:
        """Asks until it is true; what may happen in between is that the server ends."""
        for _ in range(ATTEMPTS):
            if found := what():
                return found
            self._wait_a_little(meaning)
        raise AssertionError(f"expected {meaning}, but it did not happen:\n{self.written()}")

    def _wait_a_little(self, meaning: str) -> None:
        try:
            self.process.wait(PAUSE_SECONDS)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError(f"expected {meaning}, but the server ended with {self.process.returncode}:\n{self.written()}")

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self) -> None:
        """Without a word, with all its children: as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        """Politely; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"expected the server to end when asked, but it did not:\n{self.written()}") from None

    def written(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def check(self) -> str:
        """What `guicheng check` finds, empty where all is well."""
        ran = subprocess.run(
            [sys.executable, "-m", "api.cli", "check"],
            cwd=ROOT,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[Server]:
    """A server that is ready, over the database in `data`; `settings` without their GUICHENG_, in small letters."""
    port, log = free_port(), data / "server.log"
    named = {f"GUICHENG_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "GUICHENG_DATA": str(data), "GUICHENG_PORT": str(port), "GUICHENG_HOST": "127.0.0.1", **named}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "run"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, port, log, environment)
    try:
        server.wait_for(server.is_ready, "a server that is ready")
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                pytest.fail(f"The server did not end:\n{server.written()}")
