"""Every text that is printed, in every language. Braces are filled in by the page that prints it.

A class instead of a catalogue: a language that lacks a text does not pass the type check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """One language. "Key" is a verb here: to press keys."""

    code: str  # ISO 639-1
    months: Texts
    day: str  # {day} {month} {year}
    choose: str  # how to change to this language on the line, in this language

    # Heads
    sheet: str
    letter: str
    precinct_code: str
    county: str
    satellite: str
    continued: str

    # How to call
    call: str
    number_to_write: str
    steps: Texts
    step_counts: str
    step_ballots: str
    step_check: str
    step_filed: str
    confirmation: str
    keys: str
    key_meanings: tuple[tuple[str, str], ...]
    quicker: str
    final_asks: str
    keep_off: str

    # The worksheet of a caucus
    elects_one: str
    elects_many: str
    elects_by_attendance: str
    people_range: str
    people_above: str
    attendance: str
    early: str
    viable_from: str
    rule_usual: str
    rule_three: str
    rule_two: str
    rule_one: str
    of_attendance: str
    of_all_voters: str
    example: str
    share: str
    toss: str
    draw: str
    candidate: str
    first: str
    early_first: str
    final: str
    early_final: str
    delegates: str
    total: str

    # The worksheet of a primary
    votes: str
    ballots: str
    adds_up_one: str
    adds_up_many: str

    # The letter
    your_pin: str
    pin_explained: Texts  # {line}
    the_line: str
    the_number: str  # {number}

    def date(self, when: date) -> str:
        return self.day.format(day=when.day, month=self.months[when.month - 1], year=when.year)


ENGLISH = Words(
    code="en",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    day="{month} {day}, {year}",
    choose="",
    sheet="Call sheet",
    letter="PIN letter",
    precinct_code="Precinct code",
    county="{county} County",
    satellite="Satellite site, pool {pool}",
    continued="continued",
    call="Call",
    number_to_write="Number to call:",
    steps=(
        "Fill in the worksheet and take your PIN letter. Call, best from the phone that you"
        " gave us: it goes first.",
        "Key the precinct code, {code}, and your PIN, without #.",
    ),
    step_counts="Key the attendance and #, then each count and #, in the worksheet's order.",
    step_ballots="Key the ballots cast and #, then each count and #, in the worksheet's order.",
    step_check="Listen. If it is right, press 1. To change it, press 2.",
    step_filed='Wait for "Filed", and write down the confirmation number.',
    confirmation="Confirmation number",
    keys="Keys",
    key_meanings=(
        ("#", "ends a number; alone, zero"),
        ("*", "hear it again"),
        ("**", "clear, or one step back"),
        ("*0", "a person; in menus, 0"),
    ),
    quicker="Quicker: all counts in one go, * between them:",
    final_asks="The final alignment asks only for groups that had people in the first.",
    keep_off="Your PIN is in a letter of its own. Never write it on this sheet.",
    elects_one="Elects 1 delegate",
    elects_many="Elects {n} delegates",
    elects_by_attendance="Delegates by attendance",
    people_range="{low}–{high}: {n}",
    people_above="{low} or more: {n}",
    attendance="Attendance",
    early="Early votes",
    viable_from="Viable from",
    rule_usual="A group is viable with 15 % of {whom}, rounded up.",
    rule_three="A group is viable with a sixth of {whom}, rounded up.",
    rule_two="A group is viable with a quarter of {whom}, rounded up.",
    rule_one="No threshold here: the largest group elects the delegate.",
    of_attendance="attendance",
    of_all_voters="attendance and early votes together",
    example="with {people}: {viable}",
    share="A viable group's share: people in the group × {n} ÷ {whom}. The line works it out.",
    toss="If tied, who won the toss?",
    draw="If tied, who drew high?",
    candidate="Candidate",
    first="First alignment",
    early_first="Early, first",
    final="Final alignment",
    early_final="Early, final",
    delegates="Delegates",
    total="Total",
    votes="Votes",
    ballots="Ballots cast",
    adds_up_one="The total must equal the ballots cast.",
    adds_up_many="The total must equal the ballots cast × {seats}.",
    your_pin="Your PIN",
    pin_explained=(
        "You need it when you call to report. The line asks for it after the precinct code.",
        "Keep this letter apart from the call sheet. Do not photograph it, and do not read it out"
        " where others can hear.",
        "If you lose it, or somebody else has seen it, ask for a new one at once: call {line} and"
        " press *0 for a person. The old one stops working at that moment.",
        "Nobody who calls you will ever ask for it.",
    ),
    the_line="the line",
    the_number="{number}",
)

SPANISH = Words(
    code="es",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    day="{day} de {month} de {year}",
    choose="Para español, oprima 9 y #.",
    sheet="Hoja para llamar",
    letter="Carta del PIN",
    precinct_code="Código del precinto",
    county="Condado de {county}",
    satellite="Sede satélite, grupo {pool}",
    continued="continuación",
    call="Llame al",
    number_to_write="Número al que se llama:",
    steps=(
        "Llene la hoja y tome la carta de su PIN. Llame, mejor desde el teléfono que nos dio:"
        " pasa primero.",
        "Marque el código, {code}, y su PIN, los dos sin #.",
    ),
    step_counts="Marque la asistencia y #, luego cada cuenta y #, en el orden de la hoja.",
    step_ballots="Marque las boletas emitidas y #, luego cada cuenta y #, como en la hoja.",
    step_check="Escuche. Si está bien, oprima 1. Para cambiarlo, oprima 2.",
    step_filed='Espere a oír "Archivado" y anote el número.',
    confirmation="Número de confirmación",
    keys="Teclas",
    key_meanings=(
        ("#", "termina un número; sola, 0"),
        ("*", "oír otra vez"),
        ("**", "borrar, o un paso atrás"),
        ("*0", "una persona; en menús, 0"),
    ),
    quicker="Más rápido: todas de una vez, con * entre ellas:",
    final_asks="La alineación final solo pregunta por los grupos con gente en la primera.",
    keep_off="Su PIN está en una carta aparte. Nunca lo escriba en esta hoja.",
    elects_one="Elige 1 delegado",
    elects_many="Elige {n} delegados",
    elects_by_attendance="Delegados según la asistencia",
    people_range="{low}–{high}: {n}",
    people_above="{low} o más: {n}",
    attendance="Asistencia",
    early="Votos anticipados",
    viable_from="Viable desde",
    rule_usual="Un grupo es viable con el 15 % de {whom}, redondeado hacia arriba.",
    rule_three="Un grupo es viable con un sexto de {whom}, redondeado hacia arriba.",
    rule_two="Un grupo es viable con un cuarto de {whom}, redondeado hacia arriba.",
    rule_one="Aquí no hay umbral: el grupo más grande elige al delegado.",
    of_attendance="la asistencia",
    of_all_voters="la asistencia más los votos anticipados",
    example="con {people}: {viable}",
    share="Parte de un grupo viable: personas del grupo × {n} ÷ {whom}. La línea la calcula.",
    toss="Si hay empate, ¿quién ganó?",
    draw="Si hay empate, ¿quién ganó?",
    candidate="Candidato",
    first="1.ª alineación",
    early_first="Anticip., 1.ª",
    final="Alineación final",
    early_final="Anticip., final",
    delegates="Delegados",
    total="Total",
    votes="Votos",
    ballots="Boletas emitidas",
    adds_up_one="El total debe ser igual a las boletas emitidas.",
    adds_up_many="El total debe ser igual a las boletas emitidas × {seats}.",
    your_pin="Su PIN",
    pin_explained=(
        "Lo necesita cuando llame para dar los resultados. La línea lo pide después del código del"
        " precinto.",
        "Guarde esta carta aparte de la hoja para llamar. No la fotografíe ni la lea en voz alta"
        " donde otros puedan oírla.",
        "Si la pierde, o si otra persona la vio, pida un PIN nuevo de inmediato: llame {line} y"
        " oprima *0 para hablar con una persona. El anterior deja de servir en ese momento.",
        "Nadie que le llame a usted se lo pedirá jamás.",
    ),
    the_line="a la línea",
    the_number="al {number}",
)

BY_LANGUAGE = {words.code: words for words in (ENGLISH, SPANISH)}


def languages(wanted: Sequence[str]) -> tuple[Words, ...]:
    """The wanted languages that there are words for, in order; English where there is none."""
    found = dict.fromkeys(BY_LANGUAGE[code] for code in wanted if code in BY_LANGUAGE)
    return tuple(found) or (ENGLISH,)
