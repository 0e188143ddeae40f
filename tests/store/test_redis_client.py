"""Addresses of Redis, and what a client does where the server cannot do the work."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from hotline.store.redis_client import (
    CannotWork,
    RedisURLError,
    breaker_of,
    connect_redis,
    impatient,
    plain_redis,
    prove_redis,
    worker_redis,
)
from tests.servers import RedisServer, free_port, wait_until
from tests.store.failover_servers import SentinelServer


@pytest.fixture
def primary() -> Iterator[RedisServer]:
    with RedisServer(free_port()) as server:
        yield server


@pytest.fixture
def replica(primary: RedisServer) -> Iterator[RedisServer]:
    with RedisServer(free_port()) as server:
        server.replicate(primary)
        yield server


@pytest.mark.parametrize("make", [connect_redis, worker_redis, lambda url: plain_redis(url, 2)])
def test_a_replica_and_a_full_server_end_the_connection(
    make, primary: RedisServer, replica: RedisServer
) -> None:
    with make(replica.url) as client:
        assert client.get("anything") is None
        with pytest.raises(CannotWork):
            client.set("anything", 1)
        with pytest.raises(CannotWork):
            client.eval("return redis.call('SET', KEYS[1], 1)", 1, "anything")
    with make(primary.url) as client:
        prove_redis(client)
        client.config_set("maxmemory", 1)
        pipeline = client.pipeline(transaction=True).set("anything", 1)
        with pytest.raises(CannotWork):
            pipeline.execute()


def test_sentinels_lead_to_whoever_is_the_primary_now(
    primary: RedisServer, replica: RedisServer
) -> None:
    with SentinelServer(primary) as sentinel, connect_redis(sentinel.url) as client:
        hurried = impatient(client, 1.0)
        client.set("kept", "before")
        wait_until(lambda: client.wait(1, 1000) == 1)
        sentinel.fail_over()
        wait_until(lambda: sentinel.primary_port == replica.port)
        with Redis.from_url(primary.url) as old:
            wait_until(lambda: old.info("replication")["role"] == "slave")

        client.set("kept", "after")
        with Redis.from_url(replica.url) as new:
            assert new.get("kept") == b"after"
        assert hurried.get("kept") == b"after"

        replica.stop()  # and the other one has to take its place again
        wait_until(lambda: sentinel.primary_port == primary.port)
        assert breaker_of(client).recovers(60)
        assert client.set("kept", "at last")


@pytest.mark.parametrize(
    ("url", "service", "hosts", "database"),
    [
        ("redis+sentinel://one,two:5000", "mymaster", [("one", 26379), ("two", 5000)], 0),
        ("redis+sentinel://:pw@one:5000/night/3", "night", [("one", 5000)], 3),
        ("rediss+sentinel://u:pw@one/night?sentinel_password=other", "night", [("one", 26379)], 0),
    ],
)
def test_the_parts_of_an_address_with_sentinels(url, service, hosts, database) -> None:
    given = connect_redis(url).connection_pool.connection_kwargs
    sentinel, name = given["find_primary"].args
    asked = [one.connection_pool.connection_kwargs for one in sentinel.sentinels]
    assert name == service
    assert [(one["host"], one["port"]) for one in asked] == hosts
    assert given.get("db", 0) == database
    assert given.get("password") == ("pw" if "pw" in url else None)
    assert asked[0].get("password") == ("other" if "other" in url else None)


@pytest.mark.parametrize(
    "url", ["http://one", "redis+sentinel://", "redis+sentinel://one,/night", "redis://one:port"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(RedisURLError, match="REDIS_URL"):
        connect_redis(url)


def test_tls_with_an_authority_of_ones_own(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    command = (
        f"{openssl} req -x509 -newkey rsa:2048 -nodes -days 2 -keyout {key} -out {certificate} "
        "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    port = free_port()
    try:
        options = (
            f"--tls-port {port} --tls-auth-clients no --tls-cert-file {certificate} "
            f"--tls-key-file {key} --tls-ca-cert-file {certificate}"
        )
        server = RedisServer(0, options)
        server.start()
    except RuntimeError:
        pytest.skip("this Redis was built without TLS")
    with connect_redis(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={certificate}") as client:
        prove_redis(client)
    with (
        connect_redis(f"rediss://127.0.0.1:{port}/0") as client,
        pytest.raises(Exception, match="cert"),
    ):
        client.ping()
    server.remove()
