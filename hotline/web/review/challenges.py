"""Challenges of observers, settled by staff on the unit's page of the review."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.context import AppContext
from hotline.operations.desk.words import unit_name
from hotline.operations.review import challenging
from hotline.operations.review.challenging import ChallengeError
from hotline.store.enums import ChallengeState
from hotline.store.review.challenges import Challenge
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE
from hotline.web.console.services import context

Page = str | Response | tuple[str, int]

SETTLED = {
    ChallengeState.UPHELD: "The challenge is upheld; the observer reads your reason.",
    ChallengeState.DISMISSED: "The challenge is dismissed; the observer reads your reason.",
}


@review.get("/challenge/<int:number>")
@open_to(Who.STAFF)
def challenge(number: int) -> Page:
    parts = context()
    return _page(parts, _found(parts, number))


@review.post("/challenge/<int:number>")
@open_to(Who.STAFF)
def settle_challenge(number: int) -> Page:
    parts = context()
    found = _found(parts, number)
    word, why = request.form.get("state", ""), request.form.get("why", "")
    state = ChallengeState(word) if word in set(ChallengeState) else ChallengeState.OPEN
    error, status = form_errors(
        lambda: challenging.settle(parts, current_actor(), number, state, why), ChallengeError
    )
    if error:
        return _page(parts, found, error, why, word), status
    flash(SETTLED[state], DONE)
    return redirect(url_for("review.unit", code=found.unit_code), 303)


def _found(parts: AppContext, number: int) -> Challenge:
    found = challenging.find_challenge(parts, number)
    if found is None:
        abort(404)
    return found


def _page(
    parts: AppContext, found: Challenge, error: str = "", why: str = "", state: str = ""
) -> str:
    return render_template(
        "review/challenge.html",
        challenge=found,
        name=unit_name(parts.election().election, found.unit_code),
        error=error,
        why=why,
        state=state,
        states=(ChallengeState.UPHELD, ChallengeState.DISMISSED),
    )
