"""For observers: where every unit stands, its versions, and a way to challenge what it counts."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.context import AppContext
from hotline.operations.desk.words import unit_name
from hotline.operations.review import challenging
from hotline.operations.review.challenging import ChallengeError
from hotline.operations.review.observing import WatchFilter, watched
from hotline.operations.review.unit import look_on
from hotline.web.console import pages
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import observe
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE
from hotline.web.console.services import context

Page = str | Response | tuple[str, int]

SHOWN = 200
SHOWS = {
    WatchFilter.ALL: "all",
    WatchFilter.OUTSTANDING: "outstanding",
    WatchFilter.HELD: "held",
    WatchFilter.COUNTED: "counted",
    WatchFilter.CONTESTED: "contested",
    WatchFilter.CHALLENGED: "challenged",
}

acting = pages.acting("observe.page", ChallengeError)


@observe.get("/")
@open_to(Who.OBSERVER)
def page() -> str:
    parts = context()
    everything, units = watched(parts), parts.election().election.units
    area, words = request.args.get("area", ""), request.args.get("unit", "").strip()
    word = request.args.get("show", "")
    show = WatchFilter(word) if word in set(WatchFilter) else WatchFilter.ALL
    found = [
        one
        for one in everything
        if one.is_in(show) and area in ("", one.area) and units[one.code].is_called(words)
    ]
    return render_template(
        "review/observe_units.html",
        found=found,
        listed=found[:SHOWN],
        total=len(everything),
        areas=sorted({one.area for one in everything}),
        area=area,
        words=words,
        show=show,
        shows=SHOWS,
        mine=challenging.of_observer(parts, current_actor()),
        name_of=lambda code: unit_name(parts.election().election, code),
    )


@observe.get("/unit/<code>")
@open_to(Who.OBSERVER)
def unit(code: str) -> str:
    parts = context()
    return _unit(parts, code)


@observe.post("/unit/<code>/challenge")
@open_to(Who.OBSERVER)
def challenge(code: str) -> Page:
    parts = context()
    _require_unit(parts, code)
    text, actor = request.form.get("text", ""), current_actor()
    error, status = form_errors(
        lambda: challenging.file_challenge(parts, actor, code, text), ChallengeError
    )
    if error:
        return _unit(parts, code, error, text), status
    flash("Your challenge is filed: staff look into it, and you read here what came of it.", DONE)
    return redirect(url_for("observe.unit", code=code), 303)


@observe.post("/challenge/<int:number>/withdraw")
@open_to(Who.OBSERVER)
@acting
def withdraw_challenge(number: int) -> str:
    parts = context()
    challenging.withdraw(parts, current_actor(), number)
    return "your challenge is withdrawn"


def _unit(parts: AppContext, code: str, error: str = "", text: str = "") -> str:
    _require_unit(parts, code)
    found = look_on(parts, current_actor(), code)
    return render_template(
        "review/observe_unit.html",
        found=found,
        has_open=any(one.is_open for one in found.challenges),
        error=error,
        text=text,
        shortest=challenging.SHORTEST,
        longest=challenging.LONGEST,
    )


def _require_unit(parts: AppContext, code: str) -> None:
    if code not in parts.election().election.units:
        abort(404)
