"""Whatever a stranger sends, a form answers with values or with problems, never with another error."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, calendar_functions
from engine.feel import compile_expression, to_json
from forms import FormError, compile_form

DEFINITIONS = Path(__file__).parents[2] / "forms" / "definitions"
DOCUMENT = json.loads((DEFINITIONS / "contract_form.form").read_text(encoding="utf-8"))
FORM = compile_form(DOCUMENT)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | st.sampled_from(["2026-03-02", "sales", "97.50", "合同.pdf", "A", "\ud800", "\x00", "__class__"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)
ROW = st.dictionaries(st.sampled_from(["product", "spec", "qty", "unit_price", "amount", "x"]), JSON, max_size=5)
ANSWERS = st.dictionaries(
    st.sampled_from([field.key for field in FORM.fields]) | st.text(max_size=5), JSON | st.lists(ROW, max_size=3), max_size=12
)
RIGHTS = st.dictionaries(
    st.sampled_from([*(field.key for field in FORM.fields), "lines.qty", "lines.amount"]),
    st.sampled_from(["write", "read", "mask", "hide"]),
    max_size=8,
)


FUNCTIONS = calendar_functions(Calendar())


def evaluate(text: str, context: Mapping[str, Any]) -> Any:
    return to_json(compile_expression(text, functions=FUNCTIONS.keys()).evaluate(context, functions=FUNCTIONS))


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, variables=ANSWERS, rights=RIGHTS, default_right=st.sampled_from(["write", "read"]))
def test_any_answers_over_any_variables_give_values_or_problems(
    answers: dict[str, Any], variables: dict[str, Any], rights: dict[str, str], default_right: str
) -> None:
    try:
        kept = FORM.check(answers, rights=rights, default_right=default_right, variables=variables, evaluate=evaluate, now=NOW)
    except FormError as refused:
        told = [(problem.path, problem.message) for problem in refused.problems]
        json.dumps(told, ensure_ascii=False).encode()
    else:
        assert all(rights.get(key, default_right) == "write" or field_is_ours(key, rights) for key in kept)
        json.dumps(kept, default=str).encode()


def field_is_ours(key: str, rights: Mapping[str, str]) -> bool:
    """Computed, or a table with a column that may be written."""
    field = FORM.level.by_key(key)
    return field is not None and (
        field.computed is not None or any(rights.get(f"{key}.{c}") == "write" for c in ("qty", "amount"))
    )


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, rights=RIGHTS)
def test_what_was_kept_is_taken_again_unchanged(answers: dict[str, Any], rights: dict[str, str]) -> None:
    try:
        kept = FORM.check(answers, rights={}, variables={}, evaluate=relaxed, now=NOW)
    except FormError:
        return
    again = json.loads(json.dumps(kept, default=str), parse_float=Decimal)
    assert FORM.check({}, rights={}, variables=kept, evaluate=relaxed, now=NOW) == kept
    assert FORM.check({}, rights=rights, default_right="read", variables=again, evaluate=relaxed, now=NOW) is not None


def relaxed(text: str, context: Mapping[str, Any]) -> Any:
    """Nothing is hidden or required by a condition, so that many answers pass."""
    return evaluate(text, context) if "(" in text and "contract_kind" not in text else None


@settings(max_examples=60, deadline=None)
@given(values=ANSWERS, rights=RIGHTS)
def test_no_reader_gets_a_hidden_field(values: dict[str, Any], rights: dict[str, str]) -> None:
    schema, shown = FORM.visible(values, rights)
    hidden = {key for key, right in rights.items() if right == "hide" and "." not in key}
    assert not hidden & shown.keys()
    told = json.dumps(schema)
    assert not any(f'"{key}"' in told for key in hidden - {"amount"})


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_document_raises_nothing_but_form_errors(data: st.DataObject) -> None:
    document = copy.deepcopy(DOCUMENT)
    spot: Any = document
    for _ in range(data.draw(st.integers(1, 6))):
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
        if isinstance(spot[key], dict | list) and spot[key] and data.draw(st.booleans()):
            spot = spot[key]
        else:
            spot[key] = data.draw(JSON)
            break
    with contextlib.suppress(FormError):
        compile_form(document)
