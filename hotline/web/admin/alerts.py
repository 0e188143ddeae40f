"""Alerts: what is wrong and was, what is watched for, and who hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from hotline.guard.limits import BY_NAME
from hotline.operations.admission import limits
from hotline.operations.desk.board import DeskError
from hotline.operations.desk.shift import PhoneError
from hotline.operations.monitoring import alert_people, history
from hotline.operations.monitoring.alert_people import AlertError
from hotline.operations.monitoring.alert_policy import what_to_do
from hotline.operations.monitoring.rules import TEXTS, WATCHED, RuleText
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import DONE, acting, console_blueprint, not_done, sentence
from hotline.web.console.services import context, services


@dataclass(frozen=True, slots=True)
class WatchedFor:
    """A rule on the page. `threshold`: as it stands, with its unit; empty where there is none."""

    text: RuleText
    threshold: str


@admin.get("/alerts")
@open_to(Who.ADMIN)
def alerts() -> str:
    return _page({})


@admin.post("/alerts/people")
@open_to(Who.ADMIN)
def add_alert_recipient() -> AnyResponse | tuple[str, int]:
    board = services().board
    given = {name: request.form.get(name, "").strip() for name in ("who", "phone")}
    try:
        added = alert_people.add_recipient(board, current_actor(), given["who"], given["phone"])
    except (AlertError, DeskError, PhoneError) as error:
        return _page({**given, "problem": sentence(str(error))}), 422
    except (RedisError, SQLAlchemyError):
        not_done("something is down at the moment, and it was not done: try again")
    else:
        flash(f"{added.name} gets alerts at …{added.last_four}.", DONE)
    return redirect(url_for("admin.alerts"), 303)


@admin.post("/alerts/people/<int:account>/remove")
@open_to(Who.ADMIN)
@acting("admin.alerts", AlertError)
def remove_alert_recipient(account: int) -> str:
    parts = context()
    gone = alert_people.remove_recipient(parts, current_actor(), account)
    return f"{gone.name} gets no alerts any more"


@admin.post("/alerts/test")
@open_to(Who.ADMIN)
@acting("admin.alerts", AlertError)
def test_alert() -> str:
    parts = context()
    alert_people.send_test(parts, current_actor())
    return "A test is on its way: look below in a few seconds whether it arrived"


def _page(given: dict[str, str]) -> str:
    parts = context()
    values = limits.values(parts)
    return render_template(
        "admin/alerts.html",
        given=given,
        past=history.alert_history(parts),
        people=alert_people.recipients(parts),
        choices=alert_people.choices(parts),
        webhook=urlsplit(parts.settings.alert_url).hostname or "",
        rules=[
            WatchedFor(
                text := TEXTS[rule],
                BY_NAME[text.limit].say(values[text.limit]) if text.limit else "",
            )
            for rule in WATCHED
        ],
        title_of=lambda rule: TEXTS[rule].title if rule in TEXTS else rule,
        what_to_do=what_to_do,
    )


alerts_blueprint = console_blueprint("alerts")


@alerts_blueprint.get("/open")
@open_to(Who.OBSERVER, is_use=False)
def banner() -> str:
    """A piece of a page, which pages of the consoles fetch while they are open."""
    return render_template("console/alerts.html")
