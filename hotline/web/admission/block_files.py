"""Blocks as a file: taken in, with every wrong row named first, and given out."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.operations.admission import block_files
from hotline.operations.admission.block_files import BlockFileError, export_blocks
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.download import KIND, table_file
from hotline.web.console.pages import DONE, sentence
from hotline.web.console.services import context

LARGEST = 200_000  # bytes
SHOWN = 100  # rows that are shown

Answer = str | tuple[str, int] | AnyResponse


@admin.post("/blocks/import")
@open_to(Who.ADMIN)
def import_blocks() -> Answer:
    """A file: whom it would turn away is looked at first. Then, with `go`, it is done; with `good`
    without the rows that are wrong."""
    content, name, problem = _sent()
    if problem:
        return _page(problem=problem), 422
    with TemporaryDirectory() as folder:
        path = block_files.sent_file(content, name, folder)
        if not {"go", "good"} & request.form.keys():
            return _look(path, content, name)
        try:
            imported = block_files.import_blocks(
                context(), path, current_actor(), skip_bad="good" in request.form, believed=False
            )
        except BlockFileError:
            return _look(path, content, name)
    left = f", {len(imported.skipped)} rows left out" if imported.skipped else ""
    flash(sentence(f"{imported.added} blocks are made{left}"), DONE)
    return redirect(url_for("admin.blocks"), 303)


def _look(path: Path, content: bytes, name: str) -> Answer:
    found = block_files.foresee_blocks(context(), path, current_actor(), believed=False)
    page = _page(found=found, content=b64encode(content).decode(), name=name)
    return page, 422 if found.problems else 200


def _page(**given: object) -> str:
    return render_template("admission/blocks_import.html", shown=SHOWN, **given)


@admin.post(f"/blocks/export.{KIND}")
@open_to(Who.ADMIN)
def export(kind: str) -> Response:
    parts = context()
    return table_file(export_blocks(parts, current_actor()), "blocks", kind)


def _sent() -> tuple[bytes, str, str]:
    """The file that was sent, or that the page kept, its name, and what is wrong with it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        try:
            content = b64decode(request.form.get("content", ""), validate=True)
        except ValueError:
            content = b""
        return content, request.form.get("name", ""), "" if content else "choose a file first"
    content = sent.read(LARGEST + 1)
    too_large = f"the file is too large: {LARGEST // 1000} kB at most"
    return content, sent.filename, too_large if len(content) > LARGEST else ""
