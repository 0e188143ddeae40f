"""Everything that the line says, in every language, and how it is put together.

A prompt's English text is its key in the catalogues (hotline.languages). What is spoken is text
that people rely on: plain, short, one idea a sentence, the key last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from hotline.election.rules import registry
from hotline.election.rules.sheet import Text
from hotline.languages.catalogue import Language, language, missing


class Prompt(Enum):
    """A sentence or two of the conversation. Braces are filled in; `one|many` counts `{n}`, or
    what COUNTED_BY says.
    """

    # Arriving
    WELCOME = "{election}."
    DRILL = "This is a drill. Nothing you report counts."
    OFFER = "Reporting for {unit}? Key your PIN. If not, 2 pound."
    ON_RECORD = "Your report for {unit} is on record. Confirmation number {number}."
    CORRECT = "To correct it, key your PIN. For another precinct, 2 pound."
    ALL_ON_RECORD = "The reports of all your {n} precincts are on record."
    CORRECT_ONE = "To correct one, key its precinct code."
    CODE = "Key your precinct code."
    LANGUAGE = "{language}, {key}."
    LANGUAGE_POUND = "{language}, {key} pound."
    PIN = "Key your PIN."
    NOT_A_CODE = "That is not a precinct code."
    MISMATCH = "That code and PIN do not match."
    RESULTS_POUND = "For results, 2 pound."
    PROVE_FIRST = "Key your precinct code and PIN first; then a person can help."
    OWN_PHONE = "For this precinct, please call from the chair's own phone."
    SECOND_SENT = "A code of six digits is on its way to the precinct's own phone."
    SECOND = "Key that code."
    SECOND_BY_CALL = "To have it spoken by a call to that phone, 1 pound."
    SECOND_WRONG = "That is not the code we sent."
    SECOND_TEXT = (
        "{election}: {code} is the code to report for {unit} from another phone. "
        "If nobody is calling for you now, tell it to no one."
    )
    PIN_TEXT = "{election}: the new PIN of {unit} is {code}. The old one does not work any more."
    SECOND_SPOKEN = (
        "{election}. The code to report for {unit} from another phone: {code}. Again: {code}. "
        "If nobody is calling for you now, tell it to no one."
    )
    RESUME = "You had begun this report. To go on, press 1. To start afresh, press 2."
    REPORTED = "{unit} has reported. To hear it, press 1. To file again, press 2."
    LOST = "What you keyed before could not be kept. Please key it again."
    ELECTION_CHANGED = "The list has changed while you were reporting."
    DROPPED = "No longer on it, and dropped: {groups}."
    UNIT_GONE = "That precinct is not in this election any more. Nothing was filed for it."
    STANDING = "Filed for {unit}: {figures}."
    STANDING_DELEGATES = "Delegates: {groups}."

    # Before the night
    TEST_CALL = "This is a test of the reporting line for {unit}. Press 1 if you hear this."
    TEST_CALL_MANY = (
        "This is a test of the reporting line for {n} precincts. Press 1 if you hear this."
    )
    TEST_REPORT = "To report now, press 2."
    TEST_PRACTICE = "To practice a report, press 3."
    PRACTICE = "This is practice: nothing that you key is counted."
    PRACTICE_OVER = "That was practice: nothing was filed, and nothing counts."
    TEST_READY = "Thank you. You are ready."
    TEST_FAILED = "Your test could not be written down. Please call again later."

    # The sheet; what is asked of it the contest's rule says
    CONTEST = "{contest}."
    COUNT = "{candidate}"
    GROUPS = "{groups}. Total {total}."
    NO_GROUPS = "Nobody in any group."
    RIGHT = "Right, 1. Change, 2."
    WHICH = "Which candidate? Key the number on your sheet, then pound."
    OTHERS = "Anyone in another group? No, 1. Yes, 2."
    AWARD = "That makes {groups}. {n} delegate.|That makes {groups}. {n} delegates."
    SAME = "Your sheet agrees? Yes, 1. No, 2."

    # Ties
    TIE = "{names} are tied."
    LOTS = "{n} delegate goes by lot.|{n} delegates go by lot."
    LOTS_WON = "{names} won. {n} delegate is left.|{names} won. {n} delegates are left."
    OR_LOT = "If {candidate}, {number}."
    THEN_POUND = "Then pound."

    # What does not fit: what was keyed, what it does not fit, and the keys that change either
    KEY_AGAIN = "To key it again, press 1."
    CHANGE_YOURS = "To change yours, press 2."
    CHANGE_CONTEST = "To change those of {contest}, press 3."
    KEEP_YOURS = "To keep yours, press 1."
    KEEP_BY_KEYING = "To keep yours, press 1, and key them again."
    FIRST_NOT_ATTENDANCE = (
        "Your counts add up to {sum}, but {attendance} person attends."
        "|Your counts add up to {sum}, but {attendance} people attend."
    )
    EARLY_DO_NOT_ADD_UP = (
        "Your first choices add up to {sum}, but there is {attendance} early vote."
        "|Your first choices add up to {sum}, but there are {attendance} early votes."
    )
    MISSING_FIRST = "People attend, but nobody is in the first alignment."
    MISSING_FINAL = "People attend, but nobody is in the final alignment."
    FINAL_EXCEEDS_FIRST = (
        "The final alignment has {final} person, more than the first, {first}."
        "|The final alignment has {final} people, more than the first, {first}."
    )
    DELEGATES_NOT_ALLOTTED = (
        "You reported {sum} delegate in all, but this precinct elects {delegates}."
        "|You reported {sum} delegates in all, but this precinct elects {delegates}."
    )
    DELEGATE_TO_NONVIABLE = (
        "You reported {delegates} delegate for {candidate}, with {count} in the final alignment. "
        "A group is viable from {threshold}."
        "|You reported {delegates} delegates for {candidate}, with {count} in the final alignment. "
        "A group is viable from {threshold}."
    )
    DELEGATE_TO_NOBODY = (
        "You reported {delegates} delegate for {candidate}, but nobody in the final alignment."
        "|You reported {delegates} delegates for {candidate}, but nobody in the final alignment."
    )
    VIABLE_WITHOUT_DELEGATE = (
        "You reported no delegate for {candidate}, with {count} in the final alignment. "
        "A group is viable from {threshold}."
    )
    AWARD_NOT_ADMISSIBLE = "You reported {yours}. The rules give {rules}."
    VIABLE_GROUP_SHRANK = (
        "You reported {first} for {candidate} in the first alignment, and {final} in the final. "
        "A viable group cannot shrink."
    )
    ORDER_INVERTED = (
        "You reported more delegates for {fewer}, {fewer_delegates}, than for {more}, "
        "{more_delegates}. But {fewer} has fewer people, {fewer_count} to {more_count}."
    )
    NOT_THE_PLURALITY = (
        "You reported the delegate for {candidate}, with {count}. "
        "The rules give it to {largest}, with {most}."
    )
    COLUMN_SHIFT = (
        "You reported {from} falling from {first} to zero, and {to} rising from zero to {final}. "
        "Look for a slipped line."
    )
    APPEARED_FROM_NOTHING = (
        "You reported nobody for {candidate} in the first alignment, and {final} in the final."
    )
    NO_VIABLE_GROUP = (
        "You reported no viable group in the final alignment. A group is viable from {threshold}."
    )
    RARE_CANDIDATE_HIGH = "You reported {count} for {candidate}. That is unusual."
    MANY_LEFT = (
        "You reported {first} in the first alignment, and {final} in the final. "
        "{left} person left."
        "|You reported {first} in the first alignment, and {final} in the final. "
        "{left} people left."
    )
    NOBODY_CAME = "You reported that nobody came."
    COUNTS_ARE_DELEGATES = (
        "You reported the same numbers for people as for delegates. Only {people} person stayed."
        "|You reported the same numbers for people as for delegates. Only {people} people stayed."
    )
    BALLOTS_DIFFER = (
        "You reported {ballots} ballot here, but {others} in another contest."
        "|You reported {ballots} ballots here, but {others} in another contest."
    )
    BALLOTS_DO_NOT_ADD_UP = (
        "Your lines add up to {sum}, but {ballots} ballot makes {expected}."
        "|Your lines add up to {sum}, but {ballots} ballots make {expected}."
    )
    TOO_LARGE = "That is too large a number."
    TOO_MANY_COUNTS = "Those are more counts than are left to ask."
    NOT_A_NUMBER = "Nobody on the sheet has that number."
    NOT_IN_THE_TIE = "That candidate is not in the tie."

    # Results, for everybody
    TEST = "This is only a test."
    UNOFFICIAL = "Unofficial results."
    COUNTED = "{n} precinct of {total} is counted.|{n} precincts of {total} are counted."
    BEING_LOOKED_AT = "{n} is being looked at.|{n} are being looked at."
    MISSING = "{n} is still missing.|{n} are still missing."
    NOT_SETTLED = "What is still missing could change who leads."
    TOO_CLOSE = "Reports that are in doubt could change who leads."
    SETTLED = "Nothing that is still open can change who leads."
    TIED = "It is a tie."
    WHERE = "All results: {address}."
    NO_RESULTS = "There are no results to read yet."
    DOT = "dot"
    SLASH = "slash"
    DASH = "dash"
    COLON = "colon"

    # Ending
    FILED = "Filed. Confirmation number {number}. Again: {number}."
    FILED_AND_TEXTED = "Filed. Confirmation number, also by text: {number}."
    HELD = "A person will look at what does not fit."
    CORROBORATED = "Thank you. That is the same as we have."
    CONFLICT = "It differs from the report we have. A person will look at both."
    ANOTHER = "Another precinct? Press 1."
    GOODBYE = "Thank you. Goodbye."

    # Text messages, after the name of the election
    RECEIPT = "Your report for {unit} is filed. Confirmation number {number}."
    RECEIPT_HELD = (
        "Your report for {unit} has come in. It does not count yet: a person will look at what "
        "does not fit. Confirmation number {number}."
    )
    RECEIPT_CONFLICT = (
        "A second report for {unit} has come in, and differs from the one before. A person will "
        "look at both. Confirmation number {number}."
    )
    RECEIPT_SAME = (
        "A second report for {unit} has come in, the same as the one before. "
        "Confirmation number {number}."
    )
    NOT_YOU = "If it was not you, call {number}."
    NOT_YOU_HERE = "If it was not you, call {number} from this phone and press *0."
    TEXT_TO_REPORT = "Nothing is filed by text. To report, call {number}."
    TEXT_ON_RECORD = "Your report for {unit} is on record, confirmation number {confirmation}."
    TEXT_CORRECT = "To correct it, call {number}."
    TEXT_ALL_ON_RECORD = (
        "The reports of all your {n} precincts are on record. To correct one, call {number}."
    )
    TEXT_PERSON = "To reach a person, call {number}."
    TEXT_PERSON_HERE = "To reach a person, call {number} from this phone and press *0."
    STOP_ENDS = "STOP ends these texts."
    RESULTS_TEXT = "Results: {address}"
    PHOTO_ARRIVED = "Your photograph for {unit} has arrived."
    PHOTOS_ARRIVED = (
        "{n} photograph for {unit} has arrived.|{n} photographs for {unit} have arrived."
    )
    PHOTO_OF_SEVERAL = (
        "Your photograph has arrived. A person will see which of your precincts it shows."
    )
    PHOTOS_OF_SEVERAL = (
        "{n} photograph has arrived. A person will see which of your precincts it shows."
        "|{n} photographs have arrived. A person will see which of your precincts they show."
    )
    PHOTOS_UNKNOWN = "A person will look at your photographs: we do not know this phone."
    PHOTOS_UNREADABLE = (
        "{n} photograph could not be opened: please send it again."
        "|{n} photographs could not be opened: please send them again."
    )
    PHOTOS_NOT_TAKEN = "Your photographs could not be taken just now: please send them again later."
    PHOTOS_LEFT_OUT = (
        "{n} photograph was not taken, as too many came in an hour: please send it later."
        "|{n} photographs were not taken, as too many came in an hour: please send them later."
    )

    # When it does not go as it should
    SORRY = "Sorry?"
    BACK = "Back."
    PERSON = "One moment. We connect you with a person."
    PERSON_BUSY = "Nobody is free right now. You can go on here, or call again later."
    PERSON_LATER = (
        "Nobody is free right now. We will call you back on this telephone. "
        "Until then you can go on here."
    )
    HELP_LINE = "For help, also with a lost PIN, call {number}."
    NO_PERSON = "Nobody can take your call right now. Please call again later."
    SAVED = "What you keyed is kept."
    FAILED = "We are sorry. Something went wrong on our side."
    CALL_AGAIN = "Please call again in a few minutes."
    CLOSED = "This line takes no reports yet. Please call again later."
    CLOSED_BECAUSE = "{reason}"
    TIME_UP = "This call must end here. Please call again."
    HAVE_READY = "Please have your code and PIN ready, and call again."

    # Waiting for a person, and the desk
    POSITION = "You are number {n} in line."
    NEXT = "You are next in line."
    WAIT_MINUTES = "The wait is about {n} minute.|The wait is about {n} minutes."
    WAIT_SHORT = "The wait is less than a minute."
    CALL_ME_BACK = "To be called back and keep your place, press 1."
    GO_ON = "To go on by keypad, press 2."
    HOLD = "Please hold. A person will be with you."
    WILL_CALL_BACK = "We will call you back on this telephone. You keep your place. Goodbye."
    CUT_OFF = "We lost the person you spoke with. You keep your place."
    CALLED_BACK = "{election}. You asked for a person. To speak now, press 1."
    CALLED = "{election}, about the report of {unit}. To speak with a person, press 1."
    REMINDER = "{election}: no report has come from {unit} yet. Please call {number} now."
    INVITATION = "{election}: practice a report for {unit}. Call {number} from this phone, press 3."
    STAFF_CALLED = "{election}, the desk. To begin your shift, press 1."
    STAFF_ENTER = "{election}, the desk. Key your extension, and then your PIN."
    STAFF_WRONG = "That extension and PIN do not match."
    STAFF_CONNECTED = "You are connected. Callers come from the desk page."
    ACCEPT = "A caller to the results line needs a person. To take the call, press 1."


COUNTED_BY = {
    Prompt.FIRST_NOT_ATTENDANCE: "attendance",
    Prompt.EARLY_DO_NOT_ADD_UP: "attendance",
    Prompt.FINAL_EXCEEDS_FIRST: "final",
    Prompt.DELEGATES_NOT_ALLOTTED: "sum",
    Prompt.DELEGATE_TO_NONVIABLE: "delegates",
    Prompt.DELEGATE_TO_NOBODY: "delegates",
    Prompt.MANY_LEFT: "left",
    Prompt.COUNTS_ARE_DELEGATES: "people",
    Prompt.BALLOTS_DIFFER: "ballots",
    Prompt.BALLOTS_DO_NOT_ADD_UP: "ballots",
}
"""Which number decides between the forms of a prompt, where it is not `{n}`."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the web, as it is written; the voice says its signs as words."""

    text: str


Value = str | int | Address


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt, or text of a rule, with what fills its braces (text, numbers, addresses).

    `language`: spoken in this one (ISO 639-1), whichever the call is held in.
    """

    prompt: Prompt | Text
    values: tuple[tuple[str, Value], ...] = ()
    language: str = ""


def line(prompt: Prompt | Text, **values: Value) -> Line:
    """A line to say, e.g. `line(Prompt.OFFER, unit="Adair")`."""
    return Line(prompt, tuple(values.items()))


def speak(said: Line, spoken: str) -> str:
    """The text of a line in a language (ISO 639-1; an unknown one is English)."""
    text, values = filling(said, spoken)
    return text.format(**values) if values else text


def filling(said: Line, spoken: str) -> tuple[str, Mapping[str, str | int]]:
    """The text of a line in a language with its braces, and what fills them; it has none where
    nothing does."""
    words = language(said.language or spoken)
    values = {
        name: _spelled(value, words) if isinstance(value, Address) else value
        for name, value in said.values
    }
    return _text(said.prompt, values, words), values


def counted_by(prompt: Prompt | Text) -> str:
    """The number that decides between the forms of a text."""
    return prompt.counted_by if isinstance(prompt, Text) else COUNTED_BY.get(prompt, "n")


def _text(prompt: Prompt | Text, values: Mapping[str, str | int], words: Language) -> str:
    one, several, many = prompt.value.partition("|")
    if several:
        return words.ngettext(one, many, int(values[counted_by(prompt)]))
    return words.gettext(one)


_SIGNS = {".": Prompt.DOT, "/": Prompt.SLASH, "-": Prompt.DASH, ":": Prompt.COLON}


def _spelled(address: Address, words: Language) -> str:
    """`https://line.example.org/results` as `line dot example dot org slash results`."""
    _, _, written = address.text.rpartition("://")
    parts = re.split(r"([./:-])", written.rstrip("/"))
    said = (words.gettext(_SIGNS[part].value) if part in _SIGNS else part for part in parts)
    return " ".join(part for part in said if part)


def everything_said() -> tuple[Prompt | Text, ...]:
    """All that may be said, each text once: the prompts, and what rules say besides."""
    prompts = {prompt.value for prompt in Prompt}
    return (*Prompt, *(text for text in registry.texts() if text.value not in prompts))


def untranslated(code: str) -> tuple[Prompt | Text, ...]:
    """The texts that a language (ISO 639-1) has no words for; English has them all."""
    texts = {said.value.partition("|")[0]: said for said in everything_said()}
    return tuple(texts[text] for text in missing(code, texts))


def groups(counts: Iterable[tuple[str, int | str]]) -> str:
    """Names with their numbers, as one would read them out: `Biden 6, Buttigieg 8`."""
    return ", ".join(f"{name} {count}" for name, count in counts)


def digit_by_digit(number: str) -> str:
    """`471023` as `4, 7, 1, 0, 2, 3`: neural voices may ignore say-as."""
    return ", ".join(number)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces of a prompt's text or translation."""
    return frozenset(re.findall(r"\{(\w+)\}", text))
