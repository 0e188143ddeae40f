"""The log of activity in the control room: looking through it, and a file of it."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from hotline.operations.activity import ActivityKind
from hotline.operations.audit import activities as operation
from hotline.store.paging import read_place
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.download import KIND, table_file
from hotline.web.console.long_list import onward
from hotline.web.console.services import context

FIELDS = ("since", "until", "who", "kind", "unit", "call")
"""What a search may be asked for, by the name in its form."""

KINDS = {kind.value: kind.value.replace("-", " ").capitalize() for kind in ActivityKind}


@admin.get("/activity")
@open_to(Who.ADMIN)
def activity() -> str | tuple[str, int]:
    parts = context()
    wanted, problems = operation.asked_for(parts, request.args)
    place = read_place(request.args.get("at", ""), int)
    page = render_template(
        "admin/activity.html",
        looked=None if problems else operation.search_activities(parts, wanted, place),
        problems=problems,
        asked={name: request.args.get(name, "") for name in FIELDS},
        is_asked=any(request.args.get(name) for name in FIELDS),
        kinds=KINDS,
        differences=operation.differences,
        onward=onward(FIELDS),
    )
    return (page, 422) if problems else page


@admin.post(f"/activity.{KIND}")
@open_to(Who.ADMIN)
def activity_file(kind: str) -> Response:
    parts = context()
    wanted, problems = operation.asked_for(parts, request.form)
    if problems:
        abort(400, " ".join(problems.values()))
    form = {name: request.form.get(name, "") for name in FIELDS}
    return table_file(operation.export(parts, current_actor(), wanted, form), "activity", kind)
