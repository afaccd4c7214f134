"""Scopes of variables."""

from __future__ import annotations

import pytest

from engine.bpmn.scopes import Scope, assign_path, define_path


def test_reading_falls_through_to_the_instance() -> None:
    instance = Scope(None, {"a": 1, "b": 1})
    inner = Scope(Scope(instance, {"b": 2}), {"c": 3})
    assert dict(inner) == inner.flat() == {"a": 1, "b": 2, "c": 3}
    assert ("a" in inner, "x" in inner, len(inner), inner["b"], inner.get("x")) == (True, False, 3, 2, None)
    with pytest.raises(KeyError):
        inner["x"]


def test_a_write_goes_to_the_scope_that_owns_the_name_else_to_the_instance() -> None:
    instance = Scope(None, {"a": 1})
    middle = Scope(instance, {"b": 2})
    inner = Scope(middle)
    inner.assign("a", 10)
    inner.assign("b", 20)
    inner.assign("new", 30)
    assert (instance.local, middle.local, inner.local) == ({"a": 10, "new": 30}, {"b": 20}, {})
    inner.define("a", 5)
    assert (inner["a"], instance["a"]) == (5, 10)


def test_a_path_changes_a_copy_of_its_context() -> None:
    original = {"price": 1, "kept": True}
    instance = Scope(None, {"line": original})
    assign_path(instance, "line.price", 2)
    assign_path(instance, "new.deep.name", 3)
    assert instance.local == {"line": {"price": 2, "kept": True}, "new": {"deep": {"name": 3}}}
    assert original == {"price": 1, "kept": True}
    define_path(instance, "line.price.net", 4)
    assert instance["line"] == {"price": {"net": 4}, "kept": True}
