"""python -m benchmarks w1|w2|memory   (see benchmarks/README.md)"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.server import Server, serving
from benchmarks.workload import inbox_pages, whole_cases


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=sorted(_MEASURES))
    parser.add_argument("--database-url", nargs="+", help="an empty PostgreSQL database (w2: one a level); SQLite without it")
    parser.add_argument("--processes", type=int, help="serving processes, if not as many as the settings say")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--levels", type=int, nargs="+", default=[1_000, 50_000])
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--cases", type=int, default=10_000)
    asked = parser.parse_args()
    count = len(asked.levels) if asked.what == "w2" else 1
    urls = asked.database_url or [None] * count
    if len(urls) != count:
        parser.error(f"expected {count} databases, but {len(urls)} are named")
    with ExitStack() as running:
        servers = []
        for url in urls:
            folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="guicheng-bench-")))
            servers.append(running.enter_context(serving(folder, url, asked.processes)))
        _MEASURES[asked.what](servers, asked)
    return 0


def _w1(servers: list[Server], asked: argparse.Namespace) -> None:
    [server] = servers
    whole_cases(server, clients=4, seconds=3)  # what the first requests read and compile is not what is measured
    print("clients  cases/s  CPU ms/case  " + "".join(f"{kind + ' p50/p99 ms':>24}" for kind in ("start", "inbox", "complete")))
    for clients in asked.clients:
        done = whole_cases(server, clients=clients, seconds=asked.seconds)
        times = "".join(
            f"{done.timings.percentile(kind, 0.5):14.1f} / {done.timings.percentile(kind, 0.99):7.1f}"
            for kind in ("start", "inbox", "complete")
        )
        print(
            f"{clients:7} {done.finished / done.seconds:8.1f} {done.cpu_seconds / done.finished * 1000:12.1f}  {times}",
            flush=True,
        )


def _w2(servers: list[Server], asked: argparse.Namespace) -> None:
    print("open tasks  inbox p50  p95  p99 ms")
    for level, timings in inbox_pages(dict(zip(asked.levels, servers, strict=True)), asked.samples).items():
        print(f"{level:10}", *(f"{timings.percentile('inbox', share):8.2f}" for share in (0.5, 0.95, 0.99)), flush=True)


def _memory(servers: list[Server], asked: argparse.Namespace) -> None:
    [server] = servers
    _weigh(server, 0)
    done = whole_cases(server, clients=asked.clients[-1], most=asked.cases)
    _weigh(server, done.finished)


def _weigh(server: Server, cases: int) -> None:
    for at, (rss, pss) in enumerate(server.memory(), 1):
        print(f"after {cases} cases, process {at}: RSS {rss:.0f} MB, PSS {pss:.0f} MB", flush=True)


_MEASURES = {"w1": _w1, "w2": _w2, "memory": _memory}

if __name__ == "__main__":
    sys.exit(main())
