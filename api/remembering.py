"""Bounded memory of this process: what need not be asked of the database again for a while, and who failed how often."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar


class Perishable(Protocol):
    @property
    def until(self) -> datetime: ...


Value = TypeVar("Value", bound=Perishable)


class Remembered(Generic[Value]):
    """At most `capacity` values, each until its own `until`; the one not asked for longest goes first."""

    def __init__(self, *, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: str, now: datetime) -> Value | None:
        with self._lock:
            value = self._values.get(name)
            if value is None:
                return None
            if value.until <= now:
                del self._values[name]
                return None
            self._values.move_to_end(name)
            return value

    def put(self, name: str, value: Value) -> None:
        with self._lock:
            self._values[name] = value
            self._values.move_to_end(name)
            while len(self._values) > self._capacity:
                self._values.popitem(last=False)

    def forget(self, name: str) -> None:
        with self._lock:
            self._values.pop(name, None)

    def forget_if(self, condition: Callable[[Value], bool]) -> None:
        with self._lock:
            for name in [name for name, value in self._values.items() if condition(value)]:
                del self._values[name]


class Attempts:
    """Failures within a sliding window; at most `capacity` names are watched, the oldest is forgotten first."""

    def __init__(self, *, allowed: int, within: timedelta, capacity: int) -> None:
        self._allowed = allowed
        self._within = within
        self._capacity = capacity
        self._failures: OrderedDict[Hashable, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def seconds_to_wait(self, who: Hashable, now: datetime) -> int:
        """0 when another attempt is allowed."""
        with self._lock:
            recent = self._recent(who, now)
            if len(recent) < self._allowed:
                return 0
            return max(1, math.ceil((recent[-self._allowed] + self._within - now).total_seconds()))

    def failed(self, who: Hashable, now: datetime) -> None:
        with self._lock:
            self._failures[who] = [*self._recent(who, now), now][-self._allowed :]
            self._failures.move_to_end(who)
            while len(self._failures) > self._capacity:
                self._failures.popitem(last=False)

    def succeeded(self, who: Hashable) -> None:
        with self._lock:
            self._failures.pop(who, None)

    def _recent(self, who: Hashable, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(who, ()) if at > now - self._within]
