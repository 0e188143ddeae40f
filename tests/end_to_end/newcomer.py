"""Somebody at the handset page, who knows nothing but what stands on it.

What the line asks is read from the transcript, what to answer from the paper beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from hotline.calls.left_over import UNHEARD_SECONDS
from hotline.calls.prompts import Prompt
from hotline.election.folder.folder import read_folder
from hotline.election.rules.iowa_caucus_2020 import RULE as IOWA
from hotline.election.rules.sheet import Text
from hotline.languages.catalogue import language

STRANGERS = ("An unknown phone", "A withheld number")
FOLDER = Path("config/elections/iowa-2020")

HEARD_SINCE_THE_LAST_KEY = """list => {
    const said = [];
    for (const entry of [...list.children].reverse()) {
        if (entry.classList.contains("keyed-entry")) break;
        if (entry.lang && !entry.classList.contains("cut")) said.unshift(entry.textContent);
    }
    return said.join(" ");
}"""
IT_SPOKE_AGAIN = """before => {
    const entries = document.querySelectorAll("#transcript li");
    const spoken = document.querySelectorAll("#transcript li[lang]");
    return spoken.length > before && !entries[entries.length - 1].matches(".keyed-entry");
}"""


@dataclass(frozen=True)
class Paper:
    """What the chair has in hand: `columns` goes from a column to a surname to its count."""

    code: str
    pin: str
    attendance: str
    columns: Mapping[str, Mapping[str, str]]

    def read_back(self, column: str) -> str:
        """As the line reads it back: `Biden 12, Klobuchar 7`."""
        counts = self.columns[column].items()
        return ", ".join(f"{name} {count}" for name, count in counts if count not in ("", "0"))


class Newcomer:
    """Reads, and presses keys: by turns those on the screen and those of the keyboard."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.language = "en"
        self.by_column = False  # uses the buttons that key a whole column
        self._column = ""
        self._clicks = True
        page.goto(address)
        expect(page.locator("#call")).to_be_enabled()

    # The telephone

    def hold(self, wanted: str) -> None:
        """Another phone: the only one found for a text, or one of nobody's by its button."""
        self.page.get_by_role("button", name="Hold another phone").click()
        if wanted in STRANGERS:
            self.page.get_by_role("button", name=wanted).click()
            return
        self.page.get_by_label("Search by name").fill(wanted)
        expect(self.page.locator("#found")).to_have_text("1 phone")
        self.page.locator("#list button").click()

    def call(self) -> None:
        self._column = ""
        self._wait_for_the_line(self.page.get_by_role("button", name="Call", exact=True).click, 0)

    def key(self, keys: str) -> None:
        """Presses keys, and waits for what the line says to that."""
        self._clicks = not self._clicks
        if len(keys) == 1 and keys.isdecimal():  # to a menu, which has to be heard first
            self.page.wait_for_timeout(UNHEARD_SECONDS * 1000)
        spoken = self.page.locator("#transcript li[lang]").count()
        self._wait_for_the_line(lambda: self.press(keys), spoken)

    def press(self, keys: str) -> None:
        shortcut = self.page.locator(f'#shortcuts [data-keys="{keys}"]')
        if self.by_column and shortcut.count():
            shortcut.first.click()
            return
        if not self._clicks:
            self.page.keyboard.type(keys)
            return
        for key in keys:
            name = {"*": "star", "#": "pound"}.get(key, key)
            self.page.get_by_role("button", name=name, exact=True).click()

    def hang_up(self) -> None:
        self.page.get_by_role("button", name="Hang up").click()
        expect(self.page.locator("#state")).to_have_text("Call ended")
        expect(self.page.locator("#call")).to_be_enabled()

    def _wait_for_the_line(self, act: Callable[[], None], spoken: int) -> None:
        act()
        self.page.wait_for_function(IT_SPOKE_AGAIN, arg=spoken, polling=20)

    # What is seen

    @property
    def heard(self) -> str:
        return str(self.page.locator("#transcript").evaluate(HEARD_SINCE_THE_LAST_KEY))

    @property
    def paper(self) -> Paper:
        head, *rows = self.page.locator("#worksheet tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        )
        named = {row[1]: row[2:] for row in rows}
        attendance = named.pop("Attendance")[0]
        return Paper(
            code=self.page.locator("#code b").inner_text(),
            pin=self.page.locator("#pin b").inner_text(),
            attendance=attendance,
            columns={
                title: {name: counts[place] for name, counts in named.items()}
                for place, title in enumerate(head[2:])
            },
        )

    @property
    def texts(self) -> list[str]:
        return self.page.locator("#texts li").all_inner_texts()

    # A report

    def report(self, until: str = "") -> None:
        """Answers whatever the line asks from the paper, to the end or until it asks `until`."""
        for _ in range(60):
            if self.is_filed or (until and self.heard.endswith(until)):
                return
            self.key(self.answer())
        raise AssertionError("the line never said that the report is filed")

    @property
    def is_filed(self) -> bool:
        return self.hears(Prompt.FILED) or self.hears(Prompt.FILED_AND_TEXTED)

    def answer(self) -> str:
        """The keys that answer what was heard last."""
        paper = self.paper
        for column in IOWA.columns:
            if self.hears(column.ask):
                self._column = column.short
        if self.hears(Prompt.RIGHT):
            assert paper.read_back(self._column) in self.heard
        if self.hears(Prompt.SAME):
            assert paper.read_back("Delegates") in self.heard
        answers = {
            Prompt.OFFER: paper.pin,
            Prompt.CODE: paper.code,
            Prompt.PIN: paper.pin,
            Prompt.RESUME: "1",
            IOWA.numbers[0].ask: f"{paper.attendance}#",
            Prompt.RIGHT: "1",
            Prompt.OTHERS: "1",
            Prompt.SAME: "1",
        }
        asked = [keys for prompt, keys in answers.items() if self.hears(prompt)]
        return asked[0] if asked else self._count(paper)

    def _count(self, paper: Paper) -> str:
        """A surname alone asks for a count. A zero may be keyed as such, or be `#` alone."""
        if self.by_column:
            button = self.page.locator("#shortcuts").get_by_text(self._column, exact=True)
            return button.get_attribute("data-keys") or ""
        said = self.heard.rstrip(".").rpartition(". ")[2]
        name = self._on_paper(said)
        named = self.page.locator("#worksheet tr.asked td").nth(1).text_content()
        assert named == name, "the row of the paper that is asked for is marked"
        count = paper.columns[self._column][name]
        return "#" if count == "0" and self._clicks else f"{count}#"

    def _on_paper(self, said: str) -> str:
        """What the paper, which is in English, calls whom the line asks for in its language."""
        election = read_folder(FOLDER)
        spoken = election.in_language(self.language).contests[0].candidates
        names = zip(spoken, election.contests[0].candidates, strict=True)
        return {one.surname: other.surname for one, other in names}[said]

    def hears(self, prompt: Prompt | Text) -> bool:
        """Whether the line says this; where it fills something in, whether it says the rest."""
        said = language(self.language).gettext(prompt.value).replace("}", "{").split("{")[::2]
        return all(part.strip(" .") in self.heard for part in said)


def fail_pin(chair: Newcomer) -> None:
    """To the question for the PIN, and three times one that is wrong."""
    pin = chair.paper.pin
    wrong = f"{(int(pin) + 1) % 10 ** len(pin):0{len(pin)}}"
    chair.call()
    for _ in range(3):
        chair.key(wrong)
