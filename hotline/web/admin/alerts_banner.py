"""What is wrong, as a piece of a page that pages of the consoles fetch while they are open."""

from __future__ import annotations

from flask import render_template

from hotline.web.console.access import Who, open_to
from hotline.web.console.pages import console_blueprint

alerts_blueprint = console_blueprint("alerts")


@alerts_blueprint.get("/open")
@open_to(Who.OBSERVER, is_use=False)
def banner() -> str:
    return render_template("console/alerts.html")
