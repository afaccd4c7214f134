"""Shipped diagrams with one branch that is never taken, shipped tables with one row less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BRANCHING = frozenset({f"{BPMN}exclusiveGateway", f"{BPMN}inclusiveGateway"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """`what` is gone; `name` is the file, `content` what is left of it. `touches`: element ids or a rule id that a
    scenario must have met to notice."""

    what: str
    name: str
    content: bytes
    touches: frozenset[str]


def of_diagram(name: str, content: bytes) -> Iterator[Mutant]:
    """With each branch of a gateway that chooses, and each conditional flow, never taken.

    The flow stays drawn: without it the diagram would not even be valid, and no scenario would have to notice.
    """
    for flow_id in _branches(etree.fromstring(content)):
        tree = etree.fromstring(content)
        flow = next(each for each in tree.iter(f"{BPMN}sequenceFlow") if each.get("id") == flow_id)
        for condition in flow.findall(f"{BPMN}conditionExpression"):
            flow.remove(condition)
        etree.SubElement(flow, f"{BPMN}conditionExpression").text = "=false"
        for element in tree.iter():
            if element.get("default") == flow_id:
                del element.attrib["default"]
        source, target = str(flow.get("sourceRef")), str(flow.get("targetRef"))
        yield Mutant(f"{name}: branch {flow_id} ({source} -> {target})", name, etree.tostring(tree), frozenset({source, target}))


def of_table(name: str, content: bytes) -> Iterator[Mutant]:
    """Without each rule of each decision table."""
    rules = [e for e in etree.fromstring(content).iter() if _local(e) == "rule"]
    for place, rule in enumerate(rules):
        tree = etree.fromstring(content)
        gone = [e for e in tree.iter() if _local(e) == "rule"][place]
        table = gone.getparent()
        assert table is not None
        table.remove(gone)
        rule_id = str(rule.get("id"))
        yield Mutant(f"{name}: rule {rule_id}", name, etree.tostring(tree), frozenset({rule_id}))


def _branches(tree: etree._Element) -> list[str]:
    choosing = {str(e.get("id")) for e in tree.iter() if e.tag in BRANCHING}
    by_source: dict[str, list[etree._Element]] = {}
    for flow in tree.iter(f"{BPMN}sequenceFlow"):
        by_source.setdefault(str(flow.get("sourceRef")), []).append(flow)
    found = []
    for source, flows in by_source.items():
        for flow in flows:
            is_conditional = flow.find(f"{BPMN}conditionExpression") is not None
            if is_conditional or (source in choosing and len(flows) > 1):
                found.append(str(flow.get("id")))
    return found


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
