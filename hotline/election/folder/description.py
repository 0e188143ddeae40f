"""`election.toml`: what an election folder says about the election itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hotline.election.model import Policy
from hotline.election.naming import LABEL, SPOKEN, Name
from hotline.election.rules import registry
from hotline.languages.catalogue import SOURCE, available
from hotline.tables.problems import Problems, quoted
from hotline.tables.sources import text_of
from hotline.telephones import TelephoneError, country_of_zone, read_telephone

FILE = "election.toml"
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_SEATS = 99
MOST_LANGUAGES = 8  # each but the first has a key of its own, 9 to 3

TOP = {
    "id": str,
    "title": str,
    "date": date,
    "timezone": str,
    "languages": list,
    "source": str,
    "greeting": str,
    "lines": dict,
    "policy": dict,
    "contests": list,
}
TOP_REQUIRED = ("id", "title", "date", "timezone", "languages", "contests")
LINES = {"chairs": str, "public": str, "help": str}
CONTEST = {"id": str, "title": str, "rule": str, "seats": int, "rare": list}
CONTEST_REQUIRED = ("id", "title", "rule")
POLICY = {setting.name: int for setting in fields(Policy)}
KINDS = {
    str: "a text in quotes",
    int: "a whole number",
    date: "a date such as 2020-02-03, without quotes",
    list: "a list in square brackets",
    dict: "a table of its own",
}

Refuse = Callable[[str, str], None]
"""Takes the key that is wrong, and the reason."""


@dataclass(frozen=True)
class ContestHead:
    """A contest without its candidates. `line` is where it begins in the file."""

    id: str
    title: str
    rule: str
    seats: int
    rare: tuple[str, ...]
    line: int | None
    names: Mapping[str, Name] = field(default_factory=dict)  # by language


@dataclass(frozen=True)
class Description:
    """All that the file says, checked."""

    id: str
    title: str
    date: date
    timezone: str
    languages: tuple[str, ...]
    contests: tuple[ContestHead, ...]
    policy: Policy = field(default_factory=Policy)
    chairs_line: str = ""
    help_line: str = ""
    public_line: str = ""
    source: str = ""
    greeting: str = ""
    names: Mapping[str, Name] = field(default_factory=dict)  # by language


def describe(directory: Path, problems: Problems) -> Description | None:
    """Reads the file. None, and problems, where anything in it is wrong."""
    before = len(problems.found)
    text = text_of(directory / FILE, problems)
    if text is None:
        return None
    try:
        document = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        problems.add(FILE, int(at[1]) if at else None, f"is not TOML: {error}")
        return None
    places = _places(text)

    def refuse_in(table: str, index: int = 0) -> Refuse:
        # A key that is missing has no line: then the table's, if that is there.
        def refuse(key: str, reason: str) -> None:
            line = places.get((table, index, key)) or places.get((table, index, ""))
            problems.add(FILE, line, reason)

        return refuse

    spoken = _languages(document)
    top = _typed(document, {**TOP, **_name_keys(spoken)}, TOP_REQUIRED, refuse_in(""))
    lines = _typed(top.get("lines", {}), LINES, (), refuse_in("lines"))
    policy = _typed(top.get("policy", {}), POLICY, (), refuse_in("policy"))
    contests = [
        _contest(entry, spoken, refuse_in("contests", index), places.get(("contests", index, "")))
        for index, entry in enumerate(top.get("contests", []))
    ]
    _check_top(top, directory.resolve().name, refuse_in(""))
    lines = _read_lines(lines, top.get("timezone", ""), refuse_in("lines"))
    for key, value in policy.items():
        if value < 1:
            refuse_in("policy")(key, f"{key} is less than 1: {value}")
    known = [contest for contest in contests if contest is not None]
    for contest in _repeated(known):
        problems.add(FILE, contest.line, f"contest {quoted(contest.id)} is there twice")
    if len(problems.found) > before:
        return None
    return Description(
        id=top["id"],
        title=_plain(top["title"]),
        date=top["date"],
        timezone=top["timezone"],
        languages=tuple(top["languages"]),
        contests=tuple(known),
        policy=Policy(**policy),
        chairs_line=lines.get("chairs", ""),
        help_line=lines.get("help", ""),
        public_line=lines.get("public", ""),
        source=_plain(top.get("source", "")),
        greeting=_plain(top.get("greeting", "")),
        names=_names(top, spoken),
    )


def _languages(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages that names can be given in; whether they are right is checked elsewhere."""
    given = document.get("languages")
    return tuple(code for code in given if isinstance(code, str)) if isinstance(given, list) else ()


def _name_keys(languages: Iterable[str]) -> dict[str, type]:
    return {key + code: str for code in languages for key in (LABEL, SPOKEN)}


def _names(table: Mapping[str, Any], languages: Iterable[str]) -> dict[str, Name]:
    """What a table calls itself in each language; those in which it has no other name are not."""
    found = {
        code: Name(*(_plain(table.get(key + code, "")) for key in (LABEL, SPOKEN)))
        for code in languages
    }
    return {code: name for code, name in found.items() if name.said}


def _typed(
    table: Any, kinds: Mapping[str, type], required: Iterable[str], refuse: Refuse
) -> dict[str, Any]:
    """The entries of a table that are known and of the right kind."""
    if not isinstance(table, dict):
        refuse("", "is a single value, where a table is expected")
        return {}
    for key in required:
        if key not in table:
            refuse(key, f"{key} is missing")
    right: dict[str, Any] = {}
    for key, value in table.items():
        if key not in kinds:
            refuse(key, f"{key} is not known; known are {', '.join(kinds)}")
        elif not _is_a(value, kinds[key]):
            refuse(key, f"{key} is not {KINDS[kinds[key]]}")
        else:
            right[key] = value
    return right


def _is_a(value: Any, kind: type) -> bool:
    # TOML's true is Python's 1, and its moments are Python's dates: neither is meant here.
    return isinstance(value, kind) and not isinstance(value, bool | datetime)


def _check_top(top: Mapping[str, Any], folder: str, refuse: Refuse) -> None:
    name = top.get("id", folder)
    if not IDENTIFIER.fullmatch(name):
        refuse("id", f"id is not lower-case letters, digits and hyphens: {quoted(name)}")
    elif name != folder:
        refuse("id", f"id is {quoted(name)}, but the folder is called {quoted(folder)}")
    _check_text("title", top, refuse)
    if "timezone" in top and not _is_zone(top["timezone"]):
        refuse("timezone", f"timezone is not known: {quoted(top['timezone'])}")
    languages, known = top.get("languages", [SOURCE]), available()
    for language in languages:
        if language not in known:
            names = ", ".join(known)
            refuse("languages", f"language {quoted(str(language))} is not known; known are {names}")
    if not languages or len({str(language) for language in languages}) < len(languages):
        refuse("languages", "languages are empty, or name one twice")
    if len(languages) > MOST_LANGUAGES:
        refuse("languages", f"languages are more than {MOST_LANGUAGES}")
    if not top.get("contests", [True]):
        refuse("contests", "contests are empty")


def _check_text(key: str, table: Mapping[str, Any], refuse: Refuse) -> None:
    if key in table and not (_plain(table[key]) and _plain(table[key]).isprintable()):
        refuse(key, f"{key} is empty, or holds a character that cannot be printed")


def _read_lines(lines: Mapping[str, str], timezone: str, refuse: Refuse) -> dict[str, str]:
    """The numbers in E.164. `timezone` tells the country of those that do not name theirs."""
    found: dict[str, str] = {}
    for key, written in lines.items():
        try:
            found[key] = read_telephone(written, country_of_zone(timezone))
        except TelephoneError as error:
            refuse(key, f"{key} {error}: {quoted(written)}")
    if "chairs" in found and found["chairs"] == found.get("public"):
        refuse("public", "public is the chairs' number: the number called tells the lines apart")
    return found


def _contest(
    entry: Any, languages: Sequence[str], refuse: Refuse, line: int | None
) -> ContestHead | None:
    table = _typed(entry, {**CONTEST, **_name_keys(languages)}, CONTEST_REQUIRED, refuse)
    if any(key not in table for key in CONTEST_REQUIRED):
        return None
    _check_text("title", table, refuse)
    if not IDENTIFIER.fullmatch(table["id"]):
        reason = "id is not lower-case letters, digits and hyphens"
        refuse("id", f"{reason}: {quoted(table['id'])}")
    rule, seats, known = table["rule"], table.get("seats", 1), registry.names()
    if rule not in known:
        refuse("rule", f"rule is not known: {quoted(rule)}; known are {', '.join(known)}")
        return None
    if not 1 <= seats <= MOST_SEATS:
        refuse("seats", f"seats are not 1 to {MOST_SEATS}: {seats}")
    elif seats > 1 and not registry.named(rule).has_seats:
        refuse("seats", f"{rule} knows no seats: they are for a count of ballots")
    rare = table.get("rare", [])
    if not all(isinstance(candidate, str) for candidate in rare):
        refuse("rare", "rare is not a list of candidates' ids")
        rare = []
    names = _names(table, languages)
    return ContestHead(table["id"], _plain(table["title"]), rule, seats, tuple(rare), line, names)


def _repeated(contests: Sequence[ContestHead]) -> list[ContestHead]:
    ids = [contest.id for contest in contests]
    return [contest for place, contest in enumerate(contests) if contest.id in ids[:place]]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _places(text: str) -> dict[tuple[str, int, str], int]:
    """Lines of keys by table, number of the table in its array, and key; `""` is the table's own.

    Python's TOML reader keeps no places. This knows enough of TOML to point at a line.
    """
    places: dict[tuple[str, int, str], int] = {}
    arrays: dict[str, int] = {}
    table, index = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if head := re.match(r"\s*\[\[\s*([\w-]+)\s*\]\]", line):
            table = head[1]
            index = arrays[table] = arrays.get(table, -1) + 1
            places[table, index, ""] = number
        elif head := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            table, index = head[1], 0
            places[table, index, ""] = number
        elif key := re.match(r"\s*\"?([\w-]+)\"?\s*=", line):
            places.setdefault((table, index, key[1]), number)
    return places
