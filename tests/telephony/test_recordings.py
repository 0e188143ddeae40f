"""The folder of recordings: what is played, what is not, and what a call hears of it."""

from __future__ import annotations

import wave

import pytest

from hotline.calls.prompts import Prompt, line
from hotline.calls.recorded.phrases import Phrase
from hotline.calls.recorded.recording_list import file_of
from hotline.telephony import recordings
from hotline.telephony.recordings import Recordings
from hotline.telephony.replies import Play, Say
from hotline.telephony.telephone import Telephone
from hotline.telephony.wave_file import UnplayableRecording, examine_wave
from tests.recordings import record

BASE = "https://line.example.org/recordings"
PIN = Phrase("Key your PIN", "en")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recordings"


@pytest.fixture
def heard(folder):
    """What a call hears of some lines: texts, and names of recordings without their version."""

    def spoken(*lines, language="en"):
        telephone = Telephone(5, 25, "", Recordings(folder, BASE).url_of)
        return [
            order.text if isinstance(order, Say) else f"♪{order.url.partition('?')[0]}"
            for order in telephone.spoken(lines, language)
        ]

    return spoken


def played(text, language="en"):
    return f"♪{BASE}/{file_of(Phrase(text, language))}"


def keep(folder, *texts, language="en"):
    for text in texts:
        record(folder / file_of(Phrase(text, language)))


def test_without_a_folder_the_voice_speaks(heard):
    assert heard(line(Prompt.MISMATCH), line(Prompt.PIN)) == [
        "That code and PIN do not match. Key your PIN."
    ]


def test_what_is_recorded_is_played_between_what_is_spoken(heard, folder):
    keep(folder, "Key your PIN")
    assert heard(line(Prompt.MISMATCH), line(Prompt.PIN), line(Prompt.GOODBYE)) == [
        "That code and PIN do not match.",
        played("Key your PIN"),
        "Thank you. Goodbye.",
    ]


def test_names_and_numbers_are_put_together(heard, folder):
    keep(folder, "Ash", "Total", "6", "100", "24")
    groups = line(Prompt.GROUPS, groups="Ash 6, Birch 118", total=124)
    assert heard(groups) == [
        *map(played, ("Ash", "6")),
        "Birch 118",
        *map(played, ("Total", "100", "24")),
    ]


def test_a_number_is_played_whole_or_spoken(heard, folder):
    keep(folder, "Total", "100")
    assert heard(line(Prompt.GROUPS, groups="Ash 6", total=124)) == [
        "Ash 6",
        played("Total"),
        "124.",
    ]


def test_each_language_has_recordings_of_its_own(heard, folder):
    keep(folder, "Key your PIN")
    assert heard(line(Prompt.PIN), language="es") == ["Marque su PIN."]


def test_a_changed_text_is_spoken_until_it_is_recorded(heard, folder, monkeypatch):
    keep(folder, "Key your PIN")
    changed = line(Prompt.COUNT, candidate="Key the PIN")
    assert heard(changed) == ["Key the PIN."]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"\x00" * 4096, b"ID3 this is an MP3"])
def test_what_cannot_be_played_is_spoken(heard, folder, content, caplog):
    path = folder / file_of(PIN)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert heard(line(Prompt.PIN)) == ["Key your PIN."]
    assert "which is not WAV" in caplog.text


def test_a_silent_recording_is_not_played(heard, folder):
    record(folder / file_of(PIN), peak=0)
    assert heard(line(Prompt.PIN)) == ["Key your PIN."]


def test_another_content_has_another_address(folder):
    keep(folder, "Key your PIN")
    before = Recordings(folder, BASE).url_of(PIN)
    record(folder / file_of(PIN), seconds=0.7)
    assert Recordings(folder, BASE).url_of(PIN) != before


def test_what_comes_and_goes_is_noticed(folder, monkeypatch):
    monkeypatch.setattr(recordings, "LOOKED_AGAIN", -1.0)
    found = Recordings(folder, BASE)
    assert found.url_of(PIN) is None
    keep(folder, "Key your PIN")
    assert found.url_of(PIN)
    (folder / file_of(PIN)).unlink()
    assert found.url_of(PIN) is None


def test_a_language_changes_within_a_turn(folder):
    keep(folder, "Key your PIN")
    telephone = Telephone(5, 25, "", Recordings(folder, BASE).url_of)
    orders = telephone.spoken((line(Prompt.PIN), line(Prompt.COUNT, candidate="Ash")), "en")
    assert [type(order) for order in orders] == [Play, Say]


def test_a_recording_is_measured(tmp_path):
    facts = examine_wave(record(tmp_path / "a.wav", 1.5, rate=16_000))
    assert (facts.rate, facts.channels, facts.seconds) == (16_000, 1, 1.5)


@pytest.mark.parametrize(
    ("seconds", "rate", "reason"),
    [(0.05, 8000, "0.1 s long"), (61, 8000, "61.0 s long"), (1, 4000, "4,000 samples")],
)
def test_what_no_network_plays_well_is_refused(tmp_path, seconds, rate, reason):
    with pytest.raises(UnplayableRecording, match=reason):
        examine_wave(record(tmp_path / "a.wav", seconds, rate=rate))


def test_eight_bits_are_refused(tmp_path):
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    with pytest.raises(UnplayableRecording, match="8 bits"):
        examine_wave(tmp_path / "a.wav")
