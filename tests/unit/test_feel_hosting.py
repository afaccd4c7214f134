"""What a host puts in and gets out: Python values, JSON, functions, explanations."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.errors import InvalidInput, NotFound
from engine.feel import (
    Date,
    DateTime,
    DaysDuration,
    Function,
    MonthsDuration,
    Range,
    Time,
    compile_expression,
    compile_unary_tests,
    from_json,
    to_json,
)


class Colour(StrEnum):
    RED = "red"


class Mixed(str, Enum):  # noqa: UP042 - str() of such a member gives its name, which must not leak into values
    BLUE = "blue"


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (5, Decimal(5)),
        (True, True),
        (2.5, Decimal("2.5")),
        (0.1, Decimal("0.1")),
        (Decimal("1.10"), Decimal("1.1")),
        ("text", "text"),
        (None, None),
        (Colour.RED, "red"),
        (Mixed.BLUE, "blue"),
        ((1, 2), [Decimal(1), Decimal(2)]),
        ([{"a": 1}], [{"a": Decimal(1)}]),
        (ChainMap({"a": 1}), {"a": Decimal(1)}),
        (date(2024, 1, 31), Date(2024, 1, 31)),
        (time(10, 30), Time(10, 30)),
        (datetime(2024, 1, 31, 10, tzinfo=UTC), DateTime(Date(2024, 1, 31), Time(10, 0, offset=0))),
        (
            datetime(2024, 1, 31, 10, tzinfo=ZoneInfo("Asia/Shanghai")),
            DateTime(Date(2024, 1, 31), Time(10, 0, zone="Asia/Shanghai")),
        ),
        (timedelta(days=1, microseconds=500_000), DaysDuration(Decimal("86400.5"))),
    ],
)
def test_takes_python_values(given: Any, value: Any) -> None:
    result = compile_expression("v").evaluate({"v": given})
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (Decimal("1.50"), Decimal("1.50")),
        (Decimal("1E+3"), Decimal(1000)),
        (Date(2024, 1, 31), "2024-01-31"),
        (Time(10, 0, Decimal("0.5"), offset=28_800), "10:00:00.5+08:00"),
        (DateTime(Date(2024, 1, 31), Time(10, 0, zone="Asia/Shanghai")), "2024-01-31T10:00:00@Asia/Shanghai"),
        (DaysDuration(Decimal(5400)), "PT1H30M"),
        (MonthsDuration(14), "P1Y2M"),
        (Range(Decimal(1), Decimal(5), True, False), "[1..5)"),
        ([None, True, {"a": Date(2024, 1, 1)}], [None, True, {"a": "2024-01-01"}]),
    ],
)
def test_writes_values_as_json(value: Any, json: Any) -> None:
    written = to_json(value)
    assert written == json
    assert str(written) == str(json)


def test_reads_numbers_of_json_as_decimals_and_texts_as_texts() -> None:
    assert from_json({"n": [1, 2.5, Decimal("3.10")], "t": "2024-01-31"}) == {
        "n": [1, Decimal("2.5"), Decimal("3.10")],
        "t": "2024-01-31",
    }
    assert type(from_json(1)) is Decimal


def test_refuses_to_store_functions_and_references() -> None:
    for value in (object(), compile_expression("function(a) a").evaluate({})):
        with pytest.raises(InvalidInput, match="expected a value that can be stored"):
            to_json(value)
        assert to_json([value], keep_references=True) == [value]


def test_gives_dates_back_to_python() -> None:
    moment = compile_expression('@"2024-01-31T10:00:00.25+08:00"').evaluate({})
    assert moment.to_datetime() == datetime(2024, 1, 31, 2, 0, 0, 250_000, tzinfo=UTC)
    local = compile_expression('@"2024-01-31T10:00:00"').evaluate({})
    assert local.to_datetime(ZoneInfo("Asia/Shanghai")) == datetime(2024, 1, 31, 2, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        local.to_datetime()
    assert compile_expression('@"2024-01-31"').evaluate({}).to_date() == date(2024, 1, 31)
    assert compile_expression('@"PT1H"').evaluate({}).to_timedelta() == timedelta(hours=1)


def test_reads_any_mapping_without_copying_it() -> None:
    class Scope(Mapping[str, Any]):
        """Counts what is read; cannot be iterated."""

        def __init__(self) -> None:
            self.read: list[str] = []

        def __contains__(self, name: object) -> bool:
            return name == "amount"

        def __getitem__(self, name: str) -> Any:
            self.read.append(name)
            return 5

        def __iter__(self) -> Iterator[str]:
            raise AssertionError("the context must not be walked through")

        def __len__(self) -> int:
            raise AssertionError("the context must not be measured")

    scope = Scope()
    assert compile_expression("amount > 1 and (for i in [1] return i + amount) = [6] and other = null").evaluate(scope) is True
    assert scope.read == ["amount", "amount"]


def test_calls_native_functions_with_blanks_in_their_names() -> None:
    def holders(role: Any, unit: Any = "company") -> list[Any]:
        return [f"{role}@{unit}", 1, date(2024, 1, 1)]

    functions = {"holders of": Function.native(holders, ("role", "unit"))}
    expression = compile_expression('holders of("dgm")', functions=functions)
    assert expression.evaluate({}, functions=functions) == ["dgm@company", Decimal(1), Date(2024, 1, 1)]
    named = compile_expression('holders of(unit: "sales", role: "manager")[1]', functions=["holders of"])
    assert named.evaluate({}, functions=functions) == "manager@sales"


def test_is_null_for_a_native_call_with_the_wrong_number_of_arguments() -> None:
    functions = {"twice": Function.native(lambda number: number * 2, ("number",))}
    assert compile_expression("twice()").evaluate({}, functions=functions) is None
    assert compile_expression("twice(1, 2)").evaluate({}, functions=functions) is None
    assert compile_expression("twice(count: 1)").evaluate({}, functions=functions) is None
    assert compile_expression("(for n in [1, 2] return twice(n)) = [2, 4]").evaluate({}, functions=functions) is True


def test_lets_the_rejection_of_a_native_function_through() -> None:
    def fail() -> None:
        raise NotFound("user_not_found", "expected a user, but there is none")

    with pytest.raises(NotFound):
        compile_expression("head()").evaluate({}, functions={"head": Function.native(fail)})


def test_takes_the_hosts_clock_instead_of_its_own() -> None:
    functions = {
        "now": Function.native(lambda: datetime(2026, 3, 2, 9, tzinfo=UTC)),
        "today": Function.native(lambda: date(2026, 3, 2)),
    }
    assert (
        compile_expression('now() = @"2026-03-02T09:00:00Z" and today() = @"2026-03-02"').evaluate({}, functions=functions)
        is True
    )


def test_prefers_variables_to_injected_functions_and_those_to_built_in_ones() -> None:
    functions = {"count": Function.native(lambda _items: "mine", ("list",))}
    assert compile_expression("count([1])").evaluate({}, functions=functions) == "mine"
    assert compile_expression('{count: function(list) "inner", r: count([1])}.r').evaluate({}, functions=functions) == "inner"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("missing > 5", "unknown_name", "missing"),
        ("金额 > 5", "unknown_name", "金额"),
        ("note > 5", "null_value", "note"),
        ("applicant.unit.name", "unknown_member", "name"),
        ("applicant.phone = null", "null_value", "applicant.phone"),
        ("nobody(1)", "unknown_function", "nobody"),
        ('floor("x")', "invalid_argument", "floor"),
        ('substring("abc", 0)', "invalid_argument", "substring"),
        ('1 + "a"', "failed_operation", None),
        ("1 / 0", "failed_operation", None),
        ("1 instance of Price", "unknown_type", "Price"),
    ],
)
def test_explains_why_something_is_null(text: str, kind: str, name: str | None) -> None:
    context = {"note": None, "applicant": {"unit": {"id": 1}, "phone": None}}
    _, warnings = compile_expression(text).evaluate_explained(context)
    assert [(warning.kind, warning.name) for warning in warnings] == [(kind, name)]
    assert warnings[0].message
    assert warnings[0].position is not None


def test_says_every_reason_once_and_none_where_all_is_well() -> None:
    explained = compile_expression("for i in 1..50 return missing").evaluate_explained({})
    assert len(explained.warnings) == 1
    assert compile_expression("a + 1 > 0").evaluate_explained({"a": 1}).warnings == []


def test_warns_of_unknown_types_when_compiled() -> None:
    assert [warning.name for warning in compile_expression("a instance of Price").warnings] == ["Price"]


@pytest.mark.parametrize(
    ("tests", "given", "passes"),
    [
        ("-", 1, True),
        ('"A", "B"', "B", True),
        ('not("A", "B")', "A", False),
        ("> 5", 6, True),
        ("> limit", 6, False),
        ("[1..5], > 100", 3, True),
        ("? > 3 and ? < 5", 4, True),
        ("not(? > 3)", 4, False),
        ("not(> 3)", 2, True),
        ("null", None, True),
        ("not(null)", 1, True),
        ("true", True, True),
        ("true", None, False),
        ('starts with(?, "a")', "abc", True),
        ('"A"', None, False),
        ("> 5", "x", False),
        ("list contains(?, 2)", [1, 2], True),
        ('count(?[item = "x"]) = 1', ["x", "y"], True),
        ('@"2024-01-01"', date(2024, 1, 1), True),
        ("some r in roles satisfies r = ?", "dgm", True),
        ("-5", -5, True),
        ("limit > 5", "anything", True),
        ("limit > 50", "anything", False),
        ('list contains(roles, "gm")', None, True),
        ("limit > 5", True, True),
        ("limit > 5", False, False),
    ],
)
def test_tests_the_input_of_a_cell(tests: str, given: Any, passes: bool) -> None:
    assert compile_unary_tests(tests).evaluate({"?": given, "limit": 10, "roles": ["gm", "dgm"]}) is passes
