"""What a text message says: who writes, what has become of something, what can be done now. Pure.

Sentences are put together, so that a chair reads nothing that does not concern them. Only phones on
the roster are told how a person is reached: whoever may be anybody could keep that line busy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.calls.names import written_unit
from hotline.calls.prompts import Line, Prompt, line, speak
from hotline.calls.questions import in_doubt
from hotline.calls.turns import PhoneReports
from hotline.election.model import Election
from hotline.telephones import national

_RECEIPTS = {
    "held": Prompt.RECEIPT_HELD,
    "conflict": Prompt.RECEIPT_CONFLICT,
    "corroborated": Prompt.RECEIPT_SAME,
}


@dataclass(frozen=True, slots=True)
class SentPictures:
    """How many pictures of a message arrived, and how many could not be opened."""

    arrived: int
    unreadable: int


def body(election: Election, said: Sequence[Line], language: str, *, is_drill: bool) -> str:
    """The text of a message in a language (ISO 639-1), after the election's name."""
    election = election.in_language(language)
    who = line(Prompt.WELCOME, election=election.greeting or election.title)
    drill = (line(Prompt.DRILL),) if is_drill else ()
    return " ".join(speak(each, language) for each in (who, *drill, *said))


def receipt(election: Election, unit: str, outcome: str, number: str) -> tuple[Line, ...]:
    """What became of a report when it was filed (`outcome`), for which unit."""
    prompt = _RECEIPTS.get(outcome, Prompt.RECEIPT)
    filed = line(prompt, unit=written_unit(election.units[unit]), number=number)
    return (filed, *_to_a_person(election, Prompt.NOT_YOU, Prompt.NOT_YOU_HERE), _STOP)


def answer_to_chair(election: Election, reports: PhoneReports) -> tuple[Line, ...]:
    """To whatever a phone of the roster writes: how its reports stand, and whom to call."""
    person = _to_a_person(election, Prompt.TEXT_PERSON, Prompt.TEXT_PERSON_HERE)
    return (*_reports(election, reports), *person, _STOP)


def answer_to_anybody(
    election: Election, address: str, *, is_chairs_line: bool
) -> tuple[Line, ...]:
    """To any other phone: where the results are, and on the chairs' line, how reports are taken."""
    to_report = _to_report(election) if is_chairs_line else ()
    return (*to_report, _STOP, line(Prompt.RESULTS_TEXT, address=address))


def photographs(election: Election, reports: PhoneReports, sent: SentPictures) -> tuple[Line, ...]:
    """That pictures of a phone of the roster arrived; one alone is no report, which is said."""
    said: list[Line] = []
    if sent.arrived:
        said.append(_arrived(election, reports.units, sent.arrived))
    if sent.unreadable:
        said.append(line(Prompt.PHOTOS_UNREADABLE, n=sent.unreadable))
    if not reports.all_reported:
        said += _to_report(election)
    return (*said, _STOP)


def _arrived(election: Election, units: Sequence[str], n: int) -> Line:
    if len(units) != 1:
        single, several = Prompt.PHOTO_OF_SEVERAL, Prompt.PHOTOS_OF_SEVERAL
        return line(single) if n == 1 else line(several, n=n)
    unit = written_unit(election.units[units[0]])
    if n == 1:
        return line(Prompt.PHOTO_ARRIVED, unit=unit)
    return line(Prompt.PHOTOS_ARRIVED, n=n, unit=unit)


def _reports(election: Election, reports: PhoneReports) -> tuple[Line, ...]:
    if not reports.all_reported:
        return _to_report(election)
    number = national(election.chairs_line)
    if len(reports.units) > 1:
        return (line(Prompt.TEXT_ALL_ON_RECORD, n=len(reports.units), number=number),)
    unit, confirmation = written_unit(election.units[reports.units[0]]), reports.confirmation
    said = line(Prompt.TEXT_ON_RECORD, unit=unit, confirmation=confirmation)
    correct = line(Prompt.TEXT_CORRECT, number=number)
    return (said, *in_doubt(reports.outcome), correct)


def _to_report(election: Election) -> tuple[Line, ...]:
    if not election.chairs_line:
        return ()
    return (line(Prompt.TEXT_TO_REPORT, number=national(election.chairs_line)),)


def _to_a_person(election: Election, on_help_line: Prompt, here: Prompt) -> tuple[Line, ...]:
    """Whom to call: who answers any phone, or the line itself, which knows this one."""
    if election.help_line:
        return (line(on_help_line, number=national(election.help_line)),)
    if election.chairs_line:
        return (line(here, number=national(election.chairs_line)),)
    return ()


_STOP = line(Prompt.STOP_ENDS)
