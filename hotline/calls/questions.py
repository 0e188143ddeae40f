"""The question that belongs to each step, as lines to say and the number of keys to wait for."""

from __future__ import annotations

from hotline.calls import worksheet
from hotline.calls.objections import named, objection
from hotline.calls.prompts import Line, Prompt, digit_by_digit, groups, line, speak
from hotline.calls.state import Column, State, Step
from hotline.election.model import Contest, Election, Tie, Unit

MENUS = frozenset(
    {
        Step.OFFER,
        Step.RESUME,
        Step.REPORTED,
        Step.OTHERS,
        Step.READBACK,
        Step.DISPUTE,
        Step.UNUSUAL,
        Step.AWARD,
        Step.FILED,
    }
)
"""Questions answered by one key."""

FIXED_LENGTH = {Step.CODE: 5, Step.PIN: 6}
"""Questions that end by themselves at so many digits."""

TITLES = {
    Column.FIRST: Prompt.FIRST,
    Column.EARLY_FIRST: Prompt.EARLY_FIRST,
    Column.FINAL: Prompt.FINAL,
    Column.EARLY_FINAL: Prompt.EARLY_FINAL,
    Column.DELEGATES: Prompt.DELEGATES,
    Column.VOTES: Prompt.VOTES,
}

BELOW_THE_LINE = {
    worksheet.WRITE_INS: Prompt.WRITE_INS,
    worksheet.UNDERVOTES: Prompt.UNDERVOTES,
    worksheet.OVERVOTES: Prompt.OVERVOTES,
}


def question(election: Election, state: State) -> tuple[tuple[Line, ...], int | None]:
    """What to say, and how many digits end the entry (None: `#` ends it)."""
    if state.step in MENUS:
        return _menu(election, state), 1
    if state.carry:
        return (), FIXED_LENGTH[state.step] - len(state.carry)
    return _entry(election, state), FIXED_LENGTH.get(state.step)


def _menu(election: Election, state: State) -> tuple[Line, ...]:
    match state.step:
        case Step.OFFER:
            unit = spoken_unit(election.units[state.unit])
            spanish = (line(Prompt.LANGUAGE),) if _offers_spanish(election, state) else ()
            return (*spanish, line(Prompt.OFFER, unit=unit))
        case Step.RESUME:
            return (line(Prompt.RESUME),)
        case Step.REPORTED:
            return (line(Prompt.REPORTED, unit=spoken_unit(election.units[state.unit])),)
        case Step.OTHERS:
            return (line(Prompt.OTHERS),)
        case Step.READBACK:
            return (*read_back(election, state), line(Prompt.RIGHT))
        case Step.DISPUTE | Step.UNUSUAL:
            return objection(election, state)
        case Step.AWARD:
            award = worksheet.awards(election, state)[0]
            said = _award_line(worksheet.contest_of(election, state), award)
            return (said, line(Prompt.SAME))
        case _:
            return (*filed_lines(state), line(Prompt.ANOTHER))


def _entry(election: Election, state: State) -> tuple[Line, ...]:
    match state.step:
        case Step.CODE:
            spanish = (line(Prompt.LANGUAGE_POUND),) if _offers_spanish(election, state) else ()
            return (*spanish, line(Prompt.CODE))
        case Step.PIN:
            return (line(Prompt.PIN),)
        case Step.ATTENDANCE:
            return (*_contest_title(election, state), line(Prompt.ATTENDANCE))
        case Step.EARLY:
            return (line(Prompt.EARLY),)
        case Step.BALLOTS:
            return (*_contest_title(election, state), line(Prompt.BALLOTS))
        case Step.COUNT:
            name = line_name(election, state, worksheet.asked(election, state)[state.at])
            return (line(TITLES[state.column]), name) if state.at == 0 else (name,)
        case Step.CHANGE:
            return (line_name(election, state, state.line),)
        case Step.TOSS:
            return (_toss_line(election, state),)
        case _:
            return (_which_line(worksheet.contest_of(election, state)),)


def _offers_spanish(election: Election, state: State) -> bool:
    return state.language == "en" and "es" in election.languages and not state.filings


def _contest_title(election: Election, state: State) -> tuple[Line, ...]:
    if len(election.contests) == 1:
        return ()
    return (line(Prompt.CONTEST, contest=worksheet.contest_of(election, state).title),)


def line_name(election: Election, state: State, key: str) -> Line:
    """The prompt for one count: the surname alone."""
    if key in BELOW_THE_LINE:
        return line(BELOW_THE_LINE[key])
    return line(Prompt.COUNT, candidate=worksheet.contest_of(election, state).by_id[key].said)


def read_back(election: Election, state: State) -> tuple[Line, ...]:
    """Only what is not zero, and the total; once, the threshold."""
    counted = worksheet.counts(election, state)
    said = named(worksheet.contest_of(election, state), counted)
    for key, prompt in BELOW_THE_LINE.items():
        if counted.get(key):
            said.append((speak(line(prompt), state.language), counted[key]))
    if said:
        total = sum(counted.values())
        lines: tuple[Line, ...] = (line(Prompt.GROUPS, groups=groups(said), total=total),)
    else:
        lines = (line(Prompt.NO_GROUPS),)
    if state.column is Column.FIRST:
        lines += (line(Prompt.VIABLE, threshold=worksheet.threshold(election, state)),)
    return lines


def _award_line(contest: Contest, award: dict[str, int]) -> Line:
    return line(Prompt.AWARD, groups=groups(named(contest, award)), n=sum(award.values()))


def _toss_line(election: Election, state: State) -> Line:
    contest = worksheet.contest_of(election, state)
    toss = tuple(worksheet.entry(election, state).get("toss", ()))
    lots = worksheet.tied(worksheet.awards(election, state), toss)
    numbers = groups((contest.by_id[key].said, contest.by_id[key].number) for key in lots)
    return line(Prompt.DRAW if contest.tie is Tie.DRAW else Prompt.TOSS, groups=numbers)


def _which_line(contest: Contest) -> Line:
    if contest.is_caucus:
        return line(Prompt.WHICH)
    numbers = {key: number for number, key in worksheet.line_numbers(contest).items()}
    return line(Prompt.WHICH_LINE, **{key: numbers[key] for key in worksheet.BELOW_THE_LINE})


def filed_lines(state: State) -> tuple[Line, ...]:
    """What a chair hears once the report is committed."""
    number = digit_by_digit(state.confirmation)
    said = (line(Prompt.FILED, number=number),)
    match state.outcome:
        case "held":
            return (*said, line(Prompt.HELD))
        case "conflict":
            return (*said, line(Prompt.CONFLICT))
        case "corroborated":
            return (line(Prompt.CORROBORATED), *said)
    return said


def spoken_unit(unit: Unit) -> str:
    """The unit as the voice says it."""
    name = unit.spoken or unit.name
    return f"{unit.county}, {name}" if unit.county else name
