"""What the views work with: put on the application once, and asked for by each view."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from hotline.operations.context import AppContext
from hotline.operations.desk.board import DeskServices
from hotline.operations.desk.overview import Floor
from hotline.operations.monitoring.banner import Banner
from hotline.operations.monitoring.lookout import Lookout
from hotline.operations.readiness.round import Rounds

_KEY = "hotline.services"


@dataclass(frozen=True)
class Services:
    """One an application; threads share it."""

    board: DeskServices
    floor: Floor
    lookout: Lookout
    banner: Banner
    rounds: Rounds


def provide(
    app: Flask, board: DeskServices, *, floor: Floor | None = None, lookout: Lookout | None = None
) -> None:
    """Gives the application what its views work with.

    `floor`, `lookout`: others than those that look every half second, or every other, for tests.
    """
    app.extensions[_KEY] = Services(
        board,
        floor or Floor(board),
        lookout or Lookout(board),
        Banner(board.parts),
        Rounds(board.parts),
    )


def services() -> Services:
    """Those of the application that answers. RuntimeError outside of one."""
    provided: Services = current_app.extensions[_KEY]
    return provided


def context() -> AppContext:
    """Settings, database, Redis and clock of the application that answers."""
    return services().board.parts
