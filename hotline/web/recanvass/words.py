"""The words that the pages of a recanvass use."""

from __future__ import annotations

from typing import Any

from hotline.operations.recanvass import words
from hotline.store.enums import RecanvassKind
from hotline.web.console.blueprints import review


@review.context_processor
def recanvass_words() -> dict[str, Any]:
    """What the templates may use."""
    return {
        "recanvass_kinds": {
            RecanvassKind.RECANVASS: "Recanvass: the papers that the units sent",
            RecanvassKind.RECOUNT: "Recount: the ballots or cards, counted again",
        },
        "recanvass_names": words.NAMES,
        "recanvass_states": words.STATES,
        "difference_kinds": words.KINDS,
        "decision_words": words.DECISIONS,
        "measure_name": words.measure_name,
        "line_name": words.line_name,
        "amount": words.amount,
        "signed": words.signed,
        "lead_in_words": words.lead_in_words,
    }
