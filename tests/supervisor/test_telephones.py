"""Which numbers the handset's page offers."""

from __future__ import annotations

from dataclasses import replace

from hotline.election.model import Election
from hotline.operations.parts import Parts
from hotline.supervisor.telephones import lines
from tests.operations.loaded import load

CHAIRS, PUBLIC = "+15155550100", "+15155550101"


def test_both_lines_can_be_called(parts: Parts, town: Election) -> None:
    assert lines(parts) == []
    load(parts, replace(town, chairs_line=CHAIRS, public_line=PUBLIC))
    assert [line["number"] for line in lines(parts)] == [CHAIRS, PUBLIC]


def test_an_election_without_a_public_line(parts: Parts, town: Election) -> None:
    load(parts, replace(town, chairs_line=CHAIRS, public_line=""))
    assert lines(parts) == [{"number": CHAIRS, "label": "The chairs' line"}]
