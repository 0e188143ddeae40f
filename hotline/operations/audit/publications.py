"""Whether publications are what was signed, and say what their ledger came to then."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from hotline.election.audit import definition
from hotline.election.audit.agreement import Document, DocumentComparison
from hotline.election.audit.verification import VerifiedLedger
from hotline.election.model import Election
from hotline.operations.audit import signing
from hotline.operations.audit.finding import AuditFinding
from hotline.operations.context import AppContext
from hotline.store.audit.activity_chain import ActivityHead
from hotline.store.database import reading
from hotline.store.publication import archive
from hotline.store.publication.archive import ArchivedPublication
from hotline.store.publication.publications import ACTIVITY, as_bytes
from hotline.store.reports.ledgers import Ledger as Kept
from hotline.store.review.lost_units import agreed_reasons

CHECK = "publications"
NAMED = 10  # differences of one publication that are spelt out


class Publications:
    """The publications of one ledger, each compared once the ledger has been read so far."""

    def __init__(
        self,
        connection: Connection,
        kept: Kept,
        election: Election,
        keys: Mapping[str, Ed25519PublicKey],
        numbers: Collection[int] | None,
    ) -> None:
        self.findings: list[AuditFinding] = []
        self._connection = connection
        self._kept = kept
        self._definition = definition.digest_of(election)
        self._keys = keys
        self._numbers = numbers
        self._was_signed = False
        self._comparison: DocumentComparison | None = None
        self._agreed = agreed_reasons(connection, kept.id)
        self._waiting = deque(archive.of_ledger(connection, kept.id))
        for number in archive.missing(connection):
            self._found(f"number {number} is missing")

    def compare(self, book: VerifiedLedger) -> None:
        """Compares what was made of exactly the entries that have been read."""
        while self._waiting and self._waiting[0].events <= book.entries:
            self._check(self._waiting.popleft(), book)

    def end(self, book: VerifiedLedger) -> None:
        """The ledger has no more entries."""
        for filed in self._waiting:
            self._found(
                f"number {filed.number} was made of {filed.events} entries, and there are "
                f"{book.entries}"
            )

    def _check(self, filed: ArchivedPublication, book: VerifiedLedger) -> None:
        document = archive.document(self._connection, filed.number)
        said = [
            *self._signature(filed, document),
            *self._place(document, book),
            *self._given_up(document),
        ]
        if self._numbers is None or filed.number in self._numbers:
            if self._comparison is None:
                self._comparison = DocumentComparison(book)
            differing = self._comparison.differences(document)
            said += islice(differing, NAMED)
            if more := sum(1 for _ in differing):
                said.append(f"and {more} more")
        for words in said:
            self._found(f"number {filed.number}, {words}")

    def _signature(self, filed: ArchivedPublication, document: Document) -> Iterator[str]:
        if document.get("number") != filed.number:
            yield f"it says that it is number {document.get('number')}"
        if not filed.signature:
            if self._was_signed:
                yield "it is not signed, and an earlier one is"
            return
        self._was_signed = True
        key = self._keys.get(filed.key_id)
        if key is None:
            yield f"it is signed with the key {filed.key_id}, whose public half is not here"
        elif not signing.is_signed(key, as_bytes(dict(document)), _decoded(filed.signature)):
            yield "it is not what was signed"

    def _place(self, document: Document, book: VerifiedLedger) -> Iterator[str]:
        if document["is_test"] is not self._kept.is_test:
            yield f"is_test: it says {document['is_test']}, the ledger {self._kept.is_test}"
        if "ledger" not in document:
            if self._was_signed:
                yield "it does not say of which entries it was made"
            return
        place = document["ledger"]
        if place["id"] != self._kept.id:
            yield f"it says that it is of ledger {place['id']}"
        if (place["entries"], place["head"]) != (book.entries, book.digest):
            yield (
                f"it was made of {place['entries']} entries that came to {place['head']}; "
                f"{book.entries} entries come to {book.digest} now"
            )
        if place["definition"] != self._definition:
            yield "precincts, delegates or contests were defined otherwise than now"

    def _given_up(self, document: Document) -> Iterator[str]:
        for one in document.get("lost", ()):
            if (one["code"], one["reason"]) not in self._agreed:
                yield f"it gives up precinct {one['code']} for a reason that nobody agreed to"

    def _found(self, said: str) -> None:
        self.findings.append(AuditFinding(CHECK, said))


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature)
    except ValueError:
        return b""


def activity_heads(parts: AppContext) -> list[ActivityHead]:
    """The heads of the log of activity that publications told."""
    with reading(parts.engine) as connection:
        told = (archive.document(connection, n).get(ACTIVITY) for n in archive.numbers(connection))
        return [ActivityHead(one["entries"], one["head"]) for one in told if one]
