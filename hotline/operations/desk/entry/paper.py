"""A report on paper: two people key it, neither sees what the other has keyed, and it is filed once
where both agree. Where they differ either keys again, or a supervisor decides and says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from hotline.calls.turns import FileReport
from hotline.operations.activity import ActivityKind, log_activity
from hotline.operations.actors import Actor, require
from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskError, account_of
from hotline.operations.desk.entry.filling import fill
from hotline.operations.reports import filing
from hotline.operations.reports.filing import Filed, Filing
from hotline.store.database import reading, transact
from hotline.store.desk import papers
from hotline.store.desk.papers import Keying, PaperReport
from hotline.store.enums import PaperState, PaperWay, Role, Source

ATTEMPTS = 3
LONGEST_WHY = 500


class PaperError(DeskError):
    """It was not done; the message says why, to whoever keyed."""


class SamePersonError(PaperError):
    """Whoever keyed it first cannot be the second person."""


class _Moved(Exception):
    """Somebody else was quicker: look again."""


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """A form that was checked, and what tells it from others (see entering.new_token)."""

    report: FileReport
    entries: Mapping[str, str]
    insisted: Sequence[str]
    token: str


def key_first(
    parts: AppContext, who: Actor, came: PaperWay, ledger_id: int, sheet: CheckedSheet
) -> int:
    """Keeps what the first person keyed; returns the paper's id. Sent again, it is kept once.

    Raises NotAllowedError, PaperError; SQLAlchemyError leaves open whether it was kept.
    """
    require(who, Role.STAFF)

    def keep(connection: Connection) -> int:
        if (before := papers.paper_of_form(connection, sheet.token)) is not None:
            return before
        keying = _keying(parts, who, sheet)
        paper_id = papers.begin(connection, ledger_id, sheet.report.unit, came, keying)
        _log_keyed(connection, parts, who, paper_id, sheet.report.unit, came)
        return paper_id

    _is_open(parts, ledger_id)
    for _ in range(ATTEMPTS):
        try:
            return transact(parts.engine, keep)
        except IntegrityError:  # the same form, at the same moment
            continue
    raise PaperError("it could not be kept: try again")


def key_again(parts: AppContext, who: Actor, paper_id: int, sheet: CheckedSheet) -> PaperReport:
    """Keeps what the second person keyed, or either of the two who differed; files it if it agrees.

    Returns the paper as it then is. Raises NotAllowedError, PaperError, or what `file_report` does.
    """
    require(who, Role.STAFF)
    for _ in range(ATTEMPTS):
        with reading(parts.engine) as connection:
            paper = _known(connection, paper_id)
            if papers.paper_of_form(connection, sheet.token) is not None:
                return paper
        _is_open(parts, paper.ledger_id)
        other = _other(paper, who)
        keying = _keying(parts, who, sheet)
        try:
            if keying.digest == other.digest:
                _agree(parts, who, paper, keying, sheet.report)
            else:
                _differ(parts, who, paper, keying)
        except (_Moved, filing.FilingKeyError, IntegrityError):
            continue
        return find_paper(parts, paper_id)
    raise PaperError("others are at work on it at this moment: look again")


def decide(parts: AppContext, who: Actor, paper_id: int, for_account: int, why: str) -> Filed:
    """A supervisor files what one of the two has keyed. Who keyed it cannot decide.

    Raises NotAllowedError, PaperError, or what `file_report` raises.
    """
    require(who, Role.SUPERVISOR)
    why = _reason(why)
    paper = find_paper(parts, paper_id)
    if paper.state is not PaperState.DIFFERS:
        raise PaperError("there is nothing to decide about it")
    if account_of(who) in (paper.first_id, paper.second_id):
        raise PaperError("you keyed it yourself: another supervisor decides")
    if for_account not in (paper.first_id, paper.second_id):
        raise PaperError("say whose figures are right")
    chosen = paper.last_of(for_account)
    found = _checked(parts, paper, chosen)

    def settle(connection: Connection, filed: Filed) -> None:
        _hold(connection, paper)
        columns = {"report_id": filed.report_id, "settled_by": who.name, "why": why}
        papers.move(connection, paper.id, PaperState.FILED, **columns)
        _log_filed(connection, parts, who, paper, filed, {"decided_for": chosen.who}, why)

    try:
        return filing.file_report(parts, _filing(paper, found), who.name, settle)
    except (_Moved, filing.FilingKeyError):
        raise PaperError("it has changed meanwhile: look again") from None


def set_aside(parts: AppContext, who: Actor, paper_id: int, why: str) -> None:
    """A supervisor says why a paper is not filed. Raises NotAllowedError, PaperError."""
    require(who, Role.SUPERVISOR)
    why = _reason(why)

    def put(connection: Connection) -> None:
        papers.lock_paper(connection, paper_id)
        paper = _known(connection, paper_id)
        if paper.state in (PaperState.FILED, PaperState.SET_ASIDE):
            raise PaperError(f"it is {paper.state.value} already")
        papers.move(connection, paper_id, PaperState.SET_ASIDE, settled_by=who.name, why=why)
        after = {"paper": paper_id, "state": PaperState.SET_ASIDE.value}
        _log(connection, parts, who, paper.unit_code, after, why)

    transact(parts.engine, put)


def find_paper(parts: AppContext, paper_id: int) -> PaperReport:
    """A paper as it is. Raises PaperError where there is none."""
    with reading(parts.engine) as connection:
        return _known(connection, paper_id)


def listed(parts: AppContext) -> list[PaperReport]:
    """The papers of the ledger that is open, the oldest first."""
    with reading(parts.engine) as connection:
        return papers.listed(connection, parts.election().ledger_id)


def why_not(paper: PaperReport, who: Actor) -> str:
    """Why this actor may not key the paper now; empty if they may."""
    if not who.may(Role.STAFF):
        return "this is for staff"
    try:
        _other(paper, who)
    except PaperError as error:
        return str(error)
    return ""


def _is_open(parts: AppContext, ledger_id: int) -> None:
    if parts.election().ledger_id != ledger_id:
        raise PaperError("it belongs to a ledger that is closed: begin anew")


def _known(connection: Connection, paper_id: int) -> PaperReport:
    paper = papers.find_paper(connection, paper_id)
    if paper is None:
        raise PaperError("there is no such paper")
    return paper


def _other(paper: PaperReport, who: Actor) -> Keying:
    """What this actor's keying is compared with. Raises PaperError."""
    me = account_of(who)
    if paper.state is PaperState.AWAITING:
        if me == paper.first_id:
            raise SamePersonError("you keyed it yourself: a second person has to key it")
        return paper.first
    if paper.state is not PaperState.DIFFERS or paper.second is None:
        raise PaperError(f"it is {paper.state.value} already")
    if me == paper.first_id:
        return paper.second
    if me == paper.second_id:
        return paper.first
    both = f"{paper.first.who} and {paper.second.who}"
    raise PaperError(f"{both} have keyed it: one of them keys again, or a supervisor decides")


def _agree(
    parts: AppContext, who: Actor, paper: PaperReport, keying: Keying, found: FileReport
) -> None:
    """The second keying and the filing are one transaction: neither is there without the other."""

    def settle(connection: Connection, filed: Filed) -> None:
        _hold(connection, paper)
        papers.add_keying(connection, paper.id, keying)
        _log_keyed(connection, parts, who, paper.id, paper.unit_code, paper.came)
        columns = {"second_id": _second(paper, keying), "report_id": filed.report_id}
        papers.move(connection, paper.id, PaperState.FILED, **columns)
        _log_filed(connection, parts, who, paper, filed, {"same": True})

    filing.file_report(parts, _filing(paper, found), who.name, settle)


def _differ(parts: AppContext, who: Actor, paper: PaperReport, keying: Keying) -> None:
    def keep(connection: Connection) -> None:
        _hold(connection, paper)
        papers.add_keying(connection, paper.id, keying)
        _log_keyed(connection, parts, who, paper.id, paper.unit_code, paper.came)
        papers.move(connection, paper.id, PaperState.DIFFERS, second_id=_second(paper, keying))
        _log(connection, parts, who, paper.unit_code, {"paper": paper.id, "same": False})

    transact(parts.engine, keep)


def _second(paper: PaperReport, keying: Keying) -> int:
    return keying.account_id if paper.second_id is None else paper.second_id


def _hold(connection: Connection, seen: PaperReport) -> None:
    """The paper is ours, and as it was when we looked. Raises _Moved."""
    papers.lock_paper(connection, seen.id)
    if papers.find_paper(connection, seen.id) != seen:
        raise _Moved


def _checked(parts: AppContext, paper: PaperReport, keying: Keying) -> FileReport:
    """What was keyed goes through the checks once more: they make the report."""
    _is_open(parts, paper.ledger_id)
    found = fill(parts.election().election, paper.unit_code, keying.entries, keying.insisted).report
    if found is None:
        raise PaperError("its figures do not pass the checks any more: key it again")
    if filing.digest_of(found.figures) != keying.digest:
        raise PaperError("the election was loaded anew, and its sheet has changed: key it again")
    return found


def _filing(paper: PaperReport, found: FileReport) -> Filing:
    return Filing(
        ledger_id=paper.ledger_id,
        unit_code=paper.unit_code,
        figures=found.figures,
        findings=found.findings,
        keyed=(f"paper={paper.came.value}", *found.keyed),
        source=Source.STAFF,
        call_sid="",
        filing_key=f"paper:{paper.id}",
        chair_id=None,
        caller_last4="",
    )


def _keying(parts: AppContext, who: Actor, sheet: CheckedSheet) -> Keying:
    figures = {contest: counted.to_document() for contest, counted in sheet.report.figures.items()}
    return Keying(
        account_of(who),
        who.name,
        parts.now(),
        sheet.token,
        filing.digest_of(sheet.report.figures),
        figures,
        sheet.entries,
        sheet.insisted,
    )


def _reason(why: str) -> str:
    if not why.strip():
        raise PaperError("say why")
    return why.strip()[:LONGEST_WHY]


def _log_keyed(
    connection: Connection, parts: AppContext, who: Actor, paper_id: int, unit: str, came: PaperWay
) -> None:
    """Without a figure: a second person may be about to key it."""
    after = {"paper": paper_id, "came": came.value}
    log_activity(connection, parts, who, ActivityKind.PAPER_KEYED, unit=unit, after=after)


def _log(
    connection: Connection,
    parts: AppContext,
    who: Actor,
    unit: str,
    after: Mapping[str, object],
    why: str = "",
) -> None:
    kind = ActivityKind.PAPER_COMPARED
    log_activity(connection, parts, who, kind, unit=unit, after=after, note=why)


def _log_filed(
    connection: Connection,
    parts: AppContext,
    who: Actor,
    paper: PaperReport,
    filed: Filed,
    how: Mapping[str, object],
    why: str = "",
) -> None:
    _log(connection, parts, who, paper.unit_code, {"paper": paper.id, **how}, why)
    after = {
        "report": filed.report_id,
        "version": filed.version,
        "outcome": filed.outcome.value,
        "came": paper.came.value,
    }
    kind = ActivityKind.REPORT_ENTERED
    log_activity(connection, parts, who, kind, unit=paper.unit_code, after=after)


__all__ = [
    "CheckedSheet",
    "PaperError",
    "SamePersonError",
    "decide",
    "find_paper",
    "key_again",
    "key_first",
    "listed",
    "set_aside",
    "why_not",
]
