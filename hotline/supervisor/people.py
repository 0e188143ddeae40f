"""People to try the desk as: accounts that `hotline up` makes in the sandbox, where there are none.

Their passwords are made up, and kept in a file below var/ that only its owner can read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hotline.operations.accounts import accounts, authenticator, passwords
from hotline.operations.accounts.accounts import NEEDS_SECOND_FACTOR
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.accounts.accounts import Account
from hotline.store.enums import Role

FILE = "demonstration-accounts.json"
PEOPLE = {
    "ann": Role.STAFF,
    "bo": Role.STAFF,
    "sue": Role.SUPERVISOR,
    "ada": Role.ADMIN,
    "otto": Role.OBSERVER,
}
BY = Actor(None, "hotline up", Role.ADMIN)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """How to sign in as somebody invented. `kept` is the stored hash: with another one, the
    password is no longer this."""

    name: str
    role: Role
    password: str
    extension: str
    phone_pin: str
    kept: str

    @property
    def needs_code(self) -> bool:
        return self.role in NEEDS_SECOND_FACTOR


def people(parts: AppContext, tell: Callable[[str], None]) -> list[DemoPerson]:
    """Those who can still sign in as it is written in the file; makes them where nobody can."""
    path = parts.settings.var / FILE
    found = {account.name: account for account in accounts.listed(parts)}
    if not found:
        made = [_make(parts, name, role) for name, role in PEOPLE.items()]
        _write(path, made)
        tell(f"made {len(made)} demonstration accounts; their passwords are in {path}")
        return made
    still = [person for person in _read(path) if _is_so(person, found.get(person.name))]
    return [_with_valid_pin(parts, person) for person in still]


def _make(parts: AppContext, name: str, role: Role) -> DemoPerson:
    """Who needs a second factor has one already: `hotline user code` shows its codes."""
    password = passwords.make_readable()
    issued = accounts.add_account(parts, name, role, password, BY)
    account = accounts.find_account(parts, name)
    assert account is not None  # noqa: S101 (it was just made)
    if role in NEEDS_SECOND_FACTOR:
        accounts.set_second_factor(parts, account, authenticator.make_secret(parts.settings), 0)
    return DemoPerson(name, role, password, issued.extension, issued.phone_pin, account.password)


def _is_so(person: DemoPerson, account: Account | None) -> bool:
    return account is not None and account.active and account.password == person.kept


def _with_valid_pin(parts: AppContext, person: DemoPerson) -> DemoPerson:
    """Without one, if another was issued since."""
    valid = accounts.verify_phone_pin(parts, person.extension, person.phone_pin)
    return person if valid else replace(person, phone_pin="")


def _write(path: Path, made: list[DemoPerson]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)  # it may have been there before
        json.dump([asdict(person) for person in made], file, indent=2)


def _read(path: Path) -> list[DemoPerson]:
    """None, where the file is gone or damaged."""
    try:
        return [
            DemoPerson(**{**one, "role": Role(one["role"])}) for one in json.loads(path.read_text())
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return []
