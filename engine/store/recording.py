"""Writes an `Advance`: each table with one statement for its new and changed rows, one more where something ended unseen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from engine.advance.advance import Advance
from engine.advance.case import Case
from engine.advance.records import Instance, Job, Subscription, Task, Timer, WorkItem
from engine.bpmn.waits import WaitKind
from engine.codec import to_text
from engine.store import (
    activations,
    copies,
    decision_records,
    document_revisions,
    events,
    incidents,
    instances,
    jobs,
    message_subscriptions,
    notifications,
    pending_effects,
    register_entries,
    signal_subscriptions,
    tasks,
    timers,
    work_items,
)
from engine.vocabulary import Key

Place = tuple[Key, int]


def write(connection: Connection, case: Case, advance: Advance, now: datetime) -> list[dict[str, Any]]:
    """Everything of one push, in the transaction that holds the case's lock. Returns the rows of history it wrote."""
    history = _chain(case, advance, now)
    _write_instances(connection, advance, now)
    activations.write(connection, [_activation_row(advance, place) for place in advance.activations])
    tasks.write(connection, [_task_row(advance, t) for t in advance.tasks.values()])
    # By seat, as claims write them: a vote and a claim at once must not wait for one another.
    items = sorted(advance.work_items.values(), key=lambda item: (item.task_key, item.seat))
    work_items.write(connection, [_item_row(case, item, now) for item in items])
    for (instance_key, n), state in advance.closed_tasks.items():
        tasks.close_at(connection, instance_key, n, at=now, void=state == "void")
    _write_waits(connection, case, advance, now)
    events.append(connection, history)
    pending_effects.add(connection, [_effect_row(advance, i, now) for i in range(len(advance.effects))])
    register_entries.add(connection, [_register_row(advance, i, now) for i in range(len(advance.registers))])
    notifications.add(connection, [_notification_row(advance, i, now) for i in range(len(advance.notifications))])
    copies.add(connection, [_copy_row(advance, i, now) for i in range(len(advance.copies))])
    decision_records.add(connection, [_decision_row(advance, i, now) for i in range(len(advance.decisions))])
    for instance_key, form_id, answers, by_user in advance.answers:
        document_revisions.add(
            connection, instance_key=instance_key, form_id=form_id, answers=to_text(answers), by_user=by_user, at=now
        )
    return history


def _chain(case: Case, advance: Advance, now: datetime) -> list[dict[str, Any]]:
    chains: dict[Key, events.Chain] = {}
    rows = []
    for event in advance.events:
        instance = advance.instances.setdefault(event.instance_key, case.instances[event.instance_key])
        chain = chains.get(event.instance_key)
        if chain is None:
            chain = chains[event.instance_key] = events.Chain(instance.key, instance.root_key, instance.seq, instance.chain_head)
        rows.append(chain.add(events.Happened(event.type, now, event.actor, event.element_id, to_text(event.payload))))
    for key, chain in chains.items():
        advance.instances[key].seq, advance.instances[key].chain_head = chain.seq, chain.head
    return rows


def _write_instances(connection: Connection, advance: Advance, now: datetime) -> None:
    """New ones as whole rows; of one that was there only what a push changes, its variables only where they changed."""
    if advance.created:
        instances.write(connection, [_instance_row(i, now) for i in advance.instances.values()])
        return
    for i in advance.instances.values():
        row = _instance_row(i, now)
        changed = {name: row[name] for name in _MOVING}
        if i.key in advance.variables_changed:
            changed.update(variables=row["variables"], title=row["title"], summary=row["summary"])
        instances.change(connection, i.key, **changed)


_MOVING = ("state", "outcome", "suspended", "has_incident", "marking", "seq", "chain_head", "ended_at", "updated_at")


def _instance_row(i: Instance, now: datetime) -> dict[str, Any]:
    return {
        "key": i.key,
        "root_key": i.root_key,
        "parent_key": i.parent_key,
        "parent_n": i.parent_n,
        "parent_activation_key": i.parent_activation_key,
        "definition_key": i.definition_key,
        "process_id": i.process_id,
        "version": i.version,
        "version_tag": i.version_tag,
        "process_name": i.process_name,
        "process_name_en": i.process_name_en,
        "number": i.number,
        "business_id": i.business_id,
        "title": i.title,
        "summary": to_text(i.summary),
        "starter": i.starter,
        "starter_unit": i.starter_unit,
        "state": str(i.state),
        "outcome": i.outcome,
        "suspended": i.suspended,
        "has_incident": i.has_incident,
        "marking": to_text(i.marking),
        "variables": to_text(i.variables),
        "organisation_revision": i.organisation_revision,
        "seq": i.seq,
        "chain_head": i.chain_head,
        "salt": i.salt,
        "started_at": i.started_at,
        "ended_at": i.ended_at,
        "updated_at": now,
        "tags": to_text(i.tags),
    }


def _activation_row(advance: Advance, place: Place) -> dict[str, Any]:
    row = advance.activations[place]
    return {
        "instance_key": row.instance_key,
        "n": row.n,
        "key": row.key,
        "element_id": row.element_id,
        "kind": row.kind,
        "owner": row.owner,
        "causes": to_text(row.causes),
        "arrivals": to_text(row.arrivals),
        "stopped_by": row.stopped_by,
        "state": str(row.state),
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "entered_step": row.entered_step,
        "ended_step": row.ended_step,
        "ended_as": row.ended_as,
    }


def _activation_key(advance: Advance, place: Place) -> Key:
    row = advance.activations.get(place)
    return row.key if row is not None else 0


def _task_row(advance: Advance, t: Task) -> dict[str, Any]:
    return {
        "key": t.key,
        "instance_key": t.instance_key,
        "root_key": t.root_key,
        "n": t.n,
        "activation_key": t.activation_key or _activation_key(advance, (t.instance_key, t.n)),
        "element_id": t.element_id,
        "name": t.name,
        "name_en": t.name_en,
        "process_id": t.process_id,
        "definition_key": t.definition_key,
        "form_id": t.form_id,
        "form_key": t.form_key,
        "sign": to_text(t.sign),
        "local_variables": to_text(t.local_variables),
        "assignee": t.assignee,
        "priority": t.priority,
        "due_at": t.due_at,
        "follow_up_at": t.follow_up_at,
        "state": str(t.state),
        "outcome": t.outcome,
        "opened_at": t.opened_at,
        "ended_at": t.ended_at,
        "candidate_groups": to_text(t.candidate_groups),
        "candidate_users": to_text(t.candidate_users),
        "title": t.title,
        "starter": t.starter,
    }


def _item_row(case: Case, item: WorkItem, now: datetime) -> dict[str, Any]:
    task, instance = case.tasks[item.task_key], case.instances[item.instance_key]
    owed = item.state in ("open", "waiting", "delegated")
    return {
        "key": item.key,
        "task_key": item.task_key,
        "instance_key": item.instance_key,
        "root_key": item.root_key,
        "seat": item.seat,
        "candidate": item.candidate,
        "assignee": item.assignee,
        "state": str(item.state),
        "outcome": item.outcome,
        "decided_by": item.decided_by,
        "decided_at": item.decided_at,
        "comment": item.comment,
        "answers_digest": item.answers_digest,
        "reasons": to_text(item.reasons),
        "opened_at": item.opened_at,
        "ended_at": None if owed else now,
        "task_name": task.name,
        "task_name_en": task.name_en,
        "element_id": task.element_id,
        "process_id": task.process_id,
        "process_name": task.process_name,
        "process_name_en": instance.process_name_en,
        "number": instance.number,
        "title": instance.title,
        "summary": to_text(instance.summary),
        "starter": task.starter,
        "due_at": task.due_at,
        "priority": task.priority,
    }


def _write_waits(connection: Connection, case: Case, advance: Advance, now: datetime) -> None:
    """What ended first: where a wait ends and another begins at the same activation, only the old row may end."""
    for instance_key, state, ns in _unseen(advance, WaitKind.TIMER, advance.timers):
        timers.end(connection, instance_key, ns, state)
    timers.write(connection, [_timer_row(t) for t in advance.timers.values() if t.key])
    for instance_key, state, ns in _unseen(advance, WaitKind.JOB, advance.jobs):
        jobs.end(connection, instance_key, ns, state=state, at=now)
    jobs.write(connection, [_job_row(case, advance, j, now) for j in advance.jobs.values() if j.key])
    for kind, rows, table in (
        (WaitKind.MESSAGE, advance.messages, message_subscriptions),
        (WaitKind.SIGNAL, advance.signals, signal_subscriptions),
    ):
        for instance_key, state, ns in _unseen(advance, kind, rows):
            table.end(connection, instance_key, ns, state)
        table.write(connection, [_subscription_row(s, now) for s in rows.values() if s.key])
    for instance_key, _, ns in _unseen(advance, WaitKind.INCIDENT, advance.incidents):
        incidents.resolve(connection, instance_key, ns, at=now)
    opened = [i for i in advance.incidents.values() if i.key]
    incidents.write(
        connection,
        [
            {
                "key": i.key,
                "instance_key": i.instance_key,
                "root_key": i.root_key,
                "n": i.n,
                "activation_key": _activation_key(advance, (i.instance_key, i.n)) or None,
                "element_id": i.element_id,
                "process_id": case.instances[i.instance_key].process_id,
                "definition_key": case.instances[i.instance_key].definition_key,
                "kind": i.kind,
                "sentence": i.sentence,
                "facts": to_text(i.facts),
                "state": i.state,
                "job_key": i.job_key,
                "created_at": i.created_at,
                "resolved_at": None if i.state == "active" else now,
                "resolved_by": None,
            }
            for i in opened
        ],
    )


def _unseen(advance: Advance, kind: WaitKind, waits: Mapping[Place, Any]) -> list[tuple[Key, str, list[int]]]:
    """What ended without having been loaded (key 0): the activations by instance and state."""
    grouped: dict[tuple[Key, str], list[int]] = {}
    for row in (*waits.values(), *advance.reopened.get(kind, ())):
        if not row.key:
            grouped.setdefault((row.instance_key, row.state), []).append(row.n)
    return [(instance_key, state, ns) for (instance_key, state), ns in grouped.items()]


def _timer_row(t: Timer) -> dict[str, Any]:
    return {
        "key": t.key,
        "instance_key": t.instance_key,
        "root_key": t.root_key,
        "n": t.n,
        "element_id": t.element_id,
        "due_at": t.due_at,
        "state": t.state,
    }


def _job_row(case: Case, advance: Advance, j: Job, now: datetime) -> dict[str, Any]:
    instance = case.instances[j.instance_key]
    return {
        "key": j.key,
        "instance_key": j.instance_key,
        "root_key": j.root_key,
        "n": j.n,
        "activation_key": _activation_key(advance, (j.instance_key, j.n)),
        "element_id": j.element_id,
        "process_id": instance.process_id,
        "definition_key": instance.definition_key,
        "type": j.type,
        "state": j.state,
        "retries": j.retries,
        "headers": to_text(j.headers),
        "variables": to_text(j.variables),
        "due_at": j.created_at,
        "created_at": j.created_at,
        "ended_at": None if j.state == "created" else now,
    }


def _subscription_row(s: Subscription, now: datetime) -> dict[str, Any]:
    row = {
        "key": s.key,
        "instance_key": s.instance_key,
        "root_key": s.root_key,
        "n": s.n,
        "element_id": s.element_id,
        "name": s.name,
        "state": s.state,
        "created_at": now,
    }
    return row if s.correlation_key is None else {**row, "correlation_key": s.correlation_key}


def _effect_row(advance: Advance, index: int, now: datetime) -> dict[str, Any]:
    effect = advance.effects[index]
    payload: Mapping[str, Any] = {
        "name": effect.name,
        "correlation_key": effect.correlation_key,
        "variables": effect.variables,
    }
    return {
        "key": effect.key,
        "kind": effect.kind,
        "source_key": effect.root_key,
        "payload": to_text(payload),
        "created_at": now,
        "due_at": now,
    }


def _register_row(advance: Advance, index: int, now: datetime) -> dict[str, Any]:
    entry = advance.registers[index]
    return {
        "key": entry.key,
        "register": entry.register,
        "instance_key": entry.instance_key,
        "record": to_text(entry.record),
        "by_user": entry.by_user,
        "at": now,
    }


def _notification_row(advance: Advance, index: int, now: datetime) -> dict[str, Any]:
    notice = advance.notifications[index]
    return {
        "key": notice.key,
        "candidate": notice.candidate,
        "kind": notice.kind,
        "payload": to_text(notice.payload),
        "instance_key": notice.instance_key,
        "at": now,
    }


def _copy_row(advance: Advance, index: int, now: datetime) -> dict[str, Any]:
    copy = advance.copies[index]
    return {
        "key": copy.key,
        "instance_key": copy.instance_key,
        "root_key": copy.root_key,
        "element_id": copy.element_id,
        "candidate": copy.candidate,
        "by_user": copy.by_user,
        "at": now,
    }


def _decision_row(advance: Advance, index: int, now: datetime) -> dict[str, Any]:
    made = advance.decisions[index]
    return {
        "key": made.key,
        "instance_key": made.instance_key,
        "n": made.n,
        "element_id": made.element_id,
        "decision_id": made.decision_id,
        "explanation": to_text(made.explanation),
        "at": now,
    }
