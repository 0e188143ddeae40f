from __future__ import annotations

import re
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.languages.catalogue import language
from hotline.operations.publication.results_figures import SLIVER, coverage, share
from hotline.web.results import pages
from hotline.web.results.page import Sort, lay_out
from tests.web.published import primary
from tests.web.reading import ZONE


def luminance(colour: str) -> float:
    full = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    sheet = (Path(pages.__file__).parents[1] / "static/results.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    light, dark = (dict(re.findall(r"--(\S+): (#\w+);", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_bars_stand_out_from_their_ground(scheme: str) -> None:
    colours = palettes()[scheme]

    for text in ("ink", "quiet", "strong", "amber"):
        assert contrast(colours[text], colours["paper"]) >= 4.5, text
    assert contrast(colours["ink"], colours["amber-ground"]) >= 4.5
    assert contrast("#fff", colours["test"]) >= 4.5
    for bar in ("c1", "c2", "c3", "c4", "c5", "c6", "counted"):
        assert contrast(colours[bar], colours["paper"]) >= 3, bar
        assert contrast(colours[bar], colours["track"]) >= 3, bar


@pytest.mark.parametrize(
    ("value", "whole", "shown"),
    [
        ("550.3438", "2098.5", "26.2%"),
        ("1", "8", "12.5%"),
        ("25", "10000", "0.3%"),
        ("4", "10000", "<0.1%"),
        ("0", "10000", "0.0%"),
        ("7", "7", "100.0%"),
    ],
)
def test_shares_are_rounded_half_up_and_never_to_nothing(
    value: str, whole: str, shown: str
) -> None:
    assert share(Decimal(value), Decimal(whole)) == shown


@given(
    counted=st.integers(0, 10**6),
    contested=st.integers(0, 10**6),
    held=st.integers(0, 10**6),
    outstanding=st.integers(0, 10**6),
)
def test_the_bar_is_whole_and_shows_whatever_is_there(
    counted: int, contested: int, held: int, outstanding: int
) -> None:
    total = counted + held + outstanding
    units = {"total": total, "held": held, "outstanding": outstanding, "contested": contested}

    covered = coverage(units)

    parts = {
        "counted": counted - min(contested, counted),
        "contested": min(contested, counted),
        "held": held,
        "outstanding": outstanding,
    }
    widths = {piece.kind: Decimal(piece.width.rstrip("%")) for piece in covered.pieces}
    assert widths.keys() == {kind for kind, count in parts.items() if count}
    assert all(width >= SLIVER for width in widths.values())
    assert not widths or abs(sum(widths.values(), Decimal(0)) - 100) < Decimal("0.03")
    assert covered.counted + covered.held + covered.outstanding == covered.total


def test_laying_out_leaves_the_document_as_it_was() -> None:
    document = primary()
    before = deepcopy(document)

    lay_out(document, language("en"), ZONE, sort=Sort.SIZE)

    assert document == before
