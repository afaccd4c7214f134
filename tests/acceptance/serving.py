"""A real server for a test: `guicheng run` in a process of its own, on a free port, over an empty folder."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Server:
    address: str
    port: int
    process: subprocess.Popen[str]

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@contextmanager
def serving(
    data: Path, command: Sequence[str] = (sys.executable, "-m", "api.cli"), cwd: Path | None = None, **settings: str
) -> Iterator[Server]:
    """`settings`: further GUICHENG_ variables. Ends with Ctrl-C and fails unless the server ends cleanly."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GUICHENG_")}
    environ |= {"GUICHENG_DATA": str(data), "GUICHENG_PORT": str(port), **settings}
    process = subprocess.Popen(
        [*command, "run"], env=environ, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    server = Server(f"http://127.0.0.1:{port}", port, process)
    try:
        _wait(server)
        yield server
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
    finally:
        process.kill()
        process.communicate()


def _wait(server: Server) -> None:
    """Reads what the server says until it has said that it is up: no asking again and again."""
    said = ""
    assert server.process.stdout is not None
    for line in server.process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    else:
        raise AssertionError(f"the server ended before it was up:\n{said}")
    # The port is bound; the first answer comes when the worker has started.
    status, body = server.get("/readyz")
    assert status == 200, body
