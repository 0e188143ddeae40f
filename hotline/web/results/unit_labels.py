"""What the public pages of single precincts say, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hotline.election.finding import Check
from hotline.store.enums import Source, Status


@dataclass(frozen=True, slots=True)
class UnitLabels:
    """Every text of these pages. Braces hold figures and names, the same in each language."""

    units: str
    choose_area: str
    units_of: str
    back_to_units: str
    results: str
    elects: str
    elects_one: str
    outstanding: str
    held: str
    counted: str
    contested: str
    contested_note: str
    verified: str
    verified_note: str
    versions: str
    version: str
    filed_by: Mapping[Source, str]
    statuses: Mapping[Status, str]
    steps: Mapping[Status, str]
    roles: Mapping[str, str]
    held_conflict: str
    held_check: str
    never_counted: str
    no_report: str
    not_there: str
    flags: str
    was: str
    changed_note: str
    columns: Mapping[str, str]
    numbers: Mapping[str, str]
    candidate: str
    toss: str
    column_of_state: str
    how_it_works: str
    data: str
    checks: Mapping[Check, str]


ENGLISH = UnitLabels(
    units="Precinct by precinct",
    choose_area="Choose a county to see its precincts, and what each has reported.",
    units_of="Precincts of {name}",
    back_to_units="All counties",
    results="All results",
    elects="elects {delegates} delegates",
    elects_one="elects 1 delegate",
    outstanding="Nothing has been reported yet.",
    held="A report is held: it is not in the results until staff have looked at it.",
    counted="Version {version} is in the results.",
    contested="Contested.",
    contested_note="It counts as it was filed, but a check or another report raises a question.",
    verified="Verified.",
    verified_note="It was reported twice, with the same figures.",
    versions="What was filed",
    version="Version {version}",
    filed_by=MappingProxyType(
        {
            Source.PHONE: "filed by telephone, by the precinct’s chair",
            Source.STAFF: "entered by staff",
        }
    ),
    statuses=MappingProxyType(
        {
            Status.FILED: "just received",
            Status.COUNTED: "in the results",
            Status.HELD: "held",
            Status.CORROBORATING: "says the same as another report",
            Status.SUPERSEDED: "replaced by another version",
            Status.REJECTED: "not counted, by decision of staff",
        }
    ),
    steps=MappingProxyType(
        {
            Status.FILED: "filed",
            Status.COUNTED: "counted",
            Status.HELD: "held",
            Status.CORROBORATING: "found to say the same as another report",
            Status.SUPERSEDED: "replaced by another version",
            Status.REJECTED: "rejected",
        }
    ),
    roles=MappingProxyType(
        {
            "chair": "by the precinct’s chair",
            "program": "by the rules",
            "staff": "by staff",
        }
    ),
    held_conflict="It is not what another report of this precinct says.",
    held_check="Something in it does not fit together.",
    never_counted="Its figures have never been results, and are not shown.",
    no_report="Nothing has been filed.",
    not_there="There is no such precinct here",
    flags="What the checks say about it",
    was="was {before}",
    changed_note="Numbers that are not those of the version before are marked with what they were.",
    columns=MappingProxyType(
        {
            "first": "First alignment",
            "early_first": "Early votes, first choice",
            "final": "Final alignment",
            "early_final": "Early votes, final choice",
            "delegates": "Delegates",
            "votes": "Votes",
        }
    ),
    numbers=MappingProxyType(
        {
            "attendance": "Attendance",
            "early": "Early votes",
            "ballots": "Ballots cast",
            "write_ins": "Write-ins",
            "undervotes": "Undervotes",
            "overvotes": "Overvotes",
        }
    ),
    candidate="Candidate",
    toss="Decided by lot for",
    column_of_state="Where it stands",
    how_it_works="Every version that was ever filed is listed. Nothing is overwritten, and no "
    "machine corrects a count. This page says what stood when the results were last published, "
    "and nothing newer.",
    data="The same as data",
    checks=MappingProxyType(
        {
            Check.UNKNOWN_UNIT: "No precinct has this code.",
            Check.OUT_OF_RANGE: "A number is larger than the attendance allows.",
            Check.FIRST_NOT_ATTENDANCE: "The first alignment does not add up to the attendance.",
            Check.MISSING_ALIGNMENT: "People attended, but one alignment is empty.",
            Check.FINAL_EXCEEDS_FIRST: "More people in the final alignment than in the first.",
            Check.DELEGATES_NOT_ALLOTTED: "The delegates do not add up to the number elected here.",
            Check.DELEGATE_TO_NONVIABLE: "A group that was too small has a delegate.",
            Check.VIABLE_WITHOUT_DELEGATE: "A group that was large enough has no delegate.",
            Check.AWARD_NOT_ADMISSIBLE: "The delegates are not those that the rules award.",
            Check.VIABLE_GROUP_SHRANK: "A group that was large enough at first lost members.",
            Check.ORDER_INVERTED: "Fewer people have more delegates.",
            Check.NOT_THE_PLURALITY: "The only delegate did not go to the largest group.",
            Check.COLUMN_SHIFT: "Two neighbouring lines may have been exchanged.",
            Check.APPEARED_FROM_NOTHING: "A group of nobody at first was large enough at the end.",
            Check.NO_VIABLE_GROUP: "No group was large enough at the end.",
            Check.RARE_CANDIDATE_HIGH: "A candidate has far more than was expected.",
            Check.MANY_LEFT: "Many people left before the end.",
            Check.NOBODY_CAME: "Nobody came.",
            Check.TIE: "A tie was decided by lot.",
            Check.ALREADY_REPORTED: "The precinct had reported before, with other figures.",
            Check.TWIN: "Another precinct reported the same figures.",
            Check.LANDSLIDE: "One candidate has more than 80%.",
            Check.TURNOUT_OUTLIER: "More people than expected for the number of delegates.",
            Check.BALLOTS_DO_NOT_ADD_UP: "The lines do not add up to the ballots cast.",
        }
    ),
)

SPANISH = UnitLabels(
    units="Recinto por recinto",
    choose_area="Elija un condado para ver sus recintos y lo que ha informado cada uno.",
    units_of="Recintos de {name}",
    back_to_units="Todos los condados",
    results="Todos los resultados",
    elects="elige {delegates} delegados",
    elects_one="elige 1 delegado",
    outstanding="Todavía no se ha informado nada.",
    held="Un informe está retenido: no entra en los resultados hasta que el personal lo revise.",
    counted="La versión {version} está en los resultados.",
    contested="Cuestionado.",
    contested_note="Cuenta como se informó, pero una comprobación u otro informe plantea dudas.",
    verified="Verificado.",
    verified_note="Se informó dos veces con las mismas cifras.",
    versions="Lo que se presentó",
    version="Versión {version}",
    filed_by=MappingProxyType(
        {
            Source.PHONE: "presentada por teléfono por la presidencia del recinto",
            Source.STAFF: "introducida por el personal",
        }
    ),
    statuses=MappingProxyType(
        {
            Status.FILED: "recién recibida",
            Status.COUNTED: "en los resultados",
            Status.HELD: "retenida",
            Status.CORROBORATING: "dice lo mismo que otro informe",
            Status.SUPERSEDED: "sustituida por otra versión",
            Status.REJECTED: "no cuenta, por decisión del personal",
        }
    ),
    steps=MappingProxyType(
        {
            Status.FILED: "presentada",
            Status.COUNTED: "contada",
            Status.HELD: "retenida",
            Status.CORROBORATING: "coincide con otro informe",
            Status.SUPERSEDED: "sustituida por otra versión",
            Status.REJECTED: "rechazada",
        }
    ),
    roles=MappingProxyType(
        {
            "chair": "por la presidencia del recinto",
            "program": "según las reglas",
            "staff": "por el personal",
        }
    ),
    held_conflict="No dice lo mismo que otro informe de este recinto.",
    held_check="Algo en ella no encaja.",
    never_counted="Sus cifras nunca han sido resultados y no se muestran.",
    no_report="No se ha presentado nada.",
    not_there="Aquí no hay tal recinto",
    flags="Lo que dicen las comprobaciones",
    was="antes {before}",
    changed_note="Los números que no son los de la versión anterior llevan al lado lo que eran.",
    columns=MappingProxyType(
        {
            "first": "Primera alineación",
            "early_first": "Voto anticipado, primera opción",
            "final": "Alineación final",
            "early_final": "Voto anticipado, opción final",
            "delegates": "Delegados",
            "votes": "Votos",
        }
    ),
    numbers=MappingProxyType(
        {
            "attendance": "Asistencia",
            "early": "Votos anticipados",
            "ballots": "Boletas emitidas",
            "write_ins": "Candidatos agregados a mano",
            "undervotes": "Votos de menos",
            "overvotes": "Votos de más",
        }
    ),
    candidate="Candidatura",
    toss="Decidido por sorteo a favor de",
    column_of_state="Cómo está",
    how_it_works="Aquí figura cada versión que se presentó. Nada se sobrescribe y ninguna máquina "
    "corrige una cuenta. Esta página dice lo que había cuando se publicaron los resultados por "
    "última vez, y nada más reciente.",
    data="Lo mismo como datos",
    checks=MappingProxyType(
        {
            Check.UNKNOWN_UNIT: "Ningún recinto tiene este código.",
            Check.OUT_OF_RANGE: "Un número es mayor de lo que permite la asistencia.",
            Check.FIRST_NOT_ATTENDANCE: "La primera alineación no suma la asistencia.",
            Check.MISSING_ALIGNMENT: "Asistió gente, pero una alineación está vacía.",
            Check.FINAL_EXCEEDS_FIRST: "Más personas en la alineación final que en la primera.",
            Check.DELEGATES_NOT_ALLOTTED: "Los delegados no suman el número que se elige aquí.",
            Check.DELEGATE_TO_NONVIABLE: "Un grupo demasiado pequeño tiene un delegado.",
            Check.VIABLE_WITHOUT_DELEGATE: "Un grupo bastante grande no tiene delegados.",
            Check.AWARD_NOT_ADMISSIBLE: "Los delegados no son los que dan las reglas.",
            Check.VIABLE_GROUP_SHRANK: "Un grupo bastante grande al principio perdió miembros.",
            Check.ORDER_INVERTED: "Menos personas tienen más delegados.",
            Check.NOT_THE_PLURALITY: "El único delegado no fue para el grupo más grande.",
            Check.COLUMN_SHIFT: "Puede que se hayan cambiado dos líneas vecinas.",
            Check.APPEARED_FROM_NOTHING: "Un grupo sin nadie al principio bastó al final.",
            Check.NO_VIABLE_GROUP: "Ningún grupo fue bastante grande al final.",
            Check.RARE_CANDIDATE_HIGH: "Una candidatura tiene mucho más de lo esperado.",
            Check.MANY_LEFT: "Mucha gente se fue antes del final.",
            Check.NOBODY_CAME: "No vino nadie.",
            Check.TIE: "Un empate se decidió por sorteo.",
            Check.ALREADY_REPORTED: "El recinto ya había informado con otras cifras.",
            Check.TWIN: "Otro recinto informó las mismas cifras.",
            Check.LANDSLIDE: "Una candidatura tiene más del 80%.",
            Check.TURNOUT_OUTLIER: "Más personas de lo esperado para tantos delegados.",
            Check.BALLOTS_DO_NOT_ADD_UP: "Las líneas no suman las boletas emitidas.",
        }
    ),
)

UNIT_LANGUAGES: Mapping[str, UnitLabels] = MappingProxyType({"en": ENGLISH, "es": SPANISH})
