"""The worksheet of a caucus on paper: who is viable, and the columns to fill in."""

from __future__ import annotations

from hotline.election.model import Unit, UnitKind
from hotline.election.rules import caucus
from hotline.election.rules.paper import Parts, Printed, Worksheet

EXAMPLES = (50, 100, 200)  # people


def worksheet(unit: Unit, *, has_early: bool, tie: Printed) -> Worksheet:
    """`has_early`: early votes stand beside those in the room; `tie`: asks who won it."""
    has_threshold = unit.kind is UnitKind.SATELLITE or unit.delegates != 1
    boxes = [Printed("Attendance")]
    columns = [
        Printed("First alignment", context="a narrow column"),
        Printed("Final alignment", context="a narrow column"),
        Printed("Delegates"),
    ]
    if has_early:
        boxes.append(Printed("Early votes"))
        columns.insert(1, Printed("Early, first"))
        columns.insert(3, Printed("Early, final"))
    if has_threshold:
        boxes.append(Printed("Viable from"))
    whom = Printed("attendance and early votes together") if has_early else Printed("attendance")
    sizes = (site_sizes(),) if unit.kind is UnitKind.SATELLITE else ()
    final_asks = Printed("The final alignment asks only for groups that had people in the first.")
    return Worksheet(
        tuple(boxes),
        tuple(columns),
        is_wide=True,
        corner=_elects(unit),
        rules=(*sizes, (threshold_rule(unit, whom),)),
        notes=(_share(unit, whom), final_asks) if has_threshold else (final_asks,),
        examples=_examples(unit) if has_threshold else (),
        to_write=tie,
    )


def _delegates(unit: Unit) -> int:
    """A site elects at least four."""
    return unit.delegates if unit.kind is UnitKind.PRECINCT else caucus.SITE_LEAST


def threshold_rule(unit: Unit, whom: Printed) -> Printed:
    """The unit's threshold in words (rules.md, 1), as a share of `whom`."""
    match _delegates(unit):
        case 1:
            return Printed("No threshold here: the largest group elects the delegate.")
        case 2:
            return Printed(
                "A group is viable with a quarter of {whom}, rounded up.", {"whom": whom}
            )
        case 3:
            return Printed("A group is viable with a sixth of {whom}, rounded up.", {"whom": whom})
    return Printed(
        "A group is viable with {share} of {whom}, rounded up.", {"share": "15 %", "whom": whom}
    )


def site_sizes() -> Parts:
    """How many delegates a satellite elects, by its attendance (rules.md, 8)."""
    lows = (1, *(size + 1 for size in caucus.SITE_SIZES))
    ranges = "".join(
        f"{low}–{high}: {caucus.satellite_delegates(low)}, "
        for low, high in zip(lows, caucus.SITE_SIZES, strict=False)
    )
    above = {"low": lows[-1], "n": caucus.satellite_delegates(lows[-1])}
    return Printed("Attendance"), f" {ranges}", Printed("{low} or more: {n}", above)


def _elects(unit: Unit) -> Printed:
    if unit.kind is UnitKind.SATELLITE:
        return Printed("Delegates by attendance")
    return Printed("Elects {n} delegate|Elects {n} delegates", {"n": unit.delegates})


def _share(unit: Unit, whom: Printed) -> Printed:
    """How a group's delegates come about, where there is more than one to share."""
    return Printed(
        "A viable group's share: people in the group × {n} ÷ {whom}. The line works it out.",
        {"n": unit.delegates or Printed("delegates", context="of a share"), "whom": whom},
    )


def _examples(unit: Unit) -> tuple[Printed, ...]:
    return tuple(
        Printed(
            "with {people}: {viable}",
            {"people": people, "viable": caucus.threshold(people, _delegates(unit))},
        )
        for people in EXAMPLES
    )
