"""What is wrong, as a piece of a page that pages of the consoles fetch while they are open."""

from __future__ import annotations

from flask import Blueprint, render_template

from hotline.operations.context import Parts
from hotline.web.console.access import Who, open_to
from hotline.web.console.pages import console_blueprint


def alerts_blueprint(parts: Parts) -> Blueprint:
    """The route /alerts/open."""
    pages = console_blueprint("alerts", parts)

    @pages.get("/open")
    @open_to(Who.OBSERVER, is_use=False)
    def banner() -> str:
        return render_template("console/alerts.html")

    return pages
