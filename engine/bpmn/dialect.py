"""Every name of BPMN 2.0.2 and of the extension namespace: honoured, harmless (it changes nothing we do) or refused.

An attribute's entry may also be the only values accepted: with any other value we would have to do something we do not.
A name that stands nowhere here is refused as unknown, so nothing of a diagram is ever silently ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

HARMLESS_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://camunda.org/schema/modeler/1.0",
        XSI,
        "http://www.w3.org/XML/1998/namespace",
    }
)
"""Pictures, colours and notes of the drawing tools."""


class Treatment(StrEnum):
    HONOURED = "honoured"
    HARMLESS = "harmless"
    REFUSED = "refused"


Allowed: TypeAlias = Treatment | frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    treatment: Treatment
    attributes: Mapping[str, Allowed]
    why: str = ""


_H, _N, _R = Treatment.HONOURED, Treatment.HARMLESS, Treatment.REFUSED


def _only(*values: str) -> frozenset[str]:
    return frozenset(values)


def _honoured(**attributes: Allowed) -> Rule:
    return Rule(_H, MappingProxyType({"id": _H, **attributes}))


def _harmless(*names: str) -> Rule:
    return Rule(_N, MappingProxyType(dict.fromkeys(("id", "name", *names), _N)))


def _refused(why: str, *names: str) -> Rule:
    return Rule(_R, MappingProxyType(dict.fromkeys(("id", "name", *names), _R)), why)


_ONE = _only("1")
_FALSE = _only("false")
_FEEL = _only(
    "",
    "feel",
    "FEEL",
    "application/feel",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
)
_ACTIVITY: Mapping[str, Allowed] = {
    "name": _H,
    "isForCompensation": _H,
    "startQuantity": _ONE,
    "completionQuantity": _ONE,
    "default": _H,
}
_TASK: Mapping[str, Allowed] = {**_ACTIVITY, "implementation": _N}
_GATEWAY: Mapping[str, Allowed] = {"name": _H, "gatewayDirection": _N}
_CATCH: Mapping[str, Allowed] = {"name": _H, "parallelMultiple": _FALSE}
_EXPRESSION: Mapping[str, Allowed] = {"language": _FEEL, "evaluatesToTypeRef": _N}

_CHOREOGRAPHY = "choreographies are not run"
_CONVERSATION = "conversations are not run"
_DATA = "data associations are not run; variables are mapped with zeebe:ioMapping"
_RESOURCE = "who does a task is said with zeebe:assignmentDefinition"
_ABSTRACT = "it is abstract: no diagram can hold it"
_SERVICE = "operations of web services are not called; a job type is named with zeebe:taskDefinition"
_CORRELATION = "messages are correlated by zeebe:subscription"
_LOOP = "a standard loop is drawn as a loop with a gateway"
_GLOBAL = "global tasks cannot be called"
_TYPES = "the body of a throw with several parts is not supported"

BPMN_ELEMENTS: Mapping[str, Rule] = MappingProxyType(
    {
        # the file
        "definitions": _honoured(
            name=_N,
            targetNamespace=_N,
            typeLanguage=_N,
            exporter=_N,
            exporterVersion=_N,
            expressionLanguage=_FEEL | _only("http://www.w3.org/1999/XPath"),
        ),
        "import": _refused("files that import others are not read", "namespace", "location", "importType"),
        "extension": _refused("extensions that must be understood are not", "mustUnderstand", "definition"),
        "relationship": _refused("relationships to other files are not read", "type", "direction"),
        "documentation": _harmless("textFormat"),
        "extensionElements": _honoured(),
        "category": _harmless(),
        "categoryValue": _harmless("value"),
        "association": _honoured(sourceRef=_H, targetRef=_H, associationDirection=_N),
        "group": _harmless("categoryValueRef"),
        "textAnnotation": _harmless("textFormat"),
        "text": _harmless(),
        # processes
        "process": _honoured(name=_H, isExecutable=_H, processType=_N, isClosed=_N, definitionalCollaborationRef=_N),
        "collaboration": _honoured(name=_N, isClosed=_N),
        "participant": _honoured(name=_N, processRef=_H, partnerRoleRef=_N, partnerEntityRef=_N),
        "participantMultiplicity": _refused("participants with a multiplicity are not run", "minimum", "maximum"),
        "messageFlow": _harmless("sourceRef", "targetRef", "messageRef"),
        "laneSet": _harmless(),
        "childLaneSet": _harmless(),
        "lane": _harmless("partitionElementRef"),
        "flowNodeRef": _harmless(),
        "partitionElement": _harmless(),
        "sequenceFlow": _honoured(name=_H, sourceRef=_H, targetRef=_H, isImmediate=_N),
        "conditionExpression": _honoured(**_EXPRESSION),
        "incoming": _honoured(),
        "outgoing": _honoured(),
        # activities
        "task": _honoured(**_ACTIVITY),
        "userTask": _honoured(**_TASK),
        "serviceTask": _honoured(**_TASK, operationRef=_R),
        "sendTask": _honoured(**_TASK, messageRef=_H, operationRef=_R),
        "receiveTask": _honoured(**_TASK, messageRef=_H, operationRef=_R, instantiate=_FALSE),
        "scriptTask": _honoured(**_ACTIVITY, scriptFormat=_FEEL),
        "script": _refused("a script is one FEEL expression in zeebe:script"),
        "businessRuleTask": _honoured(**_TASK),
        "manualTask": _honoured(**_ACTIVITY),
        "callActivity": _honoured(**_ACTIVITY, calledElement=_R),
        "subProcess": _honoured(**_ACTIVITY, triggeredByEvent=_H),
        "transaction": _refused("transactions are not run", *_ACTIVITY, "triggeredByEvent", "method"),
        "adHocSubProcess": _refused(
            "ad-hoc sub-processes are not run", *_ACTIVITY, "triggeredByEvent", "cancelRemainingInstances", "ordering"
        ),
        "multiInstanceLoopCharacteristics": _honoured(
            isSequential=_H, behavior=_only("All"), oneBehaviorEventRef=_R, noneBehaviorEventRef=_R
        ),
        "loopCardinality": _honoured(**_EXPRESSION),
        "loopDataInputRef": _honoured(),
        "loopDataOutputRef": _honoured(),
        "inputDataItem": _honoured(name=_H, itemSubjectRef=_N, isCollection=_N),
        "outputDataItem": _honoured(name=_H, itemSubjectRef=_N, isCollection=_N),
        "completionCondition": _honoured(**_EXPRESSION),
        "complexBehaviorDefinition": _refused("complex behaviour of multi-instance is not run"),
        "standardLoopCharacteristics": _refused(_LOOP, "testBefore", "loopMaximum"),
        "loopCondition": _refused(_LOOP),
        # events
        "startEvent": _honoured(**_CATCH, isInterrupting=_H),
        "intermediateCatchEvent": _honoured(**_CATCH),
        "boundaryEvent": _honoured(**_CATCH, attachedToRef=_H, cancelActivity=_H),
        "intermediateThrowEvent": _honoured(name=_H),
        "implicitThrowEvent": _refused("implicit throw events are not run"),
        "endEvent": _honoured(name=_H),
        "messageEventDefinition": _honoured(messageRef=_H, operationRef=_R),
        "signalEventDefinition": _honoured(signalRef=_H),
        "timerEventDefinition": _honoured(),
        "timeDate": _honoured(**_EXPRESSION),
        "timeDuration": _honoured(**_EXPRESSION),
        "timeCycle": _honoured(**_EXPRESSION),
        "errorEventDefinition": _honoured(errorRef=_H),
        "escalationEventDefinition": _honoured(escalationRef=_H),
        "compensateEventDefinition": _honoured(activityRef=_H, waitForCompletion=_only("true")),
        "terminateEventDefinition": _honoured(),
        "cancelEventDefinition": _refused("cancel events belong to transactions, which are not run"),
        "conditionalEventDefinition": _refused("conditional events are not run"),
        "condition": _refused("conditional events are not run"),
        "linkEventDefinition": _refused("link events are not run; draw the sequence flow"),
        "source": _refused("link events are not run"),
        "target": _refused("link events are not run"),
        "eventDefinitionRef": _refused("event definitions are not shared; repeat the definition at the event"),
        "message": _honoured(name=_H, itemRef=_N),
        "signal": _honoured(name=_H, structureRef=_N),
        "error": _honoured(name=_H, errorCode=_H, structureRef=_N),
        "escalation": _honoured(name=_H, escalationCode=_H, structureRef=_N),
        # gateways
        "exclusiveGateway": _honoured(**_GATEWAY, default=_H),
        "inclusiveGateway": _honoured(**_GATEWAY, default=_H),
        "parallelGateway": _honoured(**_GATEWAY),
        "eventBasedGateway": _honoured(**_GATEWAY, instantiate=_FALSE, eventGatewayType=_only("Exclusive")),
        "complexGateway": _refused("complex gateways are not run", "gatewayDirection", "default"),
        "activationCondition": _refused("complex gateways are not run"),
        # data
        "itemDefinition": _harmless("structureRef", "isCollection", "itemKind"),
        "dataObject": _harmless("itemSubjectRef", "isCollection"),
        "dataObjectReference": _harmless("itemSubjectRef", "dataObjectRef"),
        "dataState": _harmless(),
        "dataStore": _harmless("capacity", "isUnlimited", "itemSubjectRef"),
        "dataStoreReference": _harmless("itemSubjectRef", "dataStoreRef"),
        "property": _refused("properties are not run; use variables", "itemSubjectRef"),
        "ioSpecification": _refused(_DATA),
        "ioBinding": _refused(_DATA, "operationRef", "inputDataRef", "outputDataRef"),
        "dataInput": _refused(_DATA, "itemSubjectRef", "isCollection"),
        "dataOutput": _refused(_DATA, "itemSubjectRef", "isCollection"),
        "inputSet": _refused(_DATA),
        "outputSet": _refused(_DATA),
        "dataInputRefs": _refused(_DATA),
        "dataOutputRefs": _refused(_DATA),
        "optionalInputRefs": _refused(_DATA),
        "optionalOutputRefs": _refused(_DATA),
        "whileExecutingInputRefs": _refused(_DATA),
        "whileExecutingOutputRefs": _refused(_DATA),
        "inputSetRefs": _refused(_DATA),
        "outputSetRefs": _refused(_DATA),
        "dataAssociation": _refused(_DATA),
        "dataInputAssociation": _refused(_DATA),
        "dataOutputAssociation": _refused(_DATA),
        "sourceRef": _refused(_DATA),
        "targetRef": _refused(_DATA),
        "transformation": _refused(_DATA, "language", "evaluatesToTypeRef"),
        "assignment": _refused(_DATA),
        "from": _refused(_DATA, "language", "evaluatesToTypeRef"),
        "to": _refused(_DATA, "language", "evaluatesToTypeRef"),
        # people
        "resource": _refused(_RESOURCE),
        "resourceRole": _refused(_RESOURCE),
        "performer": _refused(_RESOURCE),
        "humanPerformer": _refused(_RESOURCE),
        "potentialOwner": _refused(_RESOURCE),
        "resourceRef": _refused(_RESOURCE),
        "resourceParameter": _refused(_RESOURCE, "type", "isRequired"),
        "resourceParameterBinding": _refused(_RESOURCE, "parameterRef"),
        "resourceAssignmentExpression": _refused(_RESOURCE),
        "rendering": _refused("forms are named with zeebe:formDefinition"),
        # services and correlation
        "interface": _refused(_SERVICE, "implementationRef"),
        "operation": _refused(_SERVICE, "implementationRef"),
        "inMessageRef": _refused(_SERVICE),
        "outMessageRef": _refused(_SERVICE),
        "errorRef": _refused(_SERVICE),
        "operationRef": _refused(_SERVICE),
        "interfaceRef": _refused(_SERVICE),
        "endPoint": _refused(_SERVICE),
        "endPointRef": _refused(_SERVICE),
        "supportedInterfaceRef": _refused(_SERVICE),
        "supports": _refused("supported processes are not read"),
        "correlationKey": _refused(_CORRELATION),
        "correlationProperty": _refused(_CORRELATION, "type"),
        "correlationPropertyRef": _refused(_CORRELATION),
        "correlationPropertyBinding": _refused(_CORRELATION, "correlationPropertyRef"),
        "correlationPropertyRetrievalExpression": _refused(_CORRELATION, "messageRef"),
        "correlationSubscription": _refused(_CORRELATION, "correlationKeyRef"),
        "messagePath": _refused(_CORRELATION, "language", "evaluatesToTypeRef"),
        "dataPath": _refused(_CORRELATION, "language", "evaluatesToTypeRef"),
        # what watches
        "auditing": _harmless(),
        "monitoring": _harmless(),
        # global tasks
        "globalTask": _refused(_GLOBAL),
        "globalUserTask": _refused(_GLOBAL, "implementation"),
        "globalManualTask": _refused(_GLOBAL),
        "globalScriptTask": _refused(_GLOBAL, "scriptLanguage"),
        "globalBusinessRuleTask": _refused(_GLOBAL, "implementation"),
        # partners, conversations, choreographies
        "partnerEntity": _harmless(),
        "partnerRole": _harmless(),
        "participantRef": _refused(_CONVERSATION),
        "participantAssociation": _refused(_CONVERSATION),
        "innerParticipantRef": _refused(_CONVERSATION),
        "outerParticipantRef": _refused(_CONVERSATION),
        "messageFlowAssociation": _refused(_CONVERSATION, "innerMessageFlowRef", "outerMessageFlowRef"),
        "messageFlowRef": _refused(_CONVERSATION),
        "choreographyRef": _refused(_CHOREOGRAPHY),
        "conversation": _refused(_CONVERSATION),
        "subConversation": _refused(_CONVERSATION),
        "callConversation": _refused(_CONVERSATION, "calledCollaborationRef"),
        "globalConversation": _refused(_CONVERSATION, "isClosed"),
        "conversationAssociation": _refused(_CONVERSATION, "innerConversationNodeRef", "outerConversationNodeRef"),
        "conversationLink": _refused(_CONVERSATION, "sourceRef", "targetRef"),
        "choreography": _refused(_CHOREOGRAPHY, "isClosed"),
        "globalChoreographyTask": _refused(_CHOREOGRAPHY, "isClosed", "initiatingParticipantRef"),
        "choreographyTask": _refused(_CHOREOGRAPHY, "initiatingParticipantRef", "loopType"),
        "subChoreography": _refused(_CHOREOGRAPHY, "initiatingParticipantRef", "loopType"),
        "callChoreography": _refused(_CHOREOGRAPHY, "initiatingParticipantRef", "loopType", "calledChoreographyRef"),
        "event": _refused("complex behaviour of multi-instance is not run"),
        # abstract heads of substitution groups
        **{
            name: _refused(_ABSTRACT)
            for name in (
                "artifact",
                "baseElement",
                "baseElementWithMixedContent",
                "callableElement",
                "catchEvent",
                "choreographyActivity",
                "conversationNode",
                "eventDefinition",
                "expression",
                "flowElement",
                "flowNode",
                "formalExpression",
                "gateway",
                "loopCharacteristics",
                "rootElement",
                "throwEvent",
                "categoryValueRef",
            )
        },
    }
)

_TASKS = ("userTask",)
_JOBS = (
    "serviceTask",
    "sendTask",
    "scriptTask",
    "businessRuleTask",
    "intermediateThrowEvent",
    "endEvent",
    "messageEventDefinition",
)
_MAPPED = (
    "userTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "startEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "endEvent",
)
_SET = (
    *("process", "sequenceFlow", "task", "manualTask"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"),
    *_MAPPED,
)
_LISTENERS = "listeners are not run; use a step of its own"


@dataclass(frozen=True, slots=True)
class Extension:
    """`on`: the BPMN elements (or the extension element around it) it may stand in; `required` attributes."""

    treatment: Treatment
    attributes: Mapping[str, Allowed]
    on: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    why: str = ""


def _extension(on: tuple[str, ...], required: tuple[str, ...] = (), **attributes: Allowed) -> Extension:
    return Extension(_H, MappingProxyType({**dict.fromkeys(required, _H), **attributes}), on, required)


def _no_extension(why: str, *names: str) -> Extension:
    return Extension(_R, MappingProxyType(dict.fromkeys(names, _R)), why=why)


_BINDING: Mapping[str, Allowed] = {"bindingType": _only("deployment", "latest", "versionTag"), "versionTag": _H}

ZEEBE_ELEMENTS: Mapping[str, Extension] = MappingProxyType(
    {
        "userTask": _extension(_TASKS),
        "assignmentDefinition": _extension(_TASKS, assignee=_H, candidateGroups=_H, candidateUsers=_H),
        "formDefinition": _extension(("userTask", "startEvent"), ("formId",), **_BINDING, formKey=_R, externalReference=_R),
        "taskSchedule": _extension(_TASKS, dueDate=_H, followUpDate=_H),
        "priorityDefinition": _extension(_TASKS, ("priority",)),
        "taskDefinition": _extension(_JOBS, ("type",), retries=_H),
        "taskHeaders": _extension(_JOBS),
        "header": _extension(("taskHeaders",), ("key",), value=_H),
        "ioMapping": _extension(_MAPPED),
        "input": _extension(("ioMapping",), ("target",), source=_H),
        "output": _extension(("ioMapping",), ("target",), source=_H),
        "script": _extension(("scriptTask",), ("expression", "resultVariable")),
        "calledDecision": _extension(("businessRuleTask",), ("decisionId", "resultVariable"), **_BINDING),
        "calledElement": _extension(
            ("callActivity",), ("processId",), propagateAllChildVariables=_H, propagateAllParentVariables=_H, **_BINDING
        ),
        "loopCharacteristics": _extension(
            ("multiInstanceLoopCharacteristics",), inputCollection=_H, inputElement=_H, outputCollection=_H, outputElement=_H
        ),
        "subscription": _extension(("message",), correlationKey=_H),
        "versionTag": _extension(("process",), ("value",)),
        "properties": _extension(_SET),
        "property": _extension(("properties",), ("name",), value=_H),
        "userTaskForm": _no_extension("a form is a file of its own, named with zeebe:formDefinition", "id"),
        "executionListeners": _no_extension(_LISTENERS),
        "executionListener": _no_extension(_LISTENERS, "eventType", "type", "retries"),
        "taskListeners": _no_extension(_LISTENERS),
        "taskListener": _no_extension(_LISTENERS, "eventType", "type", "retries"),
        "linkedResources": _no_extension("linked resources are not read"),
        "linkedResource": _no_extension(
            "linked resources are not read", "resourceId", "resourceType", "bindingType", "versionTag", "linkName"
        ),
        "adHoc": _no_extension(
            "ad-hoc sub-processes are not run", "activeElementsCollection", "outputCollection", "outputElement"
        ),
        "conditionalFilter": _no_extension("conditional events are not run", "variableNames", "variableEvents"),
        "candidateStarter": _no_extension("who may start is said in process.yaml", "candidateGroups", "candidateUsers"),
        "publishMessage": _no_extension(
            "a thrown message takes its key from zeebe:subscription", "messageId", "correlationKey", "timeToLive"
        ),
        "template": _no_extension("templates are not read", "id", "version"),
    }
)
ZEEBE_ATTRIBUTES: Mapping[str, Treatment] = MappingProxyType(
    {"modelerTemplate": _N, "modelerTemplateVersion": _N, "modelerTemplateIcon": _N}
)
"""Attributes of the extension namespace on BPMN elements: what a drawing tool filled the element from."""
