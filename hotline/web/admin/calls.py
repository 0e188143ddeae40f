"""Calls in the control room: looking for them, the whole story of one, and a file of many."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from hotline.guard.caller import Attestation
from hotline.guard.triage import Entrance
from hotline.operations.calls import search as operation
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.chair import block_caller
from hotline.operations.monitoring.tables import REASONS, VERDICTS
from hotline.store.calls.call_search import LOOKED_THROUGH, CameTo
from hotline.store.enums import Channel
from hotline.store.paging import read_place
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.download import KIND, table_file
from hotline.web.console.long_list import onward
from hotline.web.console.pages import acting
from hotline.web.console.services import context, services

FIELDS = ("since", "until", "unit", "digits", "verdict", "reason", "outcome", "line", "channel")
"""What a search may be asked for, by the name in its form."""

CHOICES = {
    "verdict": ("Let in or not", VERDICTS),
    "reason": ("Turned away because", REASONS),
    "outcome": (
        "What came of it",
        {
            CameTo.FILED: "Filed a report",
            CameTo.PROVED: "Proved a PIN",
            CameTo.PERSON: "Put to a person",
            CameTo.TURNED_AWAY: "Turned away",
            CameTo.HUNG_UP: "Ended before a PIN or a person",
        },
    ),
    "line": (
        "Line",
        {
            Entrance.CHAIRS: "Chairs' line",
            Entrance.PUBLIC: "Public line",
            Entrance.STAFF: "Staff line",
        },
    ),
    "channel": ("Came as", {Channel.VOICE: "Call", Channel.TEXT: "Text message"}),
}


ATTESTATIONS = {
    Attestation.PASSED_A: "it knows the caller, and the number is theirs",
    Attestation.PASSED_B: "it knows the caller, but not whether the number is theirs",
    Attestation.PASSED_C: "it only passed the call on",
    Attestation.FAILED: "the number may be forged",
    Attestation.NONE: "nothing, as is common",
}


@admin.get("/calls")
@open_to(Who.ADMIN)
def calls() -> str | tuple[str, int]:
    parts = context()
    wanted, problems = operation.asked_for(parts, request.args)
    place = read_place(request.args.get("at", ""), str)
    found = counted = None
    if not problems:
        found, counted = operation.search_calls(parts, wanted, place)
    page = render_template(
        "admin/calls.html",
        found=found,
        counted=counted,
        problems=problems,
        asked={name: request.args.get(name, "") for name in FIELDS},
        is_asked=any(request.args.get(name) for name in FIELDS),
        choices=CHOICES,
        looked_through=LOOKED_THROUGH,
        onward=onward(FIELDS),
    )
    return (page, 422) if problems else page


@admin.post(f"/calls.{KIND}")
@open_to(Who.ADMIN)
def calls_file(kind: str) -> Response:
    parts = context()
    wanted, problems = operation.asked_for(parts, request.form)
    if problems:
        abort(400, " ".join(problems.values()))
    form = {name: request.form.get(name, "") for name in FIELDS}
    return table_file(operation.export(parts, current_actor(), wanted, form), "calls", kind)


@admin.get("/calls/<path:sid>")
@open_to(Who.ADMIN)
def call(sid: str) -> str:
    parts = context()
    return render_template(
        "admin/call.html",
        call=operation.open_call(parts, sid) or abort(404),
        verdicts=VERDICTS,
        reasons=REASONS,
        lines=CHOICES["line"][1],
        attestations=ATTESTATIONS,
    )


@admin.post("/calls/<path:sid>/block")
@open_to(Who.ADMIN)
@acting("admin.calls", DeskError)
def block_call(sid: str) -> str:
    board = services().board
    parts = context()
    found = operation.open_call(parts, sid) or abort(404)
    reason = request.form.get("note", "").strip()
    if not reason:
        raise DeskError("say why the number is to be turned away")
    blocked = block_caller(board, current_actor(), sid, found.row.caller_key, reason)
    if blocked.until is None:
        return f"{blocked.ends} is on the roster: it is blocked when a second account agrees"
    return f"the number ending in {blocked.ends} is turned away from now on"
