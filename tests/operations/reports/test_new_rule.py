"""A report by a rule set that exists in tests only: filed, tabulated, published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.election.folder.folder import read_folder
from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish
from hotline.operations.reports.load_election import load_election
from hotline.store.publication import publications
from tests.election.rules.yes_no import QUESTION, Answers, registered, written
from tests.operations.acting import tabulated


@pytest.fixture
def parts(parts: AppContext, tmp_path: Path) -> Iterator[AppContext]:
    with registered():
        load_election(parts, read_folder(written(tmp_path)), "test")
        yield parts


def test_it_goes_from_the_ledger_to_the_results(parts: AppContext) -> None:
    tabulated(parts, "20012", {QUESTION: Answers(9, {"yes": 5, "no": 3}, 1)})
    publish(parts)

    latest = publications.latest(parts.engine)
    assert latest is not None
    [contest] = latest.document["contests"]
    assert contest["totals"] == {"answers": {"yes": 5, "no": 3}}
    assert contest["ballots"] == {"slips": 9, "blank": 1}
    assert latest.document["units"]["reported"] == 1
