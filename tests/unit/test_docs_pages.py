"""The pages of `docs/`: links lead somewhere, the page of errors and the table of settings are complete.

`python -m tests.unit.test_docs_pages` writes `docs/reference/errors.md` anew after a code or a sentence has changed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from api.problems import status_and_title
from engine import errors
from engine.bpmn.dialect import ZEEBE_ELEMENTS
from engine.bpmn.parse_properties import SETTINGS
from engine.library.outbox import EVENT_NAMES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ERRORS = DOCS / "reference" / "errors.md"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "benchmarks" / "README.md"])

_HEAD = """# Errors

A refused request changes nothing. Its answer is a problem document (RFC 9457) with a stable `code`; `detail` is a sentence for
developers, `facts` hold the values that the sentences below need. Written by `python -m tests.unit.test_docs_pages` from
`engine/errors.py` and the sentences of the pages.
"""


def _errors_page() -> str:
    sentences = {
        language: json.loads((ROOT / "web" / "src" / "locales" / language / "errors.json").read_text(encoding="utf-8"))
        for language in ("zh", "en")
    }
    lines = [_HEAD]
    for kind in (
        errors.NotFound,
        errors.NotAllowed,
        errors.WrongState,
        errors.AlreadyExists,
        errors.InvalidInput,
        errors.Conflict,
    ):
        lines += [f"## {kind.__name__}", "", "| code | status | what people read | |", "|---|---|---|---|"]
        for code, its_kind in errors.CODES.items():
            if its_kind is kind:
                status, _ = status_and_title(kind(code, ""))
                lines.append(f"| `{code}` | {status} | {sentences['zh'][code]} | {sentences['en'][code]} |")
        lines.append("")
    return "\n".join(lines)


def test_the_page_of_errors_is_what_the_code_says() -> None:
    assert ERRORS.read_text(encoding="utf-8") == _errors_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    missing = [target for target in targets if target and "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_every_setting_of_the_house_is_in_the_table() -> None:
    named = set(re.findall(r'"(GUICHENG_[A-Z_]+)"', (ROOT / "engine" / "settings.py").read_text(encoding="utf-8")))
    table = set(
        re.findall(r"^\| `(GUICHENG_[A-Z_]+)`", (DOCS / "operate" / "run-it.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert table == named


def test_every_event_is_named_to_who_connects_a_system() -> None:
    text = (DOCS / "how-to" / "connect-a-system.md").read_text(encoding="utf-8")
    named = set()
    for group, words in re.findall(r"`(\w+)\.([\w|]+)`", text):
        named |= {f"{group}.{word}" for word in words.split("|")}
    assert named >= EVENT_NAMES


def test_the_guide_names_no_setting_that_there_is_not() -> None:
    text = (DOCS / "how-to" / "draw-a-process.md").read_text(encoding="utf-8")
    in_forms = {"gc.type", "gc.label", "gc.name"}
    jobs = {"gc.notify", "gc.write_record", "gc.callback", "gc.release", "gc.withdraw"}
    named = {name.rstrip(".") for name in re.findall(r"\bgc\.[a-z_]+(?:\.en)?", text)}
    assert {name for name in named if not name.startswith("gc.field")} <= set(SETTINGS) | in_forms | jobs
    elements = set(re.findall(r"`zeebe:(\w+)", text))
    assert elements <= set(ZEEBE_ELEMENTS) | {"zeebe"}


if __name__ == "__main__":
    ERRORS.write_text(_errors_page(), encoding="utf-8")
