"""Recanvass and recount: asked for, papers taken in, differences decided, filed and published."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from hotline.election.reading_error import ErrorKind
from hotline.operations.desk.board import Board
from hotline.operations.publication_orders import OrderError
from hotline.operations.recanvass import asking, deciding, records, reporting
from hotline.operations.recanvass.comparing import Comparison, look
from hotline.operations.recanvass.filing import file_decided, why_not_file
from hotline.operations.recanvass.publishing import publish as publish_it
from hotline.operations.recanvass.records import PaperFileError, Taken
from hotline.operations.recanvass.refusal import LONGEST_REASON, RecanvassError
from hotline.operations.report import FiguresError
from hotline.operations.review import ReviewError
from hotline.paper.ink import PaperSize
from hotline.store.statuses import RecanvassKind, RecanvassState, RecordDecision
from hotline.web import console
from hotline.web.access import Who, current_actor, open_to
from hotline.web.console import DONE, sentence
from hotline.web.recanvass_words import recanvass_words
from hotline.web.trying import tried

Answer = str | AnyResponse | tuple[str, int]

LARGEST = 4_000_000  # bytes: larger files keep this process from answering telephone calls
REQUEST = LARGEST + 100_000
SHOWN = 100  # cases, and wrong lines
AT_ONCE = 200  # units that one press of the button files

acting = console.acting("review.recanvass", RecanvassError, ReviewError, FiguresError, OrderError)


def add_recanvass(review: Blueprint, board: Board) -> None:
    """The routes under /review/recanvass."""
    review.context_processor(recanvass_words)
    _add_list(review, board)
    _add_one(review, board)
    _add_records(review, board)
    _add_decisions(review, board)
    _add_ends(review, board)
    _add_reports(review, board)


def _add_list(review: Blueprint, board: Board) -> None:
    parts = board.parts

    @review.get("/recanvass")
    @open_to(Who.STAFF)
    def recanvass() -> Answer:
        return _listed(board)

    @review.post("/recanvass")
    @open_to(Who.SUPERVISOR)
    def ask_recanvass() -> Answer:
        kind, units = request.form.get("kind", ""), request.form.get("units", "")
        if kind not in list(RecanvassKind):
            abort(400)
        made: list[int] = []
        error, status = tried(
            lambda: made.append(
                asking.ask(
                    *(parts, current_actor(), RecanvassKind(kind), asking.codes_in(units)),
                    request.form.get("why", ""),
                )
            ),
            RecanvassError,
        )
        if error:
            return _listed(board, error), status
        flash("It has begun. Take in what the papers say.", DONE)
        return redirect(url_for("review.one_recanvass", number=made[0]), 303)


def _listed(board: Board, error: str = "") -> str:
    found = asking.listed(board.parts)
    return render_template(
        "review/recanvass.html",
        found=found,
        running=next((one for one in found if one.state in asking.UNDER_WAY), None),
        error=error,
        given=request.form,
        longest=LONGEST_REASON,
    )


def _add_one(review: Blueprint, board: Board) -> None:
    @review.get("/recanvass/<int:number>")
    @open_to(Who.STAFF)
    def one_recanvass(number: int) -> Answer:
        return _page(board, number)

    @review.get("/recanvass/<int:number>/unit/<code>")
    @open_to(Who.STAFF)
    def recanvass_unit(number: int, code: str) -> Answer:
        return _unit(board, number, code)


def _page(board: Board, number: int, **more: object) -> str:
    comparison = _found(board, number)
    kind, show = request.args.get("kind", ""), request.args.get("show", "")
    among = comparison.cases if kind == ErrorKind.MISSING_ON_PAPER else comparison.differing
    wanted = [
        case
        for case in among
        if kind in ("", *case.kinds) and (show != "undecided" or case.is_undecided)
    ]
    return render_template(
        "review/recanvass_one.html",
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


def _unit(board: Board, number: int, code: str, error: str = "") -> str:
    comparison = _found(board, number)
    case = comparison.case_of(code)
    if case is None:
        abort(404)
    return render_template(
        "review/recanvass_unit.html",
        comparison=comparison,
        one=comparison.recanvass,
        case=case,
        error=error,
        given=request.form,
        longest=LONGEST_REASON,
    )


def _found(board: Board, number: int) -> Comparison:
    """404 where there is none, or it is of another ledger."""
    found = asking.find(board.parts, number)
    if found is None or found.ledger_id != board.parts.election().ledger_id:
        abort(404)
    return look(board.parts, number)


def _add_records(review: Blueprint, board: Board) -> None:
    parts = board.parts

    @review.url_value_preprocessor
    def let_files_in(endpoint: str | None, _values: dict[str, object] | None) -> None:
        """Before the form is read at all, which is where it is looked at for its token."""
        if endpoint == "review.take_records":
            request.max_content_length = REQUEST

    @review.post("/recanvass/<int:number>/records")
    @open_to(Who.SUPERVISOR)
    def take_records(number: int) -> Answer:
        """A file; with `good`, units with wrong lines are left out."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _page(board, number, problem="Choose a file first."), 422
        taken: list[Taken] = []
        try:
            error, status = tried(lambda: taken.append(_take(board, number, sent)), RecanvassError)
        except PaperFileError as refused:
            page = _page(
                board,
                number,
                problems=refused.problems[:SHOWN],
                many=refused.many,
                can_go_on=refused.can_go_on,
            )
            return page, 422
        if error:
            return _page(board, number, problem=error), status
        flash(sentence(f"paper records: {taken[0].in_words}"), DONE)
        return redirect(url_for("review.one_recanvass", number=number), 303)

    @review.post("/recanvass/<int:number>/papers")
    @open_to(Who.SUPERVISOR)
    @acting
    def take_papers(number: int) -> str:
        return f"paper records: {records.take_papers(parts, current_actor(), number).in_words}"


def _take(board: Board, number: int, sent: FileStorage) -> Taken:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "papers.csv"
        sent.save(path)
        if path.stat().st_size > LARGEST:
            raise RecanvassError(
                f"this page takes files of {LARGEST // 1_000_000} MB at most: "
                "larger ones are taken in with hotline recanvass import FILE"
            )
        return records.take_file(
            *(board.parts, current_actor(), number, path),
            name=sent.filename or "",
            skip_bad="good" in request.form,
        )


def _add_decisions(review: Blueprint, board: Board) -> None:
    parts = board.parts

    @review.post("/recanvass/<int:number>/decide")
    @open_to(Who.SUPERVISOR)
    @acting
    def decide_records(number: int) -> str:
        """Chosen records, or all undecided ones of a kind."""
        decision, why = _decision(), request.form.get("note", "")
        kind = request.form.get("kind", "")
        if kind:
            if kind not in list(ErrorKind):
                abort(400)
            many = deciding.decide_kind(
                parts, current_actor(), number, ErrorKind(kind), decision, why
            )
        else:
            chosen = request.form.getlist("record", type=int)
            many = deciding.decide(parts, current_actor(), number, chosen, decision, why)
        units = "one precinct" if many == 1 else f"{many} precincts"
        return f"decided on {units}: {recanvass_words()['decision_words'][decision]}"

    @review.post("/recanvass/<int:number>/unit/<code>")
    @open_to(Who.SUPERVISOR)
    def decide_unit(number: int, code: str) -> Answer:
        decision, why = _decision(), request.form.get("why", "")
        chosen = request.form.getlist("record", type=int)
        error, status = tried(
            lambda: deciding.decide(parts, current_actor(), number, chosen, decision, why),
            RecanvassError,
        )
        if error:
            return _unit(board, number, code, error), status
        flash("It is decided.", DONE)
        return redirect(url_for("review.one_recanvass", number=number, show="undecided"), 303)


def _decision() -> RecordDecision:
    given = request.form.get("decision", "")
    if given not in list(RecordDecision):
        abort(400)
    return RecordDecision(given)


def _add_ends(review: Blueprint, board: Board) -> None:
    parts = board.parts

    @review.post("/recanvass/<int:number>/finish")
    @open_to(Who.SUPERVISOR)
    @acting
    def finish_recanvass(number: int) -> str:
        deciding.finish(parts, current_actor(), number)
        return "all is decided: it can be filed"

    @review.post("/recanvass/<int:number>/reopen")
    @open_to(Who.SUPERVISOR)
    @acting
    def reopen_recanvass(number: int) -> str:
        asking.reopen(parts, current_actor(), number, request.form.get("note", ""))
        return "it is open again: decisions can be changed, and papers taken in"

    @review.post("/recanvass/<int:number>/close")
    @open_to(Who.SUPERVISOR)
    @acting
    def close_recanvass(number: int) -> str:
        asking.close(parts, current_actor(), number, request.form.get("note", ""))
        return "it is closed: nothing is filed"

    @review.get("/recanvass/<int:number>/file")
    @open_to(Who.SUPERVISOR)
    def filing_recanvass(number: int) -> Answer:
        comparison = _found(board, number)
        return render_template(
            "review/recanvass_file.html",
            comparison=comparison,
            one=comparison.recanvass,
            possible=comparison.recanvass.state is RecanvassState.DECIDED,
            why_not=why_not_file(parts, current_actor(), comparison),
        )

    @review.post("/recanvass/<int:number>/file")
    @open_to(Who.SUPERVISOR)
    @acting
    def file_recanvass(number: int) -> str:
        progress = file_decided(parts, current_actor(), number, AT_ONCE)
        if progress.left:
            return f"{progress.filed} precincts are filed, {progress.left} are left: go on"
        return "everything that was decided counts"

    @review.post("/recanvass/<int:number>/publish")
    @open_to(Who.ADMIN)
    @acting
    def publish_recanvass(number: int) -> str:
        order = publish_it(parts, current_actor(), number)
        return f"results go out as {order.status} from now on"


def _add_reports(review: Blueprint, board: Board) -> None:
    @review.get("/recanvass/<int:number>/differences.csv")
    @open_to(Who.STAFF)
    def recanvass_differences(number: int) -> Response:
        made = reporting.differences_csv(_found(board, number))
        return _attached("".join(made), "text/csv", f"recanvass-{number}-differences.csv")

    @review.get("/recanvass/<int:number>/totals.csv")
    @open_to(Who.STAFF)
    def recanvass_totals(number: int) -> Response:
        made = reporting.totals_csv(_found(board, number))
        return _attached("".join(made), "text/csv", f"recanvass-{number}-totals.csv")

    @review.get("/recanvass/<int:number>/report.pdf")
    @open_to(Who.STAFF)
    def recanvass_report(number: int) -> Response:
        made = reporting.as_pdf(board.parts, _found(board, number), PaperSize.LETTER)
        return _attached(made, "application/pdf", f"recanvass-{number}.pdf")


def _attached(content: str | bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
