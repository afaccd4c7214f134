"""Canceling a case through the command: an administrator's verb."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine.commands.cancel_instance import cancel_instance
from engine.commands.complete_job import complete_job
from engine.commands.fail_job import fail_job
from engine.errors import NotAllowed, NotFound, WrongState
from engine.store import jobs
from engine.store.database import Database
from tests.engine.bpmn_story import MESSAGE, boundary, call, catch, end, gateway, job, timer
from tests.engine.house import ADMINISTRATOR, House, diagram, plain, signed


def test_ends_everything_the_case_waits_for(database: Database, tmp_path: Path) -> None:
    chart = diagram(
        "s->f;f->a;f->j;f->m;f->c;a->e;j->e;m->e;c->e;t->e2",
        gateway("parallel", "f"),
        signed("a", "gm"),
        job("j"),
        catch("m", MESSAGE),
        call("c", "q"),
        boundary("t", "a", timer("PT1H")),
        end("e2"),
    )
    house = House(database, tmp_path, chart, diagram("s->i;i->e", plain("i", "dgm"), process="q"))
    key = house.start(key="k")
    assert house.problems() == []
    house.cancel(reason="not needed")
    assert (house.row(key).state, house.row(key).outcome) == ("terminated", "canceled")
    assert house.inbox("he.jun") == house.inbox("li.hua") == []
    assert house.jobs() == 0
    house.later(timedelta(hours=2))
    assert house.publish("m1", "k").received == ()
    assert "case.canceled" in house.history(key)
    assert house.problems() == []


def test_is_for_administrators(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm")))
    key = house.start()
    with pytest.raises(NotAllowed) as refused:
        cancel_instance(house.engine, house.actor("lin.yue"), key)
    assert refused.value.code == "not_allowed"
    assert house.row(key).state == "active"


def test_refuses_a_case_that_has_ended(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->a;a->e", signed("a", "gm")))
    house.start()
    house.cancel()
    with pytest.raises(WrongState) as refused:
        house.cancel()
    assert refused.value.code == "instance_ended"


def test_ends_the_failed_job_behind_an_incident(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, diagram("s->w;w->e", job("w")))
    house.start()
    failed = house.job().job.key
    fail_job(house.engine, ADMINISTRATOR, failed, message="no paper")
    house.cancel(reason="not needed")
    assert house.incidents() == []
    with database.reading() as connection:
        assert jobs.find(connection, failed).ended_at is not None  # type: ignore[union-attr]  # it is there
    with pytest.raises(NotFound):
        complete_job(house.engine, ADMINISTRATOR, failed)
