"""Who may use a route. The application refuses to start while one of them does not say."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])


class Who(StrEnum):
    """Whom a route is open to."""

    PUBLIC = "public"  # anybody, unasked
    SIGNED = "signed"  # the telephone network, by its signature over the whole request
    OBSERVER = "observer"  # everybody who is signed in
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class UnstatedAccess(RuntimeError):
    """A route does not say who may use it; the message names each."""


def open_to(who: Who) -> Callable[[View], View]:
    """Records on a view whom it is open to. It states; it does not enforce."""

    def record(view: View) -> View:
        vars(view)["open_to"] = who
        return view

    return record


def stated_access(app: Flask) -> dict[str, Who | None]:
    """Whom each endpoint that has a URL is open to; None where it does not say.

    Folders of static files are left out: they hold nothing that is not public.
    """
    return {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "open_to", None)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2] != "static"
    }


def require_stated_access(app: Flask) -> None:
    """Raises UnstatedAccess, naming the endpoints, unless every route says who may use it."""
    silent = sorted(endpoint for endpoint, who in stated_access(app).items() if who is None)
    if silent:
        raise UnstatedAccess(f"these routes do not say who may use them: {', '.join(silent)}")
