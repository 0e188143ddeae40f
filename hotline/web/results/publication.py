"""Publication: what is out, what would go out next, and the orders by which it does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.election.rules.registry import measure_of
from hotline.moments import MomentError, day_and_minute, possible_moments, read_moment, with_offset
from hotline.operations.context import AppContext
from hotline.operations.publication import orders as ordering
from hotline.operations.publication import view as viewing
from hotline.operations.publication.orders import OrderError, WantedOrder, standing_wish
from hotline.store.enums import PublicationMode, ResultStatus
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import DONE, acting, not_done, sentence
from hotline.web.console.services import context

MODES: Mapping[PublicationMode, str] = {
    PublicationMode.LIVE: "By themselves, whenever something has changed",
    PublicationMode.APPROVAL: "Only when a supervisor has looked at them and approved",
}
STATUSES: Mapping[ResultStatus, str] = {
    ResultStatus.PARTIAL: "Unofficial, partial",
    ResultStatus.COMPLETE: "Unofficial, all reported",
    ResultStatus.RECANVASS: "Recanvass",
    ResultStatus.RECOUNT: "Recount",
    ResultStatus.CERTIFIED: "Certified",
}
BY_ITSELF = "Unofficial: partial or all reported, as it follows from the reports"
UNCONFIRMED = "tick that the status shall change: everybody will see it"

Page = str | Response | tuple[str, int]


def _measure_name(key: str) -> str:
    return measure_of(key).label.lower()


@admin.get("/publication")
@open_to(Who.SUPERVISOR)
def publication() -> str:
    parts = context()
    return _page(parts)


@admin.post("/publication/approve")
@open_to(Who.SUPERVISOR)
@acting("admin.publication", OrderError)
def approve_publication() -> str:
    parts = context()
    approved = ordering.approve(parts, current_actor(), request.form.get("digest", ""))
    return f"Published as number {approved.number}, exactly as you looked at it"


@admin.post("/publication/order")
@open_to(Who.ADMIN)
def order_publication() -> Page:
    """Carried out, or the form again with everything that was written and what is wrong."""
    parts = context()
    try:
        order = ordering.give(
            parts, current_actor(), _wanted(parts), request.form.get("why", ""), _seen()
        )
    except OrderError as error:
        return _page(parts, sentence(str(error))), 422
    flash(sentence(f"ordered: {MODES[order.mode][:1].lower()}{MODES[order.mode][1:]}"), DONE)
    return redirect(url_for("admin.publication"), 303)


@admin.get("/publication/certify")
@open_to(Who.ADMIN)
def certifying() -> str:
    """What would be certified, shown before it is asked for."""
    parts = context()
    return render_template(
        "results/publication_certify.html",
        view=viewing.before_certifying(parts),
        lost_page=url_for("review.lost") if "review.lost" in current_app.view_functions else "",
        statuses=STATUSES,
        measure_name=_measure_name,
    )


@admin.post("/publication/certify")
@open_to(Who.ADMIN)
def certify_publication() -> Page:
    parts = context()
    try:
        if request.form.get("confirmed") != "yes":
            raise OrderError("tick that you mean it: certified results stay what they are")
        certified = ordering.certify(
            parts, current_actor(), request.form.get("digest", ""), request.form.get("note", "")
        )
    except OrderError as error:
        not_done(str(error))
        return redirect(url_for("admin.certifying"), 303)
    flash(f"Certified and published as number {certified.number}.", DONE)
    return redirect(url_for("admin.publication"), 303)


def _page(parts: AppContext, problem: str = "") -> str:
    view = viewing.gather(parts)
    order = None if view is None else view.order
    form = request.form if problem else _filled(parts, standing_wish(order))
    return render_template(
        "results/publication.html",
        view=view,
        problem=problem,
        form=form,
        meant=_choices(parts, form),
        seen=0 if order is None else order.id,
        zone=_zone(parts),
        modes=MODES,
        statuses=STATUSES,
        orderable={"": BY_ITSELF}
        | {status.value: STATUSES[status] for status in ResultStatus if status in ordering.ORDERED},
        by_itself=BY_ITSELF,
        measure_name=_measure_name,
    )


def _filled(parts: AppContext, wish: WantedOrder) -> dict[str, str]:
    """The form as the standing order would fill it."""
    until = wish.embargo_until
    if until is not None and until <= parts.now():
        until = None
    local = None if until is None else until.astimezone(_zone(parts))
    return {
        "mode": wish.mode.value,
        "embargo": "" if local is None else f"{local:%Y-%m-%dT%H:%M}",
        "meant": "" if local is None else with_offset(local),
        "status": "" if wish.status is None else wish.status.value,
    }


def _choices(parts: AppContext, form: Mapping[str, str]) -> Mapping[str, str]:
    """The moments that the embargo in the form can mean, by their value; none where it is one."""
    zone = _zone(parts)
    possible = possible_moments(form.get("embargo", ""), zone)
    return {with_offset(at): day_and_minute(at, zone) for at in possible}


def _wanted(parts: AppContext) -> WantedOrder:
    """What the form asks for. Raises OrderError for what it cannot."""
    form = request.form
    try:
        mode = PublicationMode(form.get("mode", ""))
        status = ResultStatus(form["status"]) if form.get("status") else None
    except ValueError:
        raise OrderError("choose how results go out, and as what") from None
    last = ordering.current(parts)
    if status is not last.status and form.get("confirmed") != "yes":
        raise OrderError(UNCONFIRMED)
    return WantedOrder(mode, _embargo(parts, last), status)


def _embargo(parts: AppContext, last: WantedOrder) -> datetime | None:
    """The moment of the form, in the election's time zone; one that is over already stays.

    Where its local time exists twice or never, the field `meant` says which moment it is.
    """
    written = request.form.get("embargo", "").strip()
    if not written:
        over = last.embargo_until is not None and last.embargo_until <= parts.now()
        return last.embargo_until if over else None
    try:
        return read_moment(written, _zone(parts))
    except MomentError as error:
        meant = [at for at in error.possible if with_offset(at) == request.form.get("meant")]
        if meant:
            return meant[0].astimezone(UTC)
        raise OrderError(f"embargo: {error}") from None


def _zone(parts: AppContext) -> tzinfo:
    active = parts.known_election()
    return active.election.zone if active else UTC


def _seen() -> int:
    written = request.form.get("seen", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 10 else -1
