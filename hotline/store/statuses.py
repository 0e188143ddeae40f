"""The words for what becomes of a report and of a unit, each defined here and nowhere else."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """How a report reached us."""

    PHONE = "phone"  # a chair keyed it on the chairs' line
    STAFF = "staff"  # staff entered it in place of another version, and said why


class Outcome(StrEnum):
    """What became of a filing at the moment it was filed; what the caller is told."""

    FILED = "filed"  # the unit's only standing report, and nothing holds it back
    HELD = "held"  # filed; a check holds it back until staff have looked at it
    CORROBORATED = "corroborated"  # the same figures as a standing report of the unit
    CONFLICT = "conflict"  # other figures than the standing report, which goes on counting; held


class Status(StrEnum):
    """What has become of a report: the last of its events says it."""

    FILED = "filed"  # committed, not yet tabulated
    COUNTED = "counted"  # in the totals; at most one report of a unit is
    HELD = "held"  # out of the totals until staff release, replace or reject it
    CORROBORATING = "corroborating"  # says the same as another report of its unit, which matters
    SUPERSEDED = "superseded"  # another version took its place
    REJECTED = "rejected"  # staff decided that it shall not count


class UnitStatus(StrEnum):
    """Where a unit stands; every unit is in exactly one of these (checks.md)."""

    OUTSTANDING = "outstanding"  # nothing tabulated that stands
    HELD = "held"  # no report counts, and at least one is held
    COUNTED = "counted"  # one of its reports counts


STANDING = frozenset({Status.FILED, Status.COUNTED, Status.HELD})
"""Reports that a later one of the same unit is compared with."""


class Channel(StrEnum):
    """What came in."""

    VOICE = "voice"  # a call
    TEXT = "text"  # a text message


class EventKind(StrEnum):
    """What can happen in the life of a call; each at most once, but for those with a number."""

    ARRIVED = "arrived"  # answered, or turned away and why
    VERIFIED = "verified"  # a PIN was proved; numbered
    FILED = "filed"  # a report was committed; numbered
    PERSON = "person"  # sent to a person; numbered
    PENALISED = "penalised"  # the number is turned away for a while from now on
    ENDED = "ended"  # how, and how long it took
    ALARM = "alarm"  # PINs are being guessed all over the line
    TEXTED = "texted"  # a text message came in, and whether it was answered


class Switch(StrEnum):
    """What administrators can turn on; all are off at first."""

    ROSTER_ONLY = "roster-only"  # only telephones on the roster get through
    INTAKE_CLOSED = "close-intake"  # no reports are taken; callers hear why
    PUBLICATION_PAUSED = "pause-publication"  # the last publication stands
