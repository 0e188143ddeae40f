"""`/metrics`, in the format of Prometheus: sums of all processes, and how the line fares now."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from redis import RedisError

from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.monitoring.situation import Memory, Situation, gather
from hotline.operations.ttl_cache import TimedCache
from hotline.store.monitoring import meters
from hotline.store.monitoring.meters import BOUNDS, Meter, Meters
from hotline.web.admin.metrics_figures import FIGURES
from hotline.web.console.access import Who, open_to
from hotline.web.console.services import context

FRESH = 5.0  # seconds for which the situation is told again without looking anew


_KEY = "hotline.metrics"

blueprint = Blueprint("metrics", __name__)


@dataclass(frozen=True)
class Measured:
    """One an application. `meter`: this process's, told before it is read."""

    registry: CollectorRegistry
    meter: Meter


def provide_metrics(app: Flask, board: DeskServices, meter: Meter) -> None:
    """Gives the application what /metrics reads."""
    registry = CollectorRegistry()
    registry.register(MetricsCollector(board))
    app.extensions[_KEY] = Measured(registry, meter)


@blueprint.get("/metrics")
@open_to(Who.PUBLIC)  # it asks for a token of its own
def metrics() -> Response:
    _require_token(context())
    measured: Measured = current_app.extensions[_KEY]
    measured.meter.tell()
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return Response(
        encode(measured.registry), content_type=kind, headers={"Cache-Control": "no-store"}
    )


def _require_token(parts: AppContext) -> None:
    """404 where there is none to ask for, outside the sandbox; 401 for any but the right one."""
    token = parts.settings.metrics_token.get_secret_value()
    if not token:
        if not parts.settings.sandbox:
            abort(404)
        return
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(Response("a bearer token is needed\n", 401, {"WWW-Authenticate": "Bearer"}))


class MetricsCollector(Collector):
    """Everything, read when it is asked for. A part that is down leaves its figures out."""

    def __init__(self, board: DeskServices) -> None:
        self._board = board
        self._memory = Memory()
        self._cache: TimedCache[str, Situation] = TimedCache(FRESH)

    def collect(self) -> Iterable[Metric]:
        yield from _gauges(self._situation())
        try:
            yield from _counted(meters.totals(self._board.parts.redis))
        except RedisError:
            return

    def describe(self) -> Iterable[Metric]:
        return ()  # nothing is asked when the application starts

    def _situation(self) -> Situation:
        return self._cache.get("line", lambda: gather(self._board.parts, self._board, self._memory))


def _gauges(seen: Situation) -> Iterator[Metric]:
    for figure in FIGURES:
        family = GaugeMetricFamily(figure.name, figure.means, labels=figure.labels)
        if not figure.needs & seen.silent:
            for labels, value in figure.read(seen):
                family.add_metric(labels, float(value))
        yield family


def _counted(found: Meters) -> Iterator[Metric]:
    times = HistogramMetricFamily(
        "hotline_request_duration_seconds",
        "Requests by what was asked for and how they ended, and how long they took. The status "
        "`apology` is a call that failed and was told so in words.",
        labels=("group", "status"),
    )
    for one in found.requests:
        counts = accumulate(one.buckets)
        ends = [*map(str, BOUNDS), "+Inf"]
        times.add_metric((one.group, one.status), [*zip(ends, counts, strict=True)], one.seconds)
    yield times
    calls = CounterMetricFamily(
        "hotline_calls",
        "Incoming calls by line, standing, verdict, and the reason where they were turned away.",
        labels=("line", "standing", "verdict", "reason"),
    )
    for labels, count in sorted(found.calls.items()):
        calls.add_metric(labels, count)
    yield calls
    without = CounterMetricFamily(
        "hotline_without",
        "How often a process had to do without something, such as Redis or the database.",
        labels=("what",),
    )
    for what, count in sorted(found.without.items()):
        without.add_metric((what,), count)
    yield without
