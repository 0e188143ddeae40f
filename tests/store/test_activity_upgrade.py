"""What people did before entries were bound is bound when the schema is upgraded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Engine, text

from hotline.election.chain import START
from hotline.store import activity, activity_chain, database, schema
from hotline.store.activity import Entry
from hotline.store.database import reading, writing
from hotline.store.statuses import ActivityKind
from tests.conftest import Clock

ROWS = 1_003  # more than are bound at a time
BEFORE = """
INSERT INTO activity
    (at, account_id, who, kind, call_sid, unit_code, ledger_id, before, after, note)
VALUES ('2020-02-04 01:00:00.000007+00:00', :account, 'ann', 'note', 'CA1', '00011', NULL,
    :before, :after, 'größer; "quoted"')
"""


@pytest.fixture
def earlier(empty_database_url: str) -> Iterator[Engine]:
    """A database of the version before, with entries in its log."""
    engine = database.connect(empty_database_url)
    with writing(engine) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        values = [
            {
                "account": number or None,
                "before": None if number % 2 else '{"b": 1, "a": [0.1, null, {"é": true}]}',
                "after": f'{{"10": {number}, "9": {number}}}',
            }
            for number in range(ROWS)
        ]
        connection.execute(text(BEFORE), values)
    yield engine
    engine.dispose()


def test_earlier_entries_are_bound_in_the_order_of_their_ids(earlier: Engine, clock: Clock) -> None:
    schema.upgrade(earlier)
    with writing(earlier) as connection:
        activity.add(connection, Entry(clock(), None, "bo", ActivityKind.NOTE))

    digest, ids = START, []
    with reading(earlier) as connection:
        for number, link in enumerate(activity_chain.links(connection), 1):
            assert link.entry is not None
            digest = activity_chain.digest_of(digest, link.entry)
            assert (link.number, link.digest) == (number, digest)
            ids.append(link.activity_id)
        assert activity_chain.unbound(connection) == []

    assert ids == sorted(ids)
    assert len(ids) == ROWS + 1
