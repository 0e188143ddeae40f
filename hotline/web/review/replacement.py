"""A new version in place of a report: the desk's form with the same checks, and a reason."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request
from redis import RedisError
from werkzeug.wrappers import Response

from hotline.election.model import Figures
from hotline.operations.desk import claims
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.claims import ClaimedError
from hotline.operations.desk.entry.filling import entries_of, fill
from hotline.operations.reports.filing import FiguresError, story
from hotline.operations.review.decisions import LONGEST_REASON, Decided, decide
from hotline.operations.review.moves import ReviewError, Ruling
from hotline.operations.review.policy import decides_alone
from hotline.operations.review.unit import choices_on, would_change
from hotline.store.enums import Decision
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.form_errors import form_errors
from hotline.web.console.services import services
from hotline.web.desk.form import Form, keyed_in
from hotline.web.review.decisions import found_version, said

Page = str | Response | tuple[str, int]


@review.get("/report/<int:number>/replace")
@open_to(Who.STAFF)
def replacement(number: int) -> Page:
    board = services().board
    return _ReplacementVisit(board, number).opened()


@review.post("/report/<int:number>/replace")
@open_to(Who.STAFF)
def replaced(number: int) -> Page:
    board = services().board
    return _ReplacementVisit(board, number).sent(request.form.get("do", "check"))


class _ReplacementVisit:
    """One request of the form."""

    def __init__(self, board: DeskServices, number: int) -> None:
        self.board = board
        self.parts = board.parts
        self.election = self.parts.election().election
        self.number = number
        self.found, self.version = found_version(self.parts, number)
        self.code = self.found.reports.unit.code
        self.why = request.form.get("why", "")
        self.seen = request.form.get("seen", "") or self.found.seen
        self.error = ""

    def opened(self) -> Page:
        """The form with the figures of this version, or of another one that is asked for."""
        self._claim()
        wanted = request.args.get("from", "")
        filed = story(self.parts, self.parts.election().ledger_id, self.code)
        base = next((one for one in filed if str(one.version) == wanted), None)
        base = base or next(one for one in filed if one.id == self.number)
        return self._form(Form(self.election, entries_of(self.election, base.figures)))

    def sent(self, do: str) -> Page:
        """Checked, shown, or decided; whatever was keyed comes back with it."""
        is_mine = self._claim()
        entries = keyed_in(request.form)
        insisted = request.form.getlist("insist")
        filled = fill(self.election, self.code, entries, insisted)
        form = Form(self.election, entries, insisted, filled)
        if filled.report is None or do == "change":
            return self._form(form)
        if not self.why.strip():
            self.error = self.error or "Give the reason: it stays with the new version."
            return self._form(form)
        if do == "file" and is_mine:
            return self._decide(form, filled.report.figures)
        return self._preview(form, filled.report.figures)

    def _decide(self, form: Form, figures: Mapping[str, Figures]) -> Page:
        ruling = Ruling(
            self.number, Decision.REPLACE, current_actor(), self.why, figures, self.seen
        )
        done: list[Decided] = []
        self.error, status = form_errors(
            lambda: done.append(decide(self.parts, ruling)), ReviewError, FiguresError
        )
        if self.error:
            return self._preview(form, figures), status
        return said(Decision.REPLACE, done[0], self.code)

    def _claim(self) -> bool:
        """Whether the unit is mine to work on; if not, `error` says whose it is."""
        try:
            claims.claim(self.board, current_actor(), self.code)
        except ClaimedError as claimed:
            self.error = f"{claimed}: you can look, and not file."
            return False
        except RedisError:
            self.error = "Nobody can tell who else is on this precinct at the moment."
        return True

    def _form(self, form: Form) -> str:
        possible = Decision.REPLACE in choices_on(self.version)
        return self._render("review/replace.html", form, possible=possible)

    def _preview(self, form: Form, figures: Mapping[str, Figures]) -> str:
        policy, status = self.parts.settings.review_second, self.version.status
        return self._render(
            "review/replace_preview.html",
            form,
            changes=would_change(self.parts, self.number, self.code, figures),
            alone=decides_alone(policy, current_actor(), Decision.REPLACE, status),
        )

    def _render(self, template: str, form: Form, **more: object) -> str:
        return render_template(
            template,
            form=form,
            found=self.found,
            version=self.version,
            why=self.why,
            seen=self.seen,
            error=self.error,
            longest=LONGEST_REASON,
            **more,
        )
