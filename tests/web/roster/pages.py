"""The pages of the precincts, and an administrator signed in."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from hotline.operations.accounts import accounts
from hotline.operations.context import AppContext
from hotline.store.enums import Role
from hotline.web.console import sessions
from hotline.web.console.access import Who, open_to
from tests.web.signing_in import equip, make

ONE, TWO = "+15155550101", "+15155550102"


UNIT = "10001"


HIDDEN = re.compile(r"""type="hidden" name="(csrf_token|stamp)" value="([^"]+)\"""")


class Pages:
    """The whole application, and a browser in which ada, an administrator, is signed in."""

    def __init__(self, parts: AppContext) -> None:
        self.parts = parts
        make(parts, "ada", Role.ADMIN)
        equip(parts, "ada")
        app = create_app(parts=parts)

        @app.get("/enter")
        @open_to(Who.PUBLIC)
        def enter() -> str:
            account = accounts.find_account(parts, "ada")
            assert account is not None
            sessions.begin(account, second=True)
            return ""

        self.app = app
        self.client: FlaskClient = app.test_client()
        self.client.get("/enter")
        self.last = ""

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(f"/admin/{path}")
        assert answer.status_code == status, answer.text
        self.last = unescape(answer.text)
        return self.last

    def send(self, path: str, **form: object) -> TestResponse:
        """A form, with the hidden fields of the page on the screen."""
        hidden = dict(HIDDEN.findall(self.last))
        return self.client.post(f"/admin/{path}", data={**hidden, **form})

    def does(self, path: str, status: int = 303, **form: object) -> str:
        """An action; and what is on the screen after it."""
        answer = self.send(path, **form)
        assert answer.status_code == status, answer.text
        if status == 303:
            assert answer.location is not None
            return self.get(answer.location.removeprefix("/admin/"))
        self.last = unescape(answer.text)
        return self.last
