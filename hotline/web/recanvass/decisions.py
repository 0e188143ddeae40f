"""Each paper that differs is filed, or the ledger stands."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for

from hotline.election.rules.mistakes import ErrorKind
from hotline.operations.recanvass import deciding
from hotline.operations.recanvass.refusal import RecanvassError
from hotline.store.enums import RecordDecision
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE
from hotline.web.console.services import context, services
from hotline.web.recanvass.pages import Answer, acting, recanvass_words, unit_page


@review.post("/recanvass/<int:number>/decide")
@open_to(Who.SUPERVISOR)
@acting
def decide_records(number: int) -> str:
    """Chosen records, or all undecided ones of a kind."""
    parts = context()
    decision, why = _decision(), request.form.get("note", "")
    kind = request.form.get("kind", "")
    if kind:
        if kind not in list(ErrorKind):
            abort(400)
        many = deciding.decide_kind(parts, current_actor(), number, ErrorKind(kind), decision, why)
    else:
        chosen = request.form.getlist("record", type=int)
        many = deciding.decide(parts, current_actor(), number, chosen, decision, why)
    units = "one precinct" if many == 1 else f"{many} precincts"
    return f"decided on {units}: {recanvass_words()['decision_words'][decision]}"


@review.post("/recanvass/<int:number>/unit/<code>")
@open_to(Who.SUPERVISOR)
def decide_unit(number: int, code: str) -> Answer:
    board = services().board
    parts = context()
    decision, why = _decision(), request.form.get("why", "")
    chosen = request.form.getlist("record", type=int)
    error, status = form_errors(
        lambda: deciding.decide(parts, current_actor(), number, chosen, decision, why),
        RecanvassError,
    )
    if error:
        return unit_page(board, number, code, error), status
    flash("It is decided.", DONE)
    return redirect(url_for("review.one_recanvass", number=number, show="undecided"), 303)


def _decision() -> RecordDecision:
    given = request.form.get("decision", "")
    if given not in list(RecordDecision):
        abort(400)
    return RecordDecision(given)
