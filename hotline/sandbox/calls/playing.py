"""What a Play plays: fetched once, as a network that keeps copies does, and measured."""

from __future__ import annotations

import io
import threading
import wave
from dataclasses import dataclass

from hotline.sandbox.problems import Code, DebuggerLine
from hotline.sandbox.wire.client import Failure, Wire
from hotline.sandbox.wire.parameters import NOTHING

MOST_KEPT = 5000


@dataclass(frozen=True, slots=True)
class PlayedFile:
    """A recording, or why there is nothing to hear of it."""

    content: bytes = b""
    content_type: str = ""
    seconds: float = 0.0
    problem: DebuggerLine | None = None


class PlayedFiles:
    """Recordings by URL. Safe between threads."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._kept: dict[str, PlayedFile] = {}
        self._lock = threading.Lock()

    def fetch(self, url: str) -> PlayedFile:
        with self._lock:
            kept = self._kept.get(url)
        if kept is not None:
            return kept
        found = self._ask(url)
        if found.problem is None:
            with self._lock:
                while len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[url] = found
        return found

    def _ask(self, url: str) -> PlayedFile:
        answer = self._wire.send("GET", url, NOTHING)
        if isinstance(answer, Failure):
            return _unheard(answer.code, f"a recording: {answer.message}")
        if answer.status != 200:
            return _unheard(Code.HTTP_ERROR_STATUS, f"a recording: status {answer.status}")
        kind = answer.content_type.partition(";")[0].strip()
        if not kind.startswith("audio/"):
            return _unheard(Code.CONTENT_TYPE, f"a recording is {kind or 'of no type'}, no audio")
        return PlayedFile(answer.body, kind, _seconds(answer.body))


def _unheard(code: Code, message: str) -> PlayedFile:
    return PlayedFile(problem=DebuggerLine(code, message, warning=True))


def _seconds(content: bytes) -> float:
    """How long a WAV file is; of others it is not known here."""
    try:
        with wave.open(io.BytesIO(content), "rb") as file:
            return file.getnframes() / file.getframerate()
    except (wave.Error, EOFError):
        return 0.0
