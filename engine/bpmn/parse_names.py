"""Every name of the file held against the dialect: unknown, refused and misplaced ones are problems."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.dialect import (
    BPMN,
    BPMN_ELEMENTS,
    HARMLESS_NAMESPACES,
    ZEEBE,
    ZEEBE_ATTRIBUTES,
    ZEEBE_ELEMENTS,
    Allowed,
    Treatment,
)
from engine.bpmn.parse_xml import Node, local_name, namespace, split_name
from engine.bpmn.problems import Problems

_REPEATABLE = frozenset({"header", "input", "output", "property"})


def check_names(root: Node, problems: Problems) -> None:
    todo = [root]
    while todo:
        node = todo.pop()
        home = namespace(node)
        if home in HARMLESS_NAMESPACES:
            continue
        if home == BPMN:
            descend = _check_bpmn(node, problems)
        elif home == ZEEBE:
            descend = _check_extension(node, problems)
        else:
            problems.add("unknown_name", f"expected BPMN, but <{local_name(node)}> belongs to {home or 'no namespace'}", node)
            descend = False
        if descend:
            todo.extend(reversed(node))


def _check_bpmn(node: Node, problems: Problems) -> bool:
    name = local_name(node)
    rule = BPMN_ELEMENTS.get(name)
    if rule is None:
        problems.add("unknown_name", f"expected an element of BPMN 2.0, but <{name}> is none", node)
        return False
    if rule.treatment is Treatment.REFUSED:
        problems.add("refused", f"<{name}> cannot be honoured: {rule.why}", node)
        return False
    for attribute, value in node.attrib.items():
        home, local = split_name(str(attribute))
        if home in HARMLESS_NAMESPACES or (home == ZEEBE and local in ZEEBE_ATTRIBUTES):
            continue
        if home:
            problems.add("unknown_name", f"expected attributes of BPMN on <{name}>, but {local} belongs to {home}", node)
        else:
            _check_attribute(node, name, local, str(value), rule.attributes, problems)
    if rule.treatment is Treatment.HARMLESS:
        for lost in node.iter(f"{{{ZEEBE}}}*"):
            problems.add("misplaced", f"expected <zeebe:{local_name(lost)}> on a step, but it stands in <{name}>", lost)
    return rule.treatment is Treatment.HONOURED


def _check_attribute(
    node: Node, name: str, attribute: str, value: str, allowed: Mapping[str, Allowed], problems: Problems
) -> None:
    treatment = allowed.get(attribute)
    if treatment is None:
        problems.add("unknown_name", f"expected a known attribute on <{name}>, but {attribute} is none", node)
    elif treatment is Treatment.REFUSED:
        problems.add("refused", f"the attribute {attribute} of <{name}> cannot be honoured", node)
    elif isinstance(treatment, frozenset) and value not in treatment:
        expected = " or ".join(sorted(treatment - {""})) or "nothing"
        problems.add("refused", f"expected {attribute} of <{name}> to be {expected}, but it is {value}", node)


def _check_extension(node: Node, problems: Problems) -> bool:
    name = local_name(node)
    rule = ZEEBE_ELEMENTS.get(name)
    if rule is None:
        problems.add("unknown_name", f"expected an extension element, but <zeebe:{name}> is none", node)
        return False
    if rule.treatment is Treatment.REFUSED:
        problems.add("refused", f"<zeebe:{name}> cannot be honoured: {rule.why}", node)
        return False
    parent = node.getparent()
    host = parent
    if parent is not None and local_name(parent) == "extensionElements":
        host = parent.getparent()
    if host is None or local_name(host) not in rule.on:
        where = "nothing" if host is None else local_name(host)
        problems.add("misplaced", f"expected <zeebe:{name}> on {' or '.join(rule.on)}, but it stands on {where}", node)
    if parent is not None and name not in _REPEATABLE and any(each is not node for each in parent.iterchildren(node.tag)):
        problems.add("duplicate", f"expected <zeebe:{name}> once, but it is there more than once", node)
    for attribute, value in node.attrib.items():
        home, local = split_name(str(attribute))
        if home:
            problems.add("unknown_name", f"expected plain attributes on <zeebe:{name}>, but {local} belongs to {home}", node)
        else:
            _check_attribute(node, f"zeebe:{name}", local, str(value), rule.attributes, problems)
    for attribute in rule.required:
        if not node.get(attribute):
            problems.add("missing", f"expected {attribute} on <zeebe:{name}>, but there is none", node)
    return True
