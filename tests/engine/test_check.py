"""`guicheng check` finds what does not hold: each kind of damage done to the rows by hand is told in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.store.database import Database
from tests.engine.bpmn_story import MESSAGE, SIGNAL, call, catch, gateway, job, timer
from tests.engine.house import House, diagram, signed

CHART = diagram(
    "s->f;f->a;f->j;f->m;f->g;f->t;f->c;a->e;j->e;m->e;g->e;t->e;c->e",
    gateway("parallel", "f"),
    signed("a", "finance_accountant", sign="count:2"),
    job("j"),
    catch("m", MESSAGE),
    catch("g", SIGNAL),
    catch("t", timer("PT1H")),
    call("c", "q"),
)
CALLED = diagram("s->i;i->e", signed("i", "gm"), process="q")


def damaged(database: Database, folder: Path, *statements: str) -> list[str]:
    house = House(database, folder, CHART, CALLED)
    house.start(key="k")
    house.vote("ma.liang", "a", "approve")
    assert house.problems() == []
    with database.transaction() as connection:
        for statement in statements:
            assert connection.execute(sa.text(statement)).rowcount, statement
    return house.problems()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM timer", "waits for a TIMER"),
        ("DELETE FROM job", "waits for a JOB"),
        ("DELETE FROM message_subscription", "waits for a MESSAGE"),
        ("DELETE FROM signal_subscription", "waits for a SIGNAL"),
        ("UPDATE timer SET n = 99", "open TIMER row"),
        ("UPDATE job SET n = 99", "open JOB row"),
        ("UPDATE task SET state = 'completed' WHERE element_id = 'a'", "waits for a USER_TASK"),
        ("UPDATE work_item SET state = 'done' WHERE element_id = 'i'", "nobody can act"),
        ("UPDATE work_item SET decided_by = 'ma.liang', state = 'done' WHERE element_id = 'a'", "two votes of one person"),
        ("DELETE FROM work_item WHERE element_id = 'i'", "no work items"),
        ("UPDATE event SET payload = '{}' WHERE type = 'task.opened'", "history breaks"),
        ("DELETE FROM event WHERE type = 'vote.cast'", "history breaks"),
        ("UPDATE instance SET state = 'completed' WHERE process_id = 'q'", "waits for a case that does not run"),
        ("UPDATE instance SET state = 'terminated' WHERE process_id = 'p'", "but it waits for"),
    ],
)
def test_finds_the_damage(database: Database, tmp_path: Path, statement: str, sentence: str) -> None:
    problems = damaged(database, tmp_path, statement)
    assert any(sentence.lower() in problem.lower() for problem in problems), problems


def test_finds_open_work_on_a_task_that_has_ended(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CALLED)
    house.start(process="q")
    house.vote("he.jun", "i", "approve")
    with database.transaction() as connection:
        connection.execute(sa.text("UPDATE work_item SET state = 'open'"))
    assert any("has ended, but 1 work items are open" in problem for problem in house.problems())


def test_looks_at_the_cases_that_are_named_only(database: Database, tmp_path: Path) -> None:
    from engine.queries import check

    house = House(database, tmp_path, CALLED)
    sound, broken = house.start(process="q"), house.start(process="q")
    with database.transaction() as connection:
        connection.execute(sa.text("UPDATE task SET state = 'completed' WHERE root_key = :key"), {"key": broken})
    assert check.problems_of(house.engine, [sound]) == []
    assert check.problems_of(house.engine, [broken])
