"""One POST to an address that was resolved and checked: no redirects, no proxies, bounded in time and size."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpcore2

from engine.access.addresses import Target

SECONDS_TO_CONNECT = 5.0
SECONDS_TO_ANSWER = 10.0
MOST_READ = 64 * 1024
SILENT = "no answer in time"


class Unreachable(Exception):
    """No answer: the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int


class _Bounded(httpcore2.NetworkStream):
    """A connection that must be through with everything by a moment: a receiver that sends a byte now and then gains nothing."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Bounded(self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Pinned(httpcore2.NetworkBackend):
    """Connects to the addresses that were checked, whatever the name may resolve to by now."""

    def __init__(self, target: Target, deadline: float) -> None:
        self._target = target
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        if (host.strip("[]").rstrip("."), port) != (self._target.host, self._target.port):
            raise httpcore2.ConnectError(f"expected to connect to {self._target.host}, but was asked for {host}")
        fault: Exception = httpcore2.ConnectError("the name has no address")
        for address in self._target.addresses:
            try:
                left = min(_left(self._deadline), SECONDS_TO_CONNECT)
                return _Bounded(self._inner.connect_tcp(address, port, left, local_address, socket_options), self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                fault = refused
        raise fault


def post(address: str, target: Target, body: bytes, headers: Mapping[str, str], *, seconds: float = SECONDS_TO_ANSWER) -> Answer:
    """The status of the answer; Unreachable where there is none within `seconds`. Its content is read a little and dropped."""
    backend = _Pinned(target, time.monotonic() + seconds)
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend) as pool,
            pool.stream("POST", address, headers=list(headers.items()), content=body) as response,
        ):
            # The status has come; what it says beside that, and whether it ends well, is of no interest.
            with suppress(httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
                _read_a_little(response)
            return Answer(response.status)
    except (httpcore2.TimeoutException, TimeoutError):
        raise Unreachable(SILENT) from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, OSError) as fault:
        raise Unreachable(f"no connection: {type(fault).__name__} {fault}".strip()) from None


def _left(deadline: float) -> float:
    """Seconds until then. Raises ReadTimeout where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time is over")
    return left


def _read_a_little(response: httpcore2.Response) -> None:
    read = 0
    for part in response.iter_stream():
        read += len(part)
        if read > MOST_READ:
            return
