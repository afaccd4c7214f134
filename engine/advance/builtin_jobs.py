"""The jobs the house does itself, as rows of the same commit: notify, write a register, call back, release.

Every other type of job waits for a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.advance.records import Instance, Notification, RegisterEntry
from engine.bpmn.waits import Wait, WaitKind
from engine.errors import InvalidInput
from engine.people import addressees

if TYPE_CHECKING:
    from engine.advance.push import Motion


def knows(wait: Wait) -> bool:
    return wait.kind is WaitKind.JOB and wait.name in _HANDLERS


def perform(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Does the job and completes it; an incident where its inputs make no sense."""
    run = motion.run(instance.key)
    try:
        _HANDLERS[wait.name](motion, instance, wait)
    except InvalidInput as refused:
        run.fail(wait.n, "invalid_job_input", refused.message, {"type": wait.name})
        return
    run.complete(wait.n, {})


def _notify(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Inputs: `to` (people, roles or seats), `subject`, `text`."""
    seats = addressees(motion.world.directory, wait.variables.get("to"))
    payload = {name: _text(wait.variables, name) for name in ("subject", "text")}
    for seat in seats:
        motion.advance.notifications.append(
            Notification(motion.world.key(), seat.candidate, "notice", {**payload, "element_id": wait.element_id}, instance.key)
        )
    motion.record(instance, "notice.sent", wait.element_id, to=[seat.candidate for seat in seats], **payload)


def _write_record(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Inputs: `register` (its name), `record` (a context)."""
    register, record = wait.variables.get("register"), feel.to_json(wait.variables.get("record"))
    if not isinstance(register, str) or not isinstance(record, dict):
        raise InvalidInput("invalid_request", "expected a register's name and a record of values")
    motion.advance.registers.append(RegisterEntry(motion.world.key(), register, instance.key, record, motion.actor))
    motion.record(instance, "record.written", wait.element_id, register=register, record=record)


def _call_back(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Inputs: `event` (a name of the diagram's author) and any values; goes out to the subscribers of the case."""
    name = _text(wait.variables, "event") or wait.element_id
    values = {k: feel.to_json(v) for k, v in wait.variables.items() if k != "event"}
    motion.record(instance, "callback.requested", wait.element_id, event=name, variables=values)


def _release(motion: Motion, instance: Instance, wait: Wait) -> None:
    """Inputs: `what` (the lock or reservation that is given back)."""
    motion.record(instance, "reservation.released", wait.element_id, what=_text(wait.variables, "what"))


def _text(variables: Mapping[str, Any], name: str) -> str:
    value = feel.to_json(variables.get(name))
    return "" if value is None else str(value)


_HANDLERS: dict[str, Callable[[Motion, Instance, Wait], None]] = {
    "gc.notify": _notify,
    "gc.write_record": _write_record,
    "gc.callback": _call_back,
    "gc.release": _release,
}
