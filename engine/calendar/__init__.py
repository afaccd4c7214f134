"""Working time: hours and days of a unit, public holidays with make-up days, and the arithmetic on them."""

from engine.calendar.calendar import Calendar
from engine.calendar.hours import parse_hours, parse_weekdays
from engine.calendar.span import Span, parse_span

__all__ = ["Calendar", "Span", "parse_hours", "parse_span", "parse_weekdays"]
