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
