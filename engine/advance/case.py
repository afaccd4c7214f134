"""What a command has loaded of one call tree before it decides: the live instances, and the tasks it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.advance.records import Instance, Task, WorkItem
from engine.errors import WrongState
from engine.vocabulary import InstanceState, Key, TaskState


@dataclass(slots=True)
class Case:
    instances: dict[Key, Instance] = field(default_factory=dict)
    tasks: dict[Key, Task] = field(default_factory=dict)
    work_items: dict[Key, list[WorkItem]] = field(default_factory=dict)

    @classmethod
    def of(cls, instances: Iterable[Instance], tasks: Iterable[Task] = (), items: Iterable[WorkItem] = ()) -> Case:
        case = cls({i.key: i for i in instances}, {t.key: t for t in tasks})
        for item in items:
            case.work_items.setdefault(item.task_key, []).append(item)
        return case

    def called_from(self, instance_key: Key, n: int) -> Instance | None:
        """The instance that the call activity at activation `n` of `instance_key` started."""
        return next((i for i in self.instances.values() if i.parent_key == instance_key and i.parent_n == n), None)

    def task_at(self, instance_key: Key, n: int) -> Task | None:
        return next((t for t in self.tasks.values() if t.instance_key == instance_key and t.n == n), None)

    def descendants(self, instance_key: Key) -> Iterator[Instance]:
        for child in [i for i in self.instances.values() if i.parent_key == instance_key]:
            yield child
            yield from self.descendants(child.key)


def active(instance: Instance) -> Instance:
    """The instance, if its course may change; WrongState otherwise."""
    if instance.state is not InstanceState.ACTIVE:
        raise WrongState("instance_ended", f"expected an active case, but it is {instance.state}", state=str(instance.state))
    if instance.suspended:
        raise WrongState("instance_suspended", "expected a case that runs, but it is suspended")
    return instance


def undecided(task: Task) -> Task:
    """The task, if it still waits; WrongState otherwise."""
    if task.state is TaskState.COMPLETED:
        raise WrongState(
            "task_already_decided",
            f"expected an open task, but it was decided as {task.outcome!r}",
            outcome=task.outcome,
            at=task.ended_at.isoformat() if task.ended_at else None,
        )
    if task.state is TaskState.CANCELED:
        raise WrongState("task_canceled", "expected an open task, but it was taken back by the case")
    return task
