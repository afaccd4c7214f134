"""Organisation functions in expressions, and what an expression reads of the starter."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidInput, NotFound
from engine.feel import compile_expression, to_json
from engine.people import Directory, SeatReference, organisation_functions, resolve, starter_context
from engine.people.company import read
from engine.people.functions import FUNCTION_NAMES

DEMO = Directory.from_document(read((Path(__file__).parents[2] / "processes" / "company.yaml").read_text("utf-8")))
MONDAY = datetime.fromisoformat("2026-03-02T09:00+08:00")


def evaluate(text: str, starter: str = "lin.yue", **context: Any) -> Any:
    functions = organisation_functions(DEMO, starter, MONDAY)
    context["starter"] = starter_context(DEMO, starter, MONDAY)
    return compile_expression(text, functions=functions.keys()).evaluate(context, functions=functions)


def candidates(text: str, starter: str = "lin.yue", **context: Any) -> list[str]:
    return [seat.candidate for seat in resolve(DEMO, candidate_users=evaluate(text, starter, **context))]


def test_offers_exactly_the_functions_it_names() -> None:
    assert tuple(organisation_functions(DEMO, "lin.yue", MONDAY)) == FUNCTION_NAMES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('has role("yan.li", "cs_agent")', True),
        ('has role("yan.li", "cs_manager")', False),
        ('has role("yan.li", "employee")', True),
        ('has role(starter, "sales_rep")', True),
        ('has role(line manager(starter), "region_sales_head")', True),
        ('has role(null, "cs_agent")', False),
        ('has role("yan.li", 5)', None),
    ],
)
def test_knows_whether_a_person_holds_a_role(text: str, expected: bool | None) -> None:
    assert evaluate(text) is expected


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ('holders of("gm_office")', ["role:gm_office"]),
        ('holders of("sales_manager", starter.unit)', ["role:sales_manager@sales"]),
        ('holders of("sales_manager", starter.unit.id)', ["role:sales_manager@sales"]),
        ('holders of("sales_manager", "finance")', ["role:sales_manager@finance"]),
        ('holders exactly in("sales_manager", "branch_1")', ["role:sales_manager@branch_1"]),
        ("line manager(starter)", ["user:zhao.ming"]),
        ("line manager()", ["user:zhao.ming"]),
        ("line manager(starter, 2)", ["user:wang.lei"]),
        ("line manager(line manager(starter))", ["user:wang.lei"]),
        ('line manager("gu.mei")', ["user:ding.hong"]),
        ("line manager(starter, 99)", []),
        ('functional manager("ma.liang")', ["user:wang.lei"]),
        ("functional manager(starter)", []),
        ('managers up to(starter, "dgm")', ["user:zhao.ming", "user:wang.lei", "user:li.hua"]),
        ("head of(starter.unit)", ["user:zhao.ming"]),
        ('head of("sales")', ["user:wang.lei"]),
        ('on duty("front_desk")', ["user:zhu.dan"]),
        ('on duty("front_desk", date and time("2026-03-02T16:00:00@Asia/Shanghai"))', ["user:hu.jie"]),
        ('on duty("front_desk", date and time("2026-03-02T16:00:00"))', ["user:hu.jie"]),
        ('if amount > 500000 then holders of("gm") else [holders of("dgm"), head of("sales")]', ["role:dgm", "user:wang.lei"]),
        ('for d in ["front_desk", "catering_desk"] return on duty(d)', ["user:zhu.dan", "user:hu.jie"]),
    ],
)
def test_expressions_name_seats(text: str, seats: list[str]) -> None:
    assert candidates(text, amount=100) == seats


def test_a_reason_says_how_a_person_was_found() -> None:
    (seat,) = resolve(DEMO, assignee=evaluate("line manager(starter, 2)"))
    assert seat.reasons == (("line_manager", {"of": "lin.yue", "level": 2}),)
    (seat,) = resolve(DEMO, assignee=evaluate("line manager()"))
    assert seat.reasons == (("line_manager", {"of": "lin.yue", "level": 1}),)
    _, second, _ = resolve(DEMO, candidate_users=evaluate('managers up to(starter, "dgm")'))
    assert second.reasons == (("line_manager", {"of": "lin.yue", "level": 2}),)
    (seat,) = resolve(DEMO, candidate_users=evaluate('on duty("front_desk")'))
    assert seat.reasons == (("on_duty", {"role": "front_desk", "at": MONDAY.isoformat()}),)
    (seat,) = resolve(DEMO, candidate_groups=evaluate('holders of("sales_manager", starter.unit)'))
    assert seat.reasons == (("role", {"role": "sales_manager", "unit": "sales", "from": "sales_north"}),)


@pytest.mark.parametrize(
    "text",
    [
        "holders of(5)",
        'holders of("gm", 5)',
        'holders exactly in("gm", null)',
        "line manager(5)",
        'line manager(starter, "1")',
        "line manager(starter, 1.5)",
        'managers up to(5, "gm")',
        "managers up to(starter, 5)",
        "head of(null)",
        "on duty(5)",
        'on duty("front_desk", "now")',
        'line manager(holders of("gm"))',
    ],
)
def test_gives_null_for_arguments_of_the_wrong_kind(text: str) -> None:
    assert evaluate(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('holders of("king")', InvalidInput),
        ('holders of("gm", "moon")', InvalidInput),
        ('holders exactly in("king", "sales")', InvalidInput),
        ('head of("moon")', InvalidInput),
        ('on duty("gm")', InvalidInput),
        ('managers up to(starter, "king")', InvalidInput),
        ('line manager("eve")', NotFound),
    ],
)
def test_refuses_who_is_unknown(text: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        evaluate(text)


def test_references_are_compared_and_never_read() -> None:
    assert evaluate("line manager(starter) = head of(starter.unit)") is True
    assert evaluate('line manager(starter) = head of("finance")') is False
    assert evaluate('list contains([head of("sales")], line manager(starter, 2))') is True
    for text in ("line manager(starter).candidate", "line manager(starter).user_id", "line manager(starter).reasons"):
        assert evaluate(text) is None


def test_a_variable_keeps_a_reference_as_the_text_of_its_seat() -> None:
    kept = to_json(evaluate("line manager(starter)"))
    assert kept == evaluate("line manager(starter)").seat().candidate
    assert [seat.candidate for seat in resolve(DEMO, candidate_users=[kept])] == [kept]


def test_a_reference_grows_reasons_outermost_first() -> None:
    reference = SeatReference("role:gm", (("role", {"role": "gm"}),)).because("copied", by="x")
    assert [code for code, _ in reference.seat().reasons] == ["copied", "role"]
    assert reference == SeatReference("role:gm")
    assert (reference.user_id, SeatReference("user:li.hua").user_id) == (None, "li.hua")


def test_an_expression_reads_the_starters_post_unit_and_policy_set() -> None:
    assert starter_context(DEMO, "he.yun", MONDAY) == {
        "id": "he.yun",
        "name": "何芸",
        "name_en": "He Yun",
        "post": "sales_rep",
        "roles": ["sales_rep", "employee"],
        "unit": {
            "id": "project_team",
            "name": "项目组",
            "parent": "region_hq",
            "path": ["project_team", "region_hq", "grp"],
            "policy_set": "strict",
            "calendar": "company",
        },
    }
    assert evaluate('starter.unit.policy_set = "strict"', "he.yun") is True
    assert evaluate('list contains(starter.unit.path, "sales")', "tang.jia") is True


def test_without_a_starter_the_line_has_no_beginning() -> None:
    functions = organisation_functions(DEMO, None, MONDAY)
    expression = compile_expression("line manager()", functions=functions.keys())
    assert expression.evaluate({}, functions=functions) is None
