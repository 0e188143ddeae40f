"""create_app(): reads the settings, builds the parts, hangs the blueprints. Wiring, nothing else."""

from __future__ import annotations

from flask import Flask

from config.settings import Settings, load
from hotline.operations.answer import open_line
from hotline.operations.parts import Parts, build
from hotline.store import publications
from hotline.telephony.webhook import Signatures
from hotline.web.access import require_stated_access
from hotline.web.health import health_blueprint
from hotline.web.results import results_blueprint
from hotline.web.voice import voice_blueprint

LARGEST_FORM = 512 * 1024  # bytes; a telephone network sends a few hundred


def create_app(settings: Settings | None = None, parts: Parts | None = None) -> Flask:
    """The web application. Raises SettingsError if the environment is not fit to start with."""
    parts = parts or build(settings or load())
    app = Flask("hotline.web")
    app.config["SECRET_KEY"] = parts.settings.secret_key.get_secret_value()
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    signatures = Signatures(parts.settings.auth_tokens, parts.settings.url)
    app.register_blueprint(voice_blueprint(open_line(parts), signatures))
    app.register_blueprint(results_blueprint(lambda: publications.latest(parts)))
    app.register_blueprint(health_blueprint(parts))
    require_stated_access(app)
    return app
