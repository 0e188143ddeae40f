"""Reads a request's body before anything works on it, so that who sends none holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from http import HTTPStatus

from hotline.gateway.limits import BodyLimit

SWALLOWED = 4 * 1024 * 1024
"""Bytes beyond a limit that are read and dropped: a browser that is cut off in the middle of an
upload shows a broken connection, and not the answer that says why."""

HELD_AT_MOST = 256 * 1024 * 1024
"""Bytes of unfinished bodies in one process, of all clients together."""


class BodyRefused(Exception):
    """The body is not waited for any longer; the status says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class BodyReader:
    """Reads bodies for one process, and knows what it holds of them."""

    def __init__(self, held_at_most: int = HELD_AT_MOST) -> None:
        self._left = held_at_most

    async def read(
        self, portions: AsyncIterable[bytes], declared: int | None, limit: BodyLimit
    ) -> bytes:
        """The whole body. `declared`: its Content-Length, None where it comes in chunks; these are
        refused, since a body that was cut off there would pass for a whole one.

        Raises BodyRefused: 413 if it is too large, 411 without a length, 408 if it is late, 400 if
        it ends too early, 503 while there is no room.
        """
        if declared is not None and declared > limit.size + SWALLOWED:
            raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        held: list[bytes] = []
        try:
            async with asyncio.timeout(limit.seconds):
                most = 0 if declared is None else limit.size
                size = await self._collect(portions, most, held)
        except TimeoutError:
            raise BodyRefused(HTTPStatus.REQUEST_TIMEOUT) from None
        finally:
            self._left += sum(map(len, held))
        _check(size, declared, limit)
        return b"".join(held)

    async def _collect(self, portions: AsyncIterable[bytes], most: int, held: list[bytes]) -> int:
        """Fills `held` up to `most` bytes; gives the size of all that came."""
        size = 0
        async for portion in portions:
            size += len(portion)
            if size <= most:
                self._hold(portion, held)
            elif size > most + SWALLOWED:
                break
        return size

    def _hold(self, portion: bytes, held: list[bytes]) -> None:
        if len(portion) > self._left:
            raise BodyRefused(HTTPStatus.SERVICE_UNAVAILABLE)
        self._left -= len(portion)
        held.append(portion)


def _check(size: int, declared: int | None, limit: BodyLimit) -> None:
    if declared is None:
        raise BodyRefused(HTTPStatus.LENGTH_REQUIRED)
    if size > limit.size:
        raise BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if size != declared:
        raise BodyRefused(HTTPStatus.BAD_REQUEST)
