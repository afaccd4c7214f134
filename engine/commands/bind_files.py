"""Bind the files that answers name to their case: they must be the sender's own uploads, or in the case already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.advance.records import Instance
from engine.errors import InvalidInput
from engine.store import attachments
from engine.store.database import Connection
from engine.vocabulary import Actor

_MEMBERS = frozenset({"attachment_key", "name", "digest"})


def bind_files(connection: Connection, actor: Actor, instance: Instance, answers: Mapping[str, Any]) -> None:
    """`answers` have passed their form. No statement where they name no file. InvalidInput `invalid_answers`."""
    named = list(_files(answers, ""))
    if not named:
        return
    known = {str(row.key): row for row in attachments.find_all(connection, [_key(path, file) for path, file in named])}
    unbound = []
    for path, file in named:
        row = known.get(file["attachment_key"])
        is_own = row is not None and row.root_key is None and row.uploaded_by == actor.user_id
        if row is None or row.digest != file["digest"] or not (is_own or row.root_key == instance.root_key):
            raise _refused(path, "expected a file that was uploaded before, but this one was not")
        if row.root_key is None:
            unbound.append(row.key)
    if not attachments.bind(connection, unbound, root_key=instance.root_key, instance_key=instance.key):
        raise _refused(named[0][0], "expected an upload of no case yet, but another case took it at the same time")


def _files(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(value, Mapping):
        if value.keys() == _MEMBERS:
            yield path, value
        else:
            for name, inner in value.items():
                yield from _files(inner, f"{path}/{name}" if path else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _files(inner, f"{path}/{place}")


def _key(path: str, file: Mapping[str, str]) -> int:
    key = file["attachment_key"]
    if not (key.isascii() and key.isdigit() and len(key) < 20):
        raise _refused(path, f"expected the key of a file, but it is {key[:40]!r}")
    return int(key)


def _refused(path: str, message: str) -> InvalidInput:
    problem = {"path": path, "code": "unknown_file", "message": message, "facts": {}}
    return InvalidInput("invalid_answers", message, problems=[problem])
