from __future__ import annotations

import pytest
from flask import Flask

from hotline.operations.context import AppContext
from hotline.store.monitoring.meters import RequestGroup, totals
from hotline.web.admin.timing import group_of, mark_as_apologised, time_requests


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("/voice/answer", RequestGroup.VOICE),
        ("/voicemail", RequestGroup.OTHER),
        ("/sms/answer", RequestGroup.SMS),
        ("/review/", RequestGroup.DESK),
        ("/admin/alerts", RequestGroup.ADMIN),
        ("/results.json", RequestGroup.RESULTS),
        ("/results/nist.json", RequestGroup.RESULTS),
        ("/", RequestGroup.OTHER),
        ("", RequestGroup.OTHER),
    ],
)
def test_a_path_belongs_to_a_group(path: str, group: RequestGroup) -> None:
    assert group_of(path) is group


def test_every_outcome_is_counted_as_what_it_was(parts: AppContext) -> None:
    app = Flask(__name__)

    @app.get("/voice/<how>")
    def answer(how: str) -> str:
        if how == "broken":
            raise ValueError
        if how == "sorry":
            mark_as_apologised()
        return "words"

    meter = time_requests(app, parts)
    client = app.test_client()
    for how in ("fine", "fine", "sorry", "broken", "no/such"):
        client.get(f"/voice/{how}")
    client.get("/healthz")
    meter.tell()

    counted = {(one.group, one.status): one.count for one in totals(parts.redis).requests}
    assert counted == {
        (RequestGroup.VOICE, "2xx"): 2,
        (RequestGroup.VOICE, "apology"): 1,
        (RequestGroup.VOICE, "5xx"): 1,
        (RequestGroup.VOICE, "4xx"): 1,
        (RequestGroup.OTHER, "4xx"): 1,
    }
