"""What one reader gets of a form: the document without what he may not know, and the values to show in it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from forms import components as known
from forms.check import Granted
from forms.fields import Evaluate, Field, Level
from forms.masks import masked
from forms.order import words_in
from forms.values import json_value, stored

# Properties that name other fields, as FEEL or by key.
_NAMING = ("gc.requiredWhen", "gc.readonlyWhen", "gc.computed", "gc.default", "gc.after", "gc.notBefore", "gc.sum")


def visible(
    document: Mapping[str, Any], level: Level, values: Mapping[str, Any], granted: Granted, evaluate: Evaluate | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    shown = {each.key: _value(each, values.get(each.key), granted) for each in level.fields if granted.to(each.key) != "hide"}
    reader = _Reader(granted, level, values, evaluate)
    schema = {**document, "components": reader.components(document["components"], level, granted)}
    return schema, {key: value for key, value in shown.items() if value is not None}


def _value(each: Field, value: Any, granted: Granted) -> Any:
    if value is None:
        return None
    if granted.to(each.key) == "mask":
        return masked(each, value)
    if each.table is None:
        kept = json_value(stored(each, value))
        return format(Decimal(kept), "f") if each.decimal_text and isinstance(kept, Decimal | int) else kept
    columns = granted.within(each.key)
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    seen = [column for column in each.table.fields if columns.to(column.key) != "hide"]
    return [
        {column.key: shown for column in seen if (shown := _value(column, row.get(column.key), columns)) is not None}
        for row in rows
    ]


class _Reader:
    """Copies the components this reader may see. `unknown` are the names whose values he does not have."""

    def __init__(self, granted: Granted, level: Level, values: Mapping[str, Any], evaluate: Evaluate | None) -> None:
        self.values = {**values, **{each.key: stored(each, values.get(each.key)) for each in level.fields}}
        self.evaluate = evaluate
        self.unknown: set[str] = set()
        for each in level.fields:
            self._note(each, granted)

    def _note(self, each: Field, granted: Granted) -> None:
        if granted.to(each.key) in ("hide", "mask"):
            self.unknown.add(each.key)
        elif each.table is not None:
            for column in each.table.fields:
                self._note(column, granted.within(each.key))

    def components(self, components: list[Any], level: Level, granted: Granted) -> list[dict[str, Any]]:
        kept = (self._component(component, level, granted) for component in components)
        return [component for component in kept if component is not None]

    def _component(self, component: Mapping[str, Any], level: Level, granted: Granted) -> dict[str, Any] | None:
        copied = dict(component)
        hide = component.get("conditional", {}).get("hide")
        if hide is not None and self._is_secret(hide):
            if self.evaluate is not None and not granted.table and self.evaluate(hide[1:].strip(), self.values) is True:
                return None
            del copied["conditional"]
        if component["type"] in known.CONTAINERS:
            inner = self.components(component["components"], level, granted)
            return {**copied, "components": inner} if inner or not component["components"] else None
        if component["type"] in known.SHOWN:
            return copied
        each = level.by_key(component.get("path" if component["type"] == "dynamiclist" else "key"))
        if each is None or granted.to(each.key) == "hide":
            return None
        right = granted.to(each.key)
        if each.table is not None:
            if right == "mask":
                copied["components"] = []
            else:
                copied["components"] = self.components(component["components"], each.table, granted.within(each.key))
        if self._is_secret(component.get("expression", "")):
            copied["expression"] = "=null"
        if isinstance(copied.get("readonly"), str) and self._is_secret(copied["readonly"]):
            del copied["readonly"]
        properties = component.get("properties", {})
        copied["properties"] = {
            name: value for name, value in properties.items() if name not in _NAMING or not self._is_secret(value)
        }
        copied["properties"]["gc.right"] = right
        if each.readonly or each.computed is not None or not granted.may_enter(each):
            copied["readonly"] = True
        return copied

    def _is_secret(self, expression: str) -> bool:
        return not self.unknown.isdisjoint(words_in(expression))
