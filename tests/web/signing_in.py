"""A browser for tests of what one signs in to: it keeps cookies, and fills in forms as they are."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse

from hotline.operations.accounts import accounts, authenticator
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.enums import Role

PASSWORD = "correct horse battery"
ROOT = Actor(None, "test", Role.ADMIN)


class Browser:
    """One person's. `last` is the page on the screen."""

    def __init__(self, app: Flask, address: str = "192.0.2.1") -> None:
        self.client = app.test_client()
        self.address = address
        self.last: TestResponse | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        self.last = self.client.get(path, headers=headers, environ_base=self._from())
        return self.last

    def post(self, path: str, *, token: bool = True, **form: str) -> TestResponse:
        """Sends a form to the path with the token of the page on the screen."""
        if token:
            form = {"csrf_token": self.token(), **form}
        self.last = self.client.post(path, data=form, environ_base=self._from())
        return self.last

    def token(self) -> str:
        found = self.last and re.search(r'name="csrf_token" value="([^"]+)"', self.last.text)
        return found[1] if found else ""

    def sign_in(
        self, name: str, password: str = PASSWORD, onward: str = "/account/"
    ) -> TestResponse:
        """Up to the second factor, where there is one."""
        self.get("/sign-in")
        return self.post("/sign-in", name=name, password=password, next=onward)

    def is_signed_in(self) -> bool:
        return self.get("/account/").status_code == 200

    def shown(self, pattern: str) -> str:
        assert self.last is not None
        found = re.search(pattern, unescape(self.last.text))
        assert found is not None, self.last.text
        return found[1]

    def _from(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}


def make(parts: AppContext, name: str, role: Role = Role.STAFF) -> None:
    accounts.add_account(parts, name, role, PASSWORD, ROOT)


def equip(parts: AppContext, name: str) -> str:
    """Sets a second factor up past the pages; gives the secret as it is kept."""
    account = accounts.find_account(parts, name)
    assert account is not None
    secret = authenticator.make_secret(parts.settings)
    accounts.set_second_factor(parts, account, secret, 1)
    return secret


def code(parts: AppContext, secret: str) -> str:
    """What the authenticator shows now."""
    return authenticator.current_code(parts.settings, secret, parts.now())
