"""A web server of somebody else: it takes callbacks, keeps what it got, and answers as told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Got:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def is_signed_with(self, secret: str) -> bool:
        """Standard Webhooks 1.0, by the book: HMAC-SHA256 over `id.timestamp.body`, base64, version v1."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b".".join((self.headers["webhook-id"].encode(), self.headers["webhook-timestamp"].encode(), self.body))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = [part.split(",", 1) for part in self.headers["webhook-signature"].split()]
        return any(version == "v1" and hmac.compare_digest(signature, expected) for version, signature in given)


class Receiver:
    """`answers` are the status codes of the next answers; then 200. `dribbles` answers a letter at a time, without an end."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[int] = []
        self.location = ""
        self.is_silent = False
        self.dribbles = False
        self.released = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append(Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                if receiver.is_silent:
                    receiver.released.wait(60)
                    return
                if receiver.dribbles:
                    self._dribble()
                    return
                status = receiver.answers.pop(0) if receiver.answers else 200
                self.send_response(status)
                if receiver.location:
                    self.send_header("location", receiver.location)
                self.send_header("content-length", "0")
                self.end_headers()

            def _dribble(self) -> None:
                """A status line that never ends, soon enough after one another that no single read times out."""
                try:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
                    while not receiver.released.wait(0.05):
                        self.wfile.write(b"x")
                        self.wfile.flush()
                except OSError:
                    pass  # the sender has hung up, as it should

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name is the library's
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        self.address = f"http://127.0.0.1:{self.port}/hook"

    def events(self) -> list[str]:
        return [got.event["type"].removeprefix("guicheng.") for got in self.got]


@contextmanager
def receiving(*, before: Callable[[Receiver], None] = lambda _: None) -> Iterator[Receiver]:
    receiver = Receiver()
    before(receiver)
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()
