"""Each alert is caused, told once, mended, and told once that it is over: nothing is made up."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from rq import SimpleWorker
from sqlalchemy import Engine, create_engine, make_url, text

from hotline.operations.actors import Actor
from hotline.operations.admission import blocks, limits
from hotline.operations.admission.blocks import WantedBlock
from hotline.operations.calls.ingest import ingest_events
from hotline.operations.monitoring import alert_people
from hotline.operations.monitoring.alerts import Watch
from hotline.operations.monitoring.rules import AlertRule
from hotline.operations.publication.publish import publish_now
from hotline.store import redis_client
from hotline.store.audit import activity
from hotline.store.database import reading
from hotline.store.enums import ActivityKind, Role
from hotline.store.keys import ALARM
from hotline.store.postgresql import breaker_of
from hotline.store.publication.publications import PublicationRefusal
from hotline.store.queues import QueueName
from tests.calls.dialogue import code
from tests.operations.acting import tabulated, tamper
from tests.operations.monitoring.alerting import PHONE, Scene
from tests.servers import PostgreSQLServer, RedisServer
from tests.towns import caucus
from tests.web.switchboard import ANN, CHAIR, STRANGER

ROOT = Actor(None, "test", Role.ADMIN)
BEGUN_ENDED = ["begun", "ended"]


@pytest.fixture
def backend() -> str:
    """One database is enough where what is said does not depend on it."""
    return "sqlite"


def kinds(scene: Scene) -> list[tuple[ActivityKind, str]]:
    with reading(scene.at.parts.engine) as connection:
        entries = activity.latest(connection, 99)
    return [
        (entry.kind, str((entry.after or {}).get("rule")))
        for entry in reversed(entries)
        if entry.kind in (ActivityKind.ALERT_BEGUN, ActivityKind.ALERT_ENDED)
    ]


def is_told_once(scene: Scene, rule: AlertRule, words: str) -> bool:
    """Begun and ended, to the webhook and by text message, each once."""
    texts = scene.texted(words)
    return (
        scene.posted(rule) == BEGUN_ENDED
        and len(texts) == 2
        and "alert: " in texts[0]
        and "over at " in texts[1]
        and not scene.sink.unsigned
    )


def test_all_is_well(scene: Scene) -> None:
    scene.looks(30)

    assert scene.open() == {}
    assert scene.sink.got == []
    assert scene.texted("") == []


@pytest.mark.both_databases
def test_chairs_wait(scene: Scene) -> None:
    scene.at.begin(ANN)
    call = scene.at.dial(CHAIR)
    call.press("*0#")
    scene.passes(230)
    scene.looks()
    assert AlertRule.CHAIRS_WAIT not in scene.open()

    scene.passes(20)
    scene.looks(20)
    said = scene.open()[AlertRule.CHAIRS_WAIT].said
    assert said == "Chairs wait 4 min: 1 staff ready, 1 waiting"

    call.hang_up()
    scene.looks(40)
    assert AlertRule.CHAIRS_WAIT not in scene.open()
    assert is_told_once(scene, AlertRule.CHAIRS_WAIT, "Chairs wait 4 min")
    assert kinds(scene)[:1] == [(ActivityKind.ALERT_BEGUN, "chairs-wait")]
    assert (ActivityKind.ALERT_ENDED, "chairs-wait") in kinds(scene)


def test_a_chair_is_turned_away(scene: Scene) -> None:
    parts = scene.at.parts
    wanted = WantedBlock(CHAIR, "noise", second="sue")
    blocks.add_block(parts, wanted, "bo")
    scene.at.dial(CHAIR)
    scene.passes(5)
    ingest_events(parts)
    scene.looks()

    said = scene.open()[AlertRule.CHAIR_TURNED_AWAY].said
    assert said.startswith(f"A chair's telephone, …{CHAIR[-4:]}, is turned away")
    assert said.endswith(": blocked")

    scene.passes(16 * 60)
    scene.looks(40)
    assert is_told_once(scene, AlertRule.CHAIR_TURNED_AWAY, "is turned away")


def test_pins_are_guessed(scene: Scene) -> None:
    limits.change(scene.at.parts, "line_guesses", 10, ROOT, "test")
    limits.change(scene.at.parts, "unit_guesses", 1000, ROOT, "test")
    for number in range(5):
        call = scene.at.dial(f"+1515555019{number}")
        for _ in range(3):
            call.press(code("0001"))
            call.press("000000")
    scene.looks()
    assert scene.open()[AlertRule.GUESSING].said.startswith("PINs are being guessed")

    scene.at.parts.redis.delete(ALARM)  # as Redis does once it is over
    scene.looks(40)
    assert is_told_once(scene, AlertRule.GUESSING, "PINs are being guessed")


def test_no_worker_though_there_is_none_to_say_so(scene: Scene, redis_url: str) -> None:
    scene.looks(60)
    assert scene.open() == {}, "a worker that is started anew is away for a moment"
    scene.looks(35)

    subjects = {one["subject"] for one in scene.sink.got}
    assert subjects == {*QueueName}
    assert len(scene.texted("No worker for")) == len(QueueName)

    workers = SimpleWorker([*QueueName], connection=Redis.from_url(redis_url))
    workers.register_birth()
    try:
        scene.looks(110)  # that worker tells nobody, so the clock does in the end
    finally:
        workers.connection.close()
    assert scene.open() == {}
    assert scene.posted(AlertRule.WORKER_SILENT) == ["begun"] * 4 + ["ended"] * 4


def test_a_worker_that_hangs_is_missed_from_its_last_sign_of_life(
    scene: Scene, redis_url: str
) -> None:
    worker = SimpleWorker([QueueName.TABULATION], connection=Redis.from_url(redis_url))
    worker.register_birth()
    scene.looks(60)
    scene.at.parts.redis.delete(worker.key)  # as Redis does when it is not heard of
    worker.connection.close()
    scene.looks(80)
    assert "tabulation" not in {one.subject for one in scene.all_open()}
    scene.looks(15)
    assert "tabulation" in {one.subject for one in scene.all_open()}


def test_what_is_told_by_a_worker_waits_for_nobody(scene: Scene, redis_url: str) -> None:
    worker = SimpleWorker([*QueueName], connection=Redis.from_url(redis_url))
    worker.register_birth()
    worker.connection.close()
    alert_people.send_test(scene.at.parts, ROOT)
    scene.looks()

    queue = scene.at.parts.queue(QueueName.MESSAGES)
    assert queue.count == 1
    assert scene.sink.got == []

    scene.looks(70)  # that worker does nothing
    assert scene.posted(AlertRule.TEST) == ["begun"]
    assert len(scene.texted("tries whether alerts arrive")) == 1


@pytest.mark.both_databases
def test_publication_is_refused(scene: Scene) -> None:
    parts = scene.at.parts
    tabulated(parts, code("0001"), caucus(12, 8))
    tamper(parts, "UPDATE total SET value = value + 1")
    assert isinstance(publish_now(parts), PublicationRefusal)
    scene.looks()
    assert AlertRule.PUBLICATION_REFUSED not in scene.open()
    scene.looks(35)
    assert "nothing is published yet" in scene.open()[AlertRule.PUBLICATION_REFUSED].said

    tamper(parts, "UPDATE total SET value = value - 1")
    publish_now(parts)
    scene.looks(40)
    assert is_told_once(scene, AlertRule.PUBLICATION_REFUSED, "Results are not published")


def test_the_line_is_nearly_full(scene: Scene) -> None:
    limits.change(scene.at.parts, "capacity", 3, ROOT, "test")
    calls = [scene.at.dial(CHAIR) for _ in range(3)]
    scene.looks()
    assert (
        scene.open()[AlertRule.CAPACITY].said == "3 of 3 calls are up, 0 of them unknown callers'"
    )

    for call in calls:
        call.hang_up()
    scene.looks(40)
    assert is_told_once(scene, AlertRule.CAPACITY, "of 3 calls are up")


def test_a_report_waits_and_a_job_has_failed(scene: Scene, redis_url: str) -> None:
    parts = scene.at.parts
    parts.queue(QueueName.TABULATION).enqueue_call("workers.tabulate.no_such", (1,))
    worker = SimpleWorker(["tabulation"], connection=Redis.from_url(redis_url))
    failed = parts.queue(QueueName.TABULATION).jobs[0]
    worker.handle_job_failure(failed, parts.queue(QueueName.TABULATION), exc_string="gone")
    worker.connection.close()
    scene.looks()
    assert scene.open()[AlertRule.FAILED_JOBS].said == "1 job failed in tabulation"

    failed.delete()
    scene.looks(40)
    assert is_told_once(scene, AlertRule.FAILED_JOBS, "1 job failed")


def test_redis_is_away(scene: Scene, redis_server: RedisServer) -> None:
    scene.looks()
    redis_server.stop()
    try:
        scene.looks()
        assert scene.open().keys() == {AlertRule.REDIS_SILENT}
        scene.looks(10)
        assert len(scene.texted("alert: Redis does not answer")) == 1
    finally:
        redis_server.start()
    assert redis_client.breaker_of(scene.at.parts.redis).recovers(60)
    scene.looks(40)
    assert AlertRule.REDIS_SILENT not in scene.open()
    assert scene.posted(AlertRule.REDIS_SILENT) == BEGUN_ENDED
    assert len(scene.texted("Redis does not answer")) == 2


def test_what_needs_redis_is_not_over_while_it_is_away(
    scene: Scene, redis_server: RedisServer
) -> None:
    limits.change(scene.at.parts, "capacity", 1, ROOT, "test")
    scene.at.dial(CHAIR)
    scene.looks()
    redis_server.stop()
    try:
        scene.looks(60)
        assert scene.open().keys() == {AlertRule.CAPACITY, AlertRule.REDIS_SILENT}
    finally:
        redis_server.start()


@contextmanager
def no_database(engine: Engine) -> Iterator[None]:
    """It refuses every connection, for a while."""
    url = make_url(engine.url)
    engine.dispose()
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        path.rename(path.with_suffix(".away"))
        path.mkdir()
        yield
        path.rmdir()
        path.with_suffix(".away").rename(path)
        return
    admin = create_engine(url.set(database="template1"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        name = url.database
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        stop = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(stop, {"name": name})
        try:
            yield
        finally:
            connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    admin.dispose()
    assert breaker_of(engine).recovers(60)


@pytest.mark.both_databases
def test_the_database_is_away(scene: Scene) -> None:
    scene.looks()
    began = scene.clock()
    with no_database(scene.at.parts.engine):
        scene.looks(10)
        assert scene.posted(AlertRule.DATABASE_SILENT) == ["begun"]
        assert len(scene.texted("alert: The database does not answer")) == 1
    scene.looks()
    incident = scene.open()[AlertRule.DATABASE_SILENT]
    assert incident.began_at == began
    assert set(incident.told["begun"].values()) == {"sent"}

    scene.looks(40)
    assert is_told_once(scene, AlertRule.DATABASE_SILENT, "The database does not answer")


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_database_that_hangs_keeps_nobody_from_saying_so(
    scene: Scene, postgresql_server: PostgreSQLServer
) -> None:
    scene.looks()
    began = scene.clock()
    with postgresql_server.hanging(), ThreadPoolExecutor(1) as clock:
        clock.submit(scene.looks, 10).result(30)
        assert scene.posted(AlertRule.DATABASE_SILENT) == ["begun"]
    assert breaker_of(scene.at.parts.engine).recovers(60)
    scene.looks()
    assert scene.open()[AlertRule.DATABASE_SILENT].began_at == began
    scene.looks(40)
    assert is_told_once(scene, AlertRule.DATABASE_SILENT, "The database does not answer")


def test_both_are_away_and_it_is_told_all_the_same(scene: Scene, redis_server: RedisServer) -> None:
    scene.looks()
    redis_server.stop()
    try:
        with no_database(scene.at.parts.engine):
            scene.looks(20)
            assert scene.posted(AlertRule.DATABASE_SILENT) == ["begun"]
            assert scene.posted(AlertRule.REDIS_SILENT) == ["begun"]
    finally:
        redis_server.start()
    assert redis_client.breaker_of(scene.at.parts.redis).recovers(60)
    scene.looks(40)
    assert scene.posted(AlertRule.DATABASE_SILENT) == BEGUN_ENDED
    assert scene.posted(AlertRule.REDIS_SILENT) == BEGUN_ENDED


def test_it_does_not_come_and_go_with_every_look(scene: Scene) -> None:
    limits.change(scene.at.parts, "capacity", 1, ROOT, "test")
    for _ in range(4):
        call = scene.at.dial(CHAIR)
        scene.looks(5)
        call.hang_up()
        scene.looks(15)
    assert scene.posted(AlertRule.CAPACITY) == ["begun"]


@pytest.mark.both_databases
def test_two_who_watch_tell_it_once(scene: Scene) -> None:
    other = Watch(scene.at.board, lambda work: work())
    limits.change(scene.at.parts, "capacity", 1, ROOT, "test")
    call = scene.at.dial(CHAIR)
    for _ in range(3):
        scene.looks(5)
        other.look()
    call.hang_up()
    for _ in range(8):
        scene.looks(5)
        other.look()
    assert is_told_once(scene, AlertRule.CAPACITY, "calls are up")


def test_a_webhook_that_fails_is_tried_again_and_less_often(scene: Scene) -> None:
    scene.sink.answers = [503] * 4
    alert_people.send_test(scene.at.parts, ROOT)
    scene.looks()
    assert len(scene.sink.answers) == 3
    scene.looks(60)
    assert len(scene.sink.answers) == 1, "after 10 s and 20 s more; the next comes after 40 s"
    scene.looks(240)
    assert scene.posted(AlertRule.TEST) == ["begun"]
    assert len(scene.texted("tries whether")) == 1


def test_a_webhook_that_will_not_have_it_is_left_alone(scene: Scene) -> None:
    scene.sink.answers = [404]
    alert_people.send_test(scene.at.parts, ROOT)
    scene.looks(60)
    assert scene.sink.answers == []
    assert scene.sink.got == []


def test_what_is_told_names_no_telephone_in_full(scene: Scene) -> None:
    test_a_chair_is_turned_away(scene)
    told = " ".join([*scene.texted(""), str(scene.sink.got)])
    assert CHAIR not in told
    assert PHONE not in str(scene.sink.got)
    assert STRANGER not in told


@pytest.mark.parametrize("phone", ["", "12", "+15155550100", "call me", "+4930123456"])
def test_a_telephone_that_cannot_be_is_refused(scene: Scene, phone: str) -> None:
    with pytest.raises(Exception, match=r"telephone|number"):
        alert_people.add_recipient(scene.at.board, ROOT, "root", phone)


def test_only_administrators_get_alerts(scene: Scene) -> None:
    with pytest.raises(alert_people.AlertError, match="administrators"):
        alert_people.add_recipient(scene.at.board, ROOT, "nobody", PHONE)
