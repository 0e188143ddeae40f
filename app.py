"""create_app(): reads the settings, builds the parts, hangs the blueprints. Nothing but wiring."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask

from config import logs
from config.settings import Settings, load
from hotline.gateway.gateway import Gateway
from hotline.gateway.limits import BodyLimit, BodyLimits
from hotline.gateway.onward import Onward
from hotline.operations.calls.answer import open_line
from hotline.operations.calls.reply import reply_to
from hotline.operations.calls.router import CallRouter
from hotline.operations.context import AppContext, build
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.staff_line import StaffLine
from hotline.store.publication import publications
from hotline.telephony.networks import network_of
from hotline.web.account import devices, mine, sign_in
from hotline.web.admin import health, metrics
from hotline.web.admin.pages import add_admin_pages
from hotline.web.admin.timing import time_requests
from hotline.web.console.access import require_stated_access
from hotline.web.console.protection import protect
from hotline.web.console.services import provide
from hotline.web.desk.pages import add_desk_pages
from hotline.web.recanvass.papers import REQUEST as LARGEST_RECORDS
from hotline.web.results import archive
from hotline.web.results.languages import languages_in_use, names_in_use
from hotline.web.results.map import tiles_in_use
from hotline.web.results.pages import results_blueprint
from hotline.web.results.units import result_units_blueprint
from hotline.web.review.pages import add_review_pages
from hotline.web.telephone.recordings import recordings_blueprint
from hotline.web.telephone.signed import TelephoneRoom
from hotline.web.telephone.sms import sms
from hotline.web.telephone.voice import voice

LARGEST_FORM = 512 * 1024  # bytes; a telephone network sends a few hundred
BODIES = BodyLimits(
    BodyLimit("/", LARGEST_FORM, seconds=30),
    (
        BodyLimit("/voice/", 256 * 1024, seconds=10),
        BodyLimit("/sms/", 256 * 1024, seconds=10),
        BodyLimit("/sign-in", 16 * 1024, seconds=10),
        BodyLimit("/review/recanvass/", LARGEST_RECORDS, seconds=120),
    ),
)
"""What may be sent where. The files that go to the control room fit into a form like any other."""
OF_VOICE = ("/voice/", "/sms/", "/recordings/", "/healthz", "/readyz", "/metrics")
"""The paths that `hotline voice` answers itself."""

RESULTS_RECHECK = timedelta(seconds=0.2)  # heavy reading costs five questions a second a process


def create_app(settings: Settings | None = None, parts: AppContext | None = None) -> Flask:
    """The whole web application: pages and webhooks.

    Raises SettingsError if the environment is not fit to start with.
    """
    parts = parts or build(settings or load())
    logs.begin(parts.settings, "web")
    app = _bare_app()
    protect(app, parts)
    _answer_telephone(app, parts)
    engine = parts.engine
    app.register_blueprint(
        results_blueprint(
            lambda: publications.latest(engine),
            title="Results",
            recheck=RESULTS_RECHECK,
            tiles=tiles_in_use(parts),
            names=names_in_use(parts),
            languages=languages_in_use(parts),
        )
    )
    app.register_blueprint(archive.blueprint)
    app.register_blueprint(result_units_blueprint(parts, RESULTS_RECHECK))
    app.register_blueprint(sign_in.blueprint)
    app.register_blueprint(devices.blueprint)
    app.register_blueprint(mine.blueprint)
    add_desk_pages(app)
    add_review_pages(app)
    add_admin_pages(app)
    require_stated_access(app)
    return app


def create_voice_app(settings: Settings | None = None, parts: AppContext | None = None) -> Flask:
    """The webhooks alone, for processes that do nothing else. Raises SettingsError."""
    parts = parts or build(settings or load())
    logs.begin(parts.settings, "voice")
    app = _bare_app()
    _answer_telephone(app, parts)
    require_stated_access(app)
    return app


def _bare_app() -> Flask:
    app = Flask("hotline.web")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    return app


def _answer_telephone(app: Flask, parts: AppContext) -> None:
    """The webhooks, and what a watch asks every web process: is it up, how does it fare?"""
    board = DeskServices(parts)
    provide(app, board)
    line = open_line(parts, board)
    router = CallRouter(line, StaffLine(board, line.door, line.telephone))
    webhooks = network_of(parts.settings).webhooks
    TelephoneRoom(webhooks, router, partial(reply_to, parts, line.door)).furnish(app)
    app.register_blueprint(voice)
    app.register_blueprint(sms)
    app.register_blueprint(recordings_blueprint(parts.settings.recordings))
    app.register_blueprint(health.blueprint)
    metrics.provide_metrics(app, board, time_requests(app, parts))
    app.register_blueprint(metrics.blueprint)


def create_gateway() -> Gateway:
    """The web application as the server runs it, one a process."""
    settings = load()
    return Gateway(create_app(settings), settings.web_threads, BODIES)


def create_voice_gateway() -> Gateway:
    """The webhooks as the server runs them, one a process; pages are passed on, if so told."""
    settings = load()
    onward = Onward(settings.pages_socket) if settings.pages_socket else None
    return Gateway(create_voice_app(settings), settings.voice_threads, BODIES, OF_VOICE, onward)
