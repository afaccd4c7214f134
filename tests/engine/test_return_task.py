"""Returning a case through the command: what is withdrawn, what stands, and that the case is sound afterwards."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from engine.commands import complete_job
from engine.errors import InvalidInput, NotAllowed, Rejection, WrongState
from engine.queries import case as case_query
from engine.store.database import Database
from tests.engine.bpmn_story import boundary, call, end, gateway, job, timer
from tests.engine.house import ADMINISTRATOR, House, diagram, plain, signed

LINE = diagram("s->a;a->b;b->c;c->e", signed("a", "sales_manager"), signed("b", "dgm"), signed("c", "gm"))
SPLIT = diagram(
    "s->a;a->f;f->b;f->c;b->j;c->j;j->d;d->e",
    signed("a", "sales_manager"),
    signed("b", "finance_manager"),
    signed("c", "contract_officer"),
    signed("d", "gm"),
    gateway("parallel", "f", "j"),
)
ASK = json.dumps(
    {
        "type": "default",
        "id": "ask",
        "schemaVersion": 16,
        "components": [{"type": "number", "key": "amount", "label": "金额", "validate": {"required": True}}],
    }
).encode()


def test_undoes_what_lies_between(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, LINE)
    key = house.start()
    house.vote("wang.lei", "a", "approve")
    house.vote("li.hua", "b", "approve")
    house.send_back("he.jun", "c", "a")
    assert house.problems() == []
    assert house.inbox("wang.lei") == ["a"]
    assert house.inbox("he.jun") == house.inbox("li.hua") == []
    assert house.items("a") == [("role:sales_manager", "void"), ("role:sales_manager", "open")]
    assert house.items("b") == [("role:dgm", "void")]
    assert house.items("c") == [("role:gm", "withdrawn")]
    assert "task.returned" in house.history(key)
    for user, element in (("wang.lei", "a"), ("li.hua", "b"), ("he.jun", "c")):
        house.vote(user, element, "approve")
    assert house.row(key).state == "completed"
    assert house.problems() == []


def test_forgets_the_outcome_of_a_step_it_undoes(database: Database, tmp_path: Path) -> None:
    house = House(
        database, tmp_path, diagram("s->a;a->b;b->e", signed("a", "sales_manager", outcome_variable="ok"), signed("b", "gm"))
    )
    key = house.start()
    house.vote("wang.lei", "a", "approve")
    assert house.variables(key)["ok"] == "approve"
    house.send_back("he.jun", "b", "a")
    assert house.variables(key)["ok"] is None
    assert house.problems() == []


def test_voids_the_vote_of_a_sibling_branch_when_it_goes_before_the_split(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, SPLIT)
    house.start()
    house.vote("wang.lei", "a", "approve")
    house.vote("xu.fan", "b", "approve")
    house.send_back("luo.ping", "c", "a")
    assert house.items("b") == [("role:finance_manager", "void")]
    assert house.inbox("wang.lei") == ["a"]
    assert house.problems() == []
    house.vote("wang.lei", "a", "approve")
    assert house.inbox("xu.fan") == ["b"]
    assert house.inbox("luo.ping") == ["c"]
    assert house.problems() == []


def test_keeps_the_vote_of_a_sibling_branch_when_it_goes_into_the_other(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, SPLIT)
    key = house.start()
    for user, element in (("wang.lei", "a"), ("xu.fan", "b"), ("luo.ping", "c")):
        house.vote(user, element, "approve")
    house.send_back("he.jun", "d", "c")
    assert house.items("b") == [("role:finance_manager", "done")]
    assert house.inbox("xu.fan") == []
    assert house.inbox("luo.ping") == ["c"]
    assert house.problems() == []
    house.vote("luo.ping", "c", "approve")
    house.vote("he.jun", "d", "approve")
    assert house.row(key).state == "completed"


def test_ends_the_open_seats_of_a_step_half_signed(database: Database, tmp_path: Path) -> None:
    joint = signed("b", "finance_manager,contract_officer", sign="all")
    house = House(database, tmp_path, diagram("s->a;a->b;b->e", signed("a", "sales_manager"), joint))
    house.start()
    house.vote("wang.lei", "a", "approve")
    house.vote("xu.fan", "b", "approve")
    house.send_back("luo.ping", "b", "a")
    assert house.items("b") == [("role:finance_manager", "void"), ("role:contract_officer", "withdrawn")]
    assert house.problems() == []
    house.vote("wang.lei", "a", "approve")
    assert house.inbox("xu.fan") == house.inbox("luo.ping") == ["b"]


def test_opens_the_start_form_for_the_starter_with_the_old_answers(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->e", signed("a", "sales_manager"), form="ask")
    house = House(database, tmp_path, p__bpmn=chart, ask__form=ASK)
    key = house.start(amount=5)
    house.send_back("wang.lei", "a")
    assert house.inbox("lin.yue") == ["s"]
    assert house.inbox("wang.lei") == []
    assert house.variables(key)["amount"] == 5
    assert house.problems() == []
    house.vote("lin.yue", "s", amount=7)
    assert house.variables(key)["amount"] == 7
    assert house.inbox("wang.lei") == ["a"]
    assert house.problems() == []


def test_keeps_others_out_of_the_start_form_that_is_open_again(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->e", signed("a", "sales_manager"), form="ask")
    house = House(database, tmp_path, p__bpmn=chart, ask__form=ASK)
    house.start(amount=5)
    house.send_back("wang.lei", "a")
    with pytest.raises(NotAllowed) as refused:
        house.vote("wang.lei", "s", amount=1)
    assert refused.value.code == "not_a_candidate"


def test_returns_by_a_rejection_where_the_step_says_so(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->b;b->e", signed("a", "sales_manager"), signed("b", "gm", on_reject="return_to:a"))
    house = House(database, tmp_path, chart)
    house.start()
    house.vote("wang.lei", "a", "approve")
    house.vote("he.jun", "b", "reject", "again")
    assert house.inbox("wang.lei") == ["a"]
    assert house.problems() == []


OUTER = diagram("s->a;a->c;c->b;b->e", signed("a", "sales_manager"), call("c", "q"), signed("b", "dgm"), process="p")
INNER = diagram("s->i;i->k;k->e", signed("i", "finance_manager"), signed("k", "gm"), process="q")


def test_returns_within_a_called_case(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, OUTER, INNER)
    house.start()
    house.vote("wang.lei", "a", "approve")
    house.vote("xu.fan", "i", "approve")
    house.send_back("he.jun", "k", "i")
    assert house.inbox("xu.fan") == ["i"]
    assert house.problems() == []


def test_refuses_to_leave_a_called_case_that_does_not_let_it(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, OUTER, INNER)
    house.start()
    house.vote("wang.lei", "a", "approve")
    with pytest.raises(InvalidInput) as refused:
        house.send_back("xu.fan", "i", "a")
    assert refused.value.code in ("other_instance", "not_passed")
    assert house.inbox("xu.fan") == ["i"]
    assert house.problems() == []


def test_leaves_a_called_case_whose_call_lets_returns_through(database: Database, tmp_path: Path) -> None:
    through = call("c", "q", '<zeebe:properties><zeebe:property name="gc.allow" value="return"/></zeebe:properties>')
    outer = diagram("s->a;a->c;c->b;b->e", signed("a", "sales_manager"), through, signed("b", "dgm"), process="p")
    house = House(database, tmp_path, outer, INNER)
    key = house.start()
    house.vote("wang.lei", "a", "approve")
    house.vote("xu.fan", "i", "approve")
    house.send_back("he.jun", "k", "a")
    assert house.inbox("wang.lei") == ["a"]
    assert house.inbox("he.jun") == house.inbox("xu.fan") == []
    assert house.problems() == []
    house.vote("wang.lei", "a", "approve")
    assert house.inbox("xu.fan") == ["i"]
    house.vote("xu.fan", "i", "approve")
    house.vote("he.jun", "k", "approve")
    house.vote("li.hua", "b", "approve")
    assert house.row(key).state == "completed"
    assert house.problems() == []


def test_cancels_a_running_called_case_in_another_branch(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->a;a->f;f->b;f->c;b->j;c->j;j->e",
        signed("a", "sales_manager"),
        signed("b", "dgm"),
        call("c", "q"),
        gateway("parallel", "f", "j"),
    )
    house = House(database, tmp_path, chart, INNER)
    house.start()
    house.vote("wang.lei", "a", "approve")
    assert house.inbox("xu.fan") == ["i"]
    house.send_back("li.hua", "b", "a")
    assert house.inbox("xu.fan") == []
    assert house.problems() == []


def test_arms_the_timer_of_what_opens_anew(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->a;a->b;b->e;t->x;x->e2",
        signed("a", "sales_manager"),
        signed("b", "gm"),
        boundary("t", "a", timer("PT4H"), interrupting=False),
        plain("x", "dgm"),
        end("e2"),
    )
    house = House(database, tmp_path, chart)
    house.start()
    house.later(timedelta(hours=3))
    house.vote("wang.lei", "a", "approve")
    house.send_back("he.jun", "b", "a")
    assert house.problems() == []
    house.later(timedelta(hours=3))
    assert house.inbox("li.hua") == []
    house.later(timedelta(hours=1))
    assert house.inbox("li.hua") == ["x"]
    assert house.problems() == []


@pytest.mark.parametrize(
    ("user", "targets", "comment", "kind", "code"),
    [
        ("he.jun", ("a",), "", InvalidInput, "reason_missing"),
        ("he.jun", ("a",), "  \n", InvalidInput, "reason_missing"),
        ("he.jun", ("c",), "why", InvalidInput, "not_passed"),
        ("he.jun", ("nowhere",), "why", InvalidInput, "other_instance"),
        ("he.jun", (), "why", InvalidInput, "not_passed"),
        ("wang.lei", ("a",), "why", NotAllowed, "not_a_candidate"),
    ],
)
def test_refuses_a_return_that_makes_no_sense(
    database: Database, tmp_path: Path, user: str, targets: tuple[str, ...], comment: str, kind: type[Rejection], code: str
) -> None:
    chart = diagram("s->a;a->b;b->c;c->e", signed("a", "sales_manager"), signed("b", "gm"), signed("c", "dgm"))
    house = House(database, tmp_path, chart)
    key = house.start()
    house.vote("wang.lei", "a", "approve")
    before = house.row(key)
    with pytest.raises(kind) as refused:
        house.send_back(user, "b", *targets, comment=comment)
    assert refused.value.code == code
    assert house.row(key) == before
    assert house.inbox("he.jun") == ["b"]


def test_refuses_where_the_step_does_not_offer_it(database: Database, tmp_path: Path) -> None:
    chart = diagram("s->a;a->b;b->c;c->e", signed("a", "gm"), signed("b", "dgm", allow="comment"), plain("c", "sales_manager"))
    house = House(database, tmp_path, chart)
    house.start()
    house.vote("he.jun", "a", "approve")
    with pytest.raises(NotAllowed) as refused:
        house.send_back("li.hua", "b", "a")
    assert refused.value.code == "verb_not_offered"
    house.vote("li.hua", "b", "approve")
    with pytest.raises(NotAllowed) as refused:
        house.send_back("wang.lei", "c", "a")
    assert refused.value.code == "verb_not_offered"


def test_refuses_to_undo_what_cannot_be_undone_except_for_an_administrator(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->a;a->b;b->c;c->e", signed("a", "gm"), plain("b", "dgm", irreversible="true"), signed("c", "gm,administrator")
    )
    house = House(database, tmp_path, chart)
    house.start()
    house.vote("he.jun", "a", "approve")
    house.vote("li.hua", "b")
    with pytest.raises(WrongState) as refused:
        house.send_back("he.jun", "c", "a")
    assert refused.value.code == "irreversible"
    assert house.problems() == []


def test_refuses_a_return_from_a_decided_task(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, LINE)
    house.start()
    house.vote("wang.lei", "a", "approve")
    with pytest.raises(WrongState) as refused:
        house.send_back("wang.lei", "a", "a")
    assert refused.value.code == "task_already_decided"


def test_does_not_count_a_vote_behind_a_return_for_separation_of_duties(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->a;a->b;b->c;c->e",
        signed("a", "finance_accountant"),
        signed("b", "gm"),
        signed("c", "finance_accountant", different_from="a"),
    )
    house = House(database, tmp_path, chart)
    key = house.start()
    house.vote("ma.liang", "a", "approve")
    house.send_back("he.jun", "b", "a")
    house.vote("qiu.yan", "a", "approve")
    house.vote("he.jun", "b", "approve")
    house.vote("ma.liang", "c", "approve")
    assert house.row(key).state == "completed"
    assert house.problems() == []


def test_passes_a_step_that_nobody_had_to_sign(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->a;a->x;x->b;b->e",
        signed("a", "gm"),
        signed("x", "sales_manager", starter_is_approver="skip"),
        signed("b", "dgm"),
    )
    house = House(database, tmp_path, chart)
    key = house.start("wang.lei")
    house.vote("he.jun", "a", "approve")
    house.send_back("li.hua", "b", "a")
    assert house.problems() == []
    house.vote("he.jun", "a", "approve")
    house.vote("li.hua", "b", "approve")
    assert house.row(key).state == "completed"


def test_tells_other_systems_what_they_did_for_a_step_that_is_undone(database: Database, tmp_path: Path) -> None:
    made = House(database, tmp_path, diagram("s->a;a->w;w->b;b->e", signed("a", "gm"), job("w"), signed("b", "dgm")))
    key = made.start()
    made.vote("he.jun", "a", "approve")
    complete_job.complete_job(made.engine, ADMINISTRATOR, made.job().job.key)
    made.send_back("li.hua", "b", "a")
    voided = [line for line in case_query.timeline(made.engine, made.actor("admin"), key) if line.kind == "activation.voided"]
    assert [line.element_id for line in voided] == ["w"]
    assert made.problems() == []


@pytest.mark.parametrize(
    ("user", "sign", "groups", "code"),
    [
        ("he.jun", "sequential", "sales_manager,gm", "not_your_turn"),
        ("ma.liang", "count:2", "finance_accountant", "already_voted"),
        ("tang.jia", "any", "sales_rep,gm", "separation_of_duties"),
    ],
)
def test_refuses_a_return_by_who_may_not_vote_now(
    database: Database, tmp_path: Path, user: str, sign: str, groups: str, code: str
) -> None:
    chart = diagram("s->a;a->b;b->e", plain("a", "dgm"), signed("b", groups, sign=sign))
    house = House(database, tmp_path, chart)
    house.start(by="tang.jia" if user == "tang.jia" else "lin.yue")
    house.vote("li.hua", "a")
    if sign == "count:2":
        house.vote(user, "b", "approve")
    with pytest.raises(Rejection) as refused:
        house.send_back(user, "b", "a")
    assert refused.value.code == code
    assert house.inbox("li.hua") == []
