"""Deploying through the command: all or nothing, versions, and a clear word about what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.commands.deploy import deploy
from engine.errors import CODES, InvalidInput, NotAllowed, Rejection
from engine.store import decision_definitions, definitions, form_definitions, resources
from engine.store.database import Database
from tests.engine.bpmn_story import Shape, call
from tests.engine.house import ADMINISTRATOR, House, diagram, plain, signed

GOOD = diagram("s->a;a->e", plain("a", "gm"))
FORM = json.dumps(
    {"type": "default", "id": "f", "schemaVersion": 16, "components": [{"type": "textfield", "key": "x", "label": "X"}]}
).encode()
DMN = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="M" namespace="n">'
    b'<decision id="d" name="D"><literalExpression><text>1 + 1</text></literalExpression></decision></definitions>'
)


def everything(house: House) -> list[int]:
    with house.database.reading() as connection:
        tables = (definitions, decision_definitions, form_definitions, resources)
        return [len(table.latest(connection)) for table in tables]


def test_keeps_key_and_version_of_what_is_unchanged(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    files = {"p/p.bpmn": GOOD, "p/d.dmn": DMN, "p/f.form": FORM, "p/note.txt": b"x", "p/process.yaml": b"name: P\n"}
    first, second = house.deploy(files), house.deploy(files)
    for kind in ("definitions", "decisions", "forms", "resources", "requirements"):
        before, after = getattr(first, kind), getattr(second, kind)
        assert before == after, kind
        assert all(each.version == 1 for each in after)
    changed = house.deploy({**files, "p/p.bpmn": diagram("s->b;b->e", plain("b", "gm"))})
    assert changed.definitions[0].version == 2
    assert changed.definitions[0].key != first.definitions[0].key
    assert changed.forms == first.forms


def test_takes_new_settings_of_the_same_diagram_as_a_new_version(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    house.deploy({"p/p.bpmn": GOOD, "p/process.yaml": b"may_start: [gm]\n"})
    assert house.deploy({"p/p.bpmn": GOOD, "p/process.yaml": b"may_start: [dgm]\n"}).definitions[0].version == 2


def test_a_running_case_keeps_its_version_and_a_new_one_uses_the_new(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->b;b->e", plain("a", "gm"), plain("b", "gm")))
    old = house.start()
    house.deploy({"0.bpmn": diagram("s->x;x->e", plain("x", "dgm"))})
    new = house.start()
    assert (house.row(old).version, house.row(new).version) == (1, 2)
    assert house.inbox("li.hua") == ["x"]
    house.vote("he.jun", "a")
    house.vote("he.jun", "b")
    assert house.row(old).state == "completed"
    assert house.problems() == []


def test_a_running_case_calls_what_was_deployed_with_it(database: Database, tmp_path: Path) -> None:
    outer = diagram("s->a;a->c;c->e", plain("a", "gm"), call("c", "q", bindingType="deployment"))
    house = House(database, tmp_path, outer, diagram("s->i;i->e", plain("i", "gm"), process="q"))
    house.start()
    house.deploy({"1.bpmn": diagram("s->n;n->e", plain("n", "gm"), process="q")})
    house.vote("he.jun", "a")
    assert house.inbox("he.jun") == ["i"]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&c;</definitions>'
)
YAML_BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n".encode() for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED: dict[str, tuple[Mapping[str, bytes], str, str]] = {
    "truncated": ({"p.bpmn": GOOD[:-40]}, "invalid_xml", ""),
    "no xml": ({"p.bpmn": b"hello"}, "invalid_xml", ""),
    "empty": ({"p.bpmn": b""}, "invalid_xml", ""),
    "entity bomb": ({"p.bpmn": BOMB}, "invalid_xml", ""),
    "external entity": (
        {"p.bpmn": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'},
        "invalid_xml",
        "",
    ),
    "3 MB": ({"p.bpmn": GOOD + b" " * 3_000_000}, "body_too_large", ""),
    "deep": ({"p.bpmn": b"<a>" * 20_000 + b"</a>" * 20_000}, "invalid_xml", ""),
    "other xml": ({"p.bpmn": b"<html/>"}, "invalid_bpmn", "refused"),
    "unknown form": ({"p.bpmn": diagram("s->a;a->e", plain("a", "gm", form="nothing"))}, "invalid_bpmn", "unknown_form"),
    "unknown start form": ({"p.bpmn": diagram("s->a;a->e", plain("a", "gm"), form="nothing")}, "invalid_bpmn", "unknown_form"),
    "unknown role": ({"p.bpmn": diagram("s->a;a->e", plain("a", "emperor"))}, "invalid_bpmn", "unknown_role"),
    "unknown role in feel": (
        {"p.bpmn": diagram("s->a;a->e", plain("a", '=holders of("emperor")'))},
        "invalid_bpmn",
        "unknown_role",
    ),
    "unknown person": ({"p.bpmn": diagram("s->a;a->e", plain("a", assignee="no.body"))}, "invalid_bpmn", "unknown_person"),
    "unknown process": ({"p.bpmn": diagram("s->c;c->e", call("c", "nothing"))}, "invalid_bpmn", "unknown_process"),
    "unknown decision": (
        {
            "p.bpmn": diagram(
                "s->d;d->e", Shape("businessRuleTask", "d", "", '<zeebe:calledDecision decisionId="no" resultVariable="r"/>')
            )
        },
        "invalid_bpmn",
        "unknown_decision",
    ),
    "circle of one": ({"p.bpmn": diagram("s->c;c->e", call("c", "p"))}, "invalid_bpmn", "call_circle"),
    "circle of two": (
        {"p.bpmn": diagram("s->c;c->e", call("c", "q")), "q.bpmn": diagram("s->c;c->e", call("c", "p"), process="q")},
        "invalid_bpmn",
        "call_circle",
    ),
    "expression": ({"p.bpmn": diagram("s->a;a->e", plain("a", "=1 +"))}, "invalid_bpmn", ""),
    "misspelt setting": (
        {"p.bpmn": diagram("s->a;a->e", signed("a", "gm", diferent_from="a"))},
        "invalid_bpmn",
        "unknown_property",
    ),
    "unbuilt setting": ({"p.bpmn": diagram("s->a;a->e", signed("a", "gm", signature="true"))}, "invalid_bpmn", "not_built"),
    "dangling separation": ({"p.bpmn": diagram("s->a;a->e", signed("a", "gm", different_from="zz"))}, "invalid_bpmn", ""),
    "dangling return": ({"p.bpmn": diagram("s->a;a->e", signed("a", "gm", on_reject="return_to:zz"))}, "invalid_bpmn", ""),
    "process twice": ({"p.bpmn": GOOD, "q.bpmn": GOOD}, "invalid_resource", ""),
    "form no json": ({"f.form": b"{"}, "invalid_form", ""),
    "form no form": ({"f.form": b"[]"}, "invalid_form", ""),
    "form deep": ({"f.form": b"[" * 100_000}, "invalid_form", ""),
    "form latin": ({"f.form": b'{"id": "\xff"}'}, "invalid_form", ""),
    "dmn truncated": ({"d.dmn": DMN[:-20]}, "invalid_xml", ""),
    "dmn bomb": ({"d.dmn": BOMB}, "invalid_xml", ""),
    "dmn error": ({"d.dmn": DMN.replace(b"1 + 1", b"1 +")}, "invalid_dmn", ""),
    "yaml": ({"p.bpmn": GOOD, "process.yaml": b"a: [\n"}, "invalid_resource", ""),
    "yaml list": ({"p.bpmn": GOOD, "process.yaml": b"- a\n"}, "invalid_resource", ""),
    "yaml bomb": ({"p.bpmn": GOOD, "process.yaml": YAML_BOMB}, "invalid_resource", ""),
    "yaml deep": ({"p.bpmn": GOOD, "process.yaml": b"[" * 20_000}, "invalid_resource", ""),
    "yaml code": ({"p.bpmn": GOOD, "process.yaml": b"a: !!python/object/apply:os.system [ls]\n"}, "invalid_resource", ""),
    "yaml misspelt": ({"p.bpmn": GOOD, "process.yaml": b"may_strat: [gm]\n"}, "invalid_resource", ""),
    "yaml roles": ({"p.bpmn": GOOD, "process.yaml": b"may_start: gm\n"}, "invalid_resource", ""),
    "yaml role": ({"p.bpmn": GOOD, "process.yaml": b"may_start: [emperor]\n"}, "invalid_resource", ""),
    "yaml date": ({"p.bpmn": GOOD, "process.yaml": b"name: 2026-01-01\n"}, "invalid_resource", ""),
    "yaml numbering": ({"p.bpmn": GOOD, "process.yaml": b"numbering: NO-{year}\n"}, "invalid_resource", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_the_whole_deployment_for_one_fault(sqlite_database: Database, tmp_path: Path, name: str) -> None:
    files, code, problem = REFUSED[name]
    house = House(sqlite_database, tmp_path, GOOD)
    before = everything(house)
    with pytest.raises(InvalidInput) as refused:
        house.deploy({"good.bpmn": diagram("s->z;z->e", plain("z", "gm"), process="other"), "more.txt": b"x", **files})
    assert refused.value.code == code, refused.value.message
    assert refused.value.message
    if problem:
        found = refused.value.facts["problems"]
        assert problem in {each["code"] for each in found}, found
        assert all(each["sentence"] and "element_id" in each and "line" in each for each in found)
    assert everything(house) == before
    assert house.row(house.start()).version == 1


def test_finds_every_fault_of_a_diagram_at_once(sqlite_database: Database, tmp_path: Path) -> None:
    house = House(sqlite_database, tmp_path)
    chart = diagram("s->a;a->b;b->e", plain("a", "emperor", form="nothing"), plain("b", assignee="no.body"))
    with pytest.raises(InvalidInput) as refused:
        house.deploy({"p.bpmn": chart})
    assert [each["code"] for each in refused.value.facts["problems"]] == ["unknown_form", "unknown_role", "unknown_person"]


def test_takes_a_form_and_a_called_process_of_the_same_deployment(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    outer = diagram("s->c;c->a;a->e", call("c", "q"), plain("a", "gm", form="f"))
    house.deploy({"p.bpmn": outer, "q.bpmn": diagram("s->i;i->e", plain("i", "gm"), process="q"), "f.form": FORM})
    house.start()
    assert house.inbox("he.jun") == ["i"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk"])
def test_takes_or_refuses_another_encoding_but_never_breaks(sqlite_database: Database, tmp_path: Path, encoding: str) -> None:
    house = House(sqlite_database, tmp_path)
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>' + diagram("s->a;a->e", plain("a", "gm")).decode().replace(
        'name="p"', 'name="合同"'
    )
    try:
        house.deploy({"p.bpmn": text.encode(encoding)})
    except InvalidInput as refused:
        assert refused.code == "invalid_xml"  # noqa: PT017  either answer is right
        return
    house.start()
    assert house.inbox("he.jun") == ["a"]


@pytest.mark.parametrize("encoding", ["utf-16", "gbk"])
def test_never_breaks_on_a_table_or_form_in_another_encoding(sqlite_database: Database, tmp_path: Path, encoding: str) -> None:
    house = House(sqlite_database, tmp_path)
    table = f'<?xml version="1.0" encoding="{encoding}"?>' + DMN.decode().replace('name="D"', 'name="规则"')
    for files in ({"d.dmn": table.encode(encoding)}, {"f.form": FORM.decode().replace("X", "规").encode(encoding)}):
        with pytest.raises(InvalidInput) as refused:
            house.deploy(files)
        assert refused.value.code in ("invalid_xml", "invalid_form", "invalid_dmn")


def test_is_for_publishers(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path)
    with pytest.raises(NotAllowed) as refused:
        deploy(house.engine, house.actor("lin.yue"), {"p.bpmn": GOOD})
    assert refused.value.code == "not_allowed"
    assert deploy(house.engine, house.actor("sun.ying"), {"p.bpmn": GOOD}).definitions[0].version == 1


def test_of_two_deployments_at_once_one_follows_the_other(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, GOOD)
    gate, versions, faults = Barrier(2), [], []

    def run(element: str) -> None:
        gate.wait()
        try:
            made = deploy(house.engine, ADMINISTRATOR, {"0.bpmn": diagram(f"s->{element};{element}->e", plain(element, "gm"))})
            versions.append(made.definitions[0].version)
        except Exception as fault:  # noqa: BLE001  whatever it is, the test shows it
            faults.append(fault)

    threads = [Thread(target=run, args=(name,)) for name in ("x", "y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(versions) == [2, 3]
    house.start()
    assert house.problems() == []


def test_every_refusal_has_a_registered_code() -> None:
    assert {code for _, code, _ in REFUSED.values()} <= CODES.keys()
    assert issubclass(InvalidInput, Rejection)
