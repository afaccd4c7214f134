"""The calendar in expressions. An argument of the wrong kind gives null, as FEEL's own functions do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.calendar.calendar import Calendar
from engine.feel import Date, DateTime, DaysDuration, Function
from engine.feel.temporal import parse_date, parse_date_time

FUNCTION_NAMES = (
    "working hours after",
    "working hours between",
    "working days after",
    "working days from",
    "working days between",
    "next working day",
    "is working day",
    "is working time",
)

_LARGEST = Decimal(1_000_000)


def calendar_functions(calendar: Calendar) -> dict[str, Function]:
    """The functions by name (`FUNCTION_NAMES`). Moments and days may be dates, dates and times, or their ISO text (as forms
    and JSON hold them); a moment without an offset is meant in the calendar's zone.

    `working hours after(t, n)`: n hours or a duration of working time later · `working days after(d, n)`: a date for a date, else
    the same time of day · `working days from(a, b)`: both included, in half days · `working days between(a, b)`: how many working
    days ahead b is · `working hours between(a, b)`: a number. Raises InvalidInput("limit_exceeded") beyond twenty years.
    """

    def hours_after(moment: Any, amount: Any) -> datetime | None:
        at, length = _moment(moment, calendar), _length(amount)
        return None if at is None or length is None else calendar.add_working_time(at, length)

    def hours_between(start: Any, end: Any) -> Decimal | None:
        first, last = _moment(start, calendar), _moment(end, calendar)
        if first is None or last is None:
            return None
        return Decimal(round(calendar.working_time_between(first, last).total_seconds())) / 3600

    def days_after(day: Any, count: Any) -> date | datetime | None:
        start = _parsed(day, calendar)
        if start is None or not isinstance(count, Decimal) or count != count.to_integral_value() or abs(count) > _LARGEST:
            return None
        if not isinstance(start, datetime):
            return calendar.add_working_days(start, int(count))
        local = start.astimezone(calendar.zone)
        return datetime.combine(calendar.add_working_days(local.date(), int(count)), local.time(), calendar.zone)

    def days_from(start: Any, end: Any) -> Decimal | None:
        first, last = _parsed(start, calendar), _parsed(end, calendar)
        return None if first is None or last is None else calendar.working_days_from(first, last)

    def days_between(start: Any, end: Any) -> int | None:
        first, last = _day(start, calendar), _day(end, calendar)
        return None if first is None or last is None else calendar.working_days_between(first, last)

    def next_day(day: Any) -> date | None:
        start = _day(day, calendar)
        return None if start is None else calendar.next_working_day(start)

    def is_day(day: Any) -> bool | None:
        asked = _day(day, calendar)
        return None if asked is None else calendar.is_working_day(asked)

    def is_time(moment: Any) -> bool | None:
        parsed = _parsed(moment, calendar)
        return calendar.is_working_time(parsed) if isinstance(parsed, datetime) else None

    return {
        "working hours after": _function(hours_after, ("from", "hours")),
        "working hours between": _function(hours_between, ("from", "to")),
        "working days after": _function(days_after, ("from", "days")),
        "working days from": _function(days_from, ("from", "to")),
        "working days between": _function(days_between, ("from", "to")),
        "next working day": _function(next_day, ("from",)),
        "is working day": _function(is_day, ("day",)),
        "is working time": _function(is_time, ("moment",)),
    }


def _function(answer: Callable[..., Any], parameters: tuple[str, ...], required: int | None = None) -> Function:
    # `Function.native` would look at the signature; these are built anew for every push, so they say what it would find
    return Function(parameters, lambda _budget, arguments: answer(*arguments), required, is_native=True)


def _parsed(value: Any, calendar: Calendar) -> date | datetime | None:
    if isinstance(value, str):
        value = parse_date_time(value) or parse_date(value)
    try:
        if isinstance(value, DateTime):
            return value.to_datetime(calendar.zone)
        return value.to_date() if isinstance(value, Date) else None
    except (ValueError, OverflowError):
        return None


def _moment(value: Any, calendar: Calendar) -> datetime | None:
    parsed = _parsed(value, calendar)
    if parsed is None or isinstance(parsed, datetime):
        return parsed
    return datetime.combine(parsed, time.min, calendar.zone)


def _day(value: Any, calendar: Calendar) -> date | None:
    parsed = _parsed(value, calendar)
    return parsed.astimezone(calendar.zone).date() if isinstance(parsed, datetime) else parsed


def _length(amount: Any) -> timedelta | None:
    seconds = amount * 3600 if isinstance(amount, Decimal) else amount.seconds if isinstance(amount, DaysDuration) else None
    if seconds is None or abs(seconds) > _LARGEST * 3600:
        return None
    return timedelta(microseconds=int(seconds * 1_000_000))
