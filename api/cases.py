"""A case as its people see it: what happened, where it is."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.application import actor, engine
from api.blueprint import Blueprint
from api.etags import tagged
from api.json_text import answer
from api.language import Names, language, people_of
from api.people import PERSON
from api.permissions import READ
from api.shapes import answer_shape, flag, json_object, key, list_of, moment, nested, text, whole
from engine.queries import case, preview
from engine.rehearsal.preview import ComingStep

blueprint = Blueprint("cases", "A case with all it called, as its people see it.")

_ENTRY = answer_shape(
    "TimelineEntry",
    {
        "seq": whole(null=True),
        "type": text(),
        "at": moment(),
        "actor": nested(PERSON, null=True),
        "processInstanceKey": key(),
        "elementId": text(null=True),
        "elementName": text(null=True),
        "outcome": text(null=True),
        "comment": text(null=True),
        "facts": json_object(),
    },
)
TIMELINE = answer_shape("Timeline", {"items": list_of(_ENTRY)})
_STEP = answer_shape(
    "OpenStep",
    {
        "userTaskKey": key(),
        "processDefinitionId": text(),
        "elementId": text(),
        "name": text(),
        "openedAt": moment(),
        "dueAt": moment(null=True),
        "candidates": list_of(nested(PERSON)),
    },
)
POSITION = answer_shape("CasePosition", {"items": list_of(_STEP)})
_COMING = answer_shape(
    "ComingStep",
    {
        "processDefinitionId": text(),
        "elementId": text(),
        "name": text(),
        "candidates": list_of(nested(PERSON)),
        "assumed": text(),
    },
)
_WAIT = answer_shape("ComingWait", {"kind": text(), "elementId": text()})
PREVIEW = answer_shape(
    "CasePreview",
    {
        "items": list_of(_COMING),
        "waitsFor": list_of(_WAIT),
        "ends": flag(),
        "outcome": text(null=True),
        "stoppedBy": list_of(text()),
    },
)


@blueprint.get("/process-instances/<key:process_instance_key>/timeline", READ, gives=TIMELINE)
def timeline(process_instance_key: int) -> Response:
    """What happened in the whole case, in order

    `seq` numbers the events that move the case; comments, claims and the like have none.
    """
    names = people_of(engine())
    return tagged(answer({"items": [_entry(line, names) for line in case.timeline(engine(), actor(), process_instance_key)]}))


@blueprint.get("/process-instances/<key:process_instance_key>/position", READ, gives=POSITION)
def position(process_instance_key: int) -> Response:
    """The steps the case waits for, and who owes them"""
    names = people_of(engine())
    return tagged(answer({"items": [_step(step, names) for step in case.where(engine(), actor(), process_instance_key)]}))


@blueprint.get("/process-instances/<key:process_instance_key>/preview", READ, gives=PREVIEW)
def preview_of(process_instance_key: int) -> Response:
    """Who is next, if everybody agrees

    Made by the same rules on a copy: `assumed` is the outcome each coming step is given here, `waitsFor` where the case would
    come to rest, `stoppedBy` why the view ends early.
    """
    names, seen = people_of(engine()), preview.preview(engine(), actor(), process_instance_key)
    return answer(
        {
            "items": [_coming(step, names) for step in seen.steps],
            "waitsFor": [{"kind": kind, "elementId": element_id} for kind, element_id in seen.waits_for],
            "ends": seen.ends,
            "outcome": seen.outcome,
            "stoppedBy": list(seen.stopped_by),
        }
    )


def _coming(step: ComingStep, names: Names) -> dict[str, Any]:
    return {
        "processDefinitionId": step.process_id,
        "elementId": step.element_id,
        "name": (step.name_en if language() == "en" else "") or step.name,
        "candidates": [names.candidate(one) for one in step.seats],
        "assumed": step.assumed,
    }


def _entry(line: case.Happened, names: Names) -> dict[str, Any]:
    facts = dict(line.payload)
    return {
        "seq": line.seq,
        "type": line.kind,
        "at": line.at,
        "actor": names.person(line.actor),
        "processInstanceKey": str(line.instance_key),
        "elementId": line.element_id,
        "elementName": line.element_name,
        "outcome": facts.pop("outcome", None),
        "comment": facts.pop("comment", None),
        "facts": facts,
    }


def _step(step: case.OpenStep, names: Names) -> dict[str, Any]:
    return {
        "userTaskKey": str(step.task_key),
        "processDefinitionId": step.process_id,
        "elementId": step.element_id,
        "name": (step.name_en if language() == "en" else "") or step.name,
        "openedAt": step.opened_at,
        "dueAt": step.due_at,
        "candidates": [names.candidate(one) for one in step.people],
    }
