"""What no sequence of keys, silences and hang-ups may break."""

from __future__ import annotations

from hypothesis import event, given, settings
from hypothesis import strategies as st

from hotline.calls.script import Script
from hotline.calls.state import Step
from hotline.calls.turns import Ask, Closed, Connect, Digits, ReadResults, TimeUp
from hotline.election.rules.caucus_figures import CaucusFigures
from hotline.election.rules.plurality import PluralityFigures
from hotline.rehearsal.chair import CallSheet, SimulatedChair
from tests.calls.dialogue import PIN, SECOND, Desk, Dialogue, code, small_election

ONE = code("0001")
IOWA = small_election()
ELECTIONS = {
    "iowa": IOWA,
    "one delegate": small_election(delegates=1),
    "nevada": small_election("nevada-caucus-2020", delegates=4),
    "primary": small_election("plurality"),
}
CANDIDATES = [c.id for c in IOWA.contests[0].candidates]

counts = st.lists(st.integers(0, 40), min_size=5, max_size=5)
columns = counts.map(lambda numbers: dict(zip(CANDIDATES, numbers, strict=True)))


@st.composite
def sheets(draw):
    """A worksheet as a chair may bring it: seldom right, never beyond what can be keyed."""
    first, final = draw(columns), draw(columns)
    if draw(st.booleans()):
        final = dict(first)
    attendance = max(
        sum(first.values()), *final.values(), draw(st.integers(0, 1)) * sum(final.values())
    )
    delegates = draw(columns.map(lambda column: {k: v % 5 for k, v in column.items()}))
    return CaucusFigures(attendance, first, final, delegates)


def call_in(sheet, desk, in_one_go=False, turns=200, election=IOWA):
    """A chair calls and answers up to so many questions, then the line drops."""
    chair = SimulatedChair(election, CallSheet(ONE, PIN, "Adair, One", sheet), in_one_go=in_one_go)
    call = Dialogue(Script(election, has_person=True), desk)
    for _ in range(turns):
        keys = None if call.over or call.with_person else chair.answer(call.last)
        if keys is None:
            break
        call.key(keys)
    return call


def without_zeros(column):
    return {k: v for k, v in column.items() if v}


@given(sheets(), st.booleans())
def test_what_the_chair_has_is_what_is_filed(sheet, in_one_go):
    call = call_in({"president": sheet}, Desk(), in_one_go)
    (report,) = call.desk.filed
    figures = report.figures["president"]
    assert figures.attendance == sheet.attendance
    if sheet.attendance:
        for column in ("first", "final", "delegates"):
            filed = without_zeros(getattr(figures, column))
            assert filed == without_zeros(getattr(sheet, column)) or (
                column == "delegates" and "award=same" in report.keyed
            )


@given(sheets())
def test_star_separated_entry_equals_one_by_one_entry(sheet):
    slow = call_in({"president": sheet}, Desk(), in_one_go=False)
    quick = call_in({"president": sheet}, Desk(), in_one_go=True)
    assert quick.desk.filed == slow.desk.filed


@given(sheets(), st.lists(st.integers(3, 40), max_size=4), st.booleans())
def test_a_resumed_call_equals_an_uninterrupted_one(sheet, drops, in_one_go):
    desk = Desk()
    for turns in drops:
        if desk.filed:
            break
        call_in({"president": sheet}, desk, in_one_go, turns)
    event(f"drops: {len(drops)}, filed before the last call: {bool(desk.filed)}")
    if not desk.filed:
        call_in({"president": sheet}, desk, in_one_go)
    whole = call_in({"president": sheet}, Desk(), in_one_go)
    assert desk.filed == whole.desk.filed


votes = st.lists(st.integers(0, 60), min_size=8, max_size=8)


@given(votes, votes, st.integers(60, 200), st.booleans())
def test_a_primary_is_filed_as_it_stands_on_the_sheet(mayor, council, ballots, in_one_go):
    sheet = {
        "mayor": PluralityFigures(
            ballots, dict(zip(CANDIDATES[:2], mayor, strict=False)), *mayor[2:5]
        ),
        "council": PluralityFigures(
            ballots, dict(zip(CANDIDATES, council, strict=False)), *council[5:8]
        ),
    }
    call = call_in(sheet, Desk(), in_one_go, election=ELECTIONS["primary"])
    (report,) = call.desk.filed
    for contest, figures in sheet.items():
        filed = report.figures[contest]
        assert without_zeros(filed.votes) == without_zeros(figures.votes)
        assert (filed.ballots, filed.write_ins, filed.undervotes, filed.overvotes) == (
            figures.ballots,
            figures.write_ins,
            figures.undervotes,
            figures.overvotes,
        )


# --- Anything at all

STRAY = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=4),
    st.sampled_from(["", "*", "**", "*0", "#", "1", "2", "3", "5*5*5*0*0#", "20#", "9999999"]),
    st.text(max_size=5),
)


class Witness(Dialogue):
    """Remembers what the caller heard and confirmed with a 1, as a suspicious listener would."""

    def __init__(self, *args, **kwargs):
        self.confirmed = {}
        super().__init__(*args, **kwargs)

    def _feed(self, event):
        before, filed = self.state, len(self.desk.filed)
        heard = self.heard[-1] if self.heard else ""
        super()._feed(event)
        one = isinstance(event, Digits) and event.digits.strip("#") == "1"
        if one and before.step in (Step.READBACK, Step.AWARD):
            column = "delegates" if before.step is Step.AWARD else before.column
            self.confirmed[before.contest, column] = heard
        if len(self.desk.filed) > filed:
            assert one
            assert before.step in (Step.READBACK, Step.AWARD, Step.UNUSUAL)
            self._check(self.desk.filed[-1])
            self.confirmed = {}

    def _check(self, report):
        for place, contest in enumerate(self.script.election.contests):
            figures = report.figures[contest.id]
            if isinstance(figures, PluralityFigures):
                parts = {"votes": figures.votes} if figures.ballots else {}
            elif figures.voters:
                parts = {c: getattr(figures, c) for c in ("first", "final", "delegates")}
            else:
                parts = {}
            for column, numbers in parts.items():
                heard = self.confirmed[place, column]
                for candidate in contest.candidates:
                    count = numbers.get(candidate.id)
                    if count:
                        assert f"{candidate.said} {count}" in heard
                    else:
                        assert f"{candidate.said} " not in heard


@given(
    st.sampled_from(sorted(ELECTIONS)),
    st.lists(st.one_of(STRAY, st.just("hang up"), st.just("1"), st.just("wait")), max_size=60),
    st.booleans(),
)
@settings(max_examples=300)
def test_nothing_is_filed_that_the_caller_did_not_confirm(name, doings, verified):
    script = Script(ELECTIONS[name], has_person=True)
    desk = Desk()
    call = Witness(script, desk)
    if verified:
        call.key(ONE).key(PIN)
    for doing in doings:
        if doing == "hang up" or call.over or call.with_person:
            confirmed = call.confirmed
            call = Witness(script, desk)
            call.confirmed = confirmed  # what was confirmed before the line dropped stands
            call.key(ONE).key(PIN)
        elif doing == "wait":
            call.wait()
        else:
            call.key(doing)
        assert call.last or call.state.carry  # in the middle of a code, silence
    event(f"filed: {len(desk.filed)}")


@given(st.lists(STRAY, max_size=30))
def test_without_the_pin_nothing_is_ever_filed(doings):
    call = Dialogue(Script(IOWA), trusted=True, offers=[ONE])
    for doing in doings:
        call.key(doing)
    assert PIN in "".join(doings) or not call.desk.filed


@given(st.text(max_size=400), st.booleans(), st.integers(0, 12))
def test_any_text_as_digits_gets_an_answer(digits, finished, depth):
    call = Dialogue(Script(IOWA)).key(ONE).key(PIN)
    for keys in ("35#", "20*10*5*0*0#", "1", "20*15*0#", "1", "1")[: depth // 2]:
        call.key(keys)
    call._feed(Digits(digits, finished))
    assert call.last


STRANGERS = [{}, {"results_only": True}, {"trusted": True, "offers": [ONE]}]


@given(
    st.sampled_from(STRANGERS),
    st.lists(st.one_of(STRAY, st.sampled_from([ONE, PIN, SECOND, "2#", "1#"])), max_size=20),
    st.booleans(),
    st.booleans(),
    st.text(max_size=400),
)
def test_whatever_strangers_key_they_get_an_answer(who, doings, second_factor, reachable, last):
    script = Script(IOWA, has_person=True)
    desk = Desk(second_factor=second_factor, reachable=reachable)
    call = Dialogue(script, desk, **who)
    for doing in doings:
        call.key(doing)
    event(f"step: {call.state.step}, {type(call.turn).__name__}")
    if isinstance(call.turn, Ask):
        call._feed(Digits(last, False))
        assert call.last or call.state.carry
    for end in (TimeUp(), Closed({"en": "All is in."})):
        after, said = script.step(call.state, end)
        assert isinstance(said, ReadResults) or said.lines
        assert after.proved == call.state.proved


@given(
    st.lists(st.one_of(STRAY, st.sampled_from([ONE, "111222", "*0", "2#"])), max_size=40),
    st.sampled_from(STRANGERS[:2]),
)
def test_no_key_brings_a_stranger_to_a_person(doings, who):
    call = Dialogue(Script(IOWA, has_person=True), **who)
    for doing in doings:
        call.key(doing)
        assert PIN in "".join(doings) or not isinstance(call.turn, Connect)


@given(sheets())
def test_a_chair_on_a_borrowed_phone_files_the_same(sheet):
    desk = Desk(second_factor=True)
    given_sheet = CallSheet(ONE, PIN, "Adair, One", {"president": sheet})
    chair = SimulatedChair(IOWA, given_sheet, code_sent=lambda: SECOND)
    call = Dialogue(Script(IOWA, has_person=True), desk)
    for _ in range(200):
        keys = chair.answer(call.last)
        if keys is None:
            break
        call.key(keys)
    assert desk.filed == call_in({"president": sheet}, Desk()).desk.filed


def test_a_chair_who_is_sent_no_code_hangs_up():
    chair = SimulatedChair(IOWA, CallSheet(ONE, PIN, "Adair, One", {}))
    call = Dialogue(Script(IOWA, has_person=True), Desk(second_factor=True)).key(ONE).key(PIN)
    assert chair.answer(call.last) is None
