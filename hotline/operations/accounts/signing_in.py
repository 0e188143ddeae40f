"""Signing in: what proves it, how often it may be tried, and what is written down of it."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
from dataclasses import dataclass
from datetime import timedelta

from redis import RedisError
from sqlalchemy import Connection

from hotline.operations.accounts import authenticator, passwords
from hotline.operations.accounts.account_guard import stamp_of
from hotline.operations.accounts.accounts import actor_of
from hotline.operations.activity import log_activity
from hotline.operations.context import AppContext
from hotline.store.accounts import accounts, ended_sessions, sign_in
from hotline.store.accounts.accounts import Account
from hotline.store.accounts.sign_in import SignInPatience
from hotline.store.database import transact
from hotline.store.enums import ActivityKind

log = logging.getLogger(__name__)

PATIENCE = SignInPatience()
UNCOUNTED = (
    "Nobody can sign in at the moment, as a part of the system does not answer. "
    "Whoever is signed in stays so. Try again in a minute."
)


class UncountedError(Exception):
    """An attempt cannot be counted, and so is not made; the message says so."""


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Whose failures an attempt counts among. Only digests of it reach Redis."""

    name: str
    address: str
    is_known: bool = False

    @classmethod
    def at(cls, name: str, address: str | None) -> SignInAttempt:
        """From a browser that nobody has signed in with yet."""
        return cls(_digest("name", name), _digest("address", network_of(address)))

    @classmethod
    def from_known(cls, token: str) -> SignInAttempt:
        """From a browser in which this very account was signed in before. It counts for itself:
        others who try the name, or share the address, cannot make its owner wait."""
        return cls(_digest("known", token), _digest("known address", token), is_known=True)

    @classmethod
    def of(cls, what: str, account: Account) -> SignInAttempt:
        """At something that only who has the password, or is signed in, comes to."""
        return cls(_digest(what, str(account.id)), _digest(f"{what} address", str(account.id)))


def is_right(parts: AppContext, account: Account | None, password: str) -> bool:
    """Whether it is the account's password. It takes as long for a name that nobody has.

    A hash that was made with other parameters than today's is made anew.
    """
    settings = parts.settings
    if account is None:
        passwords.hash_password(settings, password)
        return False
    if not passwords.is_password(settings, account.password, password):
        return False
    if passwords.is_outdated(account.password):
        new = passwords.hash_password(settings, password)
        transact(
            parts.engine,
            lambda connection: accounts.renew_hash(connection, account.id, account.password, new),
        )
    return True


def accept_code(parts: AppContext, account: Account, code: str) -> bool:
    """Whether the code is the account's now. It works once, also if sent twice at once."""
    if account.totp_secret is None:
        return False
    step = authenticator.step_of(
        parts.settings, account.totp_secret, code, parts.now(), account.totp_counter
    )
    return step is not None and transact(
        parts.engine, lambda connection: accounts.accept_counter(connection, account.id, step)
    )


def seconds_to_wait(parts: AppContext, attempt: SignInAttempt) -> float:
    """0 if the attempt may be made; it counts as failed until `forgive`.

    Raises UncountedError while Redis cannot count it: guessing would have no limit.
    """
    try:
        return sign_in.attempt(parts.redis, attempt.name, attempt.address, parts.now(), PATIENCE)
    except RedisError:
        parts.counts["sign-in"] += 1
        log.warning("nobody can sign in: attempts cannot be counted, Redis does not answer")
        raise UncountedError(UNCOUNTED) from None


def forgive(parts: AppContext, attempt: SignInAttempt) -> None:
    """The attempt was right."""
    try:
        sign_in.forgive(parts.redis, attempt.name, attempt.address)
    except RedisError:
        parts.counts["sign-in"] += 1


def signed_in(parts: AppContext, account: Account, how: str) -> None:
    """`how`: by what it was proved."""

    def work(connection: Connection) -> None:
        accounts.change(connection, account.id, signed_in_at=parts.now())
        log_activity(connection, parts, actor_of(account), ActivityKind.SIGNED_IN, note=how)

    transact(parts.engine, work)
    log.info("%s signed in (%s)", account.name, how)


def failed(parts: AppContext, account: Account | None, why: str) -> None:
    """A name that nobody has is written down nowhere: it may be somebody's password."""
    if account is None:
        log.warning("a sign-in failed: no such name")
        return

    def work(connection: Connection) -> None:
        log_activity(connection, parts, actor_of(account), ActivityKind.SIGN_IN_FAILED, note=why)

    transact(parts.engine, work)
    log.warning("a sign-in as %s failed: %s", account.name, why)


def signed_out(parts: AppContext, account: Account, session: str) -> None:
    """Ends this session, also for whoever has a copy of its cookie."""
    mark = _digest("session", session)
    try:
        sign_in.end_use(parts.redis, account.id, stamp_of(account), mark)
    except RedisError:
        parts.counts["sign-in"] += 1
    until = parts.now() + timedelta(hours=parts.settings.session_hours)

    def work(connection: Connection) -> None:
        ended_sessions.end_session(connection, mark, parts.now(), until)
        log_activity(connection, parts, actor_of(account), ActivityKind.SIGNED_OUT)

    transact(parts.engine, work)
    log.info("%s signed out", account.name)


def has_ended(connection: Connection, session: str) -> bool:
    """Whether this session was signed out: copies of its cookie are void."""
    return ended_sessions.has_ended(connection, _digest("session", session))


def used(parts: AppContext, account: Account, session: str) -> None:
    """The session is in use: those who look after people see who is signed in."""
    seconds = parts.settings.idle_minutes * 60
    mark = _digest("session", session)
    try:
        sign_in.note_use(parts.redis, account.id, stamp_of(account), mark, parts.now(), seconds)
    except RedisError:
        parts.counts["sign-in"] += 1


def spend_recovery_code(parts: AppContext, account: Account, hash_: str) -> bool:
    """Whether a code with this hash was left; it is gone then."""
    return transact(
        parts.engine,
        lambda connection: accounts.spend_recovery_code(connection, account.id, hash_),
    )


def network_of(address: str | None) -> str:
    """The address, or of IPv6 the network of 64 bits, which is what one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _digest(kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind}:{what}".encode()).hexdigest()[:32]
