"""What the subcommands build from the settings."""

from __future__ import annotations

import getpass
import logging
import os
import sys
from typing import NoReturn
from urllib.parse import quote

import click
from redis import Redis
from sqlalchemy import Engine

from config.settings import Settings, load
from hotline.commands.refusal import CommandRefusal
from hotline.operations.context import AppContext
from hotline.store import database
from hotline.store.redis_client import RedisURLError, connect_redis
from hotline.store.schema import migration
from hotline.supervisor import redis_server


def settings(**given: object) -> Settings:
    """The settings of the environment; what the command line gives (not None) goes before it."""
    return load(**{name: value for name, value in given.items() if value is not None})


def connect(of: Settings) -> Engine:
    """The database, whatever its schema; its connections are closed when the command ends."""
    found = database.connect(of.database)
    click.get_current_context().call_on_close(found.dispose)
    return found


def engine(of: Settings) -> Engine:
    """The database, with the schema of this version; refuses any other."""
    found = connect(of)
    if not migration.is_current(found):
        raise CommandRefusal(
            "The database has not the schema of this version: run hotline db upgrade"
        )
    return found


def parts() -> AppContext:
    """Settings, database and Redis, for a command that does one thing.

    Where no Redis is up, no process is either that would have to be told of a change.
    """
    of = settings()
    return AppContext(of, engine(of), _redis(of))


def untried_parts(of: Settings) -> AppContext:
    """The same, however they are: for a command that looks at each of them."""
    return AppContext(of, connect(of), _redis(of))


def _redis(of: Settings) -> Redis:
    url = of.redis_url or redis_server.address(of.var)
    if url is None:
        logging.getLogger("hotline.operations").setLevel(logging.ERROR)
        url = f"unix://{quote(str(of.var.resolve() / 'no-redis'))}"
    try:
        return connect_redis(url)
    except RedisURLError as error:
        raise CommandRefusal(str(error)) from None


def user() -> str:
    """Who gives the command, for the records."""
    try:
        return f"{getpass.getuser()} (command line)"
    except OSError:  # a container's user without a name
        return f"user {os.getuid()} (command line)"


def redis_url(of: Settings) -> str:
    """REDIS_URL, or the embedded server of a `hotline up` that runs on the same var/."""
    url = of.redis_url or redis_server.address(of.var)
    if not url:
        raise CommandRefusal("REDIS_URL is not set, and no hotline up is running here")
    return url


def hand_on(of: Settings) -> None:
    """Puts into the environment, for a process that takes over from this one, what was decided."""
    os.environ["PORT"] = str(of.port)
    os.environ["REDIS_URL"] = redis_url(of)


def become(module: str, *arguments: str) -> NoReturn:
    """Goes on as another module of ours in this process: `hotline` does not import its jobs."""
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
