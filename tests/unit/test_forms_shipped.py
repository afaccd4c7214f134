"""Every form the product ships compiles, and the four main forms take and refuse what their procedures say."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import Calendar, calendar_functions
from engine.feel import compile_expression, to_json
from forms import Form, FormError, compile_form

DEFINITIONS = sorted((Path(__file__).parents[2] / "forms" / "definitions").glob("*.form"))
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
FUNCTIONS = calendar_functions(Calendar())
STARTER = {"id": "lin.yue", "name": "林岳", "post": "业务员", "unit": {"id": "sales_north"}}
FILE = {"attachment_key": "17", "name": "合同.pdf", "digest": "0" * 64}


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    return to_json(compile_expression(text, functions=FUNCTIONS.keys()).evaluate(context, functions=FUNCTIONS))


@functools.cache
def form(form_id: str) -> Form:
    return compile_form(json.loads((DEFINITIONS[0].parent / f"{form_id}.form").read_text(encoding="utf-8")))


def checked(form_id: str, answers: object, **more: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {"rights": {}, "variables": {"starter": STARTER}, "evaluate": evaluate, "now": NOW, **more}
    return form(form_id).check(answers, **settings)


def problems(form_id: str, answers: object, **more: Any) -> dict[str, str]:
    with pytest.raises(FormError) as refused:
        checked(form_id, answers, **more)
    return {problem.path: problem.code for problem in refused.value.problems}


def without(answers: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if key not in keys}


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_compiles_every_shipped_form_under_its_own_name(path: Path) -> None:
    compiled = compile_form(json.loads(path.read_text(encoding="utf-8")))
    assert compiled.form_id == path.stem
    assert compiled.title != compiled.title_en, "a form has a Chinese and an English title"
    for field in compiled.fields:
        for each in (field, *(field.table.fields if field.table else ())):
            assert each.label != each.label_en, f"{each.key} has a label in one language only"
            for option in each.options or ():
                assert option.label_en, f"{each.key}: {option.value}"


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_every_expression_of_every_shipped_form_is_valid_feel(path: Path) -> None:
    for pointer, text in compile_form(json.loads(path.read_text(encoding="utf-8"))).expressions():
        compiled = compile_expression(text, functions=FUNCTIONS.keys())
        assert compiled.called_functions() <= FUNCTIONS.keys(), pointer


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_no_row_of_a_layout_is_wider_than_the_page(path: Path) -> None:
    """form-js divides a row into 16 columns; null is all of them."""
    waiting = [json.loads(path.read_text(encoding="utf-8"))]
    while waiting:
        inner = waiting.pop().get("components", [])
        waiting += inner
        width: dict[str, int] = {}
        for each in inner:
            row = each["layout"]["row"]
            width[row] = width.get(row, 0) + (each["layout"]["columns"] or 16)
        assert all(columns <= 16 for columns in width.values()), width


def test_ships_the_forms_the_processes_name() -> None:
    shipped = {path.stem for path in DEFINITIONS}
    assert {"contract_form", "price_deviation_form", "leave_form", "complaint_form"} <= shipped
    assert {"order_form", "receivable_form", "balance_form", "partner_form", "seal_form", "repair_form"} <= shipped
    assert {"discipline_form", "appeal_form", "accident_form", "tariff_form"} <= shipped


# -- contract -------------------------------------------------------------------------------------------------------------
CONTRACT = {
    "contract_kind": "sales",
    "customer_name": "青山建材有限公司",
    "contact": "周先生",
    "ship_to": "青山市建设路 1 号",
    "customer_credit_grade": "A",
    "lines": [
        {"product": "石材", "spec": "600x600", "qty": 400, "unit_price": "150.00"},
        {"product": "辅料", "spec": "袋", "qty": 100, "unit_price": 200},
    ],
    "order_date": "2026-03-02",
    "delivery_date": "2026-03-20",
    "deposit": 20000,
    "payment_terms": "at_shipping",
    "attachments": [FILE],
    "legal_party_ok": True,
    "clauses_complete_ok": True,
}


def test_computes_amounts_total_and_lead_time_of_a_contract() -> None:
    kept = checked("contract_form", CONTRACT)
    assert [row["amount"] for row in kept["lines"]] == [60000, 20000]
    assert kept["total_amount"] == 80000
    assert kept["delivery_lead_days"] == 15
    assert kept["deviates"] is False


def test_rounds_an_amount_half_up_to_the_fen() -> None:
    lines = [{"product": "石材", "spec": "块", "qty": Decimal("0.5"), "unit_price": "0.0100"}]
    assert checked("contract_form", {**CONTRACT, "lines": lines})["total_amount"] == Decimal("0.01")


def test_refuses_a_sales_contract_without_what_the_order_notice_needs() -> None:
    incomplete = without(CONTRACT, "customer_name", "ship_to", "lines", "order_date", "delivery_date", "deposit", "attachments")
    found = problems("contract_form", incomplete)
    assert set(found) == {"customer_name", "ship_to", "lines", "order_date", "delivery_date", "deposit", "attachments"}
    assert set(found.values()) == {"required"}


def test_refuses_a_delivery_before_the_order() -> None:
    assert problems("contract_form", {**CONTRACT, "delivery_date": "2026-03-01"}) == {"delivery_date": "date_order"}
    assert checked("contract_form", {**CONTRACT, "delivery_date": "2026-03-02"})["delivery_lead_days"] == 1


def test_asks_for_the_original_quote_when_a_contract_deviates() -> None:
    assert problems("contract_form", {**CONTRACT, "deviates": True}) == {"original_quote_no": "required"}
    kept = checked("contract_form", {**CONTRACT, "deviates": True, "original_quote_no": "BJ-2026-0007"})
    assert kept["original_quote_no"] == "BJ-2026-0007"


def test_asks_for_vendor_papers_in_sms_contracts_only() -> None:
    sms = without(
        CONTRACT, "lines", "ship_to", "order_date", "delivery_date", "deposit", "payment_terms", "customer_credit_grade"
    )
    found = problems("contract_form", {**sms, "contract_kind": "sms_ad"})
    assert found == {"term_class": "required", "agency_level": "required", "project_report": "required"}
    vendor = {"term_class": "trial", "agency_level": "first", "project_report": [FILE]}
    assert checked("contract_form", {**sms, "contract_kind": "sms_ad", **vendor})["term_class"] == "trial"
    assert "term_class" not in checked("contract_form", {**CONTRACT, **vendor}), "hidden by its condition, so dropped"


def test_a_contract_number_and_the_later_confirmation_are_not_the_starters_to_write() -> None:
    found = problems("contract_form", {**CONTRACT, "contract_no": "HT-1", "both_parties_confirmed": True})
    assert found == {"contract_no": "read_only_field", "both_parties_confirmed": "read_only_field"}


def test_a_template_needs_neither_customer_nor_goods() -> None:
    template = {"contract_kind": "template", "template_scope": "site", "attachments": [FILE]}
    assert checked("contract_form", template)["template_scope"] == "site"


def test_the_other_partys_total_is_not_believed() -> None:
    assert problems("contract_form", {**CONTRACT, "total_amount": 1}) == {"total_amount": "computed_field"}
    assert checked("contract_form", {**CONTRACT, "total_amount": "80000.00"})["total_amount"] == 80000


# -- price deviation ------------------------------------------------------------------------------------------------------
PRICE = {
    "ref_doc": "BJ-2026-0007",
    "stage": "after_quote",
    "valid_until": "2026-06-30",
    "lines": [{"product": "石材", "spec": "600x600", "qty": 400}],
    "quoted_price": "115",
    "requested_unit_price": "112.5",
    "unit_cost": "90",
    "reason": "长期客户",
    "competitor_info": "无",
}


def test_computes_deviation_and_margins() -> None:
    kept = checked("price_deviation_form", PRICE)
    assert kept["reference_unit_price"] == 115, "the quoted price is the reference after a quote"
    assert kept["deviation_pct"] == Decimal("-2.1739")
    assert kept["margin_before"] == Decimal("21.7391")
    assert kept["margin_after"] == 20
    assert kept["extra_fee"] == 0


def test_takes_the_list_price_as_reference_before_a_quote() -> None:
    early = {**without(PRICE, "quoted_price"), "stage": "before_quote", "list_price": 100, "requested_unit_price": 98}
    assert checked("price_deviation_form", early)["deviation_pct"] == -2


def test_costs_are_hidden_from_the_starter_and_still_count() -> None:
    rights = dict.fromkeys(["unit_cost", "direct_costs", "margin_before", "margin_after"], "hide")
    assert problems("price_deviation_form", PRICE, rights=rights) == {"unit_cost": "hidden_field"}
    variables = {"starter": STARTER, "unit_cost": 90, "direct_costs": 2}
    kept = checked("price_deviation_form", without(PRICE, "unit_cost"), rights=rights, variables=variables)
    assert kept["margin_after"] == Decimal("18.2222")
    schema, values = form("price_deviation_form").visible({**kept, "unit_cost": 90}, rights)
    told = json.dumps([schema, values], ensure_ascii=False, default=str)
    assert not any(key in told for key in rights)


def test_takes_an_extra_fee_for_the_rule_to_refuse() -> None:
    assert checked("price_deviation_form", {**PRICE, "extra_fee": 50})["extra_fee"] == 50


def test_refuses_a_price_of_nothing_as_reference_and_a_negative_request() -> None:
    found = problems("price_deviation_form", {**PRICE, "reference_unit_price": 0, "requested_unit_price": -1})
    assert found == {"reference_unit_price": "out_of_range", "requested_unit_price": "out_of_range"}


def test_names_the_row_of_another_term_that_is_wrong() -> None:
    terms = [{"term": "payment", "requested": "45 天"}, {"term": "colour", "requested": "x"}, {"term": "freight"}]
    found = problems("price_deviation_form", {**PRICE, "other_terms": terms})
    assert found == {"other_terms/1/term": "not_an_option", "other_terms/2/requested": "required"}


# -- leave ----------------------------------------------------------------------------------------------------------------
LEAVE = {
    "leave_type": "personal",
    "start": "2026-03-04T09:00",
    "end": "2026-03-05T18:00",
    "reason": "家事",
    "substitute": "he.yun",
}


def test_fills_in_the_applicant_and_counts_the_days() -> None:
    kept = checked("leave_form", LEAVE)
    assert (kept["employee"], kept["dept"], kept["post"]) == ("lin.yue", "sales_north", "业务员")
    assert kept["applied_at"] is not None
    assert kept["start"] == "2026-03-04T09:00:00+08:00"
    assert kept["days"] == 2


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-04T09:00", "2026-03-04T12:00", Decimal("0.5")),
        ("2026-03-04T13:00", "2026-03-05T18:00", Decimal("1.5")),
        ("2026-03-06T09:00", "2026-03-09T18:00", 2),  # over a weekend
    ],
)
def test_counts_half_days_and_no_weekends(start: str, end: str, days: Decimal) -> None:
    assert checked("leave_form", {**LEAVE, "start": start, "end": end})["days"] == days


def test_refuses_a_leave_that_ends_before_it_begins() -> None:
    assert problems("leave_form", {**LEAVE, "end": "2026-03-04T09:00"})["end"] == "date_order"


def test_asks_for_a_written_report_above_three_days_of_personal_leave() -> None:
    three = {**LEAVE, "end": "2026-03-06T18:00"}
    assert checked("leave_form", three)["days"] == 3
    four = {**LEAVE, "end": "2026-03-09T18:00"}
    assert problems("leave_form", four) == {"written_report": "required"}
    assert checked("leave_form", {**four, "written_report": [FILE]})["days"] == 4
    assert checked("leave_form", {**four, "leave_type": "other"})["days"] == 4


def test_asks_when_a_short_sick_leave_was_reported_by_phone() -> None:
    sick = {**LEAVE, "leave_type": "sick"}
    assert problems("leave_form", sick) == {"phone_reported_at": "required"}
    assert checked("leave_form", {**sick, "end": "2026-03-06T18:00"})["days"] == 3, "not for three days or more"
    reported = {**sick, "phone_reported_at": "2026-03-04T07:40", "phone_reported_to": "wang.lei"}
    assert checked("leave_form", reported)["phone_reported_to"] == "wang.lei"


def test_asks_for_the_duty_when_leaving_during_one() -> None:
    assert problems("leave_form", {**LEAVE, "leave_type": "duty"}) == {"duty_assignment": "required"}


def test_needs_a_substitute_from_one_day_on() -> None:
    assert problems("leave_form", without(LEAVE, "substitute")) == {"substitute": "required"}
    half = {**without(LEAVE, "substitute"), "end": "2026-03-04T12:00"}
    assert checked("leave_form", half)["days"] == Decimal("0.5")


def test_refuses_another_applicant_and_own_counting() -> None:
    found = problems("leave_form", {**LEAVE, "employee": "he.jun", "notice_ok": True})
    assert found == {"employee": "read_only_field", "notice_ok": "read_only_field"}
    assert problems("leave_form", {**LEAVE, "days": 1}) == {"days": "computed_field"}


def test_refuses_an_unknown_substitute() -> None:
    known = {("person", "he.yun")}
    assert checked("leave_form", LEAVE, exists=lambda kind, key: (kind, key) in known)["substitute"] == "he.yun"
    found = problems("leave_form", {**LEAVE, "substitute": "nobody"}, exists=lambda kind, key: (kind, key) in known)
    assert found == {"substitute": "unknown_reference"}


# -- complaint ------------------------------------------------------------------------------------------------------------
COMPLAINT = {
    "channel": "phone",
    "customer": "青山建材有限公司",
    "contact": "周先生",
    "grade": "A",
    "category": "wrong_goods",
    "order_or_contract": "HT-2026-0001",
    "description": "型号不符",
}


def test_registers_a_complaint_with_time_and_receiver() -> None:
    kept = checked("complaint_form", COMPLAINT)
    assert kept["received_by"] == "lin.yue"
    received = datetime.fromisoformat(kept["received_at"])
    assert received.utcoffset() == timedelta(hours=8)
    assert kept["payment_refused"] is False


def test_asks_for_the_order_in_product_cases_only() -> None:
    bare = without(COMPLAINT, "order_or_contract")
    assert problems("complaint_form", bare) == {"order_or_contract": "required"}
    assert "order_or_contract" not in checked("complaint_form", {**bare, "category": "service"})


def test_asks_for_the_number_to_black_list_and_takes_only_numbers() -> None:
    sms = {**without(COMPLAINT, "order_or_contract", "grade"), "category": "sms_nuisance"}
    assert problems("complaint_form", sms) == {"phone_number": "required"}
    assert problems("complaint_form", {**sms, "phone_number": "call me"}) == {"phone_number": "pattern"}
    assert checked("complaint_form", {**sms, "phone_number": "13800138000"})["phone_number"] == "13800138000"


def test_asks_for_the_amount_when_payment_is_refused_and_the_agency_of_a_group() -> None:
    found = problems("complaint_form", {**COMPLAINT, "payment_refused": True, "hotel_group": True})
    assert found == {"amount": "required", "travel_agency": "required"}


def test_a_confirmed_complaint_needs_a_solution() -> None:
    assert problems("complaint_form", {**COMPLAINT, "customer_confirmed": True}) == {"solution": "required"}


def test_severity_comes_from_the_rule_alone() -> None:
    assert problems("complaint_form", {**COMPLAINT, "severity": 1}) == {"severity": "read_only_field"}


def test_masks_the_customer_of_a_complaint() -> None:
    _, values = form("complaint_form").visible(
        {**COMPLAINT, "phone_number": "13812348000", "amount": "30000"},
        {"customer": "mask", "phone_number": "mask", "amount": "mask"},
    )
    assert (values["customer"], values["phone_number"], values["amount"]) == ("青*", "138****8000", "****")


# -- forms of single steps ------------------------------------------------------------------------------------------------
def test_the_confirmation_of_both_parties_must_be_ticked() -> None:
    answers = {"customer_confirmation": [FILE], "both_parties_confirmed": False}
    assert problems("confirm_contract_form", answers) == {"both_parties_confirmed": "required"}


def test_a_no_is_an_answer_where_yes_or_no_is_asked() -> None:
    answers = {"solution": "换货", "customer_agrees": False}
    assert checked("solution_form", answers)["customer_agrees"] is False
    assert problems("solution_form", without(answers, "customer_agrees")) == {"customer_agrees": "required"}


def test_a_balance_that_differs_needs_a_reason() -> None:
    answers = {"contract_no": "HT-2026-0001", "shipped_at": "2026-03-01", "amount_due": 60000, "received_amount": "59500.00"}
    assert problems("balance_form", answers) == {"difference_reason": "required"}
    assert checked("balance_form", {**answers, "received_amount": "60000.00"})["received_amount"] == 60000


def test_steps_do_not_reuse_a_key_of_the_main_form_for_something_else() -> None:
    chains = {
        "contract_form": ["confirm_contract_form", "archive_form", "vendor_selection_form", "terms_form"],
        "leave_form": ["late_notice_form", "return_to_work_form"],
        "complaint_form": ["investigation_form", "solution_form", "revisit_form", "improvement_form", "blacklist_form"],
    }
    for main, steps in chains.items():
        of_main = {field.key: field for field in form(main).fields}
        for step in steps:
            for field in form(step).fields:
                same = of_main.get(field.key)
                assert same is None or same.kind == field.kind, f"{step}: {field.key}"
