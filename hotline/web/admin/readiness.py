"""Readiness: what `hotline doctor` finds, as a page."""

from __future__ import annotations

from flask import render_template

from hotline.web.console.access import Who, open_to
from hotline.web.console.blueprints import admin
from hotline.web.console.services import services


@admin.get("/readiness")
@open_to(Who.ADMIN)
def readiness() -> str:
    return render_template("admin/readiness.html", examined=services().rounds.look())
