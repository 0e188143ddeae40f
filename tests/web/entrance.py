"""A way into an application under test that asks for no password, and a token for its forms."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import generate_csrf

from hotline.operations.context import AppContext
from hotline.store.accounts import accounts
from hotline.store.database import reading
from hotline.web.console import sessions
from hotline.web.console.access import Who, open_to


def add_entrance(app: Flask, parts: AppContext) -> None:
    """`/enter/NAME` signs in whoever has an account of that name; `/token` gives a token."""

    @app.get("/enter/<name>")
    @open_to(Who.PUBLIC)
    def enter(name: str) -> str:
        with reading(parts.engine) as connection:
            account = accounts.by_name(connection, name)
        assert account is not None
        sessions.begin(account, second=True)
        return name

    @app.get("/token")
    @open_to(Who.PUBLIC)
    def token() -> str:
        return generate_csrf()
