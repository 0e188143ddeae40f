"""The accounts of the desk: who may sign in. No secret is here in the clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from hotline.store.enums import Role
from hotline.store.schema.desk_tables import account


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `uniquifier` is what its sessions name: with another one they all end."""

    id: int
    name: str
    role: Role
    password: str
    active: bool
    uniquifier: str
    totp_secret: str | None
    totp_counter: int | None
    recovery_codes: tuple[str, ...]
    extension: str
    phone_pin: str | None
    made_at: datetime
    made_by: str
    signed_in_at: datetime | None

    @property
    def has_second_factor(self) -> bool:
        return self.totp_secret is not None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account begins with."""

    name: str
    role: Role
    password: str
    uniquifier: str
    extension: str
    phone_pin: str
    made_at: datetime
    made_by: str


def by_name(connection: Connection, name: str) -> Account | None:
    return _one(connection, account.c.name == name)


def by_uniquifier(connection: Connection, uniquifier: str) -> Account | None:
    return _one(connection, account.c.uniquifier == uniquifier)


def by_extension(connection: Connection, extension: str) -> Account | None:
    return _one(connection, account.c.extension == extension)


def by_id(connection: Connection, account_id: int) -> Account | None:
    return _one(connection, account.c.id == account_id)


def listed(connection: Connection) -> Sequence[Account]:
    """All accounts by name, the disabled ones too."""
    return [_account(row) for row in connection.execute(select(account).order_by(account.c.name))]


def insert_account(connection: Connection, new: NewAccount) -> int:
    """The id of the new account. Raises sqlalchemy.exc.IntegrityError where the name is taken."""
    row = insert(account).values(
        name=new.name,
        role=new.role.value,
        password=new.password,
        active=True,
        uniquifier=new.uniquifier,
        extension=new.extension,
        phone_pin=new.phone_pin,
        made_at=new.made_at,
        made_by=new.made_by,
    )
    return int(connection.execute(row.returning(account.c.id)).scalar_one())


def change(connection: Connection, account_id: int, **values: Any) -> None:
    """Sets columns, by their names in the table."""
    connection.execute(update(account).where(account.c.id == account_id).values(**values))


def renew_hash(connection: Connection, account_id: int, old: str, new: str) -> None:
    """Puts another hash of the same password in place of `old`, unless that is gone already."""
    is_old = (account.c.id == account_id) & (account.c.password == old)
    connection.execute(update(account).where(is_old).values(password=new))


def accept_counter(connection: Connection, account_id: int, counter: int) -> bool:
    """Whether a code of this time step is the first one accepted that late; remembers it."""
    is_later = account.c.totp_counter.is_(None) | (account.c.totp_counter < counter)
    changed = connection.execute(
        update(account).where(account.c.id == account_id, is_later).values(totp_counter=counter)
    )
    return changed.rowcount == 1


def spend_recovery_code(connection: Connection, account_id: int, hash_: str) -> bool:
    """Whether this is the hash of a code that is left; it is gone then."""
    left = connection.execute(
        select(account.c.recovery_codes).where(account.c.id == account_id).with_for_update()
    ).scalar_one()
    if not left or hash_ not in left:
        return False
    change(connection, account_id, recovery_codes=[code for code in left if code != hash_])
    return True


def _one(connection: Connection, wanted: ColumnElement[bool]) -> Account | None:
    row = connection.execute(select(account).where(wanted)).one_or_none()
    return None if row is None else _account(row)


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        password=row.password,
        active=row.active,
        uniquifier=row.uniquifier,
        totp_secret=row.totp_secret,
        totp_counter=row.totp_counter,
        recovery_codes=tuple(row.recovery_codes or ()),
        extension=row.extension,
        phone_pin=row.phone_pin,
        made_at=row.made_at,
        made_by=row.made_by,
        signed_in_at=row.signed_in_at,
    )
