"""The review: what is held, in conflict, contested or challenged, and what is decided about it."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.desk.board import DeskError
from hotline.operations.desk.chair import call_unit
from hotline.operations.review.losing import loss_of, losses
from hotline.operations.review.policy import decides_alone
from hotline.operations.review.queue import Item, ReviewKind, queue
from hotline.operations.review.unit import ReviewVersion, choices_on, look_at_unit
from hotline.operations.review.words import STATES
from hotline.store.enums import Decision
from hotline.web.console import pages
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import observe, review
from hotline.web.console.services import services
from hotline.web.recanvass import decisions as recanvass_decisions
from hotline.web.recanvass import papers as recanvass_papers
from hotline.web.recanvass import recanvass
from hotline.web.review import challenges, decisions, findings, losing, proposals, replacement
from hotline.web.review import observe as observe_pages

SECTIONS = (
    ("review.page", "Queue"),
    ("review.findings", "Findings"),
    ("review.recanvass", "Recanvass"),
    ("review.lost", "Lost precincts"),
)
"""First page of each section, and its name."""

KINDS = {
    ReviewKind.HELD: "Held",
    ReviewKind.CONFLICT: "Conflict",
    ReviewKind.CONTESTED: "Contested",
    ReviewKind.CHALLENGED: "Challenged",
}
SHOWN = 100
MOST_FOUND = 50
TO_LOOK_INTO = "to look into its report"

acting = pages.acting("review.page", DeskError)
"""An action without a form that could be lost."""


VIEWS = (
    decisions,
    replacement,
    proposals,
    challenges,
    findings,
    losing,
    recanvass,
    recanvass_papers,
    recanvass_decisions,
    observe_pages,
)
"""The modules whose routes are the review's or the observers', besides this one."""


def add_review_pages(app: Flask) -> None:
    """The routes under /review, and those of observers under /observe."""
    app.register_blueprint(review)
    app.register_blueprint(observe)


@review.get("/")
@open_to(Who.STAFF)
def page() -> str:
    board = services().board
    found = queue(board.parts)
    show, area = request.args.get("show", ""), request.args.get("area", "")
    wanted = [item for item in found.waiting if _is_wanted(item, show, area)]
    return render_template(
        "review/queue.html",
        waiting=found.waiting,
        confirmed=found.confirmed,
        wanted=wanted,
        listed=wanted[:SHOWN],
        kinds=KINDS,
        show=show,
        area=area,
        areas=sorted({item.area for item in found.waiting}),
        second=board.parts.settings.review_second,
        losses=losses(board.parts),
    )


@review.get("/find")
@open_to(Who.STAFF)
def find() -> Response | tuple[str, int]:
    """A precinct by its code, or by a part of its name."""
    board = services().board
    wanted = request.args.get("unit", "").strip()
    found = board.parts.election().election.find_units(wanted)[:MOST_FOUND]
    if len(found) == 1:
        return redirect(url_for("review.unit", code=found[0].code))
    page = render_template("review/found.html", wanted=wanted, found=found)
    return page, 200 if found else 404


def _is_wanted(item: Item, show: str, area: str) -> bool:
    is_shown = {
        "": True,
        "proposed": item.proposal is not None,
        "challenged": bool(item.challenged),
    }.get(show, item.kind == show)
    return is_shown and area in ("", item.area)


@review.get("/unit/<code>")
@open_to(Who.STAFF)
def unit(code: str) -> str:
    board = services().board
    if code not in board.parts.election().election.units:
        abort(404)
    actor, policy = current_actor(), board.parts.settings.review_second

    def is_alone(decision: Decision, version: ReviewVersion) -> bool:
        return decides_alone(policy, actor, decision, version.status)

    return render_template(
        "review/unit.html",
        found=look_at_unit(board.parts, code),
        choices_on=choices_on,
        is_alone=is_alone,
        loss=loss_of(board.parts, code),
        can_call="desk.page" in current_app.view_functions,
    )


@review.post("/unit/<code>/call")
@open_to(Who.STAFF)
@acting
def call(code: str) -> str:
    board = services().board
    if code not in board.parts.election().election.units:
        abort(404)
    note = request.form.get("note", "")
    call_unit(board, current_actor(), code, note, reason=TO_LOOK_INTO)
    return "it waits in the desk's queue, to be called: whoever is ready can take it"


@review.context_processor
def _shared() -> dict[str, Any]:
    """What every template of the review may use besides."""
    return {
        "sections": [one for one in SECTIONS if one[0] in current_app.view_functions],
        "state_words": STATES,
        "Decision": Decision,
        "Kind": ReviewKind,
        "pictures": "desk.picture" in current_app.view_functions,
    }
