"""Reading an election folder: what is read, and what is refused with file, line and reason."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.codes import check_digit, is_well_formed
from hotline.election.folder import FolderError, from_document, read, read_results, to_document
from hotline.election.model import PluralityFigures, Policy, Rule, UnitKind

ELECTIONS = Path(__file__).parents[2] / "config/elections"

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


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    folder = tmp_path / "trees"
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
        read_results(folder, read(folder))
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]


def test_a_folder_is_read(trees: Path) -> None:
    election = read(trees)
    assert (election.id, election.title, election.source) == ("trees", "Trees", "Invented")
    assert election.date == date(2026, 2, 3)
    assert election.zone.key == "America/Chicago"
    assert election.languages == ("en", "es")
    assert (election.chairs_line, election.public_line) == ("+15155550100", "+15155550101")
    assert election.policy == Policy(attendance_max=500)
    (contest,) = election.contests
    assert (contest.rule, contest.seats) == (Rule.IOWA, 1)
    assert [(c.number, c.id, c.said, c.rare) for c in contest.candidates] == [
        (1, "ash", "Asch", False),
        (2, "birch", "Birch", True),
    ]
    assert list(election.units) == ["00011", "00024", "00030"]
    site = election.units["00030"]
    assert (site.kind, site.scope, site.delegates) == (UnitKind.SATELLITE, "pool:CD1", 0)
    assert election.units["00024"].delegates == 6
    assert election.counties["Adair"].state_delegates == 4
    assert election.pools["CD1"].covers == "Sites"
    assert election.code_digits == 5


def test_results_come_by_release_then_code(trees: Path) -> None:
    reported = read_results(trees, read(trees))
    assert [(r.release, r.code) for r in reported] == [
        ("9", "00024"),
        ("10", "00011"),
        ("10", "00030"),
    ]
    south, _, nobody = (report.figures["president"] for report in reported)
    assert south.attendance == 30
    assert south.final == {"ash": 22, "birch": 8}
    assert (nobody.attendance, nobody.first, nobody.delegates) == (0, {}, {})


def test_releases_with_names_keep_the_order_of_the_file(trees: Path) -> None:
    text = (
        FILES["results.csv"]
        .replace(",9,", ",noon,")
        .replace("1,10,", "1,evening,")
        .replace("0,10,", "0,evening,")
    )
    (trees / "results.csv").write_text(text)
    assert [r.release for r in read_results(trees, read(trees))] == ["noon", "evening", "evening"]


def test_a_folder_without_results_has_none(trees: Path) -> None:
    (trees / "results.csv").unlink()
    assert read_results(trees, read(trees)) == ()


@pytest.mark.parametrize("name", ["iowa-2020", "primary-sample"])
def test_the_shipped_elections_survive_json(name: str) -> None:
    election = read(ELECTIONS / name)
    document = json.loads(json.dumps(to_document(election)))
    again = from_document(document)
    assert again == election
    assert to_document(again) == document
    assert again.zone.key == election.timezone


def test_byte_order_marks_and_any_line_ends_are_read_over(trees: Path) -> None:
    plain = read(trees), read_results(trees, read(trees))
    for file in trees.iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert (read(trees), read_results(trees, read(trees))) == plain


def test_white_space_is_one_space(trees: Path) -> None:
    change(trees, "precincts.csv", "North", '"  North \n  West "')
    assert read(trees).units["00011"].name == "North West"


# --- What is refused: the file, what is changed into what, and the line that says so

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
        "election.toml", "+15155550100", "515-555-0100",
        "election.toml, line 9: chairs is not a number such as +15155550100: “515-555-0100”",
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
        "election.toml, line 19: seats belong to a plurality: a caucus elects its delegates",
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
        "results.csv", "00011", "00048", "results.csv, line 4: no unit has the code “00048”",
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
        "results.csv, line 3: unit 00024 is in release “9” already",
    ),
    "nobody came, and somebody": (
        "results.csv", "10,ash,5,5,4\n", "10,ash,5,5,4\n00011,10,,0,0,0\n",
        "results.csv, line 4: unit 00011 has a row without a candidate, "
        "which says that nobody came, and others",
    ),
    "more people than can be keyed": (
        "results.csv", "10,ash,5", "10,ash,501",
        "results.csv, line 4: unit 00011 has more than 500 people, the most that can be keyed",
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
        "pools.csv: needs counties.csv: state delegates are for all units, or none"
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
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("file", list(FILES))
def test_text_in_another_encoding_is_refused(trees: Path, file: str) -> None:
    lines = (trees / file).read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"\n", "ñ\n".encode("latin-1"))
    (trees / file).write_bytes(b"".join(lines))
    assert f"{file}, line 2: is not UTF-8: save it as UTF-8 text" in refusals(trees)


def test_lines_are_right_after_a_cell_of_many_lines(trees: Path) -> None:
    change(trees, "precincts.csv", "North", '"North\r\nby\nWest"')
    change(trees, "precincts.csv", "00024", "00025")
    assert refusals(trees)[0] == "precincts.csv, line 5: code has a wrong check digit: 00025"


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
        read(trees)
    shown = str(refused.value).splitlines()
    assert len(shown) == 51
    assert shown[-1] == f"… and {len(refused.value.problems) - 50} more"
    first = refused.value
    assert (first.file, first.line) == ("candidates.csv", 3)
    assert first.reason == "id “ash” is there twice in “president”"


# --- A primary


@pytest.fixture
def primary(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ELECTIONS / "primary-sample", tmp_path / "primary-sample"))


def test_the_sample_primary(primary: Path) -> None:
    election = read(primary)
    assert [(c.id, c.seats, len(c.candidates)) for c in election.contests] == [
        ("governor", 1, 3),
        ("council", 2, 5),
    ]
    assert {unit.scope for unit in election.units.values()} == {
        "county:Sapling",
        "county:Evergreen",
    }
    assert all(is_well_formed(code) for code in election.units)
    reported = read_results(primary, election)
    assert len(reported) == len(election.units) == 12
    council = [report.figures["council"] for report in reported]
    assert all(isinstance(figures, PluralityFigures) for figures in council)
    for line in ("undervotes", "overvotes", "write_ins"):
        assert any(getattr(figures, line) for figures in council)


@pytest.mark.parametrize(
    ("file", "old", "new", "refusal"),
    [
        (
            "candidates.csv", "governor", "mayor",
            "candidates.csv, line 2: contest is not in election.toml: “mayor”",
        ),
        (
            "candidates.csv", ",contest", ",spoken",
            "candidates.csv, line 1: the header misses column “contest”",
        ),
        (
            "election.toml", "seats = 2", "seats = 0",
            "election.toml, line 26: seats are not 1 to 99: 0",
        ),
        (
            "results.csv", "governor,ballots", "mayor,ballots",
            "results.csv, line 2: contest is not known: “mayor”",
        ),
        (
            "results.csv", "20012,1,governor,ballots,394\n", "",
            "results.csv, line 2: unit 20012 has no line “ballots” in contest “governor”",
        ),
        (
            "results.csv", "governor,write-ins", "governor,blank",
            "results.csv, line 6: “blank” is not in contest “governor”",
        ),
    ],
)  # fmt: skip
def test_a_primary_refused(primary: Path, file: str, old: str, new: str, refusal: str) -> None:
    change(primary, file, old, new)
    assert refusal in refusals(primary)


def test_a_unit_that_leaves_a_contest_out_is_refused(primary: Path) -> None:
    text = (primary / "results.csv").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("20020,1,council")]
    (primary / "results.csv").write_text("\n".join(lines))
    assert refusals(primary) == [
        "results.csv, line 16: unit 20020 has nothing on contest “council”"
    ]


def test_a_primary_has_no_satellites(primary: Path) -> None:
    (primary / "precincts.csv").write_text(
        "code,county,name,kind\n20012,Sapling,Town Hall,satellite\n"
    )
    (refusal,) = refusals(primary)
    assert refusal == (
        "precincts.csv, line 2: kind is not known: “satellite”; "
        "known are precinct: no caucus, no satellite"
    )


# --- Anything


@given(file=st.sampled_from(list(FILES)), noise=st.binary(max_size=200), data=st.data())
def test_whatever_a_file_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, file: str, noise: bytes, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any") / "trees"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    content = (folder / file).read_bytes()
    at = data.draw(st.integers(0, len(content)))
    upto = data.draw(st.integers(at, len(content)))
    (folder / file).write_bytes(content[:at] + noise + content[upto:])
    try:
        election = read(folder)
        read_results(folder, election)
    except FolderError:
        return
    finally:
        shutil.rmtree(folder.parent)
    assert from_document(json.loads(json.dumps(to_document(election)))) == election


def test_an_election_of_many_units_has_longer_codes(trees: Path) -> None:
    codes = [f"{n:06}{check_digit(f'{n:06}')}" for n in range(20_000)]
    rows = "".join(f"{code},Adair,Precinct {code},precinct,1,\n" for code in codes)
    (trees / "precincts.csv").write_text("code,county,name,kind,delegates,pool\n" + rows)
    (trees / "counties.csv").write_text("county,county_delegates,state_delegates\nAdair,20000,40\n")
    election = read(trees)
    assert len(election.units) == 20_000
    assert election.code_digits == 7
    assert replace(election, units={}).code_digits == 5
