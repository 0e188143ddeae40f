"""Who may use a route. The application refuses to start while one of them does not say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from hotline.operations.accounts.accounts import actor_of
from hotline.operations.actors import Actor
from hotline.store.enums import Role
from hotline.web.console import sessions

View = TypeVar("View", bound=Callable[..., Any])


class Who(StrEnum):
    """Whom a route is open to. A role includes the ones above it (statuses.Role)."""

    PUBLIC = "public"  # anybody, unasked
    SIGNED = "signed"  # the telephone network, by its signature over the whole request
    OBSERVER = "observer"  # whoever is signed in
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


UNNAMED = frozenset({Who.PUBLIC, Who.SIGNED})
"""Those for whom nobody has to be signed in."""


class UnstatedAccess(RuntimeError):
    """A route does not say who may use it; the message names each."""


def open_to(who: Who, *, is_use: bool = True) -> Callable[[View], View]:
    """States whom a view is open to and, where that is a role, enforces it.

    `is_use=False` is for what a page fetches by itself: it keeps nobody signed in.
    """

    def record(view: View) -> View:
        admitting = view if who in UNNAMED else _admit(view, Role(who), is_use)
        vars(admitting)["open_to"] = who
        return admitting

    return record


def _admit(view: View, role: Role, is_use: bool) -> View:
    @wraps(view)
    def admitting(*arguments: Any, **named: Any) -> Any:
        account = sessions.signed_in(is_use=is_use)
        if account is None:
            return ask_to_sign_in()
        if not account.role.may(role):
            return _refuse(account.role, role)
        return view(*arguments, **named)

    return cast(View, admitting)


def current_actor() -> Actor:
    """Who is signed in. Only for views that are open to a role."""
    account = sessions.signed_in(is_use=False)
    if account is None:
        raise RuntimeError("nobody is signed in here: the route has to be open to a role")
    return actor_of(account)


def wants_json() -> bool:
    """Whether a program asks, and not a person's browser for a page."""
    return request.is_json or (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def ask_to_sign_in() -> AnyResponse | tuple[Response, int]:
    """To the page where one signs in; a program is told with 401."""
    if wants_json():
        return jsonify(error="nobody is signed in"), 401
    onward = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.page", next=onward), 303)


def _refuse(role: Role, needed: Role) -> tuple[Response | str, int]:
    if wants_json():
        return jsonify(error=f"this is for a {needed}"), 403
    return render_template("account/refused.html", role=role, needed=needed), 403


def stated_access(app: Flask) -> dict[str, Who | None]:
    """Whom each endpoint that has a URL is open to; None where it does not say.

    Folders of static files are left out: they hold nothing that is not public.
    """
    return {
        rule.endpoint: stated(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2] != "static"
    }


def stated(app: Flask, endpoint: str | None) -> Who | None:
    return getattr(app.view_functions.get(endpoint or ""), "open_to", None)


def within_reach(role: Role, places: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, str]]:
    """Where a role may go, as endpoint and name. `places`: a name, and its endpoints by preference.

    Of each the first is taken that there is in this application and that the role may open.
    """
    found = []
    for name, endpoints in places:
        if open_ := [one for one in endpoints if _may_open(role, one)]:
            found.append((open_[0], name))
    return found


def _may_open(role: Role, endpoint: str) -> bool:
    who = stated(current_app, endpoint)
    return who is not None and (who in UNNAMED or role.may(Role(who)))


def require_stated_access(app: Flask) -> None:
    """Raises UnstatedAccess, naming the endpoints, unless every route says who may use it."""
    silent = sorted(endpoint for endpoint, who in stated_access(app).items() if who is None)
    if silent:
        raise UnstatedAccess(f"these routes do not say who may use them: {', '.join(silent)}")
