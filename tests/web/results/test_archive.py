"""Anybody can have what was published, its signature and the key, and check it by files alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from app import create_app
from hotline.cli import main
from hotline.operations.audit.signing import is_signed, read_public_key, signer, signer_of
from hotline.operations.context import AppContext
from hotline.operations.publication.publish import publish_now
from hotline.operations.publication.results_data import as_json
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.store.publication.publications import latest
from tests.conftest import Clock
from tests.operations.acting import published, tabulated
from tests.operations.audit.books import SOUTH_2, fill, live
from tests.operations.audit.books import tamper as tamper_with_database
from tests.towns import caucus, town


@pytest.fixture
def book(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    live(parts)
    fill(parts)
    return parts


@pytest.fixture
def client(book: AppContext) -> FlaskClient:
    return create_app(parts=book).test_client()


def test_what_is_shown_is_what_was_signed(book: AppContext, client: FlaskClient) -> None:
    key = read_public_key(client.get("/results/key.pem").data)
    signature = client.get("/results.sig")

    assert key.public_bytes_raw() == signer(book.settings).public.public_bytes_raw()
    assert signature.headers["Hotline-Publication"] == "3"
    assert signature.headers["Hotline-Key"] == signer(book.settings).key_id
    assert is_signed(key, client.get("/results.json").data, signature.data)
    for number in (1, 2, 3):
        document = client.get(f"/results/{number}.json")
        assert document.json["number"] == number
        assert is_signed(key, document.data, client.get(f"/results/{number}.sig").data)
    assert not is_signed(key, document.data, client.get("/results/1.sig").data)


def test_the_database_gives_back_the_bytes_that_were_signed(book: AppContext) -> None:
    shown = latest(book.engine)
    assert shown is not None

    assert as_json(shown.document).encode() == client_bytes(book, shown.number)


def client_bytes(book: AppContext, number: int) -> bytes:
    return create_app(parts=book).test_client().get(f"/results/{number}.json").data


def test_while_newer_ones_are_refused_the_signed_one_has_its_own_address(
    book: AppContext, client: FlaskClient
) -> None:
    tamper_with_database(book, "UPDATE total SET value = value + 1")
    publish_now(book)

    key = read_public_key(client.get("/results/key.pem").data)
    shown, kept = client.get("/results.json"), client.get("/results/3.json")
    assert shown.json.pop("refused_since")
    assert not is_signed(key, shown.data, client.get("/results.sig").data)
    assert is_signed(key, kept.data, client.get("/results.sig").data)


def test_all_publications_are_listed_the_newest_first(client: FlaskClient) -> None:
    listed = client.get("/results/publications").json

    assert [one["number"] for one in listed["publications"]] == [3, 2, 1]
    assert listed["older"] is None
    newest = listed["publications"][0]
    assert newest["entries"] == client.get(newest["document"]).json["ledger"]["entries"]
    assert client.get(newest["signature"]).status_code == 200


def test_a_long_list_goes_on(
    book: AppContext, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.web.results.archive.AT_ONCE", 2)

    first = client.get("/results/publications").json
    rest = client.get(first["older"]).json

    assert [one["number"] for one in first["publications"]] == [3, 2]
    assert [one["number"] for one in rest["publications"]] == [1]
    assert rest["older"] is None


@pytest.mark.parametrize("path", ["/results/99.json", "/results/99.sig"])
def test_a_number_that_there_is_not(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.json == {"error": "nothing has been published under this number"}


def test_nothing_of_a_shelved_ledger_is_shown(book: AppContext, client: FlaskClient) -> None:
    open_ledger(book, is_test=True, by="test", force=True)
    published(book)

    assert client.get("/results/3.json").status_code == 404
    assert client.get("/results/4.json").json["is_test"] is True
    assert [n["number"] for n in client.get("/results/publications").json["publications"]] == [4]


def test_before_the_first_publication_there_is_nothing(parts: AppContext) -> None:
    client = create_app(parts=parts).test_client()

    assert client.get("/results.sig").status_code == 404
    assert client.get("/results/publications").json == {"publications": [], "older": None}
    assert client.get("/results/key.pem").status_code == 200


def test_any_page_may_read_them_and_ask_whether_they_changed(client: FlaskClient) -> None:
    first = client.get("/results/2.json")
    again = client.get("/results/2.json", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert again.status_code == 304


# --- A newspaper, with files and nothing of ours


VERIFIER = Path(__file__).parents[2] / "independent_verifier.py"


@pytest.fixture
def desk(book: AppContext, client: FlaskClient, tmp_path: Path) -> Path:
    """Everything that a newspaper was given."""
    folder = tmp_path / "newspaper"
    folder.mkdir()
    for name, path in (
        ("results.json", "/results.json"),
        ("results.sig", "/results.sig"),
        ("key.pem", "/results/key.pem"),
    ):
        (folder / name).write_bytes(client.get(path).data)
    export(book, folder / "ledger.jsonl")
    return folder


def export(parts: AppContext, path: Path) -> None:
    settings = parts.settings
    ours = {
        "DATABASE_URL": settings.database_url,
        "HOTLINE_VAR": str(settings.var),
        "REDIS_URL": "unix:///nowhere",
    }
    done = hotline("audit", "export", str(path), **ours)
    assert done.returncode == 0, done.stderr


def hotline(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hotline", *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env={"PATH": "/usr/bin:/bin", **environment},
        timeout=60,
    )


def given(folder: Path) -> tuple[str, ...]:
    return (
        "audit",
        "check",
        str(folder / "results.json"),
        "--signature",
        str(folder / "results.sig"),
        "--key",
        str(folder / "key.pem"),
        "--ledger",
        str(folder / "ledger.jsonl"),
    )


def check(folder: Path) -> Result:
    return CliRunner().invoke(main, given(folder))


def verify_independently(folder: Path) -> subprocess.CompletedProcess[str]:
    names = ("results.json", "results.sig", "key.pem", "ledger.jsonl")
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), *(str(folder / name) for name in names)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_newspaper_accepts_what_is_true(book: AppContext, desk: Path) -> None:
    """With files alone: there is neither a database nor any setting that could be read."""
    independent = verify_independently(desk)
    ours = hotline(*given(desk), HOTLINE_VAR="/nowhere/at/all", HOTLINE_CARRIER="nonsense")

    assert (independent.returncode, independent.stdout) == (0, "accepted\n"), independent.stderr
    assert ours.returncode == 0, ours.stderr
    assert f"Key {signer(book.settings).key_id}" in ours.stdout


def test_a_ledger_that_went_on_is_still_the_one_of_the_publication(
    book: AppContext, desk: Path
) -> None:
    tabulated(book, SOUTH_2, caucus(3, 3))
    (desk / "ledger.jsonl").unlink()
    export(book, desk / "ledger.jsonl")

    assert check(desk).exit_code == 0
    assert verify_independently(desk).returncode == 0


def change_figures(folder: Path) -> str:
    _edit_entry(folder, 1, lambda entry: entry["reported"]["president"]["first"].update(ash=13))
    return "precinct 10001, version 1, step 1: its figures are not those that were bound"


def change_status(folder: Path) -> str:
    _edit_entry(folder, 4, lambda entry: entry.update(status="rejected"))
    return "entry 4, precinct 10001, version 2, step 2: it was altered, or what stood before it was"


def remove_an_entry(folder: Path) -> str:
    path = folder / "ledger.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:6] + lines[7:]))
    return "entry 5 is missing"


def change_a_total(folder: Path) -> str:
    path = folder / "results.json"
    path.write_bytes(path.read_bytes().replace(b'"outstanding":0', b'"outstanding":1'))
    return "signature: this is not what the key signed"


def call_it_live(folder: Path) -> str:
    path = folder / "ledger.jsonl"
    path.write_text(path.read_text().replace('"is_test":false', '"is_test":true', 1))
    return "publication: is_test: it says False, the ledger True"


def define_otherwise(folder: Path) -> str:
    path = folder / "ledger.jsonl"
    path.write_text(path.read_text().replace('["North",9,3]', '["North",9,4]'))
    return "publication: the file defines precincts, delegates or contests otherwise"


def _edit_entry(folder: Path, number: int, edit: object) -> None:
    path = folder / "ledger.jsonl"
    lines = path.read_text().splitlines()
    entry = json.loads(lines[number + 1])
    edit(entry)
    lines[number + 1] = json.dumps(entry)
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    "falsify",
    [
        change_figures,
        change_status,
        remove_an_entry,
        change_a_total,
        call_it_live,
        define_otherwise,
    ],
)
def test_a_newspaper_refuses_what_is_not(desk: Path, falsify: object) -> None:
    said = falsify(desk)

    independent, ours = verify_independently(desk), check(desk)

    assert independent.returncode == 1
    assert ours.exit_code == 1
    assert said in ours.stdout


def test_the_export_tells_nothing_private(book: AppContext, desk: Path) -> None:
    entries = [json.loads(line) for line in (desk / "ledger.jsonl").read_text().splitlines()[2:]]
    filed = [entry for entry in entries if entry["step"] == 1]

    assert {key for entry in entries for key in entry} == {
        "ledger",
        "number",
        "unit",
        "version",
        "step",
        "status",
        "at",
        "record",
        "digest",
        "figures",
        "doubtful",
        "reported",
    }
    # Of a report that never counted (corroborating, in conflict, held) there is only the digest.
    assert sum("reported" not in entry for entry in filed) == 3


def test_a_file_that_exists_is_not_written_over(book: AppContext, desk: Path) -> None:
    before = (desk / "ledger.jsonl").read_text()

    done = hotline(
        "audit",
        "export",
        str(desk / "ledger.jsonl"),
        DATABASE_URL=book.settings.database_url,
        HOTLINE_VAR=str(book.settings.var),
    )

    assert done.returncode == 1
    assert (desk / "ledger.jsonl").read_text() == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("results.json", b"<html>", "this is no publication"),
        ("results.sig", b"short", "this is no signature"),
        ("key.pem", b"-----BEGIN NOTHING-----", "this is not an Ed25519 public key"),
        ("ledger.jsonl", b"", "the file ends before the ledger begins"),
        ("ledger.jsonl", b"{}\n{}\n", "line 1: this is no export of a ledger"),
        ("ledger.jsonl", b"\xff\xfe", "can't decode"),
    ],
)
def test_what_is_no_such_file_is_said(desk: Path, name: str, content: bytes, said: str) -> None:
    (desk / name).write_bytes(content)

    done = check(desk)

    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_key_is_made_and_shown() -> None:
    made = CliRunner().invoke(main, ["ledger", "key", "--new"])
    name, _, seed = made.stdout.strip().partition("=")
    shown = CliRunner().invoke(main, ["ledger", "key"], env={"HOTLINE_SIGNING_KEY": seed})

    assert name == "HOTLINE_SIGNING_KEY"
    assert f"Key {signer_of(seed).key_id}" in made.stderr
    assert signer_of(seed).pem.decode() in made.stderr
    assert shown.stdout == made.stderr
    assert seed not in shown.output


def test_verify_is_a_command(book: AppContext, clock: Clock) -> None:
    ours = {"DATABASE_URL": book.settings.database_url, "HOTLINE_VAR": str(book.settings.var)}

    whole = hotline("audit", "verify", **ours)
    tamper_with_database(book, "UPDATE report_event SET who = 'x' WHERE id = 2")
    altered = hotline("audit", "verify", **ours)

    assert (whole.returncode, whole.stderr) == (0, "")
    assert "Everything is as it was written." in whole.stdout
    assert altered.returncode == 1
    assert "ledger: entry 2, precinct 10001, version 1, step 2: it was altered" in altered.stdout
