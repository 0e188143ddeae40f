"""Turns at what all processes together do only so often, such as calling telephones.

Raises redis.RedisError.
"""

from __future__ import annotations

from redis import Redis

from hotline.store.desk.scripts import DeskScripts


class Pace:
    """Something that is done once in `seconds`, whoever does it. Safe to share between threads."""

    def __init__(self, redis: Redis, name: str, seconds: float) -> None:
        self._run = DeskScripts(redis)
        self._name, self._every = name, int(seconds * 1000)

    def turn(self, longest: float) -> float | None:
        """Takes the next turn: the seconds until it comes. None, and no turn, beyond `longest`."""
        wait = int(self._run("turn", self._name, self._every, int(longest * 1000)))
        return None if wait < 0 else wait / 1000
