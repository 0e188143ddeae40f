"""Iowa, 3 February 2020: at most one group a delegate, ties by coin (rules.md)."""

from __future__ import annotations

from hotline.election.rules.caucus_rule import Caucus
from hotline.election.rules.paper import Printed
from hotline.election.rules.sheet import Text

RULE = Caucus(
    "iowa-caucus-2020",
    lot="toss",
    lot_asked=Text("TOSS", "If {candidate} won the toss, press {number}."),
    tie_on_paper=Printed("If tied, who won the toss?"),
    is_capped=True,
    has_early=False,
)
