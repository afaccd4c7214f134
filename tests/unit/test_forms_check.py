"""Answers against a small form: types and sizes, rights, conditions, computed fields. Expressions run in real FEEL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import compile_expression, to_json
from forms import Form, FormError, compile_form
from forms.values import LONGEST_TEXT, MOST_DIGITS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))
FILE = {"attachment_key": "17", "name": "proof.pdf", "digest": "sha256:" + "0" * 64}


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    return to_json(compile_expression(text).evaluate(context))


def component(kind: str, key: str, gc: Mapping[str, str] | None = None, **members: Any) -> dict[str, Any]:
    named = {"path" if kind == "dynamiclist" else "key": key, "dateLabel" if kind == "datetime" else "label": key}
    return {"type": kind, **named, "properties": dict(gc or {}), **members}


def form(*components: Mapping[str, Any]) -> Form:
    return compile_form({"schemaVersion": 16, "type": "default", "id": "small", "components": list(components)})


def check(made: Form, answers: object, **more: Any) -> dict[str, Any]:
    return made.check(answers, **{"rights": {}, "variables": {}, "evaluate": evaluate, "now": NOW, **more})


def problems(made: Form, answers: object, **more: Any) -> dict[str, str]:
    with pytest.raises(FormError) as refused:
        check(made, answers, **more)
    found = {problem.path: problem.code for problem in refused.value.problems}
    assert len(found) == len(refused.value.problems)
    return found


TEXT = form(component("textfield", "a"))
LONG_TEXT = form(component("textarea", "a"))
NUMBER = form(component("number", "a"))
MONEY = form(component("number", "a", {"gc.type": "money", "gc.decimals": "2"}, serializeToString=True))
CHECKBOX = form(component("checkbox", "a"))
CHOICE = form(component("select", "a", values=[{"label": "一", "value": "one"}, {"label": "二", "value": 2}]))
YES_NO = form(component("radio", "a", values=[{"label": "是", "value": True}, {"label": "否", "value": False}]))
CHOICES = form(component("checklist", "a", values=[{"label": "一", "value": "one"}, {"label": "二", "value": "two"}]))
DATE = form(component("datetime", "a", subtype="date"))
TIME = form({"type": "datetime", "key": "a", "timeLabel": "a", "subtype": "time"})
MOMENT = form(component("datetime", "a", subtype="datetime"))
FILES = form(component("filepicker", "a", multiple=True, accept=".pdf,.jpg"))
TABLE = form(
    component("dynamiclist", "a", {"gc.maxRows": "3"}, components=[component("number", "qty"), component("textfield", "b")])
)
PERSON = form(component("select", "a", {"gc.type": "person"}))


@pytest.mark.parametrize(
    ("made", "value", "kept"),
    [
        (TEXT, "青山 🙂", "青山 🙂"),
        (LONG_TEXT, "一\n二\t三", "一\n二\t三"),
        (NUMBER, 3, 3),
        (NUMBER, 0.1, Decimal("0.1")),
        (NUMBER, 3.0, 3),
        (NUMBER, Decimal("2.50"), Decimal("2.5")),
        (NUMBER, -0.0, 0),
        (NUMBER, 10**MOST_DIGITS - 1, 10**MOST_DIGITS - 1),
        (NUMBER, 1e20, 10**20),
        (MONEY, "98.50", Decimal("98.5")),
        (MONEY, "-1", -1),
        (CHECKBOX, False, False),
        (CHOICE, 2, 2),
        (YES_NO, False, False),
        (CHOICES, ["two", "one"], ["two", "one"]),
        (DATE, "2024-02-29", "2024-02-29"),
        (TIME, "08:50", "08:50:00"),
        (MOMENT, "2026-03-02T09:00", "2026-03-02T09:00:00+08:00"),
        (MOMENT, "2026-03-02T01:00:00Z", "2026-03-02T09:00:00+08:00"),
        (FILES, [FILE, {**FILE, "name": "照片.JPG"}], [FILE, {**FILE, "name": "照片.JPG"}]),
        (TABLE, [{"qty": 1}, {"qty": 2, "b": None}], [{"qty": 1}, {"qty": 2}]),
        (PERSON, "lin.yue", "lin.yue"),
    ],
)
def test_takes_a_right_answer(made: Form, value: object, kept: object) -> None:
    found = check(made, {"a": value})["a"]
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("made", "value", "code"),
    [
        (TEXT, 5, "wrong_type"),
        (TEXT, ["x"], "wrong_type"),
        (TEXT, {"a": {"a": {}}}, "wrong_type"),
        pytest.param(TEXT, "x" * (LONGEST_TEXT + 1), "too_long", id="one too many"),
        pytest.param(TEXT, "x" * 1_000_000, "too_long", id="a megabyte"),
        pytest.param(LONG_TEXT, "x" * 100_001, "too_long", id="a long text"),
        (TEXT, "one\ntwo", "not_text"),
        (TEXT, "nul\x00", "not_text"),
        (TEXT, "\ud800", "not_text"),
        (NUMBER, "3", "wrong_type"),
        (NUMBER, True, "wrong_type"),
        (NUMBER, float("nan"), "wrong_type"),
        (NUMBER, float("-inf"), "wrong_type"),
        (NUMBER, Decimal("sNaN"), "wrong_type"),
        (NUMBER, [1], "wrong_type"),
        (NUMBER, 10**MOST_DIGITS, "too_many_digits"),
        pytest.param(NUMBER, 10**10_000, "too_many_digits", id="ten thousand digits"),
        (NUMBER, 1e300, "too_many_digits"),
        (NUMBER, Decimal("1e-100"), "too_many_digits"),
        (NUMBER, Decimal("1." + "0" * 150 + "1"), "too_many_digits"),
        (NUMBER, Decimal("1." + "0" * 40 + "1"), "too_many_digits"),
        (NUMBER, Decimal("1e1000000"), "too_many_digits"),
        (MONEY, 10**15, "out_of_range"),
        (MONEY, "1.005", "too_many_decimals"),
        (MONEY, 1.005, "too_many_decimals"),
        (MONEY, "1e3", "wrong_type"),
        (MONEY, "１２", "wrong_type"),
        (MONEY, "NaN", "wrong_type"),
        (CHECKBOX, 1, "wrong_type"),
        (CHECKBOX, "true", "wrong_type"),
        (CHOICE, "three", "not_an_option"),
        (CHOICE, "2", "not_an_option"),
        (CHOICE, ["one"], "wrong_type"),
        (YES_NO, 1, "not_an_option"),
        (CHOICES, "one", "wrong_type"),
        (CHOICES, ["one", "one"], "repeated"),
        (CHOICES, ["three"], "not_an_option"),
        (CHOICES, ["one"] * 1000, "too_many"),
        (DATE, "2026-02-29", "not_a_date"),
        (DATE, "2026-3-2", "not_a_date"),
        (DATE, "２０２６-03-02", "not_a_date"),
        (DATE, 20260302, "wrong_type"),
        (TIME, "25:00", "not_a_date"),
        (MOMENT, "2026-03-02", "not_a_date"),
        (MOMENT, "2026-03-02T09:00@Asia/Shanghai", "not_a_date"),
        (FILES, FILE, "wrong_type"),
        (FILES, [FILE] * 101, "too_many"),
        (TABLE, {"0": {}}, "wrong_type"),
        (TABLE, [{}] * 4, "too_many"),
        (PERSON, {"id": "lin.yue"}, "wrong_type"),
    ],
)
def test_refuses_a_wrong_answer(made: Form, value: object, code: str) -> None:
    assert problems(made, {"a": value}) == {"a": code}


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        ([FILE, "x"], "a/1", "wrong_type"),
        ([{**FILE, "extra": 1}], "a/0", "wrong_type"),
        ([{**FILE, "digest": 5}], "a/0", "wrong_type"),
        ([{**FILE, "name": "virus.exe"}], "a/0", "file_type"),
    ],
)
def test_names_the_file_that_is_wrong(value: object, path: str, code: str) -> None:
    assert problems(FILES, {"a": value}) == {path: code}


@pytest.mark.parametrize("answers", [[], "a", None, 5])
def test_refuses_answers_that_are_no_object(answers: object) -> None:
    assert problems(TEXT, answers) == {"": "wrong_type"}


@pytest.mark.parametrize("key", ["b", "typename", "__class__", "_schema", "Meta", "fields", "load", "客户", "", "🙂"])
def test_refuses_fields_the_form_does_not_have(key: str) -> None:
    assert problems(TEXT, {key: "x", "a": "y"}) == {key: "unknown_field"}


@pytest.mark.parametrize("key", ["typename", "__class__", "_schema", "Meta", "fields", "load", "客户全称", "opts"])
def test_any_word_can_be_the_key_of_a_field(key: str) -> None:
    made = form(component("number", key))
    assert check(made, {key: 5}) == {key: 5}
    assert problems(made, {key: "x"}) == {key: "wrong_type"}


def test_a_strange_key_gives_a_short_printable_path() -> None:
    with pytest.raises(FormError) as refused:
        check(TEXT, {"x" * 100_000: 1, "a/b~\n\ud800": 2, 7: 3})
    for problem in refused.value.problems:
        assert problem.code == "unknown_field"
        assert len(problem.path) <= 300
        assert problem.path.isprintable()
        assert "/" not in problem.path
        json.dumps(problem.message).encode("ascii")


def test_tells_all_problems_at_once_but_no_more_than_a_hundred() -> None:
    made = form(component("textfield", "a", validate={"required": True}), component("number", "b"), component("datetime", "c"))
    assert problems(made, {"b": "x", "c": 1, "d": 2}) == {
        "a": "required",
        "b": "wrong_type",
        "c": "wrong_type",
        "d": "unknown_field",
    }
    with pytest.raises(FormError) as refused:
        check(made, {f"x{index}": 1 for index in range(5000)})
    assert len(refused.value.problems) == 100


def test_every_message_says_what_was_expected() -> None:
    with pytest.raises(FormError) as refused:
        check(NUMBER, {"a": "x", "b": 1})
    assert all(problem.message.startswith("expected ") and ", but " in problem.message for problem in refused.value.problems)


# -- rules of a field -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("empty", [None, "", "   "])
def test_an_empty_text_is_no_answer(empty: object) -> None:
    made = form(component("textfield", "a", validate={"required": True}))
    assert problems(made, {"a": empty}) == {"a": "required"}
    assert problems(made, {}) == {"a": "required"}


def test_counts_characters_and_rows() -> None:
    made = form(component("textfield", "a", validate={"minLength": 2, "maxLength": 3}))
    assert problems(made, {"a": "一"}) == {"a": "too_short"}
    assert problems(made, {"a": "一二三四"}) == {"a": "too_long"}
    assert check(made, {"a": "一二🙂"}) == {"a": "一二🙂"}
    rows = form(component("dynamiclist", "a", {"gc.minRows": "2"}, components=[component("number", "b")]))
    assert problems(rows, {"a": [{"b": 1}]}) == {"a": "too_few"}


def test_keeps_numbers_within_their_limits() -> None:
    made = form(component("number", "a", {"gc.greaterThan": "0"}, validate={"max": 10}, decimalDigits=1))
    assert problems(made, {"a": 0}) == {"a": "out_of_range"}
    assert problems(made, {"a": 11}) == {"a": "out_of_range"}
    assert problems(made, {"a": 1.25}) == {"a": "too_many_decimals"}
    assert check(made, {"a": 0.5}) == {"a": Decimal("0.5")}


def test_a_pattern_is_searched_in_linear_time() -> None:
    made = form(component("textfield", "a", validate={"pattern": "^(a+)+$"}))
    assert problems(made, {"a": "a" * 5000 + "b"}) == {"a": "pattern"}
    assert check(made, {"a": "aaa"}) == {"a": "aaa"}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("phone", "+86 (771) 555-0100", "555"),
        ("email", "lin.yue@example.com", "lin.yue@example"),
        ("id_card", "11010519491231002X", "1101051949123100"),
        ("bank_card", "6222020200112233445", "6222 0202"),
    ],
)
def test_knows_the_form_of_common_numbers(kind: str, right: str, wrong: str) -> None:
    made = form(component("textfield", "a", {"gc.type": kind}))
    assert check(made, {"a": right}) == {"a": right}
    assert problems(made, {"a": wrong}) == {"a": "pattern"}


def test_refuses_a_day_that_has_passed_when_it_is_sent() -> None:
    made = form(component("datetime", "a", subtype="date", disallowPassedDates=True), component("textfield", "b"))
    assert problems(made, {"a": "2026-03-01"}) == {"a": "out_of_range"}
    assert check(made, {"a": "2026-03-02"}) == {"a": "2026-03-02"}
    assert check(made, {"b": "later"}, variables={"a": "2026-03-01"})["a"] == "2026-03-01", "it was right when it was sent"


def test_puts_moments_in_order_whatever_their_zone() -> None:
    made = form(component("datetime", "a", subtype="datetime"), component("datetime", "b", {"gc.after": "a"}, subtype="datetime"))
    assert problems(made, {"a": "2026-03-02T09:00+08:00", "b": "2026-03-02T01:00Z"}) == {"b": "date_order"}
    assert problems(made, {"a": "2026-03-03T09:00"}, variables={"b": "2026-03-02T09:00:00+08:00"}) == {"b": "date_order"}
    assert check(made, {"a": "2026-03-02T09:00", "b": "2026-03-02T01:01Z"})["b"] == "2026-03-02T09:01:00+08:00"


# -- rights ---------------------------------------------------------------------------------------------------------------
TWO = form(component("textfield", "a", validate={"required": True}), component("number", "b"))


def test_keeps_only_what_the_reader_may_write() -> None:
    assert check(TWO, {"b": 2}, rights={"a": "read"}, variables={"a": "old"}) == {"b": 2}
    assert check(TWO, {}, default_right="read", variables={"a": "old", "b": 1}) == {}


def test_refuses_a_changed_read_only_field_but_not_the_same_value() -> None:
    variables = {"a": "old", "b": Decimal("2.50")}
    assert problems(TWO, {"a": "new"}, rights={"a": "read"}, variables=variables) == {"a": "read_only_field"}
    assert check(TWO, {"a": "old", "b": 2.5}, default_right="read", variables=variables) == {}
    assert problems(TWO, {"b": None}, default_right="read", variables=variables) == {"b": "read_only_field"}


def test_refuses_any_answer_to_a_hidden_field() -> None:
    for value in ("old", "new", None):
        assert problems(TWO, {"a": value}, rights={"a": "hide"}, variables={"a": "old"}) == {"a": "hidden_field"}
    assert check(TWO, {"b": 1}, rights={"a": "hide"}) == {"b": 1}, "what is hidden cannot be asked for"


def test_a_masked_field_tells_nothing_about_its_value() -> None:
    variables = {"a": "old"}
    for guess in ("old", "new"):
        assert problems(TWO, {"a": guess}, rights={"a": "mask"}, variables=variables) == {"a": "read_only_field"}
    assert check(TWO, {"a": "****"}, rights={"a": "mask"}, variables=variables) == {}


def test_clears_a_field_and_keeps_what_was_not_sent() -> None:
    assert check(TWO, {"b": None}, variables={"a": "old", "b": 1}) == {"a": "old", "b": None}
    assert check(TWO, {"a": "new"}, variables={"a": "old", "b": 1}) == {"a": "new", "b": 1}


def test_nobody_writes_a_number_that_the_product_gives() -> None:
    made = form(component("textfield", "a", {"gc.type": "auto_number"}))
    assert problems(made, {"a": "1"}) == {"a": "read_only_field"}
    assert check(made, {"a": "1"}, variables={"a": "1"}) == {"a": "1"}


COLUMNS = form(
    component(
        "dynamiclist",
        "lines",
        {"gc.type": "detail_table"},
        components=[component("textfield", "name"), component("number", "cost")],
    )
)
ROWS = {"lines": [{"name": "x", "cost": 5}, {"name": "y", "cost": 6}]}


def test_a_hidden_column_survives_a_change_of_the_others() -> None:
    rights = {"lines.cost": "hide"}
    assert check(COLUMNS, {"lines": [{"name": "z"}, {"name": "y"}]}, rights=rights, variables=ROWS) == {
        "lines": [{"name": "z", "cost": 5}, {"name": "y", "cost": 6}]
    }
    sent = {"lines": [{"name": "z", "cost": 1}, {"name": "y"}]}
    assert problems(COLUMNS, sent, rights=rights, variables=ROWS) == {"lines/0/cost": "hidden_field"}
    assert problems(COLUMNS, {"lines": [{"name": "y"}]}, rights=rights, variables=ROWS) == {"lines": "read_only_field"}


def test_one_column_may_be_written_in_a_table_that_is_read() -> None:
    rights = {"lines": "read", "lines.cost": "write"}
    changed = {"lines": [{"name": "x", "cost": 7}, {"cost": 6}]}
    assert check(COLUMNS, changed, rights=rights, variables=ROWS) == {
        "lines": [{"name": "x", "cost": 7}, {"name": "y", "cost": 6}]
    }
    changed = {"lines": [{"name": "z", "cost": 7}, {}]}
    assert problems(COLUMNS, changed, rights=rights, variables=ROWS) == {"lines/0/name": "read_only_field"}


def test_a_table_that_is_read_may_be_sent_back_unchanged() -> None:
    assert check(COLUMNS, ROWS, default_right="read", variables=ROWS) == {}
    assert problems(COLUMNS, {"lines": ROWS["lines"][:1]}, default_right="read", variables=ROWS) == {"lines": "read_only_field"}
    changed = {"lines": [1, {"name": "z", "cost": 6}]}
    assert problems(COLUMNS, changed, default_right="read", variables=ROWS) == {
        "lines/0": "wrong_type",
        "lines/1/name": "read_only_field",
    }
    assert problems(COLUMNS, {"lines": [{}]}, default_right="read") == {"lines": "read_only_field"}


def test_guessing_at_a_hidden_column_of_a_read_table_tells_nothing() -> None:
    rights = {"lines": "read", "lines.cost": "hide"}
    assert check(COLUMNS, {"lines": [{"name": "x"}, {"name": "y"}]}, rights=rights, variables=ROWS) == {}
    for guess in (5, 6):
        sent = {"lines": [{"name": "x", "cost": guess}, {"name": "y"}]}
        assert problems(COLUMNS, sent, rights=rights, variables=ROWS) == {"lines/0/cost": "hidden_field"}


# -- conditions and formulas ----------------------------------------------------------------------------------------------
def test_drops_what_a_condition_hides_and_clears_what_was_there() -> None:
    made = form(
        component("textfield", "a"),
        {
            "type": "group",
            "label": "g",
            "conditional": {"hide": '=a = "x"'},
            "components": [component("textfield", "b", validate={"required": True})],
        },
    )
    assert check(made, {"a": "x", "b": "typed"}) == {"a": "x"}
    assert check(made, {"a": "x"}, variables={"b": "old"}) == {"a": "x", "b": None}
    assert problems(made, {"a": "y"}) == {"b": "required"}
    assert problems(made, {"a": "x", "b": 5}) == {"b": "wrong_type"}


def test_requires_and_locks_by_condition() -> None:
    made = form(
        component("checkbox", "a"),
        component("textfield", "b", {"gc.requiredWhen": "=a"}),
        component("textfield", "c", {"gc.readonlyWhen": "=a"}),
    )
    assert check(made, {"a": False}) == {"a": False}
    assert problems(made, {"a": True}) == {"b": "required"}
    assert problems(made, {"a": True, "b": "x", "c": "new"}, variables={"c": "old"}) == {"c": "read_only_field"}
    assert check(made, {"c": "new"}, variables={"c": "old"}) == {"c": "new"}


def test_conditions_read_the_variables_of_the_case_too() -> None:
    made = form(component("textfield", "a", {"gc.requiredWhen": '=starter.unit = "sales"'}))
    assert problems(made, {}, variables={"starter": {"unit": "sales"}}) == {"a": "required"}
    assert check(made, {}, variables={"starter": {"unit": "finance"}}) == {}


def test_computes_in_the_order_of_need_not_of_layout() -> None:
    made = form(
        component("number", "total", {"gc.computed": "=net + tax"}),
        component("number", "tax", {"gc.computed": "=net * 0.13"}),
        component("number", "net"),
    )
    assert check(made, {"net": 100}) == {"total": 113, "tax": 13, "net": 100}


def test_computes_rows_and_their_total_again() -> None:
    columns = [
        component("number", "qty"),
        component("number", "price"),
        component("number", "sum", {"gc.computed": "=qty * price"}),
    ]
    made = form(
        component("dynamiclist", "lines", components=columns), component("expression", "total", expression="=sum(lines.sum)")
    )
    rows: list[dict[str, Any]] = [{"qty": 2, "price": 1.5}, {"qty": 1, "price": 4}]
    kept = check(made, {"lines": rows})
    assert [row["sum"] for row in kept["lines"]] == [3, 4]
    assert kept["total"] == 7
    stale = {"lines": [{**rows[0], "sum": 99}], "total": 99}
    assert check(made, {}, variables=stale)["total"] == 3, "what is stored is not believed either"
    assert problems(made, {"lines": [{**rows[0], "sum": 99}]}) == {"lines/0/sum": "computed_field"}
    assert check(made, {"lines": [{**rows[0], "sum": 3}], "total": 3.0})["total"] == 3
    assert problems(made, {"lines": [{"qty": "x"}, 5], "total": 1}) == {"lines/0/qty": "wrong_type", "lines/1": "wrong_type"}


def test_a_computed_field_is_kept_whatever_the_right_to_it() -> None:
    made = form(component("number", "a"), component("number", "b", {"gc.computed": "=a * secret"}))
    kept = check(made, {"a": 2}, rights={"b": "hide"}, variables={"secret": 21})
    assert kept == {"a": 2, "b": 42}


def test_who_only_reads_changes_nothing_not_even_what_is_computed() -> None:
    made = form(component("number", "a"), component("number", "b", {"gc.computed": "=a * 2"}))
    for answers in ({}, {"a": 2}, {"b": 4}, {"b": 5}):
        assert check(made, answers, default_right="read", variables={"a": 2, "b": 5}) == {}
    assert problems(made, {"b": 3}, default_right="read", variables={"a": 2, "b": 5}) == {"b": "computed_field"}


def test_asks_once_whether_a_group_is_hidden() -> None:
    asked: list[str] = []

    def counting(text: str, context: Mapping[str, Any]) -> Any:
        asked.append(text)
        return evaluate(text, context)

    fields = [component("textfield", key) for key in "abc"]
    made = form({"type": "group", "label": "g", "conditional": {"hide": "=x = 1"}, "components": fields})
    assert check(made, {"a": "1", "b": "2"}, evaluate=counting) == {"a": "1", "b": "2"}
    assert asked == ["x = 1"]


def test_fills_defaults_where_nothing_was_said() -> None:
    made = form(
        component("number", "a", defaultValue=5),
        component("textfield", "b", {"gc.default": "=starter.id"}, readonly=True),
        component("datetime", "c", {"gc.default": '=date and time("2026-03-02T09:00:00@Asia/Shanghai")'}, subtype="datetime"),
    )
    variables = {"starter": {"id": "lin.yue"}}
    assert check(made, {}, variables=variables) == {"a": 5, "b": "lin.yue", "c": "2026-03-02T09:00:00+08:00"}
    assert check(made, {"a": None}, variables=variables) == {"b": "lin.yue", "c": "2026-03-02T09:00:00+08:00"}
    assert check(made, {}, variables={"a": 1, "b": "x"}, default_right="read") == {}


def test_dates_are_dates_to_an_expression() -> None:
    made = form(
        component("datetime", "a", subtype="date"), component("number", "b", {"gc.computed": '=(date("2026-03-05") - a).days'})
    )
    assert check(made, {"a": "2026-03-02"})["b"] == 3


def test_a_wrong_answer_does_not_also_count_as_missing() -> None:
    made = form(component("number", "a", validate={"required": True}))
    assert problems(made, {"a": "x"}) == {"a": "wrong_type"}


def test_tells_which_required_fields_still_have_no_value() -> None:
    made = form(
        component("textfield", "a", validate={"required": True}),
        component("textfield", "b", {"gc.requiredWhen": '=a = "x"'}),
        component(
            "dynamiclist", "c", components=[component("number", "d", validate={"required": True})], validate={"required": True}
        ),
    )
    assert made.required_missing({}, evaluate=evaluate) == ["a", "c"]
    assert made.required_missing({"a": "x", "c": [{"d": 1}]}, evaluate=evaluate) == ["b"]
    assert made.required_missing({"a": "y", "c": [{"d": 1}]}, evaluate=evaluate) == []
    assert made.required_missing({}, evaluate=evaluate, rights={"a": "hide", "c": "read"}) == []


def test_a_stored_value_of_a_former_version_does_not_break_the_check() -> None:
    odd = {"a": {"was": "an object"}, "b": "not a number"}
    assert check(TWO, {"b": 3, "a": "x"}, variables=odd) == {"a": "x", "b": 3}
    assert problems(TWO, {"b": 3}, rights={"b": "read"}, variables=odd) == {"b": "read_only_field"}


def test_looks_up_people_when_it_can() -> None:
    assert check(PERSON, {"a": "x"}, exists=lambda kind, key: (kind, key) == ("person", "x")) == {"a": "x"}
    assert problems(PERSON, {"a": "y"}, exists=lambda kind, key: (kind, key) == ("person", "x")) == {"a": "unknown_reference"}


def test_checking_changes_nothing_it_was_given() -> None:
    answers, variables = {"lines": [{"name": "z", "cost": 1}]}, json.loads(json.dumps(ROWS))
    check(COLUMNS, answers, variables=variables, now=datetime(2026, 3, 2, tzinfo=UTC))
    assert (answers, variables) == ({"lines": [{"name": "z", "cost": 1}]}, ROWS)
