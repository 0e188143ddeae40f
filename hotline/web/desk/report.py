"""Entering a report for a chair: the form, what is read back, and the number it is filed under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from hotline.calls.worksheet import edition
from hotline.operations.desk import claims
from hotline.operations.desk.claims import ClaimedError
from hotline.operations.desk.entry.entering import (
    SAID,
    Entered,
    FormUsedError,
    begun,
    file_entered,
    filed_at_the_desk,
    new_token,
)
from hotline.operations.desk.entry.filled import Filled
from hotline.operations.desk.entry.filling import fill
from hotline.operations.desk.story import call_story, drafted, unit_story
from hotline.operations.reports.filing import FiguresError, LedgerClosedError, UnknownUnitError
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.desk.form import Form, keyed_in, sheet_changed
from hotline.web.desk.room import DeskRoom, desk_room

LONGEST_TOKEN = 64
NOT_NOW = "It could not be filed just now. Everything you keyed is still here: try again."
Page = str | Response | tuple[str, int]


@desk.get("/report/<code>")
@open_to(Who.STAFF)
def report(code: str) -> Page:
    room = desk_room()
    return _Visit(room, _known(room, code)).opened()


@desk.post("/report/<code>")
@open_to(Who.STAFF)
def entered(code: str) -> Page:
    room = desk_room()
    return _Visit(room, _known(room, code)).sent(request.form.get("do", "check"))


@desk.get("/report/<code>/filed/<int:version>")
@open_to(Who.STAFF)
def filed(code: str, version: int) -> str:
    room = desk_room()
    ledger_id = room.board.parts.election().ledger_id
    found = filed_at_the_desk(room.board.parts, ledger_id, _known(room, code), version)
    if found is None:
        abort(404)
    unit = unit_story(room.board.parts, code)
    said = SAID[found.outcome]
    return render_template("desk/filed.html", unit=unit, report=found, said=said)


def _known(room: DeskRoom, code: str) -> str:
    if code not in room.board.parts.election().election.units:
        abort(404)
    return code


class _Visit:
    """One request of the form."""

    def __init__(self, room: DeskRoom, code: str) -> None:
        self.room = room
        self.code = code
        self.parts = room.board.parts
        self.active = self.parts.election()
        self.error = ""

    def opened(self) -> Page:
        """The form with what the chair has keyed so far, in this call or an earlier one."""
        self._claim()
        case = self._case()
        keyed: Mapping[str, Mapping[str, Any]] = {}
        if case and case.unit in ("", self.code):
            story = call_story(self.parts, case.sid)
            keyed = story.figures if story.unit == self.code else {}
        keyed = keyed or drafted(self.parts, self.active.ledger_id, self.code)
        entries = begun(self.parts, self.code, keyed)
        return self._form(Form(self.active.election, entries), new_token(), bool(entries))

    def sent(self, do: str) -> Page:
        """Checked, read back, or filed; whatever was keyed comes back with it."""
        claimed = self._claim()
        entries = keyed_in(request.form)
        insisted = request.form.getlist("insist")
        token = request.form.get("token", "")[:LONGEST_TOKEN] or new_token()
        if changed := sheet_changed(self.active.election, self.code, request.form):
            self.error = changed
            return self._form(Form(self.active.election, entries), token)
        filled = fill(self.active.election, self.code, entries, insisted, self._chair())
        form = Form(self.active.election, entries, insisted, filled)
        if filled.report is None or do == "change":
            return self._form(form, token)
        if do == "file" and claimed:
            return self._file(form, filled, token)
        return self._preview(form, token)

    def _file(self, form: Form, filled: Filled, token: str) -> Page:
        assert filled.report is not None  # noqa: S101 (whoever calls has seen that there is one)
        case = self._case()
        own = case if case and case.unit in ("", self.code) else None
        entered = Entered(
            self.active.ledger_id,
            filled.report,
            token,
            own.sid if own else "",
            own.last4 if own else "",
        )
        try:
            filed = file_entered(self.parts, self.room.actor(), entered)
        except FormUsedError as error:
            self.error = str(error)
        except LedgerClosedError:
            self.error = "Another ledger was opened meanwhile: open this form anew."
        except (SQLAlchemyError, RedisError, FiguresError, UnknownUnitError):
            self.error = NOT_NOW
        else:
            return redirect(url_for("desk.filed", code=self.code, version=filed.version), 303)
        return self._preview(form, token), 503

    def _claim(self) -> bool:
        """Whether the unit is mine to work on; if not, `error` says whose it is."""
        try:
            claims.claim(self.room.board, self.room.actor(), self.code)
        except ClaimedError as claimed:
            self.error = f"{claimed}: you can look, and not file. A supervisor can take it over."
            return False
        except RedisError:
            self.error = "Nobody can tell who else is on this precinct at the moment."
        return True

    def _case(self) -> Any:
        try:
            return self.room.case()
        except RedisError:
            return None

    def _chair(self) -> int:
        """The roster's id of the chair who is on the line, where the call has told."""
        case = self._case()
        if case is None or case.unit != self.code:
            return 0
        return call_story(self.parts, case.sid).chair

    def _form(self, form: Form, token: str, begun_before: bool = False) -> str:
        return render_template(
            "desk/report.html",
            form=form,
            token=token,
            edition=edition(self.active.election, self.code),
            unit=unit_story(self.parts, self.code),
            error=self.error,
            begun=begun_before,
        )

    def _preview(self, form: Form, token: str) -> str:
        return render_template(
            "desk/preview.html",
            form=form,
            token=token,
            edition=edition(self.active.election, self.code),
            unit=unit_story(self.parts, self.code),
            error=self.error,
        )
