"""Blocks that wait for a second person. Supervisors may agree too."""

from __future__ import annotations

from flask import render_template, request

from hotline.guard.blocking import BlockingError
from hotline.operations.admission import block_requests
from hotline.web.admission.blocks import length_in_words, said_of
from hotline.web.console.access import Who, current_actor, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.pages import acting
from hotline.web.console.services import context


@admin.get("/blocks/asked")
@open_to(Who.SUPERVISOR)
def asked_blocks() -> str:
    parts = context()
    waiting = block_requests.waiting(parts)
    return render_template(
        "admission/blocks_asked.html", requests=waiting, in_words=length_in_words
    )


@admin.post("/blocks/asked/<int:id>/agree")
@open_to(Who.SUPERVISOR)
@acting("admin.blocks", BlockingError)
def agree_to_block(id: int) -> str:
    parts = context()
    return said_of(block_requests.agree(parts, id, current_actor()))


@admin.post("/blocks/asked/<int:id>/refuse")
@open_to(Who.SUPERVISOR)
@acting("admin.blocks", BlockingError)
def refuse_block(id: int) -> str:
    parts = context()
    block_requests.refuse(parts, id, current_actor(), request.form.get("note", ""))
    return "nothing is blocked"
