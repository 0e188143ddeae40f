"""`hotline up`: everything starts, is started again when it dies, stops, and keeps its data."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("HOTLINE_", "TWILIO_", "DATABASE_", "REDIS_", "SECRET_", "PIN_", "PUBLIC_", "PORT")
SECONDS = 90

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


class Up:
    """A `hotline up` that runs."""

    def __init__(self, var: Path, port: int, **environment: str) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "up", "--port", str(port)],
            env={**clean, "HOTLINE_VAR": str(var), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_until_it_is_up(self) -> None:
        self.wait_for(lambda: "Ctrl-C stops everything" in self.output)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        for _ in range(SECONDS * 20):
            if condition():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        pytest.fail(f"it did not come about; `hotline up` said:\n{self.output}")

    def status(self, path: str, port: int = 0) -> int:
        return self.get(path, port)[0]

    def get(self, path: str, port: int = 0) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def children(self) -> dict[str, int]:
        """The processes that it started itself, by what they are."""
        found = {}
        for pid in descendants(self.process.pid, levels=1):
            words = command_of(pid)
            program = Path(words[0].partition(" ")[0]).name  # Redis writes more into its title
            found[" ".join(words[2:5]) if "python" in program else program] = pid
        return found

    def lines_when_ended(self) -> list[str]:
        self._reader.join(SECONDS)
        return self.lines

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        status = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return status

    def _read(self) -> None:
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip("\n"))


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return [""]


def descendants(pid: int, levels: int = 9) -> set[int]:
    found: set[int] = set()
    generation = {pid}
    for _ in range(levels):
        generation = {child for parent in generation for child in children_of(parent)}
        found |= generation
    return found


def children_of(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(c) for task in tasks for c in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone(pids: set[int]) -> bool:
    for _ in range(SECONDS * 20):
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def free_port() -> int:
    """A port that is free, and the one after it too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@contextmanager
def running(var: Path, port: int = 0, **environment: str) -> Iterator[Up]:
    up = Up(var, port or free_port(), **environment)
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.end()


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "var"


@pytest.fixture(scope="module")
def up(var: Path) -> Iterator[Up]:
    """One that is up, in the sandbox, for the tests that only look or that it survives."""
    with running(var) as up:
        up.wait_until_it_is_up()
        yield up


def test_it_says_where_to_look_and_what_to_try(up: Up, var: Path) -> None:
    unit, phone, pin = (
        re.search(rf"{word} +(\S+)", up.output)[1] for word in ("Precinct ", "Phone", "PIN  ")
    )

    assert f"http://127.0.0.1:{up.port}/results" in up.output
    assert f"http://127.0.0.1:{up.port + 1}/" in up.output
    assert re.fullmatch(r"\+1\d{3}55501\d{2}", phone)
    assert f"{unit},{pin}" in (var / "demonstration-pins.csv").read_text().splitlines()
    assert (var / "demonstration-pins.csv").stat().st_mode & 0o777 == 0o600


def test_everything_answers(up: Up) -> None:
    assert up.get("/readyz") == (200, '{"database":"ok","redis":"ok","worker":"ok"}\n')
    assert up.status("/healthz") == 200
    assert up.status("/results") == 200
    assert up.status("/", up.port + 1) == 200


def test_the_handset_knows_whose_phone_and_pin_to_try(up: Up) -> None:
    _, answer = up.get(f"/handset/phones?q={unit_to_try(up)}", up.port + 1)

    [phone] = json.loads(answer)["phones"]
    assert phone["number"] in up.output
    assert phone["units"][0]["pin"] in up.output
    assert phone["units"][0]["worksheet"]["rows"]


def unit_to_try(up: Up) -> str:
    found = re.search(r"Precinct +(\d+)", up.output)
    assert found
    return found[1]


def test_a_second_one_in_the_same_place_says_that_it_is_running(up: Up, var: Path) -> None:
    with running(var) as second:
        assert second.process.wait(SECONDS) == 1
        assert f"already running here: process {up.process.pid}" in second.lines_when_ended()[-1]


def test_a_port_in_use_is_named(up: Up, tmp_path: Path) -> None:
    for port in (up.port, up.port - 1):  # its own, and that of its sandbox network
        with running(tmp_path / "var", port) as second:
            assert second.process.wait(SECONDS) == 1
            assert f"Error: Port {up.port} is in use" in second.lines_when_ended()[-1]


def test_the_web_server_does_not_share_a_port_either(up: Up, var: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-m", "hotline", "web", "--port", str(up.port)],
        env={**clean, "HOTLINE_VAR": str(var)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=ROOT,
    )

    assert done.returncode == 1
    assert "is in use" in done.stderr


@pytest.mark.parametrize(
    "which",
    [
        *("workers.run tabulation", "hotline web --host", "hotline voice --host"),
        *("redis-server", "hotline sandbox"),
    ],
)
def test_a_child_that_is_killed_is_started_again(up: Up, which: str) -> None:
    name = next(name for name in up.children() if which in name)
    before, said = up.children()[name], len(up.lines)
    below = descendants(before)

    os.kill(before, signal.SIGKILL)

    up.wait_for(lambda: any("was killed by SIGKILL" in line for line in up.lines[said:]))
    up.wait_for(lambda: up.children().get(name, before) != before)
    up.wait_for(lambda: up.status("/readyz") == 200 and up.status("/", up.port + 1) == 200)
    up.wait_for(lambda: up.status("/results") == 200)
    assert not any(alive(pid) for pid in below)


def test_a_web_process_that_is_killed_is_replaced(up: Up) -> None:
    web = next(pid for name, pid in up.children().items() if "hotline web" in name)
    up.wait_for(lambda: len(descendants(web)) >= 2)
    victim = min(descendants(web))

    os.kill(victim, signal.SIGKILL)

    up.wait_for(lambda: len(descendants(web) - {victim}) >= 2)
    up.wait_for(lambda: up.status("/healthz") == 200)
    assert alive(web)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_a_second_start_keeps_the_data(
    number: int, tmp_path: Path
) -> None:
    var = tmp_path / "var"
    with running(var) as first:
        first.wait_until_it_is_up()
        family = descendants(first.process.pid)
        assert first.end(number) == 0
    assert len(family) >= 8
    assert not any(alive(pid) for pid in family)
    pins = (var / "demonstration-pins.csv").read_bytes()

    with running(var) as second:
        second.wait_until_it_is_up()
        assert "loaded" not in second.output
        assert "issued" not in second.output
        assert unit_to_try(second) == unit_to_try(first)
    assert (var / "demonstration-pins.csv").read_bytes() == pins
    assert second.process.returncode == 0


@pytest.mark.slow
def test_one_that_is_killed_leaves_nobody_behind(tmp_path: Path) -> None:
    with running(tmp_path / "var") as up:
        up.wait_until_it_is_up()
        family = descendants(up.process.pid)

        assert up.end(signal.SIGKILL) == -signal.SIGKILL

        assert all_gone(family)


@pytest.mark.slow
def test_data_that_redis_cannot_read_is_set_aside_and_said(tmp_path: Path) -> None:
    var = tmp_path / "var"
    log = var / "redis" / "appendonlydir"
    log.mkdir(parents=True)
    (log / "appendonly.aof.manifest").write_text("this is not a manifest\n")

    with running(var) as up:
        up.wait_until_it_is_up()
        assert "Redis could not read its data" in up.output
        assert list((var / "redis").glob("unreadable-*/appendonlydir"))


@pytest.mark.slow
def test_a_redis_of_ones_own_is_used(redis_url: str, tmp_path: Path) -> None:
    with running(tmp_path / "var", REDIS_URL=redis_url) as up:
        up.wait_until_it_is_up()
        assert not any("redis" in name for name in up.children())
        assert not (tmp_path / "var" / "redis").exists()


def test_a_redis_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with running(tmp_path / "var", REDIS_URL="redis://:hidden@127.0.0.1:1/0") as up:
        assert up.process.wait(SECONDS) == 1
        assert up.lines_when_ended() == ["Error: REDIS_URL: the server there does not answer"]


@pytest.mark.slow
def test_what_cannot_start_is_named(tmp_path: Path) -> None:
    breaking = tmp_path / "sitecustomize.py"
    breaking.write_text("import os, sys\nif 'workers.run' in sys.orig_argv: os._exit(3)\n")

    with running(tmp_path / "var", PYTHONPATH=str(tmp_path)) as up:
        assert up.process.wait(SECONDS) == 1
        assert re.search(
            r"Error: .*(worker|publisher|messenger).* cannot be started", up.lines_when_ended()[-1]
        )


@pytest.mark.slow
def test_in_production_it_brings_neither_sandbox_nor_demonstration(
    redis_url: str, tmp_path: Path
) -> None:
    invented = dict.fromkeys(
        ("SECRET_KEY", "PIN_PEPPER", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"),
        "invented",
    )
    var = tmp_path / "var"
    with running(
        var,
        HOTLINE_CARRIER="twilio",
        HOTLINE_PROXIES="1",
        HOTLINE_SIGNING_KEY="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        PUBLIC_URL="https://line.example.org",
        DATABASE_URL=f"sqlite:///{tmp_path / 'production.db'}",
        REDIS_URL=redis_url,
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        **invented,
    ) as up:
        up.wait_until_it_is_up()
        assert "no election is loaded" in up.output
        assert not any("sandbox" in name for name in up.children())
        assert "PIN" not in up.output
    assert [path.name for path in var.iterdir()] == ["hotline.lock"]
