"""The consoles: each a set of routes under its own path, to which the rooms add their views."""

from __future__ import annotations

from hotline.web.console.pages import console_blueprint

admin = console_blueprint("admin")
desk = console_blueprint("desk")
observe = console_blueprint("observe")
review = console_blueprint("review")
