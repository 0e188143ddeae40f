"""The question that belongs to each step, as lines to say and the number of keys to wait for."""

from __future__ import annotations

from babel.lists import format_list

from hotline.calls import worksheet
from hotline.calls.choosing import offers
from hotline.calls.names import spoken_unit
from hotline.calls.objections import named, objection
from hotline.calls.prompts import Line, Prompt, digit_by_digit, groups, line, speak
from hotline.calls.state import State, Step
from hotline.calls.turns import PhoneReports
from hotline.election.model import Candidate, Contest, Election
from hotline.election.rules.registry import rule_of

MENUS = frozenset(
    {
        Step.TEST,
        Step.RESUME,
        Step.REPORTED,
        Step.OTHERS,
        Step.READBACK,
        Step.REFUSED,
        Step.DISPUTE,
        Step.UNUSUAL,
        Step.AWARD,
        Step.FILED,
    }
)
"""Questions answered by one key, at any time."""

FIXED_LENGTH = frozenset({Step.OFFER, Step.CODE, Step.PIN, Step.SECOND})
"""Questions that end by themselves at so many digits."""

PIN_DIGITS = 6
SECOND_DIGITS = 6
SECONDS_FOR_A_TEXT = 10
"""Silence that is waited for while a code may still be on its way to the other phone."""


def question(election: Election, state: State) -> tuple[tuple[Line, ...], int | None]:
    """What to say, and how many digits end the entry (None: `#` ends it)."""
    if state.step is Step.TOSS:
        return _tie(election, state), 1 if is_menu(election, state) else None
    if state.step in MENUS:
        return _menu(election, state), 1
    length = fixed_length(election, state)
    if state.carry and length:
        return (), length - len(state.carry)
    return _entry(election, state), length


def is_menu(election: Election, state: State) -> bool:
    """Whether the question is answered by one key; a tie is, where its numbers have one digit."""
    if state.step is Step.TOSS:
        return all(lot.number < 10 for lot in _lots(election, state))
    return state.step in MENUS


def fixed_length(election: Election, state: State) -> int | None:
    """How many digits a code or a PIN has; None where `#` ends the entry."""
    match state.step:
        case Step.CODE:
            return election.code_digits
        case Step.OFFER | Step.PIN:
            return PIN_DIGITS
        case Step.SECOND:
            return SECOND_DIGITS
    return None


def _menu(election: Election, state: State) -> tuple[Line, ...]:
    match state.step:
        case Step.TEST:
            return _test_lines(election, state)
        case Step.RESUME:
            return (line(Prompt.RESUME),)
        case Step.REPORTED:
            return (line(Prompt.REPORTED, unit=spoken_unit(election.units[state.unit])),)
        case Step.OTHERS:
            return (line(Prompt.OTHERS),)
        case Step.READBACK:
            return (*read_back(election, state), line(Prompt.RIGHT))
        case Step.REFUSED:
            bound = worksheet.bound(election, state)
            mend = (line(bound.mend),) if bound and bound.mend else ()
            return (line(Prompt.KEY_AGAIN), *mend)
        case Step.DISPUTE | Step.UNUSUAL:
            return objection(election, state)
        case Step.AWARD:
            return (_award_line(election, state), line(Prompt.SAME))
        case _:
            return (*filed_lines(state), line(Prompt.ANOTHER))


def _test_lines(election: Election, state: State) -> tuple[Line, ...]:
    """The question of a test call. While the line is open, a chair may also report at once,
    and before the day practice."""
    first, *more = state.offers
    if more:
        test = line(Prompt.TEST_CALL_MANY, n=len(state.offers))
    else:
        test = line(Prompt.TEST_CALL, unit=spoken_unit(election.units[first]))
    report = () if state.shut else (line(Prompt.TEST_REPORT),)
    practice = (line(Prompt.TEST_PRACTICE),) if state.may_practice else ()
    return (*offers(election, state, Prompt.LANGUAGE), test, *report, *practice)


def _entry(election: Election, state: State) -> tuple[Line, ...]:
    if number := worksheet.number_asked(election, state):
        is_first = number is worksheet.numbers(election, state)[0]
        title = _contest_title(election, state) if is_first else ()
        return (*title, line(number.ask))
    match state.step:
        case Step.OFFER if state.on_record:
            said = on_record(election, state.unit, state.confirmation, state.outcome)
            return (*offers(election, state, Prompt.LANGUAGE_POUND), *said, line(Prompt.CORRECT))
        case Step.OFFER:
            unit = spoken_unit(election.units[state.unit])
            return (*offers(election, state, Prompt.LANGUAGE_POUND), line(Prompt.OFFER, unit=unit))
        case Step.CODE:
            others = offers(election, state, Prompt.LANGUAGE_POUND)
            if state.on_record > 1:
                all_ = line(Prompt.ALL_ON_RECORD, n=state.on_record)
                return (*others, all_, line(Prompt.CORRECT_ONE))
            results = () if state.trusted or state.for_help else (line(Prompt.RESULTS_POUND),)
            return (*others, line(Prompt.CODE), *results)
        case Step.PIN:
            return (line(Prompt.PIN),)
        case Step.SECOND:
            return (line(Prompt.SECOND), line(Prompt.SECOND_BY_CALL))
        case Step.COUNT:
            name = line_name(election, state, state.line)
            heading = line(worksheet.column(election, state).ask)
            return (name,) if worksheet.last_answered(election, state) else (heading, name)
        case Step.CHANGE:
            return (line_name(election, state, state.line),)
        case _:
            return (_which_line(worksheet.contest_of(election, state)),)


def _contest_title(election: Election, state: State) -> tuple[Line, ...]:
    if len(election.contests) == 1:
        return ()
    return (line(Prompt.CONTEST, contest=worksheet.contest_of(election, state).title),)


def line_name(election: Election, state: State, key: str) -> Line:
    """The prompt for one count: the surname alone."""
    for below in worksheet.column(election, state).below:
        if below.key == key:
            return line(below.said)
    return line(Prompt.COUNT, candidate=worksheet.contest_of(election, state).by_id[key].said)


def read_back(election: Election, state: State) -> tuple[Line, ...]:
    """Only what is not zero, and the total; and what follows from it."""
    counted = worksheet.counts(election, state)
    said = named(worksheet.contest_of(election, state), counted)
    for below in worksheet.column(election, state).below:
        if counted.get(below.key):
            said.append((speak(line(below.said), state.language), counted[below.key]))
    if said:
        total = sum(counted.values())
        lines: tuple[Line, ...] = (line(Prompt.GROUPS, groups=groups(said), total=total),)
    else:
        lines = (line(Prompt.NO_GROUPS),)
    if remark := worksheet.remark(election, state):
        lines += (line(remark.text, **remark.values),)
    return lines


def _award_line(election: Election, state: State) -> Line:
    found = worksheet.award(election, state)
    delegates = found.delegates if found else {}
    said = named(worksheet.contest_of(election, state), delegates)
    return line(Prompt.AWARD, groups=groups(said), n=sum(delegates.values()))


def _lots(election: Election, state: State) -> list[Candidate]:
    """Those of whom one wins the next toss."""
    by_id, found = worksheet.contest_of(election, state).by_id, worksheet.award(election, state)
    return [by_id[key] for key in found.tied] if found else []


def _tie(election: Election, state: State) -> tuple[Line, ...]:
    """Who is tied, and the number of each on the sheet for whoever won; never a bare list of them.

    Where several delegates go by lot, one is asked for after the other.
    """
    first, *others = _lots(election, state)
    asked = worksheet.rule_in_hand(election, state).lot_asked
    lots = [line(asked, candidate=first.said, number=first.number)]
    lots += [line(Prompt.OR_LOT, candidate=lot.said, number=lot.number) for lot in others]
    pound = () if is_menu(election, state) else (line(Prompt.THEN_POUND),)
    return (*_tied(election, state), *lots, *pound)


def _tied(election: Election, state: State) -> tuple[Line, ...]:
    by_id, found = worksheet.contest_of(election, state).by_id, worksheet.award(election, state)
    if found is None:
        raise LookupError("no group is viable: there is no tie")
    who = [by_id[key].said for key in found.won or found.tied]
    names = format_list(who, locale=state.language)
    if found.won:
        return (line(Prompt.LOTS_WON, names=names, n=found.left),)
    several = (line(Prompt.LOTS, n=found.left),) if found.left > 1 else ()
    return (line(Prompt.TIE, names=names), *several)


def _which_line(contest: Contest) -> Line:
    rule = rule_of(contest)
    if rule.which is None:
        return line(Prompt.WHICH)
    numbers = {key: number for number, key in worksheet.line_numbers(contest).items()}
    return line(rule.which, **{below.key: numbers[below.key] for below in rule.below})


def filed_lines(state: State) -> tuple[Line, ...]:
    """What a chair hears once the report is committed."""
    number = digit_by_digit(state.confirmation)
    filed = Prompt.FILED_AND_TEXTED if state.texted else Prompt.FILED
    said = (line(filed, number=number),)
    match state.outcome:
        case "held":
            return (*said, line(Prompt.HELD))
        case "conflict":
            return (*said, line(Prompt.CONFLICT))
        case "corroborated":
            return (line(Prompt.CORROBORATED), *said)
    return said


_IN_DOUBT = {"held": Prompt.HELD, "conflict": Prompt.CONFLICT}


def in_doubt(outcome: str) -> tuple[Line, ...]:
    """Why a report that was filed as this `outcome` does not count yet; nothing where it does."""
    return (line(_IN_DOUBT[outcome]),) if outcome in _IN_DOUBT else ()


def on_record(election: Election, unit: str, confirmation: str, outcome: str) -> tuple[Line, ...]:
    """That the report of a phone's only unit is there, by which number, and how it stands.

    No figure: whoever hears it has shown no more than a telephone of the roster.
    """
    number = digit_by_digit(confirmation)
    said = line(Prompt.ON_RECORD, unit=spoken_unit(election.units[unit]), number=number)
    return (said, *in_doubt(outcome))


def all_on_record(election: Election, reports: PhoneReports) -> tuple[Line, ...]:
    """The same of all units of a phone; nothing unless all have reported."""
    if not reports.all_reported:
        return ()
    if len(reports.units) > 1:
        return (line(Prompt.ALL_ON_RECORD, n=len(reports.units)),)
    return on_record(election, reports.units[0], reports.confirmation, reports.outcome)
