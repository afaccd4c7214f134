"""Decision requirements, boxed expressions, types, services, imports, other files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.dmn import Model, load
from engine.errors import InvalidInput, NotFound
from engine.feel import Function, Limits

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(body: str, namespace: str = "urn:test", imports: dict[str, Model] | None = None) -> Model:
    return load(
        f"<definitions xmlns='{MODEL}' id='f' name='f' namespace='{namespace}'>{body}</definitions>".encode(), imports=imports
    )


def literal(text: str) -> str:
    return f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression>"


def decision(name: str, logic: str, needs: str = "", type_ref: str = "") -> str:
    typed = f" typeRef='{type_ref}'" if type_ref else ""
    return f"<decision id='_{name}' name='{name}'><variable name='{name}'{typed}/>{needs}{logic}</decision>"


def needs_decision(href: str) -> str:
    return f"<informationRequirement><requiredDecision href='{href}'/></informationRequirement>"


def needs_input(href: str) -> str:
    return f"<informationRequirement><requiredInput href='{href}'/></informationRequirement>"


def needs_knowledge(href: str) -> str:
    return f"<knowledgeRequirement><requiredKnowledge href='{href}'/></knowledgeRequirement>"


def value_of(logic: str, context: dict[str, Any] | None = None) -> Any:
    return model(decision("d", logic)).evaluate("_d", context or {}).value


AMOUNT = "<inputData id='_amount' name='合同 金额'><variable name='合同 金额' typeRef='number'/></inputData>"


def test_decides_what_it_requires_first_and_only_once() -> None:
    body = (
        AMOUNT
        + decision("Base Rate", literal("合同 金额 / 100"), needs_input("#_amount"))
        + decision("left", literal("Base Rate + 1"), needs_decision("#_Base Rate"))
        + decision("right", literal("Base Rate + 2"), needs_decision("#_Base Rate"))
        + decision("sum", literal("left * right"), needs_decision("#_left") + needs_decision("#_right"))
    )
    found = model(body)
    result = found.evaluate("_sum", {"合同 金额": 100})
    assert result.value == 6
    assert [evaluated.name for evaluated in result.decisions] == ["Base Rate", "left", "right", "sum"]
    assert found.decisions["_sum"].required_decisions == ("_left", "_right")
    assert found.decisions["_Base Rate"].required_inputs == ("合同 金额",)
    assert found.decisions["_sum"].kind == "literalExpression"


def test_lets_logic_read_inputs_that_no_requirement_draws() -> None:
    assert value_of(literal("amount + 1"), {"amount": 1}) == 2


def test_names_a_variable_that_is_missing() -> None:
    result = model(decision("d", literal("amount > 5"))).evaluate("_d", {})
    assert result.value is None
    assert [(warning.kind, warning.name) for warning in result.warnings] == [("unknown_name", "amount")]


def test_knows_no_decision_of_another_name() -> None:
    with pytest.raises(NotFound) as caught:
        model(decision("d", literal("1"))).evaluate("d", {})
    assert caught.value.code == "decision_not_found"


CONTEXT = (
    "<context><contextEntry><variable name='net price'/>" + literal("100") + "</contextEntry>"
    "<contextEntry><variable name='tax' typeRef='number'/>" + literal("net price * 0.13") + "</contextEntry>{result}</context>"
)

DOUBLE = (
    "<context><contextEntry><variable name='double'/><functionDefinition><formalParameter name='n' typeRef='number'/>"
    + literal("n * 2")
    + "</functionDefinition></contextEntry><contextEntry>"
    + literal("double(4)")
    + "</contextEntry></context>"
)


@pytest.mark.parametrize(
    ("logic", "value"),
    [
        (literal("1 + 1"), 2),
        ("<literalExpression/>", None),
        (CONTEXT.format(result=""), {"net price": 100, "tax": 13}),
        (CONTEXT.format(result=f"<contextEntry>{literal('net price + tax')}</contextEntry>"), 113),
        (f"<list>{literal('1')}{literal('[2]')}</list>", [1, [2]]),
        (
            f"<relation><column name='a b'/><column name='c'/><row>{literal('1')}{literal('2')}</row></relation>",
            [{"a b": 1, "c": 2}],
        ),
        (f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", 1),
        (f"<conditional><if>{literal('null')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", 2),
        (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>", [2, 3]),
        (
            f"<for iteratorVariable='i'><in>{literal('[1..3]')}</in><return>{literal('i * count(partial)')}</return></for>",
            [0, 2, 6],
        ),
        (f"<some iteratorVariable='i'><in>{literal('[1, 2]')}</in><satisfies>{literal('i > 1')}</satisfies></some>", True),
        (f"<every iteratorVariable='i'><in>{literal('[1, 2]')}</in><satisfies>{literal('i > 1')}</satisfies></every>", False),
        (f"<invocation>{literal('abs')}<binding><parameter name='n'/>{literal('-2')}</binding></invocation>", 2),
        (
            DOUBLE,
            8,
        ),
    ],
)
def test_evaluates_boxed_expressions(logic: str, value: Any) -> None:
    assert value_of(logic, {"x": 2}) == value


def test_is_null_without_logic() -> None:
    assert value_of("") is None


KNOWLEDGE = (
    "<businessKnowledgeModel id='_fact' name='fact of'><encapsulatedLogic><formalParameter name='n' typeRef='number'/>"
    + literal("if n = 0 then 1 else n * fact of(n - 1)")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_calls_business_knowledge_models_that_call_themselves() -> None:
    by_text = decision("d", literal("fact of(5)"), needs_knowledge("#_fact"))
    assert model(KNOWLEDGE + by_text).evaluate("_d", {}).value == 120
    invocation = f"<invocation>{literal('fact of')}<binding><parameter name='n'/>{literal('x')}</binding></invocation>"
    boxed = model(KNOWLEDGE + decision("d", invocation, needs_knowledge("#_fact")))
    assert boxed.evaluate("_d", {"x": 4}).value == 24
    assert boxed.evaluate("_d", {"x": "four"}).value is None


def test_refuses_knowledge_that_calls_itself_for_ever() -> None:
    body = KNOWLEDGE + decision("d", literal("fact of(-1)"), needs_knowledge("#_fact"))
    with pytest.raises(InvalidInput) as caught:
        model(body).evaluate("_d", {})
    assert caught.value.code == "limit_exceeded"


TYPES = (
    "<itemDefinition name='tRegion'><typeRef>string</typeRef>"
    '<allowedValues><text>"N", "S"</text></allowedValues></itemDefinition>'
    "<itemDefinition name='tRegions' isCollection='true'><typeRef>tRegion</typeRef></itemDefinition>"
    "<itemDefinition name='tLine'><itemComponent name='unit price'><typeRef>number</typeRef></itemComponent>"
    "<itemComponent name='parts' isCollection='true'><typeRef>tLine</typeRef></itemComponent></itemDefinition>"
)


@pytest.mark.parametrize(
    ("type_ref", "text", "value"),
    [
        ("tRegion", '"N"', "N"),
        ("tRegion", '"W"', None),
        ("tRegion", "1", None),
        ("tRegion", '["N"]', "N"),
        ("tRegions", '["N", "S"]', ["N", "S"]),
        ("tRegions", '["N", "W"]', None),
        ("tRegions", '"N"', ["N"]),
        ("tLine", "{unit price: 1, parts: []}", {"unit price": 1, "parts": []}),
        (
            "tLine",
            "{unit price: 1, parts: [{unit price: 2, parts: null}]}",
            {"unit price": 1, "parts": [{"unit price": 2, "parts": None}]},
        ),
        ("tLine", '{unit price: "x", parts: []}', None),
        ("tLine", "{unit price: 1}", None),
        ("dateTime", 'date("2024-01-01")', "2024-01-01T00:00:00Z"),
        ("feel:number", "1", 1),
        ("Any", '"x"', "x"),
        ("boolean", "5 instance of tRegion", False),
        ("boolean", '"S" instance of tRegion', True),
    ],
)
def test_coerces_results_to_their_type(type_ref: str, text: str, value: Any) -> None:
    assert model(TYPES + decision("d", literal(text), type_ref=type_ref)).evaluate("_d", {}).value == value


def test_takes_dates_of_hosts_as_dates_or_texts() -> None:
    body = "<inputData id='_due' name='due'><variable name='due' typeRef='date'/></inputData>"
    found = model(body + decision("d", literal("due.year"), needs_input("#_due")))
    assert found.evaluate("_d", {"due": "2024-05-31"}).value == 2024
    assert found.evaluate("_d", {"due": date(2023, 1, 1)}).value == 2023
    assert found.evaluate("_d", {"due": "soon"}).value is None


def test_calls_decision_services_with_their_input_decisions_replaced() -> None:
    body = (
        AMOUNT
        + decision("rate", literal("0.5"))
        + decision("fee", literal("合同 金额 * rate"), needs_input("#_amount") + needs_decision("#_rate"))
        + "<decisionService id='_s' name='fee service'><variable name='fee service'/><outputDecision href='#_fee'/>"
        "<inputDecision href='#_rate'/><inputData href='#_amount'/></decisionService>"
        + decision("d", literal("[fee service(100, 0.1), fee]"), needs_knowledge("#_s") + needs_decision("#_fee"))
    )
    assert model(body).evaluate("_d", {"合同 金额": 10}).value == [10, 5]


def test_reads_imported_models_under_the_name_of_the_import() -> None:
    lib = model(TYPES + KNOWLEDGE + decision("limit", literal("500")), namespace="urn:lib")
    body = (
        "<import name='lib' namespace='urn:lib' importType='x'/>"
        + decision(
            "d",
            literal("lib.fact of(3) + lib.limit"),
            needs_knowledge("urn:lib#_fact") + needs_decision("urn:lib#_limit"),
        )
        + decision("e", literal('"W"'), type_ref="lib.tRegion")
    )
    found = model(body, imports={"urn:lib": lib})
    assert found.evaluate("_d", {}).value == 506
    assert found.evaluate("_e", {}).value is None


def test_asks_the_host_for_decisions_of_other_files() -> None:
    found = model(decision("d", literal("price_limit * 2"), needs_decision("parameters.dmn#price_limit")))
    assert found.decisions["_d"].required_decisions == ("price_limit",)
    asked: list[str] = []

    def requires(decision_id: str) -> int:
        asked.append(decision_id)
        return 21

    assert found.evaluate("_d", {}, requires=requires).value == 42
    assert asked == ["price_limit"]
    without = found.evaluate("_d", {})
    assert without.value is None
    assert ("unknown_decision", "price_limit") in [(warning.kind, warning.name) for warning in without.warnings]


def test_calls_functions_of_the_host_and_keeps_their_references() -> None:
    seat = object()
    functions = {"holders": Function.native(lambda _role: [seat], ("role",))}
    result = model(decision("d", literal('{seats: holders("dgm"), n: 1}'))).evaluate("_d", {}, functions=functions)
    assert result.value == {"seats": [seat], "n": 1}


def test_keeps_one_budget_for_all_decisions() -> None:
    body = decision("a", literal("for i in 1..600 return i")) + decision(
        "d", literal("for i in a return i"), needs_decision("#_a")
    )
    assert len(model(body).evaluate("_d", {}, limits=Limits(steps=5_000)).value) == 600
    with pytest.raises(InvalidInput):
        model(body).evaluate("_d", {}, limits=Limits(steps=1_000))


def test_explains_tables_inside_other_logic_by_their_own_id() -> None:
    inner = (
        "<decisionTable id='inner'><input><inputExpression><text>n</text></inputExpression></input><output/>"
        "<rule id='r1'><inputEntry><text>1</text></inputEntry>"
        '<outputEntry><text>"one"</text></outputEntry></rule></decisionTable>'
    )
    logic = (
        f"<context><contextEntry><variable name='n'/>{literal('1')}</contextEntry><contextEntry>{inner}</contextEntry></context>"
    )
    decisions = model(decision("d", logic)).evaluate("_d", {}, explain=True).decisions
    assert [(item.decision_id, item.rules_hit) for item in decisions] == [("inner", [(1, "r1")]), ("_d", [])]
