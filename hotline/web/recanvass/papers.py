"""What the papers say is taken in, from a file or from the desk."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage

from hotline.operations.desk.board import DeskServices
from hotline.operations.recanvass import records
from hotline.operations.recanvass.records import PaperFileError, ReadingError, Taken
from hotline.operations.recanvass.refusal import RecanvassError
from hotline.tables.sources import file_name
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import review
from hotline.web.console.form_errors import form_errors
from hotline.web.console.pages import DONE, sentence
from hotline.web.console.services import context, services
from hotline.web.recanvass.pages import LARGEST, SHOWN, Answer, acting, one_page

REQUEST = LARGEST + 100_000  # bytes: the file, and the form around it


@review.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before the form is read at all, which is where it is looked at for its token."""
    if endpoint == "review.take_records":
        request.max_content_length = REQUEST


@review.post("/recanvass/<int:number>/records")
@open_to(Who.SUPERVISOR)
def take_records(number: int) -> Answer:
    """A file; with `good`, units with wrong lines are left out."""
    board = services().board
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return one_page(board, number, problem="Choose a file first."), 422
    taken: list[Taken] = []
    try:
        error, status = form_errors(
            lambda: taken.append(_take(board, number, sent)), RecanvassError
        )
    except ReadingError as unsure:
        return one_page(board, number, unsure=unsure.notes[:SHOWN], many=len(unsure.notes)), 422
    except PaperFileError as refused:
        page = one_page(
            board,
            number,
            problems=refused.problems[:SHOWN],
            many=refused.many,
            can_go_on=refused.can_go_on,
        )
        return page, 422
    if error:
        return one_page(board, number, problem=error), status
    flash(sentence(f"paper records: {taken[0].in_words}"), DONE)
    return redirect(url_for("review.one_recanvass", number=number), 303)


@review.post("/recanvass/<int:number>/papers")
@open_to(Who.SUPERVISOR)
@acting
def take_papers(number: int) -> str:
    parts = context()
    return f"paper records: {records.take_papers(parts, current_actor(), number).in_words}"


def _take(board: DeskServices, number: int, sent: FileStorage) -> Taken:
    with TemporaryDirectory() as folder:
        path = Path(folder) / file_name(sent.filename or "")
        sent.save(path)
        if path.stat().st_size > LARGEST:
            raise RecanvassError(
                f"this page takes files of {LARGEST // 1_000_000} MB at most: "
                "larger ones are taken in with hotline recanvass import FILE"
            )
        return records.take_file(
            board.parts,
            current_actor(),
            number,
            path,
            name=sent.filename or "",
            skip_bad="good" in request.form,
            as_read="read" in request.form,
        )
