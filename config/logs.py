"""The log of every process, on standard error: text or JSON, and without what no log may hold."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import MappingProxyType, TracebackType
from typing import Any

from pydantic import SecretStr
from pythonjsonlogger.json import JsonFormatter

from config.masking import masking
from config.settings import LogFormat, Settings, load

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FIELDS = ("asctime", "levelname", "name", "message")
NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "exception"}
ISO = "%Y-%m-%dT%H:%M:%S%z"

Mask = Callable[[str], str]

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


def about(**known: str) -> None:
    """What the thread works on from now on, such as a request or a call; JSON lines say it."""
    _about.set(known)


def also_about(**known: str) -> None:
    """The same, besides what is known already."""
    _about.set({**_about.get(), **known})


class TextFormatter(logging.Formatter):
    """A line as it always was, tracebacks below it."""

    def __init__(self, mask: Mask) -> None:
        super().__init__(TEXT)
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))


class ObjectFormatter(JsonFormatter):
    """One JSON object a line: time, level, logger, message, process, and what it is about."""

    def __init__(self, mask: Mask, process: str) -> None:
        super().__init__(
            FIELDS, ISO, rename_fields=NAMES, static_fields={"process": process, "pid": os.getpid()}
        )
        self._mask = mask

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        known = {**log_data, **_about.get()}
        return {name: self._masked(value) for name, value in known.items()}

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._mask(value)
        if isinstance(value, Mapping):
            return {self._mask(str(name)): self._masked(one) for name, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._masked(one) for one in value]
        return value if isinstance(value, bool | int | float | None) else self._mask(str(value))


def formatter(settings: Settings, process: str) -> logging.Formatter:
    """How lines of this process look."""
    mask = masking(secrets_of(settings))
    if settings.log_format is LogFormat.JSON:
        return ObjectFormatter(mask, process)
    return TextFormatter(mask)


def begin(settings: Settings, process: str, level: int = logging.INFO) -> None:
    """Sets up the log of this process, and what becomes of exceptions that nobody catches.

    Where a log has been set up already it stays as it is.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(settings, process))
    logging.basicConfig(level=level, handlers=[handler])
    if handler in logging.getLogger().handlers:
        sys.excepthook = _uncaught
        threading.excepthook = lambda args: _uncaught(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )


def of_the_server() -> logging.Formatter:
    """For the web server, which sets its own log up; it names this function."""
    return formatter(load(), "web server")


def secrets_of(settings: Settings) -> list[str]:
    """Every secret of the settings; of those that hold several, each."""
    values = [
        value.get_secret_value()
        for name in type(settings).model_fields
        if isinstance(value := getattr(settings, name), SecretStr)
    ]
    return [*values, *settings.auth_tokens]


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("hotline").critical("nobody caught this", exc_info=(kind, error, trace))
