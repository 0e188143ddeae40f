"""Every table that can be taken away is offered as CSV and as a workbook, and both say the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from openpyxl import load_workbook
from werkzeug.routing import Rule

from app import create_app
from hotline.election.finding import Check, found
from hotline.operations.context import AppContext
from hotline.operations.recanvass import asking
from hotline.operations.reports.load_election import load_election
from hotline.store.accounts import accounts
from hotline.store.accounts.accounts import NewAccount
from hotline.store.database import reading, writing
from hotline.store.enums import RecanvassKind, Role
from hotline.web.console import sessions
from hotline.web.console.access import Who, open_to
from hotline.web.console.download import KIND, MIMETYPES
from tests.operations.acting import published, tabulated
from tests.towns import CODES, PRESIDENT, caucus, town
from tests.web.control_pages import ADA

TEMPLATES = Path(__file__).parents[3] / "hotline/web/templates"
WRONG_SUM = found(Check.DELEGATES_NOT_ALLOTTED, PRESIDENT, sum=3, delegates=4)
VALUES = {
    "review.findings_file_of": {"name": WRONG_SUM.check.value},
    "admin.numbers_file": {"name": "calls"},
    "review.recanvass_differences": {"number": 1},
    "review.recanvass_totals": {"number": 1},
    "results.county_csv": {"name": "North"},
    "results.county_xlsx": {"name": "North"},
}
"""What the parts of an address are, where it has any."""
CHANGES = {"admin.activity_file", "admin.new_pins"}
"""What is other each time that it is taken: who takes the log is in it, and PINs are new."""
EITHER = {"results.csv": "results.xlsx", "results.county_csv": "results.county_xlsx"}
"""Feeds, of which each kind has a view."""
FEWEST = 11


@pytest.fixture
def app(parts: AppContext) -> Flask:
    """The whole application with reports published, one of them odd, and a recanvass begun."""
    named = {code: replace(unit, id=f"OWN {code}") for code, unit in town().units.items()}
    load_election(parts, replace(town(), units=named), "test")
    for code in CODES:
        tabulated(parts, code, caucus(ash=40, birch=1), WRONG_SUM)
    published(parts)
    with writing(parts.engine) as connection:
        new = NewAccount("ada", Role.ADMIN, "no hash", "u", "1001", "none", parts.now(), "test")
        accounts.insert_account(connection, new)
    asking.ask(parts, ADA, RecanvassKind.RECANVASS, None, "papers are here")
    app = create_app(parts=parts)

    @app.get("/enter")
    @open_to(Who.PUBLIC)
    def enter() -> str:
        with reading(parts.engine) as connection:
            account = accounts.by_name(connection, "ada")
        assert account is not None
        sessions.begin(account, second=True)
        return generate_csrf()

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_X_CSRFTOKEN"] = client.get("/enter").text
    return client


def tables(app: Flask) -> Iterator[tuple[Rule, str]]:
    """The rules under which a table is taken away, with one of its kinds."""
    for rule in app.url_map.iter_rules():
        for kind in MIMETYPES:
            if rule.rule.endswith((f".{kind}", f".{KIND}")):
                yield rule, kind


def rows_of(client: FlaskClient, rule: Rule, kind: str) -> list[list[object]]:
    values = dict(VALUES.get(rule.endpoint, {}))
    if "kind" in rule.arguments:
        values["kind"] = kind
    built = rule.build(values)
    assert built is not None, rule
    if "POST" in (rule.methods or ()):
        form = {}
        if rule.endpoint == "admin.new_pins":
            page = client.get("/admin/units/pins").text
            dying = re.findall(r'name="sure" value="(\d+)"', page)
            stamp = re.findall(r'name="stamp" value="(\w+)"', page)[-1]
            form = {"which": "all", "stamp": stamp, "sure": (dying or ["0"])[-1]}
        answer = client.post(built[1], data=form)
    else:
        answer = client.get(built[1])
    assert (answer.status_code, answer.mimetype) == (200, MIMETYPES[kind]), built[1]
    if kind == "csv":
        return [list(row) for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))]
    (sheet,) = load_workbook(io.BytesIO(answer.data)).worksheets
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert not formulas, built[1]
    return cells


def same(in_csv: object, in_book: object) -> bool:
    """A cell of both files: a text is the same text, a number the same number."""
    written = str(in_csv).removeprefix("'")
    if isinstance(in_book, int | float) and not isinstance(in_book, bool):
        try:
            return abs(Decimal(written) - Decimal(str(in_book))) < Decimal("1e-6")
        except InvalidOperation:
            return False
    return written == (in_book or "")


def test_every_csv_has_a_workbook_beside_it_that_says_the_same(
    app: Flask, client: FlaskClient
) -> None:
    listed = list(tables(app))
    by_endpoint = {rule.endpoint: rule for rule, _ in listed}
    as_csv = [rule for rule, kind in listed if kind == "csv"]
    assert len(as_csv) >= FEWEST
    for rule in as_csv:
        beside = by_endpoint[EITHER.get(rule.endpoint, rule.endpoint)]
        first, second = rows_of(client, rule, "csv"), rows_of(client, beside, "xlsx")
        if rule.endpoint in CHANGES:
            first, second = first[:1], second[:1]
        assert len(first) == len(second), rule
        for one, other in zip(first, second, strict=True):
            assert len(one) == len(other), rule
            assert all(map(same, one, other)), (rule.rule, one, other)


def test_the_partys_own_ids_stand_beside_the_codes(app: Flask, client: FlaskClient) -> None:
    seen = 0
    for rule, kind in tables(app):
        if rule.endpoint in ("admin.units_file", "review.findings_file", "review.findings_file_of"):
            head, *rows = rows_of(client, rule, kind)
            code, id = head.index("code"), head.index("id")
            assert rows, rule
            assert all(row[id] == f"OWN {row[code]}" for row in rows)
            seen += 1
    assert seen == 6
    assert client.get(f"/results/units/{CODES[0]}.json").json["id"] == f"OWN {CODES[0]}"


def test_every_page_offers_both_kinds_by_one_mechanism() -> None:
    """A link to a table is made by the macros `files` and `file_buttons`, which make both."""
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        if path.name == "macros.html" and path.parent.name == "console":
            continue
        alone = [kind for kind in re.findall(r"feed\('(\w+)'\)", text) if kind in MIMETYPES]
        assert set(alone) in (set(), set(MIMETYPES)), path
        if "kind='csv'" in text:
            assert "file_buttons(" in text, path
        assert not re.findall(r"kind='xlsx'|\.csv[\"']\)", text), path
