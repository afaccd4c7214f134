"""Lengths of time as a manager writes them: on the clock, in working hours, in working days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from engine.errors import InvalidInput

_ISO = re.compile(r"P(?:([0-9]{1,5})D)?(?:T(?=[0-9])(?:([0-9]{1,6})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,9})S)?)?")
_WORKING = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,4})?)\s*(?:working\s*(minutes?|hours?|days?)|个?工作(分钟|小时|日|天))")
_UNITS = {"minute": "minute", "hour": "hour", "day": "day", "分钟": "minute", "小时": "hour", "日": "day", "天": "day"}


class SpanKind(StrEnum):
    CLOCK = "clock"
    WORKING_TIME = "working_time"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class Span:
    """`days` counts with WORKING_DAYS, `time` with the other kinds."""

    kind: SpanKind
    time: timedelta = timedelta(0)
    days: int = 0


def parse_span(text: str) -> Span:
    """`PT4H`, `P2D` (clock) · `4 working hours`, `4工作小时` · `2 working days`, `2个工作日`. Half a working day is not a span.

    Raises InvalidInput("invalid_request", text=…).
    """
    stripped = text.strip()
    working = _WORKING.fullmatch(stripped)
    if working is not None:
        amount = Decimal(working[1])
        unit = _UNITS[(working[2] or working[3]).removesuffix("s")]
        if unit != "day":
            return Span(SpanKind.WORKING_TIME, timedelta(seconds=float(amount * (60 if unit == "minute" else 3600))))
        if amount == int(amount):
            return Span(SpanKind.WORKING_DAYS, days=int(amount))
    iso = _ISO.fullmatch(stripped)
    if iso is not None and stripped != "P":
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return Span(SpanKind.CLOCK, timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))
    raise InvalidInput(
        "invalid_request", f"expected a time like PT4H, 4 working hours or 2 working days, but it is {text!r}", text=text
    )
