"""`hotline block` and `hotline switch`: what they print, refuse, and pass on to the front door."""

from __future__ import annotations

import csv
import getpass
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from hotline.cli import main
from hotline.commands import environment
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.roster import load_roster
from hotline.store.keys import BLOCKS, SWITCHES
from tests.towns import CODES, town

Hotline = Callable[..., Result]

ME = getpass.getuser()
CHAIR = "+15155550101"
STRANGER = "+15155550142"


@pytest.fixture
def hotline(
    parts: AppContext, redis: Redis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Hotline:
    """Runs the command on a database with a town, one chair and an empty Redis."""
    load_election(parts, town(), "test")
    roster = tmp_path / "roster.csv"
    roster.write_text(f"code,name,phones\n{CODES[0]},Ann,{CHAIR}\n")
    load_roster(parts, roster)
    monkeypatch.setattr(environment, "parts", lambda: parts)

    def run(*arguments: object) -> Result:
        done = CliRunner().invoke(main, [*map(str, arguments)], prog_name="hotline")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def done(result: Result) -> str:
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return result.stdout


def assert_refused(result: Result, reason: str) -> None:
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1
    assert reason in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("block", "add"),
        ("block", "add", STRANGER),
        ("block", "add", STRANGER, "--reason", "x", "--for", "2h", "--until", "2020-02-05T00:00Z"),
        ("block", "remove", STRANGER),
        ("block", "import"),
        ("block", "import", "/nowhere.csv"),
        ("switch", "on", "roster-only"),
        ("switch", "on", "coffee", "--reason", "x"),
        ("switch", "on", "close-intake", "--reason", "x"),
        ("switch", "on", "roster-only", "--reason", "x", "--say", "hello"),
        ("switch", "on", "pause-publication", "--reason", "x", "--say-in", "es", "hola"),
        ("switch", "off", "close-intake", "--reason", "x", "--say", "hello"),
    ],
    ids=" ".join,
)
def test_wrong_usage(hotline: Hotline, arguments: tuple[str, ...]) -> None:
    result = hotline(*arguments)
    assert result.exit_code == 2
    assert "Usage: hotline" in result.stderr


def test_a_block_from_beginning_to_end(hotline: Hotline, redis: Redis) -> None:
    assert done(hotline("block", "list")) == "Nothing is blocked.\n"
    assert done(hotline("block", "list", "--all")) == "Nothing was ever blocked.\n"

    said = done(hotline("block", "add", STRANGER, "--reason", "all day long", "--for", "2h"))
    assert said == f"Blocked {STRANGER} until 2020-02-04 03:00 UTC (block 1).\n"
    assert redis.hlen(BLOCKS) == 1
    assert done(hotline("block", "list")) == (
        f"{STRANGER:17} until 2020-02-04 03:00 UTC, since 2020-02-04 01:00 UTC "
        f"by {ME} (command line); 0 hits: all day long\n"
    )

    said = done(hotline("block", "remove", STRANGER, "--reason", "mistaken"))
    assert said == f"{STRANGER} is no longer blocked.\n"
    assert not redis.exists(BLOCKS)
    assert done(hotline("block", "list")) == "Nothing is blocked.\n"
    assert f"lifted 2020-02-04 01:00 UTC by {ME} (command line) (mistaken)" in done(
        hotline("block", "list", "--all")
    )


def test_the_list_for_programs(hotline: Hotline) -> None:
    hotline("block", "add", CHAIR, "--reason", "stolen", "--second", "bo")
    (block,) = json.loads(done(hotline("block", "list", "--json")))

    assert block == {
        "id": 1,
        "pattern": CHAIR,
        "reason": "stolen",
        "second": "bo",
        "author": f"{ME} (command line)",
        "made_at": "2020-02-04T01:00:00+00:00",
        "until": "2020-02-05T01:00:00+00:00",
        "hits": 0,
        "hit_at": None,
        "lifted_at": None,
        "lifted_by": None,
        "lifted_why": None,
    }
    hotline("block", "remove", CHAIR, "--reason", "found")
    assert json.loads(done(hotline("block", "list", "--json"))) == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((CHAIR,), "this number is on the roster: a second person has to agree"),
        ((CHAIR, "--second", ME), "another one than the author"),
        (("+151555501*",), "1 telephones of the roster"),
        (("515555014",), "is too short"),
        (("+266696687",), "withheld"),
        (("+1*",), "at least 4 digits"),
        ((STRANGER, "--for", "soon"), "such as 30m, 2h or 7d"),
        ((STRANGER, "--for", "31d"), "30 days at most"),
        ((STRANGER, "--until", "2020-02-04T00:00Z"), "over already"),
        ((STRANGER, "--until", "2020-02-05"), "needs its zone"),
    ],
)
def test_what_is_not_blocked_says_why(
    hotline: Hotline, arguments: tuple[str, ...], reason: str
) -> None:
    assert_refused(hotline("block", "add", *arguments, "--reason", "nuisance"), reason)
    assert done(hotline("block", "list")) == "Nothing is blocked.\n"


def test_whom_it_is_of_on_the_roster_is_said(hotline: Hotline) -> None:
    chair = done(hotline("block", "add", CHAIR, "--reason", "stolen", "--second", "bo"))
    assert "its chair is turned away" in chair
    some = done(hotline("block", "add", "+151555501*", "--reason", "x", "--second", "bo"))
    assert "holds 1 telephones of the roster; they still get through" in some
    assert f"by {ME} (command line) and bo;" in done(hotline("block", "list"))


def test_a_second_block_takes_replace(hotline: Hotline) -> None:
    hotline("block", "add", STRANGER, "--reason", "first")
    again = ("block", "add", STRANGER, "--reason", "second", "--until", "2020-02-06T00:00Z")

    assert_refused(hotline(*again), f"blocked already, by {ME} (command line) until 2020-02-05")
    assert "(block 2)" in done(hotline(*again, "--replace"))
    assert len(done(hotline("block", "list", "--all")).splitlines()) == 2


def test_lifting_what_is_not_blocked(hotline: Hotline) -> None:
    assert_refused(hotline("block", "remove", "+1900555*", "--reason", "x"), "not blocked")
    said = done(hotline("block", "remove", STRANGER, "--reason", "x"))
    assert said == f"{STRANGER} was not blocked; its earlier calls are forgotten.\n"


def test_a_file_and_back(hotline: Hotline, tmp_path: Path) -> None:
    hotline("block", "add", STRANGER, "--reason", "a, b")
    hotline("block", "add", "+1900555*", "--reason", "ads")
    out = tmp_path / "out.csv"
    out.write_text("old")

    assert done(hotline("block", "export", out)) == f"Wrote 2 blocks to {out}.\n"
    assert out.stat().st_mode & 0o777 == 0o600
    assert done(hotline("block", "export")) == out.read_text("utf-8-sig")
    assert [row["reason"] for row in csv.DictReader(out.read_text("utf-8-sig").splitlines())] == [
        "a, b",
        "ads",
    ]
    for pattern in (STRANGER, "+1900555*"):
        hotline("block", "remove", pattern, "--reason", "x")
    assert done(hotline("block", "import", out)) == "Made 2 blocks, left out 0 rows.\n"


def test_every_wrong_row_is_named(hotline: Hotline, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"pattern,reason\n{STRANGER},x\n{CHAIR},x\nwhat,x\n")

    refused = hotline("block", "import", path)
    assert refused.exit_code == 1
    assert "in.csv, line 3: this number is on the roster" in refused.stderr
    assert "in.csv, line 4: " in refused.stderr
    assert done(hotline("block", "list")) == "Nothing is blocked.\n"

    skipped = hotline("block", "import", path, "--skip-bad")
    assert skipped.exit_code == 0
    assert skipped.stdout == "Made 1 blocks, left out 2 rows.\n"
    assert len(skipped.stderr.splitlines()) == 2


def test_a_switch_from_beginning_to_end(hotline: Hotline, redis: Redis) -> None:
    assert [line.split()[:2] for line in done(hotline("switch", "list")).splitlines()] == [
        ["roster-only", "off"],
        ["close-intake", "off"],
        ["pause-publication", "off"],
    ]
    said = done(hotline("switch", "on", "roster-only", "--reason", "strangers"))
    assert said.startswith("roster-only is on: ")
    assert redis.hexists(SWITCHES, "roster-only")
    assert f"ON   since 2020-02-04 01:00 UTC by {ME} (command line): strangers" in done(
        hotline("switch", "list")
    )
    assert_refused(hotline("switch", "on", "roster-only", "--reason", "x"), "on already, by")

    assert done(hotline("switch", "off", "roster-only", "--reason", "quiet")) == (
        "roster-only is off.\n"
    )
    assert not redis.hexists(SWITCHES, "roster-only")
    assert_refused(hotline("switch", "off", "roster-only", "--reason", "x"), "off already, by")


def test_closing_intake_says_what_callers_hear(hotline: Hotline) -> None:
    closing = ("switch", "on", "close-intake", "--reason", "fire", "--say", "Closed.")

    assert_refused(hotline(*closing[:-1], "x" * 201), "200")
    done(hotline(*closing, "--say-in", "es", "Cerrado."))

    assert "fire; callers hear (en): Closed.; callers hear (es): Cerrado." in done(
        hotline("switch", "list")
    )
    listed = {
        each["switch"]: each for each in json.loads(done(hotline("switch", "list", "--json")))
    }
    assert listed["close-intake"]["said"] == {"en": "Closed.", "es": "Cerrado."}
    assert listed["close-intake"]["on"]
    assert listed["roster-only"] == {
        "switch": "roster-only",
        "on": False,
        "at": None,
        "who": None,
        "why": None,
        "said": {},
    }


def test_with_no_redis_at_all_it_is_done_without_a_word(tmp_path: Path) -> None:
    """Then no process is up that would have to be told."""
    ours = ("HOTLINE_", "TWILIO_", "DATABASE_", "REDIS_", "SECRET_", "PIN_", "PUBLIC_", "PORT")
    cleared = dict.fromkeys(name for name in os.environ if name.startswith(ours))
    runner = CliRunner(env={**cleared, "HOTLINE_VAR": str(tmp_path / "var")})
    for arguments in (
        ("db", "upgrade"),
        ("block", "add", STRANGER, "--reason", "x"),
        ("block", "remove", STRANGER, "--reason", "x"),
        ("switch", "on", "roster-only", "--reason", "x"),
    ):
        assert done(runner.invoke(main, arguments))
    assert_refused(
        runner.invoke(main, ("block", "remove", STRANGER, "--reason", "x")), "not blocked"
    )
