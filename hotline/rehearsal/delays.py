"""How long it took from "filed" to the published totals, out of what the database keeps."""

from __future__ import annotations

from bisect import bisect_left

from sqlalchemy import Engine, select

from hotline.store.database import reading
from hotline.store.enums import Status
from hotline.store.schema.tables import publication, report, report_event


def published_after(engine: Engine, ledger_id: int) -> list[float]:
    """Seconds from the commit of each report that counted at once to the first publication of it.

    A publication includes an event when its `events`-th event, or a later one, is that event.
    """
    with reading(engine) as connection:
        events = connection.execute(
            select(report_event.c.status, report_event.c.step, report.c.filed_at)
            .join(report, report.c.id == report_event.c.report_id)
            .where(report.c.ledger_id == ledger_id)
            .order_by(report_event.c.id)
        ).all()
        published = connection.execute(
            select(publication.c.events, publication.c.published_at)
            .where(publication.c.ledger_id == ledger_id)
            .order_by(publication.c.number)
        ).all()
    included = [row.events for row in published]
    found = []
    for number, event in enumerate(events, start=1):
        if event.status != Status.COUNTED or event.step != 2:
            continue
        place = bisect_left(included, number)
        if place < len(published):
            found.append((published[place].published_at - event.filed_at).total_seconds())
    return found
