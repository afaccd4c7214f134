"""Which elements and attributes of DMN 1.1 to 1.5 are understood here; any other in a DMN namespace is refused, so that
nothing a file says is silently ignored. Elements of other namespaces are diagrams and extensions: harmless."""

from __future__ import annotations

from lxml import etree

from engine.dmn.xml import NAMESPACES, Problems, tag

_COMMON = frozenset({"id", "name", "label", "typeRef", "textFormat"})
_LOGIC = frozenset(
    {
        "literalExpression",
        "decisionTable",
        "context",
        "invocation",
        "functionDefinition",
        "relation",
        "list",
        "conditional",
        "filter",
        "for",
        "some",
        "every",
    }
)
_ANY_ELEMENT = ("description", "extensionElements")

_CHILDREN: dict[str, str] = {
    "definitions": "import itemDefinition inputData decision businessKnowledgeModel decisionService knowledgeSource "
    "elementCollection performanceIndicator organizationUnit textAnnotation association group businessContextElement",
    "itemDefinition": "typeRef allowedValues typeConstraint itemComponent functionItem",
    "itemComponent": "typeRef allowedValues typeConstraint itemComponent functionItem",
    "functionItem": "parameters",
    "inputData": "variable",
    "decision": "question allowedAnswers variable informationRequirement knowledgeRequirement authorityRequirement "
    "supportedObjective impactedPerformanceIndicator decisionMaker decisionOwner usingProcess usingTask LOGIC",
    "businessKnowledgeModel": "variable encapsulatedLogic knowledgeRequirement authorityRequirement",
    "decisionService": "variable outputDecision encapsulatedDecision inputDecision inputData",
    "informationRequirement": "requiredDecision requiredInput",
    "knowledgeRequirement": "requiredKnowledge",
    "encapsulatedLogic": "formalParameter LOGIC",
    "functionDefinition": "formalParameter LOGIC",
    "literalExpression": "text importedValues",
    "decisionTable": "input output annotation rule",
    "input": "inputExpression inputValues",
    "inputExpression": "text",
    "output": "outputValues defaultOutputEntry",
    "rule": "inputEntry outputEntry annotationEntry",
    "context": "contextEntry",
    "contextEntry": "variable LOGIC",
    "invocation": "binding LOGIC",
    "binding": "parameter LOGIC",
    "relation": "column row",
    "row": "LOGIC",
    "list": "LOGIC",
    "conditional": "if then else",
    "filter": "in match",
    "for": "in return",
    "some": "in satisfies",
    "every": "in satisfies",
    **dict.fromkeys(("if", "then", "else", "in", "match", "return", "satisfies"), "LOGIC"),
    **dict.fromkeys(
        ("inputValues", "outputValues", "allowedValues", "typeConstraint", "defaultOutputEntry", "inputEntry", "outputEntry"),
        "text",
    ),
    "annotationEntry": "text",
}
_ATTRIBUTES: dict[str, str] = {
    "definitions": "namespace exporter exporterVersion expressionLanguage typeLanguage",
    "import": "namespace locationURI importType",
    "itemDefinition": "isCollection typeLanguage",
    "itemComponent": "isCollection typeLanguage",
    "functionItem": "outputTypeRef",
    "functionDefinition": "kind",
    "encapsulatedLogic": "kind",
    "decisionTable": "hitPolicy aggregation preferredOrientation outputLabel",
    "literalExpression": "expressionLanguage",
    "for": "iteratorVariable",
    "some": "iteratorVariable",
    "every": "iteratorVariable",
    **dict.fromkeys(("inputExpression", "inputEntry", "outputEntry", "defaultOutputEntry"), "expressionLanguage"),
    **dict.fromkeys(("inputValues", "outputValues", "allowedValues", "typeConstraint"), "expressionLanguage constraintType"),
    **dict.fromkeys(("requiredDecision", "requiredInput", "requiredKnowledge"), "href"),
    **dict.fromkeys(("outputDecision", "encapsulatedDecision", "inputDecision", "inputData"), "href"),
    "decision": "versionTag",
}
_HARMLESS = frozenset(
    {
        "knowledgeSource",
        "elementCollection",
        "performanceIndicator",
        "organizationUnit",
        "textAnnotation",
        "association",
        "group",
        "businessContextElement",
        "authorityRequirement",
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
        "usingProcess",
        "usingTask",
        "question",
        "allowedAnswers",
        "description",
        "extensionElements",
    }
)
"""Documentation: their content says nothing about results."""


def check(root: etree._Element, problems: Problems) -> None:
    """Add a problem for everything that is not understood."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = tag(element)
        if not name or name in _HARMLESS:
            continue
        _check_attributes(element, name, problems)
        for inner in element:
            inner_name = tag(inner)
            if inner_name and not _may_hold(name, inner_name):
                problems.add(inner, f"expected an element that {name} may hold, but {inner_name} is not understood here")
            elif inner_name:
                waiting.append(inner)


def _may_hold(outer: str, inner: str) -> bool:
    allowed = _CHILDREN.get(outer, "").split()
    return inner in allowed or inner in _ANY_ELEMENT or ("LOGIC" in allowed and inner in _LOGIC)


def _check_attributes(element: etree._Element, name: str, problems: Problems) -> None:
    allowed = _ATTRIBUTES.get(name, "").split()
    for attribute in element.attrib:
        qualified = etree.QName(str(attribute))
        if qualified.namespace and qualified.namespace not in NAMESPACES:
            continue
        if qualified.localname not in _COMMON and qualified.localname not in allowed:
            problems.add(element, f"expected an attribute that {name} may have, but {qualified.localname} is not understood here")
