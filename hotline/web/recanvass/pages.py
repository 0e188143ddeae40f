"""The pages of a recanvass, as they are shown after whatever was done on them."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from hotline.election.rules.mistakes import ErrorKind
from hotline.operations.desk.board import DeskServices
from hotline.operations.publication.orders import OrderError
from hotline.operations.recanvass import asking, words
from hotline.operations.recanvass.comparing import Comparison, compare_recanvass
from hotline.operations.recanvass.filing import why_not_file
from hotline.operations.recanvass.refusal import LONGEST_REASON, RecanvassError
from hotline.operations.reports.filing import FiguresError
from hotline.operations.review.moves import ReviewError
from hotline.store.enums import RecanvassKind
from hotline.web.console import pages
from hotline.web.console.access import current_actor
from hotline.web.console.blueprints import review

Answer = str | AnyResponse | tuple[str, int]

LARGEST = 4_000_000  # bytes: larger files keep this process from answering telephone calls
SHOWN = 100  # cases, and wrong lines

acting = pages.acting("review.recanvass", RecanvassError, ReviewError, FiguresError, OrderError)


def one_page(board: DeskServices, number: int, **more: object) -> str:
    """A recanvass: what differs, and what can be done; `more` is what went wrong."""
    comparison = comparison_of(board, number)
    kind, show = request.args.get("kind", ""), request.args.get("show", "")
    among = comparison.cases if kind == ErrorKind.MISSING_ON_PAPER else comparison.differing
    wanted = [
        case
        for case in among
        if kind in ("", *case.kinds) and (show != "undecided" or case.is_undecided)
    ]
    return render_template(
        "recanvass/recanvass_one.html",
        comparison=comparison,
        one=comparison.recanvass,
        wanted=wanted,
        listed=wanted[:SHOWN],
        kind=kind,
        show=show,
        why_not=why_not_file(board.parts, current_actor(), comparison),
        megabytes=LARGEST // 1_000_000,
        longest=LONGEST_REASON,
        **more,
    )


def unit_page(board: DeskServices, number: int, code: str, error: str = "") -> str:
    """One unit of it, the paper beside the ledger."""
    comparison = comparison_of(board, number)
    case = comparison.case_of(code)
    if case is None:
        abort(404)
    return render_template(
        "recanvass/recanvass_unit.html",
        comparison=comparison,
        one=comparison.recanvass,
        case=case,
        error=error,
        given=request.form,
        longest=LONGEST_REASON,
    )


def comparison_of(board: DeskServices, number: int) -> Comparison:
    """404 where there is none, or it is of another ledger."""
    found = asking.find_recanvass(board.parts, number)
    if found is None or found.ledger_id != board.parts.election().ledger_id:
        abort(404)
    return compare_recanvass(board.parts, number)


@review.context_processor
def recanvass_words() -> dict[str, Any]:
    """What the templates may use."""
    return {
        "recanvass_kinds": {
            RecanvassKind.RECANVASS: "Recanvass: the papers that the precincts sent",
            RecanvassKind.RECOUNT: "Recount: the ballots or cards, counted again",
        },
        "recanvass_names": words.NAMES,
        "recanvass_states": words.STATES,
        "difference_kinds": words.KINDS,
        "decision_words": words.DECISIONS,
        "measure_name": words.measure_name,
        "line_name": words.line_name,
        "amount": words.amount,
        "signed": words.signed,
        "lead_in_words": words.lead_in_words,
    }
