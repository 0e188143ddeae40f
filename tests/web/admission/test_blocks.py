"""The pages of blocked numbers."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest

from hotline.operations.admission import block_requests, blocks
from hotline.operations.admission.blocks import WantedBlock
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.roster import load_roster
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind
from tests.operations import lives
from tests.towns import CODES, town
from tests.web.control_pages import ADA, BEN, SUE, Control

CHAIR, STRANGER = "+15155550101", "+15155550142"


@pytest.fixture
def control(parts: AppContext, tmp_path: Path) -> Control:
    load_election(parts, town(), "test")
    path = tmp_path / "roster.csv"
    path.write_text(f"code,name,phones\n{CODES[0]},Ann,{CHAIR}\n")
    load_roster(parts, path)
    return Control(parts)


def patterns(control: Control) -> list[str]:
    return [str(block.pattern) for block in blocks.listed(control.parts)]


def said(page: str) -> str:
    """The page without its marks, and every space one."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


class TestBlocking:
    def test_whom_it_would_turn_away_is_said_first(self, control: Control) -> None:
        page = said(control.does("blocks/look", pattern="+1515555*", length="2h"))

        assert "1 telephone of the roster, which still gets through" in page
        assert "telephone ending in 0101" in page
        assert CHAIR not in page
        assert patterns(control) == []

    def test_a_number_is_blocked_for_as_long_as_was_said(self, control: Control) -> None:
        control.does("blocks/add", pattern=STRANGER, length="2h", note="shouts")

        page = said(control.page("blocks"))
        assert f"{STRANGER} in force until 2020-02-03 21:00:00 CST, for another 2 hours" in page
        assert "shouts By ada" in page

    @pytest.mark.parametrize(
        ("form", "reason"),
        [
            ({"pattern": "+1*"}, "too many numbers begin so"),
            ({"pattern": "+*"}, "is not a telephone number"),
            ({"pattern": "515 555 014"}, "too short"),
            ({"pattern": "+15155550142*"}, "no number is long enough"),
            ({"pattern": "+266696687"}, "withheld"),
            ({"length": "0m"}, "over already"),
            ({"length": "31d"}, "30 days at most"),
            ({"length": "-2h"}, "a duration is written"),
            ({"length": ""}, "a duration is written"),
            ({"note": " "}, "a reason has to be given"),
            ({"note": "x" * 201}, "200 letters"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_written_is_kept(
        self, control: Control, form: dict[str, str], reason: str
    ) -> None:
        wanted = {"pattern": STRANGER, "length": "2h", "note": "shouts"} | form

        page = control.does("blocks/add", **wanted)

        assert reason.casefold() in said(page).casefold()
        assert f'name="note" required maxlength="200" value="{wanted["note"]}"' in page or (
            f'name="note" value="{wanted["note"]}"' in page
        )
        assert f'value="{wanted["pattern"]}"' in page
        assert patterns(control) == []

    def test_what_is_blocked_already_says_by_whom(self, control: Control) -> None:
        blocks.add_block(control.parts, WantedBlock(STRANGER, "sings"), BEN)

        page = said(control.does("blocks/add", pattern=STRANGER, length="2h", note="shouts"))

        assert "blocked already, by ben" in page


class TestSecondPerson:
    @pytest.fixture
    def asked(self, control: Control) -> int:
        page = control.does("blocks/add", pattern=CHAIR, length="2h", note="sings")
        assert "a second person has to agree" in said(page)
        assert patterns(control) == []
        [request] = block_requests.waiting(control.parts)
        return request.id

    def test_whoever_asked_does_not_agree_as_well(self, control: Control, asked: int) -> None:
        page = control.page("blocks/asked")
        assert "Agree: block it" not in page

        page = said(control.does(f"blocks/asked/{asked}/agree"))

        assert "another one than whoever asked" in page
        assert patterns(control) == []

    @pytest.mark.parametrize("second", [BEN, SUE])
    def test_another_account_does(self, control: Control, asked: int, second: object) -> None:
        control.actor = second
        assert "Agree: block it" in control.page("blocks/asked")

        control.does(f"blocks/asked/{asked}/agree", back="/admin/blocks/asked")

        [block] = blocks.listed(control.parts)
        assert (block.author, block.second, str(block.pattern)) == ("ada", second.name, CHAIR)
        assert block_requests.waiting(control.parts) == []

    def test_or_says_why_not(self, control: Control, asked: int) -> None:
        control.actor = SUE
        control.does(f"blocks/asked/{asked}/refuse", back="/admin/blocks/asked", note="a chair")

        assert block_requests.waiting(control.parts) == []
        page = control.does(f"blocks/asked/{asked}/agree", back="/admin/blocks/asked")
        assert "settled already: it is withdrawn" in said(page)
        assert patterns(control) == []


class TestChanging:
    def test_a_block_is_given_another_end_and_lifted(self, control: Control) -> None:
        id = blocks.add_block(control.parts, WantedBlock(STRANGER, "shouts"), ADA).id

        control.does(f"blocks/{id}/extend", back="/admin/blocks", length="7d", note="again")
        assert "for another 7 days" in said(control.page("blocks"))

        control.does(f"blocks/{id}/lift", back="/admin/blocks", note="it was a mistake")
        assert patterns(control) == []
        page = said(control.page("blocks?state=ended"))
        assert "by ada: it was a mistake" in page

    def test_without_a_reason_nothing_changes(self, control: Control) -> None:
        id = blocks.add_block(control.parts, WantedBlock(STRANGER, "shouts"), ADA).id

        page = control.does(f"blocks/{id}/lift", back="/admin/blocks", note="")

        assert "A reason has to be given." in page
        assert patterns(control) == [STRANGER]

    def test_there_is_no_other_block(self, control: Control) -> None:
        token = control.client.get("/token").text
        form = {"csrf_token": token, "note": "x"}
        assert control.client.post("/admin/blocks/77/lift", data=form).status_code == 404


class TestLookingThrough:
    @pytest.fixture(autouse=True)
    def several(self, control: Control) -> None:
        for n, by in ((142, ADA), (143, BEN)):
            blocks.add_block(control.parts, WantedBlock(f"+15155550{n}", "shouts"), by)
        blocks.remove_block(control.parts, "+15155550143", ADA, "mistaken")

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("", ["+15155550142"]),
            ("?state=ended", ["+15155550143"]),
            ("?state=", ["+15155550143", "+15155550142"]),
            ("?state=&author=people", ["+15155550143", "+15155550142"]),
            ("?state=&author=rule", []),
            ("?state=nonsense", ["+15155550143", "+15155550142"]),
        ],
    )
    def test_by_state_and_author(self, control: Control, query: str, shown: list[str]) -> None:
        assert re.findall(r"<h3>(.*?)</h3>", control.page(f"blocks{query}")) == shown

    def test_by_digits(self, control: Control) -> None:
        page = control.does("blocks/find", state="", digits="0143")
        assert re.findall(r"<h3>(.*?)</h3>", page) == ["+15155550143"]
        page = control.does("blocks/find", state="", digits="%")
        assert len(re.findall(r"<h3>", page)) == 2


class TestFiles:
    def send(self, control: Control, text: str | bytes, **form: str) -> str:
        content = text if isinstance(text, bytes) else text.encode()
        return control.does(
            "blocks/import", file=(io.BytesIO(content), "mine.csv"), back="/admin/blocks", **form
        )

    def test_every_wrong_row_is_named_and_the_good_ones_can_be_applied(
        self, control: Control
    ) -> None:
        text = (
            f"pattern,reason,second\n{STRANGER},shouts,\n{CHAIR},sings,Mr Second\n"
            "+1*,all,\n+1900555*,ads,\n"
        )

        page = self.send(control, text)

        assert "2 rows are wrong." in said(page)
        assert "Line 3: this number is on the roster" in said(page)
        assert "Line 4: too many numbers begin so" in said(page)
        assert patterns(control) == []

        page = self.send(control, text, good="1")
        assert "2 blocks are made, 2 rows left out" in said(page)
        assert patterns(control) == [STRANGER, "+1900555*"]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"\x00\x01", "the header"),
            (b"a,b\n1,2\n", "the header"),
            (b"x" * 200_001, "too large"),
        ],
    )
    def test_what_is_no_such_file(self, control: Control, content: bytes, reason: str) -> None:
        page = self.send(control, content)
        assert reason.casefold() in said(page).casefold()
        assert "good rows" not in page

    def test_no_file_at_all(self, control: Control) -> None:
        assert "Choose a file first." in control.does("blocks/import")

    def test_what_is_given_out_can_be_taken_in_and_starts_no_formula(
        self, control: Control
    ) -> None:
        blocks.add_block(control.parts, WantedBlock(STRANGER, "=HYPERLINK(1)"), ADA)
        form = {"csrf_token": control.client.get("/token").text}

        answer = control.client.post("/admin/blocks/export.csv", data=form)

        assert answer.mimetype == "text/csv"
        assert f"{STRANGER},'=HYPERLINK(1)," in answer.text
        with reading(control.parts.engine) as connection:
            assert activity.latest(connection, 1)[0].kind is ActivityKind.BLOCKS_EXPORTED
        blocks.remove_block(control.parts, STRANGER, ADA, "mistaken")
        page = self.send(control, answer.text)
        assert "Would be blocked: 1" in page
        assert blocks.listed(control.parts) == []
        self.send(control, answer.text, go="1")
        [block] = blocks.listed(control.parts)
        assert block.reason == "=HYPERLINK(1)"


def test_what_was_called_a_lot_is_suggested_and_looked_at_in_one_click(control: Control) -> None:
    for n in range(40):
        number = f"+131255501{n % 10:02}"
        lives.arrive(control.parts, f"CA{n}", caller=f"key{n % 10}")
        lives.to_person(control.parts, f"CA{n}", caller=f"key{n % 10}", number=number)
    ingest_events(control.parts)

    page = said(control.page("blocks"))

    assert "+1312555010* made 40 calls without a PIN in ten minutes, from 10 numbers" in page
    assert "no telephone of the roster is in it" in page
    page = said(control.does("blocks/look", pattern="+13125550*", length="24h"))
    assert "10 telephones that called in the last 6 hours, with 40 calls" in page
    blocks.add_block(control.parts, WantedBlock("+13125550*", "nuisance"), ADA)
    assert "Nothing in the last ten minutes." in said(control.page("blocks"))


def test_who_may_look(control: Control) -> None:
    control.actor = SUE
    accept = {"Accept": "application/json"}
    assert control.client.get("/admin/blocks", headers=accept).status_code == 403
    assert control.client.get("/admin/blocks/asked", headers=accept).status_code == 200
