"""Questions over (actor, process, case, task): who may start, see, act. Each raises NotAllowed or returns.

A process names roles in its `process.yaml`: `may_start`, `may_see`, `may_edit`, `may_publish`. Where it names none,
everybody of the organisation may start it, its participants see a case, and publishers publish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.advance.records import Instance, WorkItem
from engine.advance.world import Published
from engine.errors import NotAllowed
from engine.vocabulary import Actor

PUBLISHERS = frozenset({"publisher"})
SYSTEM = "system"


def start(actor: Actor, published: Published) -> None:
    roles = _named(published.settings, "may_start")
    if actor.is_administrator or roles is None or roles & actor.roles:
        return
    process = published.definition.process_id
    raise NotAllowed("may_not_start", f"expected one of {sorted(roles)}, but {actor.user_id} is none", process=process)


def publish(actor: Actor, settings: Mapping[str, Any] | None = None) -> None:
    roles = PUBLISHERS | (_named(settings or {}, "may_publish") or frozenset())
    if not (actor.is_administrator or roles & actor.roles):
        raise NotAllowed("not_allowed", f"expected one of {sorted(roles)}, but {actor.user_id} is none", verb="publish")


def administer(actor: Actor) -> None:
    if not actor.is_administrator:
        raise NotAllowed("not_allowed", f"expected an administrator, but {actor.user_id} is none", verb="administer")


def work(actor: Actor) -> None:
    """Take jobs, publish messages, broadcast signals: for systems and administrators, not for staff."""
    if not (actor.is_administrator or "system" in actor.roles):
        raise NotAllowed("not_allowed", f"expected a system, but {actor.user_id} is a person", verb="work")


def withdraw(actor: Actor, instance: Instance) -> None:
    if actor.user_id != instance.starter:
        raise NotAllowed("not_allowed", f"expected the starter {instance.starter}, but it is {actor.user_id}", verb="withdraw")


def see(
    actor: Actor,
    instance: Instance,
    settings: Mapping[str, Any],
    items: Iterable[WorkItem],
    *,
    above_starter: Iterable[str] = (),
    is_told: Callable[[], bool] = lambda: False,
) -> None:
    """Participants, the starter's superiors, the process's own readers, administrators, and who was told by a copy."""
    if not (may_see(actor, instance, settings, items, above_starter=above_starter) or is_told()):
        raise NotAllowed("not_allowed", f"expected somebody who takes part in the case, but {actor.user_id} does not")


def may_see(
    actor: Actor,
    instance: Instance,
    settings: Mapping[str, Any],
    items: Iterable[WorkItem],
    *,
    above_starter: Iterable[str] = (),
) -> bool:
    if actor.is_administrator or actor.user_id == instance.starter:
        return True
    if (_named(settings, "may_see") or frozenset()) & actor.roles:
        return True
    if any(_takes_part(actor, item) for item in items):
        return True
    return not settings.get("confidential", False) and actor.user_id in set(above_starter)


def _takes_part(actor: Actor, item: WorkItem) -> bool:
    return item.candidate in actor.principals or actor.user_id in (item.assignee, item.decided_by)


def _named(settings: Mapping[str, Any], name: str) -> frozenset[str] | None:
    roles = settings.get(name)
    return None if roles is None else frozenset(map(str, roles))
