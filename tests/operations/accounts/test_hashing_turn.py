"""Whose password is hashed now, who waits, and who is told to come again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from hotline.operations.accounts import hashing_turn
from hotline.operations.accounts.hashing_turn import HashingBusy, HashingTurn


def test_a_second_one_is_told_at_once_and_a_later_one_gets_its_turn() -> None:
    turn = HashingTurn()
    with turn.taken(waits=False), pytest.raises(HashingBusy), turn.taken(waits=False):
        pass
    with turn.taken(waits=False):
        pass


def test_who_is_known_waits_and_goes_before_who_is_not() -> None:
    turn, first, ended = HashingTurn(), Event(), Event()

    def known() -> str:
        first.set()
        with turn.taken(waits=True):
            return "known"

    with ThreadPoolExecutor(1) as threads:
        with turn.taken(waits=False):
            waiting = threads.submit(known)
            first.wait()
            while not turn.is_awaited:
                ended.wait(0.01)
            with pytest.raises(HashingBusy), turn.taken(waits=False):
                pass
        assert waiting.result() == "known"


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing_turn, "PATIENCE", 0.01)
    turn = HashingTurn()
    with turn.taken(waits=False), pytest.raises(HashingBusy), turn.taken(waits=True):
        pass
    with turn.taken(waits=False):
        pass
