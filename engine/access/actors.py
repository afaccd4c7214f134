"""A person of the organisation as one who asks."""

from __future__ import annotations

from datetime import datetime

from engine.people.directory import Directory
from engine.vocabulary import Actor


def actor(directory: Directory, user_id: str, at: datetime, scopes: frozenset[str] | None = None) -> Actor | None:
    """None for one who is unknown or has left. `scopes` None: everything the person may do."""
    user = directory.users.get(user_id)
    if user is None or not directory.is_active(user_id, at):
        return None
    roles = frozenset(directory.roles_of(user_id, at))
    return Actor(user_id, user.name.zh, directory.principals(user_id, at), roles, scopes)
