"""Return: undo the causal future of a target and nothing else, then begin there again.

What an undone join had consumed from branches that stand arrives again; what an undone event had interrupted begins again;
finished sub-processes around the target go on as the same activation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.bpmn.activations import future, past
from engine.bpmn.definition import Kind
from engine.bpmn.elements.activity import ARMED_KINDS, Activity
from engine.bpmn.elements.sub_process import Container, EventStart, EventSubProcess
from engine.bpmn.failures import ElementFailed
from engine.bpmn.tree import Token, Tree
from engine.bpmn.waits import Activation
from engine.errors import InvalidInput, WrongState
from engine.vocabulary import ActivationState

_INTERRUPTING = frozenset({Kind.BOUNDARY_EVENT, Kind.START_EVENT, Kind.EVENT_SUB_PROCESS, Kind.END_EVENT})
_DONE, _OPEN = ActivationState.DONE, ActivationState.OPEN
_CANCELED, _VOID = ActivationState.CANCELED, ActivationState.VOID
DEFAULT_OUTCOME = "outcome"
"""The variable a decided step writes when `gc.outcome_variable` does not name one."""


@dataclass(frozen=True, slots=True)
class Undone:
    """`targets`: the activations that begin again. `voided`: activations that were done, as they were. `canceled`: numbers
    of those that were open. `nulled`: names of variables that became null."""

    targets: tuple[Activation, ...]
    voided: tuple[Activation, ...]
    canceled: tuple[int, ...]
    nulled: tuple[str, ...]


def rewind(
    tree: Tree, log: Sequence[Activation], from_n: int | None, targets: Sequence[str], *, allow_irreversible: bool = False
) -> Undone:
    """`log`: the instance's whole log as stored. `from_n` None: from wherever the instance ended.

    Raises InvalidInput `not_passed`, `other_instance`, `target_is_multi_instance`; WrongState `irreversible`, `wrong_state`.
    """
    if from_n is None and not tree.is_over:
        raise WrongState("wrong_state", "expected an activation to return from, since the instance has not ended")
    return _Rewinding(tree, log, from_n).to(targets, allow_irreversible)


class _Rewinding:
    def __init__(self, tree: Tree, log: Sequence[Activation], from_n: int | None) -> None:
        self._tree = tree
        self._elements = tree.definition.elements
        self._rows = {row.n: row for row in log} | tree.moved.activations
        self._log = list(self._rows.values())
        self._from_n = from_n
        self._passed = frozenset(self._rows) if from_n is None else past(self._log, from_n)

    def to(self, targets: Sequence[str], allow_irreversible: bool) -> Undone:
        chosen = [self._choose(target) for target in targets]
        if not chosen:
            raise InvalidInput("not_passed", "expected an element to return to, but none was given")
        later = {row.n for row in chosen for other in chosen if row is not other and row.n in future(self._log, (other.n,))}
        chosen = [row for row in chosen if row.n not in later]
        self._chosen = {row.n for row in chosen}
        stoppers = self._stoppers_around(chosen)
        events = {n for n in stoppers if self._kind(self._rows[n]) in (Kind.BOUNDARY_EVENT, Kind.EVENT_SUB_PROCESS)}
        self._undone = future(self._log, self._chosen | events)
        self._refuse_irreversible(allow_irreversible)
        arrivals = list(self._standing_arrivals())
        # An event that begins again interrupts again; a step that ended its scope may decide otherwise now.
        still = {row.n for row in chosen if self._kind(row) in _INTERRUPTING}
        lifted = (self._undone - still) | stoppers
        stopped = [row for row in self._log if row.state is _CANCELED and row.stopped_by in lifted]
        interrupted = [row for row in stopped if row.n not in self._undone]
        was_over, self._tree.is_over = self._tree.is_over, False
        self._withdraw()
        undone = self._void(tuple(chosen))
        resumed = self._resume({*self._around(chosen), *(row.n for row in interrupted if self._is_scope(row))})
        for owner, via, causes in arrivals:
            self._arrive(owner, via, causes)
        for row in interrupted:
            if row.n not in resumed:
                self._begin_again(row)
        for row in chosen:
            self._begin(row)
        self._arm_again(was_over, resumed)
        return undone

    # -- choosing

    def _choose(self, target: str) -> Activation:
        if target not in self._elements:
            raise InvalidInput("other_instance", f"expected an element of this process, but {target} is none", target=target)
        found = [row for row in self._log if row.element_id == target and self._was_passed(row)]
        if not found:
            raise InvalidInput("not_passed", f"expected an element passed on the way here, but {target} was not", target=target)
        row = max(found, key=lambda row: row.n)
        around = [self._rows[n] for n in self._owners(row)]
        if any(self._is_instance(each) and self._tree.token(each.n) is None for each in around):
            raise InvalidInput(
                "target_is_multi_instance", f"expected a whole multi-instance activity, but {target} is inside one", target=target
            )
        if any(self._tree.token(each.n) is None and not self._is_scope(each) for each in around):
            sentence = f"expected what surrounds {target} to go on, but it cannot"
            raise InvalidInput("not_passed", sentence, target=target)
        # An event behind an event-based gateway waits only together with its rivals.
        gateway = next((self._rows[n] for n in row.causes if self._kind(self._rows[n]) is Kind.EVENT_BASED_GATEWAY), None)
        return row if gateway is None or self._kind(row) is Kind.EVENT_BASED_GATEWAY else gateway

    def _was_passed(self, row: Activation) -> bool:
        if row.n not in self._passed or row.n == self._from_n or self._is_instance(row):
            return False
        return row.state in (_DONE, _OPEN) or (row.state is _CANCELED and row.stopped_by is not None)

    def _kind(self, row: Activation) -> Kind:
        return self._elements[row.element_id].kind

    def _is_instance(self, row: Activation) -> bool:
        return row.owner is not None and self._rows[row.owner].element_id == row.element_id

    def _is_scope(self, row: Activation) -> bool:
        element = self._elements[row.element_id]
        return element.kind in (Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS) and element.multi_instance is None

    def _owners(self, row: Activation) -> Iterator[int]:
        owner = row.owner
        while owner is not None:
            yield owner
            owner = self._rows[owner].owner

    def _around(self, chosen: Sequence[Activation]) -> set[int]:
        return {n for row in chosen for n in self._owners(row) if self._tree.token(n) is None}

    def _stoppers_around(self, chosen: Sequence[Activation]) -> set[int]:
        """What stopped the scope a target stands in. In an ended instance the target may have been done before that, and
        would begin in a scope that is interrupted. (From inside a running instance such a target was not passed.) An event
        is undone too; an end that stopped everything stands as the end of its own branch."""
        if self._from_n is not None:
            return set()
        around = {n for row in chosen for n in self._owners(row)}
        found = set()
        for row in self._log:
            if row.state is not _CANCELED or row.stopped_by is None or row.stopped_by in around | self._chosen:
                continue
            stopper = self._rows[row.stopped_by]
            is_border = self._kind(stopper) is Kind.BOUNDARY_EVENT
            if row.n in around if is_border else stopper.owner is None or stopper.owner in around:
                found.add(stopper.n)
        return found

    def _refuse_irreversible(self, is_allowed: bool) -> None:
        for n in sorted(self._undone):
            row = self._rows[n]
            settings = self._elements[row.element_id].properties
            if row.state is _DONE and settings.get("gc.irreversible") == "true" and not is_allowed:
                sentence = f"expected nothing irreversible to be undone, but {row.element_id} is done"
                raise WrongState("irreversible", sentence, element=row.element_id, n=n)

    # -- undoing

    def _standing_arrivals(self) -> Iterator[tuple[int | None, str, tuple[int, ...]]]:
        """What undone joins had consumed from branches that stand: (container, flow, causes)."""
        for n in sorted(self._undone - self._chosen):
            row = self._rows[n]
            for via, causes in row.arrivals if row.state in (_DONE, _OPEN) else ():
                if not self._undone & set(causes):
                    yield row.owner, via, causes

    def _withdraw(self) -> None:
        tree = self._tree
        for token in list(tree.tokens()):
            if token.id in tree.tasks and (token.n in self._undone or self._undone & set(token.causes)):
                tree.close(token)
        for token in (tree.root, *tree.tokens()):
            facts = token.internal_data
            if "ends" in facts:
                facts["ends"] = [n for n in facts["ends"] if n not in self._undone]
            if "compensable" in facts:
                facts["compensable"] = self._still_done(facts["compensable"])

    def _still_done(self, records: Sequence[list[Any]]) -> list[list[Any]]:
        return [[n, element_id, self._still_done(inner)] for n, element_id, inner in records if n not in self._undone]

    def _void(self, chosen: tuple[Activation, ...]) -> Undone:
        tree = self._tree
        voided, canceled, nulled = [], [], []
        for n in sorted(self._undone):
            row = self._rows[n]
            if row.state is _DONE:
                voided.append(row)
                nulled += [name for name in self._written(row) if name in tree.root.scope]
            elif row.state is _OPEN:
                canceled.append(n)
            if row.state is not _VOID:
                tree.moved.activations[n] = replace(row, state=_CANCELED if row.state is _OPEN else _VOID)
        for name in nulled:
            tree.root.scope.define(name, None)
        standing = (row for row in self._rows.values() if row.state is _DONE and row.n not in self._undone)
        tree.outcome = None
        for row in sorted(standing, key=lambda row: row.n):
            outcome = self._elements[row.element_id].properties.get("gc.case_outcome")
            if outcome and tree.outcome != "rejected":
                tree.outcome = outcome
        return Undone(chosen, tuple(voided), tuple(canceled), tuple(dict.fromkeys(nulled)))

    def _written(self, row: Activation) -> Iterator[str]:
        """Outcome variables of steps and results of multi-instance activities: no longer true once undone."""
        element = self._elements[row.element_id]
        if element.kind is Kind.USER_TASK and ("gc.sign" in element.properties or "gc.outcome_variable" in element.properties):
            yield element.properties.get("gc.outcome_variable", DEFAULT_OUTCOME)
        if element.multi_instance is not None and element.multi_instance.output_collection and not self._is_instance(row):
            yield element.multi_instance.output_collection

    # -- beginning again

    def _container(self, n: int | None) -> Token | None:
        return self._tree.root if n is None else self._tree.token(n)

    def _resume(self, numbers: set[int]) -> dict[int, Token]:
        """Sub-processes go on as the same activations, the outer ones first."""
        resumed: dict[int, Token] = {}
        for n in sorted(numbers):
            row = self._rows[n]
            owner = self._container(row.owner)
            spec = self._tree.spec.task_specs[row.element_id]
            if owner is None or not isinstance(spec, Container):
                continue
            token = Token(self._tree, spec, owner, Token.STARTED, n)
            token.causes, token.is_recorded = row.causes, True
            token.data = owner.data
            token.own_scope()
            token.internal_data["ends"] = self._ends_inside(n)
            token.internal_data["compensable"] = self._take_back_compensation(owner, n)
            self._tree.moved.activations[n] = replace(row, state=_OPEN, stopped_by=None)
            try:
                spec.map_inputs(token)
                if isinstance(spec, Activity):
                    spec.arm(token)
            except ElementFailed as failure:
                self._tree.open_incident(token, failure.code, failure.sentence, failure.facts)
            resumed[n] = token
        return resumed

    def _ends_inside(self, n: int) -> list[int]:
        inside = (row for row in self._log if row.owner == n and row.state is _DONE and row.n not in self._undone)
        ended = [row.n for row in inside if self._is_instance(row) or not self._elements[row.element_id].outgoing]
        return ended + [deeper for each in ended for deeper in self._ends_inside(each)]

    def _take_back_compensation(self, owner: Token, n: int) -> list[list[Any]]:
        records = owner.internal_data.get("compensable", [])
        owner.internal_data["compensable"] = [record for record in records if record[0] != n]
        return [each for record in records if record[0] == n for each in self._still_done(record[2])]

    def _arrive(self, owner_n: int | None, via: str, causes: tuple[int, ...]) -> None:
        owner = self._container(owner_n)
        if owner is not None:
            self._tree.place(self._tree.spec.flows[via].target, owner, causes, via=via)

    def _begin_again(self, row: Activation) -> None:
        """What an undone event had stopped. Where its container begins anew as a whole, it is part of that."""
        self._tree.moved.activations[row.n] = replace(row, state=_VOID)
        owner = self._container(row.owner)
        if owner is None or self._is_instance(row):
            return
        if row.arrivals:
            for via, causes in row.arrivals:
                if not self._undone & set(causes):
                    self._arrive(row.owner, via, causes)
            return
        self._tree.place(row.element_id, owner, row.causes)

    def _begin(self, row: Activation) -> None:
        owner = self._container(row.owner)
        if owner is None:
            raise LookupError(f"what surrounds activation {row.n} is not open")
        spec = self._tree.spec.task_specs[row.element_id]
        if isinstance(spec, EventSubProcess):
            start = self._tree.spec.task_specs[self._tree.spec.initial[row.element_id][0]]
            container = start.contain(owner)
            container.causes = row.causes
            self._tree.record(container)
            self._tree.place(start.name, container, (container.n,))
            return
        facts: dict[str, Any] = {}
        if row.arrivals:
            facts["arrivals"] = [[via, list(causes)] for via, causes in row.arrivals]
        if self._elements[row.element_id].kind is Kind.START_EVENT and self._elements[row.element_id].form_id:
            facts["as_task"] = 1
        causes = row.causes
        if self._kind(row) not in _INTERRUPTING:
            causes = tuple(n for n in causes if self._rows[n].stopped_by != row.n)
        self._tree.place(row.element_id, owner, causes, facts=facts)

    def _arm_again(self, was_over: bool, resumed: Mapping[int, Token]) -> None:
        """Event sub-processes wait again where a scope goes on, or where they had fired and that is undone."""
        fired = [self._rows[n] for n in self._undone if self._kind(self._rows[n]) is Kind.EVENT_SUB_PROCESS]
        scopes: dict[int, tuple[Token, set[str] | None]] = {token.n: (token, None) for token in resumed.values()}
        if was_over:
            scopes[self._tree.root.n] = (self._tree.root, None)
        for row in fired:
            scope = self._container(row.owner)
            if scope is None:
                continue
            starts = set(self._tree.spec.initial[row.element_id])
            interrupts = any(self._elements[start].is_interrupting for start in starts)
            known = scopes.get(scope.n, (scope, set()))[1]
            scopes[scope.n] = (scope, None if interrupts or known is None else known | starts)
        for scope, names in scopes.values():
            self._arm(scope, names)

    def _arm(self, scope: Token, names: set[str] | None) -> None:
        """`names` None: all of them. None wait while an interrupting one runs."""
        starts = [start for start in scope.spec.listeners() if isinstance(start, EventStart)]
        running = {token.spec.name for token in scope.children if isinstance(token.spec, EventSubProcess)}
        if any(start.element.scope_id in running and start.element.is_interrupting for start in starts):
            return
        armed = {token.spec.name for token in scope.children if token.is_armed}
        for start in starts:
            is_wanted = names is None or start.name in names
            if is_wanted and start.name not in armed and start.awaited().kind in ARMED_KINDS:
                start.arm_in(scope)
