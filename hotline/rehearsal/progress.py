"""What a watcher of a rehearsal is shown, and what is left of it at the end."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from hotline.guard.triage import CallerStanding
from hotline.rehearsal.callers import VisitRecord
from hotline.rehearsal.mischief import NuisanceReport
from hotline.rehearsal.plan import Totals
from hotline.rehearsal.waiting import WaitingRecord


@dataclass
class StageResult:
    """How one release ended."""

    release: str
    calls: int = 0
    held: int = 0
    corrected: int = 0  # units whose paper was filed in a recount
    expected: Totals = field(default_factory=dict)
    published: Totals = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)  # differences, and whatever did not come in time
    waiting: WaitingRecord = field(default_factory=WaitingRecord)


@dataclass
class RehearsalProgress:
    """Changed under `lock`. `most_seconds`: for how long a nuisance caller may hold the line."""

    planned: int
    most_seconds: float
    calls: int = 0  # reports that were called in
    steps: int = 0
    honest: Counter[CallerStanding] = field(
        default_factory=Counter
    )  # calls, by who had to be let in
    turned_away: Counter[CallerStanding] = field(default_factory=Counter)  # of those
    away_for: list[str] = field(default_factory=list)  # the units that were to be reported then
    sent_home: int = 0
    objections: Counter[str] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    stages: list[StageResult] = field(default_factory=list)
    nuisances: NuisanceReport = field(default_factory=NuisanceReport)
    began: float = field(default_factory=time.monotonic)
    calling_seconds: float = 0.0
    release: str = ""
    doing: str = ""
    confirmations: dict[str, str] = field(default_factory=dict)  # unit to what its chair was told
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, account: VisitRecord) -> None:
        with self.lock:
            self.steps += len(account.milliseconds)
            self.milliseconds += account.milliseconds
            self.honest[account.standing] += 1
            self.turned_away[account.standing] += len(account.turned_away)
            self.away_for += [f"{unit} ({account.standing})" for unit in account.turned_away]
            self.sent_home += account.sent_home
            for note in account.notes:
                if note.trouble:
                    self.trouble.append(f"{note.unit}: {note.trouble}")
                self.calls += 1
                self.confirmations[note.unit] = note.confirmation
                self.objections.update(prompt.name for prompt in note.objections)

    @property
    def wrong(self) -> list[str]:
        """Why the front door has failed, each in a line; empty: it has not."""
        away = [f"an honest caller was turned away: {unit}" for unit in self.away_for]
        return away + self.nuisances.failures(self.most_seconds)

    @property
    def passed(self) -> bool:
        """Whether every call and every total came out as it should."""
        complete = self.calls == self.planned and not self.trouble and not self.wrong
        return complete and not any(stage.wrong for stage in self.stages)
