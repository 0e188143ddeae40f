"""`hotline election survey`: what the checks find in a folder's results, without a database."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from hotline.cli import main
from tests.conftest import IOWA

SAMPLE = IOWA.parent / "primary-sample"


def survey(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["election", "survey", *map(str, arguments)])


def test_it_counts_by_check_and_says_what_would_have_become_of_them() -> None:
    done = survey(IOWA)
    assert done.exit_code == 0, done.output
    assert "1,765 reports." in done.output
    assert "The rules admit the awards of 1,546 of 1,678 precincts." in done.output
    assert "214 held, 12 counted as contested; 1,439 would have heard of nothing." in done.output
    found = {line.split()[1]: line.split()[0] for line in done.output.splitlines()[4:]}
    assert (found["MANY_LEFT"], found["TWIN"], found["FIRST_NOT_ATTENDANCE"]) == ("89", "6", "0")


def test_it_lists_what_a_check_finds_and_writes_all_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "found.csv"
    done = survey(IOWA, "--check", "TWIN", "--csv", file)
    assert done.exit_code == 0, done.output
    assert "TWIN: another precinct reported the same figures. 6 found." in done.output
    assert "People: 98; The same as: Woodbury, Sioux City 20 (16531)" in done.output
    with file.open(newline="", encoding="utf-8-sig") as text:
        rows = list(csv.DictReader(text))
    assert f"Wrote {len(rows)} findings" in done.output
    shift = next(row for row in rows if row["check"] == "COLUMN_SHIFT" and row["code"] == "15335")
    assert shift["figures"].startswith("About: Patrick, Sanders; First alignment: Biden 25")


def test_against_what_was_corrected_it_says_what_would_have_been_found() -> None:
    done = survey(IOWA, "--against", IOWA / "recount.csv")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert "72 of 92 found by the figures alone, 70 on the phone; 84 with attendance." in lines
    assert "323 of 1,765 chairs interrupted (18.3 %)." in lines
    assert "326 of 1,765 chairs interrupted (18.5 %)." in lines
    units = lines[lines.index("") + 1 :]
    assert len(units) == 92
    assert (
        "Appanoose, Bellair/Lincoln (00228): VIABLE_WITHOUT_DELEGATE: "
        "Delegates Joe Biden 2 → 1; Delegates Bernie Sanders 0 → 1"
    ) in units

    read = json.loads(survey(IOWA, "--against", IOWA / "recount.csv", "--json").output)
    assert read["without_learned"] == {
        "found": 72, "spoken": 70, "attended": 84, "interrupted": 323,
    }  # fmt: skip
    assert (read["corrected"], read["reports"], len(read["units"])) == (92, 1_765, 92)


def test_what_it_is_held_against_has_to_be_right(tmp_path: Path) -> None:
    file = tmp_path / "corrected.csv"
    file.write_text("code,candidate,first,final,delegates\n00012,biden,1,1,1\n")
    done = survey(IOWA, "--against", file)
    assert done.exit_code == 1
    assert "no precinct has the code “00012”; its check digit is wrong: 00011" in done.output
    assert survey(IOWA, "--json").exit_code == 2


def test_a_primary_awards_nothing() -> None:
    done = survey(SAMPLE)
    assert done.exit_code == 0, done.output
    assert "awards" not in done.output
    assert "BALLOTS_DO_NOT_ADD_UP" in done.output
    assert "COLUMN_SHIFT" not in done.output


def test_a_refusal_says_why(tmp_path: Path) -> None:
    done = survey(IOWA, "--check", "TIE")
    assert done.exit_code == 2
    assert "one of FIRST_NOT_ATTENDANCE" in done.output
    before = shutil.copytree(SAMPLE, tmp_path / SAMPLE.name)
    (before / "results.csv").unlink()
    done = survey(before)
    assert done.exit_code == 1
    assert "has no results.csv" in done.output
