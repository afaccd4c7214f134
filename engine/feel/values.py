"""FEEL values that Python has no exact type for, and the arithmetic of the calendar. DMN 1.5, 10.3.2.

Numbers are `Decimal` of 34 digits; strings, booleans, null, lists and contexts are Python's own.
None of these is ever changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from inspect import Parameter, signature
from typing import Any, Protocol, TypeAlias, runtime_checkable
from zoneinfo import ZoneInfo

Value: TypeAlias = Any
"""None, bool, str, Decimal, list, dict, one of the classes below, or an opaque reference."""

NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""Decimal128 (IEEE 754-2008), as DMN 1.5, 10.3.2.3.1 asks."""

SECONDS_A_DAY = 86_400
MAX_YEAR = 999_999_999
MAX_OFFSET = 14 * 3600
MAX_MONTHS = 12 * 10**12
MAX_SECONDS = 10**20


@runtime_checkable
class HasMembers(Protocol):
    """An opaque reference that lets expressions read some members, and nothing else of it."""

    def feel_members(self) -> Mapping[str, Value]: ...


def day_number(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, any year (Howard Hinnant's algorithm)."""
    year -= month <= 2
    era = year // 400
    year_of_era = year - era * 400
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@dataclass(frozen=True, slots=True)
class Date:
    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if abs(self.year) > MAX_YEAR or not 1 <= self.month <= 12 or not 1 <= self.day <= days_in_month(self.year, self.month):
            raise ValueError("no such date")

    @classmethod
    def of_day_number(cls, number: int) -> Date:
        number += 719_468
        era = number // 146_097
        day_of_era = number - era * 146_097
        year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        shifted = (5 * day_of_year + 2) // 153
        month = shifted + (3 if shifted < 10 else -9)
        return cls(year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1)

    @property
    def day_number(self) -> int:
        return day_number(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """Monday is 1, Sunday 7."""
        return (self.day_number + 3) % 7 + 1

    def plus_months(self, months: int) -> Date:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Date(year, month + 1, min(self.day, days_in_month(year, month + 1)))

    def plus_seconds(self, seconds: Decimal) -> Date:
        return Date.of_day_number(int((self.day_number * SECONDS_A_DAY + seconds) // SECONDS_A_DAY))

    def to_date(self) -> date:
        """Python's date; ValueError outside the years 1 to 9999."""
        return date(self.year, self.month, self.day)

    def __str__(self) -> str:
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day; `offset` in seconds east of UTC, or `zone` by its IANA name, or neither (local)."""

    hour: int
    minute: int
    second: Decimal = Decimal(0)
    offset: int | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.hour < 24 and 0 <= self.minute < 60 and 0 <= self.second < 60):
            raise ValueError("no such time")
        if self.offset is not None and abs(self.offset) > MAX_OFFSET:
            raise ValueError("no such offset")

    @classmethod
    def of_seconds(cls, seconds: Decimal | int, offset: int | None = None, zone: str | None = None) -> Time:
        whole = int(seconds)
        return cls(whole // 3600, whole % 3600 // 60, Decimal(seconds) % 60, offset, zone)

    @property
    def seconds(self) -> Decimal:
        """Seconds since local midnight."""
        return self.hour * 3600 + self.minute * 60 + self.second

    def offset_on(self, day: Date | None = None) -> int | None:
        """Seconds east of UTC on that day (a zone without a day: by its standard rule of 2000-01-01)."""
        if self.zone is None:
            return self.offset
        on = day or Date(2000, 1, 1)
        year = min(max(on.year, 2), 9998)
        local = datetime(year, on.month, min(on.day, days_in_month(year, on.month)), self.hour, self.minute, int(self.second))  # noqa: DTZ001 - the zone is put on in the next line
        shift = local.replace(tzinfo=ZoneInfo(self.zone)).utcoffset()
        return None if shift is None else int(shift.total_seconds())

    @property
    def comparable(self) -> tuple[Decimal, bool]:
        """(seconds in UTC or local, whether the offset is known): only times of one sort compare."""
        offset = self.offset_on()
        return (self.seconds, False) if offset is None else (self.seconds - offset, True)

    def plus_seconds(self, seconds: Decimal) -> Time:
        return Time.of_seconds(_within_a_day(self.seconds + seconds), self.offset, self.zone)

    def __str__(self) -> str:
        fraction = self.second - int(self.second)
        text = f"{self.hour:02d}:{self.minute:02d}:{int(self.second):02d}"
        if fraction:
            text += format(fraction.normalize(), "f")[1:]
        if self.zone is not None:
            return f"{text}@{self.zone}"
        return text + offset_text(self.offset)


def _within_a_day(seconds: Decimal) -> Decimal:
    # Decimal's % keeps the sign of the dividend, unlike int's
    rest = seconds % SECONDS_A_DAY
    return rest + SECONDS_A_DAY if rest < 0 else rest


def offset_text(offset: int | None) -> str:
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    size = abs(offset)
    text = f"{'-' if offset < 0 else '+'}{size // 3600:02d}:{size % 3600 // 60:02d}"
    return f"{text}:{size % 60:02d}" if size % 60 else text


@dataclass(frozen=True, slots=True)
class DateTime:
    date: Date
    time: Time

    @property
    def offset(self) -> int | None:
        return self.time.offset_on(self.date)

    @property
    def instant(self) -> Decimal:
        """Seconds since 1970-01-01T00:00:00 UTC; without an offset: as if local time were UTC."""
        return self.date.day_number * SECONDS_A_DAY + self.time.seconds - (self.offset or 0)

    @property
    def comparable(self) -> tuple[Decimal, bool]:
        return self.instant, self.offset is not None

    def plus_months(self, months: int) -> DateTime:
        return DateTime(self.date.plus_months(months), self.time)

    def plus_seconds(self, seconds: Decimal) -> DateTime:
        local = self.time.seconds + seconds
        days = int((local - _within_a_day(local)) // SECONDS_A_DAY)
        moved = Date.of_day_number(self.date.day_number + days)
        return DateTime(moved, Time.of_seconds(_within_a_day(local), self.time.offset, self.time.zone))

    def to_datetime(self, zone: tzinfo | None = None) -> datetime:
        """Python's datetime, aware; `zone` is used where the value has none (required then)."""
        second = int(self.time.second)
        micro = int((self.time.second - second) * 1_000_000)
        offset = self.time.offset
        known = ZoneInfo(self.time.zone) if self.time.zone else None if offset is None else timezone(timedelta(seconds=offset))
        if known is None and zone is None:
            raise ValueError("expected a time zone")
        return datetime(
            self.date.year, self.date.month, self.date.day, self.time.hour, self.time.minute, second, micro, tzinfo=known or zone
        )

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """days and time duration; `seconds` may be negative and fractional."""

    seconds: Decimal

    def __post_init__(self) -> None:
        if abs(self.seconds) > MAX_SECONDS:
            raise ValueError("no such duration")

    def to_timedelta(self) -> timedelta:
        return timedelta(microseconds=int(self.seconds * 1_000_000))

    def __str__(self) -> str:
        size = abs(self.seconds)
        days, rest = divmod(size, SECONDS_A_DAY)
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        time = (f"{hours:.0f}H" if hours else "") + (f"{minutes:.0f}M" if minutes else "")
        if seconds:
            time += format(seconds.normalize(), "f") + "S"
        if not days and not time:
            return "PT0S"
        return ("-" if self.seconds < 0 else "") + "P" + (f"{days:.0f}D" if days else "") + (f"T{time}" if time else "")


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """years and months duration."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > MAX_MONTHS:
            raise ValueError("no such duration")

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (body or "0M")


@dataclass(frozen=True, slots=True)
class Range:
    """`low` or `high` None: open to that side."""

    low: Value
    high: Value
    low_included: bool = True
    high_included: bool = True


class Function:
    """A function value. `call(budget, arguments)`: arguments in the order of `parameters`, at least `required` of them.
    What a `is_native` one returns is still to be converted."""

    __slots__ = ("call", "is_native", "parameters", "required")

    def __init__(
        self,
        parameters: tuple[str, ...],
        call: Callable[[Any, list[Value]], Value],
        required: int | None = None,
        *,
        is_native: bool = False,
    ) -> None:
        self.parameters = parameters
        self.call = call
        self.required = len(parameters) if required is None else required
        self.is_native = is_native

    @classmethod
    def native(cls, implementation: Callable[..., Any], parameters: tuple[str, ...] | list[str] = ()) -> Function:
        """A Python callable as a FEEL function. It gets FEEL values by position; trailing parameters may be left out where
        the callable has defaults. What it returns is converted; what it raises passes through."""
        by_position = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
        needed = sum(
            parameter.default is Parameter.empty and parameter.kind in by_position
            for parameter in signature(implementation).parameters.values()
        )

        def call(_run: Any, arguments: list[Value]) -> Any:
            return implementation(*arguments)

        return cls(tuple(parameters), call, min(needed, len(parameters)), is_native=True)


KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysDuration: "days and time duration",
    MonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind(value: Value) -> str:
    """The FEEL name of the value's type; `reference` for what is opaque."""
    return KINDS.get(type(value), "reference")
