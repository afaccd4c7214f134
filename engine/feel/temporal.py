"""Dates, times and durations from their ISO 8601 text, as DMN 1.5, 10.3.2.3 limits it. None where the text is none."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.values import MAX_MONTHS, MAX_SECONDS, NUMBERS, Date, DateTime, DaysDuration, MonthsDuration, Time

_DATE = re.compile(r"(-?)([1-9]\d{4,8}|\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d(?:\.\d{1,30})?)"
    r"(?:([Zz])|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)*))?",
    re.ASCII,
)
_DAYS = re.compile(
    r"(-?)P(?:(\d{1,15})D)?(T(?:(\d{1,15})H)?(?:(\d{1,15})M)?(?:(\d{1,15}(?:\.\d{0,30})?|\.\d{1,30})S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)


@lru_cache(1024)
def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def parse_date(text: str) -> Date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return Date(int(match[1] + match[2]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def parse_time(text: str) -> Time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, utc, sign, offset_hours, offset_minutes, offset_seconds, zone = match.groups()
    offset = None
    if utc:
        offset = 0
    elif sign:
        if int(offset_minutes) > 59 or int(offset_seconds or 0) > 59:
            return None
        offset = int(offset_hours) * 3600 + int(offset_minutes) * 60 + int(offset_seconds or 0)
        offset = -offset if sign == "-" else offset
    elif zone and (zone in ("Z", "z") or not is_zone(zone)):
        return None
    if hour == "24" and minute == "00" and Decimal(second) == 0:
        hour = "00"
    try:
        return Time(int(hour), int(minute), Decimal(second), offset, zone)
    except ValueError:
        return None


def parse_date_time(text: str) -> DateTime | None:
    day, separator, time = text.partition("T")
    if not separator:
        return None
    parsed_day, parsed_time = parse_date(day), parse_time(time)
    if parsed_day is None or parsed_time is None:
        return None
    if time.startswith("24"):
        # the end of a day is the beginning of the next (ISO 8601)
        parsed_day = Date.of_day_number(parsed_day.day_number + 1)
    return DateTime(parsed_day, parsed_time)


def parse_duration(text: str) -> DaysDuration | MonthsDuration | None:
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return None if months > MAX_MONTHS else MonthsDuration(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if match is None or match[3] == "T" or not (match[2] or match[3]):
        return None
    seconds = NUMBERS.create_decimal(int(match[2] or 0) * 86_400 + int(match[4] or 0) * 3600 + int(match[5] or 0) * 60)
    seconds = NUMBERS.add(seconds, Decimal(match[6] or 0))
    return None if seconds > MAX_SECONDS else DaysDuration(-seconds if match[1] else seconds)


def parse_literal(text: str) -> Date | Time | DateTime | DaysDuration | MonthsDuration | None:
    """What stands after `@`."""
    return parse_date(text) or parse_date_time(text) or parse_time(text) or parse_duration(text)
