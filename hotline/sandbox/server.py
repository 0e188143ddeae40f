"""The sandbox network as a web application: the REST stand-in and the telephone in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, abort, render_template, request

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.page.handset import Handset, LineNumber, Phone
from hotline.sandbox.rest.api import rest_blueprint
from hotline.sandbox.rest.network import Network

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " media-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
UNKNOWN_PHONE = "+13125550142"
WITHHELD_PHONE = "anonymous"
STAFF_PHONES = ("+12025550151", "+12025550152")
PRANK_PHONES = ("+19005550142", "+19005550143", "+19005550144")
MAX_REQUEST = 64 * 1024


def create_sandbox_app(
    exchange: Exchange,
    network: Network,
    *,
    credentials: Mapping[str, str],
    phones: Callable[[], Sequence[Phone]],
    lines: Callable[[], Sequence[LineNumber]],
    results_url: str,
    hosts: frozenset[str] = LOOPBACK,
) -> Flask:
    """The application; serve it with threads, as a key press waits for its webhook.

    `credentials` are those of the REST stand-in (account SID to token, API key to secret);
    `hosts` the names under which it may be reached. Whoever may reach it can place calls.
    """
    app = Flask(__name__, static_folder="page/static", template_folder="page/templates")
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    app.register_blueprint(rest_blueprint(network, credentials))
    app.register_blueprint(Handset(exchange, network, phones=phones, lines=lines).blueprint())

    @app.before_request
    def require_this_machine() -> None:
        """Only for who came to this host on purpose: no rebound name, no other page's script."""
        if urlsplit(f"//{request.host}").hostname not in hosts:
            abort(403, "this host name is not served")
        if request.blueprint == "handset" and request.method not in ("GET", "HEAD"):
            _require_own_page()

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/")
    def page() -> str:
        return render_template(
            "handset.html",
            results_url=results_url,
            unknown_phone=UNKNOWN_PHONE,
            withheld_phone=WITHHELD_PHONE,
            prank_phones=PRANK_PHONES,
            staff_phones=STAFF_PHONES,
        )

    return app


def _require_own_page() -> None:
    """A page from elsewhere cannot set this header, nor this content type, without being asked."""
    if request.headers.get("X-Handset") != "1" or not request.is_json:
        abort(403, "only the handset's own page may do this")
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        abort(403, "this came from another page")
