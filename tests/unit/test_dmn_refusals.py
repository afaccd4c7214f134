"""What is not understood is refused on load, with element, line and a sentence."""

from __future__ import annotations

import pytest

from engine.dmn import load
from engine.errors import InvalidInput

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
RULE = "<rule id='r'><inputEntry><text>1</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
INPUT = "<input id='i'><inputExpression><text>a</text></inputExpression></input>"


def xml_of(body: str, attributes: str = "", namespace: str = MODEL) -> bytes:
    return f"<definitions xmlns='{namespace}' id='f' name='f' namespace='n' {attributes}>\n{body}\n</definitions>".encode()


def table(inner: str, attributes: str = "") -> str:
    return f"<decision id='d' name='d'><decisionTable id='t' {attributes}>{inner}</decisionTable></decision>"


def logic(text: str) -> str:
    return f"<decision id='d' name='d'><literalExpression id='l'><text>{text}</text></literalExpression></decision>"


def information(reference: str) -> str:
    return f"<decision id='d' name='d'><informationRequirement id='q'>{reference}</informationRequirement></decision>"


@pytest.mark.parametrize(
    ("body", "element_id", "sentence"),
    [
        (logic("1 +"), "l", "the text ends"),
        (
            table(INPUT + "<output id='o'/>" + RULE.replace("<inputEntry><text>1", "<inputEntry id='c'><text>&gt;")),
            "c",
            "the text ends",
        ),
        (table(INPUT + "<output id='o'/>" + RULE, "hitPolicy='LAST'"), "t", "hit policies"),
        (table(INPUT + "<output id='o'/>" + RULE, "hitpolicy='FIRST'"), "t", "hitpolicy is not understood"),
        (table(INPUT + "<output id='o'/>" + RULE, "aggregation='SUM'"), "t", "with COLLECT"),
        (table(INPUT + "<output id='o'/>" + RULE, "hitPolicy='COLLECT' aggregation='AVERAGE'"), "t", "SUM, COUNT, MIN, MAX"),
        (table(INPUT + "<output id='o'/>" + RULE, "hitPolicy='PRIORITY'"), "t", "output values"),
        (table(INPUT + "<output id='o'/><output id='p'/>"), "t", "name of its own"),
        (table(INPUT + "<output id='o' name='a'/><output id='p' name='b'/>" + RULE), "r", "1 input and 2 output entries"),
        (table(INPUT), "t", "to have an output"),
        (table("<input id='i'><inputExpression/></input><output id='o'/>"), "i", "to have an expression"),
        (table(INPUT + "<output id='o' typeRef='tPrice'/>"), "o", "'tPrice' is not defined"),
        ("<decision id='d' name='d'><invented id='x'/></decision>", "x", "invented is not understood"),
        ("<decision id='d' name='d'/><decision id='d' name='e'/>", "d", "there twice"),
        (
            information("<requiredDecision href='#none'/>"),
            "q",
            "#none is none",
        ),
        (
            information("<requiredInput href='#d'/>"),
            "q",
            "inputData",
        ),
        (
            information("<requiredKnowledge href='other#b'/>").replace("information", "knowledge"),
            "q",
            "not at hand",
        ),
        (
            logic("1").replace("id='l'", "id='l' expressionLanguage='javascript'"),
            "l",
            "javascript",
        ),
        (
            "<decision id='d' name='d'><functionDefinition id='x' kind='Java'><context/></functionDefinition></decision>",
            "x",
            "kind Java",
        ),
        (logic("function(a) external {java: {}}"), "l", "external functions"),
        ("<businessKnowledgeModel id='b' name='b'/>", "b", "to have logic"),
        (
            (
                "<itemDefinition name='t'><typeRef>u</typeRef></itemDefinition>"
                "<itemDefinition name='u'><typeRef>t</typeRef></itemDefinition>"
            ),
            "f",
            "based on itself",
        ),
        ("<decisionService id='s' name='s'/>", "s", "output decision"),
        ("<decision id='d' name='d'><conditional id='c'><if><context/></if></conditional></decision>", "c", "'then'"),
    ],
    ids=range(24),
)
def test_refuses_what_it_does_not_understand(body: str, element_id: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        load(xml_of(body))
    assert caught.value.code == "invalid_dmn"
    problem = next(problem for problem in caught.value.facts["problems"] if sentence in problem["message"])
    assert problem["element_id"] == element_id
    assert problem["line"] == 2


def test_tells_all_problems_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        load(xml_of(logic("1 +") + table(INPUT + "<output id='o'/>", "hitPolicy='LAST'").replace("'d'", "'e'")))
    assert [problem["element_id"] for problem in caught.value.facts["problems"]] == ["l", "t"]


def test_refuses_decisions_and_knowledge_that_need_themselves() -> None:
    def needing(name: str, other: str) -> str:
        return information(f"<requiredDecision href='#{other}'/>").replace("'d'", f"'{name}'")

    with pytest.raises(InvalidInput, match="needs itself"):
        load(xml_of(needing("a", "b") + needing("b", "c") + needing("c", "a")))


def test_refuses_types_that_refer_to_each_other_without_end_or_too_deeply() -> None:
    chain = "".join(f"<itemDefinition name='t{n}'><typeRef>t{n + 1}</typeRef></itemDefinition>" for n in range(5_000))
    with pytest.raises(InvalidInput, match="less deeply"):
        load(xml_of(chain + "<itemDefinition name='t5000'><typeRef>string</typeRef></itemDefinition>"))


def test_tells_at_most_a_hundred_problems() -> None:
    with pytest.raises(InvalidInput) as caught:
        load(xml_of("", " ".join(f"a{number}='1'" for number in range(5_000))))
    assert len(caught.value.facts["problems"]) == 100


def test_refuses_a_chain_of_decisions_that_is_too_long_to_follow() -> None:
    chain = "".join(information(f"<requiredDecision href='#d{n + 1}'/>").replace("'d'", f"'d{n}'") for n in range(2_000))
    model = load(xml_of(chain + "<decision id='d2000' name='d2000'/>"))
    with pytest.raises(InvalidInput) as caught:
        model.evaluate("d0", {})
    assert caught.value.code == "limit_exceeded"
    assert model.evaluate("d1950", {}).value is None


def test_refuses_another_language_for_the_whole_file() -> None:
    with pytest.raises(InvalidInput, match="expected FEEL"):
        load(xml_of(logic("1"), "expressionLanguage='http://www.java.com/java'"))


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_reads_every_version_from_1_1_to_1_5(namespace: str) -> None:
    assert load(xml_of(logic("1 + 1"), namespace=namespace)).evaluate("d", {}).value == 2


def test_passes_over_diagrams_extensions_and_documentation() -> None:
    body = (
        "<extensionElements><x xmlns='urn:tool' any='thing'/></extensionElements>"
        "<decision id='d' name='d' xmlns:tool='urn:tool' tool:versionTag='2' versionTag='1'><description>why</description>"
        "<question>what?</question><authorityRequirement id='a'><requiredAuthority href='#k'/></authorityRequirement>"
        "<literalExpression><text>1</text></literalExpression></decision>"
        "<knowledgeSource id='k' name='rule book'/><textAnnotation id='n'><text>note</text></textAnnotation>"
        "<di:DMNDI xmlns:di='https://www.omg.org/spec/DMN/20191111/DMNDI/'><di:DMNDiagram/></di:DMNDI>"
    )
    assert load(xml_of(body)).evaluate("d", {}).value == 1


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"no xml",
        b"<definitions",
        xml_of(logic("1"))[:-5],
        b"<!DOCTYPE d [<!ENTITY a 'b'>]>" + xml_of(logic("&a;")),
        b"<!DOCTYPE d SYSTEM 'file:///etc/passwd'>" + xml_of(logic("1")),
        b"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + xml_of(logic("&x;")),
        b"<!DOCTYPE definitions>" + xml_of(logic("1")),
        xml_of(logic("1 " + " " * 2_100_000)),
        xml_of("<decision id='d' name='d'>" + "<list>" * 200 + "</list>" * 200 + "</decision>"),
        xml_of("<decision id='d' name='d'>" + "<list>" * 5_000 + "</list>" * 5_000 + "</decision>"),
    ],
    ids=range(11),
)
def test_refuses_xml_that_is_broken_huge_deep_or_reaches_out(xml: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        load(xml)
    assert caught.value.code == "invalid_xml"


def test_refuses_other_xml() -> None:
    with pytest.raises(InvalidInput) as caught:
        load(b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>")
    assert caught.value.code == "invalid_dmn"
