"""Whether the log of what people did is whole: every entry follows from all those before it.

Whoever alters, removes or puts in an entry would have to write every later digest anew, and then
the head is another one than was told outside: on the page, on the command line, in publications.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from hotline.election.audit.chain import START
from hotline.operations.audit.finding import AuditFinding
from hotline.operations.context import AppContext
from hotline.store.audit import activity_chain
from hotline.store.audit.activity_chain import ActivityHead, BoundEntry
from hotline.store.database import reading

CHECK = "activity"


def verify(parts: AppContext, told: Sequence[ActivityHead] = ()) -> list[AuditFinding]:
    """Everything that is wrong with the log. `told` are heads that somebody noted earlier."""
    walk = _ChainWalk(told)
    with reading(parts.engine) as connection:
        said = [words for link in activity_chain.links(connection) for words in walk.step(link)]
        put_in = activity_chain.unbound(connection)
    said += walk.end()
    said += [f"{_words(entry)} was put in: no link binds it" for entry in put_in]
    return [AuditFinding(CHECK, words) for words in said]


def head(parts: AppContext) -> ActivityHead:
    """The end of the chain, for whoever wants to note it outside."""
    with reading(parts.engine) as connection:
        return activity_chain.head(connection)


class _ChainWalk:
    """Goes along the chain. After something wrong it goes on from what is stored."""

    def __init__(self, told: Sequence[ActivityHead]) -> None:
        self._told = told
        self._number = 0
        self._digest = START
        self._computed = START  # what the digest before had to be
        self._suspect = ""  # the entry before, where its digest is another one than computed

    def step(self, link: BoundEntry) -> Iterator[str]:
        """What turns out to be wrong at this link, or at the one before."""
        if link.number > self._number + 1:
            yield from self._blame()
            yield _gap(self._number + 1, link.number - 1)
        if link.entry is None:
            yield from self._blame()
            yield f"entry {link.number} (id {link.activity_id}) was removed, and its link left"
            computed = link.digest
        else:
            computed = activity_chain.digest_of(self._digest, link.entry)
            is_right = computed == link.digest
            if self._suspect and self._follows_what_was_computed(link):
                yield f"{self._suspect}: its link was changed"
                self._suspect, is_right = "", True
            yield from self._blame()
            if not is_right:
                self._suspect = f"entry {link.number}, {_words(link.entry)}"
        yield from self._compare(link)
        self._number, self._digest, self._computed = link.number, link.digest, computed

    def end(self) -> Iterator[str]:
        yield from self._blame()
        last = max((head.number for head in self._told), default=0)
        if last > self._number:
            yield f"{_gap(self._number + 1, last)} at the end"

    def _follows_what_was_computed(self, link: BoundEntry) -> bool:
        """Then the entry before is right, and only its digest is not."""
        entry = link.entry
        return entry is not None and activity_chain.digest_of(self._computed, entry) == link.digest

    def _blame(self) -> Iterator[str]:
        if self._suspect:
            yield f"{self._suspect}: it was altered, or what stood before it was"
        self._suspect = ""

    def _compare(self, link: BoundEntry) -> Iterator[str]:
        for head in self._told:
            if head.number == link.number and head.digest != link.digest:
                yield f"entry {link.number} or one before it was written anew since it was noted"


def _gap(first: int, last: int) -> str:
    if first == last:
        return f"entry {first} was removed"
    return f"entries {first} to {last} were removed"


def _words(entry: Mapping[str, Any]) -> str:
    at = entry["at"]
    when = f"{at:%Y-%m-%d %H:%M:%S} UTC" if isinstance(at, datetime) else f"an unreadable time {at}"
    return f"id {entry['id']} of {when} by {entry['who']} ({entry['kind']})"
