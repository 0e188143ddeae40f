"""Where calls and text messages to each of the account's numbers lead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Routing:
    """Where calls and text messages to a number lead. Whatever is empty is not told."""

    voice: str = ""
    fallback: str = ""
    status: str = ""
    text: str = ""


class Routes:
    """Where each number leads: as it was set for the number, else as for all. Between threads,
    each look sees a whole routing."""

    def __init__(self) -> None:
        self._own: dict[str, Routing] = {}

    def of(self, number: str, usual: Routing) -> Routing:
        return self._own.get(number, usual)

    def lead(self, number: str, routing: Routing) -> None:
        self._own[number] = routing
