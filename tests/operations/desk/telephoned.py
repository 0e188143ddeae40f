"""What a chair has told by telephone."""

from __future__ import annotations

from hotline.calls import state as states
from hotline.calls.script import Script
from hotline.calls.state import State
from hotline.calls.turns import Arrived, Digits, PinChecked
from hotline.operations.context import AppContext
from hotline.store.calls.calls import CallRecord, CallStore

UNIT = "10001"


def called(parts: AppContext, *keyed: str, verified: bool = True) -> str:
    """A call in which this was keyed, each entry ended by a pound, and is kept as calls are."""
    script = Script(parts.election().election, has_person=True)
    state, _ = script.step(State(), Arrived(trusted=True, offers=(UNIT,)))
    state, _ = script.step(state, Digits("1", False))
    state, _ = script.step(state, PinChecked(right=verified, chair=7))
    for entry in keyed:
        state, _ = script.step(state, Digits(entry.rstrip("#"), entry.endswith("#")))
    CallStore(parts.redis, 600, 600).save(
        "CA1",
        before=-1,
        record=CallRecord(0, states.dumps(state), parts.election().ledger_id, False, 0),
        answer=b"",
        unit=UNIT,
        draft=states.to_draft(state),
        drop_draft=False,
        proved=True,
    )
    return "CA1"
