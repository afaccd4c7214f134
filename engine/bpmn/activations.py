"""The log of what happened: an element's activation, what it followed from, and what followed from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.bpmn.waits import Activation


def past(log: Sequence[Activation], n: int) -> frozenset[int]:
    """Everything activation `n` follows from, itself included."""
    return _closure({row.n: row.causes for row in log}, (n,))


def future(log: Sequence[Activation], numbers: Iterable[int]) -> frozenset[int]:
    """Everything that follows from `numbers`, themselves included."""
    followers: dict[int, list[int]] = {}
    for row in log:
        for cause in row.causes:
            followers.setdefault(cause, []).append(row.n)
    return _closure(followers, numbers)


def _closure(edges: Mapping[int, Iterable[int]], numbers: Iterable[int]) -> frozenset[int]:
    seen: set[int] = set()
    todo = list(numbers)
    while todo:
        n = todo.pop()
        if n not in seen:
            seen.add(n)
            todo += edges.get(n, ())
    return frozenset(seen)
