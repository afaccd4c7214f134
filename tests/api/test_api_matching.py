"""A search over values in memory means the same as one in SQL."""

from __future__ import annotations

from typing import Any

import pytest

from engine.queries.matching import matches, search
from engine.queries.search_request import AllOf, AnyOf, Condition, Found, Operator, Page, SearchRequest, SortBy

ITEMS = [
    {"key": 3, "name": "b", "rank": None},
    {"key": 1, "name": "a", "rank": 2},
    {"key": 2, "name": "a", "rank": 1},
]


def found(request: SearchRequest) -> list[int]:
    return [item["key"] for item in search(ITEMS, request, lambda item: item, "key").items]


@pytest.mark.parametrize(
    ("operator", "value", "keys"),
    [
        (Operator.EQ, 1, [2]),
        (Operator.NEQ, 1, [1, 3]),
        (Operator.EXISTS, True, [1, 2]),
        (Operator.EXISTS, False, [3]),
        (Operator.IN, (1, 5), [2]),
        (Operator.NOT_IN, (1, 5), [1, 3]),
        (Operator.GT, 1, [1]),
        (Operator.GTE, 1, [1, 2]),
        (Operator.LT, 2, [2]),
        (Operator.LTE, 2, [1, 2]),
    ],
)
def test_compares_like_the_store(operator: Operator, value: Any, keys: list[int]) -> None:
    assert found(SearchRequest(AllOf((Condition("rank", operator, value),)))) == keys


def test_null_is_greater_than_every_value_in_an_order() -> None:
    assert found(SearchRequest(sort=(SortBy("rank"),))) == [2, 1, 3]
    assert found(SearchRequest(sort=(SortBy("rank", descending=True),))) == [3, 1, 2]
    assert found(SearchRequest(sort=(SortBy("name", descending=True),))) == [3, 1, 2]


def test_pages_after_and_before_a_position() -> None:
    sort = (SortBy("name"),)
    assert found(SearchRequest(sort=sort, page=Page(2))) == [1, 2]
    assert found(SearchRequest(sort=sort, page=Page(2, offset=2))) == [3]
    assert found(SearchRequest(sort=sort, page=Page(2, after=("a", 1)))) == [2, 3]
    assert found(SearchRequest(sort=sort, page=Page(1, before=("b", 3)))) == [2]
    assert search(ITEMS, SearchRequest(page=Page(1)), lambda item: item, "key") == Found([ITEMS[1]], 3)


def test_one_branch_is_enough() -> None:
    either = AnyOf((Condition("name", Operator.EQ, "b"), Condition("rank", Operator.EQ, 1)))
    assert found(SearchRequest(AllOf((either,)))) == [2, 3]


@pytest.mark.parametrize(
    ("text", "pattern", "fits"),
    [
        ("合同-1", "合同*", True),
        ("合同-1", "*-?", True),
        ("合同-1", "合同", False),
        ("", "*", True),
        ("", "?", False),
        ("a*b", "a\\*b", True),
        ("axb", "a\\*b", False),
        ("a\\", "a\\", True),
        ("many", "m*ny", True),
        ("one", "???", True),
        ("a" * 5_000 + "b", "*a" * 200 + "c", False),
    ],
)
def test_patterns_fit_whole_texts_and_never_run_away(text: str, pattern: str, fits: bool) -> None:
    assert matches(Condition("name", Operator.LIKE, pattern), {"name": text}) is fits
