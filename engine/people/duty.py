"""Whose shift it is at a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from engine.people.organisation import Roster, Shift


def present_at(roster: Roster, local: datetime) -> Iterator[str]:
    """User ids on duty at this moment (in the company's zone), in the order of the roster."""
    shifts = {shift.id: shift for shift in roster.shifts}
    for duty in roster.duties:
        day = _start_day(shifts[duty.shift], local)
        if day is None or day.weekday() not in duty.weekdays:
            continue
        if (duty.from_day is None or duty.from_day <= day) and (duty.until_day is None or day <= duty.until_day):
            yield duty.user


def _start_day(shift: Shift, local: datetime) -> date | None:
    """The day on which the shift that runs at this moment began; None when it does not run."""
    now, today = local.time(), local.date()
    if shift.start < shift.end:
        return today if shift.start <= now < shift.end else None
    if now >= shift.start:
        return today
    return today - timedelta(days=1) if now < shift.end else None
