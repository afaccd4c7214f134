"""A server of our own for a measurement: started on a fresh database, asked with API tokens, weighed, stopped."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PEOPLE = ("lin.yue", "luo.ping", "ma.liang", "he.jun", "admin")
DIAGRAM = Path(__file__).with_name("review.bpmn")
START_SECONDS = 120


class Refused(RuntimeError):
    """An answer of 400 or more."""


class Connection:
    """One keep-alive connection that asks as any of `PEOPLE`."""

    def __init__(self, port: int, tokens: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._tokens = tokens

    def ask(self, by: str, method: str, path: str, body: Any = None) -> Any:
        """The JSON of the answer, None for an empty one. Raises Refused."""
        sent = None if body is None else json.dumps(body).encode()
        return self._send(by, method, path, sent, "application/json")

    def deploy(self, by: str, file: Path) -> None:
        border = "a-border-that-no-diagram-holds"
        head = f'--{border}\r\nContent-Disposition: form-data; name="resources"; filename="{file.name}"\r\n\r\n'
        sent = head.encode() + file.read_bytes() + f"\r\n--{border}--\r\n".encode()
        self._send(by, "POST", "/v2/deployments", sent, f"multipart/form-data; boundary={border}")

    def _send(self, by: str, method: str, path: str, sent: bytes | None, content_type: str) -> Any:
        headers = {"Authorization": f"Bearer {self._tokens[by]}", "Content-Type": content_type}
        self._connection.request(method, path, sent, headers)
        answer = self._connection.getresponse()
        raw = answer.read()
        if answer.status >= 400:
            raise Refused(f"{method} {path}: {answer.status} {raw[:300]!r}")
        return json.loads(raw) if raw else None


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int
    tokens: Mapping[str, str]

    def connect(self) -> Connection:
        return Connection(self.port, self.tokens)

    def cpu_seconds(self) -> float:
        """User and system time of the server's processes so far; a database server is not among them."""
        ticks = 0
        for pid in self._processes():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> list[tuple[float, float]]:
        """(RSS, PSS) in MB of each serving process."""
        found = []
        for pid in self._processes()[1:]:  # the first only watches over the others
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
            kilobytes = dict(re.findall(r"^(Rss|Pss): +(\d+)", rollup, re.MULTILINE))
            found.append((int(kilobytes["Rss"]) / 1024, int(kilobytes["Pss"]) / 1024))
        return found

    def _processes(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="utf-8")
        return [self.pid, *map(int, children.split())]


@contextmanager
def serving(data: Path, database_url: str | None, processes: int | None) -> Iterator[Server]:
    """A server over `data` (an empty folder) and, if given, an empty PostgreSQL database; the diagram is deployed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GUICHENG_")}
    environ |= {"GUICHENG_DATA": str(data), "GUICHENG_PORT": str(port)}
    if processes is not None:
        environ["GUICHENG_PROCESSES"] = str(processes)
    if database_url is not None:
        environ["GUICHENG_DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "api.cli"]
    with (data / "log").open("wb") as log:
        running = subprocess.Popen([*command, "run"], env=environ, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(port, running, data / "log")
        tokens = {}
        for person in PEOPLE:
            made = subprocess.run([*command, "token", person], env=environ, check=True, capture_output=True, text=True)
            tokens[person] = made.stdout.strip()
        server = Server(running.pid, port, tokens)
        server.connect().deploy("admin", DIAGRAM)
        yield server
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


def _wait(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and running.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise RuntimeError(f"the server did not come up: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
