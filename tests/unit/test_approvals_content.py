"""What a vote was bound to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.approvals import changed_fields, digest
from engine.approvals.content import canonical
from engine.errors import InvalidInput

SALT = b"0123456789abcdef"


def test_writes_keys_in_the_order_of_utf_16_units() -> None:
    # RFC 8785 section 3.2.3: the emoji's first surrogate (D83D) sorts before U+FB33
    content = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    text = canonical(content).decode()
    assert text == '{"\\r":"2","1":"4","\u0080":"6","ö":"7","€":"1","\U0001f600":"5","\ufb33":"3"}'


def test_escapes_only_what_must_be_escaped() -> None:
    assert canonical("€$\u000f\nA'B\"\\/\u007f") == '"€$\\u000f\\nA\'B\\"\\\\/\u007f"'.encode()


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (20, "20"),
        (Decimal("20.00"), "20"),
        (Decimal("2E+1"), "20"),
        (Decimal("-0.0"), "0"),
        (Decimal("0.050"), "0.05"),
        (Decimal("-1234.5600"), "-1234.56"),
        (Decimal("1E+999999"), "1E999999"),
        (Decimal("-12E-999"), "-12E-999"),
        (Decimal("1E+60"), "1" + "0" * 60),
        (Decimal("1E+61"), "1E61"),
        (Decimal("1E-60"), "0." + "0" * 59 + "1"),
        (Decimal("1E-61"), "1E-61"),
        (Decimal("0.1000000000000000000000000000000000000001"), "0.1000000000000000000000000000000000000001"),
        (2**80, str(2**80)),
    ],
)
def test_writes_a_number_as_text_in_one_way(number: Any, text: str) -> None:
    assert canonical(number).decode() == f'"{text}"'


def test_writes_truth_values_and_nothing_as_json_does() -> None:
    assert canonical([True, False, None, [], {}]) == b"[true,false,null,[],{}]"


def test_writes_dates_as_iso_text() -> None:
    assert canonical([date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC)]) == b'["2026-03-02","2026-03-02T09:00:00+00:00"]'


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), Decimal("Infinity"), {1: 2}, object(), "\ud800", {"\ud800": 1}])
def test_refuses_what_has_no_json_form(value: Any) -> None:
    with pytest.raises(InvalidInput):
        digest({"x": value}, SALT)


def test_the_same_content_has_the_same_digest_whatever_its_order() -> None:
    assert digest({"a": 1, "b": {"c": [1, "x"], "d": None}}, SALT) == digest({"b": {"d": None, "c": [1, "x"]}, "a": 1}, SALT)


def test_a_changed_value_or_salt_changes_the_digest() -> None:
    first = digest({"amount": Decimal("97.00")}, SALT)
    assert len(first) == 64
    assert first == digest({"amount": 97}, SALT)
    assert first != digest({"amount": Decimal("97.01")}, SALT)
    assert first != digest({"amount": 97}, b"another salt")


def test_names_the_fields_that_changed() -> None:
    before = {"price": Decimal("100.0"), "lines": [{"n": 1}], "note": None, "same": "x"}
    after = {"price": 97, "lines": [{"n": 2}], "same": "x", "added": True}
    assert changed_fields(before, after) == ("added", "lines", "price")
    assert changed_fields({"price": Decimal("100.0")}, {"price": 100, "note": None}) == ()
