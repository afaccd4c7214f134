"""What a push may look at: definitions, people, rules, forms, the clock. Read only; it writes nothing and waits for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from engine import dmn
from engine.bpmn.definition import Definition
from engine.bpmn.waits import Activation
from engine.people import Directory
from engine.vocabulary import Key
from forms import Form


@dataclass(frozen=True, slots=True)
class Published:
    """A process definition as it was deployed. `settings` is its `process.yaml` (empty where there is none)."""

    key: Key
    deployment_key: Key
    version: int
    definition: Definition
    settings: Mapping[str, Any] = field(default_factory=dict)


class World(Protocol):
    now: datetime
    directory: Directory

    def key(self) -> Key:
        """A new key."""

    def published(self, definition_key: Key) -> Published:
        """The definition an instance runs; NotFound `definition_not_found`."""

    def called(self, process_id: str, binding: str, caller: Published) -> Published | None:
        """The definition a call activity of `caller` starts: of the same deployment, the latest, or of a version tag."""

    def decide(
        self, decision_id: str, binding: str, variables: Mapping[str, Any], functions: Mapping[str, Any], caller: Published
    ) -> dmn.Result | None:
        """The decision as `caller` is bound to it, evaluated; None where there is no such decision."""

    def form(self, form_id: str, caller: Published) -> tuple[Key | None, Form] | None:
        """The form as `caller` is bound to it."""

    def parameters(self) -> Mapping[str, Any]:
        """The company's parameters by name."""

    def deciders(self, instance_key: Key, element_ids: Sequence[str]) -> frozenset[str]:
        """Who decided those elements of the call tree of an instance, votes that stand only."""

    def next_number(self, process_id: str, pattern: str) -> str:
        """The next number of a process: `{year}` and `{seq:4}` filled in; never given twice."""

    def log(self, instance_key: Key) -> Sequence[Activation]:
        """The activation log of an instance, in order; read for a return only."""
