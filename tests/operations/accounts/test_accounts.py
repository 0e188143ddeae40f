"""Accounts: what may be made, what is kept, and who may dial in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pydantic import SecretStr

from config.settings import Settings
from hotline.operations.accounts import accounts, authenticator, passwords, signing_in
from hotline.operations.accounts.accounts import AccountError
from hotline.operations.accounts.passwords import PasswordError
from hotline.operations.accounts.signing_in import network_of
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.accounts import accounts as stored
from hotline.store.audit import activity
from hotline.store.database import reading, transact
from hotline.store.enums import ActivityKind, Role

PASSWORD = "correct horse battery"
BY = Actor(None, "test", Role.ADMIN)

OLD_KEY = SecretStr("a key of thirty-two characters!!")
OLD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$Z+x97x1DiFEKwRijdA5h7A"
    "$aQgIh7rtpgYTs40bHPKSKOtwQ6w4K4Szjx4MG7oJ++c"
)
WEAK_HASH = (
    "$argon2id$v=19$m=1024,t=1,p=1$UIoxhtC6d651TkmpVaq1Fg"
    "$lC30HFAxUEclBZl4zvMqcgpW8wnEAEp/mmlq7FVZyAc"
)


def make(parts: AppContext, name: str, role: Role = Role.STAFF) -> accounts.Issued:
    return accounts.add_account(parts, name, role, PASSWORD, BY)


def test_an_account_begins_active_with_an_extension_and_a_pin(parts: AppContext) -> None:
    issued = make(parts, " Ann ", Role.SUPERVISOR)

    (account,) = accounts.listed(parts)
    assert (account.name, account.role, account.active) == ("ann", Role.SUPERVISOR, True)
    assert account.extension == issued.extension
    assert account.made_at == parts.now()
    found = accounts.verify_phone_pin(parts, issued.extension, issued.phone_pin)
    assert found == account


@pytest.mark.parametrize("name", ["", "a", "1ann", "ann smith", "änn", "a" * 33, "ann\n", "a/b"])
def test_a_name_that_will_not_do_is_refused(parts: AppContext, name: str) -> None:
    if name.strip() == "ann":
        make(parts, name)
        assert accounts.find_account(parts, "ann") is not None
        return
    with pytest.raises(AccountError, match="a name has"):
        make(parts, name)


@pytest.mark.both_databases
def test_a_name_is_given_once_also_when_two_ask_at_the_same_moment(parts: AppContext) -> None:
    def attempt(_: int) -> bool:
        try:
            make(parts, "ann")
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("eleven char", "12 characters"),
        ("x" * 129, "128 characters"),
        ("a" * 40, "easy to guess"),
        ("annannannann", "easy to guess"),
        ("ANN-ann-ann-1", "easy to guess"),
    ],
)
def test_a_password_that_will_not_do_is_refused(
    parts: AppContext, password: str, says: str
) -> None:
    with pytest.raises(PasswordError, match=says):
        accounts.add_account(parts, "ann", Role.STAFF, password, BY)
    assert accounts.listed(parts) == []


@pytest.mark.usefixtures("real_passwords")
def test_the_right_password_is_told_from_a_wrong_one(parts: AppContext) -> None:
    make(parts, "ann")
    account = accounts.find_account(parts, "ann")
    assert account is not None
    assert account.password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")

    assert signing_in.is_right(parts, account, PASSWORD)
    assert not signing_in.is_right(parts, account, PASSWORD + "x")
    assert not signing_in.is_right(parts, None, PASSWORD)
    assert (
        accounts.find_account(parts, "ann") == account
    )  # its hash is in order, and is not made anew


@pytest.mark.parametrize(
    "typed", ["Gr\u00f6\u00dfe, correct horse", "Gro\u0308\u00dfe, correct horse"]
)
@pytest.mark.usefixtures("real_passwords")
def test_hashes_that_are_kept_stay_valid(parts: AppContext, typed: str) -> None:
    """Made by Flask-Security, with today's parameters and with weaker ones."""
    old = replace(parts, settings=parts.settings.model_copy(update={"secret_key": OLD_KEY}))
    make(old, "ann")
    for kept, outdated in ((OLD_HASH, False), (WEAK_HASH, True)):
        account = with_password(old, "ann", kept)
        assert not signing_in.is_right(old, account, typed + "x")
        assert with_password(old, "ann", kept) == account

        assert signing_in.is_right(old, account, typed)

        after = accounts.find_account(old, "ann")
        assert after is not None
        assert (after.password != kept) is outdated
        assert not passwords.is_outdated(after.password)
        assert signing_in.is_right(old, after, typed)


def with_password(parts: AppContext, name: str, hash_: str) -> stored.Account:
    transact(parts.engine, lambda connection: stored.change(connection, 1, password=hash_))
    account = accounts.find_account(parts, name)
    assert account is not None
    return account


@pytest.mark.usefixtures("real_passwords")
def test_a_hash_that_is_made_anew_never_undoes_a_change_of_password(parts: AppContext) -> None:
    make(parts, "ann")
    before = with_password(parts, "ann", WEAK_HASH)
    changed = accounts.change_password(parts, before, "another long password")

    transact(parts.engine, lambda c: stored.renew_hash(c, before.id, WEAK_HASH, "late"))

    assert accounts.find_account(parts, "ann") == changed


def test_whoever_has_another_secret_key_cannot_even_try_passwords(parts: AppContext) -> None:
    make(parts, "ann")
    account = accounts.find_account(parts, "ann")
    other = Settings(**parts.settings.model_dump() | {"secret_key": "another"})

    assert not signing_in.is_right(AppContext(other, parts.engine, parts.redis), account, PASSWORD)


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=65536,t=3,p=4$broken"])
def test_a_damaged_hash_lets_nobody_in(parts: AppContext, kept: str) -> None:
    make(parts, "ann")

    assert not signing_in.is_right(parts, with_password(parts, "ann", kept), PASSWORD)


def test_secrets_for_different_purposes_are_different(parts: AppContext) -> None:
    purposes = ["password salt", "second factor", "recovery codes", "known browser"]
    derived = {passwords.derive(parts.settings, purpose) for purpose in purposes}

    assert len(derived) == 4
    assert parts.settings.secret_key.get_secret_value() not in derived


def test_only_the_right_pin_of_an_active_account_dials_in(parts: AppContext) -> None:
    ann, bo = make(parts, "ann"), make(parts, "bo")

    assert ann.extension != bo.extension
    for extension, pin in (
        (ann.extension, bo.phone_pin),
        (ann.extension, ""),
        (ann.extension, "0" * 64),
        ("0000", ann.phone_pin),
        ("", ""),
        ("9" * 5000, "ü"),
    ):
        assert accounts.verify_phone_pin(parts, extension, pin) is None
    accounts.disable(parts, "ann", BY)
    assert accounts.verify_phone_pin(parts, ann.extension, ann.phone_pin) is None


def test_a_reset_voids_what_was_known(parts: AppContext) -> None:
    before = make(parts, "ann")
    after = accounts.reset(parts, "ann", "another long password", BY)

    assert accounts.verify_phone_pin(parts, before.extension, before.phone_pin) is None
    assert accounts.verify_phone_pin(parts, after.extension, after.phone_pin) is not None


def test_a_disabled_account_is_not_made_active_unasked(parts: AppContext) -> None:
    make(parts, "ann")
    accounts.disable(parts, "ann", BY)

    with pytest.raises(AccountError, match="--enable"):
        accounts.reset(parts, "ann", "another long password", BY)
    with pytest.raises(AccountError, match="already"):
        accounts.disable(parts, "ann", BY)
    accounts.reset(parts, "ann", "another long password", BY, enable=True)
    account = accounts.find_account(parts, "ann")
    assert account is not None
    assert account.active


def test_who_needs_a_second_factor_cannot_give_it_up(parts: AppContext) -> None:
    make(parts, "ada", Role.ADMIN)
    account = accounts.find_account(parts, "ada")
    assert account is not None

    with pytest.raises(AccountError, match="second factor"):
        accounts.remove_second_factor(parts, account)


def test_every_change_is_in_the_log_and_holds_no_secret(parts: AppContext) -> None:
    issued = make(parts, "ann")
    account = accounts.find_account(parts, "ann")
    assert account is not None
    secret = authenticator.make_secret(parts.settings)
    _, codes = accounts.set_second_factor(parts, account, secret, 1)
    accounts.reset(parts, "ann", "another long password", BY)
    accounts.disable(parts, "ann", BY)

    with reading(parts.engine) as connection:
        entries = activity.latest(connection, 50)
    assert [entry.kind for entry in reversed(entries)] == [
        ActivityKind.ACCOUNT_MADE,
        ActivityKind.SECOND_FACTOR_CHANGED,
        ActivityKind.ACCOUNT_RESET,
        ActivityKind.ACCOUNT_DISABLED,
    ]
    written = repr(entries)
    for hidden in (PASSWORD, "another long password", issued.phone_pin, secret, *codes):
        assert hidden not in written


@pytest.mark.both_databases
def test_a_time_step_is_accepted_once_whoever_asks_at_the_same_moment(parts: AppContext) -> None:
    make(parts, "ann")
    account = accounts.find_account(parts, "ann")
    assert account is not None

    def accept(counter: int) -> bool:
        return transact(parts.engine, lambda c: stored.accept_counter(c, account.id, counter))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, [7] * 4)) == [False, False, False, True]
    assert not accept(6)
    assert accept(8)


@pytest.mark.both_databases
def test_a_recovery_code_is_spent_once_whoever_asks_at_the_same_moment(parts: AppContext) -> None:
    make(parts, "ann")
    account = accounts.find_account(parts, "ann")
    assert account is not None
    _, codes = accounts.set_second_factor(parts, account, "x", 1)
    hashes = passwords.hash_recovery_codes(parts.settings, account.id, codes)

    with ThreadPoolExecutor(4) as pool:
        spent = pool.map(
            lambda h: signing_in.spend_recovery_code(parts, account, h), hashes[:1] * 4
        )
        assert sorted(spent) == [False, False, False, True]
    with ThreadPoolExecutor(4) as pool:
        assert all(
            pool.map(lambda h: signing_in.spend_recovery_code(parts, account, h), hashes[1:])
        )


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        (None, "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_an_address_counts_as_what_one_subscriber_has(address: str | None, network: str) -> None:
    assert network_of(address) == network
