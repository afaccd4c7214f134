"""Who may call a route at all. Who may do a thing to a case or a task is asked by the commands (`engine.access`).

Every route declares one of these; a test walks the URL map and fails on a route without one.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import NotAllowed
from engine.vocabulary import Actor


@dataclass(frozen=True, slots=True)
class Permission:
    """`name` is also the scope that an API token needs. `roles`: one of them is needed; empty = every signed-in person."""

    name: str
    is_open: bool = False
    roles: frozenset[str] = frozenset()


OPEN = Permission("open", is_open=True)
"""Nobody need be signed in."""

SIGNED_IN = Permission("self")
"""One's own session, profile and tokens."""

READ = Permission("read")
"""Look at cases, tasks and definitions; the queries show what this person may see."""

START = Permission("start")
"""Start cases; `may_start` of the process decides."""

ACT = Permission("act")
"""Claim, vote, return, comment; the task's candidates decide."""

PUBLISH = Permission("publish")
"""Bring definitions; `may_publish` of the process decides."""

WORK = Permission("work", roles=frozenset({"administrator", "system"}))
"""What machines do: jobs, messages, signals, decisions."""

ADMINISTER = Permission("administer", roles=frozenset({"administrator"}))
"""Incidents, variables of running cases, callbacks of the whole company."""

SCOPES = tuple(permission.name for permission in (SIGNED_IN, READ, START, ACT, PUBLISH, WORK, ADMINISTER))


def check(permission: Permission, actor: Actor | None) -> None:
    """Raises NotAllowed: `not_signed_in`, `token_scope`, `not_allowed`."""
    if permission.is_open:
        return
    if actor is None:
        raise NotAllowed("not_signed_in", "Expected a signed-in person, but nobody is signed in")
    if actor.scopes is not None and permission.name not in actor.scopes:
        raise NotAllowed(
            "token_scope", f"Expected a token with the scope {permission.name!r}, but it has not", scope=permission.name
        )
    if permission.roles and not permission.roles & actor.roles:
        wanted = ", ".join(sorted(permission.roles))
        raise NotAllowed(
            "not_allowed",
            f"Expected one of the roles {wanted}, but {actor.user_id} has none of them",
            roles=sorted(permission.roles),
        )
