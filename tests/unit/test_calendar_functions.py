"""The calendar in FEEL expressions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.calendar import Calendar, calendar_functions
from engine.calendar.functions import FUNCTION_NAMES
from engine.errors import InvalidInput
from engine.feel import compile_expression

COMPANY = Calendar.from_document({"id": "company", "hours": "09:00-12:00, 13:00-18:00"})


def evaluate(text: str, **context: Any) -> Any:
    functions = calendar_functions(COMPANY)
    return compile_expression(text, functions=functions.keys()).evaluate(context, functions=functions)


def test_offers_exactly_the_functions_it_names() -> None:
    assert tuple(calendar_functions(COMPANY)) == FUNCTION_NAMES


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            'string(working hours after(date and time("2026-03-02T17:00:00@Asia/Shanghai"), 2))',
            "2026-03-03T10:00:00@Asia/Shanghai",
        ),
        ('working hours after(date and time("2026-03-02T09:00:00Z"), 1) = date and time("2026-03-02T18:00:00+08:00")', True),
        (
            'string(working hours after(date and time("2026-03-02T17:00:00"), duration("PT2H")))',
            "2026-03-03T10:00:00@Asia/Shanghai",
        ),
        ('string(working hours after(date("2026-03-02"), 1))', "2026-03-02T10:00:00@Asia/Shanghai"),
        ('working hours between("2026-03-02T17:00:00", "2026-03-03T10:30:00")', Decimal("2.5")),
        ('working days after(date("2026-03-06"), 1) = date("2026-03-09")', True),
        ('string(working days after(date and time("2026-03-06T16:00:00"), 1))', "2026-03-09T16:00:00@Asia/Shanghai"),
        ('working days from(date("2026-03-02"), date("2026-03-04"))', Decimal(3)),
        ('working days from("2026-03-04T13:00:00", "2026-03-05T18:00:00")', Decimal("1.5")),
        ('working days between(date("2026-03-06"), date and time("2026-03-09T08:00:00"))', Decimal(1)),
        ('next working day(date("2026-09-30")) = date("2026-10-08")', True),
        ('is working day("2026-10-10")', True),
        ('is working time(date and time("2026-03-02T12:30:00"))', False),
    ],
)
def test_answers_in_expressions(text: str, value: Any) -> None:
    assert evaluate(text) == value


def test_reads_what_a_form_filled_in() -> None:
    assert evaluate("working days from(leave.start, leave.end)", leave={"start": "2026-03-02", "end": "2026-03-04"}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "working hours after(null, 1)",
        'working hours after("tomorrow", 1)',
        'working hours after(date("2026-03-02"), "1")',
        'working hours after(date("2026-03-02"), 1e30)',
        'working days after(date("2026-03-02"), 1.5)',
        "working days from(1, 2)",
        'working days from(null, "2026-03-02")',
        'working days from("2026-03-02", null)',
        'working days between(null, "2026-03-02")',
        'working days between("2026-03-02", null)',
        'working hours between(null, "2026-03-02")',
        'working hours between("2026-03-02", null)',
        "next working day(null)",
        "is working day(1)",
        'working days after("2026-03-02", 1000001)',
        'working days from(date("99999-01-01"), date("99999-01-02"))',
        'is working time(date("2026-03-02"))',
    ],
)
def test_gives_null_for_arguments_of_the_wrong_kind(text: str) -> None:
    assert evaluate(text) is None


def test_refuses_a_date_too_far_away() -> None:
    with pytest.raises(InvalidInput) as refused:
        evaluate('working days after(date("2026-03-02"), 900000)')
    assert refused.value.code == "limit_exceeded"
