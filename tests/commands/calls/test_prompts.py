"""hotline prompts: the list for whoever records, and a folder held against it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from hotline.calls.recorded.phrases import Phrase
from hotline.calls.recorded.recording_list import file_of, recordings_for
from hotline.election.folder.folder import read_folder
from tests.commands.command_line import Hotline, assert_refused
from tests.recordings import record, record_all

PRIMARY = Path(__file__).parents[3] / "config/elections/primary-sample"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


@pytest.fixture
def prompts(hotline: Hotline, folder: Path) -> Hotline:
    """`hotline prompts`, for the sample primary and this folder."""

    def run(command: str, *options: str, **environment: str):
        return hotline("prompts", command, folder, "--election", PRIMARY, *options, **environment)

    return run


@pytest.fixture
def wanted(tmp_path: Path):
    return recordings_for(read_folder(PRIMARY), "http://127.0.0.1:8000/results")


def test_the_list_opens_in_a_spreadsheet(prompts: Hotline, folder: Path, wanted) -> None:
    done = prompts("export")
    assert (done.status, done.stderr) == (0, "")
    assert f"{len(wanted):,} recordings to make" in done.stdout
    content = (folder / "prompts.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # or Excel reads Spanish as something else
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == ["file", "language", "text", "where", "sentence"]
    assert {row["language"] for row in rows} == {"en", "es"}
    (pin,) = [row for row in rows if row["text"] == "Key your PIN"]
    assert pin["file"] == file_of(Phrase("Key your PIN", "en"))
    assert pin["sentence"] == "Key your PIN."
    assert "Marque su PIN" in {row["text"] for row in rows}
    assert (folder / "en").is_dir()
    assert (folder / "es").is_dir()


def test_a_whole_folder_is_good(prompts: Hotline, folder: Path, wanted) -> None:
    prompts("export")
    record_all(folder, wanted)
    done = prompts("check")
    assert (done.status, done.stdout) == (0, f"{len(wanted):,} recordings are good.\n")


def test_every_fault_is_named(prompts: Hotline, folder: Path, wanted) -> None:
    record_all(folder, wanted)
    missing, silent, mp3, slow, long, *_ = [folder / recording.file for recording in wanted]
    missing.unlink()
    record(silent, peak=0)
    mp3.write_bytes(b"ID3\x04 and so on")
    record(slow, rate=4000)
    record(long, 40)
    record(folder / "en" / "key-the-pin-0123456789.wav")
    (folder / "notes.txt").write_text("Tuesday, studio B")

    done = prompts("check")
    found = json.loads(prompts("check", "--json").stdout)

    assert done.status == 1
    assert [entry["file"] for entry in found["missing"]] == [
        str(path.relative_to(folder)) for path in (missing, silent, mp3, slow)
    ]
    assert {entry["file"]: entry["reason"] for entry in found["unplayable"]} == {
        str(silent.relative_to(folder)): "is silent",
        str(mp3.relative_to(folder)): "is not WAV with PCM samples: file does not start with "
        "RIFF id",
        str(slow.relative_to(folder)): "has 4,000 samples a second, not 8,000 to 48,000",
    }
    (doubtful,) = found["doubtful"]
    assert doubtful["file"] == str(long.relative_to(folder))
    assert doubtful["reason"].startswith("is 40.0 s long, where its words take about ")
    assert found["unknown"] == ["en/key-the-pin-0123456789.wav", "notes.txt"]
    for what in ("4 are missing", "3 cannot be played", "1 are doubtful", "2 say nothing"):
        assert what in done.stdout


def test_the_voice_may_speak_what_is_missing(prompts: Hotline, folder: Path, wanted) -> None:
    record_all(folder, wanted[:10])
    assert prompts("check").status == 1
    assert prompts("check", "--partly").status == 0
    left = json.loads(prompts("export", "--missing", "--json").stdout)
    assert [entry["file"] for entry in left] == [recording.file for recording in wanted[10:]]


def test_a_changed_text_makes_its_recording_unknown(
    prompts: Hotline, folder: Path, wanted, hotline: Hotline, tmp_path: Path
) -> None:
    record_all(folder, wanted)
    changed = tmp_path / PRIMARY.name
    changed.mkdir()
    for path in PRIMARY.iterdir():
        text = path.read_text(encoding="utf-8").replace("Old Mill", "New Mill")
        (changed / path.name).write_text(text, encoding="utf-8")
    done = hotline("prompts", "check", folder, "--election", changed, "--json")
    found = json.loads(done.stdout)
    assert done.status == 1
    assert found["unknown"] == [file_of(Phrase("Old Mill", "en"))]
    assert [entry["text"] for entry in found["missing"]] == ["New Mill"]


def test_the_election_that_is_loaded_is_meant_otherwise(loaded: Hotline, var: Path) -> None:
    done = loaded("prompts", "export")
    assert done.status == 0
    assert (var / "recordings" / "prompts.csv").exists()
    assert loaded("prompts", "check").status == 1


def test_what_it_cannot_do_without_is_named(hotline: Hotline, folder: Path) -> None:
    hotline("db", "upgrade")
    assert_refused(hotline("prompts", "export", folder), "No election is loaded")
    assert_refused(hotline("prompts", "check", folder, "--election", PRIMARY), "is not a folder")


def test_a_rehearsal_asks_for_the_voice(loaded: Hotline, var: Path, wanted) -> None:
    record_all(var / "recordings", wanted[:1])
    assert_refused(loaded("rehearse"), "understand only the voice")
