"""Messages, signals and timers: waiting for them in the flow, on a border, and in an event sub-process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from engine.bpmn.run import Run, World
from engine.bpmn.waits import ThrowKind, WaitKind
from engine.errors import WrongState
from engine.vocabulary import ActivationState, Traced
from tests.engine.bpmn_story import (
    BEGIN,
    MESSAGE,
    SIGNAL,
    Shape,
    Story,
    begun,
    boundary,
    catch,
    diagram,
    end,
    event_sub,
    gateway,
    mapping,
    script,
    sub,
    timer,
    user,
)


def waiting(text: str, kind: str) -> bytes:
    return diagram("s->w; w->e", catch("w", timer(text, kind)))


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("PT1H", "timeDuration", BEGIN + timedelta(hours=1)),
        ("P1DT30M", "timeDuration", BEGIN + timedelta(days=1, minutes=30)),
        ("P1M", "timeDuration", BEGIN.replace(month=4)),
        ('=duration("P2D")', "timeDuration", BEGIN + timedelta(days=2)),
        ("=lead", "timeDuration", BEGIN + timedelta(hours=4)),
        ("2026-05-01T09:00:00+08:00", "timeDate", datetime(2026, 5, 1, 1, 0, tzinfo=UTC)),
        ("2026-05-01", "timeDate", datetime(2026, 5, 1, tzinfo=UTC)),
        ("=day", "timeDate", datetime(2026, 6, 1, tzinfo=UTC)),
        ('=date and time("2026-05-01T09:00:00Z")', "timeDate", datetime(2026, 5, 1, 9, 0, tzinfo=UTC)),
        ("R3/PT10M", "timeCycle", BEGIN + timedelta(minutes=10)),
        ("R/2026-05-01T00:00:00Z/P1D", "timeCycle", datetime(2026, 5, 1, tzinfo=UTC)),
    ],
)
def test_a_timer_is_due_by_our_clock(text: str, kind: str, due: datetime) -> None:
    story = begun(waiting(text, kind), lead="PT4H", day="2026-06-01")
    assert story.wait("w", WaitKind.TIMER).due_at == due
    assert story.fire("w").ended


def test_a_date_without_a_zone_is_the_company_s() -> None:
    story = Story(waiting("2026-05-01T09:00:00", "timeDate"))
    story.world = World(BEGIN, zone=timezone(timedelta(hours=8)))
    assert story.begin().wait("w").due_at == datetime(2026, 5, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, 5, "soon", "P", "R0/PT1H", "-PT1H/2"])
def test_a_timer_without_a_time_is_an_incident(value: object) -> None:
    story = begun(waiting("=lead", "timeCycle" if value == "R0/PT1H" else "timeDuration"), lead=value)
    assert story.wait("w", WaitKind.INCIDENT).name == "timer_invalid"
    story.set(lead="R1/PT1H" if value == "R0/PT1H" else "PT1H").act("retry", "w").fire("w")
    assert story.ended


def test_nothing_fires_by_itself_when_time_has_passed() -> None:
    story = begun(waiting("PT1H", "timeDuration")).pass_time(timedelta(days=9)).set(x=1)
    assert story.wait("w").kind is WaitKind.TIMER


REMINDED = diagram(
    "s->a; a->e; b->r; r->e2",
    user("a"),
    boundary("b", "a", timer("R3/PT1H", "timeCycle"), interrupting=False),
    script("r", "=if n = null then 1 else n + 1", "n"),
    end("e2"),
)


def test_a_repeating_timer_is_armed_again_without_drifting() -> None:
    story = begun(REMINDED)
    first = story.wait("b")
    story.pass_time(timedelta(hours=1, minutes=20)).fire("b")
    second = story.wait("b")
    assert (second.due_at, second.n != first.n) == (BEGIN + timedelta(hours=2), True)
    story.fire("b").fire("b").at("a")
    assert (story.variables["n"], story.waits(WaitKind.TIMER)) == (3, [])
    assert story.do("a").ended


def test_a_repeating_timer_without_end_stops_with_its_activity() -> None:
    story = begun(diagram("s->a; a->e; b->e", user("a"), boundary("b", "a", timer("R/PT1H", "timeCycle"), interrupting=False)))
    story.fire("b").fire("b").fire("b").fire("b").do("a")
    assert (story.ended, story.waits()) == (True, [])


def test_an_interrupting_timer_cancels_its_task() -> None:
    story = begun(diagram("s->a; a->e; b->late; late->e", user("a"), boundary("b", "a", timer("PT1H")), user("late")))
    story.fire("b").at("late")
    assert story.trace[2:6] == [
        ("a", Traced.ENTERED),
        ("a", Traced.CANCELED),
        ("b", Traced.ENTERED),
        ("b", Traced.COMPLETED),
    ]
    assert [(c.element_id, c.state) for c in story.closed] == [("b", ActivationState.DONE), ("a", ActivationState.CANCELED)]
    (row,) = story.rows("a")
    assert row.stopped_by == story.rows("b")[0].n


def test_a_boundary_event_that_cannot_be_armed_is_an_incident_beside_its_task() -> None:
    story = begun(diagram("s->a; a->e; b->late; late->e", user("a"), boundary("b", "a", timer("=lead")), user("late"))).at("a")
    assert story.wait("b", WaitKind.INCIDENT).name == "timer_invalid"
    assert story.rows("b") == []
    story.set(lead="PT1H").act("retry", "b")
    assert story.wait("b").kind is WaitKind.TIMER
    story.fire("b").at("late").finish()


def test_an_event_never_armed_goes_with_its_task() -> None:
    story = begun(diagram("s->a; a->e; b->e", user("a"), boundary("b", "a", timer("=lead")))).do("a")
    assert (story.ended, story.waits()) == (True, [])


# -- messages


def test_a_message_waits_with_name_and_key_and_brings_variables() -> None:
    story = begun(diagram("s->w; w->e", catch("w", MESSAGE)), key="HT-1")
    wait = story.wait("w", WaitKind.MESSAGE)
    assert (wait.name, wait.correlation_key) == ("m1", "HT-1")
    assert story.fire("w", amount=5).variables == {"key": "HT-1", "amount": 5}
    assert story.ended


@pytest.mark.parametrize(("key", "text"), [(7, "7"), (Decimal("7.50"), "7.5"), (Decimal(100), "100")])
def test_a_number_may_be_a_correlation_key(key: object, text: str) -> None:
    assert begun(diagram("s->w; w->e", catch("w", MESSAGE)), key=key).wait("w").correlation_key == text


@pytest.mark.parametrize("key", [None, True, ["a"]])
def test_what_cannot_be_a_correlation_key_is_an_incident(key: object) -> None:
    story = begun(diagram("s->w; w->e", catch("w", MESSAGE)), key=key)
    assert story.wait("w").name == "correlation_key_missing"
    assert story.set(key="k").act("retry", "w").fire("w").ended


def test_outputs_of_an_event_choose_what_stays() -> None:
    event = Shape("intermediateCatchEvent", "w", MESSAGE, mapping(outputs={"paid": "=amount"}))
    assert begun(diagram("s->w; w->e", event), key="k").fire("w", amount=5, noise=1).variables == {"key": "k", "paid": 5}


def test_a_receive_task_can_be_interrupted() -> None:
    receive = Shape("receiveTask", "r", attributes={"messageRef": "m1"})
    xml = diagram("s->r; r->e; b->late; late->e", receive, boundary("b", "r", timer("PT1H")), user("late"))
    begun(xml, key="k").fire("b").at("late").finish()
    assert begun(xml, key="k").fire("r").ended


def test_a_non_interrupting_message_can_come_again_and_again() -> None:
    xml = diagram("s->a; a->e; b->h; h->e", user("a"), boundary("b", "a", MESSAGE, interrupting=False), user("h"))
    story = begun(xml, key="k").fire("b").fire("b").at("a", "h", "h").do("a")
    assert story.waits(WaitKind.MESSAGE) == []
    story.at("h", "h").finish()


# -- signals


def test_a_thrown_signal_reaches_everything_in_the_instance_and_leaves_it() -> None:
    xml = diagram(
        "s->f; f->w; f->a; f->t; t->th; th->e; w->b; a->e; bs->c; b->e; c->e",
        gateway("parallel", "f"),
        catch("w", SIGNAL),
        user("a"),
        boundary("bs", "a", SIGNAL),
        user("t"),
        Shape("intermediateThrowEvent", "th", SIGNAL),
        user("b"),
        user("c"),
    )
    story = begun(xml, n=1).do("t").at("b", "c")
    assert [(t.kind, t.name, t.variables) for t in story.thrown] == [(ThrowKind.SIGNAL, "alarm", {"n": 1})]
    story.finish()


def test_an_interrupting_event_thrown_from_inside_acts_at_once() -> None:
    inner = sub(
        "sub",
        "ss->th; th->after; after->se",
        Shape("startEvent", "ss"),
        Shape("intermediateThrowEvent", "th", SIGNAL),
        script("after", "=1", "ran"),
        end("se"),
    )
    story = begun(diagram("s->sub; sub->n; n->e; b->h; h->e", inner, boundary("b", "sub", SIGNAL), user("n"), user("h"))).at("h")
    assert "ran" not in story.variables
    assert story.visited("after") == 0
    story.finish()


def test_a_signal_end_event_throws() -> None:
    story = begun(
        diagram("s->f; f->w; f->x; w->a; a->e", gateway("parallel", "f"), catch("w", SIGNAL), user("a"), end("x", SIGNAL))
    )
    assert [thrown.name for thrown in story.at("a").thrown] == ["alarm"]
    story.finish()


def test_a_signal_s_name_may_be_an_expression() -> None:
    xml = diagram("s->w; w->e", catch("w", SIGNAL)).replace(b'name="alarm"', b'name="=which"')
    assert begun(xml, which="fire").wait("w").name == "fire"


# -- event sub-processes


@pytest.mark.parametrize("event", [MESSAGE, SIGNAL, timer("PT1H")])
def test_an_interrupting_event_sub_process_ends_the_main_flow(event: str) -> None:
    xml = diagram("s->a; a->b; b->e", user("a"), user("b"), event_sub("esp", event))
    story = begun(xml, key="k").fire("esp_s").at("esp_t")
    assert [row.stopped_by for row in story.rows("a")] == [story.rows("esp")[0].n]
    assert story.do("esp_t").ended
    assert ("esp", Traced.COMPLETED) in story.trace
    story = begun(xml, key="k").do("a", "b")
    assert (story.ended, story.waits()) == (True, []), "an event that never came does not keep the process open"


@pytest.mark.parametrize("event", [MESSAGE, SIGNAL])
def test_a_non_interrupting_event_sub_process_runs_beside_and_listens_on(event: str) -> None:
    xml = diagram("s->a; a->e", user("a"), event_sub("esp", event, interrupting=False))
    story = begun(xml, key="k").fire("esp_s").fire("esp_s").at("a", "esp_t", "esp_t").do("a")
    assert not story.ended
    story.do("esp_t", "esp_t")
    assert story.ended


def test_a_non_interrupting_timer_in_an_event_sub_process_fires_once() -> None:
    story = begun(diagram("s->a; a->e", user("a"), event_sub("esp", timer("PT1H"), interrupting=False))).fire("esp_s")
    assert story.waits(WaitKind.TIMER) == []
    story.at("a", "esp_t").finish()


def test_an_event_sub_process_inside_a_sub_process_ends_with_it() -> None:
    inner = sub("sub", "ss->a; a->se", Shape("startEvent", "ss"), end("se"), user("a"), event_sub("esp", MESSAGE))
    xml = diagram("s->sub; sub->z; z->e", inner, user("z"))
    begun(xml, key="k").fire("esp_s").at("esp_t").do("esp_t").at("z").finish()
    story = begun(xml, key="k").do("a").at("z")
    assert story.waits(WaitKind.MESSAGE) == []


def test_an_event_sub_process_shares_the_variables_of_its_process() -> None:
    esp = event_sub("esp", MESSAGE, script("esp_t", "=x + 1", "x"), flows="esp_s -> esp_t; esp_t -> esp_e", interrupting=False)
    story = begun(diagram("s->c; c->a; a->e", script("c", "=1", "x"), user("a"), esp), key="k").fire("esp_s")
    assert story.variables["x"] == 2


def test_an_event_sub_process_that_cannot_listen_is_an_incident_and_the_process_goes_on() -> None:
    story = begun(diagram("s->a; a->e", user("a"), event_sub("esp", timer("=lead")))).at("a")
    assert story.wait("esp_s", WaitKind.INCIDENT).name == "timer_invalid"
    story.set(lead="PT1H").act("retry", "esp_s").fire("esp_s").at("esp_t").finish()


def test_an_event_happens_only_once() -> None:
    story = begun(diagram("s->w; w->a; a->e", catch("w", MESSAGE), user("a")), key="k")
    n = story.wait("w").n
    run = Run(story.definition, story.world, story.state)
    run.trigger(n)
    with pytest.raises(WrongState):
        run.trigger(n)
