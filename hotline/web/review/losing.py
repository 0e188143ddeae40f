"""Precincts that are lost for good: proposed, agreed to by a second person, or taken back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.context import AppContext
from hotline.operations.review import losing
from hotline.operations.review.losing import LossError
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE
from hotline.web.console.services import context

Page = str | Response | tuple[str, int]

DID = {
    "propose": "It is proposed: a second person has to agree.",
    "agree": "It is given up as lost. Every publication says so from now on.",
    "withdraw": "It is not given up: it is waited for as any other.",
}


@review.get("/lost")
@open_to(Who.STAFF)
def lost() -> Page:
    parts = context()
    return _page(parts)


@review.post("/lost/<any(propose, agree, withdraw):word>")
@open_to(Who.SUPERVISOR)
def give_up(word: str) -> Page:
    parts = context()
    actor = current_actor()
    code, why = request.form.get("code", ""), request.form.get("why", "")
    if code not in parts.election().election.units:
        abort(404)

    def work() -> None:
        if word == "propose":
            losing.propose_loss(parts, actor, code, why)
        elif word == "agree":
            losing.agree_to_loss(parts, actor, code, request.form.get("seen", ""))
        else:
            losing.withdraw_loss(parts, actor, code, why)

    error, status = form_errors(work, LossError)
    if error:
        return _page(parts, error, code, why), status
    flash(DID[word], DONE)
    return redirect(url_for("review.lost"), 303)


def _page(parts: AppContext, error: str = "", code: str = "", why: str = "") -> str:
    return render_template(
        "review/lost.html",
        found=losing.losses(parts),
        error=error,
        code=code or request.args.get("unit", ""),
        why=why,
        longest=losing.LONGEST_REASON,
    )
