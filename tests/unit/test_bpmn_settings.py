"""`gc.` settings: known names in their place with values that can be honoured. A misspelt rule must not vanish."""

from __future__ import annotations

import pytest

from engine.bpmn.parse import parse
from engine.bpmn.parse_properties import FLOW, PROCESS, SETTINGS
from tests.engine.bpmn_story import Shape, call, diagram, end, gc, job, problems, user


def task(settings: str) -> bytes:
    return diagram("s->a; a->b; b->e", user("a"), user("b", extensions=settings))


ACCEPTED = [
    ("sign", "any"),
    ("sign", "all"),
    ("sign", "sequential"),
    ("sign", "receipt"),
    ("sign", "count:2"),
    ("decide", "early"),
    ("decide", "all"),
    ("outcomes", "approve:for, reject:against"),
    ("outcomes", "同意:for,退回修改:against,弃权:abstain"),
    ("outcome_variable", "verdict"),
    ("on_reject", "flow"),
    ("on_reject", "return_to_start"),
    ("on_reject", "return_to:a"),
    ("on_reject", "end"),
    ("starter_is_approver", "superior"),
    ("starter_is_approver", "skip"),
    ("starter_is_approver", "self"),
    ("nobody", "incident"),
    ("nobody", "superior"),
    ("nobody", "role:gm"),
    ("nobody", "skip"),
    ("different_from", "a"),
    ("field__amount", "write"),
    ("field__lines.price", "read"),
    ("field__note", "hide"),
    ("field__phone", "mask"),
    ("allow", "return, transfer"),
    ("reason", "reject"),
    ("reason", "退回修改, transfer"),
    ("copy_to", '=holders of("gm")'),
    ("title", '="Quote " + number'),
    ("summary", "amount"),
    ("clause", "sales-contract-3"),
    ("dedupe", "off"),
    ("reapprove", "all"),
    ("print", "no"),
    ("phrases", "ok"),
    ("on_redo", "repeat"),
    ("on_redo", "keep"),
    ("irreversible", "true"),
    ("name__en", "Review"),
    ("label__en", "Review"),
]
REFUSED = [
    ("sing", "all", "unknown_property"),
    ("Sign", "all", "unknown_property"),
    ("sign", "everyone", "invalid_value"),
    ("sign", "count:0", "invalid_value"),
    ("sign", "count:101", "invalid_value"),
    ("sign", "count:two", "invalid_value"),
    ("sign", "ratio:0.6", "not_built"),
    ("sign", "weight:finance=2", "not_built"),
    ("sign", "committee", "not_built"),
    ("decide", "late", "invalid_value"),
    ("outcomes", "approve:yes", "invalid_value"),
    ("outcomes", "a:for,a:against", "invalid_value"),
    ("outcomes", "1st:for", "invalid_value"),
    ("outcomes", "reject:against", "invalid_value"),
    ("on_reject", "back", "invalid_value"),
    ("on_reject", "return_to:nowhere", "dangling_reference"),
    ("starter_is_approver", "yes", "invalid_value"),
    ("allow", "return transfer", "invalid_value"),
    ("allow", "", "invalid_value"),
    ("nobody", "role:", "invalid_value"),
    ("different_from", "nobody_there", "dangling_reference"),
    ("different_from", "a, s", "dangling_reference"),
    ("different", "unit", "misplaced"),
    ("field__amount", "secret", "invalid_value"),
    ("field__amount", "callback", "invalid_value"),
    ("dedupe", "earlier", "not_built"),
    ("reapprove", "changed", "not_built"),
    ("overdue", "remind", "not_built"),
    ("watch", "*", "not_built"),
    ("bound", "strict", "not_built"),
    ("signature", "true", "not_built"),
    ("batch", "true", "not_built"),
    ("one_tap", "true", "not_built"),
    ("choose", "fill", "not_built"),
    ("undo_seconds", "5", "not_built"),
    ("irreversible", "yes", "invalid_value"),
    ("on_redo", "never", "invalid_value"),
    ("title", "=1 +", "invalid_expression"),
    ("dialect", "1", "misplaced"),
    ("case_outcome", "approved", "misplaced"),
    ("withdraw_until", "a", "misplaced"),
]


@pytest.mark.parametrize(("name", "value"), ACCEPTED)
def test_accepts_a_known_setting(name: str, value: str) -> None:
    definition = parse(task(gc(**{name: value})))[0]
    assert definition.elements["b"].properties[f"gc.{name.replace('__', '.')}"] == value


@pytest.mark.parametrize(("name", "value", "code"), REFUSED)
def test_refuses_a_setting_that_cannot_be_honoured(name: str, value: str, code: str) -> None:
    (problem,) = problems(task(gc(**{name: value})))
    assert (problem["code"], problem["element_id"]) == (code, "b")
    assert problem["line"] == 1


def test_every_known_setting_is_tried_above() -> None:
    tried = {f"gc.{name.replace('__', '.')}" for name, *_ in (*ACCEPTED, *REFUSED)}
    assert SETTINGS.keys() <= tried


def test_a_setting_is_there_once() -> None:
    twice = gc(sign="all").replace("</zeebe:properties>", '<zeebe:property name="gc.sign" value="any"/></zeebe:properties>')
    (problem,) = problems(task(twice))
    assert problem["code"] == "duplicate"


@pytest.mark.parametrize("name", ["gcsign", "gc_sign", "gc"])
def test_a_name_that_only_looks_like_a_setting_is_refused(name: str) -> None:
    (problem,) = problems(task(f'<zeebe:properties><zeebe:property name="{name}" value="all"/></zeebe:properties>'))
    assert problem["code"] == "unknown_property"


def test_properties_of_others_are_kept() -> None:
    own = '<zeebe:properties><zeebe:property name="cost_centre" value="42"/></zeebe:properties>'
    assert parse(task(own))[0].elements["b"].properties == {"cost_centre": "42"}


def test_a_receipt_cannot_be_rejected() -> None:
    parse(task(gc(sign="receipt", outcomes="received")))
    (problem,) = problems(task(gc(sign="receipt", outcomes="received,refused:against")))
    assert (problem["code"], problem["element_id"]) == ("invalid_value", "b")


def test_two_different_units_may_sign() -> None:
    parse(task(gc(sign="count:2", different="unit")))


def test_settings_of_the_process() -> None:
    settings = {"dialect": "1", "title": '="C-" + n', "withdraw_until": "a", "name__en": "Contract", "field__amount": "callback"}
    definition = parse(diagram("s->a; a->e", user("a"), extensions=gc(**settings)))[0]
    assert (definition.name_en, definition.properties["gc.withdraw_until"]) == ("Contract", "a")


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"dialect": "2"}, "invalid_value"), ({"withdraw_until": "a, x"}, "dangling_reference"), ({"sign": "all"}, "misplaced")],
)
def test_refuses_settings_of_the_process_that_cannot_be_honoured(settings: dict[str, str], code: str) -> None:
    assert [p["code"] for p in problems(diagram("s->a; a->e", user("a"), extensions=gc(**settings)))] == [code]


def test_settings_of_ends_calls_jobs_and_flows() -> None:
    xml = diagram(
        "s->c; c->j; j->x",
        call("c", extensions=gc(allow="return", on_redo="keep")),
        job("j", extensions=gc(irreversible="true")),
        end("x", extensions=gc(case_outcome="rejected")),
    )
    flow = b'targetRef="x"><extensionElements>' + gc(label__en="done", clause="c1").encode() + b"</extensionElements>"
    assert parse(xml.replace(b'targetRef="x">', flow))[0].elements["x"].properties == {"gc.case_outcome": "rejected"}
    wrong = xml.replace(b'targetRef="x">', flow.replace(b"gc.clause", b"gc.sign"))
    assert [p["code"] for p in problems(wrong)] == ["misplaced"]
    assert (PROCESS, FLOW) == ("process", "sequenceFlow")


@pytest.mark.parametrize(
    "more",
    [
        f'<laneSet id="ls"><extensionElements>{gc(sign="all")}</extensionElements></laneSet>',
        f'<textAnnotation id="ta"><extensionElements>{gc(different_from="a")}</extensionElements></textAnnotation>',
        f'<association id="as" sourceRef="a" targetRef="a"><extensionElements>{gc(sign="all")}</extensionElements></association>',
    ],
)
def test_a_setting_on_what_is_no_step_is_refused(more: str) -> None:
    assert {p["code"] for p in problems(diagram("s->a; a->e", user("a"), more=more))} == {"misplaced"}


def test_a_form_s_own_settings_do_not_belong_to_a_step() -> None:
    for name in ("requiredWhen", "readonlyWhen", "type"):
        assert problems(task(gc(**{name: "x"})))[0]["code"] == "unknown_property"


def test_all_problems_are_told_at_once() -> None:
    xml = diagram("s->a; a->b; b->e", user("a", extensions=gc(sing="all")), Shape("complexGateway", "b"))
    assert [p["element_id"] for p in problems(xml)] == ["b"], "names of elements first"
    assert len(problems(task(gc(sing="all", sign="some", decide="x")))) == 3
