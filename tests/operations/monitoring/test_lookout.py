"""One look for all who ask; an old one is shown to nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring import lookout
from hotline.operations.monitoring.lookout import FRESH, OUTDATED, Lookout
from hotline.operations.monitoring.situation import Situation


@pytest.mark.parametrize(("overdue", "is_waited_for"), [(0.0, False), (OUTDATED + 1, True)])
def test_who_asks_during_a_look_waits_only_where_the_last_one_is_old(
    parts: AppContext, monkeypatch: pytest.MonkeyPatch, overdue: float, is_waited_for: bool
) -> None:
    now = [0.0]
    watching = Lookout(DeskServices(parts), clock=lambda: now[0])
    before = watching.look()
    began, may_end = Event(), Event()
    gather = lookout.gather

    def slowly(*arguments: Any) -> Situation:
        began.set()
        may_end.wait(10)
        return gather(*arguments)

    monkeypatch.setattr(lookout, "gather", slowly)
    now[0] = FRESH.total_seconds() + overdue
    with ThreadPoolExecutor(2) as pool:
        looking = pool.submit(watching.look)
        assert began.wait(10)
        asking = pool.submit(watching.look)
        if not is_waited_for:
            assert asking.result(10) is before
        may_end.set()
        assert asking.result(10) is (looking.result(10) if is_waited_for else before)
        assert looking.result(10) is not before
