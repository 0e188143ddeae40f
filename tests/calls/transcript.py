"""Whole calls, written down as they are heard and keyed, and played over the real webhooks.

A transcript is a text file; each line begins with who speaks:

    # What happens, in a sentence or two.
    Election  iowa-2020                    the folder; of its units only those of `towns`
    Before    the day                      the ledger is live, and its day is tomorrow
    Roster    00011                        the units of the chair's telephone
    Call      chair                        a call begins: from the chair's telephone, or `other`
    Line      Iowa caucuses. Español, 9. … what is heard
    Chair     00011 PIN                    what is keyed: entries, the first 3 s after hearing
    Twin      1                            the network hears the last press once more, at once
    Waits                                  nothing is keyed
    Pause     8                            seconds more before the next key
    Loads     a candidate more             the election is loaded anew
    Filed     00011 filed: attendance 35 … what was committed
    Text      chair: …                     what the telephones of the unit are sent

`Election`, `Before`, `Roster`, `Call`, `Chair`, `Twin`, `Waits`, `Pause`, `Loads` are played;
`Line`, `Filed` and `Text` are what must come of it. `TRANSCRIPTS=write` in the environment of a
test run writes them as they are now; `git diff` then shows what chairs would hear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import ClassVar

from app import create_app
from hotline.election.folder.folder import read_folder
from hotline.election.model import Candidate, Election
from hotline.operations.context import AppContext
from hotline.operations.reports import filing
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.receipts import send_receipt
from hotline.operations.roster.pins import issue_test_pins, reissue
from hotline.store.database import writing
from hotline.store.roster import roster
from tests.conftest import Clock
from tests.web.telephone.network import CHAIR, STRANGER, Network, Phone

FOLDERS = Path(__file__).parents[2] / "config" / "elections"
FOLDER = Path(__file__).parent / "transcripts"
UNITS = {
    "iowa-2020": ("00011", "00568", "15020"),
    "primary-sample": ("20012", "20020"),
}
LISTENS, KEYS_ON, TWIN = 3.0, 0.7, 0.1  # seconds before an entry, the next one, and a twin
WIDTH = 10


def election_of(folder: str) -> Election:
    """The election of a folder, with a few of its units."""
    whole = read_folder(FOLDERS / folder)
    return replace(whole, units={code: whole.units[code] for code in UNITS[folder]})


def with_a_candidate_more(election: Election) -> Election:
    """The election with one more candidate, who comes first on every sheet."""
    (contest,) = election.contests
    others = tuple(replace(one, number=one.number + 1) for one in contest.candidates)
    more = Candidate(1, "alder", "Ada Alder", "Alder")
    return replace(election, contests=(replace(contest, candidates=(more, *others)),))


LOADS: dict[str, Callable[[Election], Election]] = {"a candidate more": with_a_candidate_more}


@dataclass
class Played:
    """A transcript as it is played: what is written of it so far."""

    parts: AppContext
    clock: Clock
    written: list[str] = field(default_factory=list)
    calls: int = 0
    reports: int = 0
    pause: float = LISTENS
    keys: str = ""

    def play(self, text: str) -> str:
        """The transcript as it turns out, given the parts of `text` that are played."""
        for line in text.splitlines():
            speaker, _, words = line.partition(" ")
            if not speaker or speaker == "#":
                self.written.append(line)
            elif speaker in self.PLAYED:
                self._write(speaker, words.strip())
                self.PLAYED[speaker](self, words.strip())
        return "\n".join(self.written).rstrip() + "\n"

    def _write(self, speaker: str, words: str) -> None:
        self.written.append(f"{speaker:{WIDTH}}{words}".rstrip())

    # --- What is played

    def _election(self, folder: str) -> None:
        self.election = election_of(folder)
        self.ledger = load_election(self.parts, self.election, "test").ledger_id

    def _before(self, _words: str) -> None:
        tomorrow = self.election.date + timedelta(days=1)
        self.election = replace(self.election, date=tomorrow)
        load_election(self.parts, self.election, "test")
        open_ledger(self.parts, is_test=False, by="test")
        self.ledger = self.parts.election().ledger_id

    def _roster(self, codes: str) -> None:
        with writing(self.parts.engine) as connection:
            chairs = [roster.Chair(code, f"Chair {code}", (CHAIR,)) for code in codes.split()]
            roster.replace_roster(connection, self.election.id, chairs)
        if self.parts.election().is_test:
            self.pins = issue_test_pins(self.parts, self.ledger)
        else:
            self.pins = {code: reissue(self.parts, code) for code in self.election.units}
        self.unit = codes.split()[0]
        self.network = Network(create_app(parts=self.parts).test_client())

    def _call(self, who: str) -> None:
        self.calls += 1
        phone = {"chair": CHAIR, "other": STRANGER}[who]
        self.phone = self.network.dial(phone, sid=f"CA{self.calls:02}")
        self._heard()

    def _chair(self, entries: str) -> None:
        for entry in entries.split():
            if entry in self.pins:
                self.unit = entry
            self._press(self.pins[self.unit] if entry == "PIN" else entry, self.pause)
            self.pause = KEYS_ON
        self.pause = LISTENS
        self._heard()

    def _twin(self, key: str) -> None:
        self._press(key, TWIN)
        self._heard()

    def _waits(self, _words: str) -> None:
        self._press("", self.pause)
        self._heard()

    def _pauses(self, seconds: str) -> None:
        self.pause = float(seconds)

    def _loads(self, what: str) -> None:
        self.election = LOADS[what](self.election)
        load_election(self.parts, self.election, "test", force=True)

    PLAYED: ClassVar = {
        "Election": _election,
        "Before": _before,
        "Roster": _roster,
        "Call": _call,
        "Chair": _chair,
        "Twin": _twin,
        "Waits": _waits,
        "Pause": _pauses,
        "Loads": _loads,
    }

    def _press(self, keys: str, after: float) -> None:
        """Presses keys as a telephone does: into one gather after the other."""
        for taken in _gathers(self.phone, keys):
            self.clock.advance(after)
            self.phone.key(taken)
            after = KEYS_ON

    # --- What comes of it

    def _heard(self) -> None:
        said = re.findall(r"<Say[^>]*>(.*?)</Say>", self.phone.twiml, re.DOTALL)
        words = (unescape(re.sub(r"<[^>]+>", "", text)) for text in said)
        self._write("Line", _without_numbers(" ".join(_sentence(text) for text in words)))
        if "<Dial" in self.phone.twiml or "<Enqueue" in self.phone.twiml:
            self._write("Person", "")
        self._filed()

    def _filed(self) -> None:
        stories = (filing.story(self.parts, self.ledger, code) for code in self.election.units)
        reports = sorted((report for story in stories for report in story), key=lambda r: r.id)
        for report in reports[self.reports :]:
            self._write("Filed", f"{report.unit_code} {report.outcome}: {_figures(report.figures)}")
            for finding in report.findings:
                self._write("Finding", f"{finding['check']} ({finding['effect']})")
            send_receipt(self.parts, self, report.id)
        self.reports = len(reports)

    def send_text(self, _from: str, to: str, body: str) -> None:
        """As the carrier would; the receipts of a call are part of its transcript."""
        assert to == CHAIR
        self._write("Text", f"chair: {_without_numbers(body)}")


def _gathers(phone: Phone, keys: str) -> Iterator[str]:
    """The keys as the network hands them over: as many as each gather takes."""
    while asked := re.search(r"<Gather[^>]*>", phone.twiml):
        digits = re.search(r'numDigits="(\d+)"', asked[0])
        ended = keys.index("#") + 1 if "#" in keys else len(keys)
        taken = keys[: min(ended, int(digits[1]) if digits else ended)]
        keys = keys[len(taken) :]
        yield taken
        if not keys:
            return


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":")) else f"{text}."


def _without_numbers(said: str) -> str:
    """Confirmation numbers are drawn; a transcript has none."""
    said = re.sub(r"\b(\d, ){5}\d\b", "1, 2, 3, 4, 5, 6", said)
    return re.sub(r"(?<!\d|\+)\d{6}(?!\d)", "123456", said)


def _figures(figures: dict[str, dict[str, object]]) -> str:
    """`attendance 35; first biden 20, sanders 15; …`, contest by contest."""
    return " / ".join(
        "; ".join(f"{name} {_counts(value)}" for name, value in document.items())
        for document in figures.values()
    )


def _counts(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{name} {count}" for name, count in value.items() if count) or "-"
        case list() | tuple():
            return ", ".join(str(one) for one in value) or "-"
    return str(value)
