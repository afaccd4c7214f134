"""What a hostile diagram tries: Python in every text, XML that reads files or explodes, texts that never end."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from engine.bpmn.definition import Definition
from engine.bpmn.parse import parse
from engine.bpmn.parse_xml import LARGEST
from engine.bpmn.run import Run, World
from engine.bpmn.script_engine import FeelEngine, NoPython
from engine.bpmn.waits import WaitKind
from engine.errors import InvalidInput
from tests.engine.bpmn_story import (
    BEGIN,
    MESSAGE,
    Shape,
    Story,
    begun,
    catch,
    diagram,
    gateway,
    gc,
    job,
    loop,
    mapping,
    script,
    timer,
    user,
)


def snippets(target: Path) -> list[str]:
    """Python that would leave a file behind, in the ways of the known attacks."""
    touch = f"open('{target}', 'w')"
    return [
        f"__import__('os').system('touch {target}')",
        f"[__import__('os').system('touch {target}'), 2][2]",
        touch,
        f"().__class__.__base__.__subclasses__()[-1].__init__.__globals__['__builtins__']['open']('{target}', 'w')",
        f'eval("{touch}")',
        f'exec("{touch}")',
        f"(lambda: {touch})()",
        f"import os; os.system('touch {target}')",
    ]


def carriers(text: str) -> list[bytes]:
    """Diagrams with `text` wherever a diagram may hold an expression."""
    feel = "=" + text
    message = diagram("s->w; w->e", catch("w", MESSAGE))
    quoted = feel.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").encode()
    return [
        diagram("s->c; c->e", script("c", feel, "x")),
        diagram(
            "s->x; x-[" + feel.replace("]", ")").replace("[", "(") + "]->a; x-[*]->e; a->e", gateway("exclusive", "x"), user("a")
        ),
        diagram("s->w; w->e", catch("w", timer(feel))),
        diagram("s->w; w->e", catch("w", timer(feel, "timeDate"))),
        diagram("s->w; w->e", catch("w", timer(feel, "timeCycle"))),
        diagram("s->m; m->e", user("m", loop(cardinality=feel))),
        diagram("s->m; m->e", user("m", loop(feel))),
        diagram("s->m; m->e", user("m", loop("=[1]", until=feel))),
        diagram("s->m; m->e", user("m", loop("=[1]", output="o", element=feel))),
        message.replace(b'correlationKey="=key"', b'correlationKey="' + quoted + b'"'),
        message.replace(b'id="m1" name="m1"', b'id="m1" name="' + quoted + b'"'),
        diagram("s->j; j->e", job("j", feel)),
        diagram("s->a; a->e", user("a", extensions=mapping({"x": feel}))),
        diagram("s->a; a->e", user("a", extensions=mapping(outputs={"x": feel}))),
        diagram("s->a; a->e", user("a", extensions=gc(title=feel))),
        diagram("s->a; a->e", Shape("callActivity", "a", "", f"<zeebe:calledElement processId={_attribute(feel)}/>")),
        diagram(
            "s->a; a->e",
            Shape("businessRuleTask", "a", "", f'<zeebe:calledDecision decisionId={_attribute(feel)} resultVariable="r"/>'),
        ),
    ]


def _attribute(text: str) -> str:
    return '"' + text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") + '"'


@pytest.mark.parametrize("number", range(8))
def test_python_in_a_diagram_never_runs(number: int, tmp_path: Path) -> None:
    target = tmp_path / "was_here"
    for xml in carriers(snippets(target)[number]):
        definition = accepted(xml)
        if definition is None:
            continue
        story = Story(definition, key="k").begin()
        for _ in range(3):
            for wait in story.waits():
                if wait.kind in (WaitKind.USER_TASK, WaitKind.JOB):
                    story.step(lambda run, n=wait.n: run.complete(n, {}))
    assert not target.exists()


def test_what_is_not_even_feel_is_refused_when_published(tmp_path: Path) -> None:
    kept = [accepted(xml) for xml in carriers(snippets(tmp_path / "x")[7])]
    assert kept == [None] * len(kept)


def accepted(xml: bytes) -> Definition | None:
    try:
        return parse(xml)[0]
    except InvalidInput:
        return None


def test_python_literals_without_the_sign_stay_text() -> None:
    text = "__import__('os').system('true')"
    story = begun(diagram("s->a; a->e", user("a", extensions=mapping({"x": text}))))
    assert story.opened[0].variables == {"x": text}


def test_what_a_person_typed_is_never_evaluated() -> None:
    typed = {"x": "=1 + 1", "y": "__import__('os')", "typename": "timedelta", "$": {"$": "1"}}
    xml = diagram(
        "s->a; a->c; c->k; k->e",
        user("a"),
        script("c", "=x", "seen"),
        Shape("callActivity", "k", "", '<zeebe:calledElement processId="=x"/>'),
    )
    story = begun(xml).do("a", **typed)
    assert story.variables == {**typed, "seen": "=1 + 1"}
    assert story.wait("k").name == "=1 + 1"


@pytest.mark.parametrize(
    "expression",
    [
        "starter.__class__.__mro__",
        "starter.__init__.__globals__",
        'starter["__class__"]',
        "().__class__.__base__.__subclasses__()",
        '"{0.__class__}".format(starter)',
        "starter.secret",
    ],
)
def test_no_attribute_of_a_python_object_can_be_read(expression: str) -> None:
    class Starter:
        secret = "s3cret"

    try:
        definition = parse(diagram("s->c; c->e", script("c", f"={expression}", "x")))[0]
    except InvalidInput:
        return
    story = Story(definition, names={"starter": Starter()}).begin()
    assert "s3cret" not in str(story.variables)
    assert "class" not in str(story.variables)


def test_a_file_or_the_environment_cannot_be_read() -> None:
    for text in ("open('/etc/passwd').read()", "os.environ", "environ", '__builtins__["open"]', "globals()", "vars()"):
        try:
            definition = parse(diagram("s->c; c->e", script("c", f"={text}", "x")))[0]
        except InvalidInput:
            continue
        assert Story(definition).begin().variables.get("x") in (None, []), (
            "an unknown name or function is null, a filter of null empty"
        )


def test_the_library_s_python_evaluator_is_replaced() -> None:
    engine = FeelEngine(World(BEGIN))
    assert isinstance(engine.environment, NoPython)
    for ask in (
        lambda: engine.environment.evaluate("1", {}),
        lambda: engine.environment.execute("x = 1", {}),
        lambda: engine.environment.call_service({}),
        lambda: engine.execute(None, "x = 1"),
    ):
        with pytest.raises(Exception, match="but "):
            ask()
    definition = parse(diagram("s->a; a->e", user("a")))[0]
    assert isinstance(Run(definition, World(BEGIN))._tree.script_engine, FeelEngine)


@pytest.mark.parametrize(
    "expression",
    [
        "for i in 1..1000000000 return i",
        "count(for a in 1..100000, b in 1..100000 return a)",
        "some i in 1..1000000000 satisfies i < 0",
        'string length(string join(for i in 1..1000000 return "xxxxxxxxxx"))',
        "9 ** 387420489",
    ],
)
def test_an_expression_that_would_not_end_is_an_incident(expression: str) -> None:
    story = begun(diagram("s->c; c->e", script("c", f"={expression}", "x")))
    assert story.ended or story.wait("c").kind is WaitKind.INCIDENT


def test_a_regular_expression_cannot_hang() -> None:
    text = "a" * 5000 + "!"
    story = begun(diagram("s->c; c->e", script("c", '=matches(text, "(a+)+$")', "x")), text=text)
    assert story.ended or story.wait("c").kind is WaitKind.INCIDENT


def test_deep_nesting_is_refused() -> None:
    xml = diagram("s->c; c->e", script("c", "=" + "(" * 10_000 + "1" + ")" * 10_000, "x"))
    with pytest.raises(InvalidInput):
        parse(xml)


# -- XML

BODY = (
    '<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="a" name="{}"/>'
    '<sequenceFlow id="f" sourceRef="s" targetRef="a"/></process>'
)
BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def with_dtd(dtd: str, name: str) -> bytes:
    body = BODY.format(name)
    return f'<?xml version="1.0"?><!DOCTYPE definitions [{dtd}]><definitions {BPMN} id="d">{body}</definitions>'.encode()


def refusal(xml: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as found:
        parse(xml)
    return found.value


def test_an_external_entity_is_refused_and_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    for dtd in (
        f'<!ENTITY x SYSTEM "file://{secret}">',
        '<!ENTITY x SYSTEM "http://127.0.0.1:1/x">',
        f'<!ENTITY % p SYSTEM "file://{secret}"> %p;',
    ):
        found = refusal(with_dtd(dtd, "&x;" if "% p" not in dtd else "x"))
        assert found.code == "invalid_xml"
        assert "s3cret" not in str(found.facts) + found.message


def test_an_entity_bomb_is_refused() -> None:
    dtd = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    assert refusal(with_dtd(dtd, "&a11;")).code == "invalid_xml"
    assert refusal(with_dtd(f'<!ENTITY q "{"x" * 100_000}">', "&q;" * 1000)).code == "invalid_xml"


def test_any_document_type_is_refused() -> None:
    assert refusal(with_dtd("", "x")).code == "invalid_xml"
    external = (
        f'<!DOCTYPE definitions SYSTEM "http://127.0.0.1:1/d.dtd"><definitions {BPMN} id="d">{BODY.format("x")}</definitions>'
    )
    assert refusal(external.encode()).code == "invalid_xml"
    assert refusal(external.encode("utf-16")).code == "invalid_xml"


def test_what_is_too_large_is_refused() -> None:
    found = refusal(b"<definitions>" + b" " * LARGEST + b"</definitions>")
    assert (found.code, found.facts["limit"]) == ("limit_exceeded", 2_000_000)


def test_what_is_too_deep_is_refused() -> None:
    assert refusal(b"<a>" * 5_000 + b"</a>" * 5_000).code == "invalid_xml"


@pytest.mark.parametrize(
    "xml", [b"", b"hello", b"<definitions", b"\x00\x01", b"\xff\xfe<", base64.b64encode(b"<x/>"), "<定义/>".encode("gbk")]
)
def test_what_is_no_xml_is_refused(xml: bytes) -> None:
    found = refusal(xml)
    assert found.code == "invalid_xml"
    assert isinstance(found.facts["problems"], list)


def test_an_xinclude_and_a_processing_instruction_do_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>'
    found = refusal(diagram("s->a; a->e", user("a"), more=include))
    assert "s3cret" not in str(found.facts)
    parse(diagram("s->a; a->e", user("a")).replace(b"<process", b"<?php system('true') ?><!-- note --><process", 1))
