"""What anybody can check with files alone: a publication, its signature, a ledger's export."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from hotline.election.audit import export
from hotline.election.audit.agreement import Document, DocumentComparison
from hotline.election.audit.verification import VerifiedLedger
from hotline.operations.audit import signing
from hotline.operations.audit.finding import AuditFinding
from hotline.store.publication.publications import as_bytes

SIGNATURE_BYTES = 64
UNSIGNED = ("refused_since", "stale_since")
"""What `/results.json` says besides at times, after what was signed."""
NAMED = 20  # findings of a kind that are spelt out


class FileError(ValueError):
    """A file is not what it should be; the message says so in a sentence."""


def check_signature(results: bytes, signature: bytes, pem: bytes) -> list[AuditFinding]:
    """Whether the key signed exactly this publication. Raises FileError, KeyFileError."""
    document = _document(results)
    said = results.rstrip(b"\n")
    if any(document.pop(key, None) for key in UNSIGNED):
        said = as_bytes(document)
    if signing.is_signed(signing.read_public_key(pem), said, _signature(signature)):
        return []
    return [AuditFinding("signature", "this is not what the key signed")]


def check_ledger(results: bytes, lines: Iterable[str]) -> list[AuditFinding]:
    """Whether the exported ledger is whole, and comes to what was published.

    Raises FileError, ExportError.
    """
    document = _document(results)
    given = export.read_export(lines)
    book = given.ledger()
    said: list[str] = []
    place = document.get("ledger")
    if not isinstance(place, dict):
        raise FileError("the publication does not say of which ledger it was made")
    is_compared = False
    if place["entries"] == 0:
        said += _compare(document, book)
        is_compared = True
    for bound in given.links:
        book.read(bound)
        if bound.number == place["entries"]:
            said += _compare(document, book)
            is_compared = True
    book.end()
    said += _whose(document, given)
    if not is_compared:
        said.append(f"it was made of {place['entries']} entries, and the file has {book.entries}")
    kept = [*book.findings]
    if (given.opening.entries, given.opening.head) != (book.entries, book.digest):
        kept.append("the last entry is not the one that the first line names")
    return [
        *(AuditFinding("ledger", words) for words in _some(kept)),
        *(AuditFinding("publication", words) for words in _some(said)),
    ]


def _whose(document: Document, given: export.Export) -> Iterator[str]:
    place, opening = document["ledger"], given.opening
    if place["id"] != opening.ledger:
        yield f"it is of ledger {place['id']}, the file of ledger {opening.ledger}"
    if document["is_test"] is not opening.is_test:
        yield f"is_test: it says {document['is_test']}, the ledger {opening.is_test}"
    if place["definition"] != given.definition_digest:
        yield "the file defines precincts, delegates or contests otherwise"


def _compare(document: Document, book: VerifiedLedger) -> Iterator[str]:
    if document["ledger"]["head"] != book.digest:
        yield (
            f"entries 1 to {book.entries} come to {book.digest}, and it says "
            f"{document['ledger']['head']}"
        )
    yield from DocumentComparison(book).differences(document)


def _some(found: list[str]) -> list[str]:
    more = len(found) - NAMED
    return [*found[:NAMED], *([f"and {more} more"] if more > 0 else [])]


def _document(results: bytes) -> dict[str, Any]:
    try:
        found = json.loads(results)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "contests" not in found:
        raise FileError("this is no publication (results.json)")
    return found


def _signature(given: bytes) -> bytes:
    if len(given) == SIGNATURE_BYTES:
        return given
    try:
        decoded = base64.b64decode(given.strip(), validate=True)
    except ValueError:
        decoded = b""
    if len(decoded) != SIGNATURE_BYTES:
        raise FileError("this is no signature: 64 bytes, or their base64")
    return decoded
