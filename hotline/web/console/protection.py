"""What protects every page: no request from elsewhere, no foreign script, no copy in a cache."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from hotline.operations.context import AppContext
from hotline.web.console import sessions
from hotline.web.console.access import UNNAMED, Who, ask_to_sign_in, stated, wants_json

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def protect(app: Flask, parts: AppContext) -> None:
    """Sign-in, tokens against forged requests, and the headers. Before the routes are hung in."""
    if through := parts.settings.proxies_before_pages:
        wrapped = ProxyFix(app.wsgi_app, x_for=through, x_proto=0, x_host=0, x_prefix=0)
        app.wsgi_app = wrapped  # type: ignore[method-assign]
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # checked below
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a page stays open all night; sessions end anyway
    forgery = CSRFProtect(app)
    sessions.configure(app, parts.settings)

    @app.before_request
    def refuse_forged_requests() -> None:
        """The telephone network has no session, and signs the whole request instead."""
        if stated(current_app, request.endpoint) is not Who.SIGNED:
            forgery.protect()

    @app.errorhandler(CSRFError)
    def refused(_error: CSRFError) -> AnyResponse | tuple[Response | str, int]:
        is_named = stated(current_app, request.endpoint) not in (None, *UNNAMED)
        if is_named and sessions.signed_in(is_use=False) is None:
            return ask_to_sign_in()
        if wants_json():
            return jsonify(error="the page is out of date: reload it"), 400
        return render_template("account/out_of_date.html"), 400

    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    """What a view has said for itself stands."""
    who = stated(current_app, request.endpoint)
    if who is Who.SIGNED:
        return response
    headers = response.headers
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if who is not None and who not in UNNAMED:
        headers.setdefault("Cache-Control", "no-store")
    return response
