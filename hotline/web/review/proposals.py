"""A decision that waits for a second person: looked at, agreed to, refused or withdrawn."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.context import AppContext
from hotline.operations.reports.filing import FiguresError
from hotline.operations.review.decisions import agree, refuse, withdraw
from hotline.operations.review.moves import ReviewError
from hotline.operations.review.policy import may_agree
from hotline.operations.review.unit import look_at_unit, proposed_changes
from hotline.store.database import reading
from hotline.store.review import proposals
from hotline.store.review.proposals import Proposal
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE
from hotline.web.console.services import context
from hotline.web.review.decisions import DID

Page = str | Response | tuple[str, int]


@review.get("/proposal/<int:number>")
@open_to(Who.STAFF)
def proposal(number: int) -> Page:
    parts = context()
    return _page(parts, number)


@review.post("/proposal/<int:number>/<any(agree, refuse):word>")
@open_to(Who.SUPERVISOR)
def settle_proposal(number: int, word: str) -> Page:
    parts = context()
    waiting, actor = _found(parts, number), current_actor()
    why, seen = request.form.get("why", ""), request.form.get("seen", "")

    def work() -> None:
        if word == "agree":
            agree(parts, actor, number, why, seen)
        else:
            refuse(parts, actor, number, why)

    error, status = form_errors(work, ReviewError, FiguresError)
    if error:
        return _page(parts, number, error, why), status
    did = DID[waiting.decision] if word == "agree" else "It is refused: nothing has changed."
    flash(did, DONE)
    return redirect(url_for("review.unit", code=waiting.unit_code), 303)


@review.post("/proposal/<int:number>/withdraw")
@open_to(Who.STAFF)
def withdraw_proposal(number: int) -> Page:
    parts = context()
    waiting, actor = _found(parts, number), current_actor()
    error, status = form_errors(lambda: withdraw(parts, actor, number), ReviewError)
    if error:
        return _page(parts, number, error), status
    flash("It is withdrawn: nothing has changed.", DONE)
    return redirect(url_for("review.unit", code=waiting.unit_code), 303)


def _found(parts: AppContext, number: int) -> Proposal:
    with reading(parts.engine) as connection:
        found = proposals.find_proposal(connection, number)
    if found is None or found.unit_code not in parts.election().election.units:
        abort(404)
    return found


def _page(parts: AppContext, number: int, error: str = "", why: str = "") -> str:
    waiting = _found(parts, number)
    found = look_at_unit(parts, waiting.unit_code)
    if waiting.version not in [one.number for one in found.reports.versions]:
        abort(404)  # of another ledger
    actor = current_actor()
    return render_template(
        "review/proposal.html",
        proposal=waiting,
        found=found,
        version=found.reports.version(waiting.version),
        changes=proposed_changes(parts, waiting),
        may_agree=may_agree(actor, waiting.by_id),
        is_mine=actor.account_id == waiting.by_id,
        error=error,
        why=why,
    )
