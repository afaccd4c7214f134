"""One unit's working time, and the arithmetic on it. Days and hours are those of the calendar's zone; results too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.calendar import holidays_cn
from engine.calendar.hours import MINUTES_A_DAY, WEEKDAYS, parse_hours, parse_weekdays
from engine.calendar.span import Span, SpanKind
from engine.errors import InvalidInput

MAX_DAYS = 20 * 366
"""The longest walk; further away nothing is known of holidays, and a mistaken amount must not keep a command busy."""

_ONE_DAY = timedelta(days=1)
_MEMBERS = frozenset({"id", "hours", "weekdays", "holidays", "official_years", "days"})


@dataclass(frozen=True)
class Calendar:
    """`intervals`: working minutes of a day as (start, end); `weekdays`: Monday 0; `holidays`: "CN" or "none".

    `days` overrides single dates (True: worked). In `official_years` the table in `days` is the whole truth:
    the seed is not asked, only the weekdays and `days`.
    """

    id: str = "company"
    intervals: tuple[tuple[int, int], ...] = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
    weekdays: frozenset[int] = frozenset(range(5))
    holidays: str = "CN"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    days: Mapping[date, bool] = field(default_factory=dict)
    official_years: frozenset[int] = frozenset()

    @classmethod
    def from_document(cls, document: Mapping[str, Any], zone: str = "Asia/Shanghai") -> Calendar:
        """`{id, hours: "09:00-12:00, 13:00-18:00", weekdays: "mon-fri", holidays: "CN", official_years: [2027],
        days: {"2027-01-01": "off", "2027-01-03": "work"}}`; all but `id` and `hours` may be left out.

        Raises InvalidInput("invalid_organisation").
        """
        unknown = sorted(set(document) - _MEMBERS)
        if unknown:
            raise _refused(f"only the members {sorted(_MEMBERS)}", unknown)
        identity, hours = document.get("id"), document.get("hours")
        weekdays, seed = document.get("weekdays", "mon-fri"), document.get("holidays", "CN")
        if not isinstance(identity, str) or not identity:
            raise _refused("a calendar with an id", identity)
        if not isinstance(hours, str) or not isinstance(weekdays, str):
            raise _refused("hours and weekdays as text", [hours, weekdays])
        if seed not in ("CN", "none"):
            raise _refused("holidays CN or none", seed)
        try:
            home = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise _refused("a time zone such as Asia/Shanghai", zone) from None
        return cls(
            identity,
            parse_hours(hours),
            parse_weekdays(weekdays),
            seed,
            home,
            _parse_days(document.get("days", {})),
            _parse_years(document.get("official_years", [])),
        )

    def to_document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "id": self.id,
            "hours": ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in self.intervals),
            "weekdays": ", ".join(WEEKDAYS[day] for day in sorted(self.weekdays)),
            "holidays": self.holidays,
        }
        if self.official_years:
            document["official_years"] = sorted(self.official_years)
        if self.days:
            document["days"] = {day.isoformat(): "work" if self.days[day] else "off" for day in sorted(self.days)}
        return document

    @property
    def day_length(self) -> timedelta:
        """Working time of a whole working day."""
        return timedelta(minutes=sum(end - start for start, end in self.intervals))

    def is_working_day(self, day: date) -> bool:
        if day in self.days:
            return self.days[day]
        if self.holidays == "CN" and day.year not in self.official_years:
            known = holidays_cn.year_of(day.year)
            if day in known.make_up_days:
                return True
            if day in known.days_off:
                return False
        return day.weekday() in self.weekdays

    def is_estimated(self, day: date) -> bool:
        """The year's holidays are not official yet: dates computed in it may move."""
        return self.holidays == "CN" and day.year not in self.official_years and holidays_cn.year_of(day.year).is_estimated

    def holiday_name(self, day: date) -> str | None:
        """The holiday's English name; None on other days."""
        if self.holidays != "CN" or day.year in self.official_years or day in self.days:
            return None
        return holidays_cn.year_of(day.year).days_off.get(day)

    def is_working_time(self, at: datetime) -> bool:
        """Working intervals hold their start and not their end: 12:00 is lunch, 13:00 is work."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return self.is_working_day(local.date()) and any(start <= minute < end for start, end in self.intervals)

    def next_working_day(self, day: date) -> date:
        """The first working day after this one."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); with 0 the day itself, worked or not.

        Raises InvalidInput("limit_exceeded") beyond twenty years.
        """
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        for _ in range(MAX_DAYS):
            if left == 0:
                return day
            try:
                day += step
            except OverflowError:
                break
            left -= self.is_working_day(day)
        raise _too_far()

    def add_working_time(self, at: datetime, amount: timedelta) -> datetime:
        """The moment at which `amount` of working time has passed since `at` (before `at` when negative).

        A full amount ends with the interval: 17:00 plus one hour is 18:00, not the next morning. With 0: `at` in working
        time, else the next opening. Raises InvalidInput("limit_exceeded") beyond twenty years.
        """
        local = at.astimezone(self.zone)
        if amount < timedelta(0):
            return self._back(local, -amount)
        left = amount
        for start, end in self._forward_from(local.date()):
            begin = max(start, local)
            if begin >= end:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise _too_far()

    def after(self, at: datetime, span: Span) -> datetime:
        """`at` plus a span of clock time, working time or working days; the time of day stays with working days."""
        if span.kind is SpanKind.CLOCK:
            return at + span.time
        if span.kind is SpanKind.WORKING_TIME:
            return self.add_working_time(at, span.time)
        local = at.astimezone(self.zone)
        return datetime.combine(self.add_working_days(local.date(), span.days), local.time(), self.zone)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; negative when `end` is first."""
        if end < start:
            return -self.working_time_between(end, start)
        start, end = start.astimezone(self.zone), end.astimezone(self.zone)
        total = timedelta(0)
        for opens, closes in self._forward_from(start.date()):
            if opens >= end:
                return total
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        raise _too_far()

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`: how many days ahead. Negative when `end` is first."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(day) for day in _days(start + _ONE_DAY, end))

    def working_days_from(self, start: date | datetime, end: date | datetime) -> Decimal:
        """Working days from `start` to `end`, both included, in half days: a half day that is touched counts.

        A date stands for the whole day. 0 when `end` is first. A leave from 13:00 to the next day's 18:00 is 1.5 days.
        """
        first, last = self._local(start, time.min), self._local(end, None)
        halves = 0
        for day in _days(first.date(), last.date()):
            if self.is_working_day(day):
                halves += sum(first < closes and opens < last for opens, closes in self.half_days(day))
        return Decimal(halves) / 2

    def half_days(self, day: date) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
        """Morning and afternoon of a day as (opens, closes), parted at the break nearest to the middle of the working time."""
        opens, closes = self.intervals[0][0], self.intervals[-1][1]
        half = sum(end - start for start, end in self.intervals) / 2
        worked = 0
        breaks: list[tuple[float, int, int]] = []
        for (start, end), (after, _) in zip(self.intervals, self.intervals[1:], strict=False):
            worked += end - start
            breaks.append((abs(worked - half), end, after))
        middle = (opens + closes) // 2
        _, noon, again = min(breaks, default=(0, middle, middle))
        return (self._moment(day, opens), self._moment(day, noon)), (self._moment(day, again), self._moment(day, closes))

    def _local(self, value: date | datetime, whole_day: time | None) -> datetime:
        if isinstance(value, datetime):
            return value.astimezone(self.zone)
        if whole_day is not None:
            return datetime.combine(value, whole_day, self.zone)
        return datetime.combine(value, time.max, self.zone)

    def _moment(self, day: date, minute: int) -> datetime:
        if minute == MINUTES_A_DAY:
            return datetime.combine(day + _ONE_DAY, time.min, self.zone)
        return datetime.combine(day, time(minute // 60, minute % 60), self.zone)

    def _forward_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for _ in range(MAX_DAYS):
            if self.is_working_day(day):
                for start, end in self.intervals:
                    yield self._moment(day, start), self._moment(day, end)
            if day >= date.max - _ONE_DAY:
                return
            day += _ONE_DAY

    def _back(self, local: datetime, left: timedelta) -> datetime:
        day = local.date()
        for _ in range(MAX_DAYS):
            if self.is_working_day(day):
                for start, end in reversed(self.intervals):
                    closes = min(self._moment(day, end), local)
                    opens = self._moment(day, start)
                    if closes - opens >= left:
                        return closes - left
                    left -= max(closes - opens, timedelta(0))
            if day <= date.min + _ONE_DAY:
                break
            day -= _ONE_DAY
        raise _too_far()


def _days(first: date, last: date) -> Iterator[date]:
    if (last - first).days > MAX_DAYS:
        raise _too_far()
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _parse_days(days: Any) -> dict[date, bool]:
    if not isinstance(days, Mapping):
        raise _refused("days as a mapping of dates to work or off", days)
    table: dict[date, bool] = {}
    for day, kind in days.items():
        try:
            parsed = day if isinstance(day, date) else date.fromisoformat(day)
        except (TypeError, ValueError):
            raise _refused("dates like 2027-01-01", day) from None
        if kind not in ("work", "off"):
            raise _refused(f"{parsed} to be work or off", kind)
        table[parsed] = kind == "work"
    return table


def _parse_years(years: Any) -> frozenset[int]:
    if not isinstance(years, list) or not all(isinstance(year, int) and not isinstance(year, bool) for year in years):
        raise _refused("official_years as a list of years", years)
    return frozenset(years)


def _refused(expected: str, found: Any) -> InvalidInput:
    return InvalidInput("invalid_organisation", f"expected {expected}, but it is {found!r}")


def _too_far() -> InvalidInput:
    return InvalidInput("limit_exceeded", "expected a date within twenty years, but it is further away")
