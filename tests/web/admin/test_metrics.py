from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app import create_app
from config.settings import CarrierName
from hotline.election.model import Election
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.reports.load_election import load_election
from hotline.store.upkeep import sweeps
from hotline.web.admin.metrics_figures import FIGURES
from tests.operations.acting import tabulated
from tests.servers import RedisServer
from tests.towns import CODES, caucus

DASHBOARD = Path(__file__).parents[3] / "docs" / "grafana-dashboard.json"
TOKEN = "a-token-for-tests"


def client_of(parts: AppContext, **settings: object) -> FlaskClient:
    changed = parts.settings.model_copy(update=settings)
    return create_app(parts=AppContext(changed, parts.engine, parts.redis, parts.now)).test_client()


def families(text: str) -> dict[str, Metric]:
    return {one.name: one for one in text_string_to_metric_families(text)}


def values(found: dict[str, Metric], name: str) -> dict[tuple[str, ...], float]:
    """By the values of the labels."""
    family = name.removesuffix("_total")
    samples = [one for one in found[family].samples if one.name == name]
    return {tuple(one.labels.values()): one.value for one in samples}


def scraped(client: FlaskClient) -> dict[str, Metric]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return families(answer.text)


class TestAccess:
    def test_in_the_sandbox_it_is_open(self, parts: AppContext) -> None:
        assert client_of(parts).get("/metrics").status_code == 200

    def test_with_twilio_and_without_a_token_it_does_not_exist(self, parts: AppContext) -> None:
        client = client_of(parts, carrier=CarrierName.TWILIO, public_url="https://line.example.org")
        assert client.get("/metrics").status_code == 404

    @pytest.mark.parametrize("carrier", CarrierName)
    def test_a_token_is_asked_for_where_there_is_one(
        self, parts: AppContext, carrier: CarrierName
    ) -> None:
        client = client_of(
            parts,
            carrier=carrier,
            public_url="https://line.example.org",
            metrics_token=SecretStr(TOKEN),
        )
        for wrong in ("", "Bearer", "Bearer wrong", TOKEN, f"bearer {TOKEN}", "Bearer ü"):
            answer = client.get("/metrics", headers={"Authorization": wrong})
            assert answer.status_code == 401, wrong
            assert "hotline_" not in answer.text
        right = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert right.status_code == 200


def test_the_situation_is_told(parts: AppContext, town: Election) -> None:
    load_election(parts, town, "test")
    tabulated(parts, CODES[0], caucus(12, 8))
    found = scraped(client_of(parts))

    assert values(found, "hotline_units") == {
        ("outstanding",): 5,
        ("held",): 0,
        ("counted",): 1,
    }
    assert values(found, "hotline_up") == {("database",): 1, ("redis",): 1}
    assert values(found, "hotline_capacity_calls") == {(): 250}
    assert set(values(found, "hotline_worker_silence_seconds").values()) == {math.inf}


def test_a_clock_that_is_gone_shows_by_the_age_of_the_last_sweep(parts: AppContext) -> None:
    client = client_of(parts)
    assert values(scraped(client), "hotline_sweep_age_seconds") == {(): math.inf}

    sweeps.note_sweep(parts.redis, parts.now() - timedelta(minutes=5))
    assert values(scraped(client_of(parts)), "hotline_sweep_age_seconds")[()] >= 300


def test_each_figure_says_what_it_is(parts: AppContext) -> None:
    for name, family in scraped(client_of(parts)).items():
        assert re.fullmatch(r"hotline_[a-z_]+", name)
        assert family.documentation.endswith("."), name
        assert family.type in ("gauge", "counter", "histogram")


def test_what_is_silent_is_left_out_rather_than_told_as_nothing(
    parts: AppContext, town: Election, redis_server: RedisServer
) -> None:
    load_election(parts, town, "test")
    client = client_of(parts)
    redis_server.stop()
    try:
        found = scraped(client)
    finally:
        redis_server.start()
    assert values(found, "hotline_up") == {("database",): 1, ("redis",): 0}
    assert values(found, "hotline_waiting_callers") == {}
    assert values(found, "hotline_units")[("outstanding",)] == 6


WORK = """
import sys
from app import create_app
client = create_app().test_client()
for _ in range(int(sys.argv[1])):
    client.get("/healthz")
    client.post("/voice/answer", data={"CallSid": "CA1"})
client.get("/metrics")
"""


def test_what_two_processes_have_counted_is_summed(parts: AppContext) -> None:
    environment = os.environ | {
        "DATABASE_URL": parts.settings.database_url,
        "REDIS_URL": parts.settings.redis_url,
        "HOTLINE_VAR": str(parts.settings.var),
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, times], env=environment, stderr=subprocess.DEVNULL
        )
        for times in ("3", "4")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]

    found = scraped(client_of(parts))["hotline_request_duration_seconds"].samples
    counts = {
        (one.labels["group"], one.labels["status"]): one.value
        for one in found
        if one.name.endswith("_count")
    }
    assert counts == {("voice", "4xx"): 7, ("other", "2xx"): 7}
    buckets = [
        one.value
        for one in found
        if one.name.endswith("_bucket") and one.labels["group"] == "voice"
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 7


def test_every_expression_of_the_dashboard_names_a_figure_that_is_there(parts: AppContext) -> None:
    meant = {figure.name for figure in FIGURES} | {
        "hotline_calls_total",
        "hotline_without_total",
        "hotline_request_duration_seconds_bucket",
        "hotline_request_duration_seconds_count",
    }
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    used = {name for one in expressions for name in re.findall(r"hotline_\w+", one)}
    assert used <= meant
    assert meant - used == set(), "every figure is on the dashboard"
    told = scraped(client_of(parts))
    assert {name.removesuffix("_total") for name in meant} - {
        f"hotline_request_duration_seconds_{end}" for end in ("bucket", "count")
    } <= set(told)


def test_a_call_is_counted_by_what_became_of_it(parts: AppContext) -> None:
    with connect_redis(parts.settings.redis_url) as redis:
        whole = AppContext(parts.settings, parts.engine, redis, parts.now)
        whole.calls["chairs", "unknown", "turn-away", "recent"] += 2
        whole.counts["let in unjudged"] += 1
        found = scraped(create_app(parts=whole).test_client())
    (sample,) = (one for one in found["hotline_calls"].samples if one.name.endswith("_total"))
    assert sample.value == 2
    assert sample.labels == {
        "line": "chairs",
        "standing": "unknown",
        "verdict": "turn-away",
        "reason": "recent",
    }
    assert values(found, "hotline_without_total")[("let in unjudged",)] == 1
