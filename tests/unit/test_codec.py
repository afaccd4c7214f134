"""JSON text: nothing is lost on the way out and back, and equal values have one canonical text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.codec import canonical, from_text, to_bytes, to_text

_NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner),
    max_leaves=20,
)


@given(_VALUES)
def test_a_value_comes_back_equal(value: Any) -> None:
    assert from_text(to_text(value)) == value


@given(_VALUES)
def test_a_value_keeps_its_canonical_text_on_the_way(value: Any) -> None:
    assert canonical(from_text(to_text(value))) == canonical(value)


def test_text_is_short_and_chinese_stays_chinese() -> None:
    assert to_text({"金额": Decimal("1.10"), "b": [1, None, True]}) == '{"金额":1.10,"b":[1,null,true]}'
    assert to_bytes("价") == '"价"'.encode()


@pytest.mark.parametrize("digits", ["0.1", "1.10", "1E+3", "-0.000000000000000000000000000001", "9" * 100 + ".5"])
def test_decimals_keep_every_digit(digits: str) -> None:
    back = from_text(to_text({"x": Decimal(digits)}))["x"]
    assert isinstance(back, Decimal)
    assert back.as_tuple() == Decimal(digits).as_tuple()


def test_whole_numbers_of_any_size_stay_whole() -> None:
    assert from_text(to_text({"x": [10**100, -(2**63) - 1], "y": (1,)})) == {"x": [10**100, -(2**63) - 1], "y": [1]}


def test_understands_mappings_tuples_and_aware_times() -> None:
    value = {"map": MappingProxyType({"a": (1, 2)}), "at": datetime(2026, 3, 2, tzinfo=UTC)}
    assert to_text(value) == '{"map":{"a":[1,2]},"at":"2026-03-02T00:00:00+00:00"}'


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("sNaN")])
def test_refuses_numbers_that_json_has_not(number: Decimal) -> None:
    with pytest.raises(ValueError, match="finite"):
        to_text({"x": number})
    with pytest.raises(ValueError, match="finite"):
        canonical({"x": number})


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        '{"x": Infinity}',
        "[-Infinity]",
        "{",
        "",
        "[1,]",
        b"\xff",
        '"\\ud800"',
        "[" * 10_000,
        "[" * 1000 + "1.5" + "]" * 1000,
    ],
)
def test_refuses_texts_that_are_not_json(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


@pytest.mark.parametrize("value", [object(), {1, 2}, {"x": b"bytes"}])
def test_refuses_what_json_cannot_hold(value: Any) -> None:
    with pytest.raises(TypeError):
        to_text(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Decimal("1.10"), Decimal("1.1")),
        (Decimal("2.00"), 2),
        (Decimal("1E+2"), 100),
        (Decimal("-0.0"), 0),
        (Decimal("1E+15"), 10**15),
        (Decimal("1E+20"), 10**20),
        ([Decimal("1E+30")], [Decimal("10E+29")]),
        ({"x": (1, 2)}, {"x": [1, 2]}),
    ],
)
def test_equal_values_have_one_canonical_text(one: Any, other: Any) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (None, 0),
        (Decimal("1.1"), Decimal("1.2")),
        (2**53, 2**53 + 1),
        (10**20, 10**20 + 1),
        ("a", ["a"]),
        (-1, 1),
        (10, 100),
    ],
)
def test_different_values_have_different_canonical_texts(one: Any, other: Any) -> None:
    assert canonical(one) != canonical(other)


def test_a_number_with_a_huge_exponent_stays_small() -> None:
    assert len(canonical([Decimal("1E+999999"), Decimal("-1E+99999999")])) < 40
    assert len(to_text(Decimal("1E+999999"))) < 20


def test_refuses_a_value_nested_without_end() -> None:
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]
    with pytest.raises(ValueError, match="levels"):
        to_text(value)
