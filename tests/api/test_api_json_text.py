"""JSON as it crosses the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from api.json_text import read_json, write_json
from engine.errors import InvalidInput


def test_reads_fractions_as_exact_decimals() -> None:
    assert read_json(b'{"price": 0.1, "n": [1e2, 3]}') == {"price": Decimal("0.1"), "n": [Decimal("1E+2"), 3]}
    assert isinstance(read_json(b"0.10"), Decimal)


def test_reads_great_integers_exactly() -> None:
    assert read_json(b"12345678901234567890123") == 12345678901234567890123


def test_writes_decimals_and_great_integers_as_exact_numbers() -> None:
    assert write_json({"a": Decimal("1.50"), "b": 10**30}) == b'{"a":1.50,"b":1000000000000000000000000000000}'


def test_writes_moments_in_utc_with_milliseconds_and_z() -> None:
    moment = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    assert write_json(moment) == b'"2026-03-02T01:00:00.123Z"'
    assert write_json(datetime(2026, 3, 2, tzinfo=UTC)) == b'"2026-03-02T00:00:00.000Z"'


def test_keeps_chinese_and_emoji() -> None:
    assert read_json(write_json({"客户": "好👍"})) == {"客户": "好👍"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a": NaN}', "invalid_json"),
        (b"{", "invalid_json"),
        (b"", "invalid_json"),
        (b'"\\ud800"', "invalid_json"),
        (b'"\xff"', "invalid_json"),
        (b'{"a": "x\\u0000"}', "invalid_json"),
        (b'{"x\\u0000": 1}', "invalid_json"),
        (b"1" * 100, "limit_exceeded"),
        (b"0." + b"1" * 100, "limit_exceeded"),
        (b"1e999", "invalid_json"),
        (b"[" * 100 + b"]" * 100, "limit_exceeded"),
        (b"[" * 5000 + b"]" * 5000, "invalid_json"),
    ],
)
def test_refuses_what_could_not_be_kept(raw: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_json(raw)
    assert refused.value.code == code


def test_accepts_text_that_merely_looks_like_an_escaped_nul() -> None:
    assert read_json(b'"a\\\\u0000b"') == "a\\u0000b"
