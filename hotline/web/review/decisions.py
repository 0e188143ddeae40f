"""Deciding on a version of a report: what will happen is shown, a reason is asked, then done."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.context import AppContext
from hotline.operations.review.confirming import confirm
from hotline.operations.review.decisions import Decided, decide
from hotline.operations.review.moves import ReviewError, Ruling
from hotline.operations.review.policy import decides_alone, needs_second
from hotline.operations.review.unit import Review, ReviewVersion, choices_on, look_at_unit
from hotline.store.database import reading
from hotline.store.enums import Decision, Status
from hotline.store.reports import reports
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE
from hotline.web.console.services import context

Page = str | Response | tuple[str, int]

DID = {
    Decision.RELEASE: "It counts as it was filed.",
    Decision.REPLACE: "The new version counts.",
    Decision.REJECT: "It is rejected, and does not count.",
}
PROPOSED = "It is proposed. A second person has to agree to it; until then nothing has changed."


@review.get("/report/<int:number>/<any(release, reject):word>")
@open_to(Who.STAFF)
def decision(number: int, word: str) -> Page:
    parts = context()
    return _decision(parts, number, Decision(word))


@review.post("/report/<int:number>/<any(release, reject):word>")
@open_to(Who.STAFF)
def decided(number: int, word: str) -> Page:
    parts = context()
    found = found_version(parts, number)
    why, seen = request.form.get("why", ""), request.form.get("seen", "")
    ruling = Ruling(number, Decision(word), current_actor(), why, seen=seen)
    done: list[Decided] = []
    error, status = form_errors(lambda: done.append(decide(parts, ruling)), ReviewError)
    if error:
        return _decision(parts, number, Decision(word), error, why), status
    return said(ruling.decision, done[0], found[0].reports.unit.code)


@review.get("/report/<int:number>/confirm")
@open_to(Who.SUPERVISOR)
def confirming(number: int) -> Page:
    parts = context()
    return _confirming(parts, number)


@review.post("/report/<int:number>/confirm")
@open_to(Who.SUPERVISOR)
def confirmed(number: int) -> Page:
    parts = context()
    found, _ = found_version(parts, number)
    why, seen = request.form.get("why", ""), request.form.get("seen", "")
    error, status = form_errors(
        lambda: confirm(parts, current_actor(), number, why, seen), ReviewError
    )
    if error:
        return _confirming(parts, number, error, why), status
    flash("It is written down that it was looked into, and stands.", DONE)
    return redirect(url_for("review.unit", code=found.reports.unit.code), 303)


def found_version(parts: AppContext, number: int) -> tuple[Review, ReviewVersion]:
    """A report of the ledger in use, and all about its unit; 404 where there is none."""
    with reading(parts.engine) as connection:
        place = reports.place_of(connection, number)
    if place is None or place[0] != parts.election().ledger_id:
        abort(404)
    found = look_at_unit(parts, place[1])
    version = next((one for one in found.reports.versions if one.id == number), None)
    if version is None:
        abort(404)
    return found, version


def said(decision: Decision, done: Decided, code: str) -> Response:
    """What came of a decision, on the unit's page."""
    flash(PROPOSED if done.proposal is not None else DID[decision], DONE)
    return redirect(url_for("review.unit", code=code), 303)


def _decision(
    parts: AppContext, number: int, decision: Decision, error: str = "", why: str = ""
) -> str:
    found, version = found_version(parts, number)
    policy, actor = parts.settings.review_second, current_actor()
    counted = found.reports.state.counted_version
    return render_template(
        "review/decision.html",
        found=found,
        version=version,
        decision=decision,
        possible=decision in choices_on(version),
        alone=decides_alone(policy, actor, decision, version.status),
        needs_second=needs_second(policy, decision, version.status),
        counted=found.reports.version(counted) if counted else None,
        error=error,
        why=why,
    )


def _confirming(parts: AppContext, number: int, error: str = "", why: str = "") -> str:
    found, version = found_version(parts, number)
    return render_template(
        "review/confirm.html",
        found=found,
        version=version,
        possible=version.status is Status.COUNTED,
        error=error,
        why=why,
    )
