"""Child processes that really die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline.supervisor import processes
from hotline.supervisor.processes import Program, Supervisor

SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"


class Heard:
    """What the children said, and what was said of them."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, name: str, line: str) -> None:
        self.lines.append((name, line))

    def of(self, name: str) -> list[str]:
        return [line for who, line in self.lines if who == name]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def supervisor(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(processes, "FIRST_PAUSE", 0.05)
    supervisor = Supervisor(heard)
    yield supervisor
    supervisor.kill()
    supervisor.stop()


def python(name: str, code: str, stage: int = 1, **environment: str) -> Program:
    return Program(name, (sys.executable, "-c", code), stage, environment)


def alive(pid: int) -> bool:
    """Whether the process exists and is not merely waiting for its parent to notice its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(condition: Callable[[], bool]) -> bool:
    for _ in range(500):
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_output_comes_line_by_line_under_the_childs_name(
    supervisor: Supervisor, heard: Heard
) -> None:
    supervisor.start(
        python(
            "one", "import sys; print('first'); print('sécond', file=sys.stderr); print(end='x')"
        )
    )

    assert supervisor.run(until=lambda: len(heard.of("one")) >= 4, seconds=10)

    assert sorted(heard.of("one")[:3]) == ["first", "sécond", "x"]
    assert heard.of("one")[3] == "ended with status 0; started again in 0.05 s"


def test_output_without_an_end_of_line_is_not_hoarded(supervisor: Supervisor, heard: Heard) -> None:
    size = 5 * processes.LONGEST_LINE
    supervisor.start(python("one", f"print('x' * {size}, flush=True); import time; time.sleep(60)"))

    assert supervisor.run(
        until=lambda: sum(len(line) for line in heard.of("one")) == size, seconds=10
    )
    assert len(heard.of("one")) > 1


def test_a_child_gets_its_environment(supervisor: Supervisor, heard: Heard) -> None:
    code = "import os; print(os.environ['GIVEN'], os.environ['HOME'])"
    supervisor.start(python("one", code, GIVEN="this"))

    assert supervisor.run(until=lambda: f"this {os.environ['HOME']}" in heard.of("one"), seconds=10)


def test_a_killed_child_is_started_again(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("one", SLEEPER))
    assert supervisor.run(until=lambda: heard.of("one") == ["awake"], seconds=10)
    first = supervisor.children["one"].process.pid

    os.kill(first, signal.SIGKILL)

    assert supervisor.run(until=lambda: heard.of("one").count("awake") == 2, seconds=10)
    assert supervisor.children["one"].process.pid != first
    assert "was killed by SIGKILL; started again in 0.05 s" in heard.of("one")


def test_what_a_killed_child_had_started_ends_with_it(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("one", grandchild()))
    assert supervisor.run(until=lambda: len(heard.of("one")) == 1, seconds=10)
    orphan = int(heard.of("one")[0])

    os.kill(supervisor.children["one"].process.pid, signal.SIGKILL)

    assert supervisor.run(until=lambda: not alive(orphan), seconds=10)


def test_pauses_grow_while_a_child_keeps_dying(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("one", "raise SystemExit(3)"))

    assert supervisor.run(until=lambda: bool(supervisor.struggling), seconds=10)

    assert supervisor.struggling == ["one"]
    assert heard.of("one") == [
        f"ended with status 3; started again in {pause} s" for pause in (0.05, 0.1, 0.2)
    ]


def test_one_that_is_killed_again_and_again_is_soon_back(
    supervisor: Supervisor, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "KILLED_PAUSE", 0.1)
    supervisor.start(python("one", "import os; os.kill(os.getpid(), 9)"))

    assert supervisor.run(until=lambda: len(heard.of("one")) == 4, seconds=20)

    assert heard.of("one") == [
        f"was killed by SIGKILL; started again in {pause} s" for pause in (0.05, 0.1, 0.1, 0.1)
    ]


def test_children_stop_stage_by_stage(supervisor: Supervisor, heard: Heard) -> None:
    code = (
        "import signal, sys, time\n"
        "def stop(*_): print('stopped', flush=True); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print('awake', flush=True)\n"
        "time.sleep(600)"
    )
    supervisor.start(*(python(f"stage {n}", code, stage=n) for n in (3, 1, 2)))
    assert supervisor.run(until=lambda: len(heard.lines) == 3, seconds=10)

    supervisor.stop()

    assert heard.lines[3:] == [(f"stage {n}", "stopped") for n in (1, 2, 3)]
    assert not supervisor.children


def test_who_does_not_stop_is_killed(
    supervisor: Supervisor, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.2)
    supervisor.start(
        python("deaf", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER)
    )
    assert supervisor.run(until=lambda: heard.of("deaf") == ["awake"], seconds=10)
    pid = supervisor.children["deaf"].process.pid

    supervisor.stop()

    assert heard.of("deaf")[-1] == "did not stop within 0.2 s and is killed"
    assert not alive(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_killed_supervisor_leaves_nobody_behind() -> None:
    supervising = (
        "import sys\n"
        "from hotline.supervisor.processes import Program, Supervisor\n"
        "supervisor = Supervisor(lambda name, line: print(line, flush=True))\n"
        f"code = {('import os; print(os.getpid(), flush=True);' + SLEEPER)!r}\n"
        "supervisor.start(Program('one', (sys.executable, '-c', code)))\n"
        "supervisor.run()"
    )
    process = subprocess.Popen([sys.executable, "-c", supervising], stdout=subprocess.PIPE)
    with process:
        child = int(process.stdout.readline())
        assert alive(child)
        process.kill()

        assert eventually(lambda: not alive(child))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run(supervisor: Supervisor, heard: Heard, number: int) -> None:
    supervisor.start(python("one", SLEEPER))
    before = signal.getsignal(number)
    with supervisor.heeding_signals():

        def awake() -> bool:
            if heard.of("one"):
                os.kill(os.getpid(), number)
            return False

        assert not supervisor.run(until=awake, seconds=10)
        assert supervisor.stopping
    assert signal.getsignal(number) is before


def test_a_second_signal_kills_at_once(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("one", SLEEPER))
    supervisor.run(until=lambda: heard.of("one") == ["awake"], seconds=10)
    pid = supervisor.children["one"].process.pid
    with supervisor.heeding_signals():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(SystemExit) as ended:
            os.kill(os.getpid(), signal.SIGINT)

    assert ended.value.code == 130
    assert eventually(lambda: not alive(pid))


def test_a_dropped_child_is_not_started_again(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("one", SLEEPER), python("two", SLEEPER))
    assert supervisor.run(until=lambda: len(heard.lines) == 2, seconds=10)
    pid = supervisor.children["one"].process.pid

    supervisor.drop("one")

    assert not alive(pid)
    assert list(supervisor.children) == ["two"]


def grandchild() -> str:
    return (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)"
    )
