"""One POST to an address that was resolved and checked: no redirects, no proxies, bounded in time and size."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore2

from engine.access.addresses import Target

SECONDS_TO_CONNECT = 5.0
SECONDS_TO_ANSWER = 10.0
MOST_READ = 64 * 1024


class Unreachable(Exception):
    """No answer: the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int


class _Pinned(httpcore2.NetworkBackend):
    """Connects to the addresses that were checked, whatever the name may resolve to by now."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        if (host.strip("[]"), port) != (self._target.host, self._target.port):
            raise httpcore2.ConnectError(f"expected to connect to {self._target.host}, but was asked for {host}")
        fault: Exception = httpcore2.ConnectError("the name has no address")
        for address in self._target.addresses:
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                fault = refused
        raise fault


def post(address: str, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The status of the answer; Unreachable where there is none in time. Its content is read a little and dropped."""
    deadline = time.monotonic() + SECONDS_TO_CONNECT + SECONDS_TO_ANSWER
    timeouts = {
        "connect": SECONDS_TO_CONNECT,
        "read": SECONDS_TO_ANSWER,
        "write": SECONDS_TO_ANSWER,
        "pool": SECONDS_TO_CONNECT,
    }
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=_Pinned(target)) as pool,
            pool.stream(
                "POST", address, headers=list(headers.items()), content=body, extensions={"timeout": timeouts}
            ) as response,
        ):
            read = 0
            for part in response.iter_stream():
                read += len(part)
                if read > MOST_READ or time.monotonic() > deadline:
                    break
            return Answer(response.status)
    except (httpcore2.TimeoutException, TimeoutError):
        raise Unreachable("no answer in time") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError) as fault:
        raise Unreachable(f"no connection: {type(fault).__name__} {fault}".strip()) from None
