"""The folder of recordings: which phrases are played instead of spoken, and from where.

A recording is `LANGUAGE/WORDS-DIGEST.wav`; only the digest says what it is of. What cannot be
played is as good as missing: the voice speaks it.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.calls.recorded.phrases import Phrase
from hotline.telephony.wave_file import UnplayableRecording, examine_wave

log = logging.getLogger(__name__)

LOOKED_AGAIN = 30.0  # seconds; until then a file that has come or gone may go unnoticed
NAME = re.compile(r"(?:[a-z0-9-]*-)?([0-9a-f]{10})\.wav")
LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A file that is called like a recording. `version`: changes with its content."""

    path: Path
    language: str  # ISO 639-1
    digest: str
    version: str

    @property
    def name(self) -> str:
        return f"{self.language}/{self.path.name}"


def recorded_files(folder: Path) -> Iterator[RecordedFile]:
    """All files that are called like recordings, in the order of their names."""
    if not folder.is_dir():
        return
    for language in sorted(entry.name for entry in os.scandir(folder) if entry.is_dir()):
        if LANGUAGE.fullmatch(language):
            for entry in sorted(os.scandir(folder / language), key=lambda entry: entry.name):
                name = NAME.fullmatch(entry.name)
                if name and entry.is_file():
                    seen = entry.stat()
                    version = f"{seen.st_mtime_ns:x}-{seen.st_size:x}"
                    yield RecordedFile(Path(entry.path), language, name[1], version)


class Recordings:
    """What can be played, as the folder has it now. Safe between threads.

    `base_url` is where the telephone network fetches the files. Every file is read once, whole,
    when it is new or has changed; which files there are is looked at every half minute.
    """

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder, self._base_url = folder, base_url.rstrip("/")
        self._lock = threading.Lock()
        self._judged: dict[RecordedFile, bool] = {}
        self._playable: Mapping[tuple[str, str], RecordedFile] = {}
        self._looked: float | None = None

    def url_of(self, phrase: Phrase) -> str | None:
        """Where the recording of a phrase is fetched; None where the voice has to speak.

        Another content has another URL, so that every cache may keep it.
        """
        playable = self.look()
        found = playable.get((phrase.language, phrase.digest)) if playable else None
        return f"{self._base_url}/{found.name}?v={found.version}" if found else None

    def look(self) -> Mapping[tuple[str, str], RecordedFile]:
        """What can be played, by language and digest. The first look listens to every file, which
        takes a second for each thousand or two: so before a call waits for it."""
        if self._is_due() and self._lock.acquire(blocking=self._looked is None):
            try:
                if self._is_due():
                    self._playable = self._read()
                    self._looked = time.monotonic()
            finally:
                self._lock.release()
        return self._playable

    def _is_due(self) -> bool:
        return self._looked is None or time.monotonic() - self._looked > LOOKED_AGAIN

    def _read(self) -> Mapping[tuple[str, str], RecordedFile]:
        try:
            files = list(recorded_files(self._folder))
        except OSError:
            log.exception("recordings are not looked at anew")
            return self._playable
        self._judged = {
            file: self._judged[file] if file in self._judged else _is_playable(file)
            for file in files
        }
        return {(file.language, file.digest): file for file in files if self._judged[file]}


def _is_playable(file: RecordedFile) -> bool:
    try:
        examine_wave(file.path)
    except (UnplayableRecording, OSError) as error:
        log.warning("the voice speaks instead of the recording %s, which %s", file.name, error)
        return False
    return True
