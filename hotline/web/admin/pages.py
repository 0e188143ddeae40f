"""The control room: how the line fares, and what administrators do about it. No rule lives here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from hotline.operations.desk.board import Board
from hotline.operations.monitoring.lookout import Lookout
from hotline.web.account.people import add_people
from hotline.web.admin.activity import add_activity
from hotline.web.admin.alerts import add_alerts
from hotline.web.admin.calls import add_calls
from hotline.web.admin.overview import add_overview
from hotline.web.admin.readiness import add_readiness
from hotline.web.admission.block_files import add_block_files
from hotline.web.admission.block_requests import add_block_requests
from hotline.web.admission.blocks import add_blocks
from hotline.web.admission.limits import add_limits
from hotline.web.admission.switches import add_switches
from hotline.web.console.access import current_actor, within_reach
from hotline.web.console.pages import console_blueprint
from hotline.web.results.publication import add_publication
from hotline.web.roster.units import add_units

SECTIONS = (
    ("Overview", ("admin.page",)),
    ("Calls", ("admin.calls",)),
    ("Blocked numbers", ("admin.blocks", "admin.asked_blocks")),
    ("Switches", ("admin.switches",)),
    ("Limits", ("admin.limits",)),
    ("Units", ("admin.units",)),
    ("People", ("admin.people",)),
    ("Activity", ("admin.activity",)),
    ("Alerts", ("admin.alerts",)),
    ("Readiness", ("admin.readiness",)),
    ("Publication", ("admin.publication",)),
)
"""Name of each section, and the page that it begins with: the first that somebody may open."""


def admin_blueprint(board: Board, lookout: Lookout | None = None) -> Blueprint:
    """The routes under /admin. `lookout`: another than one that looks every other second, for
    tests."""
    admin = console_blueprint("admin", board.parts)
    admin.context_processor(_shared)
    add_overview(admin, board, lookout or Lookout(board))
    add_calls(admin, board)
    add_activity(admin, board)
    add_blocks(admin, board)
    add_block_files(admin, board)
    add_block_requests(admin, board)
    add_limits(admin, board)
    add_switches(admin, board)
    add_alerts(admin, board)
    add_readiness(admin, board)
    add_publication(admin, board)
    add_units(admin, board)
    add_people(admin, board)
    return admin


def _shared() -> dict[str, Any]:
    """What every template of the control room may use besides."""
    return {
        "sections": within_reach(current_actor().role, SECTIONS),
    }
