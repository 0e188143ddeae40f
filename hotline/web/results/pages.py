"""The public face: the latest publication as a page. It reads nothing that is not published."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.languages.catalogue import Language, available
from hotline.web.console.access import Who, open_to
from hotline.web.results.feeds import add_feeds, name_in_address
from hotline.web.results.languages import (
    NamesOf,
    Offered,
    asked_language,
    chosen_language,
    in_language,
    offered_languages,
    use_languages,
)
from hotline.web.results.map import TilesOf
from hotline.web.results.page import SORTS, Sort, areas_of, lay_out
from hotline.web.results.response_cache import (
    CachedResponse,
    KnownPublication,
    Latest,
    Newest,
    ResponseCache,
    answer,
)


@dataclass(frozen=True, slots=True)
class Links:
    """Text and address of each, in their order. `units`: of the county, or of all; None without."""

    units: tuple[str, str] | None
    checking: tuple[tuple[str, str], ...]


def links(words: Language, area: str, name: str) -> Links:
    """What the application has of them; `area` (the id of a scope) and its name may be empty."""
    checks = {
        "archive.publications": words.gettext("all publications"),
        "archive.latest_signature": words.gettext("this one’s signature"),
        "archive.key": words.gettext("the public key"),
    }
    units = None
    if "result_units.index" in current_app.view_functions:
        of_area = words.gettext("Precincts of {name}").format(name=name)
        said = of_area if area else words.gettext("Precinct by precinct")
        units = (said, url_for("result_units.index", area=area or None, lang=words.code))
    return Links(
        units=units,
        checking=tuple(
            (said, url_for(endpoint))
            for endpoint, said in checks.items()
            if endpoint in current_app.view_functions
        ),
    )


log = logging.getLogger(__name__)

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
STATIC = Path(__file__).parents[1] / "static"
FOREVER = "public, max-age=31536000, immutable"
"""For files whose address changes with their content."""


class Results:
    """The views. None holds a rule: they choose a form, and answer with it."""

    def __init__(
        self, newest: Newest, title: str, zone: ZoneInfo, tiles: TilesOf, names: NamesOf
    ) -> None:
        self._newest = newest
        self._tiles = tiles
        self._names = names
        self._title = title
        self._zone = zone
        self._responses = ResponseCache()

    @open_to(Who.PUBLIC)
    def root(self) -> AnyResponse:
        return redirect(url_for("results.page", lang=asked_language()))

    @open_to(Who.PUBLIC)
    def page(self) -> Response:
        words = chosen_language()
        try:
            known = self._newest.get()
        except Exception:
            log.exception("no publication can be read")
            return self._no_page(words, 503)
        if known is None:
            return self._no_page(words, 200)
        document = known.publication.document
        wanted = request.args.get("area", "")
        area = wanted if wanted and wanted in areas_of(document) else ""
        sort = _one_of(Sort, request.args.get("sort")) or Sort.NAME
        live = request.args.get("live") != "0"
        form = self._responses.get(
            known.edition,
            (words.code, sort, area, live),
            lambda: self._render(known, words, sort, area, live),
        )
        return page_headers(answer(form))

    def _render(
        self, known: KnownPublication, words: Language, sort: Sort, area: str, live: bool
    ) -> CachedResponse:
        publication = known.publication
        named = publication.document.get("timezone")
        names = self._names(known.document["election"])
        view = lay_out(
            in_language(known.document, names.get(words.code)),
            words,
            ZoneInfo(named) if named else self._zone,
            sort=sort,
            area=area,
            paused_since=publication.refused_since,
            paused_reason=publication.refused_reason,
            stale_since=known.stale_since,
            tiles=self._tiles(known.document["election"]),
        )
        chosen = {"lang": words.code, "sort": sort.value, "area": area, "live": live}
        text = render_template(
            "results/page.html",
            page=view,
            words=words,
            languages=offered_languages(),
            link=lambda **other: _link({**chosen, **other}),
            live=live,
            sort=sort,
            sorts={sort: words.gettext(said) for sort, said in SORTS.items()},
            asset=asset,
            leads_to=links(words, area, view.area),
            feed=partial(_feed, name_in_address(area)),
        )
        return CachedResponse.of(text, "text/html")

    def _no_page(self, words: Language, status: int) -> Response:
        text = render_template(
            "results/none.html",
            title=self._title,
            words=words,
            languages=offered_languages(),
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
    tiles: TilesOf = lambda election: {},
    names: NamesOf = lambda election: {},
    languages: Offered = available,
) -> Blueprint:
    """The routes /, /results and those of the feeds (feeds.py).

    `latest` is asked on every request unless `recheck` lets its answer stand for a while; it may
    raise, and then the publication before stands. `title` is shown while there is no publication,
    and `timezone` (IANA) is used where the document names none. `tiles`: where the counties lie;
    `names`: what contests and candidates are called in other languages; `languages`: those of the
    pages.
    """
    newest = Newest(latest, recheck, now)
    views = Results(newest, title, ZoneInfo(timezone), tiles, names)
    blueprint = Blueprint(
        "results",
        __name__,
        template_folder="../templates",
        static_folder="../static",
        static_url_path="/results/static",
    )
    blueprint.add_url_rule("/", "root", views.root)
    blueprint.add_url_rule("/results", "page", views.page)
    blueprint.record_once(lambda setup: use_languages(setup.app, languages))
    add_feeds(blueprint, newest)
    blueprint.after_request(_finish)
    return blueprint


@cache
def _version(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, another one for another content."""
    return url_for("results.static", filename=name, v=_version(name))


def _one_of(kind: type[Sort], value: str | None) -> Sort | None:
    return kind(value) if value in set(kind) else None


def _link(chosen: Mapping[str, Any]) -> str:
    """The page's address with what was chosen, leaving out what goes without saying."""
    plain: dict[str, Any] = {"sort": Sort.NAME.value, "area": "", "live": True}
    stated = {key: value for key, value in chosen.items() if value != plain.get(key)}
    if "live" in stated:
        stated["live"] = 0
    return url_for("results.page", **stated)


def _feed(county: str, kind: str) -> str:
    """The address of what the page shows, as `json`, `csv` or `xlsx`."""
    if county:
        return url_for(f"results.county_{kind}", name=county)
    return url_for(f"results.{kind}")


def page_headers(response: Response) -> Response:
    """What goes with every page for the public."""
    response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _finish(response: Response) -> Response:
    if request.endpoint == "results.static" and "v" in request.args:
        response.headers["Cache-Control"] = FOREVER
    return response
