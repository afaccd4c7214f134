"""Voting, and doing plain tasks, through the command on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.commands.complete_task import complete_task
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, Rejection, WrongState
from engine.queries import inbox, tasks
from engine.store.database import Database
from tests.engine.bpmn_story import Shape, call, loop, sub
from tests.engine.house import House, diagram, plain, signed


def house(database: Database, folder: Path, flows: str, *shapes: object, **options: str) -> House:
    return House(database, folder, diagram(flows, *shapes, **options))  # type: ignore[arg-type]  # shapes


def test_moves_the_case_on_when_the_step_is_decided(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->b;b->e", signed("a", "sales_manager"), signed("b", "gm"))
    key = made.start()
    assert made.inbox("wang.lei") == ["a"]
    made.vote("wang.lei", "a", "approve")
    assert made.inbox("wang.lei") == []
    assert made.inbox("he.jun") == ["b"]
    assert made.variables(key)["outcome"] == "approve"
    made.vote("he.jun", "b", "approve")
    assert made.row(key).state == "completed"
    assert made.problems() == []


def test_takes_the_sibling_away_when_either_of_two_roles_may_decide(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "dgm,gm"))
    key = made.start()
    assert made.inbox("he.jun") == made.inbox("li.hua") == ["a"]
    made.vote("li.hua", "a", "approve")
    assert made.inbox("he.jun") == []
    assert made.items("a") == [("role:dgm", "done"), ("role:gm", "withdrawn")]
    assert made.row(key).state == "completed"


def test_waits_for_every_seat_of_a_joint_step(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "finance_manager,contract_officer", sign="all"))
    key = made.start()
    made.vote("xu.fan", "a", "approve")
    assert made.row(key).state == "active"
    assert made.inbox("xu.fan") == []
    made.vote("luo.ping", "a", "approve")
    assert made.row(key).state == "completed"
    assert made.history(key).count("vote.cast") == 1
    assert made.problems() == []


def test_ends_a_joint_step_with_the_first_rejection(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "finance_manager,contract_officer", sign="all"))
    key = made.start()
    made.vote("luo.ping", "a", "reject")
    assert made.variables(key)["outcome"] == "reject"
    assert made.items("a") == [("role:finance_manager", "withdrawn"), ("role:contract_officer", "done")]


def test_asks_the_seats_of_a_sequence_one_after_another(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "sales_manager,gm", sign="sequential"))
    made.start()
    assert made.inbox("he.jun") == []
    with pytest.raises(WrongState, match="others come first"):
        made.vote("he.jun", "a", "approve")
    made.vote("wang.lei", "a", "approve")
    assert made.inbox("he.jun") == ["a"]


def test_needs_two_different_people_where_two_must_sign(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "finance_accountant", sign="count:2"))
    key = made.start()
    made.vote("ma.liang", "a", "approve")
    with pytest.raises(NotAllowed) as refused:
        made.vote("ma.liang", "a", "approve")
    assert refused.value.code == "already_voted"
    made.vote("qiu.yan", "a", "approve")
    assert made.row(key).state == "completed"


def test_keeps_out_who_decided_a_step_that_must_be_somebody_elses(database: Database, tmp_path: Path) -> None:
    made = house(
        database,
        tmp_path,
        "s->a;a->b;b->e",
        signed("a", "finance_accountant"),
        signed("b", "finance_accountant", different_from="a"),
    )
    made.start()
    made.vote("ma.liang", "a", "approve")
    with pytest.raises(NotAllowed) as refused:
        made.vote("ma.liang", "b", "approve")
    assert refused.value.code == "separation_of_duties"
    made.vote("qiu.yan", "b", "approve")


def test_lets_the_superior_decide_where_the_starter_would_approve_himself(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", '=holders of("sales_manager", starter.unit)'))
    made.start("wang.lei")
    assert made.inbox("wang.lei") == []
    assert made.inbox("li.hua") == ["a"]


def test_skips_the_starter_where_the_step_says_so(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "sales_manager", starter_is_approver="skip"))
    key = made.start("wang.lei")
    assert made.row(key).state == "completed"
    assert "task.skipped" in made.history(key)


def test_opens_an_incident_where_nobody_holds_the_role(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "design_manager"))
    made.start()
    assert [incident.kind for incident in made.incidents()] == ["nobody_found"]
    assert made.problems() == []


def test_asks_another_role_where_nobody_holds_the_first(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "design_manager", nobody="role:gm"))
    made.start()
    assert made.inbox("he.jun") == ["a"]


def test_a_receipt_cannot_be_rejected(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "front_desk", sign="receipt"))
    made.start()
    with pytest.raises(WrongState) as refused:
        made.vote("zhu.dan", "a", "reject")
    assert refused.value.code == "cannot_reject_receipt"
    made.vote("zhu.dan", "a")


def test_ends_the_case_as_rejected_where_the_step_says_so(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->b;b->e", signed("a", "gm", on_reject="end"), signed("b", "dgm"))
    key = made.start()
    made.vote("he.jun", "a", "reject", "no money")
    assert (made.row(key).state, made.row(key).outcome) == ("completed", "rejected")
    assert made.inbox("li.hua") == []
    assert made.problems() == []


def test_tells_the_caller_of_a_rejection_that_ended_the_called_case(database: Database, tmp_path: Path) -> None:
    outer = diagram("s->c;c->b;b->e", call("c", "q"), signed("b", "dgm"), process="p")
    inner = diagram("s->a;a->e", signed("a", "gm", on_reject="end"), process="q")
    made = House(database, tmp_path, outer, inner)
    key = made.start()
    made.vote("he.jun", "a", "reject")
    assert made.inbox("li.hua") == ["b"]
    assert made.variables(key)["case_outcome"] == "rejected"
    assert made.problems() == []


@pytest.mark.parametrize(
    ("user", "element", "outcome", "kind", "code"),
    [
        ("he.jun", "a", "approve", NotAllowed, "not_a_candidate"),
        ("wang.lei", "a", None, InvalidInput, "outcome_missing"),
        ("wang.lei", "a", "perhaps", InvalidInput, "unknown_outcome"),
    ],
)
def test_refuses_a_vote_that_makes_no_sense(
    database: Database, tmp_path: Path, user: str, element: str, outcome: str | None, kind: type[Rejection], code: str
) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "sales_manager"))
    key = made.start()
    before = made.row(key)
    with pytest.raises(kind) as refused:
        made.vote(user, element, outcome)
    assert refused.value.code == code
    assert made.row(key) == before


def test_refuses_a_second_vote_on_a_decided_task_and_says_how_it_was_decided(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "dgm,gm"))
    made.start()
    made.vote("li.hua", "a", "approve")
    with pytest.raises(WrongState) as refused:
        made.vote("he.jun", "a", "approve")
    assert refused.value.code == "task_already_decided"
    assert refused.value.facts["outcome"] == "approve"


def test_refuses_a_vote_on_a_task_that_never_was(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "gm"))
    with pytest.raises(NotFound) as refused:
        complete_task(made.engine, made.actor("he.jun"), 12345, outcome="approve")
    assert refused.value.code == "task_not_found"


def test_refuses_a_vote_on_a_claimed_task_of_a_colleague(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "finance_accountant"))
    made.start()
    made.claim("ma.liang", "a")
    assert made.inbox("qiu.yan") == []
    with pytest.raises(Conflict) as refused:
        made.vote("qiu.yan", "a", "approve")
    assert refused.value.code == "claimed_by_other"


def test_needs_a_reason_where_the_step_says_so(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "gm", reason="reject"))
    made.start()
    with pytest.raises(InvalidInput) as refused:
        made.vote("he.jun", "a", "reject", "  ")
    assert refused.value.code == "reason_missing"
    made.vote("he.jun", "a", "reject", "too dear")


@pytest.mark.parametrize(("outcome", "is_needed"), [("approve", False), ("amend", True), ("refuse", True)])
def test_needs_a_reason_for_the_outcomes_that_the_step_names(
    database: Database, tmp_path: Path, outcome: str, is_needed: bool
) -> None:
    step = signed("a", "gm", outcomes="approve:for, amend:for, refuse:against", reason="amend, reject")
    made = house(database, tmp_path, "s->a;a->e", step)
    key = made.start()
    if is_needed:
        with pytest.raises(InvalidInput) as refused:
            made.vote("he.jun", "a", outcome)
        assert refused.value.code == "reason_missing"
    made.vote("he.jun", "a", outcome, "because" if is_needed else None)
    assert made.row(key).state == "completed"


def test_of_two_people_voting_at_once_one_decides(database: Database, tmp_path: Path) -> None:
    """Both read the task before either has written; the lock of the case lets one of them be first."""
    made = house(database, tmp_path, "s->a;a->e", signed("a", "dgm,gm"))
    for _ in range(10):
        key = made.start()
        task, gate, answers = made.task("a"), Barrier(2), []

        def vote(user: str, task: int = task, gate: Barrier = gate, answers: list[str] = answers) -> None:
            gate.wait()
            try:
                complete_task(made.engine, made.actor(user), task, outcome="approve")
                answers.append("done")
            except WrongState as refused:
                answers.append(refused.code)

        threads = [Thread(target=vote, args=(user,)) for user in ("he.jun", "li.hua")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["done", "task_already_decided"]
        assert made.history(key).count("task.decided") == 1
    assert made.problems() == []


def test_a_plain_task_takes_its_variables_and_goes_on(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", plain("a", "sales_rep"))
    key = made.start()
    made.vote("lin.yue", "a", 金额=5, note="好")
    assert made.variables(key) == {"金额": 5, "note": "好"}


def test_ends_only_the_sub_process_that_a_rejection_is_in(database: Database, tmp_path: Path) -> None:
    inner = sub("u", "us->a;a->ue", Shape("startEvent", "us"), signed("a", "gm", on_reject="end"), Shape("endEvent", "ue"))
    made = house(database, tmp_path, "s->u;u->b;b->e", inner, signed("b", "dgm"))
    key = made.start()
    made.vote("he.jun", "a", "reject")
    assert made.inbox("li.hua") == ["b"]
    assert made.row(key).state == "active"
    assert made.problems() == []


FORM = json.dumps(
    {"type": "default", "id": "f", "schemaVersion": 16, "components": [{"type": "textfield", "key": "note", "label": "Note"}]}
).encode()


@pytest.mark.parametrize(
    "shape",
    [signed("a", "gm", form="f"), plain("a", "gm", form="f", outcomes="approve:for, reject:against")],
    ids=["step", "plain"],
)
def test_takes_the_outcome_from_among_the_answers_of_a_form(database: Database, tmp_path: Path, shape: Shape) -> None:
    made = House(database, tmp_path, diagram("s->a;a->e", shape), f__form=FORM)
    key = made.start()
    complete_task(made.engine, made.actor("he.jun"), made.task("a"), answers={"note": "why not", "outcome": "reject"})
    assert made.variables(key) == {"note": "why not", "outcome": "reject"}


def test_leaves_the_outcome_to_the_form_that_asks_for_it(database: Database, tmp_path: Path) -> None:
    made = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm", form="f", outcome_variable="note")), f__form=FORM)
    key = made.start()
    complete_task(made.engine, made.actor("he.jun"), made.task("a"), answers={"note": "approve"})
    assert made.variables(key) == {"note": "approve"}


@pytest.mark.parametrize(("right", "code"), [("read", "read_only_field"), ("mask", "read_only_field"), ("hide", "hidden_field")])
def test_refuses_what_a_step_without_a_form_does_not_let_write(database: Database, tmp_path: Path, right: str, code: str) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "gm", field__price=right))
    key = made.start(price=100)
    with pytest.raises(InvalidInput) as refused:
        made.vote("he.jun", "a", "approve", price=1)
    assert [problem["code"] for problem in refused.value.facts["problems"]] == [code]
    made.vote("he.jun", "a", "approve", note="fine")
    assert made.variables(key) == {"price": 100, "note": "fine", "outcome": "approve"}


def test_a_vote_that_does_not_decide_leaves_no_outcome(database: Database, tmp_path: Path) -> None:
    made = house(database, tmp_path, "s->a;a->e", signed("a", "gm,dgm", sign="all"))
    key = made.start()
    complete_task(made.engine, made.actor("he.jun"), made.task("a"), answers={"outcome": "approve"})
    assert made.variables(key) == {}


def test_shows_each_of_several_the_item_it_is_about(database: Database, tmp_path: Path) -> None:
    """The form of a step inside a multi-instance reads the item, which only that step sees."""
    form = {
        "type": "default",
        "id": "ask",
        "schemaVersion": 16,
        "components": [
            {"type": "textfield", "key": "department", "label": "部门"},
            {"type": "textfield", "key": "finding", "label": "结论"},
        ],
    }
    step = signed("a", "finance_accountant", form="ask", field__department="read")
    step.inside = loop("=departments", item="department", output="findings", element="=finding")
    xml = diagram("s->a;a->e", step)
    made = House(database, tmp_path, p__bpmn=xml, ask__form=json.dumps(form).encode())
    made.start(departments=["north", "south"])
    shown = [
        tasks.form(made.engine, made.actor("ma.liang"), item.task_key)
        for item in inbox.inbox(made.engine, made.actor("ma.liang"), limit=10)
    ]
    assert sorted(each.values["department"] for each in shown if each is not None) == ["north", "south"]
