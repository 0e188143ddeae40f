"""The pages of units, as a browser uses them."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64encode
from dataclasses import replace
from itertools import pairwise

import pytest

from hotline.election.model import Election
from hotline.operations.accounts import accounts
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster import roster_edit
from hotline.operations.roster.pins import check_pin, reissue
from hotline.store.audit import activity
from hotline.store.database import reading, writing
from hotline.store.enums import ActivityKind
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.operations.acting import tabulated
from tests.paper.pages import pages
from tests.towns import CODES, caucus
from tests.web.roster.pages import ONE, TWO, UNIT, Pages


@pytest.fixture
def at(parts: AppContext, town: Election) -> Pages:
    load_election(parts, replace(town, chairs_line="+15155550100"), "test")
    with writing(parts.engine) as connection:
        roster.replace_roster(connection, town.id, [Chair(UNIT, "Alva <North>", (ONE, TWO))])
    parts.invalidate()
    tabulated(parts, UNIT, caucus(ash=40))
    return Pages(parts)


def codes_of(page: str) -> list[str]:
    return re.findall(r"<tr>\s*<td>(\d{5})</td>", page)


def is_right(at: Pages, pin: str) -> bool:
    return check_pin(at.parts, "town", at.parts.election().ledger_id, UNIT, pin)


# --- The list


def test_the_list_is_counted_filtered_and_sorted_by_links(at: Pages) -> None:
    page = at.get("units")
    assert codes_of(page) == list(CODES)
    assert "<b>5</b> outstanding" in page
    assert "<b>1</b> reported" in page

    assert codes_of(at.get("units?show=reported")) == [UNIT]
    assert codes_of(at.get("units?area=South&find=2")) == ["20002"]
    assert codes_of(at.get("units?by=code&down=1")) == list(CODES)[::-1]
    link = re.search(r'aria-sort="descending"><a href="([^"]+)"', at.last)
    assert link is not None
    assert codes_of(at.get(link[1].removeprefix("/admin/"))) == list(CODES)
    assert "There is no such precinct." in at.get("units?find=nowhere&page=99")


def test_an_address_may_say_anything(at: Pages) -> None:
    for query in ("show=x&by=x&down=x&page=-1", "page=99999&area=<b>", "page=٣"):
        at.get(f"units?{query}")


def test_the_file_holds_what_is_shown_and_no_telephone(at: Pages) -> None:
    answer = at.client.get("/admin/units.csv?show=reported")
    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["code"], row["state"], row["chairs"], row["phones"]) == (
        UNIT,
        "reported",
        "Alva <North>",
        "2",
    )
    assert "1515" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


# --- One unit


def test_a_chair_is_added_changed_and_taken_out(at: Pages) -> None:
    page = at.get(f"units/{UNIT}")
    assert ONE in page
    assert "Alva <North>" in page
    page = at.does(f"units/{UNIT}/chairs", name="Bo North", phones="(515) 555-0103")
    assert "Bo North is a chair of this precinct now" in page
    assert "+15155550103" in page

    number = roster_edit.unit_roster(at.parts, UNIT).chairs[1][0]
    page = at.does(f"units/{UNIT}/chairs/{number}", name="Bo Norton", phones="")
    assert "Bo Norton is changed" in page
    page = at.get(f"units/{UNIT}/chairs/{number}/remove")
    assert "Take Bo Norton out of the roster?" in page
    page = at.does(f"units/{UNIT}/chairs/{number}/remove")
    assert "Bo Norton is taken out" in page
    assert len(roster_edit.unit_roster(at.parts, UNIT).chairs) == 1


def test_what_was_written_is_kept_where_it_will_not_do(at: Pages) -> None:
    at.get(f"units/{UNIT}")
    page = at.does(f"units/{UNIT}/chairs", 422, name="Bo North", phones="555-0103")
    assert "The phone “…0103” lacks its area code." in page
    assert 'value="Bo North"' in page
    assert "555-0103</textarea>" in page


def test_the_later_of_two_sees_what_the_first_did_and_keeps_what_she_wrote(at: Pages) -> None:
    at.get(f"units/{UNIT}")
    found = roster_edit.unit_roster(at.parts, UNIT)
    ada = accounts.find_account(at.parts, "ada")
    assert ada is not None
    by = accounts.actor_of(ada)
    roster_edit.remove_chair(at.parts, by, UNIT, found.chairs[0][0], found.stamp)

    page = at.does(f"units/{UNIT}/chairs/{found.chairs[0][0]}", 422, name="Alva", phones=ONE)

    assert "Somebody has changed the chairs of this precinct meanwhile" in page
    assert 'value="Alva"' in page
    assert "Nobody is on the roster for it." in page
    page = at.does(f"units/{UNIT}/chairs", name="Alva", phones=ONE)
    assert "Alva is a chair of this precinct now" in page


def test_a_new_pin_is_shown_once_and_a_reload_neither_shows_nor_makes_one(at: Pages) -> None:
    old = reissue(at.parts, UNIT)
    page = at.get(f"units/{UNIT}/pin")
    assert "That one dies at once" in page
    sent = at.send(f"units/{UNIT}/pin")
    shown = re.search(r'number-to-read">(\d{3}) (\d{3})<', sent.text)
    assert shown is not None
    pin = shown[1] + shown[2]
    assert is_right(at, pin)
    assert not is_right(at, old)
    assert sent.headers["Cache-Control"] == "no-store"
    assert "location" not in sent.headers

    again = at.send(f"units/{UNIT}/pin")  # the browser sends the same form
    assert again.status_code == 422
    assert "issued meanwhile" in again.text
    assert "number-to-read" not in again.text
    assert is_right(at, pin)


def test_a_pin_goes_by_text_message_to_the_roster(at: Pages) -> None:
    at.get(f"units/{UNIT}/pin")
    page = at.does(f"units/{UNIT}/pin/text", back=f"/admin/units/{UNIT}")
    assert "A new PIN is on its way to 2 phones on the roster" in page


def test_a_call_sheet_and_a_letter_are_files(at: Pages) -> None:
    at.get(f"units/{UNIT}/pin")
    letter = at.send(f"units/{UNIT}/pin/letter", paper="a4")
    sheet = at.send(f"units/{UNIT}/sheet")
    for answer in (letter, sheet):
        assert answer.mimetype == "application/pdf"
        assert UNIT in answer.headers["Content-Disposition"]
        assert UNIT in " ".join(pages(answer.data))
    assert not at.send(f"units/{UNIT}/pin/letter").data.startswith(b"%PDF")


def test_an_unknown_unit_is_not_there(at: Pages) -> None:
    for path in ("", "/pin", "/chairs/1/remove"):
        at.get(f"units/77777{path}", 404)
    at.get("units")
    for path in ("/pin", "/pin/letter", "/sheet", "/chairs", "/chairs/1", "/chairs/1/remove"):
        assert at.send(f"units/77777{path}").status_code == 404


# --- Many


def test_new_pins_of_many_say_how_many_die_and_come_once(at: Pages) -> None:
    old = reissue(at.parts, UNIT)
    page = at.get("units/pins?area=North")
    assert "Those without a PIN: 1" in page
    assert "1 precinct has a PIN. It dies at once" in page
    stamps = re.findall(r'name="stamp" value="(\w+)"', page)
    form = {"area": "North", "which": "all", "stamp": stamps[1]}

    assert "Tick first that the present PINs may die: 1." in at.does("units/pins.csv", 422, **form)
    assert is_right(at, old)
    answer = at.send("units/pins.csv", sure="1", **form)
    rows = {
        row["code"]: row["pin"]
        for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    }
    assert list(rows) == ["10001", "10002"]
    assert is_right(at, rows[UNIT])
    assert answer.headers["Cache-Control"] == "no-store"

    page = at.does("units/pins.csv", 422, sure="2", **form)  # sent again
    assert "issued meanwhile" in page
    assert is_right(at, rows[UNIT])
    with reading(at.parts.engine) as connection:
        said = repr(activity.latest(connection, 10))
    assert rows[UNIT] not in said


def test_letters_of_those_without_a_pin_touch_no_other(at: Pages) -> None:
    old = reissue(at.parts, UNIT)
    page = at.get("units/pins")
    stamp = re.findall(r'name="stamp" value="(\w+)"', page)[0]
    answer = at.send("units/letters", which="without", stamp=stamp, paper="letter")
    assert len(pages(answer.data)) == 5
    assert is_right(at, old)


def test_call_sheets_of_many_come_in_files_of_so_many(
    at: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.operations.roster.papers.MOST_SHEETS", 4)
    page = at.get("units?by=name&down=1")
    parts = re.findall(r'name="from" value="(\d)">Call sheets (\d) to (\d)', page)
    assert parts == [("0", "1", "4"), ("4", "5", "6")]
    assert all(int(one[2]) + 1 == int(other[1]) for one, other in pairwise(parts))
    answer = at.send("units/sheets", **{"from": "4"})
    text = " ".join(pages(answer.data))
    assert [code for code in CODES if code in text] == list(CODES[4:])
    assert "no precinct" in at.does("units/sheets", 422, **{"from": "6"})


# --- The roster as a file


def test_a_roster_is_looked_at_and_then_applied(at: Pages) -> None:
    at.get("units/roster")
    file = (io.BytesIO(f"code,name,phones\n10002,Bo North,{ONE}\n".encode()), "any.csv")
    page = at.does("units/roster", 200, file=file)
    assert "Chairs added: 1, taken out: 1, with other phones: 0, as they are: 0." in page
    content = re.search(r'name="content" value="([^"]+)"', page)
    assert content is not None

    page = at.does("units/roster/apply", content=content[1])
    assert "Chairs added: 1, taken out: 1" in page
    assert roster.units_of_phone(at.parts.engine, "town", ONE) == ("10002",)
    page = at.does("units/roster/apply", 422, content=content[1])
    assert "changed by somebody else" in page


def test_bad_lines_are_shown_and_left_out_where_that_is_ticked(at: Pages) -> None:
    at.get("units/roster")
    text = f"code,name,phones\n77777,Ed,\n10002,Bo North,{ONE}\n10002,,x\n"
    page = at.does("units/roster", 422, file=(io.BytesIO(text.encode()), "r.csv"))
    assert "3 things are wrong" in page
    assert "Line 2: no precinct has the code “77777”" in page
    assert "Leave the wrong lines out" in page

    page = at.does("units/roster/apply", 422, content=b64encode(text.encode()).decode())
    assert "Lines of the file are wrong: nothing was changed." in page
    page = at.does("units/roster/apply", content=b64encode(text.encode()).decode(), without_bad="1")
    assert "Chairs added: 1" in page


def test_a_file_that_is_none_is_said_to_be(at: Pages) -> None:
    at.get("units/roster")
    for file, says in (
        (b"", "Choose a file first."),
        (b"x" * 300_001, "300 kB at most"),
        (b"\x81\n", "is neither UTF-8"),
        (b"name,code\n", "misses column"),
    ):
        page = at.does("units/roster", 422, file=(io.BytesIO(file), "r.csv"))
        assert says in page
        assert "Make this the roster" not in page


def test_everything_is_in_the_log(at: Pages) -> None:
    at.get(f"units/{UNIT}/pin")
    at.send(f"units/{UNIT}/pin")
    at.send(f"units/{UNIT}/sheet")
    at.get(f"units/{UNIT}")
    at.does(f"units/{UNIT}/chairs", name="Bo", phones="")
    with reading(at.parts.engine) as connection:
        done = activity.latest(connection, 3)
    assert [(entry.kind, entry.who, entry.unit_code) for entry in done] == [
        (ActivityKind.ROSTER_EDITED, "ada", UNIT),
        (ActivityKind.PAPERS_PRINTED, "ada", UNIT),
        (ActivityKind.PIN_REISSUED, "ada", UNIT),
    ]
