"""`hotline user`: what it prints once, lists, and refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from config.settings import Settings
from hotline.cli import main
from hotline.commands import environment
from hotline.operations.accounts import accounts, authenticator
from hotline.operations.context import AppContext

Hotline = Callable[..., Result]
PASSWORD = "correct horse battery"


@pytest.fixture
def hotline(parts: AppContext, monkeypatch: pytest.MonkeyPatch) -> Hotline:
    monkeypatch.setattr(environment, "parts", lambda: parts)

    def run(*arguments: str, given: str = PASSWORD + "\n") -> Result:
        done = CliRunner().invoke(main, ["user", *arguments], prog_name="hotline", input=given)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def test_an_account_is_made_and_its_pin_shown_once(hotline: Hotline, parts: AppContext) -> None:
    done = hotline("add", "Ann", "--role", "staff", "--password-stdin")

    assert done.exit_code == 0
    assert done.output.startswith("Made ann, staff.\n")
    shown = re.search(r"extension (\d{4}), PIN (\d{6})", done.output)
    assert shown is not None
    assert accounts.verify_phone_pin(parts, *shown.groups()) is not None
    assert PASSWORD not in done.output
    assert shown[2] not in hotline("list").output
    assert shown[2] not in hotline("list", "--json").output


@pytest.mark.parametrize(
    ("arguments", "given", "status", "says"),
    [
        (("add", "ann", "--role", "staff", "--password-stdin"), "short\n", 1, "12 characters"),
        (("add", "ann", "--role", "staff", "--password-stdin"), "", 1, "12 characters"),
        (("add", "Ann Smith", "--role", "staff", "--password-stdin"), PASSWORD, 1, "a name has"),
        (("add", "ann", "--role", "staff"), PASSWORD, 1, "--password-stdin"),
        (("add", "ann", "--role", "boss", "--password-stdin"), PASSWORD, 2, "boss"),
        (("add", "ann", "--password-stdin"), PASSWORD, 2, "--role"),
        (("disable", "ann"), "", 1, "there is no account ann"),
        (("role", "ann", "staff"), "", 1, "there is no account ann"),
        (("role", "ann", "boss"), "", 2, "boss"),
        (("reset", "ann", "--password-stdin"), PASSWORD, 1, "there is no account ann"),
        (("code", "ann"), "", 1, "no second factor"),
    ],
)
def test_refusals_are_one_line(
    hotline: Hotline, arguments: tuple[str, ...], given: str, status: int, says: str
) -> None:
    done = hotline(*arguments, given=given)

    assert done.exit_code == status
    assert says in done.stderr
    assert done.stdout == ""
    if status == 1:
        assert len(done.stderr.splitlines()) == 1
    assert hotline("list").output.startswith("There are no accounts")


def test_an_account_is_made_once(hotline: Hotline) -> None:
    hotline("add", "ann", "--role", "staff", "--password-stdin")
    done = hotline("add", "ANN", "--role", "admin", "--password-stdin")

    assert done.exit_code == 1
    assert "already" in done.stderr


def test_the_list_says_what_programs_need(hotline: Hotline) -> None:
    hotline("add", "ann", "--role", "observer", "--password-stdin")
    hotline("add", "bo", "--role", "supervisor", "--password-stdin")
    hotline("disable", "bo")
    ann, bo = json.loads(hotline("list", "--json").output)

    assert (ann["name"], ann["role"], ann["active"]) == ("ann", "observer", True)
    assert (bo["name"], bo["role"], bo["active"]) == ("bo", "supervisor", False)
    assert not {"password", "phone_pin", "totp_secret"} & ann.keys()
    assert "DISABLED" in hotline("list").output.splitlines()[1]


def test_a_code_is_shown_in_the_sandbox_only(
    hotline: Hotline, parts: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotline("add", "sue", "--role", "supervisor", "--password-stdin")
    account = accounts.find_account(parts, "sue")
    assert account is not None
    secret = authenticator.make_secret(parts.settings)
    accounts.set_second_factor(parts, account, secret, 1)
    right = authenticator.current_code(parts.settings, secret, parts.now())
    assert hotline("code", "sue").output.strip() == right

    production = Settings(**parts.settings.model_dump() | {"carrier": "twilio"})
    real = AppContext(production, parts.engine, parts.redis, parts.now)
    monkeypatch.setattr(environment, "parts", lambda: real)
    refused = hotline("code", "sue")
    assert refused.exit_code == 1
    assert right not in refused.output


def test_a_role_is_changed_and_the_last_admin_stays_one(
    hotline: Hotline, parts: AppContext
) -> None:
    hotline("add", "ann", "--role", "staff", "--password-stdin")
    hotline("add", "root", "--role", "admin", "--password-stdin")

    done = hotline("role", "ann", "supervisor")
    assert done.output == "ann is supervisor now, instead of staff; signed out everywhere.\n"
    refused = hotline("role", "root", "staff")
    assert refused.exit_code == 1
    assert "root is the last administrator" in refused.output
    roles = {one.name: one.role.value for one in accounts.listed(parts)}
    assert roles == {"ann": "supervisor", "root": "admin"}
