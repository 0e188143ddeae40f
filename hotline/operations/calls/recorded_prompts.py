"""The list of what is to be recorded, and a folder of recordings held against it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from hotline.calls.limits import WORDS_A_SECOND, words
from hotline.calls.recorded.recording_list import Recording
from hotline.telephony.recordings import recorded_files
from hotline.telephony.wave_file import UnplayableRecording, examine_wave

COLUMNS = ("file", "language", "text", "where", "sentence")
SLACK = 1.5  # seconds of breath that a recording may have beside its words
FASTEST, SLOWEST = 0.25, 3.0  # times the seconds that the words should take


@dataclass
class Inspection:
    """What a folder has: files by what is the matter with them. `missing` are recordings that no
    file says; `unknown` files say nothing that is on the list, such as a text of yesterday."""

    good: list[Recording] = field(default_factory=list)
    missing: list[Recording] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unplayable: list[tuple[str, str]] = field(default_factory=list)  # file and why
    doubtful: list[tuple[str, str]] = field(default_factory=list)  # file and why; it is played

    def is_complete(self, *, partly: bool = False) -> bool:
        """Whether all is there and right; `partly`: the voice may say what is missing."""
        wrong = self.unknown or self.unplayable or self.doubtful
        return not wrong and (partly or not self.missing)


def write_list(recordings: Iterable[Recording], file: TextIO) -> None:
    """A table that spreadsheets open: what each file is to say, and where it is heard."""
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for recording in recordings:
        phrase = recording.phrase
        table.writerow(
            (recording.file, phrase.language, phrase.text, recording.where, recording.sentence)
        )


def inspect_recordings(folder: Path, wanted: Iterable[Recording]) -> Inspection:
    """Listens to every file of the folder. Raises OSError where it cannot be read."""
    found = Inspection()
    by_digest = {(w.phrase.language, w.phrase.digest): w for w in wanted}
    missing = dict(by_digest)
    named = {file.path: file for file in recorded_files(folder)}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith(".") or path.suffix == ".csv":
            continue
        name = path.relative_to(folder).as_posix()
        file = named.get(path)
        recording = by_digest.get((file.language, file.digest)) if file else None
        if recording is None:
            found.unknown.append(name)
        elif _judge(path, name, recording, found):
            missing.pop((recording.phrase.language, recording.phrase.digest), None)
    found.missing.extend(missing.values())
    return found


def _judge(path: Path, name: str, recording: Recording, found: Inspection) -> bool:
    """Whether the file can be played."""
    try:
        facts = examine_wave(path)
    except (UnplayableRecording, OSError) as error:
        found.unplayable.append((name, str(error)))
        return False
    due = words(recording.phrase.text) / WORDS_A_SECOND
    if FASTEST * due <= facts.seconds <= SLOWEST * due + SLACK:
        found.good.append(recording)
    else:
        found.doubtful.append(
            (name, f"is {facts.seconds:.1f} s long, where its words take about {due:.1f} s")
        )
    return True
