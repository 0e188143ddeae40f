"""The public face: the latest publication as a page, as JSON and as a table of values.

It reads what was published and nothing else. Each form of a publication is made once and kept, so
that a night's readers cost a look-up each.
"""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.store.publications import Publication
from hotline.web.access import Who, open_to
from hotline.web.results_data import as_csv, as_json
from hotline.web.results_labels import LANGUAGES, Labels
from hotline.web.results_nist import as_nist
from hotline.web.results_page import Sort, areas_of, lay_out

log = logging.getLogger(__name__)

Latest = Callable[[], Publication | None]

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
STATIC = Path(__file__).parent / "static"
FRESH = "public, max-age=1"
"""Longer, and readers would see a publication late; at all, so that a cache in front of us helps
against a crowd."""

FOREVER = "public, max-age=31536000, immutable"
"""For files whose address changes with their content."""

KEPT_FORMS = 256
"""How many forms of a publication (page by language, order and county; JSON; CSV) are kept."""


@dataclass(frozen=True, slots=True)
class Form:
    """One finished answer, plain and squeezed."""

    body: bytes
    squeezed: bytes
    etag: str
    mimetype: str

    @classmethod
    def of(cls, text: str, mimetype: str) -> Form:
        body = text.encode()
        etag = sha256(body).hexdigest()[:20]
        return cls(body, gzip.compress(body, compresslevel=6, mtime=0), etag, mimetype)


class Shelf:
    """The forms of one edition, each made once however many ask for it at the same moment.

    An edition is what one publication says at one time. The next one clears the shelf.
    """

    def __init__(self, size: int = KEPT_FORMS) -> None:
        self._size = size
        self._edition: Hashable = None
        self._forms: dict[Hashable, Form] = {}
        self._making = Lock()

    def get(self, edition: Hashable, name: Hashable, make: Callable[[], Form]) -> Form:
        if found := self._forms.get((edition, name)):
            return found
        with self._making:
            if found := self._forms.get((edition, name)):
                return found
            form = make()
            if edition != self._edition:
                self._forms.clear()
                self._edition = edition
            while len(self._forms) >= self._size:
                del self._forms[next(iter(self._forms))]
            self._forms[edition, name] = form
            return form


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to show. `stale_since`: newer ones could not be read from then on (UTC)."""

    publication: Publication
    stale_since: datetime | None = None

    @property
    def document(self) -> dict[str, Any]:
        return {**self.publication.document, "number": self.publication.number}

    @property
    def edition(self) -> Hashable:
        p = self.publication
        return p.number, p.etag, p.refused_since, p.refused_reason, self.stale_since


class Newest:
    """Asks for the latest publication at most once in `recheck`, and remembers the answer.

    When it cannot be had, the one before stands, and says since when. Raises what `latest` raised
    only when nothing was ever read.
    """

    def __init__(self, latest: Latest, recheck: timedelta, now: Callable[[], datetime]) -> None:
        self._latest = latest
        self._recheck = recheck
        self._now = now
        self._known: Known | None = None
        self._asked: datetime | None = None

    def get(self) -> Known | None:
        now = self._now()
        if self._known and self._asked and abs(now - self._asked) < self._recheck:
            return self._known
        self._asked = now
        try:
            publication = self._latest()
        except Exception:
            if self._known is None:
                raise
            log.exception("the latest publication cannot be read; the one before stands")
            self._known = Known(self._known.publication, self._known.stale_since or now)
            return self._known
        self._known = Known(publication) if publication else None
        return self._known


class Results:
    """The views. None holds a rule: they choose a form, and answer with it."""

    def __init__(self, newest: Newest, title: str, zone: ZoneInfo) -> None:
        self._newest = newest
        self._title = title
        self._zone = zone
        self._shelf = Shelf()

    @open_to(Who.PUBLIC)
    def root(self) -> AnyResponse:
        return redirect(url_for("results.page", lang=_asked_language()))

    @open_to(Who.PUBLIC)
    def page(self) -> Response:
        labels = LANGUAGES[chosen_language()]
        try:
            known = self._newest.get()
        except Exception:
            log.exception("no publication can be read")
            return self._no_page(labels, 503)
        if known is None:
            return self._no_page(labels, 200)
        document = known.publication.document
        wanted = request.args.get("area", "")
        area = wanted if wanted and wanted in areas_of(document) else ""
        sort = _one_of(Sort, request.args.get("sort")) or Sort.NAME
        live = request.args.get("live") != "0"
        form = self._shelf.get(
            known.edition,
            (labels.code, sort, area, live),
            lambda: self._render(known, labels, sort, area, live),
        )
        return page_headers(answer(form))

    @open_to(Who.PUBLIC)
    def json(self) -> Response:
        return self._data("json", _json)

    @open_to(Who.PUBLIC)
    def csv(self) -> Response:
        return self._data("csv", _csv)

    @open_to(Who.PUBLIC)
    def nist(self) -> Response:
        return self._data("nist", _nist)

    def _data(self, kind: str, make: Callable[[Known], Form]) -> Response:
        try:
            known = self._newest.get()
        except Exception:
            log.exception("no publication can be read")
            return refusal(503, "the results cannot be read at the moment")
        if known is None:
            return refusal(404, "nothing has been published yet")
        return answer(self._shelf.get(known.edition, kind, lambda: make(known)))

    def _render(self, known: Known, labels: Labels, sort: Sort, area: str, live: bool) -> Form:
        publication = known.publication
        named = publication.document.get("timezone")
        view = lay_out(
            known.document,
            labels,
            ZoneInfo(named) if named else self._zone,
            sort=sort,
            area=area,
            paused_since=publication.refused_since,
            paused_reason=publication.refused_reason,
            stale_since=known.stale_since,
        )
        chosen = {"lang": labels.code, "sort": sort.value, "area": area, "live": live}
        text = render_template(
            "results/page.html",
            page=view,
            labels=labels,
            languages=LANGUAGES.values(),
            link=lambda **other: _link({**chosen, **other}),
            live=live,
            sort=sort,
            sorts=Sort,
            asset=asset,
        )
        return Form.of(text, "text/html")

    def _no_page(self, labels: Labels, status: int) -> Response:
        text = render_template(
            "results/none.html",
            title=self._title,
            labels=labels,
            languages=LANGUAGES.values(),
            link=lambda **other: _link(other),
            unreadable=status != 200,
            asset=asset,
        )
        response = page_headers(Response(text, status, mimetype="text/html"))
        response.headers["Cache-Control"] = "no-store"
        return response


def results_blueprint(
    latest: Latest,
    *,
    title: str,
    timezone: str = "UTC",
    recheck: timedelta = timedelta(0),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Blueprint:
    """The routes /, /results, /results.json, /results.csv and /results/nist.json.

    `latest` is asked on every request unless `recheck` lets its answer stand for a while; it may
    raise, and then the publication before stands. `title` is shown while there is no publication,
    and `timezone` (IANA) is used where the document names none.
    """
    views = Results(Newest(latest, recheck, now), title, ZoneInfo(timezone))
    blueprint = Blueprint(
        "results",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/results/static",
    )
    blueprint.add_url_rule("/", "root", views.root)
    blueprint.add_url_rule("/results", "page", views.page)
    blueprint.add_url_rule("/results.json", "json", views.json)
    blueprint.add_url_rule("/results.csv", "csv", views.csv)
    blueprint.add_url_rule("/results/nist.json", "nist", views.nist)
    blueprint.after_request(_finish)
    return blueprint


@cache
def _version(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, another one for another content."""
    return url_for("results.static", filename=name, v=_version(name))


def _json(known: Known) -> Form:
    refused_since = known.publication.refused_since
    text = as_json(known.document, refused_since=refused_since, stale_since=known.stale_since)
    return Form.of(text, "application/json")


def _csv(known: Known) -> Form:
    return Form.of(as_csv(known.document), "text/csv")


def _nist(known: Known) -> Form:
    return Form.of(as_nist(known.document), "application/json")


def chosen_language() -> str:
    """The language that the address, or else the browser, asks for (ISO 639-1)."""
    return _asked_language() or request.accept_languages.best_match(LANGUAGES) or "en"


def _asked_language() -> str | None:
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else None


def _one_of(kind: type[Sort], value: str | None) -> Sort | None:
    return kind(value) if value in set(kind) else None


def _link(chosen: Mapping[str, Any]) -> str:
    """The page's address with what was chosen, leaving out what goes without saying."""
    plain: dict[str, Any] = {"sort": Sort.NAME.value, "area": "", "live": True}
    stated = {key: value for key, value in chosen.items() if value != plain.get(key)}
    if "live" in stated:
        stated["live"] = 0
    return url_for("results.page", **stated)


def answer(form: Form) -> Response:
    """A form as it is sent, or that it has not changed."""
    squeeze = request.accept_encodings["gzip"] > 0
    response = Response(form.squeezed if squeeze else form.body, mimetype=form.mimetype)
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(form.etag + ("-gz" if squeeze else ""))
    response.headers["Cache-Control"] = FRESH
    response.headers["Vary"] = "Accept-Encoding"
    response.make_conditional(request)
    return response


def page_headers(response: Response) -> Response:
    """What goes with every page for the public."""
    response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def refusal(status: int, error: str) -> Response:
    """Why a program gets no data."""
    body = json.dumps({"error": error})
    response = Response(body, status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _finish(response: Response) -> Response:
    """The data are everybody's, from any page; asking whether they changed is allowed too."""
    if request.endpoint == "results.static" and "v" in request.args:
        response.headers["Cache-Control"] = FOREVER
    if request.endpoint in ("results.json", "results.csv"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Expose-Headers"] = "ETag"
    return response
