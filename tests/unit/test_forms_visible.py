"""What one reader gets of a form: never a hidden field, never the value behind a mask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import compile_expression, to_json
from forms import compile_form
from forms.fields import Field
from forms.masks import masked


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    return to_json(compile_expression(text).evaluate(context))


def component(kind: str, key: str, gc: Mapping[str, str] | None = None, **members: Any) -> dict[str, Any]:
    return {"type": kind, "path" if kind == "dynamiclist" else "key": key, "label": key, "properties": dict(gc or {}), **members}


MONEY = component("number", "price", {"gc.type": "money"}, serializeToString=True)
SECRET = component("number", "unit_cost")
MARGIN = component("number", "margin", {"gc.computed": "=price - unit_cost"}, conditional={"hide": "=price = null"})
WARNING = {"type": "text", "text": "亏损", "conditional": {"hide": "=unit_cost <= price"}, "properties": {"gc.text.en": "A loss"}}
LINES = component("dynamiclist", "lines", components=[component("textfield", "name"), component("number", "cost")])
TOTAL = component("expression", "total", expression="=sum(lines.cost)")
FORM = compile_form(
    {
        "schemaVersion": 16,
        "type": "default",
        "id": "small",
        "components": [
            MONEY,
            {"type": "group", "label": "成本", "components": [SECRET]},
            MARGIN,
            WARNING,
            LINES,
            TOTAL,
        ],
    }
)
VALUES = {
    "price": Decimal("97.50"),
    "unit_cost": Decimal("77.7"),
    "margin": Decimal("19.8"),
    "lines": [{"name": "石材", "cost": 5, "old_column": 1}],
    "total": 5,
    "not_of_this_form": 1,
}


def told(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, default=str)


def by_key(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {each.get("key") or each.get("path") or each.get("label") or each.get("text"): each for each in schema["components"]}


def test_shows_all_of_the_form_and_nothing_else_of_the_case() -> None:
    schema, values = FORM.visible(VALUES, {})
    assert set(values) == {"price", "unit_cost", "margin", "lines", "total"}
    assert values["lines"] == [{"name": "石材", "cost": 5}]
    assert values["price"] == "97.5", "money travels as text"
    assert [each["type"] for each in schema["components"]] == ["number", "group", "number", "text", "dynamiclist", "expression"]


def test_a_hidden_field_leaves_no_trace() -> None:
    found = FORM.visible(VALUES, {"unit_cost": "hide"}, evaluate=evaluate)
    assert "unit_cost" not in told(found)
    assert "77.7" not in told(found)
    schema, values = found
    assert "成本" not in by_key(schema), "an empty group goes with its last field"
    assert values["margin"] == Decimal("19.8"), "what may be read stays, computed by the server"
    assert "gc.computed" not in by_key(schema)["margin"]["properties"]
    assert by_key(schema)["margin"]["conditional"] == {"hide": "=price = null"}


def test_decides_here_what_the_reader_cannot_evaluate() -> None:
    schema, _ = FORM.visible(VALUES, {"unit_cost": "hide"}, evaluate=evaluate)
    assert "亏损" not in by_key(schema)
    schema, _ = FORM.visible({**VALUES, "unit_cost": 100}, {"unit_cost": "hide"}, evaluate=evaluate)
    assert "conditional" not in by_key(schema)["亏损"]


def test_a_hidden_column_leaves_no_trace() -> None:
    schema, values = FORM.visible(VALUES, {"lines.cost": "hide"})
    assert values["lines"] == [{"name": "石材"}]
    assert [column["key"] for column in by_key(schema)["lines"]["components"]] == ["name"]
    assert by_key(schema)["total"]["expression"] == "=null"


def test_masks_values_columns_and_whole_tables() -> None:
    schema, values = FORM.visible(VALUES, {"price": "mask", "lines.name": "mask"})
    assert values["price"] == "****"
    assert values["lines"] == [{"name": "****", "cost": 5}]
    assert by_key(schema)["price"]["properties"]["gc.right"] == "mask"
    assert by_key(schema)["price"]["readonly"] is True
    schema, values = FORM.visible(VALUES, {"lines": "mask"})
    assert values["lines"] == "****"
    assert by_key(schema)["lines"]["components"] == []
    assert "石材" not in told(values)


def test_says_what_may_be_written() -> None:
    schema, _ = FORM.visible(VALUES, {"price": "write", "margin": "write", "lines": "read", "lines.cost": "write"})
    found = by_key(schema)
    assert "readonly" not in found["price"]
    assert found["margin"]["readonly"] is True, "computed fields are written by nobody"
    assert "readonly" not in found["lines"]
    assert [column.get("readonly") for column in found["lines"]["components"]] == [True, None]
    assert found["成本"]["components"][0]["readonly"] is True


def test_a_missing_value_is_not_masked() -> None:
    assert FORM.visible({}, {"price": "mask"})[1] == {}


def test_the_forms_own_document_stays_as_it_was() -> None:
    before = told(FORM.document)
    FORM.visible(VALUES, {"unit_cost": "hide", "lines.cost": "hide", "price": "write"}, evaluate=evaluate)
    assert told(FORM.document) == before


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "13812348000", "138****8000"),
        ("phone", "5550100", "****"),
        ("id_card", "11010519491231002X", "1101**********002X"),
        ("bank_card", "6222020200112233445", "****3445"),
        ("email", "lin.yue@example.com", "l****@example.com"),
        ("person", "林岳", "林*"),
        ("money", Decimal("1000000"), "****"),
        ("textfield", "一个很长的句子", "****"),
        ("date", date(2026, 3, 2), "****"),
        ("textfield", "", None),
    ],
)
def test_a_mask_shows_enough_to_recognise_and_too_little_to_use(kind: str, value: object, shown: str | None) -> None:
    assert masked(Field("a", "text", kind, "a", "a", ""), value) == shown


def test_an_author_can_choose_the_mask() -> None:
    assert masked(Field("a", "text", "textfield", "a", "a", "", mask="name"), "青山建材") == "青*"


def test_shows_a_whole_amount_of_money_as_it_was_kept() -> None:
    document = {
        "type": "default",
        "id": "f",
        "schemaVersion": 16,
        "components": [
            {"type": "number", "key": "m", "label": "金额", "serializeToString": True, "properties": {"gc.type": "money"}}
        ],
    }
    form = compile_form(document)
    assert form.visible({"m": 80000}, {})[1] == {"m": "80000"}
