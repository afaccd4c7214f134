"""Publishing and correlating messages through the commands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine.commands.correlate_message import correlate_message
from engine.commands.hand_out_messages import hand_out_messages
from engine.errors import AlreadyExists, NotFound, Rejection
from engine.store import instances, message_subscriptions, pending_effects
from engine.store.database import Database
from engine.work.duties import apply_due_effects
from tests.engine.bpmn_story import MESSAGE, Shape, boundary, catch, end
from tests.engine.house import ADMINISTRATOR, House, diagram, plain

WAITING = diagram("s->m;m->a;a->e", catch("m", MESSAGE), plain("a", "gm"))
LATER = diagram("s->b;b->m;m->a;a->e", plain("b", "dgm"), catch("m", MESSAGE), plain("a", "gm"))
STARTED = diagram("s->a;a->e", Shape("startEvent", "s", '<messageEventDefinition messageRef="m2"/>'), plain("a", "gm"))
HOUR = timedelta(hours=1)


def test_reaches_the_case_that_waits_for_its_key(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    one, other = house.start(key="k1"), house.start(key="k2")
    sent = house.publish("m1", "k2", variables={"amount": 20000})
    assert sent.received == (other,)
    assert house.variables(other)["amount"] == 20000
    assert house.variables(one) == {"key": "k1"}
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_reaches_one_case_of_a_process_and_one_of_each_other(database: Database, tmp_path: Path) -> None:
    second = diagram("s->m;m->a;a->e", catch("m", MESSAGE), plain("a", "dgm"), process="q")
    house = House(database, tmp_path, WAITING, second)
    mine = {house.start(key="k"), house.start(key="k")}
    theirs = house.start(process="q", key="k")
    received = house.publish("m1", "k").received
    assert theirs in received
    assert len(received) == 2
    assert len(set(received) & mine) == 1
    assert set(house.publish("m1", "k").received) == mine - set(received)
    assert house.publish("m1", "k").received == ()
    assert house.problems() == []


def test_waits_in_the_buffer_until_somebody_listens(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, LATER)
    key = house.start(key="k")
    assert house.publish("m1", "k", time_to_live=HOUR, variables={"n": 1}).received == ()
    house.vote("li.hua", "b")
    house.work()
    assert house.inbox("he.jun") == ["a"]
    assert house.variables(key)["n"] == 1
    house.start(key="k")
    house.vote("li.hua", "b")
    house.work()
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_is_forgotten_when_its_time_is_over(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, LATER)
    house.start(key="k")
    house.publish("m1", "k", time_to_live=HOUR)
    house.clock.advance(HOUR)
    house.vote("li.hua", "b")
    house.work()
    assert house.inbox("he.jun") == []


def test_is_not_kept_without_a_time_to_live(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, LATER)
    house.start(key="k")
    house.publish("m1", "k")
    house.vote("li.hua", "b")
    house.work()
    assert house.inbox("he.jun") == []


def test_is_taken_once_with_the_same_id_as_long_as_it_is_kept(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    house.start(key="k")
    house.start(key="k")
    assert len(house.publish("m1", "k", message_id="bank-7", time_to_live=HOUR).received) == 1
    with pytest.raises(AlreadyExists) as refused:
        house.publish("m1", "k", message_id="bank-7", time_to_live=HOUR)
    assert refused.value.code == "message_already_published"
    assert house.inbox("he.jun") == ["a"]
    house.clock.advance(HOUR)
    assert len(house.publish("m1", "k", message_id="bank-7", time_to_live=HOUR).received) == 1


def test_of_the_same_id_at_once_one_is_taken(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    for turn in range(5):
        house.start(key="k")
        house.start(key="k")
        gate, answers = Barrier(2), []

        def publish(turn: int = turn, gate: Barrier = gate, answers: list[str] = answers) -> None:
            gate.wait()
            try:
                answers.append(str(len(house.publish("m1", "k", message_id=f"id-{turn}", time_to_live=HOUR).received)))
            except Rejection as refused:
                answers.append(refused.code)

        threads = [Thread(target=publish) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["1", "message_already_published"]


def test_starts_the_process_that_begins_with_it(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, STARTED)
    sent = house.publish("m2", "anything", variables={"starter": "lin.yue", "n": 5})
    assert len(sent.received) == 1
    assert house.row(sent.received[0]).starter == "lin.yue"
    assert house.variables(sent.received[0])["n"] == 5
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_does_not_start_an_older_version(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, STARTED)
    house.deploy({"0.bpmn": diagram("s->a;a->e", plain("a", "gm"))})
    assert house.publish("m2").received == ()


def test_leaves_a_command_its_receivers_although_workers_are_awake(database: Database, tmp_path: Path) -> None:
    """A worker that takes up effects as soon as they are committed must not take those that the command applies itself."""
    house = House(database, tmp_path, WAITING)
    stopping, gate = [False], Barrier(2)

    def work() -> None:
        gate.wait()
        while not stopping[0]:
            apply_due_effects(house.engine)

    worker = Thread(target=work)
    worker.start()
    gate.wait()
    try:
        for _ in range(15):
            key = house.start(key="k")
            assert house.publish("m1", "k").received == (key,)
    finally:
        stopping[0] = True
        worker.join()
    assert house.problems() == []


def test_is_delivered_later_when_the_command_dies_behind_its_commit(database: Database, tmp_path: Path) -> None:
    from engine.commands.apply_effect import route_message

    house = House(database, tmp_path, WAITING)
    house.start(key="k")
    with house.engine.opening() as (connection, world):
        route_message(house.engine, connection, world, "m1", "k", {}, expires_at=world.now, at_once=True)
    house.work()
    assert house.inbox("he.jun") == []
    house.later(timedelta(minutes=2))
    assert house.inbox("he.jun") == ["a"]
    assert house.problems() == []


def test_is_handed_out_although_it_came_while_somebody_began_to_wait(database: Database, tmp_path: Path) -> None:
    """As two transactions that do not see one another leave it: a message in the buffer, and somebody who waits for it."""
    house = House(database, tmp_path, LATER)
    key = house.start(key="k")
    house.publish("m1", "k", time_to_live=HOUR)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE message SET name = 'hidden'")
    house.vote("li.hua", "b")
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE message SET name = 'm1'")
    assert hand_out_messages(house.engine) == 1
    assert hand_out_messages(house.engine) == 0
    house.work()
    assert house.inbox("he.jun") == ["a"]
    assert house.row(key).state == "active"
    assert house.problems() == []


def test_waits_for_the_next_when_its_receiver_has_gone_on(database: Database, tmp_path: Path) -> None:
    """Two messages of one key at once are both routed to the one case that waits; the second is not lost."""
    from engine.commands.apply_effect import apply_effect, route_message

    house = House(database, tmp_path, WAITING)
    house.start(key="k")
    routed = []
    for n in (1, 2):
        with house.engine.opening() as (connection, world):
            routed += route_message(
                house.engine, connection, world, "m1", "k", {"n": n}, expires_at=world.now + HOUR, at_once=True
            )
    assert [apply_effect(house.engine, effect) is not None for effect in routed] == [True, False]
    second = house.start(key="k")
    house.work()
    assert house.variables(second)["n"] == 2
    assert house.problems() == []


def test_waits_while_the_case_is_suspended(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    key = house.start(key="k")
    suspend(house, key, True)
    assert house.publish("m1", "k").received == ()
    house.later(timedelta(minutes=5))
    assert house.inbox("he.jun") == []
    suspend(house, key, False)
    house.later(timedelta(minutes=5))
    assert house.inbox("he.jun") == ["a"]


def test_correlates_with_a_case_that_waits_or_refuses(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    key = house.start(key="k")
    with pytest.raises(NotFound) as refused:
        correlate_message(house.engine, ADMINISTRATOR, "m1", correlation_key="other")
    assert refused.value.code == "nobody_waits"
    assert correlate_message(house.engine, ADMINISTRATOR, "m1", correlation_key="k").instance_key == key
    with pytest.raises(NotFound):
        correlate_message(house.engine, ADMINISTRATOR, "m1", correlation_key="k")


def test_leaves_nothing_behind_when_it_is_applied(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, WAITING)
    key = house.start(key="k")
    house.publish("m1", "k")
    with database.reading() as connection:
        assert message_subscriptions.waiting_in_tree(connection, key) == []
        assert pending_effects.of_sources(connection, [key]) == []


def suspend(house: House, key: int, suspended: bool) -> None:
    with house.database.transaction() as connection:
        instances.change(connection, key, suspended=suspended)


def test_reaches_again_an_event_that_does_not_interrupt(database: Database, tmp_path: Path) -> None:
    """Its subscription ends and begins at the same place: the old row must end, the new one stay."""
    chart = diagram(
        "s->b;b->e;m->a;a->e2", plain("b", "dgm"), boundary("m", "b", MESSAGE, interrupting=False), plain("a", "gm"), end("e2")
    )
    house = House(database, tmp_path, chart)
    key = house.start(key="k")
    for count in (1, 2, 3):
        assert house.publish("m1", "k").received == (key,)
        assert house.inbox("he.jun") == ["a"] * count
        assert house.problems() == []
