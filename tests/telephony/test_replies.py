"""Replies as values: where a call goes on, and what is kept of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.telephony import replies
from hotline.telephony.replies import Continuation, Destination, Order, Reply

orders = st.one_of([st.from_type(order) for order in Order.__args__])


@given(st.lists(orders, max_size=4).map(tuple))
def test_a_reply_comes_back_as_it_was_kept(reply: Reply) -> None:
    assert replies.loads(replies.dumps(reply)) == reply


@pytest.mark.parametrize("kept", [b"", b"[{}]", b'[{"order": "dance"}]', b"<Response/>"])
def test_what_is_no_reply_is_refused(kept: bytes) -> None:
    with pytest.raises(ValueError, match="validation error"):
        replies.loads(kept)


def test_where_a_call_goes_on() -> None:
    assert Continuation(Destination.ANSWER).path == "/voice/answer"
    assert Continuation(Destination.WAITING, 0).path == "/voice/waiting/0"
    assert Continuation(Destination.STAFF_ACCEPTED, "ab12").path == "/voice/staff/accepted/ab12"
