"""Decision tables: hit policies, aggregators, defaults, allowed values, explanations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.dmn import Model, load

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    rows: list[list[str]],
    policy: str = "UNIQUE",
    inputs: str = "amount",
    outputs: str = "<output id='o' name='level'/>",
    more: str = "",
) -> Model:
    """A model with the one decision `d`; each row is its cells, as many first as there are inputs (names, with commas)."""
    columns = inputs.split(",")
    rules = ""
    for number, row in enumerate(rows, 1):
        conditions = "".join(
            f"<inputEntry id='i{number}_{n}'><text><![CDATA[{cell}]]></text></inputEntry>"
            for n, cell in enumerate(row[: len(columns)])
        )
        results = "".join(
            f"<outputEntry id='o{number}_{n}'><text><![CDATA[{cell}]]></text></outputEntry>"
            for n, cell in enumerate(row[len(columns) :])
        )
        rules += f"<rule id='row{number}'>{conditions}{results}</rule>"
    heads = "".join(
        f"<input id='in{n}'><inputExpression><text>{name}</text></inputExpression></input>" for n, name in enumerate(columns)
    )
    xml = (
        f"<definitions xmlns='{MODEL}' id='file' name='file' namespace='urn:test'>{more}<decision id='d' name='the decision'>"
        f"<decisionTable id='t' {policy if '=' in policy else f'hitPolicy={policy!r}'}>{heads}{outputs}{rules}</decisionTable>"
        "</decision></definitions>"
    )
    return load(xml.encode())


def decide(model: Model, **inputs: Any) -> Any:
    return model.evaluate("d", inputs).value


LEVELS = [["< 1000", '"manager"'], ["[1000..5000)", '"dgm"'], [">= 5000", '"gm"']]
OVERLAPPING = [["> 0", '"a"'], ["> 10", '"b"'], ["> 20", '"c"']]


@pytest.mark.parametrize(
    ("amount", "level"), [(999, "manager"), (1000, "dgm"), (Decimal("4999.99"), "dgm"), (5000, "gm"), (None, None), ("x", None)]
)
def test_unique_gives_the_output_of_the_one_row_that_hits(amount: Any, level: str | None) -> None:
    assert decide(table(LEVELS), amount=amount) == level


def test_unique_is_null_and_says_which_rows_hit_when_several_do() -> None:
    result = table(OVERLAPPING).evaluate("d", {"amount": 15})
    assert result.value is None
    assert result.decisions[0].problem == "the hit policy UNIQUE allows one row, but rows 1, 2 hit"
    assert result.warnings[-1].kind == "no_result"


def test_first_takes_the_upper_row() -> None:
    assert decide(table(OVERLAPPING, "FIRST"), amount=25) == "a"
    assert table(OVERLAPPING, "FIRST").evaluate("d", {"amount": 25}).decisions[0].rules_hit == [(1, "row1")]


def test_any_allows_several_rows_of_equal_output() -> None:
    rows = [["> 0", '"a"'], ["> 10", '"a"'], ["> 20", '"b"']]
    assert decide(table(rows, "ANY"), amount=15) == "a"
    result = table(rows, "ANY").evaluate("d", {"amount": 25})
    assert result.value is None
    assert result.decisions[0].problem == "the hit policy ANY needs equal outputs, but rows 1, 2, 3 differ"


ORDERED = '<output id=\'o\' name=\'level\'><outputValues><text>"c", "a", "b"</text></outputValues></output>'


def test_priority_takes_the_output_value_that_is_listed_first() -> None:
    assert decide(table(OVERLAPPING, "PRIORITY", outputs=ORDERED), amount=25) == "c"
    assert decide(table(OVERLAPPING, "PRIORITY", outputs=ORDERED), amount=15) == "a"


def test_output_order_sorts_by_the_output_values_and_rule_order_by_rows() -> None:
    assert decide(table(OVERLAPPING, "OUTPUT ORDER", outputs=ORDERED), amount=25) == ["c", "a", "b"]
    assert decide(table(OVERLAPPING, "RULE ORDER"), amount=25) == ["a", "b", "c"]
    assert decide(table(OVERLAPPING, "COLLECT"), amount=15) == ["a", "b"]


NUMBERS = [["> 0", "5"], ["> 10", "7"], ["> 20", "7"]]


@pytest.mark.parametrize(("aggregation", "value"), [("SUM", 19), ("MIN", 5), ("MAX", 7), ("COUNT", 3)])
def test_collect_aggregates_numbers(aggregation: str, value: int) -> None:
    assert decide(table(NUMBERS, f"hitPolicy='COLLECT' aggregation='{aggregation}'"), amount=25) == value


def test_unique_is_the_hit_policy_where_none_is_named() -> None:
    assert decide(table(LEVELS, "preferredOrientation='Rule-as-Row'"), amount=1) == "manager"


def test_gives_several_outputs_as_a_context() -> None:
    outputs = "<output id='o1' name='level'/><output id='o2' name='days'/>"
    model = table([["> 5", '"gm"', "2 + 1"], ["-", '"dgm"', ""]], "FIRST", outputs=outputs)
    assert decide(model, amount=6) == {"level": "gm", "days": 3}
    assert decide(model, amount=1) == {"level": "dgm", "days": None}


def test_tests_several_inputs_and_takes_a_dash_for_anything() -> None:
    rows = [["> 5", '"华东","华北"', '"a"'], ["> 5", "-", '"b"'], ["-", "not(null)", '"c"'], ["", "", '"d"']]
    model = table(rows, "FIRST", inputs="amount,region")
    assert [decide(model, amount=a, region=r) for a, r in ((6, "华东"), (6, "x"), (1, "x"), (1, None))] == ["a", "b", "c", "d"]


def test_computes_inputs_and_outputs_and_lets_cells_name_other_inputs() -> None:
    rows = [["> limit", '"over by " + string(price * count - limit)'], ["? <= limit", '"within"']]
    model = table(rows, inputs="price * count")
    assert decide(model, price=3, count=4, limit=10) == "over by 2"
    assert decide(model, price=3, count=3, limit=10) == "within"


def test_gives_the_default_output_where_no_row_hits() -> None:
    outputs = "<output id='o' name='level'><defaultOutputEntry><text>\"nobody\"</text></defaultOutputEntry></output>"
    assert decide(table([["> 5", '"gm"']], outputs=outputs), amount=1) == "nobody"


def test_says_that_no_row_hits_where_there_is_no_default() -> None:
    result = table([["> 5", '"gm"']]).evaluate("d", {"amount": 1})
    assert result.value is None
    assert result.decisions[0].problem is None
    assert result.warnings[0].message == "no row of the decision hits, and there is no default output"


def test_is_null_for_an_input_that_is_none_of_the_input_values() -> None:
    xml = (
        f"<definitions xmlns='{MODEL}' id='f' name='f' namespace='n'><decision id='d' name='d'><decisionTable id='t'>"
        "<input id='i' label='Region'><inputExpression typeRef='string'><text>region</text></inputExpression>"
        '<inputValues><text>"N","S"</text></inputValues></input><output id="o"/>'
        "<rule id='r'><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>"
        "</decision></definitions>"
    )
    model = load(xml.encode())
    assert decide(model, region="N") == 1
    result = model.evaluate("d", {"region": "W"})
    assert (result.value, result.decisions[0].problem) == (None, "the value of Region is none of its input values")


def test_coerces_outputs_to_their_type() -> None:
    outputs = "<output id='o' name='level' typeRef='number'/>"
    result = table([["-", '"text"']], outputs=outputs).evaluate("d", {"amount": 1})
    assert result.value is None
    assert [warning.kind for warning in result.warnings if warning.name == "level"] == ["type_mismatch"]


def test_takes_dates_as_texts_where_the_input_has_a_type_of_time() -> None:
    xml = (
        f"<definitions xmlns='{MODEL}' id='f' name='f' namespace='n'><decision id='d' name='d'><decisionTable id='t'>"
        "<input id='i'>"
        "<inputExpression typeRef='date'><text>due</text></inputExpression></input><output id='o'/>"
        '<rule id="r"><inputEntry><text>&lt; @"2024-06-01"</text></inputEntry>'
        '<outputEntry><text>"early"</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    )
    assert decide(load(xml.encode()), due="2024-05-31") == "early"
    assert decide(load(xml.encode()), due="2024-06-01") is None


def test_explains_every_row_cell_by_cell() -> None:
    rows = [["> 5", '"N"', '"a"'], ["> 5", "-", '"b"'], ["<= 5", '"N"', '"c"']]
    evaluated = (
        table(rows, "FIRST", inputs="amount,region").evaluate("d", {"amount": 6, "region": "S"}, explain=True).decisions[-1]
    )
    assert (evaluated.decision_id, evaluated.name, evaluated.kind, evaluated.value) == ("d", "the decision", "decisionTable", "b")
    assert [(item.id, item.label, item.value) for item in evaluated.inputs] == [("in0", "amount", 6), ("in1", "region", "S")]
    assert evaluated.output_ids == {"level": "o"}
    assert [(row.index, row.rule_id, row.cells, row.is_hit) for row in evaluated.rows] == [
        (1, "row1", (True, False), False),
        (2, "row2", (True, True), True),
        (3, "row3", (False, False), False),
    ]
    assert evaluated.rows[1].outputs == {"level": "b"}
    assert evaluated.rules_hit == [(2, "row2")]


def test_decides_the_same_with_and_without_an_explanation() -> None:
    model = table(OVERLAPPING, "FIRST")
    for amount in (-1, 5, 15, 25):
        assert model.evaluate("d", {"amount": amount}).value == model.evaluate("d", {"amount": amount}, explain=True).value


def test_reads_a_table_of_ten_thousand_rows() -> None:
    model = table([[str(number), str(number * 2)] for number in range(10_000)])
    assert decide(model, amount=9_999) == 19_998
