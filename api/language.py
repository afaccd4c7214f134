"""The reader's language, and people's names in it."""

from __future__ import annotations

from typing import Any

from flask import request

from engine.engine import Engine
from engine.people import Directory


def language() -> str:
    """`zh` or `en`, as `Accept-Language` prefers; Chinese where it does not say."""
    return request.accept_languages.best_match(("zh", "en", "zh-CN", "en-US", "en-GB"), default="zh")[:2]


class Names:
    """People of one organisation revision in one language."""

    def __init__(self, directory: Directory, in_language: str) -> None:
        self._directory = directory
        self._language = in_language

    def person(self, user_id: str | None) -> dict[str, Any] | None:
        """`{id, name}`; the id is the name of one who is not in the organisation (any more)."""
        if user_id is None:
            return None
        user = self._directory.users.get(user_id)
        return {"id": user_id, "name": user_id if user is None else user.name.in_language(self._language)}

    def candidate(self, candidate: str) -> dict[str, Any]:
        """A person or a role in a unit, as the step waits for it."""
        return {"id": candidate, "name": self._directory.name_of(candidate).in_language(self._language)}


def people_of(engine: Engine) -> Names:
    return Names(engine.directory(), language())
