"""The running product: its database, its clock, what it knows, and the door every command goes through."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.clock import Clock
from engine.library import DatabaseWorld, Library
from engine.people import Directory
from engine.settings import Settings
from engine.store import epochs, instances
from engine.store.database import Connection, Database
from engine.store.records import Record
from engine.vocabulary import Actor, Key


@dataclass(frozen=True, slots=True)
class Door:
    """One open command: its transaction, the locked root of the case, and the world it decides in."""

    connection: Connection
    root: Record
    world: DatabaseWorld


@dataclass(slots=True)
class Engine:
    """`work_appeared` is set after each commit that left work for a machine; whoever waits for work looks again."""

    database: Database
    clock: Clock
    settings: Settings
    library: Library = field(default_factory=Library)
    work_appeared: threading.Condition = field(default_factory=threading.Condition)
    work_count: int = 0

    @contextmanager
    def command(self, key: Key, of: str = "instance") -> Iterator[Door]:
        """Locks the case that row `key` of table `of` belongs to; commits when the block ends, rolls back when it raises."""
        with self.database.transaction() as connection:
            tree = instances.lock_tree(connection, key, of=of)
            world = self.world(connection, tree.epochs)
            yield Door(connection, tree.root, world)
        if world.leaves_work:
            self.tell_workers()

    @contextmanager
    def opening(self) -> Iterator[tuple[Connection, DatabaseWorld]]:
        """A write transaction of a command that has no case yet."""
        with self.database.transaction() as connection:
            world = self.world(connection, epochs.read(connection))
            yield connection, world
        if world.leaves_work:
            self.tell_workers()

    @contextmanager
    def claiming(self) -> Iterator[tuple[Connection, DatabaseWorld]]:
        """A write transaction that locks no case, for what one row decides; the organisation as last seen."""
        self.directory()
        with self.database.transaction() as connection:
            yield connection, DatabaseWorld(connection, self.library, self.clock.now(), self.settings.zone)

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection of a query; the library is as new as this process's last command or tick (see `refresh`)."""
        with self.database.reading() as connection:
            if not self.library.is_read:
                self.library.seen(connection, epochs.read(connection))
            yield connection

    def refresh(self) -> None:
        """Takes over what other processes changed in the organisation and the definitions; one statement a tick."""
        with self.database.reading() as connection:
            self.library.seen(connection, epochs.read(connection))

    def world(self, connection: Connection, now: epochs.Epochs) -> DatabaseWorld:
        self.library.seen(connection, now)
        return DatabaseWorld(connection, self.library, self.clock.now(), self.settings.zone)

    def directory(self) -> Directory:
        """The organisation as this process last saw it."""
        if not self.library.is_read:
            self.refresh()
        return self.library.directory

    def actor(self, user_id: str, *, scopes: frozenset[str] | None = None) -> Actor:
        """Who asks, with all they may act for now, as this process last saw the organisation."""
        directory, now = self.directory(), self.clock.now()
        return Actor(
            user_id,
            directory.user(user_id).name.zh,
            directory.principals(user_id, now),
            frozenset(directory.roles_of(user_id, now)),
            scopes,
        )

    def tell_workers(self) -> None:
        with self.work_appeared:
            self.work_count += 1
            self.work_appeared.notify_all()
