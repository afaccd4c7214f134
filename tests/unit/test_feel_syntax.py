"""Names, literals, comments, positions of errors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import InvalidInput
from engine.feel import compile_expression, compile_unary_tests, is_expression


def value_of(text: str, context: dict[str, Any] | None = None, names: list[str] | None = None) -> Any:
    return compile_expression(text, names=names).evaluate(context or {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Total Amount", "Total Amount + 1"),
        ("Total   Amount", "Total Amount + 1"),
        ("pre-tax", "pre-tax + 1"),
        ("pre-tax", "pre - tax + 1"),
        ("a+b", "a+b + 1"),
        ("person's age", "person's age + 1"),
        ("Section 3 limit", "Section 3 limit + 1"),
        ("金额", "金额 + 1"),
        ("合同 金额", "合同 金额 + 1"),
        ("🐎", "🐎 + 1"),
        ("if any", "if any + 1"),
        ("date and place", "date and place + 1"),
    ],
)
def test_knows_names_with_blanks_signs_and_chinese(name: str, text: str) -> None:
    assert value_of(text, {name: 41}, [name]) == 42


def test_prefers_the_longest_known_name() -> None:
    assert value_of("a b c", {"a b": 1, "a b c": 2}, ["a b", "a b c"]) == 2
    assert value_of("a-b", {"a": 5, "b": 3}) == 2


def test_knows_names_that_the_text_itself_declares() -> None:
    assert value_of('{first name: "Li", greeting: "Dear " + first name}.greeting') == "Dear Li"
    assert value_of("for line item in [1, 2] return line item * 2") == [2, 4]
    assert value_of("some line item in [1, 2] satisfies line item = 2") is True
    assert value_of("(function(net price, tax rate) net price * tax rate)(100, 0.5)") == 50
    assert value_of("(function(net price) net price)(net price: 7)") == 7
    assert value_of('{"a key": 1}.a key') == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("007", 7),
        (".5", Decimal("0.5")),
        ("1.50", Decimal("1.5")),
        ("1e3", 1000),
        ("1.5E-2", Decimal("0.015")),
        ("-1", -1),
        ("--1", 1),
        ('"a\\nb"', "a\nb"),
        ('"\\u0041\\U01F40E"', "A🐎"),
        ('"\\uD83D\\uDC0E"', "🐎"),
        ('"say \\"hi\\""', 'say "hi"'),
        ('"back\\\\slash"', "back\\slash"),
        ('"it\\\'s"', "it's"),
        ('"// no comment"', "// no comment"),
        ("1 // a comment", 1),
        ("1 /* one */ + /* two\nlines */ 2", 3),
        ("true", True),
        ("null", None),
        ("[1, 2,\n3]", [1, 2, 3]),
        ("{}", {}),
        ('{a: 1, "b c": {d: 2}}', {"a": 1, "b c": {"d": 2}}),
    ],
)
def test_reads_literals(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 3 - 2", 5),
        ("16 / 4 / 2", 2),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("2 * -3", -6),
        ("1 + 1 = 2", True),
        ("true or false and false", True),
        ("not(true) or true", True),
        ("1 < 2 and 2 < 3", True),
        ("1 in [1..3] and true", True),
        ("5 between 1 + 1 and 3 * 3", True),
        ("if true then 1 else 2 + 3", 1),
        ("1 + if true then 1 else 2", 2),
        ("[1, 2][1] + 1", 2),
        ("-[1, 2][1]", -1),
        ("{a: {b: [5]}}.a.b[1]", 5),
    ],
)
def test_binds_operators_in_the_order_of_the_specification(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("", 0, "the text ends"),
        ("1 +", 3, "the text ends"),
        ("amount >", 8, "the text ends"),
        ("a b", 2, "a name with blanks must be a known name"),
        ('"abc', 0, "closing quote"),
        ("/* abc", 0, "comment does not end"),
        ("1 ; 2", 2, "';' has no meaning here"),
        ("if a then b", 11, "'else'"),
        ("for i in", 8, "the text ends"),
        ("for in [1] return 2", 4, "a name"),
        ("[1, 2", 5, "']'"),
        ("{a 1}", 4, "':'"),
        ("f(a: 1, 2)", 8, "a name"),
        ("f(a: 1, a: 2)", 0, "there twice"),
        ("1 instance number", 11, "'of'"),
        ("x in (1..2", 10, "the end of a range"),
        ("function(a) external {java: {}}", 12, "external functions are not run here"),
        ("1\n  + * 2", 6, "line 2, column 5"),
        ("@2020", 1, "2026-01-31"),
        ("then", 0, "an expression"),
        ("a == b", 3, "an expression"),
        ("a && b", 2, "'&' has no meaning here"),
        ("amount > 5 ? 1 : 2", 11, "an operator"),
    ],
)
def test_tells_where_and_what_is_wrong(text: str, position: int, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_expression(text)
    assert caught.value.code == "invalid_expression"
    assert caught.value.facts["position"] == position
    assert sentence in caught.value.message


def test_is_refused_when_it_is_no_text() -> None:
    with pytest.raises(InvalidInput, match="expected a text"):
        compile_expression(5)  # type: ignore[arg-type]  # what a careless host might pass


def test_keeps_positions_behind_a_leading_equals_sign() -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_expression("=1 +")
    assert caught.value.facts["position"] == 4


def test_tells_expressions_from_literals() -> None:
    assert is_expression("=amount > 5")
    assert not is_expression("PT1H")
    assert not is_expression(" =a")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("amount > limit", {"amount", "limit"}),
        ("applicant.unit.name", {"applicant"}),
        ("sum(lines.price) + rate", {"lines", "rate"}),
        ("for line in lines return line.price * factor", {"lines", "factor"}),
        ("some x in xs, y in x satisfies y > z", {"xs", "z"}),
        ("lines[price > limit]", {"lines", "price", "limit"}),
        ("lines[item.price > 1]", {"lines"}),
        ("{a: b, c: a}", {"b"}),
        ("(function(x) x + y)(1)", {"y"}),
        ("holders(role)", {"role"}),
        ("for i in 1..n return partial", {"n"}),
        ("if a then b else c", {"a", "b", "c"}),
        ("x in (a, [b..c], <d)", {"x", "a", "b", "c", "d"}),
    ],
)
def test_lists_the_names_it_reads(text: str, names: set[str]) -> None:
    assert compile_expression(text).references() == names


def test_lists_the_functions_it_calls_that_are_not_built_in() -> None:
    expression = compile_expression(
        'holders of("dgm", sum([1])) = {f: function(a) a, g: f(unknown(1))}.g', functions=["holders of"]
    )
    assert expression.called_functions() == {"holders of", "unknown"}
    assert compile_unary_tests('head(?) = "x"').called_functions() == {"head"}


def test_reuses_what_it_compiled_for_the_same_names() -> None:
    assert compile_expression("a b + 1", names=["a b"]) is compile_expression("a b + 1", names=["a b", "c"])
    with pytest.raises(InvalidInput):
        compile_expression("a b + 1")
