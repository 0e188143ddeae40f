"""An election folder of three units, to change one thing in."""

from pathlib import Path

import pytest

from hotline.election.folder.folder import FolderError, read_folder, read_results

ELECTIONS = Path(__file__).parents[3] / "config/elections"

TOML = """\
id = "trees"
title = "Trees"
date = 2026-02-03
timezone = "America/Chicago"
languages = ["en", "es"]
source = "Invented"

[lines]
chairs = "+15155550100"
public = "+15155550101"

[policy]
attendance_max = 500

[[contests]]
id = "president"
title = "President"
rule = "iowa-caucus-2020"
rare = ["birch"]
"""
FILES = {
    "election.toml": TOML,
    "candidates.csv": (
        "number,id,name,surname,spoken\n2,birch,Betty Birch,Birch,\n1,ash,Al Ash,Ash,Asch\n"
    ),
    "counties.csv": "county,county_delegates,state_delegates\nAdair,10,4\n",
    "pools.csv": "pool,state_delegates,covers\nCD1,6,Sites\n",
    "precincts.csv": (
        "code,county,name,kind,delegates,pool\n"
        "00011,Adair,North,precinct,4,\n"
        "00024,Adair,South,precinct,6,\n"
        "00030,,Library,satellite,,CD1\n"
    ),
    "results.csv": (
        "code,release,candidate,first,final,delegates\n"
        "00024,9,ash,20,22,4\n"
        "00024,9,birch,10,8,2\n"
        "00011,10,ash,5,5,4\n"
        "00030,10,,0,0,0\n"
    ),
}


def planted(directory: Path) -> Path:
    """The folder, new and right."""
    folder = directory / "trees"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, "the test is about something else"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def refusals(folder: Path) -> list[str]:
    with pytest.raises(FolderError) as refused:
        read_results(folder, read_folder(folder))
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]
