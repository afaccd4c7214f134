"""The names and functions every expression of a case may use, and the evaluation of the texts a diagram holds."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel
from engine.advance.records import Instance
from engine.advance.world import World
from engine.bpmn.definition import TimerKind
from engine.bpmn.failures import ElementFailed
from engine.bpmn.timers import first_due
from engine.calendar import Calendar, calendar_functions
from engine.errors import InvalidInput
from engine.people import organisation_functions, starter_context, unit_context


class Expressions:
    """Evaluates texts for one instance at one moment. A text that begins with `=` is FEEL, any other is itself."""

    def __init__(self, world: World, instance: Instance) -> None:
        self._world = world
        self._instance = instance
        self._functions: dict[str, Any] | None = None
        self._names: dict[str, Any] | None = None

    @property
    def functions(self) -> Mapping[str, Any]:
        if self._functions is None:
            now = self._world.now
            self._functions = {
                **organisation_functions(self._world.directory, self._person(), now),
                **calendar_functions(self._calendar()),
                "now": feel.Function((), lambda _run, _arguments: now.astimezone(self.zone), is_native=True),
                "today": feel.Function((), lambda _run, _arguments: now.astimezone(self.zone).date(), is_native=True),
            }
        return self._functions

    @property
    def names(self) -> Mapping[str, Any]:
        if self._names is None:
            instance = self._instance
            starter = self._starter()
            self._names = {
                "starter": starter,
                "case": {
                    "key": str(instance.key),
                    "number": instance.number,
                    "started_at": instance.started_at,
                    "starter": starter,
                },
                "parameters": self._world.parameters(),
            }
        return self._names

    def _person(self) -> str | None:
        """The starter, None where a message or a timer began the case for nobody."""
        return self._instance.starter if self._instance.starter in self._world.directory.users else None

    def _starter(self) -> Mapping[str, Any]:
        person, directory = self._person(), self._world.directory
        if person is not None:
            return starter_context(directory, person, self._world.now)
        company = next(iter(directory.units))
        return {
            "id": self._instance.starter,
            "name": self._instance.starter,
            "unit": unit_context(directory, company),
            "roles": [],
        }

    def evaluate(self, text: str, variables: Mapping[str, Any]) -> Any:
        """The FEEL value of `text` (opaque references stay what they are), or the text itself."""
        if not feel.is_expression(text):
            return text
        expression = feel.compile_expression(text[1:], functions=self.functions)
        return expression.evaluate(ChainMap(dict(self.names), dict(variables)), functions=self.functions)

    def text(self, text: str | None, variables: Mapping[str, Any]) -> str:
        """The value as a line of text; empty where it is null."""
        if not text:
            return ""
        value = feel.to_json(self.evaluate(text, variables))
        return "" if value is None else str(value)

    def moment(self, text: str | None, variables: Mapping[str, Any]) -> datetime | None:
        """A due date: a point in time, or a duration from now."""
        if not text:
            return None
        value = self.evaluate(text, variables)
        is_length = isinstance(value, feel.DaysDuration | feel.MonthsDuration) or str(value).startswith("P")
        try:
            return first_due(TimerKind.DURATION if is_length else TimerKind.DATE, value, self._world.now, self.zone).at
        except ElementFailed as refused:
            raise InvalidInput("invalid_expression", refused.sentence, text=text) from None

    @property
    def zone(self) -> ZoneInfo:
        """The company's."""
        return self._world.directory.zone

    def _calendar(self) -> Calendar:
        directory, unit = self._world.directory, self._instance.starter_unit
        known = unit if unit is not None and unit in directory.units else next(iter(directory.units))
        return directory.calendar_of(known)
