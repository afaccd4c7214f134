"""`engine.advance.World` over the library and one open transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import dmn
from engine.advance.numbering import fill_number
from engine.advance.world import Published
from engine.bpmn.waits import Activation
from engine.codec import from_text
from engine.keys import new_key
from engine.library.library import Library
from engine.store import activations, numbering, work_items
from engine.store.database import Connection
from engine.vocabulary import ActivationState, Key
from forms import Form


class DatabaseWorld:
    """`now` stands still for the whole command. `leaves_work`: what it wrote waits for a machine, so that one is woken."""

    def __init__(self, connection: Connection, library: Library, now: datetime, zone: ZoneInfo) -> None:
        self.now = now
        self.directory = library.directory
        self._connection = connection
        self._library = library
        self._zone = zone
        self.leaves_work = False

    def key(self) -> Key:
        return new_key(self.now)

    def published(self, definition_key: Key) -> Published:
        return self._library.published(self._connection, definition_key)

    def called(self, process_id: str, binding: str, caller: Published) -> Published | None:
        return self._library.called(self._connection, process_id, binding, caller)

    def decide(
        self, decision_id: str, binding: str, variables: Mapping[str, Any], functions: Mapping[str, Any], caller: Published
    ) -> dmn.Result | None:
        bound = caller.deployment_key if binding == "deployment" else None
        found = self._library.decision(self._connection, decision_id, bound)
        if found is None:
            return None
        return found[1].evaluate(decision_id, variables, functions=functions, explain=True, requires=self._required)

    def _required(self, decision_id: str) -> Any:
        found = self._library.decision(self._connection, decision_id)
        return None if found is None else found[1].evaluate(decision_id, {}).value

    def form(self, form_id: str, caller: Published) -> tuple[Key | None, Form] | None:
        found = self._library.form(self._connection, form_id, caller.deployment_key)
        return None if found is None else (found[0].key, found[1])

    def parameters(self) -> Mapping[str, Any]:
        return self._library.parameters(self._connection)

    def deciders(self, instance_key: Key, element_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(work_items.deciders_of(self._connection, instance_key, element_ids))

    def next_number(self, process_id: str, pattern: str) -> str:
        def count(series: str) -> int:
            return numbering.next_number(self._connection, f"{process_id}/{series}")

        return fill_number(pattern, self.now, self._zone, count)

    def log(self, instance_key: Key) -> Sequence[Activation]:
        return [
            Activation(
                row.n,
                row.element_id,
                row.owner,
                tuple(from_text(row.causes)),
                tuple((via, tuple(causes)) for via, causes in from_text(row.arrivals)),
                row.stopped_by,
                ActivationState(row.state),
            )
            for row in activations.of_instance(self._connection, instance_key)
        ]
