"""Working time: hours and days of a unit, public holidays with make-up days, and the arithmetic on them."""

from engine.calendar.calendar import Calendar
from engine.calendar.functions import calendar_functions
from engine.calendar.hours import parse_hours, parse_weekdays
from engine.calendar.span import Span, SpanKind, parse_span

__all__ = ["Calendar", "Span", "SpanKind", "calendar_functions", "parse_hours", "parse_span", "parse_weekdays"]
