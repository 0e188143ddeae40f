"""The embedded Redis: real servers, really killed."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis

from hotline.supervisor import redis_server
from hotline.supervisor.redis_server import EmbeddedRedis, RedisError, Server, version_of

SERVERS = [Server(p, version_of(p)) for p in redis_server._programs()]


def names(server: Server) -> str:
    return f"{server.program.name}-{'.'.join(map(str, server.version))}"


@pytest.fixture(params=SERVERS, ids=names)
def server(request: pytest.FixtureRequest) -> Server:
    return request.param


@contextmanager
def running(embedded: EmbeddedRedis) -> Iterator[tuple[subprocess.Popen[bytes], redis.Redis]]:
    process = subprocess.Popen(embedded.command())
    try:
        wait_until(embedded.answers)
        with redis.Redis.from_url(embedded.url, decode_responses=True) as client:
            yield process, client
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("it did not come about within 10 s")


def program(folder: Path, says: str) -> Path:
    path = folder / "redis-server"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_what_was_written_survives_a_kill(server: Server, tmp_path: Path) -> None:
    embedded = EmbeddedRedis(tmp_path, server)
    with running(embedded) as (process, client):
        client.rpush("queue", *range(1000))
        client.hset("call", mapping={"state": "attendance"})
        wait_until_logged(embedded, b"attendance")
        process.kill()

    with running(EmbeddedRedis(tmp_path, server)) as (_, client):
        assert client.llen("queue") == 1000
        assert client.hgetall("call") == {"state": "attendance"}


def test_a_record_cut_short_by_a_power_cut_costs_that_record_alone(
    server: Server, tmp_path: Path
) -> None:
    embedded = EmbeddedRedis(tmp_path, server)
    with running(embedded) as (process, client):
        client.set("kept", "1")
        client.set("cut", "2")
        wait_until_logged(embedded, b"cut")
        process.kill()
    log = newest_log(embedded)
    log.write_bytes(log.read_bytes()[:-3])

    with running(EmbeddedRedis(tmp_path, server)) as (_, client):
        assert client.keys() == ["kept"]


@pytest.mark.skipif(len(SERVERS) < 2, reason="needs two different servers")
def test_one_server_reads_what_another_wrote(tmp_path: Path) -> None:
    newest_first = sorted(SERVERS, key=lambda s: s.version, reverse=True)
    for written, server in enumerate(newest_first):
        with running(EmbeddedRedis(tmp_path, server)) as (process, client):
            assert len(client.keys()) == written
            client.set(names(server), "was here")
            client.bgrewriteaof()
            wait_until(lambda c=client: not c.info("persistence")["aof_rewrite_in_progress"])
            process.terminate()
            process.wait()


def test_data_that_cannot_be_read_is_set_aside_and_kept(server: Server, tmp_path: Path) -> None:
    embedded = EmbeddedRedis(tmp_path, server)
    with running(embedded) as (process, client):
        client.set("key", "value" * 20)
        wait_until_logged(embedded, b"value")
        process.kill()
    log = newest_log(embedded)
    log.write_bytes(log.read_bytes().replace(b"*3", b"?3", 1) + b"*1\r\n$4\r\nPING\r\n")
    assert subprocess.run(embedded.command()).returncode != 0

    aside = embedded.set_aside()

    assert aside is not None
    assert list(aside.rglob("*.aof"))
    with running(embedded) as (_, client):
        assert client.keys() == []


def test_nothing_is_set_aside_where_there_is_nothing(tmp_path: Path) -> None:
    assert EmbeddedRedis(tmp_path).set_aside() is None


def test_only_its_owner_can_open_it_and_no_port_is_open(tmp_path: Path) -> None:
    embedded = EmbeddedRedis(tmp_path)
    with running(embedded) as (_, client):
        assert embedded.socket.stat().st_mode & 0o077 == 0
        assert client.config_get("port") == {"port": "0"}


def test_it_refuses_to_forget_for_want_of_memory(tmp_path: Path) -> None:
    with running(EmbeddedRedis(tmp_path)) as (_, client):
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_a_folder_with_a_long_path_and_odd_letters_works(tmp_path: Path) -> None:
    var = tmp_path / 'a "quoted" folder % with ü' / ("long" * 30)
    embedded = EmbeddedRedis(var)
    with running(embedded) as (_, client):
        client.set("key", "value")
        assert redis_server.address(var) == embedded.url
    assert newest_log(embedded).exists()
    embedded.socket.unlink(missing_ok=True)
    embedded.socket.parent.rmdir()


def test_odd_letters_in_a_short_path_work_too(tmp_path: Path) -> None:
    var = tmp_path / "a b%20?#ü"
    with running(EmbeddedRedis(var)) as (_, client):
        assert client.ping()


def test_its_address_is_known_while_it_runs(tmp_path: Path) -> None:
    assert redis_server.address(tmp_path) is None
    embedded = EmbeddedRedis(tmp_path)
    with running(embedded):
        assert redis_server.address(tmp_path) == embedded.url
    assert redis_server.address(tmp_path) is None


def test_a_server_left_behind_is_ended(tmp_path: Path) -> None:
    left = EmbeddedRedis(tmp_path)
    with running(left) as (process, client):
        client.set("key", "value")
        again = EmbeddedRedis(tmp_path)
        assert again.end_orphan()
        assert process.wait(10) == 0
    assert not again.end_orphan()
    with running(again) as (_, client):
        assert client.get("key") == "value"


def test_a_server_on_the_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = program(tmp_path, "Redis server v=7.2.4 sha=00000000:0 malloc=libc bits=64 build=1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    assert redis_server.find_server() == Server(ours, (7, 2, 4))


@pytest.mark.parametrize("says", ["Redis server v=6.0.16 sha=0 bits=64", "no such thing"])
def test_a_server_that_is_too_old_is_passed_over(
    says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(program(tmp_path, says).parent))

    assert redis_server.find_server().version >= redis_server.OLDEST


def test_without_any_server_the_message_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "Redis server v=5.0.3 sha=0 bits=64")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "packaged_program", lambda: None)

    with pytest.raises(RedisError, match=r"is 5\.0\.3.*apt-get install redis-server"):
        redis_server.find_server()


def wait_until_logged(embedded: EmbeddedRedis, what: bytes) -> None:
    """While a sync is under way, the server answers before it has written (ADR 0002)."""
    wait_until(lambda: what in newest_log(embedded).read_bytes())


def newest_log(embedded: EmbeddedRedis) -> Path:
    """The file to which the server appends at present (one file before Redis 7)."""
    with suppress(IndexError):
        return sorted((embedded.folder / "appendonlydir").glob("*.incr.aof"))[-1]
    return embedded.folder / "appendonly.aof"
