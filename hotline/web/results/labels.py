"""The texts of the public page, which each of its languages has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: `short` heads a narrow column, `note` says what it is in one line."""

    title: str
    short: str
    note: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Every text of the page. Braces hold figures and names; each language has the same ones."""

    code: str  # ISO 639-1
    itself: str  # the language's name, in the language

    # Dates and times
    months: tuple[str, ...]
    day: str
    moment: str
    halves: tuple[str, str]  # before noon, after noon
    as_of: str
    at_the_same_time: str

    # What kind of publication this is
    results: str
    statuses: Mapping[str, str]
    publication: str
    test: str
    test_note: str
    paused: str
    reason: str
    stale: str
    not_updated: str
    nothing: str
    nothing_note: str
    unreadable: str
    unreadable_note: str

    # How much is missing
    coverage: str
    precincts: str
    precincts_and_sites: str
    counted: str
    counted_note: str
    reported_all: str
    contested: str
    contested_note: str
    contested_few: str
    verified_few: str
    verified: str
    held: str
    held_note: str
    outstanding: str
    outstanding_note: str
    held_few: str
    outstanding_few: str
    cell: str

    # Who has how many
    leads: str
    tied: str
    leads_in: str
    tied_in: str
    no_figures: str
    none_yet: str
    with_zero_one: str
    with_zero: str
    total: str
    measures: Mapping[str, Measure]
    ballots: Mapping[str, str]

    # Place by place
    by_county: str
    county: str
    reported: str
    sort: str
    sorts: Mapping[str, str]
    back: str
    only: str
    in_each: str

    # Around it
    skip: str
    contents: str
    language: str
    data: str
    data_note: str
    updates: str
    stop: str
    stopped: str
    resume: str
    where: str
    where_answer: str
    where_sde: str

    def on_day(self, day: date) -> str:
        return self.day.format(month=self.months[day.month - 1], day=day.day, year=day.year)

    def at(self, moment: datetime) -> str:
        """A moment with its zone as people write it: February 3, 2020, 9:14:15 p.m. CST."""
        return self.moment.format(
            day=self.on_day(moment.date()),
            hour=moment.hour % 12 or 12,
            minutes=moment.strftime("%M:%S"),
            half=self.halves[moment.hour >= 12],
            zone=moment.strftime("%Z"),
        )

    def status(self, status: str) -> str:
        return self.statuses.get(status, status)

    def measure(self, measure: str) -> Measure:
        return self.measures.get(measure, Measure(measure, measure, ""))
