"""Bodies by size, and a WSGI application's answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import pytest

from hotline.gateway.bodies import SWALLOWED, BodyReader, BodyRefused
from hotline.gateway.gateway import call_application
from hotline.gateway.limits import BodyLimit, BodyLimits
from hotline.gateway.onward import Onward

LIMIT = BodyLimit("/", 10, seconds=60)


async def portions(*sizes: int, then_silent: bool = False) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size
    if then_silent:
        await asyncio.Event().wait()


def read(
    *sizes: int,
    declared: int | None = None,
    silent: bool = False,
    limit: BodyLimit = LIMIT,
    reader: BodyReader | None = None,
) -> bytes:
    sent = portions(*sizes, then_silent=silent)
    said = sum(sizes) if declared is None else declared
    return asyncio.run((reader or BodyReader()).read(sent, said, limit))


def refusal(*sizes: int, **named: object) -> HTTPStatus:
    with pytest.raises(BodyRefused) as refused:
        read(*sizes, **named)
    return refused.value.status


def test_a_body_is_read_whole() -> None:
    assert read(3, 7) == b"x" * 10


def test_a_larger_one_is_read_to_its_end_and_refused() -> None:
    assert refusal(3, 8) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_far_larger_one_is_not_even_begun() -> None:
    declared = LIMIT.size + SWALLOWED + 1
    assert refusal(declared=declared, silent=True) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_late_one_is_refused() -> None:
    late = BodyLimit("/", 10, seconds=0.01)
    assert refusal(3, declared=5, silent=True, limit=late) == HTTPStatus.REQUEST_TIMEOUT


def test_one_that_is_cut_off_is_refused() -> None:
    assert refusal(3, declared=5) == HTTPStatus.BAD_REQUEST


def test_one_without_a_length_is_refused() -> None:
    reader = BodyReader()
    with pytest.raises(BodyRefused) as refused:
        asyncio.run(reader.read(portions(3), None, LIMIT))
    assert refused.value.status == HTTPStatus.LENGTH_REQUIRED


def test_what_is_held_is_bounded_and_given_back() -> None:
    reader = BodyReader(held_at_most=8)

    assert refusal(4, 5, reader=reader) == HTTPStatus.SERVICE_UNAVAILABLE
    assert [read(8, reader=reader) for _ in range(2)] == [b"x" * 8] * 2


def test_the_longest_prefix_decides() -> None:
    limits = BodyLimits(LIMIT, (BodyLimit("/a", 1, 1), BodyLimit("/a/b", 2, 1)))

    assert [limits.of_path(path).size for path in ("/c", "/ab", "/a/b/c")] == [10, 1, 2]


def test_an_answer_that_fails_midway_is_none() -> None:
    class Failing:
        closed = False

        def __iter__(self) -> AsyncIterator[bytes]:
            yield b"half"
            raise ValueError("the database is gone")

        def close(self) -> None:
            self.closed = True

    failing = Failing()
    with pytest.raises(ValueError, match="is gone"):
        call_application(lambda _environ, _start: failing, {})
    assert failing.closed


def test_where_pages_are_not_had_there_is_no_answer(tmp_path: Path) -> None:
    scope = SimpleNamespace(
        method="GET", path="/results", query_string="", headers={}, client="127.0.0.1:5"
    )

    async def ask() -> object:
        onward = Onward(tmp_path / "nobody.sock")
        try:
            return await onward.answer(scope, b"")
        finally:
            await onward.close()

    assert asyncio.run(ask()) is None
