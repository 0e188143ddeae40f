"""Readiness: what `hotline doctor` finds, as a page."""

from __future__ import annotations

from flask import Blueprint, render_template

from hotline.operations.desk.board import Board
from hotline.operations.readiness.round import Rounds
from hotline.web.console.access import Who, open_to


def add_readiness(admin: Blueprint, board: Board) -> None:
    """The page of everything that has to be right before the night."""
    rounds = Rounds(board.parts)

    @admin.get("/readiness")
    @open_to(Who.ADMIN)
    def readiness() -> str:
        return render_template("admin/readiness.html", examined=rounds.look())
