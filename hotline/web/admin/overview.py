"""The overview: how the line fares, in words, figures and charts; and the jobs that failed."""

from __future__ import annotations

import json

from flask import Response, abort, render_template, request
from redis import RedisError

from hotline.operations.monitoring import failed_jobs
from hotline.operations.monitoring.failed_jobs import JobsError
from hotline.operations.monitoring.tables import ChartTable
from hotline.tables.writer import TableFile
from hotline.web.admin import charts
from hotline.web.admin.overview_screen import the_screen
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.download import KIND, table_file
from hotline.web.console.pages import acting, version_of
from hotline.web.console.services import services

POLL_SECONDS = 4
IMAGE_SECONDS = 300
"""A browser keeps the image of a chart: another chart has another address. One that another process
drew, of what it saw a little earlier or later, is not kept."""


@admin.get("/")
@open_to(Who.ADMIN)
def page() -> str:
    return render_template(
        "admin/overview.html", shown=the_screen().show(), poll_seconds=POLL_SECONDS
    )


@admin.get("/state")
@open_to(Who.ADMIN, is_use=False)
def state() -> Response:
    """What has changed on the page: nothing (304), or its live parts as HTML."""
    shown = the_screen().show()
    etag = f"{shown.tag}-{version_of('admin.js')}"
    if etag in request.if_none_match:
        response = Response(status=304)
    else:
        images = {
            name: {
                "source": charted.source,
                "dark": charted.dark,
                "said": charted.table.said,
            }
            for name, charted in shown.charts.items()
        }
        document = {"parts": shown.parts, "charts": images, "said": shown.said}
        response = Response(json.dumps(document), mimetype="application/json")
    response.set_etag(etag)
    return response


@admin.get("/charts/<name>.svg")
@open_to(Who.ADMIN, is_use=False)
def chart(name: str) -> Response:
    try:
        version, image = the_screen().image(name, dark=request.args.get("ink") == "dark")
    except KeyError:
        abort(404)
    response = Response(image, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = charts.CONTENT_POLICY
    is_asked_for = version == request.args.get("v")
    keep = f"private, max-age={IMAGE_SECONDS}" if is_asked_for else "no-store"
    response.headers["Cache-Control"] = keep
    response.set_etag(version)
    response.make_conditional(request)
    return response


@admin.get("/charts/<name>")
@open_to(Who.ADMIN)
def numbers(name: str) -> str:
    """The figures behind a chart."""
    return render_template("admin/overview_numbers.html", table=_table(name))


@admin.get(f"/charts/<name>.{KIND}")
@open_to(Who.ADMIN)
def numbers_file(name: str, kind: str) -> Response:
    table = _table(name)
    rows = ((first, *numbers) for first, numbers in table.rows)
    return table_file(TableFile(table.head, rows), table.name, kind)


def _table(name: str) -> ChartTable:
    try:
        return the_screen().table(name)
    except KeyError:
        abort(404)


@admin.get("/jobs")
@open_to(Who.ADMIN)
def jobs() -> str:
    """Jobs that were given up."""
    board = services().board
    try:
        found = failed_jobs.failed_jobs(board.parts)
    except RedisError:
        found = None
    queues = sorted({job.queue for job in found or ()})
    return render_template("admin/overview_jobs.html", jobs=found, queues=queues)


@admin.post("/jobs/<queue>/retry")
@open_to(Who.ADMIN)
@acting("admin.jobs", JobsError)
def retry_jobs(queue: str) -> str:
    board = services().board
    again = failed_jobs.retry(board.parts, current_actor(), queue)
    return f"{again} {'job is' if again == 1 else 'jobs are'} queued again"
