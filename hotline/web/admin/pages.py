"""The control room: how the line fares, and what administrators do about it. No rule lives here."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template

from hotline.web.account import people, person
from hotline.web.admin import activity, alerts, calls, overview
from hotline.web.admin.alerts import alerts_blueprint
from hotline.web.admission import block_files, block_requests, blocks, limits, switches
from hotline.web.console.access import Who, current_actor, open_to, within_reach
from hotline.web.console.blueprints import admin
from hotline.web.console.services import services
from hotline.web.results import publication
from hotline.web.roster import pins, roster, unit, units

SECTIONS = (
    ("Overview", ("admin.page",)),
    ("Calls", ("admin.calls",)),
    ("Blocked numbers", ("admin.blocks", "admin.asked_blocks")),
    ("Switches", ("admin.switches",)),
    ("Limits", ("admin.limits",)),
    ("Precincts", ("admin.units",)),
    ("People", ("admin.people",)),
    ("Activity", ("admin.activity",)),
    ("Alerts", ("admin.alerts",)),
    ("Readiness", ("admin.readiness",)),
    ("Publication", ("admin.publication",)),
)
"""Name of each section, and the page that it begins with: the first that somebody may open."""


VIEWS = (
    overview,
    calls,
    activity,
    blocks,
    block_files,
    block_requests,
    limits,
    switches,
    alerts,
    publication,
    units,
    unit,
    roster,
    pins,
    people,
    person,
)
"""The modules whose routes are the control room's."""


def add_admin_pages(app: Flask) -> None:
    """The routes under /admin, and /alerts."""
    app.register_blueprint(admin)
    app.register_blueprint(alerts_blueprint)


@admin.context_processor
def _shared() -> dict[str, Any]:
    """What every template of the control room may use besides."""
    return {
        "sections": within_reach(current_actor().role, SECTIONS),
    }


@admin.get("/readiness")
@open_to(Who.ADMIN)
def readiness() -> str:
    """What `hotline doctor` finds."""
    return render_template("admin/readiness.html", examined=services().rounds.look())
