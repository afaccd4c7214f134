"""python -m benchmarks w1|w2|memory   (see benchmarks/README.md)"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.server import Server, serving
from benchmarks.workload import growing_inbox, whole_cases


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=sorted(_MEASURES))
    parser.add_argument("--database-url", help="an empty PostgreSQL database; without it an SQLite file in a temporary folder")
    parser.add_argument("--processes", type=int, help="serving processes, if not as many as the settings say")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--levels", type=int, nargs="+", default=[1_000, 50_000])
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--cases", type=int, default=10_000)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="guicheng-bench-") as folder,
        serving(Path(folder), asked.database_url, asked.processes) as server,
    ):
        _MEASURES[asked.what](server, asked)
    return 0


def _w1(server: Server, asked: argparse.Namespace) -> None:
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


def _w2(server: Server, asked: argparse.Namespace) -> None:
    print("open tasks  inbox p50  p95  p99 ms")
    for level, timings in growing_inbox(server, asked.levels, asked.samples):
        print(f"{level:10}", *(f"{timings.percentile('inbox', share):8.2f}" for share in (0.5, 0.95, 0.99)), flush=True)


def _memory(server: Server, asked: argparse.Namespace) -> None:
    _weigh(server, 0)
    done = whole_cases(server, clients=asked.clients[-1], most=asked.cases)
    _weigh(server, done.finished)


def _weigh(server: Server, cases: int) -> None:
    for at, (rss, pss) in enumerate(server.memory(), 1):
        print(f"after {cases} cases, process {at}: RSS {rss:.0f} MB, PSS {pss:.0f} MB", flush=True)


_MEASURES = {"w1": _w1, "w2": _w2, "memory": _memory}

if __name__ == "__main__":
    sys.exit(main())
