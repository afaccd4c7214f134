"""Jobs for workers in any language: handed out, completed, failed, turned into errors; and the incidents they become."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.commands.activate_jobs import activate_jobs
from engine.commands.complete_job import complete_job
from engine.commands.fail_job import fail_job
from engine.commands.resolve_incident import resolve_incident
from engine.commands.set_variables import set_variables
from engine.commands.throw_job_error import throw_job_error
from engine.commands.update_job import update_job
from engine.errors import NotFound, WrongState
from engine.store import instances
from engine.store.database import Database
from tests.engine.bpmn_story import ERROR, boundary, end, gateway, job, mapping
from tests.engine.house import ADMINISTRATOR, House, diagram, plain

CHART = diagram("s->j;j->a;a->e", job("j"), plain("a", "gm"))
CAUGHT = diagram("s->j;j->e;b->a;a->e2", job("j"), boundary("b", "j", ERROR), plain("a", "gm"), end("e2"))


def test_hands_a_job_out_once(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    house.start(n=1, m=2)
    got = activate_jobs(house.engine, ["other", "work"], worker="w", lasting=timedelta(minutes=5), limit=9, fetch=["n", "x"])
    assert [(each.job.element_id, each.variables, each.job.fence) for each in got] == [("j", {"n": 1}, 1)]
    assert house.jobs() == 0
    assert house.problems() == []


def test_two_workers_get_different_jobs(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    for _ in range(6):
        house.start()
    gate, got = Barrier(3), []

    def work() -> None:
        gate.wait()
        found = activate_jobs(house.engine, ["work"], worker="w", lasting=timedelta(minutes=5), limit=6)
        got.extend(each.job.key for each in found)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 6


def test_moves_the_case_on_with_what_the_worker_found(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start()
    got = house.job()
    complete_job(house.engine, ADMINISTRATOR, got.job.key, variables={"金额": 7})
    assert house.variables(key)["金额"] == 7
    assert house.inbox("he.jun") == ["a"]
    with pytest.raises(NotFound) as refused:
        complete_job(house.engine, ADMINISTRATOR, got.job.key)
    assert refused.value.code == "job_not_found"
    assert house.problems() == []


def test_hands_it_to_another_when_the_deadline_has_passed(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    house.start()
    slow = house.job(lasting=timedelta(minutes=5))
    house.clock.advance(timedelta(minutes=5))
    quick = house.job()
    assert (quick.job.key, quick.job.fence) == (slow.job.key, slow.job.fence + 1)
    complete_job(house.engine, ADMINISTRATOR, slow.job.key)
    with pytest.raises(NotFound):
        complete_job(house.engine, ADMINISTRATOR, quick.job.key)
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_gives_a_worker_more_time(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    house.start()
    got = house.job(lasting=timedelta(minutes=5))
    update_job(house.engine, got.job.key, lasting=timedelta(hours=1))
    house.clock.advance(timedelta(minutes=59))
    assert house.jobs() == 0
    house.clock.advance(timedelta(minutes=1))
    assert house.jobs() == 1


def test_gives_no_time_to_a_job_that_nobody_has(database: Database, tmp_path: Path) -> None:
    from engine.store import jobs

    house = House(database, tmp_path, CHART)
    key = house.start()
    with database.reading() as connection:
        waiting = jobs.open_in_tree(connection, key)[0]
    with pytest.raises(WrongState):
        update_job(house.engine, waiting.key, lasting=timedelta(hours=1))
    with pytest.raises(NotFound):
        update_job(house.engine, 5, retries=1)


def test_waits_for_its_back_off_before_it_is_tried_again(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start()
    got = house.job()
    fail_job(
        house.engine, ADMINISTRATOR, got.job.key, retries=2, message="busy", back_off=timedelta(minutes=1), variables={"seen": 1}
    )
    assert house.jobs() == 0
    assert house.incidents() == []
    house.clock.advance(timedelta(minutes=1))
    again = house.job()
    assert (again.job.retries, again.job.error_message) == (2, "busy")
    assert "seen" not in house.variables(key)
    assert house.problems() == []


def test_is_an_incident_when_no_tries_are_left_until_somebody_repairs_it(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start()
    got = house.job()
    fail_job(house.engine, ADMINISTRATOR, got.job.key, retries=0, message="no such account")
    (incident,) = house.incidents()
    assert (incident.kind, incident.sentence, incident.job_key) == ("job_no_retries", "no such account", got.job.key)
    assert house.row(key).has_incident
    assert house.jobs() == 0
    assert house.problems() == []
    with pytest.raises(WrongState) as refused:
        complete_job(house.engine, ADMINISTRATOR, got.job.key)
    assert refused.value.code == "job_has_incident"
    with pytest.raises(WrongState) as refused:
        resolve_incident(house.engine, ADMINISTRATOR, incident.key)
    assert refused.value.code == "job_has_incident"
    update_job(house.engine, got.job.key, retries=2)
    resolve_incident(house.engine, ADMINISTRATOR, incident.key)
    assert house.incidents() == []
    assert not house.row(key).has_incident
    again = house.job()
    assert again.job.retries == 2
    complete_job(house.engine, ADMINISTRATOR, again.job.key)
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []
    with pytest.raises(WrongState) as refused:
        resolve_incident(house.engine, ADMINISTRATOR, incident.key)
    assert refused.value.code == "incident_resolved"


def test_becomes_an_error_that_the_diagram_catches(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CAUGHT)
    key = house.start()
    throw_job_error(house.engine, ADMINISTRATOR, house.job().job.key, "E1", message="refused", variables={"why": "x"})
    assert house.inbox("he.jun") == ["a"]
    assert house.variables(key)["why"] == "x"
    assert house.jobs() == 0
    assert house.problems() == []


def test_is_an_incident_when_nobody_catches_the_error(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CAUGHT)
    house.start()
    got = house.job()
    throw_job_error(house.engine, ADMINISTRATOR, got.job.key, "E9", message="strange")
    (incident,) = house.incidents()
    assert (incident.kind, incident.element_id, incident.job_key) == ("unhandled_error", "j", got.job.key)
    assert "E9" in incident.sentence
    assert house.problems() == []
    resolve_incident(house.engine, ADMINISTRATOR, incident.key)
    complete_job(house.engine, ADMINISTRATOR, house.job().job.key)
    assert house.incidents() == []
    assert house.problems() == []


def test_is_gone_when_its_case_is_canceled(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    house.start()
    got = house.job()
    house.cancel()
    for act in (complete_job, fail_job):
        with pytest.raises(NotFound) as refused:
            act(house.engine, ADMINISTRATOR, got.job.key)  # type: ignore[operator]  # both take these
        assert refused.value.code == "job_not_found"
    assert house.problems() == []


def test_waits_while_its_case_is_suspended(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    key = house.start()
    got = house.job()
    with database.transaction() as connection:
        instances.change(connection, key, suspended=True)
    with pytest.raises(WrongState) as refused:
        complete_job(house.engine, ADMINISTRATOR, got.job.key)
    assert refused.value.code == "instance_suspended"
    house.clock.advance(timedelta(hours=1))
    assert house.jobs() == 0


CHOICE = diagram(
    "s->g;g-[=amount > 5]->a;g-[=amount <= 5]->b;a->e;b->e", gateway("exclusive", "g"), plain("a", "gm"), plain("b", "dgm")
)


def test_names_the_variable_that_is_missing_and_goes_on_once_it_is_there(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHOICE)
    key = house.start()
    (incident,) = house.incidents()
    assert incident.element_id == "g"
    assert "amount" in incident.sentence
    assert house.problems() == []
    resolve_incident(house.engine, ADMINISTRATOR, incident.key)
    (again,) = house.incidents()
    assert again.key != incident.key
    set_variables(house.engine, ADMINISTRATOR, key, {"amount": 9})
    resolve_incident(house.engine, ADMINISTRATOR, again.key)
    assert house.incidents() == []
    assert house.inbox("he.jun") == ["a"]
    assert not house.row(key).has_incident
    assert house.problems() == []


def test_leaves_the_other_branch_alone_when_one_fails(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->f;f->j;f->a;j->k;a->k;k->e",
        gateway("parallel", "f", "k"),
        job("j", extensions=mapping({"x": "=1 / missing.part"})),
        plain("a", "gm"),
    )
    house = House(database, tmp_path, chart)
    key = house.start()
    assert house.inbox("he.jun") == ["a"]
    house.vote("he.jun", "a")
    assert house.row(key).state == "active"
    assert house.problems() == []


def test_refuses_an_incident_that_never_was(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    with pytest.raises(NotFound) as refused:
        resolve_incident(house.engine, ADMINISTRATOR, 5)
    assert refused.value.code == "incident_not_found"
