"""The public pages of single precincts: what stood when the results were last published.

Each form of a page is made once for a publication and kept, as those of the results are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from hotline.election.naming import Name, Names
from hotline.languages.catalogue import N_, Language, available
from hotline.languages.dates import at_moment
from hotline.operations.context import AppContext
from hotline.operations.review.public import PublicUnit, public_unit, public_units
from hotline.store.publication import publications
from hotline.web.console.access import Who, open_to
from hotline.web.results.labels import status_in_words
from hotline.web.results.languages import (
    Offered,
    chosen_language,
    in_language,
    names_in_use,
    offered_languages,
    use_languages,
)
from hotline.web.results.page import PAUSED, areas_of, since
from hotline.web.results.pages import asset, page_headers
from hotline.web.results.response_cache import (
    CachedResponse,
    KnownPublication,
    Newest,
    ResponseCache,
    answer,
    refusal,
)
from hotline.web.results.unit_page import lay_out_list, lay_out_unit, unit_as_data

log = logging.getLogger(__name__)

KEPT_PAGES = 4_096
"""Of all precincts of an election like Iowa's, in two languages."""

NOTHING = N_("Nothing has been published yet")
NOTHING_NOTE = N_(
    "The first figures appear here as soon as a precinct has reported and the sums have been "
    "checked."
)
NOT_THERE = N_("There is no such precinct here")
CHOOSE_AREA = N_("Choose a county to see its precincts, and what each has reported.")
UNREADABLE = N_("The results cannot be read at the moment")
UNREADABLE_NOTE = N_("Reports keep coming in and are kept. Please come back in a minute.")


class _NotThere(LookupError):
    """There is no such precinct or county in what was published."""


class UnitPages:
    """The views; each finds a form in the cache, or has it made."""

    def __init__(self, parts: AppContext, newest: Newest) -> None:
        self._parts = parts
        self._newest = newest
        self._names = names_in_use(parts)
        self._responses = ResponseCache(KEPT_PAGES)

    @open_to(Who.PUBLIC)
    def index(self) -> Response:
        words, area = chosen_language(), request.args.get("area", "")
        name = ("index", words.code, area)
        return self._page(words, name, lambda known: self._make_index(known, words, area))

    @open_to(Who.PUBLIC)
    def unit(self, code: str) -> Response:
        words = chosen_language()
        name = ("unit", words.code, code)
        return self._page(words, name, lambda known: self._make_unit(known, words, code))

    @open_to(Who.PUBLIC)
    def data(self, code: str) -> Response:
        try:
            known = self._newest.get()
            if known is None:
                return refusal(404, "nothing has been published yet")
            form = self._responses.get(
                known.edition, ("data", code), lambda: self._make_data(known, code)
            )
        except _NotThere:
            return refusal(404, "there is no such precinct")
        except SQLAlchemyError:
            log.exception("a precinct cannot be read")
            return refusal(503, "the precinct cannot be read at the moment")
        response = answer(form)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def _page(
        self, words: Language, name: object, make: Callable[[KnownPublication], CachedResponse]
    ) -> Response:
        try:
            known = self._newest.get()
            if known is None:
                return _nothing(words, NOTHING, NOTHING_NOTE, 404)
            return page_headers(
                answer(self._responses.get(known.edition, name, lambda: make(known)))
            )
        except _NotThere:
            return _nothing(words, NOT_THERE, CHOOSE_AREA, 404)
        except SQLAlchemyError:
            log.exception("a precinct cannot be read")
            return _nothing(words, UNREADABLE, UNREADABLE_NOTE, 503)

    def _make_index(self, known: KnownPublication, words: Language, area: str) -> CachedResponse:
        areas = sorted(_areas(known), key=lambda one: (one[0].startswith("pool:"), one[1]))
        if area and area not in areas_of(known.document):
            raise _NotThere(area)
        units = public_units(self._parts, known.publication.number, area) if area else []
        return self._render(
            "results/units.html",
            known,
            words,
            lambda **other: url_for("result_units.index", area=area or None, **other),
            areas=areas,
            area=dict(areas).get(area, ""),
            units=lay_out_list([self._named(one, known, words) for one in units], words),
        )

    def _make_unit(self, known: KnownPublication, words: Language, code: str) -> CachedResponse:
        found = public_unit(self._parts, known.publication.number, code)
        if found is None:
            raise _NotThere(code)
        document = in_language(known.document, self._names_of(known, words))
        found = self._named(found, known, words)
        return self._render(
            "results/unit.html",
            known,
            words,
            lambda **other: url_for("result_units.unit", code=code, **other),
            unit=lay_out_unit(document, found, words, _zone(known)),
            scope=found.unit.scope,
        )

    def _make_data(self, known: KnownPublication, code: str) -> CachedResponse:
        found = public_unit(self._parts, known.publication.number, code)
        if found is None:
            raise _NotThere(code)
        data = unit_as_data(known.document, found)
        return CachedResponse.of(json.dumps(data, ensure_ascii=False), "application/json")

    def _names_of(self, known: KnownPublication, words: Language) -> Names | None:
        return self._names(known.document["election"]).get(words.code)

    def _named(self, found: PublicUnit, known: KnownPublication, words: Language) -> PublicUnit:
        """The precinct under the name that the language has for it."""
        names = self._names_of(known, words)
        label = names.units.get(found.unit.code, Name()).label if names else ""
        return replace(found, unit=replace(found.unit, name=label)) if label else found

    def _render(
        self,
        template: str,
        known: KnownPublication,
        words: Language,
        link: Callable[..., str],
        **given: Any,
    ) -> CachedResponse:
        document, publication = known.document, known.publication
        zone = _zone(known)
        text = render_template(
            template,
            title=in_language(document, self._names_of(known, words))["title"],
            is_test=document["is_test"],
            status=status_in_words(document["status"], words),
            number=document["number"],
            as_of_iso=document["as_of"],
            as_of=at_moment(datetime.fromisoformat(document["as_of"]).astimezone(zone), words),
            paused=since(PAUSED, publication.refused_since, words, zone),
            words=words,
            languages=offered_languages(),
            link=link,
            asset=asset,
            **given,
        )
        return CachedResponse.of(text, "text/html")


def result_units_blueprint(
    parts: AppContext, recheck: timedelta = timedelta(0), languages: Offered = available
) -> Blueprint:
    """The routes /results/units, /results/units/CODE and /results/units/CODE.json.

    `recheck`: for how long the latest publication is not asked for again; `languages`: those of
    the pages.
    """
    newest = Newest(lambda: publications.latest(parts.engine), recheck, parts.now)
    views = UnitPages(parts, newest)
    blueprint = Blueprint("result_units", __name__, template_folder="../templates")
    blueprint.record_once(lambda setup: use_languages(setup.app, languages))
    blueprint.add_url_rule("/results/units", "index", views.index)
    blueprint.add_url_rule("/results/units/<code>.json", "data", views.data)
    blueprint.add_url_rule("/results/units/<code>", "unit", views.unit)
    return blueprint


def _areas(known: KnownPublication) -> list[tuple[str, str]]:
    """Id and name of every county and pool of what was published."""
    found = {
        scope["id"]: scope["name"]
        for contest in known.document["contests"]
        for scope in contest.get("scopes", ())
    }
    return list(found.items())


def _zone(known: KnownPublication) -> ZoneInfo:
    return ZoneInfo(known.document.get("timezone", "UTC"))


def _nothing(words: Language, what: str, note: str, status: int) -> Response:
    text = render_template(
        "results/no_unit.html",
        what=words.gettext(what),
        note=words.gettext(note),
        words=words,
        asset=asset,
    )
    response = page_headers(Response(text, status, mimetype="text/html"))
    response.headers["Cache-Control"] = "no-store"
    return response
