"""Reading filter, sort and page of a search."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from api.search import DATE, FLAG, KEY, PLAIN_TEXT, TEXT, WHOLE, Search, enum
from engine.errors import InvalidInput
from engine.queries.search_request import AllOf, AnyOf, Condition, ContainsAll, Found, HasVariable, Operator, Page, SortBy

CASES = Search(
    "cases",
    "caseKey",
    filter={
        "state": enum(("ACTIVE", "COMPLETED")),
        "title": TEXT,
        "owner": PLAIN_TEXT,
        "caseKey": KEY,
        "version": WHOLE,
        "startDate": DATE,
        "hasIncident": FLAG,
    },
    sort={"startDate": DATE, "title": TEXT, "version": WHOLE},
    variables=frozenset({"variables"}),
    contains_all=frozenset({"tags"}),
    may_or=True,
    default_sort=(SortBy("startDate", descending=True),),
)


def conditions(filter_: Any) -> tuple[Any, ...]:
    return CASES.read({"filter": filter_}).filter.parts


@pytest.mark.parametrize("body", [None, {}, {"filter": None, "sort": None, "page": None}, {"filter": {}, "sort": [], "page": {}}])
def test_an_empty_search_asks_for_the_first_hundred(body: Any) -> None:
    request = CASES.read(body)
    assert request.filter == AllOf(())
    assert request.page == Page(100)
    assert request.sort == (SortBy("startDate", descending=True),)


def test_a_plain_value_means_equal() -> None:
    assert conditions({"state": "ACTIVE", "hasIncident": True}) == (
        Condition("state", Operator.EQ, "ACTIVE"),
        Condition("hasIncident", Operator.EQ, True),
    )


def test_all_operators_of_an_object_must_hold() -> None:
    assert conditions({"version": {"$gte": 2, "$lt": 5}}) == (
        Condition("version", Operator.GTE, 2),
        Condition("version", Operator.LT, 5),
    )


def test_keys_are_read_from_strings() -> None:
    assert conditions({"caseKey": {"$in": ["12", "13"]}}) == (Condition("caseKey", Operator.IN, (12, 13)),)


@pytest.mark.parametrize("written", ["2026-03-02T01:00:00.000Z", "2026-03-02T01:00:00+00:00", "2026-03-02T09:00:00+08:00"])
def test_dates_come_with_any_offset(written: str) -> None:
    assert conditions({"startDate": {"$gt": written}}) == (
        Condition("startDate", Operator.GT, datetime(2026, 3, 2, 1, tzinfo=UTC)),
    )


def test_one_branch_of_or_must_hold() -> None:
    assert conditions({"title": "a", "$or": [{"version": 1}, {"version": 2, "state": "ACTIVE"}]}) == (
        Condition("title", Operator.EQ, "a"),
        AnyOf(
            (
                AllOf((Condition("version", Operator.EQ, 1),)),
                AllOf((Condition("version", Operator.EQ, 2), Condition("state", Operator.EQ, "ACTIVE"))),
            )
        ),
    )


def test_variables_and_tags_are_searched_by_content() -> None:
    assert conditions({"variables": [{"name": "合同号", "value": {"$like": '"HT*'}}], "tags": ["a", "b"]}) == (
        HasVariable("variables", "合同号", (Condition("value", Operator.LIKE, '"HT*'),)),
        ContainsAll("tags", ("a", "b")),
    )


@pytest.mark.parametrize("order", ["asc", "ASC", None])
def test_sort_order_comes_in_any_case(order: str | None) -> None:
    assert CASES.read({"sort": [{"field": "title", "order": order}, {"field": "version", "order": "desc"}]}).sort == (
        SortBy("title"),
        SortBy("version", descending=True),
    )


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], ""),
        ({"filter": []}, "filter"),
        ({"filter": {"nope": 1}}, "filter.nope"),
        ({"filter": {"title": {"$gt": "a"}}}, "filter.title.$gt"),
        ({"filter": {"title": {"$regex": "a"}}}, "filter.title.$regex"),
        ({"filter": {"owner": {"$eq": "a"}}}, "filter.owner.$eq"),
        ({"filter": {"title": 1}}, "filter.title"),
        ({"filter": {"caseKey": 2**63}}, "filter.caseKey"),
        ({"filter": {"caseKey": "x"}}, "filter.caseKey"),
        ({"filter": {"version": True}}, "filter.version"),
        ({"filter": {"version": 2**31}}, "filter.version"),
        ({"filter": {"version": {"$in": 5}}}, "filter.version.$in"),
        ({"filter": {"state": "SUSPENDED"}}, "filter.state"),
        ({"filter": {"startDate": "2026-03-02"}}, "filter.startDate"),
        ({"filter": {"startDate": "2026-03-02T00:00:00"}}, "filter.startDate"),
        ({"filter": {"title": {"$exists": "yes"}}}, "filter.title.$exists"),
        ({"filter": {"$or": [{"$or": []}]}}, "filter.$or.0.$or"),
        ({"filter": {"variables": [{"name": 1}]}}, "filter.variables.0"),
        ({"sort": [{"field": "state"}]}, "sort.0.field"),
        ({"sort": [{"field": ["title"]}]}, "sort.0.field"),
        ({"sort": [{"field": "title", "order": "up"}]}, "sort.0.order"),
        ({"page": {"limit": 0}}, "page.limit"),
        ({"page": {"limit": 10001}}, "page.limit"),
        ({"page": {"limit": "5"}}, "page.limit"),
        ({"page": {"from": -1}}, "page.from"),
        ({"page": {"from": 1, "after": "AA=="}}, "page"),
        ({"page": {"after": "not base64!"}}, "page.after"),
        ({"page": {"after": "AA=="}}, "page.after"),
    ],
)
def test_refuses_what_it_does_not_know_and_says_where(body: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        CASES.read(body)
    assert refused.value.code == "invalid_request"
    assert refused.value.facts["problems"][0]["path"] == path


def test_refuses_a_filter_of_too_many_conditions() -> None:
    with pytest.raises(InvalidInput):
        CASES.read({"filter": {"$or": [{"version": n} for n in range(101)]}})


def test_a_cursor_leads_on_from_the_last_item() -> None:
    request = CASES.read({"sort": [{"field": "startDate"}, {"field": "title", "order": "desc"}]})
    at = datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC)
    items = [{"caseKey": "7", "startDate": at, "title": None}, {"caseKey": "9", "startDate": at, "title": "合同"}]
    page = CASES.answer(request, Found(items, 20, is_capped=True), items)["page"]
    assert (page["totalItems"], page["hasMoreTotalItems"]) == (20, True)
    body = {"sort": [{"field": "startDate", "order": "ASC"}, {"field": "title", "order": "DESC"}], "page": {"limit": 2}}
    body["page"]["after"] = page["endCursor"]
    assert CASES.read(body).page == Page(2, after=(at, "合同", 9))
    assert CASES.read({**body, "page": {"before": page["startCursor"]}}).page == Page(100, before=(at, None, 7))


def test_refuses_a_cursor_of_another_order() -> None:
    request = CASES.read({"sort": [{"field": "title"}]})
    cursor = CASES.answer(request, Found([], 1), [{"caseKey": "7", "title": "a"}])["page"]["endCursor"]
    with pytest.raises(InvalidInput):
        CASES.read({"sort": [{"field": "title", "order": "DESC"}], "page": {"after": cursor}})


def test_an_empty_page_has_no_cursors() -> None:
    page = CASES.answer(CASES.read({}), Found([], 0), [])["page"]
    assert page == {"totalItems": 0, "hasMoreTotalItems": False, "startCursor": None, "endCursor": None}
