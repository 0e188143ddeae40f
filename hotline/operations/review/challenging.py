"""Observers doubt what a unit counts: filed, withdrawn, and settled by staff."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from hotline.operations.activity import log_activity
from hotline.operations.actors import Actor, NotAllowedError, require
from hotline.operations.context import AppContext
from hotline.store.database import exclusive, reading, transact
from hotline.store.enums import ActivityKind, ChallengeState, Role, Status
from hotline.store.reports import reports
from hotline.store.review import challenges
from hotline.store.review.challenges import Challenge, NewChallenge

SHORTEST, LONGEST = 10, 2_000  # characters
MOVED = frozenset({Status.COUNTED, Status.SUPERSEDED, Status.REJECTED})


class ChallengeError(ValueError):
    """It was not done; the message says why, in a sentence."""


def file_challenge(parts: AppContext, who: Actor, unit: str, text: str) -> int:
    """The number of the challenge. Raises ChallengeError, NotAllowedError; KeyError: no unit."""
    account_id = _account(who)
    doubt = text.strip()
    if len(doubt) < SHORTEST:
        raise ChallengeError(f"say in at least {SHORTEST} characters what you doubt, and why")
    if len(doubt) > LONGEST:
        raise ChallengeError(f"at most {LONGEST:,} characters, please: this has {len(doubt):,}")
    active = parts.election()
    code = active.election.units[unit].code
    new = NewChallenge(active.ledger_id, code, account_id, who.name, parts.now(), doubt)

    def work(connection: Connection) -> int:
        id = challenges.add_challenge(connection, new)
        log_activity(
            connection,
            parts,
            who,
            ActivityKind.CHALLENGE_FILED,
            unit=code,
            after={"challenge": id},
            note=doubt,
        )
        return id

    try:
        return transact(parts.engine, work)
    except IntegrityError:
        raise ChallengeError(
            "you have an open challenge on this precinct: withdraw it before you file another"
        ) from None


def withdraw(parts: AppContext, who: Actor, challenge_id: int) -> None:
    """Whoever filed it takes it back. Raises ChallengeError, NotAllowedError."""
    account_id = _account(who)

    def work(connection: Connection) -> None:
        challenge = _open(connection, challenge_id)
        if challenge.by_id != account_id:
            raise NotAllowedError("only who filed a challenge can withdraw it")
        _settle(parts, connection, challenge, ChallengeState.WITHDRAWN, who, "")

    transact(parts.engine, work)


def settle(
    parts: AppContext, who: Actor, challenge_id: int, state: ChallengeState, why: str
) -> None:
    """Upheld, once the count was changed; or dismissed, and the count stands.

    Raises ChallengeError, NotAllowedError.
    """
    require(who, Role.STAFF)
    if state not in (ChallengeState.UPHELD, ChallengeState.DISMISSED):
        raise ChallengeError("say whether it is upheld or dismissed")
    reason = why.strip()
    if not reason:
        raise ChallengeError("give the reason: the observer reads it")
    if len(reason) > LONGEST:
        raise ChallengeError(f"a reason has at most {LONGEST:,} characters")

    def work(connection: Connection) -> None:
        challenge = _open(connection, challenge_id)
        if state is ChallengeState.UPHELD and not _has_moved(connection, challenge):
            raise ChallengeError(
                "what counts has not changed since it was filed: decide on the report first"
            )
        _settle(parts, connection, challenge, state, who, reason)

    transact(parts.engine, work)


def find_challenge(parts: AppContext, challenge_id: int) -> Challenge | None:
    """A challenge of the ledger in use; None where there is no such one."""
    with reading(parts.engine) as connection:
        challenge = challenges.find_challenge(connection, challenge_id)
    return challenge if challenge and challenge.ledger_id == parts.election().ledger_id else None


def of_observer(parts: AppContext, who: Actor) -> Sequence[Challenge]:
    """All that this one has filed in the ledger that is open, the newest first."""
    active = parts.election()
    with reading(parts.engine) as connection:
        return challenges.of_account(connection, active.ledger_id, _account(who))


def _account(who: Actor) -> int:
    if who.account_id is None:
        raise NotAllowedError(f"{who.name} is no person, and can challenge nothing")
    return who.account_id


def _open(connection: Connection, challenge_id: int) -> Challenge:
    """Nobody else settles it until this transaction ends."""
    exclusive(connection, "challenge", challenge_id)
    challenge = challenges.find_challenge(connection, challenge_id)
    if challenge is None or not challenge.is_open:
        state = challenge.state.value if challenge else "gone"
        raise ChallengeError(f"this challenge is not open any more: it is {state}")
    return challenge


def _has_moved(connection: Connection, challenge: Challenge) -> bool:
    versions = reports.of_unit(connection, challenge.ledger_id, challenge.unit_code)
    return any(
        version.status in MOVED and version.changed_at > challenge.at for version in versions
    )


def _settle(
    parts: AppContext,
    connection: Connection,
    challenge: Challenge,
    state: ChallengeState,
    who: Actor,
    why: str,
) -> None:
    challenges.settle(connection, challenge.id, state, who.name, why, parts.now())
    log_activity(
        connection,
        parts,
        who,
        ActivityKind.CHALLENGE_SETTLED,
        unit=challenge.unit_code,
        before={"challenge": challenge.id, "state": challenge.state.value, "by": challenge.by},
        after={"state": state.value},
        note=why,
    )
