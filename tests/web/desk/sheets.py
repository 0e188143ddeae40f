"""The report's form on the desk's page."""

from __future__ import annotations

import re
from html import unescape

from sqlalchemy import select

from hotline.operations.actors import Actor
from hotline.store.database import reading
from hotline.store.reports.reports import Report
from hotline.store.schema.tables import report
from tests.operations.desk.entry.sheets import form
from tests.web.desk_pages import UNIT, Desks

PATH = f"/desk/report/{UNIT}"


class Sheet:
    """The form as somebody without JavaScript has it: what is on the page is what is sent."""

    def __init__(self, desks: Desks, path: str = PATH) -> None:
        self.desks, self.path = desks, path
        self.page = desks.page(path)
        self.fields = _inputs(self.page)
        self.status = 200
        self.location = ""

    def key(self, **entries: str) -> Sheet:
        self.fields |= {name: [value] for name, value in entries.items()}
        return self

    def insist(self) -> Sheet:
        """Ticks every "the chair insists" on the page."""
        tokens = re.findall(r'type="checkbox" name="insist" value="([^"]*)"', self.page)
        assert tokens
        self.fields.setdefault("insist", []).extend(map(unescape, tokens))
        return self

    def choose(self, label: str) -> Sheet:
        pattern = rf'type="radio" name="([^"]*)" value="([^"]*)"[^>]*> {label}'
        [(name, value)] = re.findall(pattern, self.page)
        return self.key(**{name: unescape(value)})

    def press(self, do: str) -> Sheet:
        answer = self.desks.client.post(self.path, data={**self.fields, "do": do})
        self.status, self.location = answer.status_code, answer.headers.get("Location", "")
        self.page = answer.text if answer.status_code != 303 else self.desks.page(self.location)
        if answer.status_code != 303:
            self.fields = _inputs(self.page)
        return self

    @property
    def text(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.page)).split())


def _inputs(page: str) -> dict[str, list[str]]:
    """What a browser would send: fields, hidden ones, and what is ticked."""
    main = page.partition("<main")[2]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", main):
        name, value = (re.search(rf' {a}="([^"]*)"', tag) for a in ("name", "value"))
        ticked = not re.search(r'type="(radio|checkbox)"', tag) or " checked" in tag
        if name and ticked:
            found.setdefault(name[1], []).append(unescape(value[1] if value else ""))
    return found


def filed(desks: Desks) -> list[Report]:
    with reading(desks.board.parts.engine) as connection:
        return list(connection.execute(select(report)))


NEW = f"/desk/paper/new?unit={UNIT}&came=mail"


RIGHT = form(40, {"ash": 20, "birch": 20}, {"ash": 20, "birch": 20})


OTHER = form(40, {"ash": 22, "birch": 18}, {"ash": 22, "birch": 18})


def keyed(desks: Desks, who: Actor, entries: dict[str, str], path: str = NEW) -> Sheet:
    """Somebody keys a paper, and compares it with what is shown."""
    desks.actor = who
    sheet = Sheet(desks, path).key(**entries).press("check")
    if "Does the worksheet say the same?" in sheet.text:
        sheet.choose("Yes, the same").press("check")
    assert "Compare this with the paper" in sheet.text, sheet.text
    return sheet
