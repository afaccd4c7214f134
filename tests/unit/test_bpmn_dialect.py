"""Every name of BPMN 2.0 and of the extension namespace is honoured, harmless or refused; nothing is silently ignored.

The names below are those of the schemas (BPMN 2.0.2, Semantic.xsd, and the extension namespace's own), not of our table.
"""

from __future__ import annotations

import pytest

from engine.bpmn.dialect import BPMN_ELEMENTS, ZEEBE_ATTRIBUTES, ZEEBE_ELEMENTS, Treatment
from engine.bpmn.parse import parse
from tests.engine.bpmn_story import NAMESPACES, Shape, diagram, problems, user

_FLOW_NODE = "id name"
_ACTIVITY = f"{_FLOW_NODE} isForCompensation startQuantity completionQuantity default"
_GATEWAY = f"{_FLOW_NODE} gatewayDirection"
_CATCH = f"{_FLOW_NODE} parallelMultiple"
_EXPRESSION = "id language evaluatesToTypeRef"

SCHEMA: dict[str, str] = {
    "adHocSubProcess": f"{_ACTIVITY} triggeredByEvent cancelRemainingInstances ordering",
    "artifact": "id",
    "assignment": "id",
    "association": "id sourceRef targetRef associationDirection",
    "auditing": "id",
    "baseElement": "id",
    "baseElementWithMixedContent": "id",
    "boundaryEvent": f"{_CATCH} cancelActivity attachedToRef",
    "businessRuleTask": f"{_ACTIVITY} implementation",
    "callActivity": f"{_ACTIVITY} calledElement",
    "callChoreography": f"{_FLOW_NODE} initiatingParticipantRef loopType calledChoreographyRef",
    "callConversation": "id name calledCollaborationRef",
    "callableElement": "id name",
    "cancelEventDefinition": "id",
    "catchEvent": "id name",
    "category": "id name",
    "categoryValue": "id value",
    "choreography": "id name isClosed",
    "choreographyActivity": "id name",
    "choreographyTask": f"{_FLOW_NODE} initiatingParticipantRef loopType",
    "collaboration": "id name isClosed",
    "compensateEventDefinition": "id waitForCompletion activityRef",
    "complexBehaviorDefinition": "id",
    "complexGateway": f"{_GATEWAY} default",
    "conditionalEventDefinition": "id",
    "conversation": "id name",
    "conversationAssociation": "id innerConversationNodeRef outerConversationNodeRef",
    "conversationLink": "id name sourceRef targetRef",
    "conversationNode": "id name",
    "correlationKey": "id name",
    "correlationProperty": "id name type",
    "correlationPropertyBinding": "id correlationPropertyRef",
    "correlationPropertyRetrievalExpression": "id messageRef",
    "correlationSubscription": "id correlationKeyRef",
    "dataAssociation": "id",
    "dataInput": "id name itemSubjectRef isCollection",
    "dataInputAssociation": "id",
    "dataObject": "id name itemSubjectRef isCollection",
    "dataObjectReference": "id name itemSubjectRef dataObjectRef",
    "dataOutput": "id name itemSubjectRef isCollection",
    "dataOutputAssociation": "id",
    "dataState": "id name",
    "dataStore": "id name capacity isUnlimited itemSubjectRef",
    "dataStoreReference": "id name itemSubjectRef dataStoreRef",
    "definitions": "id name targetNamespace expressionLanguage typeLanguage exporter exporterVersion",
    "documentation": "id textFormat",
    "endEvent": _FLOW_NODE,
    "endPoint": "id",
    "error": "id name errorCode structureRef",
    "errorEventDefinition": "id errorRef",
    "escalation": "id name escalationCode structureRef",
    "escalationEventDefinition": "id escalationRef",
    "event": "id name",
    "eventBasedGateway": f"{_GATEWAY} instantiate eventGatewayType",
    "eventDefinition": "id",
    "exclusiveGateway": f"{_GATEWAY} default",
    "expression": "id",
    "extension": "definition mustUnderstand",
    "extensionElements": "",
    "flowElement": "id name",
    "flowNode": "id name",
    "formalExpression": "id",
    "gateway": "id name",
    "globalBusinessRuleTask": "id name implementation",
    "globalChoreographyTask": "id name isClosed initiatingParticipantRef",
    "globalConversation": "id name isClosed",
    "globalManualTask": "id name",
    "globalScriptTask": "id name scriptLanguage",
    "globalTask": "id name",
    "globalUserTask": "id name implementation",
    "group": "id categoryValueRef",
    "humanPerformer": "id name",
    "implicitThrowEvent": "id name",
    "import": "namespace location importType",
    "inclusiveGateway": f"{_GATEWAY} default",
    "inputSet": "id name",
    "interface": "id name implementationRef",
    "intermediateCatchEvent": _CATCH,
    "intermediateThrowEvent": _FLOW_NODE,
    "ioBinding": "id operationRef inputDataRef outputDataRef",
    "ioSpecification": "id",
    "itemDefinition": "id structureRef isCollection itemKind",
    "lane": "id name partitionElementRef",
    "laneSet": "id name",
    "linkEventDefinition": "id name",
    "loopCharacteristics": "id",
    "manualTask": _ACTIVITY,
    "message": "id name itemRef",
    "messageEventDefinition": "id messageRef",
    "messageFlow": "id name sourceRef targetRef messageRef",
    "messageFlowAssociation": "id innerMessageFlowRef outerMessageFlowRef",
    "monitoring": "id",
    "multiInstanceLoopCharacteristics": "id isSequential behavior oneBehaviorEventRef noneBehaviorEventRef",
    "operation": "id name implementationRef",
    "outputSet": "id name",
    "parallelGateway": _GATEWAY,
    "participant": "id name processRef",
    "participantAssociation": "id",
    "participantMultiplicity": "id minimum maximum",
    "partnerEntity": "id name",
    "partnerRole": "id name",
    "performer": "id name",
    "potentialOwner": "id name",
    "process": "id name processType isClosed isExecutable definitionalCollaborationRef",
    "property": "id name itemSubjectRef",
    "receiveTask": f"{_ACTIVITY} implementation instantiate messageRef operationRef",
    "relationship": "id type direction",
    "rendering": "id",
    "resource": "id name",
    "resourceAssignmentExpression": "id",
    "resourceParameter": "id name type isRequired",
    "resourceParameterBinding": "id parameterRef",
    "resourceRole": "id name",
    "rootElement": "id",
    "script": "",
    "scriptTask": f"{_ACTIVITY} scriptFormat",
    "sendTask": f"{_ACTIVITY} implementation messageRef operationRef",
    "sequenceFlow": "id name sourceRef targetRef isImmediate",
    "serviceTask": f"{_ACTIVITY} implementation operationRef",
    "signal": "id name structureRef",
    "signalEventDefinition": "id signalRef",
    "standardLoopCharacteristics": "id testBefore loopMaximum",
    "startEvent": f"{_CATCH} isInterrupting",
    "subChoreography": f"{_FLOW_NODE} initiatingParticipantRef loopType",
    "subConversation": "id name",
    "subProcess": f"{_ACTIVITY} triggeredByEvent",
    "task": _ACTIVITY,
    "terminateEventDefinition": "id",
    "text": "",
    "textAnnotation": "id textFormat",
    "throwEvent": "id name",
    "timerEventDefinition": "id",
    "transaction": f"{_ACTIVITY} triggeredByEvent method",
    "userTask": f"{_ACTIVITY} implementation",
    # elements declared inside types
    "activationCondition": "id",
    "categoryValueRef": "",
    "childLaneSet": "id name",
    "choreographyRef": "",
    "completionCondition": _EXPRESSION,
    "condition": "id",
    "conditionExpression": _EXPRESSION,
    "correlationPropertyRef": "",
    "dataInputRefs": "",
    "dataOutputRefs": "",
    "dataPath": _EXPRESSION,
    "endPointRef": "",
    "errorRef": "",
    "eventDefinitionRef": "",
    "flowNodeRef": "",
    "from": _EXPRESSION,
    "inMessageRef": "",
    "incoming": "",
    "innerParticipantRef": "",
    "inputDataItem": "id name itemSubjectRef isCollection",
    "inputSetRefs": "",
    "interfaceRef": "",
    "loopCardinality": _EXPRESSION,
    "loopCondition": "id",
    "loopDataInputRef": "",
    "loopDataOutputRef": "",
    "messageFlowRef": "",
    "messagePath": _EXPRESSION,
    "operationRef": "",
    "optionalInputRefs": "",
    "optionalOutputRefs": "",
    "outMessageRef": "",
    "outerParticipantRef": "",
    "outgoing": "",
    "outputDataItem": "id name itemSubjectRef isCollection",
    "outputSetRefs": "",
    "participantRef": "",
    "partitionElement": "",
    "resourceRef": "",
    "source": "",
    "sourceRef": "",
    "supportedInterfaceRef": "",
    "supports": "",
    "target": "",
    "targetRef": "",
    "timeCycle": _EXPRESSION,
    "timeDate": _EXPRESSION,
    "timeDuration": _EXPRESSION,
    "to": _EXPRESSION,
    "transformation": _EXPRESSION,
    "whileExecutingInputRefs": "",
    "whileExecutingOutputRefs": "",
}
EXTENSIONS: dict[str, str] = {
    "adHoc": "activeElementsCollection outputCollection outputElement",
    "assignmentDefinition": "assignee candidateGroups candidateUsers",
    "calledDecision": "decisionId resultVariable bindingType versionTag",
    "calledElement": "processId propagateAllChildVariables propagateAllParentVariables bindingType versionTag",
    "conditionalFilter": "variableNames variableEvents",
    "executionListener": "eventType type retries",
    "executionListeners": "",
    "formDefinition": "formId formKey externalReference bindingType versionTag",
    "header": "key value",
    "input": "source target",
    "ioMapping": "",
    "linkedResource": "resourceId resourceType bindingType versionTag linkName",
    "linkedResources": "",
    "loopCharacteristics": "inputCollection inputElement outputCollection outputElement",
    "output": "source target",
    "priorityDefinition": "priority",
    "properties": "",
    "property": "name value",
    "script": "expression resultVariable",
    "subscription": "correlationKey",
    "taskDefinition": "type retries",
    "taskHeaders": "",
    "taskListener": "eventType type retries",
    "taskListeners": "",
    "taskSchedule": "dueDate followUpDate",
    "userTask": "",
    "userTaskForm": "id",
    "versionTag": "value",
}
REFUSED = sorted(name for name, rule in BPMN_ELEMENTS.items() if rule.treatment is Treatment.REFUSED)
REFUSED_EXTENSIONS = sorted(name for name, rule in ZEEBE_ELEMENTS.items() if rule.treatment is Treatment.REFUSED)


def test_every_element_of_the_schema_has_its_treatment_and_no_other_is_known() -> None:
    assert BPMN_ELEMENTS.keys() == SCHEMA.keys()


@pytest.mark.parametrize("name", sorted(SCHEMA))
def test_every_attribute_of_the_schema_has_its_treatment(name: str) -> None:
    missing = set(SCHEMA[name].split()) - BPMN_ELEMENTS[name].attributes.keys()
    if BPMN_ELEMENTS[name].treatment is not Treatment.REFUSED:
        assert not missing


@pytest.mark.parametrize("name", sorted(EXTENSIONS))
def test_every_name_of_the_extension_namespace_has_its_treatment(name: str) -> None:
    assert set(EXTENSIONS[name].split()) <= ZEEBE_ELEMENTS[name].attributes.keys()


def test_attributes_of_templates_are_harmless() -> None:
    assert ZEEBE_ATTRIBUTES.keys() == {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}
    parse(diagram("s->a; a->e", user("a", **{"zeebe:modelerTemplate": "t"})))


def test_every_refusal_has_a_reason() -> None:
    for name in REFUSED:
        assert len(BPMN_ELEMENTS[name].why.split()) >= 3, name
    for name in REFUSED_EXTENSIONS:
        assert len(ZEEBE_ELEMENTS[name].why.split()) >= 3, name


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_element_is_told_with_its_id_and_line(name: str) -> None:
    xml = diagram("s->a; a->e", user("a"), more=f'\n\n<{name} id="there"/>')
    (problem,) = problems(xml)
    assert (problem["element_id"], problem["line"], problem["code"]) == ("there", 3, "refused")
    assert f"<{name}>" in problem["sentence"]
    assert BPMN_ELEMENTS[name].why in problem["sentence"]


@pytest.mark.parametrize("name", REFUSED_EXTENSIONS)
def test_a_refused_extension_is_told(name: str) -> None:
    (problem,) = problems(diagram("s->a; a->e", user("a", extensions=f"<zeebe:{name}/>")))
    assert (problem["element_id"], problem["code"]) == ("a", "refused")


HONOURED_HERE = sorted(
    name
    for name, rule in BPMN_ELEMENTS.items()
    if rule.treatment is not Treatment.REFUSED and name not in ("definitions", "incoming", "outgoing")
)


@pytest.mark.parametrize("name", HONOURED_HERE)
def test_an_unknown_attribute_is_refused_on_every_element(name: str) -> None:
    found = problems(diagram("s->a; a->e", user("a"), more=f'<{name} id="there" colour="red"/>'))
    assert any(p["code"] == "unknown_name" and "colour" in p["sentence"] for p in found)


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        (name, attribute)
        for name, rule in BPMN_ELEMENTS.items()
        for attribute, allowed in rule.attributes.items()
        if rule.treatment is Treatment.HONOURED
        and (allowed is Treatment.REFUSED or isinstance(allowed, frozenset))
        and name != "definitions"
    ],
)
def test_an_attribute_that_cannot_be_honoured_is_refused(name: str, attribute: str) -> None:
    found = problems(diagram("s->a; a->e", user("a"), more=f'<{name} id="there" {attribute}="strange"/>'))
    assert any(p["code"] == "refused" and attribute in p["sentence"] for p in found)


@pytest.mark.parametrize(
    "xml", ["<unknownThing/>", '<camunda:formData xmlns:camunda="http://camunda.org/schema/1.0/bpmn"/>', '<x xmlns=""/>']
)
def test_unknown_elements_are_refused(xml: str) -> None:
    assert problems(diagram("s->a; a->e", user("a"), more=xml))[0]["code"] == "unknown_name"


def test_settings_of_another_dialect_are_refused() -> None:
    attributes = {"xmlns:camunda": "http://camunda.org/schema/1.0/bpmn", "camunda:candidateGroups": "sales"}
    (problem,) = problems(diagram("s->a; a->e", user("a", **attributes)))
    assert "candidateGroups" in problem["sentence"]


def test_pictures_colours_and_notes_are_harmless() -> None:
    picture = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="di"><bpmndi:BPMNPlane bpmnElement="p"/>'
        "</bpmndi:BPMNDiagram></definitions>"
    )
    lanes = '<laneSet id="ls"><lane id="l1" name="Sales"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    note = '<textAnnotation id="n1"><text>hello</text></textAnnotation><association id="as" sourceRef="a" targetRef="n1"/>'
    task = user(
        "a",
        "<documentation>why</documentation>",
        **{"xmlns:bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0", "bioc:fill": "#fff"},
    )
    xml = diagram("s->a; a->e", task, more=lanes + note).replace(b"</definitions>", picture.encode())
    assert parse(xml)[0].elements.keys() == {"s", "a", "e"}


def test_pools_give_one_definition_for_each_executable_process() -> None:
    xml = (
        f'<definitions {NAMESPACES} id="defs"><collaboration id="c"><participant id="p1" processRef="one"/>'
        '<participant id="p2" name="customer"/><messageFlow id="mf" sourceRef="a" targetRef="p2"/></collaboration>'
        '<process id="one" isExecutable="true"><userTask id="a"/></process><process id="two"><userTask id="b"/></process>'
        '<process id="paper" isExecutable="false"><task id="c1"/></process></definitions>'
    ).encode()
    assert [definition.process_id for definition in parse(xml)] == ["one", "two"]


def test_extensions_stand_where_they_belong() -> None:
    form = '<zeebe:formDefinition formId="f"/>'
    (problem,) = problems(diagram("s->a; a->e", Shape("serviceTask", "a", "", '<zeebe:taskDefinition type="t"/>' + form)))
    assert (problem["code"], problem["element_id"]) == ("misplaced", "a")
    twice = '<zeebe:assignmentDefinition assignee="x"/><zeebe:assignmentDefinition assignee="y"/>'
    assert problems(diagram("s->a; a->e", user("a", extensions=twice)))[0]["code"] == "duplicate"
    (problem,) = problems(diagram("s->a; a->e", user("a", extensions="<zeebe:formDefinition/>")))
    assert problem["code"] == "missing"
    (problem,) = problems(diagram("s->a; a->e", user("a", extensions='<zeebe:taskSchedule dueDat="P1D"/>')))
    assert "dueDat" in problem["sentence"]
