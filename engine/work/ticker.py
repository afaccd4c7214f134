"""The scheduler of one process: it only ticks. What is due is rows, so a tick that is missed or doubled does no harm."""

from __future__ import annotations

import threading

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from engine.commands.hand_out_messages import hand_out_messages
from engine.engine import Engine
from engine.work import deliveries, duties

CLEAN_SECONDS = 600
SWEEP_SECONDS = 10
"""Between two looks for what fell between two transactions; it happens seldom and costs a look at all kept messages."""

log = structlog.get_logger("guicheng.work")


class Ticker:
    """Started in the process that serves, after any fork; never at import."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(4)},
            # A late tick is still a tick: without a grace time it would be dropped after one second.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._effects = threading.Thread(target=self._watch_effects, name="effects", daemon=True)

    def start(self) -> None:
        seconds = self._engine.settings.tick_seconds
        self._scheduler.add_job(duties.fire_due_timers, "interval", [self._engine], seconds=seconds, id="timers")
        sending = [self._engine, self._stopping.is_set]
        self._scheduler.add_job(deliveries.send_all_due, "interval", sending, seconds=seconds, id="deliveries")
        self._scheduler.add_job(hand_out_messages, "interval", [self._engine], seconds=SWEEP_SECONDS, id="messages")
        self._scheduler.add_job(self._engine.refresh, "interval", seconds=seconds, id="refresh")
        self._scheduler.add_job(duties.drop_expired, "interval", [self._engine], seconds=CLEAN_SECONDS, id="clean")
        self._scheduler.start()
        self._effects.start()

    def stop(self) -> None:
        """Returns when what is under way is done."""
        self._stopping.set()
        self._engine.tell_workers()
        self._scheduler.shutdown(wait=True)
        self._effects.join(timeout=10)

    def _watch_effects(self) -> None:
        """Effects follow the commit that caused them at once; the time-out finds what another process left behind."""
        seen = -1
        while not self._stopping.is_set():
            with self._engine.work_appeared:
                if self._engine.work_count == seen:
                    self._engine.work_appeared.wait(timeout=self._engine.settings.tick_seconds)
                seen = self._engine.work_count
            if not self._stopping.is_set():
                self._take_up_effects()

    def _take_up_effects(self) -> None:
        """A database that is away for a moment must not end the watch; effects wait in their rows."""
        try:
            duties.take_up_effects(self._engine)
        except Exception:
            log.exception("effects were not taken up")
            self._stopping.wait(self._engine.settings.tick_seconds)


def start(engine: Engine) -> Ticker:
    ticker = Ticker(engine)
    ticker.start()
    return ticker
