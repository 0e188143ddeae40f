"""One precinct as the public sees it, laid out for reading; and the same as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hotline.election.model import Unit
from hotline.languages.catalogue import N_, Language
from hotline.languages.dates import at_moment
from hotline.operations.publication.results_data import lost_in
from hotline.operations.publication.results_figures import Document
from hotline.operations.review.public import PublicUnit, PublicVersion
from hotline.store.enums import Status, UnitStatus
from hotline.store.reports.unit import UnitState
from hotline.web.results.unit_labels import (
    FILED_BY,
    ROLES,
    columns_in_words,
    numbers_in_words,
    version_status,
    version_step,
)

NEVER_COUNTED = N_("Its figures have never been results, and are not shown.")
Figures = Mapping[str, Any]  # of one contest, as JSON has them


@dataclass(frozen=True, slots=True)
class FigureCell:
    """A number; `before` is what the version before had, where that is another one."""

    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of one contest; candidates with nothing at all are left out."""

    title: str
    numbers: tuple[tuple[str, FigureCell], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[FigureCell, ...]], ...]
    toss: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version in words."""

    title: str
    status: Status
    state: str
    source: str
    why_held: str
    tables: tuple[FigureTable, ...]
    has_changes: bool
    flags: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]  # when, and what by whom


@dataclass(frozen=True, slots=True)
class UnitView:
    """Everything that the page shows of a precinct."""

    code: str
    name: str
    area: str
    elects: str
    state: UnitStatus
    said: str
    marks: tuple[tuple[str, str], ...]  # contested or verified, and what that means
    versions: tuple[VersionView, ...]


def lay_out_unit(
    document: Document, precinct: PublicUnit, words: Language, zone: ZoneInfo
) -> UnitView:
    """The page of a precinct. `document` is the publication's."""
    unit = precinct.unit
    return UnitView(
        code=unit.code,
        name=unit.name,
        area=unit.county or _pool_name(document, unit),
        elects=_elects(unit, words),
        state=precinct.state.status,
        said=_lost_or(document, precinct, words),
        marks=tuple(_marks(precinct.state, words)),
        versions=tuple(
            _version(document, precinct, place, words, zone)
            for place in range(len(precinct.versions))
        ),
    )


def said_of(state: UnitState, words: Language) -> str:
    """Where a precinct stands, in a sentence."""
    if state.status is UnitStatus.COUNTED:
        return words.gettext("Version {version} is in the results.").format(
            version=state.counted_version
        )
    if state.status is UnitStatus.HELD:
        return words.gettext(
            "A report is held: it is not in the results until staff have looked at it."
        )
    return words.gettext("Nothing has been reported yet.")


def _lost_or(document: Document, precinct: PublicUnit, words: Language) -> str:
    """Why it will never report, where it is given up as lost; else where it stands."""
    if why := _why_lost(document, precinct):
        said = words.gettext("Its report will never come, and it stays counted as missing.")
        return f"{said} {words.gettext('Reason: {reason}').format(reason=why)}"
    return said_of(precinct.state, words)


def _why_lost(document: Document, precinct: PublicUnit) -> str:
    code = precinct.unit.code
    return next((str(one["reason"]) for one in lost_in(document) if one["code"] == code), "")


def _elects(unit: Unit, words: Language) -> str:
    if not unit.delegates:
        return ""
    return words.ngettext(
        "elects {delegates} delegate", "elects {delegates} delegates", unit.delegates
    ).format(delegates=unit.delegates)


def _pool_name(document: Document, unit: Unit) -> str:
    scopes = [scope for contest in document["contests"] for scope in contest.get("scopes", ())]
    return next((str(scope["name"]) for scope in scopes if scope["id"] == unit.scope), unit.pool)


def _marks(state: UnitState, words: Language) -> Iterator[tuple[str, str]]:
    if state.contested:
        yield (
            words.gettext("Contested."),
            words.gettext(
                "It counts as it was filed, but a check or another report raises a question."
            ),
        )
    if state.verified:
        yield (
            words.gettext("Verified."),
            words.gettext("It was reported twice, with the same figures."),
        )


def _version(
    document: Document, precinct: PublicUnit, place: int, words: Language, zone: ZoneInfo
) -> VersionView:
    version = precinct.versions[place]
    earlier = next((version for version in precinct.versions[place + 1 :] if version.figures), None)
    tables = tuple(_tables(document, version, earlier, words))
    cells = [cell for table in tables for _, row in (*table.rows, *_as_rows(table)) for cell in row]
    return VersionView(
        title=words.gettext("Version {version}").format(version=version.version),
        status=version.status,
        state=version_status(version.status, words),
        source=words.gettext(FILED_BY[version.source]),
        why_held=_why_held(version, words),
        tables=tables,
        has_changes=any(cell.before for cell in cells),
        flags=tuple(words.gettext(check.published) for check in version.flags),
        steps=tuple(
            (
                at_moment(step.at.astimezone(zone), words),
                f"{version_step(step.status, words)}, {words.gettext(ROLES[step.by])}",
            )
            for step in version.steps
        ),
    )


def _as_rows(table: FigureTable) -> Iterator[tuple[str, tuple[FigureCell, ...]]]:
    for name, cell in table.numbers:
        yield name, (cell,)


def _why_held(version: PublicVersion, words: Language) -> str:
    if version.figures is not None or version.status is Status.CORROBORATING:
        return ""
    if version.status is not Status.HELD:
        return words.gettext(NEVER_COUNTED)
    why = (
        words.gettext("It is not what another report of this precinct says.")
        if version.is_conflict
        else words.gettext("Something in it does not fit together.")
    )
    return f"{why} {words.gettext(NEVER_COUNTED)}"


def _tables(
    document: Document, version: PublicVersion, earlier: PublicVersion | None, words: Language
) -> Iterator[FigureTable]:
    for contest in document["contests"]:
        figures = (version.figures or {}).get(contest["id"])
        if figures is not None:
            before = (earlier.figures or {}).get(contest["id"]) if earlier else None
            yield _table(contest, figures, before, words)


def _table(
    contest: Document, figures: Figures, before: Figures | None, words: Language
) -> FigureTable:
    both = [figures, before or {}]
    columns = [name for name in columns_in_words() if any(name in filed for filed in both)]
    names = {candidate["id"]: candidate["name"] for candidate in contest["candidates"]}
    rows = []
    for id, name in names.items():
        if any(filed.get(column, {}).get(id) for filed in both for column in columns):
            cells = tuple(
                _cell(
                    figures.get(column, {}).get(id, 0),
                    None if before is None else before.get(column, {}).get(id, 0),
                )
                for column in columns
            )
            rows.append((name, cells))
    return FigureTable(
        title=contest["title"],
        numbers=tuple(
            (
                words.gettext(label),
                _cell(figures.get(key, 0), None if before is None else before.get(key, 0)),
            )
            for key, label in numbers_in_words().items()
            if any(key in filed for filed in both)
        ),
        columns=tuple(words.gettext(columns_in_words()[name]) for name in columns),
        rows=tuple(rows),
        toss=", ".join(names.get(id, id) for id in figures.get("toss", ())),
    )


def _cell(value: int, before: int | None) -> FigureCell:
    return FigureCell(f"{value:,}", "" if before is None or before == value else f"{before:,}")


def unit_as_data(document: Document, precinct: PublicUnit) -> dict[str, Any]:
    """The page of a precinct as JSON has it."""
    unit, state = precinct.unit, precinct.state
    return {
        "election": document["election"],
        "publication": document["number"],
        "as_of": document["as_of"],
        "is_test": document["is_test"],
        "code": unit.code,
        "id": unit.id or None,
        "name": unit.name,
        "scope": unit.scope,
        "delegates": unit.delegates or None,
        "status": state.status.value,
        "counted_version": state.counted_version,
        "contested": state.contested,
        "verified": state.verified,
        **({"lost": why} if (why := _why_lost(document, precinct)) else {}),
        "versions": [_version_as_data(version) for version in precinct.versions],
    }


def _version_as_data(version: PublicVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "source": version.source.value,
        "status": version.status.value,
        "conflict": version.is_conflict,
        "figures": version.figures,
        "flags": [check.value for check in version.flags],
        "events": [
            {"status": step.status.value, "at": _iso(step.at), "by": step.by}
            for step in version.steps
        ],
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class LinkedUnit:
    """A precinct in the list of its county."""

    code: str
    name: str
    said: str
    marks: tuple[str, ...]


def lay_out_list(precincts: Sequence[PublicUnit], words: Language) -> list[LinkedUnit]:
    """The precincts of a county or pool."""
    return [
        LinkedUnit(
            precinct.unit.code,
            precinct.unit.name,
            said_of(precinct.state, words),
            tuple(mark for mark, _ in _marks(precinct.state, words)),
        )
        for precinct in precincts
    ]
