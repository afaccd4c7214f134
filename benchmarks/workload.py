"""What is measured: whole cases by several people at once (W1), and the page of an inbox that grows (W2)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.server import Connection, Server

STEPS = (
    ("draft", "lin.yue", "sales_rep"),
    ("terms", "luo.ping", "contract_officer"),
    ("figures", "ma.liang", "finance_accountant"),
    ("approve", "he.jun", "gm"),
)
PROCESS = "measured_review"
PAGE = 20
BLOCK = 20
"""Pages asked of one server before the other has its turn."""


@dataclass(slots=True)
class Timings:
    """Milliseconds by kind of request."""

    by_kind: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, kind: str, do: Callable[..., Any], *arguments: Any) -> Any:
        began = time.perf_counter()
        done = do(*arguments)
        self.by_kind.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
        return done

    def add(self, others: Timings) -> None:
        for kind, values in others.by_kind.items():
            self.by_kind.setdefault(kind, []).extend(values)

    def percentile(self, kind: str, share: float) -> float:
        """By nearest rank."""
        values = sorted(self.by_kind[kind])
        return values[min(len(values) - 1, int(share * len(values)))]


@dataclass(frozen=True, slots=True)
class Cases:
    finished: int
    seconds: float
    cpu_seconds: float
    timings: Timings


def start(connection: Connection, number: int) -> str:
    """A case with about 1 KB of variables of every type; its key."""
    variables = {
        "amount": 5000,
        "title": f"框架合同 {number}",
        "customer": "示例贸易有限公司",
        "is_urgent": number % 2 == 0,
        "rate": 0.0725,
        "signed_on": "2026-05-04",
        "tags": ["续签", "华东", "二级", "存档"],
        "contact": {"name": "示例联系人", "phone": "000-0000"},
        "lines": [{"sku": f"SKU-{line:04}", "quantity": line, "price": 12.5 * line} for line in range(1, 9)],
        "summary": "双方按原条款续签两年。" * 20,
    }
    body = {"processDefinitionId": PROCESS, "variables": variables}
    started = connection.ask("lin.yue", "POST", "/v2/process-instances", body)
    return str(started["processInstanceKey"])


def inbox(connection: Connection, person: str, role: str) -> list[dict[str, Any]]:
    body = {
        "filter": {"state": "CREATED", "candidateGroup": role},
        "sort": [{"field": "creationDate", "order": "DESC"}],
        "page": {"limit": PAGE},
    }
    found: list[dict[str, Any]] = connection.ask(person, "POST", "/v2/user-tasks/search", body)["items"]
    return found


def one_case(connection: Connection, number: int, timings: Timings) -> None:
    """Start; four times find in the inbox, claim, complete; verify that it has ended."""
    case = timings.timed("start", start, connection, number)
    for element, person, role in STEPS:
        page = timings.timed("inbox", inbox, connection, person, role)
        task = next((one["userTaskKey"] for one in page if one["processInstanceKey"] == case), None)
        if task is None:
            raise RuntimeError(f"expected the task {element} of case {case} on the first page, but it is not there")
        path = f"/v2/user-tasks/{task}"
        timings.timed("claim", connection.ask, person, "POST", f"{path}/assignment", {"assignee": person})
        answers = {f"{element}_ok": True, f"{element}_score": number % 100, f"{element}_comment": "同意"}
        timings.timed("complete", connection.ask, person, "POST", f"{path}/completion", {"variables": answers})
    seen = timings.timed("verify", connection.ask, "lin.yue", "GET", f"/v2/process-instances/{case}")
    if seen["state"] != "COMPLETED":
        raise RuntimeError(f"expected case {case} to have ended, but it is {seen['state']}")


def whole_cases(server: Server, *, clients: int, seconds: float | None = None, most: int | None = None) -> Cases:
    """W1: `clients` people at once, one case after the other, for `seconds` or until `most` cases are done."""
    numbers = iter(range(most)) if most is not None else iter(range(10**9))
    taking, failures, together = threading.Lock(), list[BaseException](), Timings()
    until = time.perf_counter() + seconds if seconds is not None else float("inf")
    finished = 0

    def work() -> None:
        nonlocal finished
        connection, mine, done = server.connect(), Timings(), 0
        try:
            while time.perf_counter() < until and not failures:
                with taking:
                    number = next(numbers, None)
                if number is None:
                    break
                one_case(connection, number, mine)
                done += 1
        except Exception as failure:  # noqa: BLE001 - handed to the thread that measures
            failures.append(failure)
        with taking:
            finished += done
            together.add(mine)

    cpu, began = server.cpu_seconds(), time.perf_counter()
    _all(clients, work)
    if failures:
        raise failures[0]
    return Cases(finished, time.perf_counter() - began, server.cpu_seconds() - cpu, together)


def inbox_pages(servers: Mapping[int, Server], samples: int) -> dict[int, Timings]:
    """W2: the page of the inbox of servers with that many open tasks, asked in short blocks by turns."""
    for level, server in servers.items():
        park(server, level)
    connections = {level: server.connect() for level, server in servers.items()}
    timings = {level: Timings() for level in servers}
    for _ in range(samples // BLOCK):
        for level, connection in connections.items():
            for _ in range(BLOCK):
                page = timings[level].timed("inbox", inbox, connection, "lin.yue", "sales_rep")
                if len(page) != PAGE:
                    raise RuntimeError(f"expected a page of {PAGE}, but it has {len(page)}")
    return timings


def park(server: Server, count: int, clients: int = 4) -> None:
    """Starts that many cases and leaves them at their first task."""
    taking, numbers, failures = threading.Lock(), iter(range(count)), list[BaseException]()

    def work() -> None:
        connection = server.connect()
        try:
            while not failures:
                with taking:
                    number = next(numbers, None)
                if number is None:
                    return
                start(connection, number)
        except Exception as failure:  # noqa: BLE001 - handed to the thread that measures
            failures.append(failure)

    _all(clients, work)
    if failures:
        raise failures[0]


def _all(clients: int, work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
