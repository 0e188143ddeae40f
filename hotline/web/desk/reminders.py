"""Reminders by text message: chosen, looked at before they go, sent once, watched and stopped."""

from __future__ import annotations

from flask import abort, render_template, request
from redis import RedisError

from hotline.languages.names import english_name
from hotline.operations.desk import reminders as operation
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.call_list import MissingFilter, call_list
from hotline.store.desk.reminders import BatchState
from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import desk
from hotline.web.console.services import context
from hotline.web.desk.missing import SHOWS
from hotline.web.desk.room import acting, desk_room

CHOICES = (MissingFilter.ALL, MissingFilter.NOW, MissingFilter.LATER, MissingFilter.NOT_REACHED)

FATES = {
    "sent": "sent",
    "reported": "not needed: reported meanwhile",
    "lately": "left out: reminded within the hour",
    "refused": "refused by the network",
    "unsure": "not answered by the network: may have arrived, and are not sent again",
}


@desk.get("/reminders")
@open_to(Who.SUPERVISOR)
def reminders() -> str | tuple[str, int]:
    """What to send; and, once that is chosen, what would go out."""
    room = desk_room()
    parts = context()
    languages = parts.election().election.languages
    chosen = "look" in request.args
    spoken = request.args.getlist("language") if chosen else list(languages)
    area, show = request.args.get("area", ""), _show(request.args.get("show", ""))
    found = call_list(room.board, area, show)
    preview, problem = None, ""
    if chosen:
        try:
            units = [row.unit.code for row in found.listed]
            about = area or "all counties"
            about += "" if show is MissingFilter.ALL else f", {SHOWS[show]}"
            preview = operation.prepare(parts, room.actor(), units, spoken, about)
        except DeskError as error:
            problem = str(error)
        except RedisError:
            problem = "something is down at the moment: try again"
    page = render_template(
        "desk/reminders.html",
        areas=found.areas,
        area=area,
        show=show,
        shows={each: SHOWS[each] for each in CHOICES},
        languages=[(each, english_name(each)) for each in languages],
        spoken=spoken,
        preview=preview,
        problem=problem,
    )
    return (page, 422) if problem else page


@desk.get("/reminders/<token>")
@open_to(Who.SUPERVISOR)
def reminders_sent(token: str) -> str:
    parts = context()
    try:
        batch = operation.progress(parts, token)
    except DeskError:
        abort(404)
    return render_template(
        "desk/reminders_sent.html",
        batch=batch,
        fates=[(FATES[fate], count) for fate, count in batch.fates.items() if count],
        is_sending=batch.state is BatchState.SENDING,
    )


@desk.post("/reminders/<token>/send")
@open_to(Who.SUPERVISOR)
@acting
def send_reminders(token: str) -> str:
    room = desk_room()
    parts = context()
    batch = operation.send(parts, room.actor(), token)
    if batch.state is not BatchState.SENDING:
        return f"these were sent before: {batch.state}"
    if batch.plan.texts == 1:
        return "the reminder is on its way"
    return f"{batch.plan.texts} reminders are on their way, one a second"


@desk.post("/reminders/<token>/stop")
@open_to(Who.SUPERVISOR)
@acting
def stop_reminders(token: str) -> str:
    room = desk_room()
    parts = context()
    batch = operation.stop(parts, room.actor(), token)
    if batch.state is BatchState.DONE:
        return "all of them had been sent already"
    return f"stopped: {batch.left} are not sent"


def _show(wanted: str) -> MissingFilter:
    return (
        MissingFilter(wanted) if wanted in [each.value for each in CHOICES] else MissingFilter.ALL
    )
