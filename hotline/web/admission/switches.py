"""Switches and drills: how each stands, since when, by whom and why; and turning them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.calls.prompts import Prompt, line, speak
from hotline.languages.catalogue import SOURCE
from hotline.languages.names import english_name
from hotline.operations.admission import drill as drills
from hotline.operations.admission import switches as operation
from hotline.operations.admission.drill import DrillError
from hotline.operations.admission.switches import Switch, SwitchError
from hotline.operations.context import AppContext, NoElectionError
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import DONE, acting, sentence
from hotline.web.console.services import context

Answer = str | tuple[str, int] | Response

TITLES = {
    Switch.ROSTER_ONLY: "Roster only",
    Switch.INTAKE_CLOSED: "Intake closed",
    Switch.PUBLICATION_PAUSED: "Publication paused",
}
EFFECTS = {
    Switch.ROSTER_ONLY: "Only telephones on the roster get through to the chairs' line. Chairs "
    "with borrowed telephones do not.",
    Switch.INTAKE_CLOSED: "No reports are taken by telephone. Whoever calls the chairs' line hears "
    "why, and the call ends; so do calls under way, with what was keyed in them kept.",
    Switch.PUBLICATION_PAUSED: "The last publication stands. The results page says since when, and "
    "shows the reason to everybody.",
}


@admin.get("/switches")
@open_to(Who.ADMIN)
def switches() -> str:
    parts = context()
    return render_template(
        "admission/switches.html",
        standing=operation.standing(parts),
        titles=TITLES,
        effects=EFFECTS,
        history=operation.history(parts),
        languages=_languages(parts),
        usual={code: speak(line(Prompt.CLOSED), code) for code in _languages(parts)},
        drill=_drill(parts),
    )


@admin.post("/switches/<name>/on")
@open_to(Who.ADMIN)
@acting("admin.switches", SwitchError)
def turn_on(name: str) -> str:
    """For all but closing intake, which is looked at first."""
    parts = context()
    switch = _switch(name)
    if switch is Switch.INTAKE_CLOSED:
        raise SwitchError("look at what callers would hear first")
    operation.turn_on(parts, switch, current_actor(), request.form.get("note", ""))
    return f"{TITLES[switch]} from now on"


@admin.post("/switches/<name>/off")
@open_to(Who.ADMIN)
@acting("admin.switches", SwitchError)
def turn_off(name: str) -> str:
    parts = context()
    switch = _switch(name)
    operation.turn_off(parts, switch, current_actor(), request.form.get("note", ""))
    return f"{TITLES[switch]}: off from now on"


@admin.post("/switches/close-intake/look")
@open_to(Who.ADMIN)
def look_at_closing() -> Answer:
    """What callers would hear, before anybody hears it."""
    parts = context()
    return _closing(parts)


@admin.post("/switches/close-intake/close")
@open_to(Who.ADMIN)
def close_intake() -> Answer:
    parts = context()
    try:
        note = request.form.get("note", "")
        operation.turn_on(parts, Switch.INTAKE_CLOSED, current_actor(), note, _said(parts))
    except SwitchError as error:
        return _closing(parts, str(error))
    flash(sentence("intake is closed"), DONE)
    return redirect(url_for("admin.switches"), 303)


def _closing(parts: AppContext, problem: str = "") -> Answer:
    said, heard = _said(parts), []
    try:
        heard = operation.preview_closing(parts, said)
    except SwitchError as error:
        problem = problem or str(error)
    page = render_template(
        "admission/close_intake.html",
        heard=heard,
        said=said,
        note=request.form.get("note", ""),
        problem=problem,
        languages=_languages(parts),
        effect=EFFECTS[Switch.INTAKE_CLOSED],
    )
    return (page, 422) if problem else page


@admin.get("/drill")
@open_to(Who.ADMIN)
def drill() -> str:
    """What a drill means, and whether to begin or to end one."""
    parts = context()
    active = parts.election()
    return render_template("admission/drill.html", active=active, drill=drills.current(parts))


@admin.post("/drill/begin")
@open_to(Who.ADMIN)
@acting("admin.drill", DrillError, NoElectionError)
def begin_drill() -> str:
    parts = context()
    seen = request.form.get("ledger", "")
    if not seen.isdecimal() or not seen.isascii():
        raise DrillError("look again: the page does not say which ledger is in use")
    drills.begin(parts, current_actor(), request.form.get("note", ""), int(seen))
    return "a drill is on: every caller hears so"


@admin.post("/drill/end")
@open_to(Who.ADMIN)
@acting("admin.drill", DrillError, NoElectionError)
def end_drill() -> str:
    parts = context()
    ended = drills.end(parts, current_actor(), request.form.get("note", ""))
    kind = "a test ledger" if ended.is_test else "the live ledger"
    return f"the drill is over: {kind} takes reports again"


def _drill(parts: AppContext) -> drills.Drill | None:
    return drills.current(parts) if parts.known_election() else None


def _switch(name: str) -> Switch:
    return Switch(name) if name in set(Switch) else abort(404)


def _languages(parts: AppContext) -> dict[str, str]:
    """The languages of the election, by code."""
    active = parts.known_election()
    spoken = active.election.languages if active else (SOURCE,)
    return {code: english_name(code) for code in spoken}


def _said(parts: AppContext) -> dict[str, str]:
    """What the form says that callers hear, by language."""
    return {code: request.form.get(f"said-{code}", "").strip() for code in _languages(parts)}
