"""What the carrier will ask for: an estimate, in millionths of the currency of the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from sqlalchemy import func, select

from config.settings import Settings
from hotline.guard.triage import TRUSTED, Verdict
from hotline.operations.admission import limits
from hotline.operations.context import AppContext
from hotline.store.database import reading
from hotline.store.enums import Channel
from hotline.store.schema.tables import call

MILLIONTHS = 1_000_000
MOST = 2**31 - 1  # what the column holds
UNANSWERED = frozenset({"busy", "no-answer", "failed", "canceled"})
"""How the network says that a call ended before anybody answered."""


@dataclass(frozen=True, slots=True)
class Prices:
    """In millionths: a minute of a call that comes in and of one that goes out, and a text."""

    voice: int
    dial: int
    text: int


@dataclass(frozen=True, slots=True)
class Bill:
    """Calls answered and turned away, text messages, minutes of calls that came in; millionths."""

    answered: int
    turned_away: int
    texts: int
    minutes: int
    charge: int
    without_front_door: int


def prices_of(settings: Settings) -> Prices:
    prices = (settings.price_voice, settings.price_dial, settings.price_text)
    return Prices(*(round(price * MILLIONTHS) for price in prices))


def begun_minutes(seconds: float) -> int:
    """Minutes as they are charged; none for less than nothing, as of two clocks that differ."""
    return max(0, ceil(seconds / 60))


def minutes_of(answered: bool, ended_as: str | None, seconds: int | None) -> int:
    """Minutes charged of a call that came in.

    Of one that was answered at least one minute has begun, whatever the network leaves unsaid.
    """
    if not answered:
        return 0
    if seconds is not None:
        return begun_minutes(seconds)
    return 0 if ended_as in UNANSWERED else 1


def charge_of_call(prices: Prices, minutes: int, with_person: timedelta | None) -> int:
    """What a call costs that is over.

    `with_person`: from when it was first sent to a person until its end. That is an upper bound:
    the person may never have answered, or may have hung up first.
    """
    dialled = begun_minutes(with_person.total_seconds()) if with_person is not None else 0
    return min(MOST, minutes * prices.voice + dialled * prices.dial)


def charge_of_text(prices: Prices, answered: bool) -> int:
    return min(MOST, prices.text * (2 if answered else 1))


def bill(parts: AppContext, since: datetime | None = None) -> Bill:
    """The estimated bill for what began at `since` or later, as far as it has been recorded.

    A call that has not ended, as far as anybody knows, counts the minute that it has begun.

    `without_front_door` is the same if every call that was turned away had been answered, and had
    taken the minutes that answered calls without a proved PIN, from telephones that are not known,
    took on average; where there was none, the longest that such a call may take. Nobody would have
    been sent to a person in them, and nobody would have called again more or less often.
    """
    prices = prices_of(parts.settings)
    answered = turned_away = texts = minutes = charge = 0
    strangers = strangers_minutes = 0
    for group in _groups(parts, since):
        charge += group.charge
        if group.channel == Channel.TEXT:
            texts += group.calls
        elif group.verdict == Verdict.TURN_AWAY:
            turned_away += group.calls
        else:
            taken = group.calls * minutes_of(True, group.ended_as, group.seconds)
            answered += group.calls
            minutes += taken
            if group.under_way:
                charge += taken * prices.voice
            elif not group.proved and group.standing not in TRUSTED:
                strangers += group.calls
                strangers_minutes += taken
    longest = begun_minutes(limits.value(parts, "unverified_seconds"))
    usual = Fraction(strangers_minutes, strangers) if strangers else Fraction(longest)
    spared = round(turned_away * usual * prices.voice)
    return Bill(answered, turned_away, texts, minutes, charge, charge + spared)


@dataclass(frozen=True, slots=True)
class _Group:
    """Calls that are alike in everything that a bill depends on."""

    channel: str
    verdict: str
    standing: str
    proved: bool
    under_way: bool
    ended_as: str | None
    seconds: int | None
    calls: int
    charge: int


def _groups(parts: AppContext, since: datetime | None) -> list[_Group]:
    alike = (
        call.c.channel,
        call.c.verdict,
        call.c.standing,
        call.c.verified_at.is_not(None),
        call.c.charge.is_(None),
        call.c.ended_as,
        call.c.seconds,
    )
    query = select(*alike, func.count(), func.coalesce(func.sum(call.c.charge), 0)).group_by(*alike)
    if since is not None:
        query = query.where(call.c.began_at >= since)
    with reading(parts.engine) as connection:
        return [_Group(*row) for row in connection.execute(query)]
