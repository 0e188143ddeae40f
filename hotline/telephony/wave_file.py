"""Recordings as files: what a telephone network can play, and what is no recording at all."""

from __future__ import annotations

import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

SAMPLE_BYTES = 2
LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000  # samples a second; a telephone carries 8,000
SHORTEST, LONGEST = 0.1, 60.0  # seconds
SILENT = 327  # of 32,767: nobody speaks so softly


class UnplayableRecording(ValueError):
    """The file is no recording that can be played; the message says why."""


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What a recording is: its `rate` in samples a second, its length in `seconds`."""

    rate: int
    channels: int
    seconds: float


def examine_wave(path: Path) -> WaveFacts:
    """Reads all of a recording. Raises UnplayableRecording, OSError."""
    try:
        with wave.open(str(path), "rb") as file:
            facts = _facts(file)
            loudest = _loudest(file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise UnplayableRecording(
            f"is not WAV with PCM samples: {error or 'it is cut off'}"
        ) from None
    if loudest < SILENT:
        raise UnplayableRecording("is silent")
    return facts


def _facts(file: wave.Wave_read) -> WaveFacts:
    rate, channels = file.getframerate(), file.getnchannels()
    if file.getsampwidth() != SAMPLE_BYTES:
        raise UnplayableRecording(f"has {8 * file.getsampwidth()} bits a sample, not 16")
    if channels not in (1, 2):
        raise UnplayableRecording(f"has {channels} channels, not one")
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise UnplayableRecording(
            f"has {rate:,} samples a second, not {LOWEST_RATE:,} to {HIGHEST_RATE:,}"
        )
    seconds = file.getnframes() / rate
    if not SHORTEST <= seconds <= LONGEST:
        raise UnplayableRecording(f"is {seconds:.1f} s long, not {SHORTEST} to {LONGEST:.0f} s")
    return WaveFacts(rate, channels, seconds)


def _loudest(frames: bytes) -> int:
    samples = array("h", frames[: len(frames) // SAMPLE_BYTES * SAMPLE_BYTES])
    return max(max(samples, default=0), -min(samples, default=0))
