"""What a form document may say: everything is honoured, known to be harmless, or refused with its place."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from forms import Form, FormError, compile_form
from forms import components as known
from forms.order import names_in, words_in
from forms.problems import CODES, Problem


def document(*components: object, **members: Any) -> dict[str, Any]:
    return {"schemaVersion": 16, "type": "default", "id": "small", "components": list(components), **members}


def text(key: str = "a", **members: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key, **members}


def refused(made: object) -> dict[str, str]:
    with pytest.raises(FormError) as error:
        compile_form(made)  # type: ignore[arg-type] # wrong on purpose
    assert all(problem.message.startswith("expected ") for problem in error.value.problems)
    return {problem.path: problem.code for problem in error.value.problems}


def compiled(*components: object) -> Form:
    return compile_form(document(*components))


ONE_OF_EACH: dict[str, dict[str, Any]] = {
    "textfield": text(),
    "textarea": {"type": "textarea", "key": "a", "label": "a"},
    "number": {"type": "number", "key": "a", "label": "a"},
    "checkbox": {"type": "checkbox", "key": "a", "label": "a"},
    "radio": {"type": "radio", "key": "a", "label": "a", "values": [{"label": "一", "value": "one"}]},
    "select": {"type": "select", "key": "a", "label": "a", "values": [{"label": "一", "value": "one"}]},
    "checklist": {"type": "checklist", "key": "a", "label": "a", "values": [{"label": "一", "value": "one"}]},
    "taglist": {"type": "taglist", "key": "a", "label": "a", "values": [{"label": "一", "value": "one"}]},
    "datetime": {"type": "datetime", "key": "a", "dateLabel": "a", "subtype": "date"},
    "filepicker": {"type": "filepicker", "key": "a", "label": "a"},
    "expression": {"type": "expression", "key": "a", "label": "a", "expression": "=1"},
    "dynamiclist": {"type": "dynamiclist", "path": "a", "label": "a", "components": [text("b")]},
    "group": {"type": "group", "label": "g", "components": []},
    "text": {"type": "text", "text": "words"},
    "separator": {"type": "separator"},
    "spacer": {"type": "spacer", "height": 10},
}


@pytest.mark.parametrize("kind", sorted(known.ANSWERS | known.CONTAINERS | known.SHOWN))
def test_compiles_every_component_it_knows(kind: str) -> None:
    assert len(compiled(ONE_OF_EACH[kind]).fields) == (kind in known.ANSWERS)


# All 22 component types of the form-js JSON schema, and its `default` for a form itself.
FORM_JS_TYPES = (
    "button checkbox checklist datetime documentPreview dynamiclist expression filepicker group html iframe image number radio "
    "select separator spacer table taglist text textarea textfield default"
)


def test_every_component_type_of_form_js_is_honoured_or_refused_with_a_reason() -> None:
    assert set(FORM_JS_TYPES.split()) == {*known.ANSWERS, *known.CONTAINERS, *known.SHOWN, *known.UNSUPPORTED_COMPONENTS}


@pytest.mark.parametrize("kind", sorted(known.UNSUPPORTED_COMPONENTS))
def test_refuses_components_that_forms_here_do_not_have(kind: str) -> None:
    assert refused(document({"type": kind, "key": "a", "label": "a"})) == {"components/0/type": "unsupported_component"}


def test_refuses_what_it_does_not_know_with_its_place() -> None:
    made = document(
        {"type": "hologram", "key": "a"},
        {"type": "group", "components": [text("a", colour="red", validate={"maximum": 3}, properties={"gc.requiredwhen": "=b"})]},
        {"type": "number", "key": "b", "label": "b", "valuesKey": "x", "properties": {"gc.type": "reference"}},
        text("c", conditional={"show": "=a"}),
        colour="red",
    )
    assert refused(made) == {
        "colour": "unknown_member",
        "components/0/type": "unknown_component",
        "components/1/components/0/colour": "unknown_member",
        "components/1/components/0/validate/maximum": "unknown_member",
        "components/1/components/0/properties/gc.requiredwhen": "unknown_property",
        "components/2/valuesKey": "unsupported_member",
        "components/2/properties/gc.type": "invalid_value",
        "components/3/conditional/show": "unknown_member",
    }


def test_proposes_the_name_that_was_meant() -> None:
    with pytest.raises(FormError, match=r"is gc\.requiredWhen meant\?"):
        compiled(text(properties={"gc.requiredWen": "=true"}))


def test_leaves_properties_of_other_tools_alone() -> None:
    assert compiled(text(properties={"acme.hint": "x"}, layout={"row": "Row_1", "columns": 8}, id="Field_1")).fields[0].key == "a"


@pytest.mark.parametrize(
    ("component", "path", "code"),
    [
        (text("a b"), "key", "invalid_key"),
        (text("1a"), "key", "invalid_key"),
        (text("a.b"), "key", "invalid_key"),
        (text("return"), "key", "invalid_key"),
        (text("x" * 65), "key", "invalid_key"),
        (text("e\u0301"), "key", "invalid_key"),
        ({"type": "textfield", "label": "a"}, "key", "invalid_key"),
        ({"type": "textfield", "key": "a"}, "label", "invalid_value"),
        (text(label="=secret"), "label", "invalid_value"),
        (text(label="{{secret}}"), "label", "invalid_value"),
        (text(conditional={"hide": "a = 1"}), "conditional/hide", "invalid_value"),
        (text(conditional={"hide": "="}), "conditional/hide", "invalid_value"),
        (text(conditional="=a"), "conditional", "invalid_value"),
        (text(validate={"pattern": "(?=a)b"}), "validate/pattern", "invalid_value"),
        (text(validate={"pattern": "("}), "validate/pattern", "invalid_value"),
        (text(validate={"maxLength": -1}), "validate/maxLength", "invalid_value"),
        (text(validate={"required": "yes"}), "validate/required", "invalid_value"),
        (text(validate={"minLength": 5, "maxLength": 3}), "validate", "invalid_value"),
        (text(defaultValue=5), "defaultValue", "invalid_value"),
        (text(properties={"gc.default": "literal"}), "properties/gc.default", "invalid_value"),
        (text(properties={"gc.mask": "rot13"}), "properties/gc.mask", "invalid_value"),
        (text(readonly="a"), "readonly", "invalid_value"),
        ({**ONE_OF_EACH["number"], "validate": {"min": 3, "max": 2}}, "validate", "invalid_value"),
        ({**ONE_OF_EACH["number"], "validate": {"min": "=b"}}, "validate/min", "invalid_value"),
        (
            {**ONE_OF_EACH["number"], "decimalDigits": 2, "properties": {"gc.decimals": "3"}},
            "properties/gc.decimals",
            "invalid_value",
        ),
        ({**ONE_OF_EACH["number"], "defaultValue": 1, "properties": {"gc.computed": "=1"}}, "", "invalid_value"),
        ({**ONE_OF_EACH["select"], "values": []}, "values", "invalid_value"),
        ({**ONE_OF_EACH["select"], "values": [{"label": "一", "value": 1.5}]}, "", "invalid_value"),
        ({**ONE_OF_EACH["select"], "properties": {"gc.type": "person"}}, "values", "invalid_value"),
        ({**ONE_OF_EACH["select"], "properties": {"gc.option.en.two": "Two"}}, "properties/gc.option.en.two", "invalid_value"),
        ({**ONE_OF_EACH["select"], "valuesExpression": "=x"}, "valuesExpression", "unsupported_member"),
        ({**ONE_OF_EACH["select"], "defaultValue": "two"}, "defaultValue", "invalid_value"),
        ({**ONE_OF_EACH["datetime"], "subtype": "week"}, "subtype", "invalid_value"),
        ({**ONE_OF_EACH["datetime"], "properties": {"gc.after": "nothing"}}, "properties/gc.after", "invalid_value"),
        ({**ONE_OF_EACH["datetime"], "properties": {"gc.after": "a"}}, "properties/gc.after", "invalid_value"),
        ({**ONE_OF_EACH["filepicker"], "accept": "image/*"}, "accept", "invalid_value"),
        ({**ONE_OF_EACH["expression"], "expression": "1"}, "expression", "invalid_value"),
        (
            {**ONE_OF_EACH["dynamiclist"], "components": [ONE_OF_EACH["dynamiclist"]]},
            "components/0/type",
            "unsupported_component",
        ),
        ({**ONE_OF_EACH["dynamiclist"], "properties": {"gc.maxRows": "501"}}, "properties/gc.maxRows", "invalid_value"),
        ({**ONE_OF_EACH["dynamiclist"], "allowAddRemove": False}, "allowAddRemove", "unsupported_member"),
        ({**ONE_OF_EACH["group"], "path": "nested"}, "path", "unsupported_member"),
        ({**ONE_OF_EACH["text"], "text": "{{secret}}"}, "text", "invalid_value"),
    ],
)
def test_refuses_what_it_cannot_honour(component: dict[str, Any], path: str, code: str) -> None:
    assert refused(document(component)) == {"/".join(filter(None, ["components/0", path])): code}


@pytest.mark.parametrize(
    ("made", "path", "code"),
    [
        (None, "", "invalid_form"),
        ([], "", "invalid_form"),
        ({**document(), "components": None}, "components", "invalid_value"),
        ({**document(), "id": "a b"}, "id", "invalid_value"),
        ({**document(), "type": "page"}, "type", "invalid_value"),
        ({**document(), "schemaVersion": "16"}, "schemaVersion", "invalid_value"),
        (document(5), "components/0", "unknown_component"),
        (document({"type": 5}), "components/0", "unknown_component"),
        (document(text(defaultValue={1: 2})), "components/0/defaultValue", "invalid_form"),
        (document(text(defaultValue={1, 2})), "components/0/defaultValue", "invalid_form"),
    ],
)
def test_refuses_a_document_that_is_no_form(made: object, path: str, code: str) -> None:
    assert refused(made) == {path: code}


def test_refuses_two_fields_with_one_key() -> None:
    assert refused(document(text(), {"type": "group", "components": [text()]})) == {"components/1/components/0": "duplicate_key"}


def test_refuses_a_form_that_is_too_large_or_too_deep() -> None:
    assert refused(document(*({"type": "separator"} for _ in range(301)))) == {"components/300": "too_large"}
    deep: dict[str, Any] = {"type": "group", "components": []}
    for _ in range(6):
        deep = {"type": "group", "components": [deep]}
    assert set(refused(document(deep)).values()) == {"too_large"}
    nested: list[Any] = []
    for _ in range(10_000):
        nested = [nested]
    assert set(refused(document(text(layout=nested))).values()) == {"too_large"}
    assert set(refused(document(text(layout=[0] * 30_000))).values()) == {"too_large"}


def test_refuses_fields_that_wait_for_each_other() -> None:
    circle = document(
        text("a", conditional={"hide": "=b = 1"}),
        {"type": "number", "key": "b", "label": "b", "properties": {"gc.computed": "=c + 1"}},
        {"type": "number", "key": "c", "label": "c", "properties": {"gc.readonlyWhen": '=a = "x"'}},
    )
    with pytest.raises(FormError, match="a -> b -> c -> a"):
        compile_form(circle)
    assert refused(document(text("a", conditional={"hide": "=a = 1"}))) == {"": "cycle"}
    assert compiled(text("a", properties={"gc.requiredWhen": "=a = null"})).fields, "whether it is required orders nothing"


def test_orders_a_table_after_what_its_rows_read() -> None:
    rate = {"type": "number", "key": "rate", "label": "rate", "properties": {"gc.computed": "=base * 2"}}
    row = {"type": "number", "key": "tax", "label": "tax", "properties": {"gc.computed": "=net * rate"}}
    net = {"type": "number", "key": "net", "label": "net"}
    form = compiled({"type": "dynamiclist", "path": "lines", "label": "l", "components": [row, net]}, rate)
    assert [field.key for field in form.level.in_order] == ["rate", "lines"]
    assert [field.key for field in form.level.fields] == ["lines", "rate"]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ('if a = "b" then c else d.e', {"a", "c", "d"}),
        ("working days from(start, end)", {"start", "end"}),
        ("a and not(b) or f(c)", {"a", "b", "c"}),
        ("sum(lines.amount) // total", {"lines"}),
        ("1..n", {"n"}),
        ("date and time(moment)", {"moment"}),
        ("单价 * 数量", {"单价", "数量"}),
        ("some x in rows satisfies x.ok", {"x", "rows"}),
        ("rows[item.a > limit]", {"rows", "limit"}),
    ],
)
def test_finds_the_fields_an_expression_names(expression: str, names: set[str]) -> None:
    assert names_in(expression) == names
    assert words_in(expression) >= names


def test_reads_labels_in_both_languages_and_all_rules() -> None:
    number = {
        "type": "number",
        "key": "amount",
        "label": "金额",
        "decimalDigits": 2,
        "serializeToString": True,
        "validate": {"required": True, "min": 0, "max": "999999.99"},
        "properties": {"gc.type": "money", "gc.label.en": "Amount", "gc.currency": "CNY"},
    }
    field = compile_form(document(number, properties={"gc.name": "表", "gc.name.en": "Form"})).fields[0]
    assert (field.label, field.label_en, field.type, field.kind) == ("金额", "Amount", "money", "number")
    assert (field.required, field.minimum, field.maximum, field.decimals) == (True, Decimal(0), Decimal("999999.99"), 2)


def test_reads_documents_whose_numbers_are_exact() -> None:
    number = {"type": "number", "key": "a", "label": "a", "validate": {"min": Decimal("0.01")}, "defaultValue": Decimal("0.50")}
    field = compiled(number).fields[0]
    assert (field.minimum, field.default) == (Decimal("0.01"), Decimal("0.5"))


def test_lists_all_expressions_with_their_component() -> None:
    column = {"type": "number", "key": "x", "label": "x", "properties": {"gc.computed": "=y"}}
    form = compiled(
        {
            "type": "group",
            "conditional": {"hide": "=h"},
            "components": [text(properties={"gc.default": "=d", "gc.requiredWhen": "=r"})],
        },
        {"type": "dynamiclist", "path": "lines", "label": "l", "components": [column]},
    )
    assert set(form.expressions()) == {
        ("components/0/components/0", "h"),
        ("components/0/components/0", "d"),
        ("components/0/components/0", "r"),
        ("components/1/components/0", "y"),
    }


def test_a_form_does_not_change_with_the_document_it_came_from() -> None:
    made = document(text())
    form = compile_form(made)
    before = copy.deepcopy(form.document)
    made["components"][0]["label"] = "other"
    assert form.document == before


def test_a_problem_has_a_registered_code() -> None:
    with pytest.raises(LookupError):
        Problem("a", "made_up", "expected a code, but got none")
    assert all(code.isidentifier() and meaning for code, meaning in CODES.items())
