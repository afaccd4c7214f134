"""Working hours: what is in them, what lies so many of them ahead, and the spans a manager writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.calendar import Calendar, Span, SpanKind, parse_hours, parse_span, parse_weekdays
from engine.errors import InvalidInput

COMPANY = Calendar.from_document({"id": "company", "hours": "09:00-12:00, 13:00-18:00"})
SALES = Calendar.from_document({"id": "sales", "hours": "08:50-12:00, 13:00-17:35"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY.zone)


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2026-03-02T08:59", False),
        ("2026-03-02T09:00", True),
        ("2026-03-02T11:59", True),
        ("2026-03-02T12:00", False),
        ("2026-03-02T12:30", False),
        ("2026-03-02T13:00", True),
        ("2026-03-02T17:59", True),
        ("2026-03-02T18:00", False),
        ("2026-03-01T10:00", False),
        ("2026-10-10T10:00", True),
    ],
)
def test_knows_working_time(moment: str, works: bool) -> None:
    assert COMPANY.is_working_time(at(moment)) is works


def test_asks_in_its_own_zone() -> None:
    assert COMPANY.is_working_time(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    assert not COMPANY.is_working_time(datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + timedelta(hours=1))


@pytest.mark.parametrize(
    ("moment", "hours", "due"),
    [
        ("2026-03-02T09:00", 4, "2026-03-02T14:00"),
        ("2026-03-02T17:00", 1, "2026-03-02T18:00"),
        ("2026-03-02T17:00", 2, "2026-03-03T10:00"),
        ("2026-03-02T11:30", 0.5, "2026-03-02T12:00"),
        ("2026-03-02T12:30", 1, "2026-03-02T14:00"),
        ("2026-03-02T20:00", 1, "2026-03-03T10:00"),
        ("2026-03-02T07:00", 1, "2026-03-02T10:00"),
        ("2026-03-06T16:00", 4, "2026-03-09T11:00"),
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),
        ("2026-03-02T10:00", 0, "2026-03-02T10:00"),
        ("2026-03-02T12:30", 0, "2026-03-02T13:00"),
        ("2026-03-02T14:00", -4, "2026-03-02T09:00"),
        ("2026-03-03T10:00", -2, "2026-03-02T17:00"),
        ("2026-03-02T12:30", -1, "2026-03-02T11:00"),
        ("2026-03-09T08:00", -8, "2026-03-06T09:00"),
    ],
)
def test_adds_working_hours(moment: str, hours: float, due: str) -> None:
    assert COMPANY.add_working_time(at(moment), timedelta(hours=hours)) == at(due)


def test_the_sales_department_has_its_own_day() -> None:
    assert SALES.day_length == timedelta(hours=7, minutes=45)
    assert SALES.add_working_time(at("2026-03-02T17:05"), timedelta(hours=1)) == at("2026-03-03T09:20")


def test_adding_and_measuring_working_time_agree() -> None:
    start = at("2026-02-12T10:07")
    for minutes in range(0, 6000, 97):
        due = COMPANY.add_working_time(start, timedelta(minutes=minutes))
        assert COMPANY.working_time_between(start, due) == timedelta(minutes=minutes)
        assert COMPANY.working_time_between(due, start) == -timedelta(minutes=minutes)


def test_adding_in_two_parts_is_adding_at_once() -> None:
    start = at("2026-09-29T16:40")
    for first in range(0, 1200, 53):
        once = COMPANY.add_working_time(start, timedelta(minutes=first + 311))
        assert COMPANY.add_working_time(COMPANY.add_working_time(start, timedelta(minutes=first)), timedelta(minutes=311)) == once


def test_refuses_more_hours_than_twenty_years_hold() -> None:
    for amount in (timedelta(days=100_000), -timedelta(days=100_000)):
        with pytest.raises(InvalidInput) as refused:
            COMPANY.add_working_time(at("2026-03-02T09:00"), amount)
        assert refused.value.code == "limit_exceeded"
    with pytest.raises(InvalidInput):
        COMPANY.working_time_between(at("2026-03-02T09:00"), at("2096-03-02T09:00"))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT4H", Span(SpanKind.CLOCK, timedelta(hours=4))),
        ("P2DT3H4M5S", Span(SpanKind.CLOCK, timedelta(days=2, hours=3, minutes=4, seconds=5))),
        ("P60D", Span(SpanKind.CLOCK, timedelta(days=60))),
        ("4 working hours", Span(SpanKind.WORKING_TIME, timedelta(hours=4))),
        ("1 working hour", Span(SpanKind.WORKING_TIME, timedelta(hours=1))),
        ("0.5 working hours", Span(SpanKind.WORKING_TIME, timedelta(minutes=30))),
        ("90 working minutes", Span(SpanKind.WORKING_TIME, timedelta(minutes=90))),
        ("4工作小时", Span(SpanKind.WORKING_TIME, timedelta(hours=4))),
        ("30个工作分钟", Span(SpanKind.WORKING_TIME, timedelta(minutes=30))),
        ("2 working days", Span(SpanKind.WORKING_DAYS, days=2)),
        (" 2个工作日 ", Span(SpanKind.WORKING_DAYS, days=2)),
        ("10 工作天", Span(SpanKind.WORKING_DAYS, days=10)),
    ],
)
def test_reads_a_span_as_a_manager_writes_it(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "4",
        "4 hours",
        "-4 working hours",
        "0.5 working days",
        "P1Y",
        "P1M",
        "two working days",
        "P1D ago",
        "PT1H30",
    ],
)
def test_refuses_a_span_that_could_be_misread(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_span(text)


def test_a_span_is_added_by_its_kind() -> None:
    friday = at("2026-03-06T16:00")
    assert COMPANY.after(friday, parse_span("P2D")) == at("2026-03-08T16:00")
    assert COMPANY.after(friday, parse_span("4 working hours")) == at("2026-03-09T11:00")
    assert COMPANY.after(friday, parse_span("2 working days")) == at("2026-03-10T16:00")


def test_results_are_aware() -> None:
    for span in ("PT1H", "4 working hours", "2 working days"):
        assert COMPANY.after(datetime(2026, 3, 6, 8, 0, tzinfo=UTC), parse_span(span)).tzinfo is not None


def test_reads_hours_and_weekdays() -> None:
    assert parse_hours("09:00-12:00,13:00 - 18:00") == ((540, 720), (780, 1080))
    assert parse_weekdays("Mon-Wed, sun") == frozenset({0, 1, 2, 6})
