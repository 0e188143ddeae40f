"""What comes into the conversation (events) and what goes out of it (turns)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.calls.prompts import Line
from hotline.election.finding import Finding
from hotline.election.model import Figures

# --- Events


@dataclass(frozen=True, slots=True)
class PhoneReports:
    """How far a phone of the roster is: its units, and those that are `missing`, not reported yet.

    Where it has one, and that has reported: the confirmation number of the last report, and, while
    that is held, as what it was filed.
    """

    units: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    confirmation: str = ""
    outcome: str = ""

    @property
    def all_reported(self) -> bool:
        return bool(self.units) and not self.missing


NO_REPORTS = PhoneReports()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call was answered. `offers` are the units of its phone that have not reported.

    `results_only`: it came to the public line. `closed`: what callers hear, by language, because
    intake is closed; None while it is open. `testing`: whoever of the roster calls now tries the
    line, as the time to report has not come. `practice`: and may practice a whole report, as the
    day has not come. `reports`: how far the phone is. `for_help`: it came to the help line, where
    people are.
    """

    trusted: bool
    offers: tuple[str, ...] = ()
    results_only: bool = False
    closed: Mapping[str, str] | None = None
    testing: bool = False
    practice: bool = False
    reports: PhoneReports = NO_REPORTS
    for_help: bool = False


@dataclass(frozen=True, slots=True)
class Digits:
    """A gather ended with these keys; `finished` when `#` ended it.

    `after`: seconds since the question was put; None where no clock says.
    """

    digits: str
    finished: bool
    after: float | None = None


@dataclass(frozen=True, slots=True)
class DialEnded:
    """The attempt to reach a person is over; `talked` when somebody took the call."""

    talked: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The caller came back to the question without an answer: say it again."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Intake was closed during the call; what callers hear, by language."""

    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The call has lasted as long as it may."""


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The answer to CheckPin, and to CheckCode if the code is right.

    `standing`: the figures on file; `draft`: what a call left behind. `second_factor`: the PIN is
    right, but a code sent to the unit's own phone must be keyed before it counts.
    """

    right: bool
    chair: int = 0
    standing: Mapping[str, Mapping[str, Any]] | None = None
    draft: Mapping[str, Any] | None = None
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class SentToPerson:
    """The answer to PutThrough, and to CheckPin while a PIN works from the unit's own phones only:
    it is not checked.

    Not `through`: so many strangers are, or were lately, with a person that this one is not.
    """

    through: bool = True


@dataclass(frozen=True, slots=True)
class CodeSent:
    """The answer to SendCode. Not `sent`: there is no phone to send to, or no way to it."""

    sent: bool


@dataclass(frozen=True, slots=True)
class CodeChecked:
    """The answer to CheckCode if the code is wrong; a right one is answered by PinChecked."""

    right: bool


@dataclass(frozen=True, slots=True)
class ResultsRead:
    """The answer to ReadResults: what is to be said; empty if nothing can be read."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FilingAnswer:
    """The answer to FileReport: committed. `outcome` is filed, held, corroborated or conflict.

    `texted`: its confirmation number goes to the caller's telephone by text message.
    """

    outcome: str
    confirmation: str
    texted: bool = False


@dataclass(frozen=True, slots=True)
class MarkedReady:
    """The answer to MarkReady: it is on record that this chair hears us."""


@dataclass(frozen=True, slots=True)
class NobodyFree:
    """The answer to CallLater: the caller `will` be called back, or cannot be."""

    asked: CallLater
    will: bool


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The answer to an effect when the part that should do it is down; not `for_now`: the same
    would come of it again."""

    for_now: bool = True


Event = (
    Arrived
    | Digits
    | DialEnded
    | Lost
    | Closed
    | TimeUp
    | PinChecked
    | SentToPerson
    | CodeSent
    | CodeChecked
    | ResultsRead
    | FilingAnswer
    | MarkedReady
    | NobodyFree
    | Unavailable
)


# --- Turns


@dataclass(frozen=True, slots=True)
class Ask:
    """Say the lines and wait for keys: `digits` of them, or any number ended by `#` (None).

    `key_seconds` of silence end the entry; None: as many as the line is set to.
    """

    lines: tuple[Line, ...]
    digits: int | None
    key_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """Say the lines and connect the caller with a person, for `limit` seconds at most."""

    lines: tuple[Line, ...]
    limit: int | None = None
    asked: bool = False  # the caller keyed for a person


@dataclass(frozen=True, slots=True)
class End:
    """Say the lines and hang up."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Is this the unit's PIN? Answered by PinChecked, or by SentToPerson."""

    unit: str
    pin: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """Commit this report. Answered by Filed. `number` counts the filings of this call from 1."""

    unit: str
    figures: Mapping[str, Figures]
    findings: tuple[Finding, ...]
    keyed: tuple[str, ...]
    chair: int
    number: int


@dataclass(frozen=True, slots=True)
class SendCode:
    """Send a fresh code to the unit's own phones, by text or `spoken`. Answered by CodeSent."""

    unit: str
    spoken: bool


@dataclass(frozen=True, slots=True)
class CheckCode:
    """Is this the code that was sent? Answered by PinChecked if it is, else by CodeChecked."""

    unit: str
    code: str


@dataclass(frozen=True, slots=True)
class ReadResults:
    """What is published, to be read to a stranger. Answered by ResultsRead."""


@dataclass(frozen=True, slots=True)
class MarkReady:
    """The chair of these units has heard us and pressed the key; or, where it is `practiced`, has
    keyed a whole report that is not filed. Answered by MarkedReady."""

    units: tuple[str, ...]
    practiced: bool = False


@dataclass(frozen=True, slots=True)
class CallLater:
    """A chair needs a person, and nobody can take the call: they are to be called back. Answered by
    NobodyFree; then `lines` are said first. Not `goes_on`: the call cannot go on by itself."""

    lines: tuple[Line, ...] = ()
    asked: bool = False  # the caller keyed for a person
    goes_on: bool = True


@dataclass(frozen=True, slots=True)
class PutThrough:
    """May this stranger speak with a person? Answered by SentToPerson."""


Effect = (
    CheckPin | FileReport | SendCode | CheckCode | ReadResults | MarkReady | CallLater | PutThrough
)
Turn = Ask | Connect | End
