"""Recordings that tests make: a tone as long as they like."""

from __future__ import annotations

import math
import wave
from array import array
from collections.abc import Iterable
from pathlib import Path

from hotline.calls.limits import words
from hotline.calls.recorded.recording_list import Recording

RATE = 8000


def record(path: Path, seconds: float = 0.4, *, rate: int = RATE, peak: int = 8000) -> Path:
    """A WAV file, 16 bits, one channel: a tone of 400 Hz."""
    period = array("h", (round(peak * math.sin(2 * math.pi * n / 20)) for n in range(20)))
    frames = (period * (round(seconds * rate) // 20 + 1))[: round(seconds * rate)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(frames.tobytes())
    return path


def record_all(folder: Path, recordings: Iterable[Recording]) -> None:
    """All of a list, each as long as its words take."""
    for recording in recordings:
        record(folder / recording.file, max(words(recording.phrase.text) / 2.5, 0.3))
