"""When a timer is due: ISO 8601 dates, durations and repetitions (BPMN 2.0.2, 10.5.5), literal or FEEL."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from engine.bpmn.definition import TimerKind
from engine.bpmn.failures import ElementFailed
from engine.feel.temporal import parse_date, parse_date_time, parse_duration
from engine.feel.values import Date, DateTime, DaysDuration, MonthsDuration

_CYCLE = re.compile(r"R(\d{0,9})/(?:([^P/][^/]*)/)?(P[^/]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Due:
    """`left`: how often it may still fire after this one; None without end. `interval`: ISO text of the next distance."""

    at: datetime
    left: int | None = 0
    interval: str = ""


def first_due(kind: TimerKind, value: Any, now: datetime, zone: tzinfo) -> Due:
    """`value`: the text, or what its FEEL gave. Raises ElementFailed("timer_invalid")."""
    try:
        if kind is TimerKind.DATE:
            return Due(_moment(value, zone))
        if kind is TimerKind.DURATION:
            return Due(_later(now, _duration(value)))
        return _cycle(str(value), now, zone)
    except (ValueError, OverflowError) as failure:
        raise ElementFailed(
            "timer_invalid", f"expected an ISO 8601 {kind}, but found {value!s:.100}", value=str(value)[:200]
        ) from failure


def next_due(due: Due) -> Due | None:
    """The repetition after `due`, counted from when it was due, so that late firing does not drift."""
    if due.left == 0 or not due.interval:
        return None
    return Due(_later(due.at, _duration(due.interval)), None if due.left is None else due.left - 1, due.interval)


def is_timer_text(kind: TimerKind, text: str) -> bool:
    """Whether a literal is well formed."""
    try:
        first_due(kind, text, datetime(2000, 1, 1, tzinfo=UTC), UTC)
    except ElementFailed:
        return False
    return True


def _cycle(text: str, now: datetime, zone: tzinfo) -> Due:
    match = _CYCLE.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    times, begin, interval = match.groups()
    left = None if times == "" else int(times) - 1
    if left is not None and left < 0:
        raise ValueError(text)
    duration = _duration(interval)
    if _later(now, duration) <= now:
        raise ValueError(text)
    first = _moment(begin, zone) if begin else _later(now, duration)
    return Due(first, left, interval)


def _duration(value: Any) -> DaysDuration | MonthsDuration:
    if isinstance(value, DaysDuration | MonthsDuration):
        return value
    parsed = parse_duration(value.strip()) if isinstance(value, str) else None
    if parsed is None:
        raise ValueError(value)
    return parsed


def _moment(value: Any, zone: tzinfo) -> datetime:
    if isinstance(value, str):
        text = value.strip()
        value = parse_date_time(text) or parse_date(text)
    if isinstance(value, DateTime):
        return value.to_datetime(zone).astimezone(UTC)
    if isinstance(value, Date):
        return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
    raise ValueError(value)


def _later(at: datetime, duration: DaysDuration | MonthsDuration) -> datetime:
    if isinstance(duration, DaysDuration):
        return at + timedelta(microseconds=int(duration.seconds * 1_000_000))
    year, month = divmod(at.year * 12 + at.month - 1 + duration.months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
