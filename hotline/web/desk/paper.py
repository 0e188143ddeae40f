"""Reports on paper: the list, the form that two people key, and what they keyed, side by side."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from hotline.calls.worksheet import edition
from hotline.operations.desk import claims
from hotline.operations.desk.entry import paper
from hotline.operations.desk.entry.comparing import differing, side_by_side
from hotline.operations.desk.entry.entering import SAID, new_token
from hotline.operations.desk.entry.filling import fill
from hotline.operations.desk.entry.paper import CheckedSheet, PaperError
from hotline.operations.desk.story import unit_story
from hotline.operations.desk.words import unit_name
from hotline.operations.reports.filing import (
    FiguresError,
    LedgerClosedError,
    UnknownUnitError,
    story,
)
from hotline.store.desk.papers import PaperReport
from hotline.store.enums import PaperState, PaperWay
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.console.pages import DONE, NOT_DONE
from hotline.web.console.services import context
from hotline.web.desk.form import Form, keyed_in, sheet_changed
from hotline.web.desk.room import DeskRoom, acting, desk_room

LONGEST_TOKEN = 64
INSISTS = "It stands so on the paper"
NOT_NOW = "It could not be kept just now. Everything you keyed is still here: try again."
Page = str | Response | tuple[str, int]

WAYS: Mapping[PaperWay, str] = {
    PaperWay.MAIL: "by mail",
    PaperWay.PHOTOGRAPH: "as a photograph",
    PaperWay.IN_PERSON: "in person",
}

STATES: Mapping[PaperState, str] = {
    PaperState.AWAITING: "waits for a second person",
    PaperState.DIFFERS: "the two differ",
    PaperState.FILED: "filed",
    PaperState.SET_ASIDE: "set aside",
}


@desk.get("/paper")
@open_to(Who.STAFF)
def papers() -> str:
    room = desk_room()
    parts = context()
    election = parts.election().election
    listed = paper.listed(parts)
    return render_template(
        "desk/papers.html",
        papers=[each for each in listed if each.state in (PaperState.AWAITING, PaperState.DIFFERS)],
        done=[
            each
            for each in reversed(listed)
            if each.state in (PaperState.FILED, PaperState.SET_ASIDE)
        ],
        why_not={each.id: paper.why_not(each, room.actor()) for each in listed},
        name_of=lambda code: unit_name(election, code),
        came=WAYS,
        states=STATES,
        wanted=request.args.get("unit", ""),
    )


@desk.get("/paper/<int:number>")
@open_to(Who.STAFF)
def one_paper(number: int) -> str:
    """Where a paper stands. What was keyed is shown once two people have keyed it."""
    room = desk_room()
    parts = context()
    keyed = _paper(room, number)
    election = parts.election().election
    blocks = []
    if keyed.second is not None and keyed.state is not PaperState.AWAITING:
        blocks = side_by_side(election, keyed.first.figures, keyed.second.figures)
    filed = [
        report
        for report in story(parts, keyed.ledger_id, keyed.unit_code)
        if report.id == keyed.report_id
    ]
    return render_template(
        "desk/paper.html",
        paper=keyed,
        name=unit_name(election, keyed.unit_code),
        blocks=blocks,
        differing=differing(blocks),
        why_not=paper.why_not(keyed, room.actor()),
        report=filed[0] if filed else None,
        said=SAID[filed[0].outcome] if filed else "",
        came=WAYS,
        states=STATES,
    )


@desk.get("/paper/new")
@open_to(Who.STAFF)
def new_paper() -> Page:
    room = desk_room()
    code, came = _asked(room)
    if not code:
        wanted = request.args.get("unit", "")
        flash(f"There is no precinct with the code {wanted[:40]!r}.", NOT_DONE)
        return redirect(url_for("desk.papers", unit=wanted[:40]), 303)
    return _Keying(room, code, came).opened()


@desk.post("/paper/new")
@open_to(Who.STAFF)
def first_keyed() -> Page:
    room = desk_room()
    code, came = _asked(room)
    if not code:
        abort(404)
    return _Keying(room, code, came).sent(request.form.get("do", "check"))


@desk.get("/paper/<int:number>/key")
@open_to(Who.STAFF)
def second_keying(number: int) -> Page:
    room = desk_room()
    keyed = _paper(room, number)
    if why := paper.why_not(keyed, room.actor()):
        flash(f"{why[:1].upper()}{why[1:]}.", NOT_DONE)
        return redirect(url_for("desk.one_paper", number=number), 303)
    return _Keying(room, keyed.unit_code, keyed.came, keyed).opened()


@desk.post("/paper/<int:number>/key")
@open_to(Who.STAFF)
def second_keyed(number: int) -> Page:
    room = desk_room()
    keyed = _paper(room, number)
    keying = _Keying(room, keyed.unit_code, keyed.came, keyed)
    return keying.sent(request.form.get("do", "check"))


@desk.post("/paper/<int:number>/decide")
@open_to(Who.SUPERVISOR)
@acting
def decide_paper(number: int) -> str:
    room = desk_room()
    parts = context()
    right, why = request.form.get("right", 0, int), request.form.get("note", "")
    try:
        filed = paper.decide(parts, room.actor(), _paper(room, number).id, right, why)
    except LedgerClosedError:
        raise PaperError("it belongs to a ledger that is closed") from None
    return f"it is decided. {SAID[filed.outcome]}"


@desk.post("/paper/<int:number>/set-aside")
@open_to(Who.SUPERVISOR)
@acting
def set_paper_aside(number: int) -> str:
    room = desk_room()
    parts = context()
    paper.set_aside(parts, room.actor(), _paper(room, number).id, request.form.get("note", ""))
    return "it is set aside, and will not be filed"


def _asked(room: DeskRoom) -> tuple[str, PaperWay]:
    """The precinct and the way of a new paper; no precinct where there is none of that code."""
    code, came = request.args.get("unit", "").strip(), request.args.get("came", "")
    if came not in PaperWay.__members__.values():
        abort(404)
    known = code in room.board.parts.election().election.units
    return code if known else "", PaperWay(came)


def _paper(room: DeskRoom, number: int) -> PaperReport:
    try:
        keyed = paper.find_paper(room.board.parts, number)
    except PaperError:
        abort(404)
    if keyed.ledger_id != room.board.parts.election().ledger_id:
        abort(404)
    return keyed


class _Keying:
    """One request of the form; `paper` is None while nobody has keyed it."""

    def __init__(
        self, room: DeskRoom, code: str, came: PaperWay, paper: PaperReport | None = None
    ) -> None:
        self.room, self.code, self.came, self.paper = room, code, came, paper
        self.parts = room.board.parts
        self.active = self.parts.election()
        self.error = ""

    def opened(self) -> Page:
        """An empty form; what I keyed myself before, where the two are known to differ."""
        entries: Mapping[str, str] = {}
        insisted: list[str] = []
        if self.paper and self.paper.state is PaperState.DIFFERS:
            mine = self.paper.last_of(self.room.actor().account_id or 0)
            entries, insisted = mine.entries, list(mine.insisted)
        return self._form(Form(self.active.election, entries, insisted), new_token())

    def sent(self, do: str) -> Page:
        """Checked, shown once more, or kept; whatever was keyed comes back with it."""
        entries = keyed_in(request.form)
        insisted = request.form.getlist("insist")
        token = request.form.get("token", "")[:LONGEST_TOKEN] or new_token()
        if changed := sheet_changed(self.active.election, self.code, request.form):
            self.error = changed
            return self._form(Form(self.active.election, entries), token)
        filled = fill(self.active.election, self.code, entries, insisted)
        form = Form(self.active.election, entries, insisted, filled)
        if filled.report is None or do == "change":
            return self._form(form, token)
        if do == "keep":
            return self._keep(form, CheckedSheet(filled.report, entries, insisted, token))
        return self._show(form, token)

    def _keep(self, form: Form, sheet: CheckedSheet) -> Page:
        actor, status = self.room.actor(), 409
        try:
            if self.paper is None:
                ledger_id = self.active.ledger_id
                number = paper.key_first(self.parts, actor, self.came, ledger_id, sheet)
            else:
                number = paper.key_again(self.parts, actor, self.paper.id, sheet).id
        except PaperError as error:
            self.error = f"{error}."[:1].upper() + f"{error}."[1:]
        except LedgerClosedError:
            self.error = "Another ledger was opened meanwhile: begin anew."
        except (SQLAlchemyError, RedisError, FiguresError, UnknownUnitError):
            self.error, status = NOT_NOW, 503
        else:
            flash("Kept.", DONE)
            return redirect(url_for("desk.one_paper", number=number), 303)
        return self._show(form, sheet.token), status

    def _form(self, form: Form, token: str) -> str:
        return render_template("desk/paper_form.html", form=form, token=token, **self._shown())

    def _show(self, form: Form, token: str) -> str:
        return render_template("desk/paper_check.html", form=form, token=token, **self._shown())

    def _shown(self) -> dict[str, object]:
        """Nothing of what anybody else has keyed, nor of what the line knows of the precinct."""
        unit = unit_story(self.parts, self.code)
        return {
            "unit": {"code": self.code, "name": unit.name, "delegates": unit.delegates},
            "edition": edition(self.active.election, self.code),
            "paper": self.paper,
            "came": WAYS[self.came],
            "insists": INSISTS,
            "error": self.error,
            "others": self._others(),
        }

    def _others(self) -> str:
        """Who else is on the precinct, so that nobody works on it unknowingly."""
        try:
            holder = claims.holder(self.room.board, self.code)
        except RedisError:
            return ""
        mine = holder is None or holder.account_id == self.room.actor().account_id
        return "" if mine or holder is None else holder.name
