"""The latest publication for other programs: JSON, a table of values, NIST, and county by county.

What each holds and promises is in docs/feeds.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from hotline.operations.publication.results_data import (
    as_csv,
    as_json,
    as_table,
    county_as_json,
    written,
)
from hotline.operations.publication.results_nist import as_nist
from hotline.web.console.access import Who, open_to
from hotline.web.console.download import MIMETYPES
from hotline.web.results.page import areas_of
from hotline.web.results.response_cache import (
    CachedResponse,
    KnownPublication,
    Newest,
    ResponseCache,
    answer,
    refusal,
)

log = logging.getLogger(__name__)

_KINDS = ("json", "csv", "xlsx")
FEEDS = (*_KINDS, "nist", "counties", *(f"county_{kind}" for kind in _KINDS))
COUNTY = "county:"


class Feeds:
    """The views. Each finds a form in the cache, or has it made."""

    def __init__(self, newest: Newest) -> None:
        self._newest = newest
        self._responses = ResponseCache()

    @open_to(Who.PUBLIC)
    def json(self) -> Response:
        return self._data("json", _json)

    @open_to(Who.PUBLIC)
    def csv(self) -> Response:
        return self._data("csv", _csv)

    @open_to(Who.PUBLIC)
    def xlsx(self) -> Response:
        return self._data("xlsx", _xlsx)

    @open_to(Who.PUBLIC)
    def nist(self) -> Response:
        return self._data("nist", _nist)

    @open_to(Who.PUBLIC)
    def counties(self) -> Response:
        return self._data("counties", _counties)

    @open_to(Who.PUBLIC)
    def county_json(self, name: str) -> Response:
        return self._data("json", _county_json, name)

    @open_to(Who.PUBLIC)
    def county_csv(self, name: str) -> Response:
        return self._data("csv", _county_csv, name)

    @open_to(Who.PUBLIC)
    def county_xlsx(self, name: str) -> Response:
        return self._data("xlsx", _county_xlsx, name)

    def _data(
        self, kind: str, make: Callable[..., CachedResponse], county: str | None = None
    ) -> Response:
        """`county`: as an address names it; None for a form of the whole."""
        try:
            known = self._newest.get()
        except Exception:
            log.exception("no publication can be read")
            return refusal(503, "the results cannot be read at the moment")
        if known is None:
            return refusal(404, "nothing has been published yet")
        given = () if county is None else (scope_of(county),)
        if given and given[0] not in areas_of(known.document):
            return refusal(404, f"no county or pool is called {county}: see /results/counties.json")
        form = self._responses.get(known.edition, (kind, *given), lambda: make(known, *given))
        response = answer(form)
        response.headers["Hotline-Publication"] = str(known.publication.number)
        return response


def add_feeds(blueprint: Blueprint, newest: Newest) -> None:
    """The routes of /results as data, of the counties' list, and of each county."""
    views = Feeds(newest)
    blueprint.add_url_rule("/results.json", "json", views.json)
    blueprint.add_url_rule("/results.csv", "csv", views.csv)
    blueprint.add_url_rule("/results.xlsx", "xlsx", views.xlsx)
    blueprint.add_url_rule("/results/nist.json", "nist", views.nist)
    blueprint.add_url_rule("/results/counties.json", "counties", views.counties)
    blueprint.add_url_rule("/results/counties/<path:name>.json", "county_json", views.county_json)
    blueprint.add_url_rule("/results/counties/<path:name>.csv", "county_csv", views.county_csv)
    blueprint.add_url_rule("/results/counties/<path:name>.xlsx", "county_xlsx", views.county_xlsx)
    blueprint.after_request(_open_to_every_page)


def scope_of(name: str) -> str:
    """The id of the county, or of a pool, that an address calls so: Adair, pool:CD1."""
    return name if name.startswith("pool:") else COUNTY + name


def name_in_address(scope: str) -> str:
    """What `scope_of` makes the id of."""
    return scope.removeprefix(COUNTY)


def _json(known: KnownPublication) -> CachedResponse:
    return CachedResponse.of(as_json(known.document, **_since(known)), "application/json")


def _csv(known: KnownPublication) -> CachedResponse:
    return CachedResponse.of(as_csv(known.document), "text/csv")


def _xlsx(known: KnownPublication) -> CachedResponse:
    return CachedResponse.of(as_table(known.document).xlsx(), MIMETYPES["xlsx"])


def _county_xlsx(known: KnownPublication, area: str) -> CachedResponse:
    return CachedResponse.of(as_table(known.document, area).xlsx(), MIMETYPES["xlsx"])


def _nist(known: KnownPublication) -> CachedResponse:
    return CachedResponse.of(as_nist(known.document), "application/json")


def _county_json(known: KnownPublication, area: str) -> CachedResponse:
    return CachedResponse.of(
        county_as_json(known.document, area, **_since(known)), "application/json"
    )


def _county_csv(known: KnownPublication, area: str) -> CachedResponse:
    return CachedResponse.of(as_csv(known.document, area), "text/csv")


def _counties(known: KnownPublication) -> CachedResponse:
    """Which there are, how much of each is in, and where its figures are."""
    document = known.document
    found = {
        scope["id"]: {
            "id": scope["id"],
            "name": scope["name"],
            "units": scope["units"],
            "json": url_for("results.county_json", name=name_in_address(scope["id"])),
            "csv": url_for("results.county_csv", name=name_in_address(scope["id"])),
            "xlsx": url_for("results.county_xlsx", name=name_in_address(scope["id"])),
        }
        for contest in document["contests"]
        for scope in contest.get("scopes", ())
    }
    head = {key: document[key] for key in ("election", "as_of", "status", "is_test", "number")}
    return CachedResponse.of(
        written({**head, "counties": list(found.values())}), "application/json"
    )


def _since(known: KnownPublication) -> dict[str, Any]:
    return {
        "refused_since": known.publication.refused_since,
        "stale_since": known.stale_since,
    }


def _open_to_every_page(response: Response) -> Response:
    """The data are everybody's, from any page; asking whether they changed is allowed too."""
    if request.endpoint not in {f"results.{feed}" for feed in FEEDS}:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Hotline-Publication, Link"
    if "archive.publications" in current_app.view_functions:
        response.headers["Link"] = f'<{url_for("archive.publications")}>; rel="version-history"'
    return response
