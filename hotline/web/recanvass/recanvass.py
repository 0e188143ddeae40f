"""Recanvass and recount: asked for, papers taken in, differences decided, filed and published."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for

from hotline.operations.desk.board import DeskServices
from hotline.operations.recanvass import asking, deciding, reporting
from hotline.operations.recanvass.filing import file_decided, why_not_file
from hotline.operations.recanvass.publishing import publish as publish_it
from hotline.operations.recanvass.refusal import LONGEST_REASON, RecanvassError
from hotline.paper.ink import PaperSize
from hotline.store.enums import RecanvassKind, RecanvassState
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.download import KIND, download, table_file
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE
from hotline.web.console.services import context, services
from hotline.web.recanvass.pages import Answer, acting, comparison_of, one_page, unit_page

AT_ONCE = 200  # units that one press of the button files


@review.get("/recanvass")
@open_to(Who.STAFF)
def recanvass() -> Answer:
    board = services().board
    return _listed(board)


@review.post("/recanvass")
@open_to(Who.SUPERVISOR)
def ask_recanvass() -> Answer:
    board = services().board
    parts = context()
    kind, units = request.form.get("kind", ""), request.form.get("units", "")
    if kind not in list(RecanvassKind):
        abort(400)
    made: list[int] = []
    error, status = form_errors(
        lambda: made.append(
            asking.ask(
                parts,
                current_actor(),
                RecanvassKind(kind),
                asking.codes_in(units),
                request.form.get("why", ""),
            )
        ),
        RecanvassError,
    )
    if error:
        return _listed(board, error), status
    flash("It has begun. Take in what the papers say.", DONE)
    return redirect(url_for("review.one_recanvass", number=made[0]), 303)


def _listed(board: DeskServices, error: str = "") -> str:
    found = asking.listed(board.parts)
    return render_template(
        "recanvass/recanvass.html",
        found=found,
        running=next((one for one in found if one.state in asking.UNDER_WAY), None),
        error=error,
        given=request.form,
        longest=LONGEST_REASON,
    )


@review.get("/recanvass/<int:number>")
@open_to(Who.STAFF)
def one_recanvass(number: int) -> Answer:
    board = services().board
    return one_page(board, number)


@review.get("/recanvass/<int:number>/unit/<code>")
@open_to(Who.STAFF)
def recanvass_unit(number: int, code: str) -> Answer:
    board = services().board
    return unit_page(board, number, code)


@review.post("/recanvass/<int:number>/finish")
@open_to(Who.SUPERVISOR)
@acting
def finish_recanvass(number: int) -> str:
    parts = context()
    deciding.finish(parts, current_actor(), number)
    return "all is decided: it can be filed"


@review.post("/recanvass/<int:number>/reopen")
@open_to(Who.SUPERVISOR)
@acting
def reopen_recanvass(number: int) -> str:
    parts = context()
    asking.reopen(parts, current_actor(), number, request.form.get("note", ""))
    return "it is open again: decisions can be changed, and papers taken in"


@review.post("/recanvass/<int:number>/close")
@open_to(Who.SUPERVISOR)
@acting
def close_recanvass(number: int) -> str:
    parts = context()
    asking.close(parts, current_actor(), number, request.form.get("note", ""))
    return "it is closed: nothing is filed"


@review.get("/recanvass/<int:number>/file")
@open_to(Who.SUPERVISOR)
def filing_recanvass(number: int) -> Answer:
    board = services().board
    parts = context()
    comparison = comparison_of(board, number)
    return render_template(
        "recanvass/recanvass_file.html",
        comparison=comparison,
        one=comparison.recanvass,
        possible=comparison.recanvass.state is RecanvassState.DECIDED,
        why_not=why_not_file(parts, current_actor(), comparison),
    )


@review.post("/recanvass/<int:number>/file")
@open_to(Who.SUPERVISOR)
@acting
def file_recanvass(number: int) -> str:
    parts = context()
    progress = file_decided(parts, current_actor(), number, AT_ONCE)
    if progress.left:
        return f"{progress.filed} precincts are filed, {progress.left} are left: go on"
    return "everything that was decided counts"


@review.post("/recanvass/<int:number>/publish")
@open_to(Who.ADMIN)
@acting
def publish_recanvass(number: int) -> str:
    parts = context()
    order = publish_it(parts, current_actor(), number)
    return f"results go out as {order.status} from now on"


@review.get(f"/recanvass/<int:number>/differences.{KIND}")
@open_to(Who.STAFF)
def recanvass_differences(number: int, kind: str) -> Response:
    board = services().board
    made = reporting.differences_table(comparison_of(board, number))
    return table_file(made, f"recanvass-{number}-differences", kind)


@review.get(f"/recanvass/<int:number>/totals.{KIND}")
@open_to(Who.STAFF)
def recanvass_totals(number: int, kind: str) -> Response:
    board = services().board
    made = reporting.totals_table(comparison_of(board, number))
    return table_file(made, f"recanvass-{number}-totals", kind)


@review.get("/recanvass/<int:number>/report.pdf")
@open_to(Who.STAFF)
def recanvass_report(number: int) -> Response:
    board = services().board
    made = reporting.as_pdf(board.parts, comparison_of(board, number), PaperSize.LETTER)
    return download(made, f"recanvass-{number}.pdf", "application/pdf")
