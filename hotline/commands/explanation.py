"""Which errors are refusals, and the one line in which a person reads them."""

from __future__ import annotations

import redis
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError, TimeoutError

from config.settings import SettingsError
from hotline.commands.refusal import CommandRefusal
from hotline.election.folder.folder import FolderError
from hotline.guard.blocking import BlockingError
from hotline.guard.limits import LimitError
from hotline.operations.accounts.accounts import AccountError
from hotline.operations.accounts.passwords import PasswordError
from hotline.operations.actors import NotAllowedError
from hotline.operations.admission.switches import SwitchError
from hotline.operations.audit.ledger import NoLedgerError
from hotline.operations.context import NoElectionError
from hotline.operations.publication.orders import OrderError
from hotline.operations.readiness.backup import BackupError
from hotline.operations.readiness.provision import ProvisionError
from hotline.operations.recanvass.refusal import RecanvassError
from hotline.operations.reports.filing import FiguresError
from hotline.operations.reports.ledgers import LedgerError
from hotline.operations.reports.load_election import LoadError
from hotline.operations.review.moves import ReviewError
from hotline.operations.roster.pins import PinsError
from hotline.operations.roster.sheets import SheetsError
from hotline.rehearsal.plan import RehearsalError
from hotline.store.database import DatabaseURLError
from hotline.store.schema.migration import UnknownSchemaError
from hotline.supervisor.lock import AlreadyRunning
from hotline.supervisor.ports import PortInUse
from hotline.supervisor.redis_server import RedisError
from hotline.supervisor.start import StartError
from hotline.supervisor.telephones import SandboxRefused

WRITTEN_FOR_PEOPLE = (
    CommandRefusal,
    SettingsError,
    AlreadyRunning,
    PortInUse,
    RedisError,
    StartError,
    DatabaseURLError,
    UnknownSchemaError,
    NoElectionError,
    NoLedgerError,
    FolderError,
    LoadError,
    LedgerError,
    PinsError,
    SheetsError,
    BlockingError,
    SwitchError,
    LimitError,
    AccountError,
    PasswordError,
    RecanvassError,
    ReviewError,
    FiguresError,
    OrderError,
    NotAllowedError,
    SandboxRefused,
    RehearsalError,
    ProvisionError,
    BackupError,
)
DATABASE = (OperationalError, InterfaceError, TimeoutError)
FILES = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)


def explain(error: Exception) -> str | None:
    """What to say of it; None where the error is a defect of ours."""
    if isinstance(error, WRITTEN_FOR_PEOPLE):
        return str(error)
    if isinstance(error, DATABASE) or type(error) is DatabaseError:  # the last: no database file
        return f"The database cannot be used: {_first_line(getattr(error, 'orig', error))}"
    if isinstance(error, redis.ConnectionError | redis.TimeoutError):
        return f"Redis cannot be reached: {_first_line(error)}"
    if isinstance(error, FILES):
        return f"{error.filename}: {error.strerror}"
    return None


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
