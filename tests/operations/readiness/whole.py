"""A whole line in good order for the doctor to look at, in which a test breaks one thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from rq import Worker
from rq.serializers import JSONSerializer

from app import create_app
from config.settings import Settings
from hotline.election.model import Election
from hotline.operations.accounts import accounts
from hotline.operations.context import AppContext, utc_now
from hotline.operations.readiness import doctor, numbers
from hotline.operations.readiness.checks import ReadinessCheck
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.operations.roster.pins import issue_pins
from hotline.operations.upkeep.reconcile import reconcile
from hotline.sandbox.exchange import Exchange
from hotline.sandbox.rest.api import rest_blueprint
from hotline.sandbox.rest.network import Network
from hotline.store.database import writing
from hotline.store.enums import Role
from hotline.store.queues import QueueName
from hotline.store.roster import roster
from hotline.store.roster.roster import Chair
from tests.calls.dialogue import small_election
from tests.operations.loaded import PEPPER
from tests.served import served
from tests.web.signing_in import equip, make
from tests.web.switchboard import ACCOUNT, TOKEN, Later

LINE, PUBLIC, STAFF = (f"+1515555010{n}" for n in (0, 9, 8))
CHAIR = "+15155550101"
SEED = "Ew4t4ULxOOlKKhIYZqzJg7zXIaCzGxMBgOS6y1hLKHg="  # of a key for tests


def settings_of(var: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(
        var=var,
        database_url=database_url,
        redis_url=redis_url,
        pin_pepper=PEPPER,
        secret_key="s",
        signing_key=SEED,
        auth_token=TOKEN,
        account_sid=ACCOUNT,
        staff_line=STAFF,
        person_number="+15155550177",
    )


def tomorrows() -> Election:
    """An election of tomorrow, with two lines."""
    day = (utc_now() + timedelta(days=1)).date()
    return replace(small_election(), date=day, chairs_line=LINE, public_line=PUBLIC)


@dataclass
class Whole:
    """The system, and what a test breaks it with. `parts` are those that the doctor gets."""

    parts: AppContext
    network: Network
    web: Later
    workers: dict[QueueName, Worker]

    def change(self, **settings: object) -> None:
        """The doctor's settings become others; the web server keeps its own."""
        changed = self.parts.settings.model_copy(update=settings)
        vars(changed).pop("auth_tokens", None)  # what was derived from the old ones
        self.parts = AppContext(changed, self.parts.engine, self.parts.redis, self.parts.now)

    def load(self, election: Election) -> None:
        load_election(self.parts, election, "test")

    def number(self, line: str = LINE) -> str:
        """The carrier's name for one of our numbers."""
        return next(one.sid for one in self.network.owned_numbers() if one.number == line)

    def examine(self) -> dict[str, ReadinessCheck]:
        return {check.name: check for check in doctor.examine(self.parts)}

    def finds(self, name: str) -> tuple[str, str, str]:
        check = self.examine()[name]
        return check.state.value, check.seen, check.mend


@contextmanager
def whole(bare: AppContext) -> Iterator[Whole]:
    """Web server, telephone network, workers' signs of life; election, roster, PINs, people."""
    web, carrier = Later(), Later()
    with served(web) as web_port, served(carrier) as rest_port:
        ours = {"public_url": f"http://127.0.0.1:{web_port}"}
        ours["api_base"] = f"http://127.0.0.1:{rest_port}"
        parts = AppContext(bare.settings.model_copy(update=ours), bare.engine, bare.redis, utc_now)
        _fill(parts)
        web.app = create_app(parts=parts)
        leads = numbers.destinations(parts.settings)
        exchange = Exchange(
            leads.voice,
            leads.status,
            leads.fallback,
            text_url=leads.text,
            auth_token=TOKEN,
            account_sid=ACCOUNT,
            numbers=(LINE, PUBLIC, STAFF),
        )
        network = Network(exchange, ACCOUNT)
        carrier.app = Flask("rest")
        carrier.app.register_blueprint(rest_blueprint(network, {ACCOUNT: TOKEN}))
        yield Whole(parts, network, web, _workers(parts))
        exchange.close()


def _fill(parts: AppContext) -> None:
    election = tomorrows()
    load_election(parts, election, "test")
    open_ledger(parts, False, "test")
    with writing(parts.engine) as connection:
        chairs = [Chair(code, f"Chair {code}", (CHAIR,)) for code in election.units]
        roster.replace_roster(connection, election.id, chairs)
    parts.invalidate()
    issue_pins(parts, parts.settings.var / "pins.csv")
    for name, role in (("ada", Role.ADMIN), ("sue", Role.SUPERVISOR)):
        make(parts, name, role)
        equip(parts, name)
    assert accounts.find_account(parts, "ada")
    reconcile(parts)


def _workers(parts: AppContext) -> dict[QueueName, Worker]:
    """One for each queue, at work as far as RQ's register knows."""
    found = {}
    for queue in QueueName:
        worker = Worker(
            [parts.queue(queue)],
            connection=parts.redis,
            serializer=JSONSerializer,
            name=f"w-{queue}",
        )
        worker.register_birth()
        found[queue] = worker
    return found
