"""What the subcommands build from the settings."""

from __future__ import annotations

import os

from sqlalchemy import Engine

from config.settings import Settings, load
from hotline.commands.refusal import Refusal
from hotline.store import database, schema
from hotline.supervisor import redis_server


def settings(**given: object) -> Settings:
    """The settings of the environment; what the command line gives (not None) goes before it."""
    return load(**{name: value for name, value in given.items() if value is not None})


def engine(of: Settings) -> Engine:
    """The database, with the schema of this version; refuses any other."""
    found = database.connect(of.database)
    if not schema.is_current(found):
        raise Refusal("The database has not the schema of this version: run hotline db upgrade")
    return found


def redis_url(of: Settings) -> str:
    """REDIS_URL, or the embedded server of a `hotline up` that runs on the same var/."""
    url = of.redis_url or redis_server.address(of.var)
    if not url:
        raise Refusal("REDIS_URL is not set, and no hotline up is running here")
    return url


def hand_on(of: Settings) -> None:
    """Puts into the environment, for a process that takes over from this one, what was decided."""
    os.environ["PORT"] = str(of.port)
    os.environ["REDIS_URL"] = redis_url(of)
