"""What administrators change of other people's accounts, and that somebody is always left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.operations.accounts import account_changes, accounts
from hotline.operations.accounts.account_guard import (
    AccountError,
    can_sign_in,
    stamp_of,
    why_not_lowered,
    why_not_reset,
)
from hotline.operations.actors import Actor
from hotline.operations.context import AppContext
from hotline.store.accounts.accounts import Account
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from tests.web.signing_in import PASSWORD, ROOT, equip, make

# --- The rule


def account(id_: int, role: Role, active: bool, has_factor: bool) -> Account:
    return Account(
        id_,
        f"name{id_}",
        role,
        "hash",
        active,
        f"u{id_}",
        "secret" if has_factor else None,
        None,
        (),
        "1000",
        None,
        datetime(2020, 2, 4, tzinfo=UTC),
        "test",
        None,
    )


EVERYBODY = st.lists(
    st.tuples(st.sampled_from(Role), st.booleans(), st.booleans()), min_size=1, max_size=6
).map(lambda rows: [account(n, *row) for n, row in enumerate(rows)])


def admins(everybody: list[Account]) -> list[Account]:
    return [one for one in everybody if one.active and one.role is Role.ADMIN]


@given(EVERYBODY, st.data())
def test_whoever_is_lowered_leaves_an_admin_who_can_sign_in(
    everybody: list[Account], data: st.DataObject
) -> None:
    target = data.draw(st.sampled_from(everybody))
    by = data.draw(st.sampled_from([None, *(one.id for one in admins(everybody))]))

    why = why_not_lowered(everybody, target, by)

    left = [one for one in admins(everybody) if one.id != target.id]
    if by == target.id:
        assert why
    elif target not in admins(everybody):
        assert not why
    elif not why:
        assert left
        assert any(map(can_sign_in, left)) or not any(map(can_sign_in, admins(everybody)))
    else:
        assert not any(map(can_sign_in, left))


@given(EVERYBODY, st.data())
def test_nobody_resets_himself(everybody: list[Account], data: st.DataObject) -> None:
    target, by = (data.draw(st.sampled_from(everybody)) for _ in range(2))
    assert bool(why_not_reset(target, by.id)) is (target.id == by.id)
    assert not why_not_reset(target, None)


# --- Carried out


def of(parts: AppContext, name: str) -> Account:
    found = accounts.find_account(parts, name)
    assert found is not None
    return found


def actor(parts: AppContext, name: str) -> Actor:
    return accounts.actor_of(of(parts, name))


@pytest.fixture
def ada(parts: AppContext) -> Actor:
    """An administrator; there is another one, and somebody of the staff."""
    make(parts, "ada", Role.ADMIN)
    make(parts, "ben", Role.ADMIN)
    make(parts, "cy")
    equip(parts, "ada")
    return actor(parts, "ada")


def test_a_role_is_changed_ends_the_sessions_and_is_written_down(
    parts: AppContext, ada: Actor
) -> None:
    before = of(parts, "cy")

    account_changes.change_role(parts, "cy", Role.SUPERVISOR, ada, stamp=stamp_of(before))

    after = of(parts, "cy")
    assert after.role is Role.SUPERVISOR
    assert after.uniquifier != before.uniquifier
    with reading(parts.engine) as connection:
        [entry] = activity.latest(connection, 1)
    assert (entry.kind, entry.who, entry.account_id) == (
        ActivityKind.ROLE_CHANGED,
        "ada",
        ada.account_id,
    )
    assert entry.before == {"role": "staff"}
    assert entry.after == {"account": "cy", "account_id": after.id, "role": "supervisor"}


def test_nobody_lowers_or_disables_himself(parts: AppContext, ada: Actor) -> None:
    with pytest.raises(AccountError, match="lock yourself out"):
        account_changes.change_role(parts, "ada", Role.STAFF, ada)
    with pytest.raises(AccountError, match="lock yourself out"):
        accounts.disable(parts, "ada", ada)
    with pytest.raises(AccountError, match="under your name"):
        accounts.reset(parts, "ada", PASSWORD, ada)
    with pytest.raises(AccountError, match="under your name"):
        account_changes.remove_second_factor(parts, "ada", ada)


def test_the_last_admin_who_can_sign_in_stays_one_also_from_the_command_line(
    parts: AppContext, ada: Actor
) -> None:
    with pytest.raises(AccountError, match="no other administrator has signed in"):
        accounts.disable(parts, "ada", ROOT)
    accounts.disable(parts, "ben", ROOT)
    with pytest.raises(AccountError, match="the last administrator"):
        account_changes.change_role(parts, "ada", Role.SUPERVISOR, ROOT)


@pytest.mark.both_databases
def test_two_admins_who_lower_each_other_at_once_do_not_both_succeed(
    parts: AppContext, ada: Actor
) -> None:
    equip(parts, "ben")
    ben = actor(parts, "ben")

    def lower(by: Actor, name: str) -> bool:
        try:
            account_changes.change_role(parts, name, Role.STAFF, by)
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lower, (ada, ben), ("ben", "ada")))

    assert sorted(done) == [False, True]
    assert len([one for one in accounts.listed(parts) if one.role is Role.ADMIN]) == 1


def test_whoever_is_no_admin_any_more_changes_nothing(parts: AppContext, ada: Actor) -> None:
    equip(parts, "ben")
    ben = actor(parts, "ben")
    account_changes.change_role(parts, "ben", Role.STAFF, ada)

    with pytest.raises(AccountError, match="no administrator any more"):
        accounts.disable(parts, "cy", ben)
    assert of(parts, "cy").active


def test_the_later_of_two_is_told(parts: AppContext, ada: Actor) -> None:
    seen = stamp_of(of(parts, "cy"))
    account_changes.change_role(parts, "cy", Role.OBSERVER, ada, stamp=seen)

    for late in (
        lambda: account_changes.change_role(parts, "cy", Role.ADMIN, ada, stamp=seen),
        lambda: accounts.disable(parts, "cy", ada, stamp=seen),
        lambda: accounts.reset(parts, "cy", PASSWORD, ada, stamp=seen),
        lambda: account_changes.sign_out_everywhere(parts, "cy", ada, stamp=seen),
    ):
        with pytest.raises(AccountError, match="changed by somebody else meanwhile"):
            late()
    assert of(parts, "cy").role is Role.OBSERVER
    assert of(parts, "cy").active


def test_a_lost_second_factor_is_removed_and_the_password_stays(
    parts: AppContext, ada: Actor
) -> None:
    equip(parts, "ben")
    before = of(parts, "ben")

    account_changes.remove_second_factor(parts, "ben", ada)

    after = of(parts, "ben")
    assert not after.has_second_factor
    assert after.recovery_codes == ()
    assert after.password == before.password
    assert after.uniquifier != before.uniquifier
    with pytest.raises(AccountError, match="has no second factor"):
        account_changes.remove_second_factor(parts, "ben", ada)


def test_signing_somebody_out_everywhere_is_written_down(parts: AppContext, ada: Actor) -> None:
    before = of(parts, "cy")
    account_changes.sign_out_everywhere(parts, "cy", ada)
    assert of(parts, "cy").uniquifier != before.uniquifier
    with reading(parts.engine) as connection:
        [entry] = activity.latest(connection, 1)
    assert entry.kind is ActivityKind.SESSIONS_ENDED
