"""Child processes: started, their output told apart, started again when they die, all stopped.

Everything happens in one thread: `run` waits for output and looks after the children between. Each
child leads a process group of its own, so that what it started ends with it, and is tethered
(tether.py), so that it ends when the supervisor is killed.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

TETHER = Path(__file__).with_name("tether.py")
TICK = 0.1
"""Seconds between two looks at the children."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a child is started again; doubled each time, until it has lasted LONGEST_PAUSE."""
STRUGGLING = 3
"""Early deaths in a row after which a child is not expected to come up."""
KILLED_PAUSE = 2.0
"""The longest for one that was killed from outside: it could work, and callers wait for it."""
GRACE = 18.0
"""Seconds that a child has to stop by itself; the telephone network waits 15 for an answer."""
LONGEST_LINE = 64 * 1024
"""Bytes of output without an end of line that are held back."""

Say = Callable[[str, str], None]
"""Takes the name of who speaks and a line of text."""


@dataclass(frozen=True)
class Program:
    """What to run, under which name, with what added to the environment.

    Programs are stopped by ascending `stage`; those of one stage together.
    """

    name: str
    command: tuple[str, ...]
    stage: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """A program and the process that runs it at present."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.ended_early = 0  # times in a row
        self.start_at = 0.0  # monotonic seconds, while it waits to be started again
        self.unfinished = b""  # a line of which the end has not come yet
        self.launch()

    def launch(self) -> None:
        tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid())]
        self.process = subprocess.Popen(
            [*tether, *self.program.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.program.environment},
            start_new_session=True,
        )
        self.launched_at = time.monotonic()
        self.waiting = False
        self.silent = False  # it has closed its output
        self.drained = False  # nothing to read for now
        os.set_blocking(self.output, False)

    @property
    def output(self) -> int:
        if self.process.stdout is None:
            raise ValueError("a child is always started with a pipe for its output")
        return self.process.stdout.fileno()

    def lines(self) -> list[str]:
        """The lines it has ended since the last time; notices when no more will come."""
        try:
            block = os.read(self.output, 65536)
        except BlockingIOError:
            self.drained = True
            return []
        self.silent = self.drained = not block
        *whole, self.unfinished = (self.unfinished + block).split(b"\n")
        if self.unfinished and (self.silent or len(self.unfinished) > LONGEST_LINE):
            whole.append(self.unfinished)
            self.unfinished = b""
        return [line.decode(errors="replace") for line in whole]

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def ending(self) -> str:
        """How it ended, for people."""
        status = self.process.returncode
        if status < 0:
            return f"was killed by {signal.Signals(-status).name}"
        return f"ended with status {status}"

    def signal(self, number: signal.Signals) -> None:
        """To the process and everything it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def close(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()

    def postpone(self) -> float:
        """Notes that it died; gives the seconds to wait before it is started again."""
        lasted = time.monotonic() - self.launched_at
        self.ended_early = 0 if lasted > LONGEST_PAUSE else self.ended_early + 1
        killed = self.process.returncode == -signal.SIGKILL
        longest = KILLED_PAUSE if killed else LONGEST_PAUSE
        pause = min(longest, FIRST_PAUSE * 2.0 ** max(0, self.ended_early - 1))
        self.start_at = time.monotonic() + pause
        self.waiting = True
        return pause


class Supervisor:
    """Starts programs and keeps them running until it is told to stop."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.children: dict[str, Child] = {}
        self.stopping = False
        self._selector = selectors.DefaultSelector()

    def start(self, *programs: Program) -> None:
        for program in programs:
            child = self.children[program.name] = Child(program)
            self._selector.register(child.output, selectors.EVENT_READ, child)

    def run(
        self,
        until: Callable[[], bool] = lambda: False,
        seconds: float = float("inf"),
        unless: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Looks after the children until the condition holds: True; or, False: until the time
        is up, `unless` holds, or a signal has come."""
        end = time.monotonic() + seconds
        while not self.stopping:
            if until():
                return True
            if unless() or time.monotonic() > end:
                return False
            self._relay(TICK)
            self._tend()
        return False

    @property
    def struggling(self) -> list[str]:
        """Who has died over and over again since it was last seen well."""
        return [name for name, child in self.children.items() if child.ended_early >= STRUGGLING]

    def drop(self, name: str) -> None:
        """Ends a program at once and forgets it."""
        child = self.children.pop(name)
        if not child.waiting:
            self._bury(child)

    def stop(self) -> None:
        """Stops every program, stage by stage; whoever does not heed is killed."""
        self.stopping = True
        for stage in sorted({c.program.stage for c in self.children.values()}):
            self._stop_together(
                [c for c in self.children.values() if c.program.stage == stage and not c.waiting]
            )
        self.children.clear()
        self._selector.close()

    def kill(self) -> None:
        """Ends every program at once."""
        for child in self.children.values():
            if not child.waiting:
                child.signal(signal.SIGKILL)

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Ctrl-C, SIGTERM and SIGHUP stop everything in order; a second one, at once."""

        def heed(number: int, _frame: FrameType | None) -> None:
            if self.stopping:
                self.kill()
                raise SystemExit(128 + number)
            self.stopping = True

        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, heed) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _relay(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            child: Child = key.data
            for line in child.lines():
                self.say(child.program.name, line)
            if child.silent:
                self._selector.unregister(key.fd)

    def _tend(self) -> None:
        for child in self.children.values():
            if child.waiting:
                if time.monotonic() >= child.start_at:
                    child.launch()
                    self._selector.register(child.output, selectors.EVENT_READ, child)
            elif child.ended:
                ending = child.ending
                self._bury(child)
                pause = child.postpone()
                self.say(child.program.name, f"{ending}; started again in {pause:g} s")

    def _bury(self, child: Child) -> None:
        """Ends what is left of a child and its own children, and hears its last words."""
        child.signal(signal.SIGKILL)
        child.process.wait()
        if not child.silent:
            self._selector.unregister(child.output)
        child.drained = child.silent
        while not child.drained:
            for line in child.lines():
                self.say(child.program.name, line)
        child.close()

    def _stop_together(self, children: list[Child]) -> None:
        for child in children:
            child.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + GRACE
        while not all(child.ended for child in children) and time.monotonic() < end:
            self._relay(TICK / 2)
        for child in children:
            if not child.ended:
                self.say(child.program.name, f"did not stop within {GRACE:g} s and is killed")
            self._bury(child)
