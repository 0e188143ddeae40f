"""The people whom `hotline up` makes, to try the desk as."""

from __future__ import annotations

import stat

import pytest

from app import create_app
from hotline.operations.accounts import accounts
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.enums import Role
from hotline.supervisor.people import FILE, people
from tests.web.signing_in import Browser, code

BY = Actor(None, "test", Role.ADMIN)


def test_each_can_sign_in_as_it_is_said(parts: AppContext) -> None:
    told: list[str] = []
    made = people(parts, told.append)

    assert [person.name for person in made] == ["ann", "bo", "sue", "ada", "otto"]
    assert len(told) == 1
    assert all(person.password not in told[0] for person in made)
    app = create_app(parts=parts)
    for person in made:
        browser = Browser(app)
        browser.sign_in(person.name, person.password)
        if person.needs_code:
            account = accounts.find_account(parts, person.name)
            assert account is not None
            browser.get("/sign-in/code")
            browser.post("/sign-in/code", code=code(parts, account.totp_secret or ""))
        assert browser.is_signed_in(), person.name
        assert accounts.verify_phone_pin(parts, person.extension, person.phone_pin) is not None


def test_only_the_owner_of_the_file_can_read_it(parts: AppContext) -> None:
    people(parts, lambda _: None)

    assert stat.S_IMODE((parts.settings.var / FILE).stat().st_mode) == 0o600


def test_a_second_start_makes_nobody_and_tells_the_same(parts: AppContext) -> None:
    made = people(parts, lambda _: None)

    assert people(parts, lambda line: pytest.fail(line)) == made


def test_a_password_that_has_changed_is_not_told(parts: AppContext) -> None:
    people(parts, lambda _: None)
    accounts.reset(parts, "ann", "another long password", BY)
    accounts.disable(parts, "bo", BY)

    names = [person.name for person in people(parts, lambda _: None)]
    assert names == ["sue", "ada", "otto"]


def test_a_pin_that_has_changed_is_not_told(parts: AppContext) -> None:
    people(parts, lambda _: None)
    ann = accounts.find_account(parts, "ann")
    assert ann is not None
    accounts.renew_phone_pin(parts, ann)

    pins = {person.name: person.phone_pin for person in people(parts, lambda _: None)}
    assert pins["ann"] == ""
    assert pins["bo"] != ""


def test_where_somebody_has_an_account_nobody_is_invented(parts: AppContext) -> None:
    accounts.add_account(parts, "mary", Role.ADMIN, "correct horse battery", BY)

    assert people(parts, lambda line: pytest.fail(line)) == []
    assert [account.name for account in accounts.listed(parts)] == ["mary"]


def test_a_damaged_file_is_no_reason_not_to_start(parts: AppContext) -> None:
    people(parts, lambda _: None)
    (parts.settings.var / FILE).write_text('[{"name":')

    assert people(parts, lambda _: None) == []
