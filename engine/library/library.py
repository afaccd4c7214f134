"""The cache of one process. What has a key never changes and stays; what is "the latest" is asked anew once an epoch grows."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from engine import dmn
from engine.advance.resources import definitions_of, form_of, model_of
from engine.advance.world import Published
from engine.codec import from_text
from engine.errors import NotFound
from engine.people import Directory
from engine.store import callback_subscriptions, decision_definitions, definitions, epochs, form_definitions, organisations
from engine.store.database import Connection
from engine.store.records import Record
from engine.vocabulary import Key
from forms import Form

PARAMETERS = "parameters"
"""The decision that holds the company's figures."""

_MOST_KEPT = 500

Kept = TypeVar("Kept")


class Library:
    """Safe for threads: a value is read or made under one lock, and every value is immutable."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._by_key: OrderedDict[Hashable, Any] = OrderedDict()
        self._latest: dict[Hashable, Any] = {}
        self._definitions_epoch = -1
        self._subscriptions_epoch = -1
        self._subscriptions: list[Record] | None = None
        self._directory: Directory | None = None

    def seen(self, connection: Connection, now: epochs.Epochs) -> None:
        """Drops what another process has changed since; called by every command and query with the epochs it read."""
        with self._lock:
            if now.definitions != self._definitions_epoch:
                self._latest.clear()
                self._definitions_epoch = now.definitions
            if now.subscriptions != self._subscriptions_epoch:
                self._subscriptions = None
                self._subscriptions_epoch = now.subscriptions
            if self._directory is None or self._directory.revision != now.organisation:
                self._directory = self._read_directory(connection, now.organisation)

    @property
    def is_read(self) -> bool:
        return self._directory is not None

    @property
    def directory(self) -> Directory:
        assert self._directory is not None, "the organisation is read with the first epochs"
        return self._directory

    # -- definitions ----------------------------------------------------------------------------------------------
    def published(self, connection: Connection, key: Key) -> Published:
        """NotFound `definition_not_found`."""

        def read() -> Published:
            row = definitions.find(connection, key)
            if row is None:
                raise NotFound("definition_not_found", f"expected a process definition {key}, but there is none", key=str(key))
            return published_from(row)

        return self._keep(("process", key), read)

    def find_process(self, connection: Connection, process_id: str, version: int | None = None) -> Published | None:
        row = self._newest(("process", process_id, version), lambda: definitions.find_version(connection, process_id, version))
        return self._parsed(row) if row is not None else None

    def find_tagged(self, connection: Connection, process_id: str, tag: str) -> Published | None:
        row = self._newest(("tag", process_id, tag), lambda: definitions.find_tagged(connection, process_id, tag))
        return self._parsed(row) if row is not None else None

    def called(self, connection: Connection, process_id: str, binding: str, caller: Published) -> Published | None:
        kind, _, tag = binding.partition(":")
        if kind == "versionTag":
            return self.find_tagged(connection, process_id, tag)
        if kind == "deployment":
            row = self._newest(
                ("process in", caller.deployment_key, process_id),
                lambda: definitions.in_deployment(connection, caller.deployment_key, process_id),
            )
            if row is not None:
                return self._parsed(row)
        return self.find_process(connection, process_id)

    def starting_with(self, connection: Connection, kind: str, name: str) -> list[tuple[Published, str]]:
        """The latest definitions that a message or signal of this name starts, with the start event."""
        rows = self._newest(("all",), lambda: definitions.latest(connection))
        found = []
        for row in rows or ():
            published = self._parsed(row)
            starts = published.definition.message_starts if kind == "message" else published.definition.signal_starts
            found += [(published, element_id) for element_id, wanted in starts if wanted == name]
        return found

    def latest_processes(self, connection: Connection) -> list[Published]:
        rows = self._newest(("all",), lambda: definitions.latest(connection))
        return [self._parsed(row) for row in rows or ()]

    def _parsed(self, row: Record) -> Published:
        return self._keep(("process", row.key), lambda: published_from(row))

    # -- decisions and forms --------------------------------------------------------------------------------------
    def decision(
        self, connection: Connection, decision_id: str, deployment_key: Key | None = None
    ) -> tuple[Record, dmn.Model] | None:
        row = None
        if deployment_key is not None:
            row = self._newest(
                ("decision in", deployment_key, decision_id),
                lambda: decision_definitions.in_deployment(connection, deployment_key, decision_id),
            )
        if row is None:
            row = self._newest(("decision", decision_id), lambda: decision_definitions.find_version(connection, decision_id))
        return None if row is None else (row, self.model(row))

    def model(self, row: Record) -> dmn.Model:
        return self._keep(("model", row.xml), lambda: model_of(row.xml.encode()))

    def form(self, connection: Connection, form_id: str, deployment_key: Key | None = None) -> tuple[Record, Form] | None:
        row = None
        if deployment_key is not None:
            row = self._newest(
                ("form in", deployment_key, form_id),
                lambda: form_definitions.in_deployment(connection, deployment_key, form_id),
            )
        if row is None:
            row = self._newest(("form", form_id), lambda: form_definitions.find_version(connection, form_id))
        return None if row is None else (row, self.compiled(row))

    def form_by_key(self, connection: Connection, key: Key) -> tuple[Record, Form] | None:
        row = form_definitions.find(connection, key)
        return None if row is None else (row, self.compiled(row))

    def compiled(self, row: Record) -> Form:
        return self._keep(("form", row.key), lambda: form_of(row.document.encode()))

    def parameters(self, connection: Connection) -> Mapping[str, Any]:
        """The company's figures by name; empty where no such decision is deployed."""

        def read() -> Mapping[str, Any]:
            found = self.decision(connection, PARAMETERS)
            value = found[1].evaluate(PARAMETERS, {}).value if found is not None else None
            return value if isinstance(value, dict) else {}

        return self._newest(("parameters",), read) or {}

    # -- who listens ----------------------------------------------------------------------------------------------
    def subscriptions(self, connection: Connection) -> list[Record]:
        """The active callback subscriptions."""
        with self._lock:
            if self._subscriptions is None:
                self._subscriptions = callback_subscriptions.active(connection)
            return self._subscriptions

    # -- inner ----------------------------------------------------------------------------------------------------
    def _keep(self, name: Hashable, make: Callable[[], Kept]) -> Kept:
        with self._lock:
            if name in self._by_key:
                self._by_key.move_to_end(name)
                kept: Kept = self._by_key[name]
                return kept
            made = make()
            self._by_key[name] = made
            if len(self._by_key) > _MOST_KEPT:
                self._by_key.popitem(last=False)
            return made

    def _newest(self, name: Hashable, read: Callable[[], Kept]) -> Kept:
        with self._lock:
            if name not in self._latest:
                self._latest[name] = read()
            found: Kept = self._latest[name]
            return found

    def _read_directory(self, connection: Connection, revision: int) -> Directory:
        row = organisations.find(connection, revision) if revision else None
        document = from_text(row.document) if row is not None else EMPTY_ORGANISATION
        return Directory.from_document(document, revision=revision)


EMPTY_ORGANISATION: dict[str, Any] = {
    "name": {"zh": "公司", "en": "Company"},
    "units": [],
    "roles": [],
    "users": [],
    "memberships": [],
}


def published_from(row: Record) -> Published:
    """A stored definition, parsed. One file may hold several processes."""
    definition = next(d for d in definitions_of(row.xml.encode()) if d.process_id == row.process_id)
    return Published(row.key, row.deployment_key, row.version, definition, from_text(row.settings))
