"""Blocks as a file: taken in, with every wrong row named first, and given out."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.operations.admission.block_files import BlockFileError, export_blocks, import_text
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import DONE, sentence
from hotline.web.console.services import context

LARGEST = 200_000  # characters


@admin.post("/blocks/import")
@open_to(Who.ADMIN)
def import_blocks() -> str | tuple[str, int] | AnyResponse:
    """A file, or the text of one that was refused, of which only the good rows are wanted."""
    parts = context()
    text, problem = _sent()
    if not problem:
        try:
            imported = import_text(parts, text, current_actor(), skip_bad="good" in request.form)
        except BlockFileError as error:
            page = render_template(
                "admission/blocks_import.html",
                problems=error.problems,
                text=text,
                can_go_on=not any(one.is_of_the_file for one in error.problems),
            )
            return page, 422
        left = f", {len(imported.skipped)} rows left out" if imported.skipped else ""
        flash(sentence(f"{imported.added} blocks are made{left}"), DONE)
        return redirect(url_for("admin.blocks"), 303)
    page = render_template("admission/blocks_import.html", problem=problem, problems=(), text="")
    return page, 422


@admin.post("/blocks/export")
@open_to(Who.ADMIN)
def export() -> Response:
    parts = context()
    response = Response(export_blocks(parts, current_actor()), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=blocks.csv"
    return response


def _sent() -> tuple[str, str]:
    """The text of the file that was sent, and what is wrong with it as a whole."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        text = request.form.get("text", "")
        return text, "" if text else "choose a file first"
    content = sent.read(LARGEST + 1)
    if len(content) > LARGEST:
        return "", f"the file is too large: {LARGEST // 1000} kB at most"
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", "the file is not UTF-8: save it as CSV in UTF-8"
