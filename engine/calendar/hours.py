"""The texts a calendar is written in: `09:00-12:00, 13:00-18:00` and `mon-fri, sun`."""

from __future__ import annotations

import re

from engine.errors import InvalidInput

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `date.weekday()`."""

MINUTES_A_DAY = 24 * 60
_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})\s*-\s*([0-9]{2}):([0-9]{2})")


def parse_hours(text: str) -> tuple[tuple[int, int], ...]:
    """Working intervals as (start, end) in minutes from midnight, in order and apart. `24:00` ends a day.

    Raises InvalidInput("invalid_organisation").
    """
    intervals: list[tuple[int, int]] = []
    for part in text.split(","):
        match = _HOURS.fullmatch(part.strip())
        if match is None:
            raise _refused("hours like 09:00-12:00, 13:00-18:00", text)
        start, end = _minutes(match[1], match[2], text), _minutes(match[3], match[4], text)
        if start >= end or (intervals and start < intervals[-1][1]):
            raise _refused("hours in order that do not overlap", text)
        intervals.append((start, end))
    return tuple(intervals)


def parse_weekdays(text: str) -> frozenset[int]:
    """`mon-fri, sun` as numbers, Monday 0. Raises InvalidInput("invalid_organisation")."""
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = (piece.strip().lower() for piece in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise _refused("weekdays like mon-fri, sun", text)
        begin = WEEKDAYS.index(first)
        end = WEEKDAYS.index(last) if dash else begin
        if end < begin:
            raise _refused("weekdays in order", text)
        days.update(range(begin, end + 1))
    return frozenset(days)


def _minutes(hour: str, minute: str, text: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > MINUTES_A_DAY:
        raise _refused("times from 00:00 to 24:00", text)
    return total


def _refused(expected: str, text: str) -> InvalidInput:
    return InvalidInput("invalid_organisation", f"expected {expected}, but it is {text!r}", text=text)
