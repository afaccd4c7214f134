"""Callbacks to a real receiver: signed, in order, tried again, and never to where they must not go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.commands.subscribe_callback import Subscribed, replay_delivery, subscribe_callback, unsubscribe_callback
from engine.errors import InvalidInput, NotFound
from engine.store import deliveries
from engine.store.database import Database
from engine.work.deliveries import PARALLEL, WAITS, send_all_due, send_due
from tests.engine.bpmn_story import call
from tests.engine.house import ADMINISTRATOR, House, diagram, plain, signed
from tests.engine.receiver import Receiver, receiving

CHART = diagram("s->a;a->e", signed("a", "gm"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as open_receiver:
        yield open_receiver


def allowing(database: Database, folder: Path, receiver: Receiver, *charts: bytes) -> House:
    return House(database, folder, *(charts or (CHART,)), private_callbacks=frozenset({f"127.0.0.1:{receiver.port}"}))


def subscribe(house: House, receiver: Receiver, **which: Any) -> Subscribed:
    return subscribe_callback(house.engine, ADMINISTRATOR, receiver.address, **which)


def ledger(house: House, key: int) -> list[tuple[int, str, int, int | None]]:
    with house.database.reading() as connection:
        rows = deliveries.of_tree(connection, key)
    return [(row.sequence, row.state, row.attempts, row.last_status) for row in rows]


def test_tells_what_happened_signed_and_in_order(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    made = subscribe(house, receiver)
    key = house.start()
    house.vote("he.jun", "a", "approve")
    send_all_due(house.engine)
    assert receiver.events() == ["case.started", "task.opened", "task.decided", "case.ended"]
    assert [got.event["sequence"] for got in receiver.got] == ["1", "2", "3", "4"]
    assert all(got.is_signed_with(made.secret) for got in receiver.got)
    assert not any(got.is_signed_with("whsec_" + "A" * 32) for got in receiver.got)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 4
    assert ledger(house, key) == [(n, "done", 1, 200) for n in (1, 2, 3, 4)]


def test_speaks_cloud_events(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["task.decided"])
    key = house.start()
    house.vote("he.jun", "a", "approve", "好")
    send_all_due(house.engine)
    got = receiver.got[0]
    assert got.headers["content-type"].startswith("application/cloudevents+json")
    event = got.event
    assert event.pop("id") == got.headers["webhook-id"]
    data = event.pop("data")
    assert event == {
        "specversion": "1.0",
        "type": "guicheng.task.decided",
        "source": "/guicheng",
        "subject": str(key),
        "time": "2026-03-02T01:00:00.000Z",
        "datacontenttype": "application/json",
        "sequence": "1",
    }
    assert (data["case"], data["process"], data["element"], data["actor"], data["outcome"]) == (
        str(key),
        "p",
        "a",
        "he.jun",
        "approve",
    )
    assert data["variables"] == {}


def test_lets_out_only_the_variables_the_diagram_names(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    chart = diagram("s->a;a->e", signed("a", "gm", field__amount="read"), field__amount="callback")
    house = allowing(database, tmp_path, receiver, chart)
    subscribe(house, receiver, event_types=["task.opened"])
    house.start(amount=5, salary=9)
    send_all_due(house.engine)
    assert receiver.got[0].event["data"]["variables"] == {"amount": 5}


def test_numbers_each_case_and_each_subscriber_by_itself(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    for _ in range(2):
        subscribe(house, receiver, event_types=["case.started", "task.opened"])
    for _ in range(2):
        house.start()
    send_all_due(house.engine)
    seen: dict[tuple[str, str], list[str]] = {}
    for got in receiver.got:
        place = (got.event["subject"], got.headers["webhook-signature"][:0] + got.event["type"])
        seen.setdefault(place, []).append(got.event["sequence"])
    assert len(receiver.got) == 8
    assert {place[1]: numbers for place, numbers in seen.items()} == {
        "guicheng.case.started": ["1", "1"],
        "guicheng.task.opened": ["2", "2"],
    }


def test_tries_again_later_and_holds_back_what_follows(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started", "task.opened"])
    key = house.start()
    receiver.answers = [500, 503]
    send_all_due(house.engine)
    assert ledger(house, key) == [(1, "pending", 1, 500), (2, "pending", 0, None)]
    house.clock.advance(WAITS[0] - timedelta(seconds=1))
    send_all_due(house.engine)
    assert len(receiver.got) == 1
    house.clock.advance(timedelta(seconds=1))
    send_all_due(house.engine)
    assert len(receiver.got) == 2
    house.clock.advance(WAITS[0])
    send_all_due(house.engine)
    assert len(receiver.got) == 2, "the second wait is longer than the first"
    house.clock.advance(WAITS[1] - WAITS[0])
    send_all_due(house.engine)
    assert ledger(house, key) == [(1, "done", 3, 200), (2, "done", 1, 200)]
    ids = [got.headers["webhook-id"] for got in receiver.got]
    assert ids[0] == ids[1] == ids[2] != ids[3], "an attempt again bears the same id"


def test_does_not_hold_back_other_cases(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started"])
    receiver.answers = [500]
    keys = [house.start(), house.start()]
    send_all_due(house.engine)
    states = sorted(ledger(house, key)[0][1] for key in keys)
    assert states == ["done", "pending"]


def test_is_dead_after_the_last_attempt_and_can_be_replayed(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started", "task.opened"])
    key = house.start()
    receiver.answers = [500] * (len(WAITS) + 1)
    for wait in (*WAITS, timedelta(0)):
        assert send_due(house.engine) == 1
        house.clock.advance(wait)
    assert ledger(house, key)[0] == (1, "dead", len(WAITS) + 1, 500)
    send_all_due(house.engine)
    assert ledger(house, key)[1] == (2, "done", 1, 200)
    with house.database.reading() as connection:
        dead, sent = deliveries.of_tree(connection, key)
    replay_delivery(house.engine, dead.key)
    send_all_due(house.engine)
    assert ledger(house, key)[0] == (1, "done", 1, 200)
    for other in (dead.key, sent.key, 5):
        with pytest.raises(NotFound) as refused:
            replay_delivery(house.engine, other)
        assert refused.value.code == "delivery_not_found"


def test_ends_the_subscription_of_a_receiver_that_is_gone(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started"])
    receiver.answers = [410]
    key = house.start()
    send_all_due(house.engine)
    assert ledger(house, key) == [(1, "dead", 1, 410)]
    later = house.start()
    send_all_due(house.engine)
    assert ledger(house, later) == []
    assert len(receiver.got) == 1


def test_sends_nothing_to_an_ended_subscription(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    made = subscribe(house, receiver, event_types=["case.started"])
    key = house.start()
    unsubscribe_callback(house.engine, made.key)
    send_all_due(house.engine)
    assert receiver.got == []
    assert ledger(house, key) == [(1, "dead", 1, None)]


def test_does_not_follow_a_redirect(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    with receiving() as elsewhere:
        house = allowing(database, tmp_path, receiver)
        subscribe(house, receiver, event_types=["case.started"])
        receiver.answers, receiver.location = [302], elsewhere.address
        key = house.start()
        send_all_due(house.engine)
        assert ledger(house, key) == [(1, "pending", 1, 302)]
        assert elsewhere.got == []


@pytest.mark.parametrize("how", ["is_silent", "dribbles"])
def test_gives_up_on_a_receiver_that_does_not_answer(database: Database, tmp_path: Path, receiver: Receiver, how: str) -> None:
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started"])
    setattr(receiver, how, True)
    key = house.start()
    assert send_due(house.engine, seconds=0.3) == 1
    assert ledger(house, key) == [(1, "pending", 1, None)]


def test_a_silent_receiver_does_not_hold_up_the_others(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """Of its many cases as many are tried as there are senders; the rest is put off without counting as tried."""
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started"])
    receiver.is_silent = True
    keys = [house.start() for _ in range(12)]
    assert send_due(house.engine, seconds=0.3) == 12
    tried = [attempts for key in keys for _, _, attempts, _ in ledger(house, key)]
    assert sorted(set(tried)) == [0, 1]
    assert sum(tried) <= 2 * PARALLEL
    assert send_due(house.engine, seconds=0.3) == 0
    receiver.is_silent = False
    receiver.released.set()
    house.clock.advance(WAITS[0])
    send_all_due(house.engine)
    assert all(ledger(house, key)[0][1] == "done" for key in keys)


def test_tries_again_where_nobody_listens(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    with receiving() as gone:
        pass
    house = allowing(database, tmp_path, gone)
    subscribe(house, gone, event_types=["case.started"])
    key = house.start()
    send_all_due(house.engine)
    assert ledger(house, key) == [(1, "pending", 1, None)]


def test_is_sent_once_by_two_that_look_at_once(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    from threading import Barrier, Thread

    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started"])
    for _ in range(5):
        house.start()
    gate = Barrier(2)

    def send() -> None:
        gate.wait()
        send_all_due(house.engine)

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [got.headers["webhook-id"] for got in receiver.got]
    assert len(ids) == len(set(ids)) == 5


def test_is_sent_again_when_the_sender_died_with_it(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started"])
    key = house.start()
    now = house.clock.now()
    with database.transaction() as connection:
        claimed = deliveries.claim_due(connection, now=now, lease_until=now + timedelta(minutes=2), limit=5)
    send_all_due(house.engine)
    assert receiver.got == []
    house.clock.advance(timedelta(minutes=2))
    send_all_due(house.engine)
    assert ledger(house, key) == [(1, "done", 1, 200)]
    with database.transaction() as connection:
        assert not deliveries.finish(connection, claimed[0].key, claimed[0].fence, state="pending")


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ({"event_types": ["case.ended"]}, ["case.ended"] * 2),
        ({"process_id": "q"}, ["case.started", "task.opened", "task.decided", "case.ended"]),
        ({"element_id": "i"}, ["task.opened", "task.decided"]),
        ({"element_id": "i", "event_types": ["task.decided"]}, ["task.decided"]),
        ({"process_id": "nothing"}, []),
    ],
)
def test_tells_only_what_was_asked_for(
    database: Database, tmp_path: Path, receiver: Receiver, which: dict[str, Any], expected: list[str]
) -> None:
    outer = diagram("s->c;c->e", call("c", "q"))
    inner = diagram("s->i;i->e", signed("i", "gm"), process="q")
    house = allowing(database, tmp_path, receiver, outer, inner)
    subscribe(house, receiver, **which)
    house.start()
    house.vote("he.jun", "i", "approve")
    send_all_due(house.engine)
    assert receiver.events() == expected


def test_tells_of_one_case_with_what_it_called(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    outer = diagram("s->c;c->e", call("c", "q"))
    inner = diagram("s->i;i->e", plain("i", "gm"), process="q")
    house = allowing(database, tmp_path, receiver, outer, inner)
    house.start()
    key = house.start()
    subscribe(house, receiver, instance_key=key)
    house.start()
    house.cancel(key)
    send_all_due(house.engine)
    assert receiver.events()
    assert {got.event["subject"] for got in receiver.got} == {str(key)}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://127.0.0.1:9/x", "address_refused"),
        ("http://10.0.0.5/x", "address_refused"),
        ("http://localhost/x", "address_refused"),
        ("ftp://example.com/x", "address_refused"),
        ("no address", "address_refused"),
    ],
)
def test_refuses_a_private_address_at_once(database: Database, tmp_path: Path, address: str, code: str) -> None:
    house = House(database, tmp_path, CHART)
    with pytest.raises(InvalidInput) as refused:
        subscribe_callback(house.engine, ADMINISTRATOR, address)
    assert refused.value.code == code


def test_refuses_an_event_that_is_none(database: Database, tmp_path: Path) -> None:
    house = House(database, tmp_path, CHART)
    with pytest.raises(InvalidInput) as refused:
        subscribe_callback(house.engine, ADMINISTRATOR, "https://example.com/x", event_types=["case.exploded"])
    assert refused.value.code == "invalid_request"


def test_looks_at_the_address_again_when_it_sends(database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """The operator has taken the permission back since."""
    house = allowing(database, tmp_path, receiver)
    subscribe(house, receiver, event_types=["case.started"])
    key = house.start()
    other = House(database, tmp_path)
    send_all_due(other.engine)
    assert receiver.got == []
    assert ledger(house, key) == [(1, "pending", 1, None)]
