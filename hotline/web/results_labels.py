"""What the public page says, in each of its languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: `short` heads a narrow column, `note` says what it is in one line."""

    title: str
    short: str
    note: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Every text of the page. Braces hold figures and names; each language has the same ones."""

    code: str  # ISO 639-1
    itself: str  # the language's name, in the language

    # Dates and times
    months: tuple[str, ...]
    day: str
    moment: str
    halves: tuple[str, str]  # before noon, after noon
    as_of: str
    at_the_same_time: str

    # What kind of publication this is
    results: str
    statuses: Mapping[str, str]
    publication: str
    test: str
    test_note: str
    paused: str
    reason: str
    stale: str
    not_updated: str
    nothing: str
    nothing_note: str
    unreadable: str
    unreadable_note: str

    # How much is missing
    coverage: str
    precincts: str
    precincts_and_sites: str
    counted: str
    counted_note: str
    reported_all: str
    contested: str
    contested_note: str
    contested_few: str
    verified_few: str
    verified: str
    held: str
    held_note: str
    outstanding: str
    outstanding_note: str
    held_few: str
    outstanding_few: str
    cell: str

    # Who has how many
    leads: str
    tied: str
    leads_in: str
    tied_in: str
    no_figures: str
    none_yet: str
    with_zero_one: str
    with_zero: str
    total: str
    measures: Mapping[str, Measure]
    ballots: Mapping[str, str]

    # Place by place
    by_county: str
    county: str
    reported: str
    sort: str
    sorts: Mapping[str, str]
    back: str
    only: str
    in_each: str

    # Around it
    skip: str
    contents: str
    language: str
    data: str
    data_note: str
    updates: str
    stop: str
    stopped: str
    resume: str
    where: str
    where_answer: str
    where_sde: str

    def on_day(self, day: date) -> str:
        return self.day.format(month=self.months[day.month - 1], day=day.day, year=day.year)

    def at(self, moment: datetime) -> str:
        """A moment with its zone as people write it: February 3, 2020, 9:14:15 p.m. CST."""
        return self.moment.format(
            day=self.on_day(moment.date()),
            hour=moment.hour % 12 or 12,
            minutes=moment.strftime("%M:%S"),
            half=self.halves[moment.hour >= 12],
            zone=moment.strftime("%Z"),
        )

    def status(self, status: str) -> str:
        return self.statuses.get(status, status)

    def measure(self, measure: str) -> Measure:
        return self.measures.get(measure, Measure(measure, measure, ""))


ENGLISH = Labels(
    code="en",
    itself="English",
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
    moment="{day}, {hour}:{minutes} {half} {zone}",
    halves=("a.m.", "p.m."),
    as_of="As of",
    at_the_same_time="that is",
    results="Results",
    statuses=MappingProxyType(
        {
            "unofficial-partial": "Unofficial, partial",
            "unofficial-complete": "Unofficial, all reported",
            "unofficial": "Unofficial",
            "recanvass": "Unofficial, recanvass",
            "recount": "Unofficial, recount",
            "certified": "Certified",
        }
    ),
    publication="Publication {number}",
    test="TEST DATA",
    test_note="This is a rehearsal. No real votes are shown.",
    paused="Publication has been paused since {since}. These are the last figures published.",
    reason="Reason: {reason}",
    stale="We have not been able to read newer figures since {since}.",
    not_updated="This page could not be updated. It shows the figures of the time stated above.",
    nothing="Nothing has been published yet",
    nothing_note="The first figures appear here as soon as a precinct has reported and the sums "
    "have been checked.",
    unreadable="The results cannot be read at the moment",
    unreadable_note="Reports keep coming in and are kept. Please come back in a minute.",
    coverage="What is in, and what is missing",
    precincts="{total} precincts in all",
    precincts_and_sites="{total} precincts and satellite sites in all",
    counted="counted",
    counted_note="in the figures below",
    reported_all="{reported} reported: counted or held",
    contested_few="{contested} contested",
    verified_few="{verified} verified",
    contested="{contested} contested",
    contested_note="counted as filed, but a check or a second report raises a question",
    verified="{verified} verified: reported twice, with the same figures",
    held="held",
    held_note="reported, but left out until staff have looked",
    outstanding="still out",
    outstanding_note="nothing reported yet",
    held_few="{held} held",
    outstanding_few="{outstanding} out",
    cell="{counted} of {total} counted",
    leads="leads",
    tied="tied",
    leads_in="{leader} leads in {measure}.",
    tied_in="{leader} are tied in {measure}.",
    no_figures="No figures yet.",
    none_yet="none yet",
    with_zero_one="1 candidate with zero",
    with_zero="{count} candidates with zero",
    total="Together {total}, which is 100%",
    measures=MappingProxyType(
        {
            "first": Measure(
                "First alignment", "First", "People, in the groups that they joined first"
            ),
            "final": Measure(
                "Final alignment", "Final", "People, after the smallest groups had regrouped"
            ),
            "sde": Measure(
                "State delegate equivalents",
                "State delegates",
                "What those groups elect, in delegates to the state convention",
            ),
            "delegates": Measure(
                "County delegates", "Delegates", "Delegates to the county convention"
            ),
            "votes": Measure("Votes", "Votes", ""),
        }
    ),
    ballots=MappingProxyType(
        {
            "ballots": "Ballots cast",
            "write_ins": "Write-ins",
            "undervotes": "Undervotes",
            "overvotes": "Overvotes",
        }
    ),
    by_county="County by county",
    county="County",
    reported="and how much of it is counted",
    sort="Sort by",
    sorts=MappingProxyType({"name": "name", "missing": "most missing", "size": "size"}),
    back="All counties together",
    only="{name} only",
    in_each="Who leads in each, and how much of it is in. Choose one for all its figures.",
    skip="Skip to the results",
    contents="On this page",
    language="Language",
    data="The same figures as data",
    data_note="Both hold every figure of this page, county by county.",
    updates="This page updates itself.",
    stop="Stop that",
    stopped="This page stands still.",
    resume="Let it update itself",
    where="Where does each number come from?",
    where_answer="When a precinct has counted, its chair calls a telephone line and shows with a "
    "code and a PIN who is calling. What the chair keys is read back, checked while "
    "everybody is still there, and kept as it was filed: no count is ever corrected by a "
    "machine. A report that contradicts itself is held. It is not in the figures until staff "
    "have looked at it, and what was first filed is kept too. Before each publication all "
    "reports are added up again from the beginning. If the sums differ, nothing new is "
    "published, and this page says so.",
    where_sde="A precinct’s state delegate equivalents are its delegates, times the state "
    "delegates of its county, divided by the county’s delegates. They are worked out exactly "
    "and rounded once, to four places.",
)

SPANISH = Labels(
    code="es",
    itself="Español",
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
    moment="{day}, {hour}:{minutes} {half} {zone}",
    halves=("a. m.", "p. m."),
    as_of="Al",
    at_the_same_time="es decir",
    results="Resultados",
    statuses=MappingProxyType(
        {
            "unofficial-partial": "No oficial, parcial",
            "unofficial-complete": "No oficial, todo recibido",
            "unofficial": "No oficial",
            "recanvass": "No oficial, reescrutinio",
            "recount": "No oficial, recuento",
            "certified": "Certificado",
        }
    ),
    publication="Publicación {number}",
    test="DATOS DE PRUEBA",
    test_note="Esto es un ensayo. No se muestran votos reales.",
    paused="Publicación en pausa desde el {since}. Estas cifras son las últimas publicadas.",
    reason="Motivo: {reason}",
    stale="No hemos podido leer cifras más recientes desde el {since}.",
    not_updated="Esta página no se pudo actualizar. Muestra las cifras de la hora indicada arriba.",
    nothing="Todavía no se ha publicado nada",
    nothing_note="Las primeras cifras aparecen aquí en cuanto un recinto informe y se comprueben "
    "las sumas.",
    unreadable="En este momento no se pueden leer los resultados",
    unreadable_note="Los informes siguen llegando y se conservan. Vuelva en un minuto.",
    coverage="Qué ha llegado y qué falta",
    precincts="{total} recintos en total",
    precincts_and_sites="{total} recintos y sedes satélite en total",
    counted="contados",
    counted_note="en las cifras de abajo",
    reported_all="{reported} informados: contados o retenidos",
    contested_few="{contested} cuest.",
    verified_few="{verified} verif.",
    contested="{contested} cuestionados",
    contested_note="contados como se informaron, pero una comprobación o un segundo informe "
    "plantea dudas",
    verified="{verified} verificados: informados dos veces con las mismas cifras",
    held="retenidos",
    held_note="recibidos, pero fuera de las cifras hasta que el personal los revise",
    outstanding="por llegar",
    outstanding_note="aún no han informado",
    held_few="{held} ret.",
    outstanding_few="faltan {outstanding}",
    cell="{counted} de {total} contados",
    leads="va delante",
    tied="empate",
    leads_in="{leader} va delante en {measure}.",
    tied_in="Hay empate en {measure}: {leader}.",
    no_figures="Todavía no hay cifras.",
    none_yet="aún nada",
    with_zero_one="1 candidatura con cero",
    with_zero="{count} candidaturas con cero",
    total="En conjunto {total}, que es el 100%",
    measures=MappingProxyType(
        {
            "first": Measure(
                "Primera alineación", "Primera", "Personas, en los grupos a los que fueron primero"
            ),
            "final": Measure(
                "Alineación final",
                "Final",
                "Personas, después de que los grupos más pequeños se reagruparan",
            ),
            "sde": Measure(
                "Equivalentes de delegados estatales",
                "Delegados estatales",
                "Lo que eligen esos grupos, en delegados a la convención estatal",
            ),
            "delegates": Measure(
                "Delegados del condado", "Delegados", "Delegados a la convención del condado"
            ),
            "votes": Measure("Votos", "Votos", ""),
        }
    ),
    ballots=MappingProxyType(
        {
            "ballots": "Boletas emitidas",
            "write_ins": "Candidatos agregados a mano",
            "undervotes": "Votos de menos",
            "overvotes": "Votos de más",
        }
    ),
    by_county="Condado por condado",
    county="Condado",
    reported="y cuánto está contado",
    sort="Ordenar por",
    sorts=MappingProxyType({"name": "nombre", "missing": "lo que falta", "size": "tamaño"}),
    back="Todos los condados juntos",
    only="Solo {name}",
    in_each="Quién va delante en cada uno y cuánto ha llegado. Elija uno para ver sus cifras.",
    skip="Ir a los resultados",
    contents="En esta página",
    language="Idioma",
    data="Las mismas cifras como datos",
    data_note="Ambos contienen todas las cifras de esta página, condado por condado.",
    updates="Esta página se actualiza sola.",
    stop="Detenerla",
    stopped="Esta página no cambia.",
    resume="Dejar que se actualice",
    where="¿De dónde sale cada número?",
    where_answer="Cuando un recinto ha contado, su presidente llama a una línea telefónica y "
    "demuestra con un código y un PIN quién llama. Lo que marca se le lee, se comprueba "
    "mientras todos siguen allí y se guarda como se informó: ninguna máquina corrige jamás "
    "una cuenta. Un informe que se contradice queda retenido. No entra en las cifras hasta "
    "que el personal lo revise, y también se conserva lo que se informó primero. Antes de "
    "cada publicación se suman otra vez todos los informes desde el principio. Si las sumas "
    "no coinciden, no se publica nada nuevo, y esta página lo dice.",
    where_sde="Los equivalentes de delegados estatales de un recinto son sus delegados, por los "
    "delegados estatales de su condado, entre los delegados del condado. Se calculan con "
    "exactitud y se redondean una sola vez, a cuatro decimales.",
)

LANGUAGES: Mapping[str, Labels] = MappingProxyType({"en": ENGLISH, "es": SPANISH})
