"""Blocked numbers: who is turned away, why and for how long, and whom a new block would be of.

Numbers stand in full here: they are what is blocked. None of them is ever part of an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.guard.blocking import BlockingError, read_duration, read_reason
from hotline.guard.caller import last_four
from hotline.operations.admission import block_list, block_requests, suggestions
from hotline.operations.admission import blocks as operation
from hotline.operations.admission.block_requests import BlockAsked, block_or_ask
from hotline.operations.admission.blocks import Added
from hotline.operations.context import AppContext
from hotline.store.admission.block_search import Sought
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import DONE, acting, sentence
from hotline.web.console.services import context

Answer = str | tuple[str, int] | Response

STATES = {"in-force": "in force", "ended": "ended or lifted", "": "all"}
AUTHORS = {"": "anybody", "people": "people", "rule": "the front door"}
USUAL = "24h"


@admin.get("/blocks")
@open_to(Who.ADMIN)
def blocks() -> str:
    parts = context()
    return _list(parts, request.args)


@admin.post("/blocks/find")
@open_to(Who.ADMIN)
def find_blocks() -> str:
    """By digits: a form that is posted, as digits do not belong into an address."""
    parts = context()
    return _list(parts, request.form)


@admin.post("/blocks/look")
@open_to(Who.ADMIN)
def look_at_block() -> Answer:
    parts = context()
    return _preview(parts, request.form)


@admin.post("/blocks/add")
@open_to(Who.ADMIN)
def add_block() -> Answer:
    parts = context()
    pattern, note = request.form.get("pattern", ""), request.form.get("note", "")
    try:
        length = read_duration(request.form.get("length", ""))
        done = block_or_ask(parts, pattern, read_reason(note), length, current_actor())
    except BlockingError as error:
        return _preview(parts, request.form, str(error))
    flash(sentence(said_of(done)), DONE)
    return redirect(url_for("admin.blocks"), 303)


@admin.post("/blocks/<int:id>/extend")
@open_to(Who.ADMIN)
@acting("admin.blocks", BlockingError)
def extend_block(id: int) -> str:
    parts = context()
    length = read_duration(request.form.get("length", ""))
    note = request.form.get("note", "")
    operation.extend_block(parts, id, length, current_actor(), note)
    return f"it ends in {request.form['length'].strip()} from now"


@admin.post("/blocks/<int:id>/lift")
@open_to(Who.ADMIN)
@acting("admin.blocks", BlockingError)
def lift_block(id: int) -> str:
    parts = context()
    block = block_list.find_block(parts, id) or abort(404)
    actor, note = current_actor(), request.form.get("note", "")
    removed = operation.remove_block(parts, str(block.pattern), actor, note)
    if not removed.lifted:
        return "it had ended already; the calls that it was turned away for are forgotten"
    return "it is let in again, from the next call on"


def _list(parts: AppContext, asked: Mapping[str, str]) -> str:
    state, author = asked.get("state", "in-force"), asked.get("author", "")
    digits = asked.get("digits", "")
    sought = Sought(
        in_force=None if state not in STATES or not state else state == "in-force",
        by_rule=None if author not in AUTHORS or not author else author == "rule",
        digits="".join(filter(str.isdigit, digits)),
    )
    return render_template(
        "admission/blocks.html",
        found=block_list.found(parts, sought),
        state=state,
        author=author,
        digits=digits,
        states=STATES,
        authors=AUTHORS,
        requests=block_requests.waiting(parts),
        suggestions=suggestions.suggestions(parts),
        usual=USUAL,
        now=parts.now(),
        in_words=length_in_words,
    )


def _preview(parts: AppContext, form: Mapping[str, str], problem: str = "") -> Answer:
    """Whom a block would be of; or what is wrong with it, with what was written in its fields."""
    pattern = form.get("pattern", "").strip()
    preview = None
    try:
        preview = suggestions.preview(parts, pattern)
        read_duration(form.get("length", USUAL))
    except BlockingError as error:
        problem = problem or str(error)
    page = render_template(
        "admission/block.html",
        pattern=pattern,
        length=form.get("length", USUAL),
        note=form.get("note", ""),
        preview=preview,
        problem=problem,
        hours=int(suggestions.LOOKED_BACK.total_seconds() // 3600),
    )
    return (page, 422) if problem else page


def said_of(done: Added | BlockAsked) -> str:
    if isinstance(done, BlockAsked):
        return "it is not blocked yet: a second person has to agree, see below"
    if done.pattern.is_prefix:
        return f"numbers beginning with {done.pattern.text} are blocked"
    return f"the number ending in {last_four(done.pattern.text)} is blocked"


def length_in_words(length: timedelta) -> str:
    """A time as people say it: its largest unit, rounded."""
    seconds = int(length.total_seconds())
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}" + ("" if count == 1 else "s")
    return "less than a minute"
