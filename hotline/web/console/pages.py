"""What the pages of the consoles share (desk, review, control room): who acts, and how it went."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from hotline.moments import day_and_second, second_of
from hotline.operations.actors import NotAllowedError
from hotline.store.enums import Role
from hotline.web.console.access import current_actor, within_reach
from hotline.web.console.services import context, services

log = logging.getLogger(__name__)

STATIC = Path(__file__).parents[1] / "static"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
CONSOLES = (
    ("Precincts", ("observe.page",)),
    ("Desk", ("desk.page",)),
    ("Review", ("review.page",)),
    ("Control room", ("admin.page", "admin.asked_blocks", "admin.publication")),
)
"""Name, and the page that it begins with: the first of these that somebody may open."""

DONE, NOT_DONE, KEPT = "done", "not-done", "kept"
LONGEST_KEPT = 1_000  # characters of a note that are given back with an error; they go in a cookie


def console_blueprint(name: str) -> Blueprint:
    """Routes under /NAME, with the headers and the words that all consoles share."""
    pages = Blueprint(
        name,
        __name__,
        url_prefix=f"/{name}",
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/static",
    )
    pages.context_processor(console_context)
    pages.after_request(_finish)
    return pages


def console_context() -> dict[str, Any]:
    """What every template of a console may use."""
    actor = current_actor()
    active = context().known_election()
    zone = active.election.zone if active else UTC

    def clock(at: datetime) -> str:
        return second_of(at, zone)

    def day_and_time(at: datetime) -> str:
        return day_and_second(at, zone)

    return {
        "actor": actor,
        "is_supervisor": actor.may(Role.SUPERVISOR),
        "is_admin": actor.may(Role.ADMIN),
        "election": active.election if active else None,
        "is_test": bool(active and active.is_test),
        "clock": clock,
        "day_and_time": day_and_time,
        "asset": _asset,
        "open_alerts": services().banner.lines,
        "shows_alerts": "admin.alerts" in current_app.view_functions,
        "refreshes_alerts": "alerts.banner" in current_app.view_functions,
        "can_sign_out": "sign_in.sign_out" in current_app.view_functions,
        "consoles": within_reach(actor.role, CONSOLES),
    }


def acting(
    home: str, *refusals: type[Exception], then: str = ""
) -> Callable[[Callable[..., str]], Callable[..., AnyResponse]]:
    """An action: done, or not and why, said on the page from which it was asked.

    `refusals` say why in a sentence. What was written as a note is given back where it was not
    done. `home`: the endpoint to return to where the form does not say; `then`: the one to go to
    once it is done, where that is another page.
    """

    caught: tuple[type[Exception], ...] = (*refusals, NotAllowedError)

    def wrap(view: Callable[..., str]) -> Callable[..., AnyResponse]:
        @wraps(view)
        def answer(**arguments: Any) -> AnyResponse:
            try:
                flash(sentence(view(**arguments)), DONE)
                if then:
                    return redirect(url_for(then), 303)
            except caught as error:
                not_done(str(error))
            except (RedisError, SQLAlchemyError):
                log.exception("not done: %s", request.endpoint)
                not_done("something is down at the moment, and it was not done: try again")
            return redirect(back(home), 303)

        return answer

    return wrap


def not_done(why: str) -> None:
    flash(sentence(why), NOT_DONE)
    if note := request.form.get("note", "").strip():
        flash(note[:LONGEST_KEPT], KEPT)


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def back(home: str) -> str:
    """Where the action was asked for: one of the console's own pages, whatever the form says."""
    wanted = request.form.get("back", "")
    own = url_for(home)
    safe = wanted.startswith(own) and "\\" not in wanted and "//" not in wanted
    return wanted if safe and wanted.isascii() and wanted.isprintable() else own


@cache
def version_of(name: str) -> str:
    """Of a static file: another content, another version."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _asset(name: str) -> str:
    return url_for(".static", filename=name, v=version_of(name))


def _finish(response: Response) -> Response:
    if not (request.endpoint or "").endswith(".static"):
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response
