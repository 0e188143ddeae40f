"""The public pages of single precincts: what stood when the results were last published.

Each form of a page is made once for a publication and kept, as those of the results are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from hotline.operations.context import Parts
from hotline.operations.review.public import public_unit, public_units
from hotline.store.publication import publications
from hotline.web.console.access import Who, open_to
from hotline.web.results.labels import Labels
from hotline.web.results.languages import LANGUAGES
from hotline.web.results.page import areas_of
from hotline.web.results.pages import asset, chosen_language, page_headers
from hotline.web.results.response_cache import Form, Known, Newest, Shelf, answer, refusal
from hotline.web.results.unit_labels import UNIT_LANGUAGES
from hotline.web.results.unit_page import lay_out_list, lay_out_unit, unit_as_data

log = logging.getLogger(__name__)

KEPT_PAGES = 4_096
"""Of all precincts of an election like Iowa's, in both languages."""


class _NotThere(LookupError):
    """There is no such precinct or county in what was published."""


class UnitPages:
    """The views; each finds a form on the shelf, or has it made."""

    def __init__(self, parts: Parts, newest: Newest) -> None:
        self._parts = parts
        self._newest = newest
        self._shelf = Shelf(KEPT_PAGES)

    @open_to(Who.PUBLIC)
    def index(self) -> Response:
        labels, area = LANGUAGES[chosen_language()], request.args.get("area", "")
        name = ("index", labels.code, area)
        return self._page(labels, name, lambda known: self._make_index(known, labels, area))

    @open_to(Who.PUBLIC)
    def unit(self, code: str) -> Response:
        labels = LANGUAGES[chosen_language()]
        name = ("unit", labels.code, code)
        return self._page(labels, name, lambda known: self._make_unit(known, labels, code))

    @open_to(Who.PUBLIC)
    def data(self, code: str) -> Response:
        try:
            known = self._newest.get()
            if known is None:
                return refusal(404, "nothing has been published yet")
            form = self._shelf.get(
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

    def _page(self, labels: Labels, name: object, make: Callable[[Known], Form]) -> Response:
        try:
            known = self._newest.get()
            if known is None:
                return _nothing(labels, labels.nothing, labels.nothing_note, 404)
            return page_headers(answer(self._shelf.get(known.edition, name, lambda: make(known))))
        except _NotThere:
            words = UNIT_LANGUAGES[labels.code]
            return _nothing(labels, words.not_there, words.choose_area, 404)
        except SQLAlchemyError:
            log.exception("a precinct cannot be read")
            return _nothing(labels, labels.unreadable, labels.unreadable_note, 503)

    def _make_index(self, known: Known, labels: Labels, area: str) -> Form:
        areas = sorted(_areas(known), key=lambda one: (one[0].startswith("pool:"), one[1]))
        if area and area not in areas_of(known.document):
            raise _NotThere(area)
        units = public_units(self._parts, known.publication.number, area) if area else []
        return _render(
            "results/units.html",
            known,
            labels,
            lambda **other: url_for("result_units.index", area=area or None, **other),
            areas=areas,
            area=dict(areas).get(area, ""),
            units=lay_out_list(units, labels),
        )

    def _make_unit(self, known: Known, labels: Labels, code: str) -> Form:
        found = public_unit(self._parts, known.publication.number, code)
        if found is None:
            raise _NotThere(code)
        return _render(
            "results/unit.html",
            known,
            labels,
            lambda **other: url_for("result_units.unit", code=code, **other),
            unit=lay_out_unit(known.document, found, labels, _zone(known)),
            scope=found.unit.scope,
        )

    def _make_data(self, known: Known, code: str) -> Form:
        found = public_unit(self._parts, known.publication.number, code)
        if found is None:
            raise _NotThere(code)
        data = unit_as_data(known.document, found)
        return Form.of(json.dumps(data, ensure_ascii=False), "application/json")


def result_units_blueprint(parts: Parts, recheck: timedelta = timedelta(0)) -> Blueprint:
    """The routes /results/units, /results/units/CODE and /results/units/CODE.json.

    `recheck`: for how long the latest publication is not asked for again.
    """
    newest = Newest(lambda: publications.latest(parts.engine), recheck, parts.now)
    views = UnitPages(parts, newest)
    blueprint = Blueprint("result_units", __name__, template_folder="../templates")
    blueprint.add_url_rule("/results/units", "index", views.index)
    blueprint.add_url_rule("/results/units/<code>.json", "data", views.data)
    blueprint.add_url_rule("/results/units/<code>", "unit", views.unit)
    return blueprint


def _areas(known: Known) -> list[tuple[str, str]]:
    """Id and name of every county and pool of what was published."""
    found = {
        scope["id"]: scope["name"]
        for contest in known.document["contests"]
        for scope in contest.get("scopes", ())
    }
    return list(found.items())


def _zone(known: Known) -> ZoneInfo:
    return ZoneInfo(known.document.get("timezone", "UTC"))


def _render(
    template: str, known: Known, labels: Labels, link: Callable[..., str], **given: Any
) -> Form:
    document, publication = known.document, known.publication
    zone = _zone(known)
    text = render_template(
        template,
        title=document["title"],
        is_test=document["is_test"],
        status=labels.status(document["status"]),
        number=document["number"],
        as_of_iso=document["as_of"],
        as_of=labels.at(datetime.fromisoformat(document["as_of"]).astimezone(zone)),
        paused=labels.paused.format(since=labels.at(publication.refused_since.astimezone(zone)))
        if publication.refused_since
        else "",
        labels=labels,
        words=UNIT_LANGUAGES[labels.code],
        languages=LANGUAGES.values(),
        link=link,
        asset=asset,
        **given,
    )
    return Form.of(text, "text/html")


def _nothing(labels: Labels, what: str, note: str, status: int) -> Response:
    text = render_template(
        "results/no_unit.html",
        what=what,
        note=note,
        labels=labels,
        words=UNIT_LANGUAGES[labels.code],
        asset=asset,
    )
    response = page_headers(Response(text, status, mimetype="text/html"))
    response.headers["Cache-Control"] = "no-store"
    return response
