"""Every code of a rejection has a kind and a sentence in both languages of the web (its HTTP status: tests/api)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine import errors
from engine.errors import CODES, Rejection

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh", "en")
_RAISED = re.compile(r"\b(?:" + "|".join(kind.__name__ for kind in Rejection.__subclasses__()) + r')\(\s*"([a-z_]+)"')


def sentences(language: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((ROOT / "web/src/locales" / language / "errors.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    known = sentences(language)
    assert sorted(code for code in CODES if not str(known.get(code, "")).strip()) == []


def test_both_languages_say_the_same_things() -> None:
    assert sentences("zh").keys() == sentences("en").keys()


def test_every_code_in_the_source_is_registered() -> None:
    raised = {
        (code, path.relative_to(ROOT).as_posix())
        for room in ("engine", "api")
        for path in (ROOT / room).rglob("*.py")
        for code in _RAISED.findall(path.read_text("utf-8"))
    }
    assert len(raised) > 40
    assert sorted((code, path) for code, path in raised if code not in CODES) == []


def test_every_kind_is_a_kind_of_rejection() -> None:
    for kind in set(CODES.values()):
        assert issubclass(kind, Rejection)
        assert kind in vars(errors).values()
