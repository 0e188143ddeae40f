"""The clock: `python -m workers.clock` has a sweep done, and calls recorded, every few seconds.

It also watches the line, and raises alerts: a worker that is dead cannot.
"""

from __future__ import annotations

import logging
import signal
import sys
from threading import Event, Thread

from redis import RedisError

from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.alerts import Watch
from hotline.store.queues import INGEST, RECONCILE
from workers.process import log_to_stderr, meter, parts

log = logging.getLogger("clock")

WATCH_SECONDS = 5.0  # between two looks at how the line fares
LONGEST_PAUSE = 60.0  # seconds between two attempts while Redis is away


def tick(here: AppContext) -> bool:
    """Queues what is done all the time unless some of it waits; False if Redis does not answer."""
    try:
        if here.queue(RECONCILE.queue).count:
            return True
    except RedisError as error:
        log.warning("nothing is queued, Redis cannot be reached: %s", error)
        return False
    return here.enqueue(RECONCILE) and here.enqueue(INGEST)


def run(here: AppContext, stopped: Event) -> None:
    """Ticks until it is stopped; less and less often while that is in vain."""
    every = here.settings.sweep_seconds
    pause = every
    while not stopped.wait(pause):
        pause = every if tick(here) else min(2 * pause, max(every, LONGEST_PAUSE))


def watch(here: Watch, stopped: Event) -> None:
    """Looks after the line until it is stopped, whatever becomes of a single look."""
    while not stopped.wait(WATCH_SECONDS):
        try:
            here.look()
            meter().tell_when_due()
        except Exception:
            log.exception("the line was not looked after")


def main() -> int:
    log_to_stderr("clock")
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    watching = Thread(target=watch, args=(Watch(DeskServices(parts())), stopped), daemon=True)
    watching.start()  # beside the ticks: it waits for parts that are down
    run(parts(), stopped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
