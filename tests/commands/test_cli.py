"""The `hotline` command: what it does, how it refuses, and with which status it ends."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.commands.command_line import Hotline, assert_refused

ROOT = Path(__file__).parents[2]
PRIMARY = ROOT / "config/elections/primary-sample"


@pytest.mark.parametrize(
    "arguments",
    [
        ["dial"],
        ["--frobnicate"],
        ["up", "--port", "0"],
        ["up", "--port", "telephone"],
        ["election"],
        ["election", "load"],
        ["election", "load", "/nowhere/at/all"],
        ["election", "load", __file__],
        ["roster", "load", "/nowhere.csv"],
        ["roster", "load", "a.csv", "b.csv"],
        ["pins", "issue"],
        ["pins", "letters", "--out", "letters.pdf"],
        ["pins", "sheets", "--out", "sheets.pdf", "--paper", "a0"],
        ["ledger", "reopen", "first"],
        ["results", "--format", "xml"],
        ["work"],
        ["work", "tabulatoin"],
        ["web", "--port", "65536"],
        ["clock", "now"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
    arguments: list[str], hotline: Hotline
) -> None:
    done = hotline(*arguments)

    assert done.status == 2, done
    assert "Usage: hotline" in done.stderr


@pytest.mark.parametrize("arguments", [["dial"], ["election", "load", "/nowhere"], ["work"]])
def test_wrong_usage_of_the_real_process_is_the_same(
    arguments: list[str], process: Hotline
) -> None:
    done = process(*arguments)

    assert done.status == 2, done
    assert "Usage: hotline" in done.stderr
    assert "Traceback" not in done.stderr


def test_alone_it_prints_what_it_can_do(hotline: Hotline) -> None:
    done = hotline()

    assert done.status == 2
    assert "rehearse" in done.stderr


@pytest.mark.parametrize("flags", [(), ("--test", "--live")])
def test_whether_a_ledger_is_for_tests_must_be_said(
    flags: tuple[str, ...], loaded: Hotline
) -> None:
    done = loaded("ledger", "open", *flags)

    assert done.status == 2
    assert "either --test or --live" in done.stderr
    assert len(loaded("ledger", "list").stdout.splitlines()) == 1


@pytest.mark.parametrize("name", ["up", "web", "results"])
@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"HOTLINE_CARRIER": "pigeon"}, "HOTLINE_CARRIER"),
        ({"HOTLINE_CARRIER": "twilio"}, "needs SECRET_KEY, PIN_PEPPER, PUBLIC_URL"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_malformed_settings_are_refused_by_name(
    name: str, environment: dict[str, str], reason: str, hotline: Hotline
) -> None:
    assert_refused(hotline(name, **environment), reason)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://host/name", "DATABASE_URL: mysql is not supported"),
        ("nonsense", "DATABASE_URL: not a database URL"),
        ("sqlite://", "DATABASE_URL: SQLite needs a file"),
        ("sqlite:////proc/hotline.db", "unable to open database file"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "connection"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused(url: str, reason: str, hotline: Hotline) -> None:
    done = hotline("db", "upgrade", DATABASE_URL=url)

    assert_refused(done, reason)
    assert "secret" not in done.stderr


def test_a_file_that_is_no_database_is_refused(hotline: Hotline, tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, " * 1000)

    assert_refused(hotline("db", "upgrade", DATABASE_URL=f"sqlite:///{path}"), "not a database")


def test_without_a_schema_it_says_which_command_is_missing(hotline: Hotline) -> None:
    assert_refused(hotline("election", "load", PRIMARY), "hotline db upgrade")


def test_loading_warns_of_names_that_a_voice_misreads(hotline: Hotline, tmp_path: Path) -> None:
    folder = tmp_path / PRIMARY.name
    shutil.copytree(PRIMARY, folder)
    table = folder / "precincts.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    code, county = lines[2].split(",")[:2]
    lines = [f"{line}," for line in lines]
    lines[0] += "spoken_es"
    lines[2] = f"{code},{county},#2 OLD MILL TWP,,Molino 2-3"
    table.write_text("\n".join(lines), encoding="utf-8")
    hotline("db", "upgrade")

    done = hotline("election", "load", folder)

    assert done.status == 0
    assert done.stderr.splitlines() == [
        "Warning: precincts.csv, line 3: a voice misreads “#2 OLD MILL TWP” (“#”, “OLD”, “MILL”, "
        "“TWP”): write “number 2 Old Mill Township”, or better, in the column spoken.",
        "Warning: precincts.csv, line 3: a voice misreads “Molino 2-3” (“2-3”): "
        "write “Molino 2 guion 3”, or better, in the column spoken_es.",
    ]


def test_of_many_misread_names_the_first_are_shown(hotline: Hotline, tmp_path: Path) -> None:
    folder = tmp_path / "iowa-2020"
    shutil.copytree(PRIMARY.parent / "iowa-2020", folder)
    table = folder / "precincts.csv"
    rows = list(csv.reader(table.read_text(encoding="utf-8").splitlines()))
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row[:-2] for row in rows)
    hotline("db", "upgrade")

    warnings = hotline("election", "load", folder).stderr.splitlines()

    assert len(warnings) == 21
    assert warnings[-1] == "Warning: a voice misreads 1,191 more names."


def test_the_schema_may_be_upgraded_again(hotline: Hotline) -> None:
    assert [hotline("db", "upgrade").status for _ in range(2)] == [0, 0]


def test_the_schema_of_a_newer_version_is_left_alone(hotline: Hotline, var: Path) -> None:
    assert hotline("db", "upgrade").status == 0
    with sqlite3.connect(var / "hotline.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'later'")
    database.close()

    assert_refused(hotline("db", "upgrade"), "has the schema later, which this version cannot")
    assert_refused(hotline("ledger", "list"), "not the schema of this version")


def test_an_election_may_be_loaded_again(loaded: Hotline) -> None:
    again = loaded("election", "load", PRIMARY)

    assert (again.status, again.stderr) == (0, "")
    assert again.stdout.startswith("Loaded ")


def test_a_wrong_election_is_refused_with_file_line_and_reason(
    loaded: Hotline, tmp_path: Path
) -> None:
    folder = tmp_path / PRIMARY.name
    folder.mkdir()
    for path in PRIMARY.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    candidates = folder / "candidates.csv"
    lines = candidates.read_text().splitlines()
    candidates.write_text("\n".join([*lines, "what,is,this"]) + "\n")

    assert_refused(loaded("election", "load", folder), f"candidates.csv, line {len(lines) + 1}: ")


def test_a_roster_is_loaded(loaded: Hotline, tmp_path: Path) -> None:
    first, second, *_ = codes()
    path = tmp_path / "roster.csv"
    path.write_text(
        "code,name,phones\n"
        f"{first},A chair,+15155550120;+15155550121\n"
        f"{second},Another chair,+15155550120\n"
    )

    done = loaded("roster", "load", path)

    assert done.status == 0, done.stderr
    assert done.stdout.splitlines()[0] == "Loaded 2 chairs with 2 phones."
    assert f"Precincts without a chair: {len(codes()) - 2} " in done.stdout


def test_a_wrong_roster_is_refused_without_showing_a_number(
    loaded: Hotline, tmp_path: Path
) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("code,name,phones\n99999,A chair,515-555-0120\n")

    done = loaded("roster", "load", path)

    assert done.status == 1
    assert "roster.csv, line 2" in done.stderr
    assert "555" not in done.stderr.replace("+15155550100", "")


def test_pins_are_issued_once_and_only_their_owner_can_read_them(
    loaded: Hotline, tmp_path: Path
) -> None:
    out = tmp_path / "pins.csv"

    done = loaded("pins", "issue", "--out", out)

    assert done.status == 0, done.stderr
    assert out.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert sorted(row["code"] for row in rows) == codes()
    assert all(len(row["pin"]) == 6 and row["pin"].isdigit() for row in rows)
    assert not any(row["pin"] in done.stdout + done.stderr for row in rows)
    nothing_left = loaded("pins", "issue", "--out", tmp_path / "more.csv")
    assert nothing_left.stdout.startswith("Issued 0 PINs")


def test_a_file_of_pins_is_not_replaced_unless_forced(loaded: Hotline, tmp_path: Path) -> None:
    out = tmp_path / "pins.csv"
    assert loaded("pins", "issue", "--out", out).status == 0
    before = out.read_bytes()

    assert_refused(loaded("pins", "issue", "--all", "--out", out), f"{out} exists")
    assert out.read_bytes() == before

    assert loaded("pins", "issue", "--all", "--force", "--out", out).status == 0
    assert out.read_bytes() != before
    assert out.stat().st_mode & 0o777 == 0o600


def test_pins_are_not_issued_into_a_folder_that_is_not_there(
    loaded: Hotline, tmp_path: Path
) -> None:
    assert_refused(loaded("pins", "issue", "--out", tmp_path / "no" / "pins.csv"), "pins.csv")


def test_sheets_and_letters_are_printed(loaded: Hotline, tmp_path: Path) -> None:
    pins, sheets, letters = (tmp_path / n for n in ("pins.csv", "sheets.pdf", "letters.pdf"))
    assert loaded("pins", "issue", "--out", pins).status == 0

    one = loaded("pins", "sheets", "--out", sheets, "--unit", codes()[0])
    all_of_them = loaded("pins", "letters", "--pins", pins, "--out", letters, "--paper", "a4")

    assert one.stdout.startswith("Printed 1 call sheets")
    assert all_of_them.stdout.startswith(f"Printed {len(codes())} letters")
    assert sheets.read_bytes().startswith(b"%PDF")
    assert letters.stat().st_mode & 0o777 == 0o600


def test_letters_for_pins_that_died_are_refused(loaded: Hotline, tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    loaded("pins", "issue", "--out", old)
    loaded("pins", "issue", "--all", "--out", new)

    done = loaded("pins", "letters", "--pins", old, "--out", tmp_path / "letters.pdf")

    assert done.status == 1
    assert "not in force" in done.stderr
    assert not (tmp_path / "letters.pdf").exists()


def test_ledgers_are_opened_listed_and_taken_up_again(loaded: Hotline) -> None:
    assert loaded("ledger", "list").stdout.startswith("->    1  test  ")

    opened = loaded("ledger", "open", "--live")
    assert opened.stdout == "Ledger 2 of primary-sample is in use (live).\n"
    assert [line[:13] for line in loaded("ledger", "list").stdout.splitlines()] == [
        "      1  test",
        "->    2  live",
    ]

    assert loaded("ledger", "reopen", "1").stdout.startswith("Ledger 1 ")
    assert_refused(loaded("ledger", "reopen", "1"), "ledger 1 is open")
    assert_refused(loaded("ledger", "reopen", "9"), "no ledger 9")


def test_nothing_is_done_for_an_election_that_is_not_loaded(
    hotline: Hotline, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("code,name,phones\n")
    assert hotline("db", "upgrade").status == 0

    for arguments in (
        ("roster", "load", roster),
        ("pins", "issue", "--out", tmp_path / "pins.csv"),
        ("pins", "sheets", "--out", tmp_path / "sheets.pdf"),
        ("ledger", "open", "--test"),
    ):
        assert_refused(hotline(*arguments), "no election")


def test_unpublished_results_are_refused(loaded: Hotline) -> None:
    assert_refused(loaded("results"), "Nothing has been published yet")


@pytest.mark.parametrize(
    "arguments", [("web",), ("voice",), ("work", "tabulation"), ("clock",), ("sandbox",)]
)
def test_a_process_without_redis_does_not_start(
    arguments: tuple[str, ...], process: Hotline
) -> None:
    assert_refused(process(*arguments), "REDIS_URL is not set, and no hotline up is running here")


def test_the_sandbox_does_not_start_where_real_calls_are_taken(hotline: Hotline) -> None:
    production = {
        "HOTLINE_CARRIER": "twilio",
        "PUBLIC_URL": "https://line.example.org",
        "DATABASE_URL": "sqlite:///unused.db",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "HOTLINE_PROXIES": "1",
        **dict.fromkeys(("SECRET_KEY", "PIN_PEPPER", "TWILIO_ACCOUNT_SID"), "invented"),
        **dict.fromkeys(("TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"), "invented"),
        "HOTLINE_SIGNING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }

    assert_refused(hotline("sandbox", **production), "HOTLINE_CARRIER=twilio")


def codes() -> list[str]:
    with (PRIMARY / "precincts.csv").open(newline="") as file:
        return sorted(row["code"] for row in csv.DictReader(file))


def test_published_results_come_in_every_form(loaded: Hotline, var: Path) -> None:
    publish(var)

    table, document, values = (loaded("results", "--format", f) for f in ("table", "json", "csv"))

    assert "TEST DATA" in table.stdout
    assert json.loads(document.stdout)["election"] == "primary-sample"
    assert values.stdout.startswith("contest,scope,candidate,")
    assert {r.status for r in (table, document, values)} == {0}


def publish(var: Path) -> None:
    from config.settings import load
    from hotline.operations.context import AppContext, connect_redis
    from hotline.operations.publication.publish import publish_now
    from hotline.store.database import connect

    settings = load(var=var)
    engine = connect(settings.database)
    publish_now(AppContext(settings, engine, connect_redis("unix:///nowhere")))
    engine.dispose()
