"""Date and time functions. DMN 1.5, 10.3.4.1 (conversion), 10.3.4.8, 10.3.4.11."""

from __future__ import annotations

from decimal import Decimal

from engine.clock import SystemClock
from engine.feel.builtins.registry import NoResult, builtin, whole
from engine.feel.conversion import from_python
from engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.values import Date, DateTime, DaysDuration, MonthsDuration, Time, Value, day_number

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_UTC_MIDNIGHT = Time(0, 0, Decimal(0), 0)


@builtin("date", "from: string|date|date and time", "year: number, month: number, day: number")
def to_date(value: Value, month: Decimal | None = None, day: Decimal | None = None) -> Value:
    if month is not None and day is not None:
        return Date(whole(value), whole(month), whole(day))
    if isinstance(value, DateTime):
        return value.date
    return _parsed(parse_date(value), value, "date") if type(value) is str else value


@builtin(
    "time",
    "from: string|time|date and time|date",
    "hour: number, minute: number, second: number, offset?: days and time duration|null",
)
def to_time(
    value: Value, minute: Decimal | None = None, second: Decimal | None = None, offset: DaysDuration | None = None
) -> Value:
    if minute is not None and second is not None:
        return Time(whole(value), whole(minute), second, None if offset is None else int(offset.seconds))
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, Date):
        return _UTC_MIDNIGHT
    return _parsed(parse_time(value), value, "time") if type(value) is str else value


@builtin("date and time", "from: string|date|date and time", "date: date|date and time, time: time")
def to_date_time(value: Value, time: Time | None = None) -> Value:
    if time is not None:
        return DateTime(value.date if isinstance(value, DateTime) else value, time)
    if isinstance(value, Date):
        return DateTime(value, _UTC_MIDNIGHT)
    if type(value) is str:
        day = parse_date(value)
        return _parsed(parse_date_time(value) if day is None else DateTime(day, Time(0, 0)), value, "date and time")
    return value


@builtin("duration", "from: string|days and time duration|years and months duration")
def to_duration(value: Value) -> Value:
    return _parsed(parse_duration(value), value, "duration") if type(value) is str else value


def _parsed(result: Value, text: str, what: str) -> Value:
    if result is None:
        raise NoResult(f"expected the ISO text of a {what}, but got {text[:40]!r}")
    return result


@builtin("years and months duration", "from: date|date and time, to: date|date and time")
def years_and_months_duration(start: Value, end: Value) -> MonthsDuration:
    """Whole months from one to the other, rounded towards zero; the time of day does not count."""
    first, second = _date(start), _date(end)
    months = (second.year - first.year) * 12 + second.month - first.month
    if months > 0 and second.day < first.day:
        months -= 1
    elif months < 0 and second.day > first.day:
        months += 1
    return MonthsDuration(months)


def _date(value: Value) -> Date:
    day: Date = value.date if isinstance(value, DateTime) else value
    return day


@builtin("day of year", "date: date|date and time")
def day_of_year(value: Value) -> Decimal:
    day = _date(value)
    return Decimal(day.day_number - day_number(day.year, 1, 1) + 1)


@builtin("day of week", "date: date|date and time")
def day_of_week(value: Value) -> str:
    return _WEEKDAYS[_date(value).weekday - 1]


@builtin("month of year", "date: date|date and time")
def month_of_year(value: Value) -> str:
    return _MONTHS[_date(value).month - 1]


@builtin("week of year", "date: date|date and time")
def week_of_year(value: Value) -> Decimal:
    """ISO 8601: the week belongs to the year of its Thursday."""
    day = _date(value)
    thursday = day.day_number - day.weekday + 4
    return Decimal((thursday - day_number(Date.of_day_number(thursday).year, 1, 1)) // 7 + 1)


@builtin("last day of month", "date: date|date and time")
def last_day_of_month(value: Value) -> Decimal:
    day = _date(value)
    return Decimal((Date(day.year, day.month, 1).plus_months(1).day_number) - day_number(day.year, day.month, 1))


@builtin("now", "")
def now() -> Value:
    """UTC. A host that decides by time gives its own `now` and `today` among the functions of the evaluation."""
    return from_python(SystemClock().now())


@builtin("today", "")
def today() -> Value:
    return from_python(SystemClock().now().date())
