"""Nevada, 22 February 2020: early ballots are counted in, ties by the high card (rules.md, 6)."""

from __future__ import annotations

from hotline.election.rules.caucus_rule import Caucus
from hotline.election.rules.paper import Printed
from hotline.election.rules.sheet import Text

RULE = Caucus(
    "nevada-caucus-2020",
    lot="draw",
    lot_asked=Text("DRAW", "If {candidate} drew the high card, press {number}."),
    tie_on_paper=Printed("If tied, who drew high?"),
    is_capped=False,
    has_early=True,
)
