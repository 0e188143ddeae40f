"""A roster as a file: what it would change is looked at first. Nothing of it is kept meanwhile."""

from __future__ import annotations

from base64 import b64decode, b64encode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.operations.context import AppContext
from hotline.operations.roster import roster_import
from hotline.operations.roster.roster_edit import RosterEditError
from hotline.operations.roster.roster_import import RosterPreview
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import DONE, sentence
from hotline.web.console.services import context

Answer = str | Response | tuple[str, int]

LARGEST = 300_000  # bytes: some 6,000 chairs, and less than a form may hold
SHOWN = 100  # chairs of each kind that are shown by name


@admin.get("/units/roster")
@open_to(Who.ADMIN)
def roster_file() -> Answer:
    return _page()


@admin.post("/units/roster")
@open_to(Who.ADMIN)
def look_at_roster() -> Answer:
    parts = context()
    sent = request.files.get("file")
    content = sent.read(LARGEST + 1) if sent else b""
    if sent is None or not content:
        return _page("choose a file first")
    if len(content) > LARGEST:
        return _page(
            f"this page takes files of {LARGEST // 1000} kB at most; "
            "larger ones are loaded with `hotline roster load FILE`"
        )
    return _preview(parts, content, sent.filename or "")


@admin.post("/units/roster/apply")
@open_to(Who.ADMIN)
def apply_roster() -> Answer:
    parts = context()
    content, name = _kept(request.form.get("content", "")), request.form.get("name", "")
    stamp = request.form.get("stamp", "")
    without_bad = request.form.get("without_bad") == "1"
    try:
        done = roster_import.apply(
            parts, current_actor(), content, name, stamp, without_bad=without_bad
        )
    except RosterEditError as error:
        return _preview(parts, content, name, str(error))
    flash(sentence(f"{done.in_words}; the front door knows it already"), DONE)
    return redirect(url_for("admin.units"), 303)


def _page(problem: str = "") -> Answer:
    said = sentence(problem) if problem else ""
    page = render_template("roster/units_roster.html", preview=None, problem=said, shown=SHOWN)
    return (page, 422) if problem else page


def _kept(content: str) -> bytes:
    """A file that the page kept in its form; empty where somebody has changed it there."""
    try:
        return b64decode(content, validate=True)
    except ValueError:
        return b""


def _preview(parts: AppContext, content: bytes, name: str, problem: str = "") -> Answer:
    found: RosterPreview = roster_import.preview(parts, current_actor(), content, name)
    page = render_template(
        "roster/units_roster.html",
        preview=found,
        content=b64encode(content).decode() if found.is_readable else "",
        name=name,
        problem=sentence(problem) if problem else "",
        shown=SHOWN,
    )
    return page, 422 if problem or found.problems else 200
