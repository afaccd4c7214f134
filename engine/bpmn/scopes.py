"""Variables: a chain of scopes from a token's own names up to the instance's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Scope(Mapping[str, Any]):
    """`local` holds this scope's own names; reading falls through to the surrounding scopes.

    A write goes to the scope that owns the name, else to the instance (the outermost scope): `assign`.
    """

    __slots__ = ("local", "parent")

    def __init__(self, parent: Scope | None = None, local: dict[str, Any] | None = None) -> None:
        self.parent = parent
        self.local: dict[str, Any] = {} if local is None else local

    def _chain(self) -> Iterator[Scope]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def __getitem__(self, name: str) -> Any:
        for scope in self._chain():
            if name in scope.local:
                return scope.local[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in scope.local for scope in self._chain())

    def __iter__(self) -> Iterator[str]:
        return iter(self.flat())

    def __len__(self) -> int:
        return len(self.flat())

    def define(self, name: str, value: Any) -> None:
        """Set a name of this very scope, hiding a surrounding one."""
        self.local[name] = value

    def assign(self, name: str, value: Any) -> None:
        for scope in self._chain():
            if name in scope.local or scope.parent is None:
                scope.local[name] = value
                return

    def flat(self) -> dict[str, Any]:
        """Every visible name; inner ones win."""
        flat: dict[str, Any] = {}
        for scope in reversed(list(self._chain())):
            flat.update(scope.local)
        return flat


def assign_path(scope: Scope, target: str, value: Any) -> None:
    """Assign to `name` or to `name.member...`; contexts on the way are copied, never changed in place."""
    head, *members = target.split(".")
    scope.assign(head, _with_member(scope.get(head), members, value))


def define_path(scope: Scope, target: str, value: Any) -> None:
    head, *members = target.split(".")
    scope.define(head, _with_member(scope.local.get(head), members, value))


def _with_member(current: Any, members: list[str], value: Any) -> Any:
    if not members:
        return value
    context = dict(current) if isinstance(current, Mapping) else {}
    context[members[0]] = _with_member(context.get(members[0]), members[1:], value)
    return context
