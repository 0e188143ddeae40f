"""Limits: how they stand, what a change would mean, and taking one back."""

from __future__ import annotations

from itertools import groupby

from flask import abort, render_template, request

from hotline.guard.limit_words import meaning
from hotline.guard.limits import BY_NAME, GROUPS, find_limit, read_value
from hotline.operations.admission import limits as operation
from hotline.operations.admission.limits import LimitError, LimitPreview, LimitState
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import acting
from hotline.web.console.services import context


@admin.get("/limits")
@open_to(Who.ADMIN)
def limits() -> str:
    parts = context()
    standing = operation.standing(parts)
    values = {one.limit.name: one.value for one in standing}
    return render_template(
        "admission/limits.html",
        groups=[
            (GROUPS[group], [(one, meaning(one.limit.name, values)) for one in members])
            for group, members in groupby(standing, key=lambda one: one.limit.group)
        ],
        history=operation.history(parts),
        by_name=BY_NAME,
        settings={one.limit.name: one.setting for one in standing},
    )


@admin.get("/limits/<name>")
@open_to(Who.ADMIN)
def limit(name: str) -> str | tuple[str, int]:
    """One limit; with `value`, what that would mean."""
    parts = context()
    one = _standing(name)
    wanted, problem = request.args.get("value", "").strip(), ""
    preview: LimitPreview | None = None
    if wanted:
        try:
            preview = operation.preview(parts, name, wanted)
        except LimitError as error:
            problem = str(error)
    values = operation.values(parts)
    page = render_template(
        "admission/limit.html",
        one=one,
        now=meaning(name, values),
        wanted=wanted,
        problem=problem,
        preview=preview,
    )
    return (page, 422) if problem else page


@admin.post("/limits/<name>")
@open_to(Who.ADMIN)
@acting("admin.limits", LimitError, then="admin.limits")
def change_limit(name: str) -> str:
    parts = context()
    new = read_value(find_limit(name), request.form.get("value", ""))
    note, actor = request.form.get("note", ""), current_actor()
    return _said(operation.change(parts, name, new, actor, note, _seen()))


@admin.post("/limits/<name>/undo")
@open_to(Who.ADMIN)
@acting("admin.limits", LimitError)
def undo_limit(name: str) -> str:
    parts = context()
    return _said(operation.undo(parts, name, current_actor(), "taken back", _seen()))


def _standing(name: str) -> LimitState:
    parts = context()
    found = next((one for one in operation.standing(parts) if one.limit.name == name), None)
    return found or abort(404)


def _seen() -> int:
    """What the form was made from; one that does not say so has seen nothing."""
    seen = request.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1


def _said(changed: operation.LimitChanged) -> str:
    limit = changed.limit
    return f"{limit.title}: {limit.say(changed.after)} from now on, instead of {changed.before}"
