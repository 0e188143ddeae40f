"""`hotline up`: everything on this machine, from nothing to a telephone that can be tried."""

from __future__ import annotations

import http.client
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from config.settings import Settings
from hotline.operations import context as operations
from hotline.store import database
from hotline.store.queues import QueueName
from hotline.store.schema import migration
from hotline.supervisor import redis_server
from hotline.supervisor.data import Demonstration, prepare
from hotline.supervisor.lock import only_one
from hotline.supervisor.ports import refuse_port_in_use
from hotline.supervisor.processes import Program, Say, Supervisor
from hotline.supervisor.redis_server import EmbeddedRedis, RedisError
from hotline.supervisor.sockets import socket_for

HOST = "127.0.0.1"
START_SECONDS = 120
REDIS_SECONDS = 60
"""Reading back a large log takes its time."""

PAGE = "/sign-in"
"""A page that is there whatever is loaded."""

SUPERVISOR = "hotline"
"""The name under which `up` itself speaks."""


class StartError(Exception):
    """It does not come up; the message says what did not."""


def up(settings: Settings, say: Say, ready: Callable[[Settings, Demonstration], None]) -> None:
    """Starts everything, calls `ready` once it can be used, and goes on until a signal comes.

    Raises AlreadyRunning, PortInUse, RedisError, StartError, or what the database raised; by then
    whatever had been started is stopped.
    """
    with only_one(settings.var):
        refuse_port_in_use(HOST, settings.port)
        if settings.sandbox:
            refuse_port_in_use(HOST, sandbox_port(settings))
        supervisor = Supervisor(say)
        with supervisor.heeding_signals():
            try:
                _run(supervisor, settings, ready)
            finally:
                supervisor.stop()


def sandbox_port(settings: Settings) -> int:
    """Where the sandbox telephone network listens: beside the web server."""
    return settings.port + 1


def _run(
    supervisor: Supervisor, settings: Settings, ready: Callable[[Settings, Demonstration], None]
) -> None:
    if not settings.redis_url:
        url = _start_redis(supervisor, settings)
        settings = settings.model_copy(update={"redis_url": url})
    elif not redis_server.answers(settings.redis_url):
        raise RedisError("REDIS_URL: the server there does not answer")
    if supervisor.stopping:
        return
    engine = database.connect(settings.database)
    migration.upgrade(engine)
    engine.dispose()
    parts = operations.build(settings)
    demonstration = prepare(parts, lambda line: supervisor.say(SUPERVISOR, line))
    parts.engine.dispose()
    parts.redis.close()
    supervisor.start(*programs(settings))
    if supervisor.run(
        until=lambda: _is_ready(settings),
        seconds=START_SECONDS,
        unless=lambda: bool(supervisor.struggling),
    ):
        ready(settings, demonstration)
        supervisor.run()
    elif not supervisor.stopping:
        raise StartError(_what_failed(supervisor, settings))


def programs(settings: Settings) -> list[Program]:
    """What runs beside Redis. The Procfile has the same, one a line, each with its reason."""
    environment = {
        "PORT": str(settings.port),
        "HOTLINE_VAR": str(settings.var.resolve()),
        "DATABASE_URL": settings.database,
        "REDIS_URL": settings.redis_url,
        "HOTLINE_PAGES_SOCKET": str(settings.pages_socket or _pages_socket(settings)),
        "PYTHONUNBUFFERED": "1",
    }

    def hotline(name: str, stage: int, *arguments: str) -> Program:
        command = (sys.executable, "-m", "hotline", *arguments)
        return Program(name, command, stage, environment)

    # Who takes calls stops first, who works off what they left comes next, Redis last.
    found = [
        hotline("worker", 2, "work", QueueName.TABULATION),
        hotline("publisher", 2, "work", QueueName.PUBLICATION),
        hotline("messenger", 2, "work", QueueName.UPKEEP, QueueName.MESSAGES),
        hotline("clock", 1, "clock"),
        hotline("web", 1, "web", "--host", HOST),
        hotline("voice", 1, "voice", "--host", HOST),
    ]
    if settings.sandbox:
        found.append(hotline("sandbox", 1, "sandbox"))
    return found


def _pages_socket(settings: Settings) -> Path:
    """Where `voice`, which has the port, finds the pages."""
    return socket_for(settings.var.resolve(), "pages.sock")


def _start_redis(supervisor: Supervisor, settings: Settings) -> str:
    """The URL of the embedded server, once it answers. Unreadable data is set aside, once."""
    embedded = EmbeddedRedis(settings.var)
    if embedded.end_orphan():
        supervisor.say(SUPERVISOR, "a Redis left behind by an earlier start was ended")
    if _redis_answers(supervisor, embedded) or supervisor.stopping:
        return embedded.url
    aside = embedded.set_aside()
    if aside is not None:
        supervisor.say(
            SUPERVISOR,
            f"Redis could not read its data, which is now in {aside}. No report is lost: reports "
            "are in the database. Calls in progress begin again.",
        )
        if _redis_answers(supervisor, embedded) or supervisor.stopping:
            return embedded.url
    raise RedisError(f"{embedded.server.program} does not start; {embedded.log} says why")


def _redis_answers(supervisor: Supervisor, embedded: EmbeddedRedis) -> bool:
    supervisor.start(Program("redis", tuple(embedded.command()), stage=3))
    child = supervisor.children["redis"]
    if supervisor.run(until=embedded.answers, seconds=REDIS_SECONDS, unless=lambda: child.waiting):
        return True
    supervisor.drop("redis")
    return False


def _is_ready(settings: Settings) -> bool:
    return (
        _status(settings.port, "/readyz") == 200
        and _status(settings.port, PAGE) == 200
        and (not settings.sandbox or _status(sandbox_port(settings), "/") == 200)
    )


def _status(port: int, path: str) -> int | None:
    """The status of the answer; None where there is none."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()
    return None


def _what_failed(supervisor: Supervisor, settings: Settings) -> str:
    if names := supervisor.struggling:
        return f"{' and '.join(names)} cannot be started; see above"
    slow = [path for path in ("/readyz", PAGE) if _status(settings.port, path) != 200]
    who = " and ".join(slow) or "the sandbox network"
    return f"not everything came up within {START_SECONDS} s: {who} does not answer 200"
