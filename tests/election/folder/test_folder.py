"""Reading an election folder, whatever is in it."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.election.folder.codes import check_digit, is_well_formed
from hotline.election.folder.folder import (
    FolderError,
    from_document,
    read_folder,
    read_results,
    to_document,
)
from hotline.election.model import Policy, UnitKind
from hotline.election.rules.plurality import PluralityFigures
from tests.election.folder.trees import ELECTIONS, FILES, change, planted, refusals


def test_a_folder_is_read(trees: Path) -> None:
    election = read_folder(trees)
    assert (election.id, election.title, election.source) == ("trees", "Trees", "Invented")
    assert election.date == date(2026, 2, 3)
    assert election.zone.key == "America/Chicago"
    assert election.languages == ("en", "es")
    assert (election.chairs_line, election.public_line) == ("+15155550100", "+15155550101")
    assert election.policy == Policy(attendance_max=500)
    (contest,) = election.contests
    assert (contest.rule, contest.seats) == ("iowa-caucus-2020", 1)
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
    reported = read_results(trees, read_folder(trees))
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
    assert [r.release for r in read_results(trees, read_folder(trees))] == [
        "noon",
        "evening",
        "evening",
    ]


def test_a_folder_without_results_has_none(trees: Path) -> None:
    (trees / "results.csv").unlink()
    assert read_results(trees, read_folder(trees)) == ()


@pytest.mark.parametrize("name", ["iowa-2020", "primary-sample"])
def test_the_shipped_elections_survive_json(name: str) -> None:
    election = read_folder(ELECTIONS / name)
    document = json.loads(json.dumps(to_document(election)))
    again = from_document(document)
    assert again == election
    assert to_document(again) == document
    assert again.zone.key == election.timezone


def test_byte_order_marks_and_any_line_ends_are_read_over(trees: Path) -> None:
    plain = read_folder(trees), read_results(trees, read_folder(trees))
    for file in trees.iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert (read_folder(trees), read_results(trees, read_folder(trees))) == plain


def test_white_space_is_one_space(trees: Path) -> None:
    change(trees, "precincts.csv", "North", '"  North \n  West "')
    assert read_folder(trees).units["00011"].name == "North West"


# --- A primary


@pytest.fixture
def primary(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ELECTIONS / "primary-sample", tmp_path / "primary-sample"))


def test_the_sample_primary(primary: Path) -> None:
    election = read_folder(primary)
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
            "candidates.csv, line 1: the header misses column “contest”; it has number, id, name, "
            "surname, spoken: name the column so, or map it with THEIRS=contest",
        ),
        (
            "election.toml", "seats = 2", "seats = 0",
            "election.toml, line 29: seats are not 1 to 99: 0",
        ),
        (
            "results.csv", "governor,ballots", "mayor,ballots",
            "results.csv, line 2: contest is not known: “mayor”",
        ),
        (
            "results.csv", "20012,1,governor,ballots,394\n", "",
            "results.csv, line 2: precinct 20012 has no line “ballots” in contest “governor”",
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
        "results.csv, line 16: precinct 20020 has nothing on contest “council”"
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
    folder = planted(tmp_path_factory.mktemp("any"))
    content = (folder / file).read_bytes()
    at = data.draw(st.integers(0, len(content)))
    upto = data.draw(st.integers(at, len(content)))
    (folder / file).write_bytes(content[:at] + noise + content[upto:])
    try:
        election = read_folder(folder)
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
    election = read_folder(trees)
    assert len(election.units) == 20_000
    assert election.code_digits == 7
    assert replace(election, units={}).code_digits == 5


def test_names_in_other_languages(tmp_path):
    election = read_folder(ELECTIONS / "primary-sample").in_language("es")
    assert election.title.startswith("Primarias del estado")
    assert election.contests[0].title == "Gobernador"
    assert election.units["20123"].name == "Boletas en ausencia"
    assert election.units["20106"].name == "Mossy Creek"
    assert from_document(json.loads(json.dumps(to_document(election)))) == election


def test_words_that_are_candidates_have_spanish_names():
    (contest,) = read_folder(ELECTIONS / "iowa-2020").in_language("es").contests
    assert [c.said for c in contest.candidates[-3:]] == ["Yang", "Otro", "Sin compromiso"]
    assert contest.title == "Presidencia de los Estados Unidos"
