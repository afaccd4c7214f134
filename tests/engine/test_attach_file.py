"""Attaching a file to a case through the command."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from engine.commands.attach_file import LARGEST, attach_file
from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.store import attachments, blobs
from engine.store.database import Database
from tests.engine.house import House, diagram, signed


def begun(database: Database, folder: Path) -> tuple[House, int]:
    house = House(database, folder, diagram("s->a;a->e", signed("a", "gm")))
    return house, house.start()


def test_keeps_the_content_once_by_its_digest(database: Database, tmp_path: Path) -> None:
    house, key = begun(database, tmp_path)
    by, content = house.actor("lin.yue"), b"\x00\xff bytes"
    first = attach_file(house.engine, by, key, name="合同.pdf", media_type="application/pdf", content=content)
    second = attach_file(house.engine, by, key, name="copy.pdf", media_type="application/pdf", content=content)
    assert first.digest == second.digest == hashlib.sha256(content).hexdigest()
    assert first.key != second.key
    with database.reading() as connection:
        assert sorted(row.name for row in attachments.of_tree(connection, key)) == ["copy.pdf", "合同.pdf"]
        assert blobs.find(connection, first.digest) == content
    assert house.history(key).count("case.attached") == 2
    assert house.problems() == []


def test_keeps_no_path_of_the_senders_machine(database: Database, tmp_path: Path) -> None:
    house, key = begun(database, tmp_path)
    by = house.actor("lin.yue")
    for name in ("/etc/../x.txt", "C:\\Users\\me\\x.txt", "../../x.txt"):
        made = attach_file(house.engine, by, key, name=name, media_type="text/plain", content=b"x")
        with database.reading() as connection:
            found = attachments.find(connection, made.key)
        assert found is not None
        assert found.name == "x.txt"


@pytest.mark.parametrize(
    ("name", "content"),
    [("x", b""), ("", b"x"), ("a/", b"x"), ("x" * 256, b"x"), ("a\nb", b"x"), ("x", b"x" * (LARGEST + 1))],
    ids=["empty", "no name", "folder", "long", "line break", "huge"],
)
def test_refuses_what_is_no_file(database: Database, tmp_path: Path, name: str, content: bytes) -> None:
    house, key = begun(database, tmp_path)
    with pytest.raises(InvalidInput) as refused:
        attach_file(house.engine, house.actor("lin.yue"), key, name=name, media_type="text/plain", content=content)
    assert refused.value.code == "invalid_request"


def test_keeps_strangers_out(database: Database, tmp_path: Path) -> None:
    house, key = begun(database, tmp_path)
    with pytest.raises(NotAllowed):
        attach_file(house.engine, house.actor("ma.liang"), key, name="x", media_type="text/plain", content=b"x")
    with pytest.raises(NotFound):
        attach_file(house.engine, house.actor("ma.liang"), 5, name="x", media_type="text/plain", content=b"x")


def test_refuses_a_task_of_another_case(database: Database, tmp_path: Path) -> None:
    house, key = begun(database, tmp_path)
    with pytest.raises(NotFound) as refused:
        attach_file(house.engine, house.actor("lin.yue"), key, name="x", media_type="text/plain", content=b"x", task_key=5)
    assert refused.value.code == "task_not_found"
