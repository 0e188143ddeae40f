"""The results page as a reader has it: what it says, and what can be followed from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient

from hotline.store.publication.publications import Publication
from hotline.web.results.pages import results_blueprint

ZONE = ZoneInfo("America/Chicago")


def app_showing(latest: Callable[[], Publication | None], **given: Any) -> Flask:
    app = Flask(__name__)
    app.register_blueprint(results_blueprint(latest, title="A night of results", **given))
    return app


def showing(shown: Publication | None, **given: Any) -> FlaskClient:
    return app_showing(lambda: shown, **given).test_client()


class Page(HTMLParser):
    """What a reader sees and can follow; tags and attributes for the rest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self._said.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self._said))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(client: FlaskClient, path: str = "/results", **given: Any) -> Page:
    response = client.get(path, **given)
    assert response.status_code == 200
    return Page(response.text)
