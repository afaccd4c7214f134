"""When timers are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn.definition import TimerKind
from engine.bpmn.failures import ElementFailed
from engine.bpmn.timers import Due, first_due, is_timer_text, next_due
from engine.feel import Date, DateTime, DaysDuration, MonthsDuration, Time

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT90S", NOW + timedelta(seconds=90)),
        ("P1M", datetime(2026, 2, 28, 8, 0, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 8, 0, tzinfo=UTC)),
        (" PT1H ", NOW + timedelta(hours=1)),
    ],
)
def test_a_duration_counts_from_now(text: str, due: datetime) -> None:
    assert first_due(TimerKind.DURATION, text, NOW, UTC) == Due(due)


def test_values_of_feel_are_understood() -> None:
    assert first_due(TimerKind.DURATION, MonthsDuration(1), NOW, UTC).at.month == 2
    assert first_due(TimerKind.DATE, Date(2026, 3, 1), NOW, UTC).at == datetime(2026, 3, 1, tzinfo=UTC)
    moment = DateTime(Date(2026, 3, 1), Time(9, 0, offset=8 * 3600))
    assert first_due(TimerKind.DATE, moment, NOW, UTC).at == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    with pytest.raises(ElementFailed):
        first_due(TimerKind.DATE, DaysDuration, NOW, UTC)


def test_a_cycle_counts_down() -> None:
    due: Due | None = first_due(TimerKind.CYCLE, "R3/PT1H", NOW, UTC)
    moments = []
    while due is not None:
        moments.append(due.at)
        due = next_due(due)
    assert moments == [NOW + timedelta(hours=hours) for hours in (1, 2, 3)]


def test_a_cycle_without_a_number_never_ends() -> None:
    due = first_due(TimerKind.CYCLE, "R/PT1H", NOW, UTC)
    for _ in range(100):
        following = next_due(due)
        assert following is not None
        due = following
    assert due.at == NOW + timedelta(hours=101)


def test_a_single_date_or_duration_is_not_repeated() -> None:
    assert next_due(first_due(TimerKind.DURATION, "PT1H", NOW, UTC)) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TimerKind.DURATION, ""),
        (TimerKind.DURATION, "1h"),
        (TimerKind.DURATION, '"PT1H"'),
        (TimerKind.DURATION, "P99999999999Y"),
        (TimerKind.DATE, "2026-02-30"),
        (TimerKind.DATE, "2026-13-01T00:00:00Z"),
        (TimerKind.DATE, "PT1H"),
        (TimerKind.CYCLE, "PT1H"),
        (TimerKind.CYCLE, "R0/PT1H"),
        (TimerKind.CYCLE, "R-1/PT1H"),
        (TimerKind.CYCLE, "R/PT0S"),
        (TimerKind.CYCLE, "R/-PT1H"),
        (TimerKind.CYCLE, "0 0 9 * * ?"),
        (TimerKind.CYCLE, "R9999999999/PT1H"),
    ],
)
def test_what_is_no_time_is_refused(kind: TimerKind, text: str) -> None:
    assert not is_timer_text(kind, text)
