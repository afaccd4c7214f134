"""Nothing an author writes can run code, see a Python object, or go on for ever."""

from __future__ import annotations

import inspect
import sys
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.feel import Limits, compile_expression, compile_unary_tests, to_json


class Account:
    secret = "s3cret"

    def __init__(self) -> None:
        self.balance = 100


def refused(text: str, context: dict[str, Any] | None = None, **limits: int) -> str:
    with pytest.raises(InvalidInput) as caught:
        compile_expression(text).evaluate(context or {}, limits=Limits(**limits))
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1e9 return i",
        "some i in 1..1e15 satisfies false",
        "every i in -1e15..1e15 satisfies true",
        "for i in 1..1000, j in 1..1000, k in 1..1000 return i",
        "for i in 1..100000 return [" + "1," * 20_000 + "1]",
        "{f: function(n) f(n + 1), r: f(0)}.r",
        "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(40)}.r",
        "sort(for i in 1..90000 return -i)",
        "distinct values(for i in 1..20000 return {a: i})",
        'for i in 1..100000 return matches("a", "((a{10}){10}){10}" + string(i))',
        "string(for i in 1..1000 return [partial[-1]])",
        "(for i in 1..1000 return [partial[-1]]) = (for i in 1..1000 return [partial[-1]])",
        'string join(for i in 1..50000 return "' + "x" * 1000 + '")',
        'replace("' + "a" * 900 + '", "a", "' + "b" * 9000 + '")',
    ],
    ids=lambda text: text[:40],
)
def test_refuses_what_takes_more_than_its_budget(text: str) -> None:
    assert refused(text) == "limit_exceeded"


def test_refuses_strings_that_double_until_they_are_huge() -> None:
    lines = ['s0: "0123456789"', *(f"s{n}: s{n - 1} + s{n - 1}" for n in range(1, 40))]
    assert refused("{" + ", ".join(lines) + "}.s39") == "limit_exceeded"


@pytest.mark.parametrize("use", ["string(l39)", "l39 = l39b", "flatten(l39)", "l39.x"])
def test_refuses_lists_that_are_small_in_memory_and_huge_when_walked(use: str) -> None:
    lines = ["l0: [1, 2]", *(f"l{n}: [l{n - 1}, l{n - 1}]" for n in range(1, 40))]
    lines += ["l0b: [1, 2]", *(f"l{n}b: [l{n - 1}b, l{n - 1}b]" for n in range(1, 40))]
    assert refused("{" + ", ".join(lines) + f", r: {use}" + "}.r") == "limit_exceeded"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "[" * 10_000 + "]" * 10_000,
        "{a:" * 10_000 + "1" + "}" * 10_000,
        "-" * 10_000 + "1",
        "not(" * 10_000 + "true" + ")" * 10_000,
        "if true then " * 10_000 + "1" + " else 0" * 10_000,
        "function(a) " * 10_000 + "a",
        "for i in " * 10_000 + "[]" + " return i" * 10_000,
        "a" + ".b" * 10_000,
        "a" + "[1]" * 10_000,
        "f" + "()" * 10_000,
        "1" + " = 1" * 10_000,
        "1 instance of " + "list<" * 10_000 + "number" + ">" * 10_000,
        "x in (" * 10_000 + "1" + ")" * 10_000,
        "[1.." * 10_000,
        "1" * 200_000,
    ],
    ids=lambda text: text[:20],
)
def test_refuses_deep_nesting_and_long_texts_with_a_code(text: str) -> None:
    assert refused(text) in ("limit_exceeded", "invalid_expression")
    with pytest.raises(InvalidInput):
        compile_unary_tests(text)


def test_adds_up_long_sums_because_they_are_not_deep() -> None:
    assert compile_expression("1" + "+1" * 5_000).evaluate({}) == 5_001
    assert compile_expression("true" + " and true" * 5_000).evaluate({}) is True


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x", "^(a|a?)+$"])
def test_answers_patterns_that_make_other_engines_hang(pattern: str) -> None:
    context = {"text": "a" * 100_000 + "!"}
    assert compile_expression(f'matches(text, "{pattern}")').evaluate(context) is False


@pytest.mark.parametrize("pattern", ["(a)\\\\1", "(?=a)", "(?i)a", "[[:alpha:]]", "a{2,1}", "\\\\b", "[a", "a{5000}"])
def test_is_null_for_patterns_that_cannot_be_matched_in_linear_time_or_are_none(pattern: str) -> None:
    explained = compile_expression(f'matches("aa", "{pattern}")').evaluate_explained({})
    assert explained.value is None
    assert [warning.kind for warning in explained.warnings] == ["invalid_argument"]


@pytest.mark.parametrize(
    "text", ["2 ** 1e9", "9 ** 9 ** 9 ** 9 ** 9", "1e6144 * 10", "exp(1e9)", "1 / 0", "0 / 0", "log(0)", "sqrt(-1)"]
)
def test_is_null_where_a_number_is_too_large_or_none(text: str) -> None:
    assert compile_expression(text).evaluate({}) is None


def test_rounds_numbers_to_34_digits() -> None:
    assert compile_expression("1/3").evaluate({}) == Decimal("0." + "3" * 34)
    assert compile_expression("n").evaluate({"n": Decimal("1." + "1" * 100)}) == Decimal("1." + "1" * 33)
    assert compile_expression("n").evaluate({"n": 10**40 + 1}) == Decimal("1E+40")
    assert compile_expression("9" * 40).evaluate({}) == Decimal("1E+40")


def test_is_null_for_host_numbers_that_no_decimal_can_hold() -> None:
    for number in (float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), Decimal("1E+7000"), 10**9_000):
        assert compile_expression("n").evaluate({"n": number}) is None


@pytest.mark.parametrize(
    "text",
    [
        "account.balance",
        "account.secret",
        "account.__class__",
        "account.__class__.__mro__",
        "account.__init__.__globals__",
        "account.__dict__",
        '"".__class__',
        "(1).real",
        "{}.keys",
        'get value(account, "balance")',
        "get entries(account)",
        "account[1].__class__",
        "account()",
        "count.__call__",
        "(function(a) a).call",
        '@"2020-01-01".day_number',
        "[1..2].low",
    ],
)
def test_reads_no_attribute_of_a_python_object(text: str) -> None:
    assert compile_expression(text).evaluate({"account": Account()}) is None


def test_compares_opaque_references_and_nothing_else() -> None:
    account = Account()
    context = {"account": account, "same": account, "other": Account()}
    assert compile_expression("account = same").evaluate(context) is True
    assert compile_expression("account = other").evaluate(context) is False
    assert compile_expression("account < other").evaluate(context) is None
    assert compile_expression('account = "x"').evaluate(context) is False
    assert compile_expression("[account]").evaluate(context) == [account]


def test_reads_only_the_members_that_a_reference_offers() -> None:
    class Unit:
        password = "hidden"

        def feel_members(self) -> dict[str, Any]:
            return {"name": "sales", "head count": 3, "parent": None}

    expression = compile_expression('unit.name + " " + string(unit.head count)', names=["head count"])
    assert expression.evaluate({"unit": Unit()}) == "sales 3"
    assert compile_expression("unit.password").evaluate({"unit": Unit()}) is None
    assert compile_expression('[unit][name = "sales"]').evaluate({"unit": Unit()})


def test_refuses_host_data_that_is_too_deep_or_holds_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert refused("data = 1", {"data": endless}) == "limit_exceeded"


def test_is_refused_by_steps_and_not_by_time() -> None:
    text = "count(for i in 1..1000 return i)"
    assert refused(text, steps=500) == "limit_exceeded"
    assert compile_expression(text).evaluate({}, limits=Limits(steps=3_000)) == 1_000


def test_refuses_with_a_code_when_the_host_has_little_stack_left() -> None:
    nested = compile_expression("[" * 90 + "n" + "]" * 90)

    def called_from(depth: int) -> Any:
        return called_from(depth - 1) if depth else nested.evaluate({"n": 1})

    free = sys.getrecursionlimit() - len(inspect.stack(0))
    assert called_from(10)
    with pytest.raises(InvalidInput) as caught:
        called_from(free - 100)
    assert caught.value.code == "limit_exceeded"


def test_bounds_strings_and_lists_by_the_given_limits() -> None:
    assert refused('"abc" + "def"', string_length=5) == "limit_exceeded"
    assert refused("for i in 1..10 return i", list_length=9) == "limit_exceeded"
    assert refused("concatenate([1, 2], [3])", list_length=2) == "limit_exceeded"


def test_never_lets_a_result_hold_itself() -> None:
    assert to_json(compile_expression("for i in 1..3 return partial").evaluate({})) == [[], [[]], [[], [[]]]]


def test_gives_every_evaluation_lists_of_its_own() -> None:
    expression = compile_expression('["a", "b"]')
    expression.evaluate({}).append("c")
    assert expression.evaluate({}) == ["a", "b"]


def test_leaves_the_context_as_it_was() -> None:
    context = {"items": [{"price": 1}], "total": 0}
    compile_expression('for item in items return context put(item, "price", 2)').evaluate(context)
    assert context == {"items": [{"price": 1}], "total": 0}
