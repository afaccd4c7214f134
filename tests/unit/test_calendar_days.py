"""Working days: weekends, public holidays, make-up days, a company's own days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.calendar import Calendar
from engine.errors import InvalidInput

COMPANY = Calendar.from_document({"id": "company", "hours": "09:00-12:00, 13:00-18:00"})
SALES = Calendar.from_document({"id": "sales", "hours": "08:50-12:00, 13:00-17:35"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COMPANY.zone)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-03-02", True),  # a Monday
        ("2026-03-07", False),  # a Saturday
        ("2026-01-01", False),
        ("2026-01-02", False),  # moved from Sunday the 4th
        ("2026-01-04", True),
        ("2026-02-14", True),  # Saturday made up for Spring Festival
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-05-05", False),
        ("2026-05-09", True),
        ("2026-06-19", False),
        ("2026-09-20", True),
        ("2026-09-25", False),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2025-01-26", True),
        ("2025-02-04", False),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2024-02-18", True),
        ("2024-02-16", False),
        ("2024-09-14", True),
    ],
)
def test_knows_public_holidays_and_make_up_days(day: str, works: bool) -> None:
    assert COMPANY.is_working_day(date.fromisoformat(day)) is works


def test_says_which_years_are_only_estimated() -> None:
    assert not COMPANY.is_estimated(date(2026, 12, 31))
    assert COMPANY.is_estimated(date(2027, 1, 1))
    assert not COMPANY.is_working_day(date(2027, 10, 1))


def test_a_year_asked_later_does_not_change_an_earlier_one() -> None:
    fresh = Calendar()
    before = [fresh.is_working_day(date(2026, 10, day)) for day in range(1, 15)]
    fresh.is_working_day(date(2030, 1, 1))
    assert [fresh.is_working_day(date(2026, 10, day)) for day in range(1, 15)] == before


def test_an_imported_official_year_replaces_the_guess() -> None:
    calendar = Calendar.from_document(
        {"id": "c", "hours": "09:00-18:00", "official_years": [2027], "days": {"2027-01-01": "off", "2027-01-03": "work"}}
    )
    assert not calendar.is_estimated(date(2027, 1, 3))
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.is_working_day(date(2027, 1, 3))  # a Sunday
    assert calendar.is_working_day(date(2027, 10, 1))  # the table is the whole truth
    assert not calendar.is_working_day(date(2026, 10, 1))


def test_a_single_day_of_the_company_overrides_the_holiday() -> None:
    calendar = Calendar.from_document({"id": "c", "hours": "09:00-18:00", "days": {"2026-10-01": "work", "2026-03-02": "off"}})
    assert calendar.is_working_day(date(2026, 10, 1))
    assert not calendar.is_working_day(date(2026, 3, 2))
    assert calendar.holiday_name(date(2026, 10, 1)) is None
    assert calendar.holiday_name(date(2026, 10, 2)) == "National Day"


def test_a_calendar_without_public_holidays_works_on_them() -> None:
    calendar = Calendar.from_document({"id": "site", "hours": "09:00-18:00", "weekdays": "mon-sun", "holidays": "none"})
    assert calendar.is_working_day(date(2026, 10, 1))
    assert not calendar.is_estimated(date(2030, 1, 1))


def test_adds_working_days_over_weekends_and_holidays() -> None:
    assert COMPANY.add_working_days(date(2026, 3, 6), 1) == date(2026, 3, 9)
    assert COMPANY.add_working_days(date(2026, 3, 7), 1) == date(2026, 3, 9)
    assert COMPANY.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)  # Saturday the 14th is worked
    assert COMPANY.add_working_days(date(2026, 3, 9), -1) == date(2026, 3, 6)
    assert COMPANY.add_working_days(date(2026, 3, 7), 0) == date(2026, 3, 7)
    assert COMPANY.next_working_day(date(2026, 9, 30)) == date(2026, 10, 8)


def test_counts_how_many_working_days_ahead_a_day_is() -> None:
    assert COMPANY.working_days_between(date(2026, 3, 6), date(2026, 3, 9)) == 1
    assert COMPANY.working_days_between(date(2026, 3, 9), date(2026, 3, 6)) == -1
    assert COMPANY.working_days_between(date(2026, 3, 6), date(2026, 3, 6)) == 0
    assert COMPANY.working_days_between(date(2026, 3, 6), date(2026, 3, 8)) == 0


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-04T09:00", "2026-03-04T18:00", "1"),
        ("2026-03-04T09:00", "2026-03-04T12:00", "0.5"),
        ("2026-03-04T13:00", "2026-03-05T18:00", "1.5"),
        ("2026-03-04T12:00", "2026-03-04T13:00", "0"),  # lunch
        ("2026-03-04T12:30", "2026-03-04T13:01", "0.5"),
        ("2026-03-06T13:00", "2026-03-09T12:00", "1"),  # over a weekend
        ("2026-03-07T09:00", "2026-03-08T18:00", "0"),
        ("2026-03-04T18:00", "2026-03-05T09:00", "0"),
        ("2026-03-05T09:00", "2026-03-04T09:00", "0"),
    ],
)
def test_counts_leave_in_half_days(start: str, end: str, days: str) -> None:
    assert COMPANY.working_days_from(at(start), at(end)) == Decimal(days)


def test_counts_both_dates_of_a_leave() -> None:
    assert COMPANY.working_days_from(date(2026, 3, 2), date(2026, 3, 4)) == 3
    assert COMPANY.working_days_from(date(2026, 3, 2), date(2026, 3, 2)) == 1
    assert COMPANY.working_days_from(date(2026, 3, 6), date(2026, 3, 9)) == 2
    assert COMPANY.working_days_from(date(2026, 3, 9), date(2026, 3, 6)) == 0
    assert COMPANY.working_days_from(date(2026, 2, 13), date(2026, 2, 24)) == 3


def test_parts_a_day_at_lunch_or_in_the_middle() -> None:
    day = date(2026, 3, 2)
    assert SALES.half_days(day)[0] == (at("2026-03-02T08:50"), at("2026-03-02T12:00"))
    assert SALES.half_days(day)[1] == (at("2026-03-02T13:00"), at("2026-03-02T17:35"))
    through = Calendar.from_document({"id": "c", "hours": "08:00-24:00"})
    assert through.half_days(day) == (
        (at("2026-03-02T08:00"), at("2026-03-02T16:00")),
        (at("2026-03-02T16:00"), at("2026-03-03T00:00")),
    )
    breaks = Calendar.from_document({"id": "c", "hours": "08:00-10:00, 10:15-12:00, 14:00-16:00, 16:15-18:00"})
    assert breaks.half_days(day)[0][1] == at("2026-03-02T12:00")
    assert breaks.half_days(day)[1][0] == at("2026-03-02T14:00")


def test_refuses_to_walk_for_ever() -> None:
    never = Calendar.from_document({"id": "c", "hours": "09:00-18:00", "weekdays": "mon", "official_years": list(range(1, 9999))})
    for walk in (
        lambda: COMPANY.add_working_days(date(2026, 1, 1), 1_000_000),
        lambda: COMPANY.add_working_days(date(9999, 12, 30), 5),
        lambda: COMPANY.add_working_days(date(1, 1, 2), -5),
        lambda: COMPANY.working_days_between(date(1, 1, 1), date(9999, 12, 31)),
        lambda: COMPANY.working_days_from(date(1, 1, 1), date(9999, 12, 31)),
        lambda: never.add_working_days(date(2026, 1, 1), 5_000),
    ):
        with pytest.raises(InvalidInput) as refused:
            walk()
        assert refused.value.code == "limit_exceeded"


@pytest.mark.parametrize(
    "document",
    [
        {"hours": "09:00-18:00"},
        {"id": "", "hours": "09:00-18:00"},
        {"id": "c"},
        {"id": "c", "hours": ""},
        {"id": "c", "hours": "9-18"},
        {"id": "c", "hours": "18:00-09:00"},
        {"id": "c", "hours": "09:00-12:00, 11:00-18:00"},
        {"id": "c", "hours": "09:00-12:60"},
        {"id": "c", "hours": "09:00-24:01"},
        {"id": "c", "hours": "09:00-18:00", "weekdays": "workdays"},
        {"id": "c", "hours": "09:00-18:00", "weekdays": "fri-mon"},
        {"id": "c", "hours": "09:00-18:00", "weekdays": ""},
        {"id": "c", "hours": "09:00-18:00", "weekdays": 5},
        {"id": "c", "hours": "09:00-18:00", "holidays": "XX"},
        {"id": "c", "hours": "09:00-18:00", "days": ["2026-01-01"]},
        {"id": "c", "hours": "09:00-18:00", "days": {"2026-02-30": "off"}},
        {"id": "c", "hours": "09:00-18:00", "days": {"2026-02-20": "maybe"}},
        {"id": "c", "hours": "09:00-18:00", "official_years": 2027},
        {"id": "c", "hours": "09:00-18:00", "official_years": [True]},
        {"id": "c", "hours": "09:00-18:00", "lunch": "12:00"},
    ],
)
def test_refuses_a_calendar_that_cannot_be_read(document: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        Calendar.from_document(document)
    assert refused.value.code == "invalid_organisation"


def test_the_company_calendar_is_the_default() -> None:
    assert Calendar() == COMPANY


def test_refuses_an_unknown_zone() -> None:
    for zone in ("Asia/Nowhere", "../etc/passwd", ""):
        with pytest.raises(InvalidInput):
            Calendar.from_document({"id": "c", "hours": "09:00-18:00"}, zone)


def test_is_written_as_it_was_read() -> None:
    document = {
        "id": "c",
        "hours": "08:50-12:00, 13:00-24:00",
        "weekdays": "mon, wed, sun",
        "holidays": "none",
        "official_years": [2027],
        "days": {"2027-01-01": "off", "2027-01-03": "work"},
    }
    assert Calendar.from_document(document).to_document() == document
    assert Calendar.from_document(COMPANY.to_document()) == COMPANY
