"""What shows a finding: the figures of its report in short, in columns that suit the check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hotline.election.finding import Check
from hotline.election.model import Election
from hotline.election.rules.evidence import COMMON_VIEWS, Cell, FindingView
from hotline.election.rules.registry import all_rules, rules_of


def view_of(check: Check) -> FindingView:
    """How findings of this check are listed. KeyError where it is never found in a report."""
    return _views()[check]


def _views() -> Mapping[Check, FindingView]:
    found = {check: view for rule in reversed(all_rules()) for check, view in rule.views.items()}
    return {**found, **COMMON_VIEWS}


def checks_of(election: Election) -> tuple[Check, ...]:
    """The checks that may find something in a report of the election, in the order of the enum."""
    possible = {check for rule in rules_of(election) for check in rule.checks}
    return tuple(check for check in Check if check in possible)


def together(check: Check, cells: Iterable[Cell]) -> str:
    """What suits the check in one line: `People: 312; Delegates: 2`."""
    shown = zip(view_of(check).columns, cells, strict=True)
    return "; ".join(f"{column.title}: {cell}" for column, cell in shown if cell != "")
