"""A folder with anything wrong in it is refused, with file, line and reason."""

from pathlib import Path

import pytest

from hotline.election.folder.folder import FolderError, read_folder, read_results
from tests.election.folder.trees import FILES, TOML, change, refusals

# The file, what is changed into what, and the line that says so

REFUSED = {
    "toml is broken": (
        "election.toml", "[lines]", "[lines", "election.toml, line 8: is not TOML:",
    ),
    "toml misses a key": (
        "election.toml", 'title = "Trees"\n', "", "election.toml: title is missing",
    ),
    "a contest misses a key": (
        "election.toml", 'title = "President"\n', "", "election.toml, line 15: title is missing",
    ),
    "toml has an unknown key": (
        "election.toml", "attendance_max", "atendance_max",
        "election.toml, line 13: atendance_max is not known; "
        "known are attendance_per_delegate_max, attendance_max",
    ),
    "a date is a text": (
        "election.toml", "2026-02-03", '"2026-02-03"',
        "election.toml, line 3: date is not a date such as 2020-02-03, without quotes",
    ),
    "a date is a moment": (
        "election.toml", "2026-02-03", "2026-02-03T10:00:00",
        "election.toml, line 3: date is not a date such as 2020-02-03, without quotes",
    ),
    "a number is a truth": (
        "election.toml", "= 500", "= true",
        "election.toml, line 13: attendance_max is not a whole number",
    ),
    "a number is too small": (
        "election.toml", "= 500", "= 0", "election.toml, line 13: attendance_max is less than 1: 0",
    ),
    "contests are no tables": (
        "election.toml", TOML[TOML.index("[[contests]]") :], "",
        "election.toml: contests is missing",
    ),
    "the id is another folder's": (
        "election.toml", '"trees"', '"woods"',
        "election.toml, line 1: id is “woods”, but the folder is called “trees”",
    ),
    "the time zone is unknown": (
        "election.toml", "America/Chicago", "America/Gotham",
        "election.toml, line 4: timezone is not known: “America/Gotham”",
    ),
    "the time zone is a path": (
        "election.toml", "America/Chicago", "../../etc/passwd",
        "election.toml, line 4: timezone is not known: “../../etc/passwd”",
    ),
    "a language is unknown": (
        "election.toml", '"es"', '"fr"',
        "election.toml, line 5: language “fr” is not known; known are en, es",
    ),
    "a language is there twice": (
        "election.toml", '"es"', '"en"',
        "election.toml, line 5: languages are empty, or name one twice",
    ),
    "a line is no number": (
        "election.toml", "+15155550100", "555-0100",
        "election.toml, line 9: chairs lacks its area code: “555-0100”",
    ),
    "both lines are one": (
        "election.toml", "+15155550101", "+15155550100",
        "election.toml, line 10: public is the chairs' number: "
        "the number called tells the lines apart",
    ),
    "a rule is unknown": (
        "election.toml", "iowa-caucus-2020", "iowa",
        "election.toml, line 18: rule is not known: “iowa”; "
        "known are iowa-caucus-2020, nevada-caucus-2020, plurality",
    ),
    "a caucus has seats": (
        "election.toml", "rare =", "seats = 2\nrare =",
        "election.toml, line 19: iowa-caucus-2020 knows no seats: they are for a count of ballots",
    ),
    "a contest is there twice": (
        "election.toml", "[[contests]]", TOML[TOML.index("[[contests]]") :] + "[[contests]]",
        "election.toml, line 20: contest “president” is there twice",
    ),
    "rare is nobody": (
        "election.toml", '["birch"]', '["beech"]',
        "election.toml, line 15: rare names no candidate: “beech”",
    ),
    "a column is missing": (
        "candidates.csv", "surname,", "",
        "candidates.csv, line 1: the header misses column “surname”",
    ),
    "a column is unknown": (
        "candidates.csv", "spoken", "voice",
        "candidates.csv, line 1: the header has an unknown column “voice”",
    ),
    "a column is there twice": (
        "candidates.csv", "spoken", "name",
        "candidates.csv, line 1: the header repeats column “name”",
    ),
    "a cell is missing": (
        "candidates.csv", "Birch,\n", "Birch\n",
        "candidates.csv, line 2: 4 cells, where the header has 5",
    ),
    "a number is no number": (
        "candidates.csv", "2,birch", "two,birch",
        "candidates.csv, line 2: number is not a whole number: “two”",
    ),
    "a number is another script's": (
        "candidates.csv", "2,birch", "٢,birch",
        "candidates.csv, line 2: number is not a whole number: “٢”",
    ),
    "a number is there twice": (
        "candidates.csv", "2,birch", "1,birch",
        "candidates.csv, line 3: number “1” is there twice in “president”",
    ),
    "a candidate's id is there twice": (
        "candidates.csv", "1,ash", "1,birch",
        "candidates.csv, line 3: id “birch” is there twice in “president”",
    ),
    "two candidates sound alike": (
        "candidates.csv", "Asch", "BIRCH",
        "candidates.csv, line 3: spoken name “birch” is there twice in “president”",
    ),
    "a candidate's id is a line of the sheet": (
        "candidates.csv", "1,ash", "1,write-ins",
        "candidates.csv, line 3: id is not lower-case letters, digits and hyphens, "
        "or reserved: “write-ins”",
    ),
    "a candidate has no name": (
        "candidates.csv", "Al Ash,", ",", "candidates.csv, line 3: name is empty",
    ),
    "a name holds a control character": (
        "candidates.csv", "Al Ash", "Al \x00Ash",
        "candidates.csv, line 3: name holds a character that cannot be printed",
    ),
    "a contest has no candidates": (
        "candidates.csv", "2,birch,Betty Birch,Birch,\n1,ash,Al Ash,Ash,Asch\n", "",
        "candidates.csv: contest “president” has no candidates",
    ),
    "a quote is not closed": (
        "candidates.csv", "Betty Birch", '"Betty Birch',
        "candidates.csv, line 2: is not a table: unexpected end of data",
    ),
    "a county is there twice": (
        "counties.csv", "Adair,10,4\n", "Adair,10,4\nAdair,10,4\n",
        "counties.csv, line 3: county “Adair” is there twice",
    ),
    "a county elects nobody": (
        "counties.csv", "Adair,10,4", "Adair,0,4",
        "counties.csv, line 2: county_delegates is less than 1: 0",
    ),
    "precincts do not add up to their county": (
        "precincts.csv", "precinct,6", "precinct,7",
        "counties.csv, line 2: Adair has 10 county delegates, but its precincts elect 11",
    ),
    "a pool is there twice": (
        "pools.csv", "CD1,6,Sites\n", "CD1,6,Sites\nCD1,6,Sites\n",
        "pools.csv, line 3: pool “CD1” is there twice",
    ),
    "a number is negative": (
        "pools.csv", "6", "-6", "pools.csv, line 2: state_delegates is not a whole number: “-6”",
    ),
    "a code is too short": (
        "precincts.csv", "00024", "0024", "precincts.csv, line 3: code is not 5 digits: “0024”",
    ),
    "a code is longer than the others": (
        "precincts.csv", "00024", "1428570",
        "precincts.csv, line 3: code is not as long as the others, 5 digits: 1428570",
    ),
    "a code has a wrong check digit": (
        "precincts.csv", "00024", "00025",
        "precincts.csv, line 3: code has a wrong check digit: 00025",
    ),
    "a code is there twice": (
        "precincts.csv", "00024", "00011", "precincts.csv, line 3: code 00011 is there twice",
    ),
    "a county is unknown": (
        "precincts.csv", "Adair,South", "Adams,South",
        "precincts.csv, line 3: county is not in counties.csv: “Adams”",
    ),
    "a pool is unknown": (
        "precincts.csv", "CD1", "CD2", "precincts.csv, line 4: pool is not in pools.csv: “CD2”",
    ),
    "a precinct is in a pool": (
        "precincts.csv", "precinct,6,", "precinct,6,CD1",
        "precincts.csv, line 3: pool is for satellites: a precinct belongs to a county",
    ),
    "a satellite is in a county": (
        "precincts.csv", ",,Library", ",Adair,Library",
        "precincts.csv, line 4: county is for precincts: a satellite belongs to a pool",
    ),
    "a satellite has delegates": (
        "precincts.csv", "satellite,,", "satellite,4,",
        "precincts.csv, line 4: delegates of a satellite follow from its attendance: "
        "leave them empty",
    ),
    "a precinct has no delegates": (
        "precincts.csv", "precinct,6", "precinct,",
        "precincts.csv, line 3: delegates is not a whole number: “”",
    ),
    "a kind is unknown": (
        "precincts.csv", "precinct,6", "absentee,6",
        "precincts.csv, line 3: kind is not known: “absentee”; known are precinct, satellite",
    ),
    "a report is of no unit": (
        "results.csv", "00011", "00048", "results.csv, line 4: no precinct has the code “00048”",
    ),
    "a report names nobody": (
        "results.csv", "9,birch", "9,beech",
        "results.csv, line 3: “beech” is not in contest “president”",
    ),
    "a report names somebody twice": (
        "results.csv", "9,birch", "9,ash",
        "results.csv, line 3: “ash” is there twice, here and in line 2",
    ),
    "a report is in two releases": (
        "results.csv", "9,birch", "10,birch",
        "results.csv, line 3: precinct 00024 is in release “9” already",
    ),
    "nobody came, and somebody": (
        "results.csv", "10,ash,5,5,4\n", "10,ash,5,5,4\n00011,10,,0,0,0\n",
        "results.csv, line 4: precinct 00011 has a row without a candidate, "
        "which says that nobody came, and others",
    ),
    "more people than can be keyed": (
        "results.csv", "10,ash,5", "10,ash,501",
        "results.csv, line 4: precinct 00011 has more than 500 people, the most that can be keyed",
    ),
    "a count is no number": (
        "results.csv", "10,ash,5", "10,ash,5.5",
        "results.csv, line 4: first is not a whole number: “5.5”",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refused(trees: Path, file: str, old: str, new: str, refusal: str) -> None:
    change(trees, file, old, new)
    assert any(line.startswith(refusal) for line in refusals(trees)), refusals(trees)


@pytest.mark.parametrize("file", ["election.toml", "candidates.csv", "precincts.csv"])
def test_a_missing_file_is_refused(trees: Path, file: str) -> None:
    (trees / file).unlink()
    assert f"{file}: is missing" in refusals(trees)


def test_a_missing_pool_file_leaves_its_sites_without_one(trees: Path) -> None:
    (trees / "pools.csv").unlink()
    assert refusals(trees) == ["precincts.csv, line 4: pool is not in pools.csv: “CD1”"]


def test_pools_need_counties(trees: Path) -> None:
    (trees / "counties.csv").unlink()
    assert refusals(trees) == [
        "pools.csv: needs counties.csv: state delegates are for all precincts, or none"
    ]


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".csv")])
def test_an_empty_file_and_a_folder_are_refused(trees: Path, file: str) -> None:
    (trees / file).write_text("")
    assert f"{file}: is empty" in refusals(trees)
    (trees / file).unlink()
    (trees / file).mkdir()
    assert f"{file}: cannot be read: Is a directory" in refusals(trees)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="nowhere: is not a folder"):
        read_folder(tmp_path / "nowhere")


@pytest.mark.parametrize("file", list(FILES))
def test_text_in_another_encoding(trees: Path, file: str) -> None:
    """Spreadsheets write Windows-1252; an editor that people write TOML with does not."""
    lines = (trees / file).read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"\n", "ñ\n".encode("latin-1"))
    (trees / file).write_bytes(b"".join(lines))
    refused = f"{file}, line 2: is not UTF-8; save it as UTF-8 text"
    assert (refused in every_refusal(trees)) is (file == "election.toml")


def every_refusal(folder: Path) -> list[str]:
    """Also none."""
    try:
        read_results(folder, read_folder(folder))
    except FolderError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_lines_are_right_after_a_cell_of_many_lines(trees: Path) -> None:
    change(trees, "precincts.csv", "North", '"North\r\nby\nWest"')
    change(trees, "precincts.csv", "00024", "00025")
    wrong = "precincts.csv, line 5: code has a wrong check digit: 00025; 00024 is right"
    assert refusals(trees)[0] == wrong


def test_all_that_is_wrong_is_said_at_once(trees: Path) -> None:
    change(trees, "candidates.csv", "2,birch", "x,birch")
    change(trees, "precincts.csv", "CD1", "CD2")
    change(trees, "counties.csv", "10,4", "10,four")
    assert (
        refusals(trees)
        == [
            "candidates.csv, line 2: number is not a whole number: “x”",
            "counties.csv, line 2: state_delegates is not a whole number: “four”",
            "precincts.csv, line 4: pool is not in pools.csv: “CD2”",
        ]
        or len(refusals(trees)) == 4
    )


def test_fifty_problems_are_shown(trees: Path) -> None:
    rows = "".join(f"{n},ash,Al Ash,Ash,\n" for n in range(1, 62))
    (trees / "candidates.csv").write_text("number,id,name,surname,spoken\n" + rows)
    with pytest.raises(FolderError) as refused:
        read_folder(trees)
    shown = str(refused.value).splitlines()
    assert len(shown) == 51
    assert shown[-1] == f"… and {len(refused.value.problems) - 50} more"
    first = refused.value
    assert (first.file, first.line) == ("candidates.csv", 3)
    assert first.reason == "id “ash” is there twice in “president”"
