"""The scripts of the desk in Redis: each is one step that happens wholly or not at all."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from redis import Redis
from redis.commands.core import Script

_LUA = Path(__file__).parent / "lua"


class DeskScripts:
    """Runs a script by its name. Safe to share between threads."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._scripts: dict[str, Script] = {}

    def __call__(self, name: str, *arguments: str | int | float, keys: tuple[str, ...] = ()) -> Any:
        script = self._scripts.get(name)
        if script is None:
            script = self._scripts[name] = self._redis.register_script(_source(name))
        return script(keys=list(keys), args=list(arguments))


@cache
def _source(name: str) -> str:
    return (_LUA / "shared.lua").read_text() + (_LUA / f"{name}.lua").read_text()


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def text(value: object) -> str:
    """What a script gave, as text; nothing is the empty text."""
    if isinstance(value, bytes):
        return value.decode()
    return "" if value is None else str(value)
