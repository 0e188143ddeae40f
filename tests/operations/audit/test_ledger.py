"""Whoever owns the database can alter the ledger and what was published, and not unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from config.settings import load
from hotline.election.audit.chain import link
from hotline.election.audit.entries import opening_digest
from hotline.operations.audit import ledger as audit
from hotline.operations.audit.signing import read_public_key, signer
from hotline.operations.context import AppContext
from hotline.operations.reports.filing import file_report
from hotline.operations.reports.ledgers import open_ledger
from hotline.operations.reports.load_election import load_election
from hotline.store.audit import ledger_chain, ledger_reading
from hotline.store.database import reading
from hotline.store.schema.tables import report, report_event
from tests.operations.acting import filing, published, tabulated
from tests.operations.audit.books import NORTH, SOUTH_2, fill, live, put_back, tamper
from tests.towns import CODES, caucus, town

pytestmark = pytest.mark.both_databases


@pytest.fixture
def book(parts: AppContext) -> AppContext:
    load_election(parts, town(), "test")
    live(parts)
    fill(parts)
    return parts


def found(parts: AppContext, check: str = "", **given: object) -> list[str]:
    return [one.said for one in audit.verify(parts, **given) if check in ("", one.check)]


def test_a_ledger_in_which_everything_has_happened_is_whole(book: AppContext) -> None:
    told: list[tuple[int, int]] = []

    assert found(book, tell=lambda read, of: told.append((read, of))) == []
    with reading(book.engine) as connection:
        events = len(connection.execute(select(report_event.c.id)).all())
        head = ledger_chain.head(connection, book.election().ledger_id)
    assert told == [(events, events)]
    assert head.entries == events == 21


def test_an_empty_ledger_is_whole(parts: AppContext) -> None:
    load_election(parts, town(), "test")
    published(parts)

    assert found(parts) == []


def test_every_ledger_has_a_chain_of_its_own(book: AppContext) -> None:
    first = book.election().ledger_id
    open_ledger(book, is_test=True, by="test", force=True)
    tabulated(book, NORTH, caucus(1, 2))
    published(book)

    assert audit.verify(book) == []
    assert audit.verify(book, first) == []


def document(parts: AppContext, text: str) -> str:
    """An expression in SQL that is a text, as a column for documents takes it."""
    return text if parts.engine.dialect.name == "sqlite" else f"{text}::json"


def test_many_at_once_are_bound_one_after_the_other(parts: AppContext) -> None:
    load_election(parts, town(), "test")

    def work(number: int) -> None:
        code = CODES[number % len(CODES)]
        tabulated(parts, code, caucus(number + 1, 8))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(24)))

    assert found(parts) == []
    with reading(parts.engine) as connection:
        assert ledger_chain.head(connection, parts.election().ledger_id).entries == 48


def test_what_is_rolled_back_binds_nothing(parts: AppContext) -> None:
    load_election(parts, town(), "test")

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        file_report(parts, filing(parts, NORTH, caucus(12, 8)), beside=fails)
    tabulated(parts, NORTH, caucus(12, 8))

    assert found(parts) == []


REPORT_1 = "precinct 10001, version 1, step 1"
ALTERED = "it was altered, or what stood before it was"


def test_one_figure_of_one_report_is_seen_and_named(book: AppContext) -> None:
    with reading(book.engine) as connection:
        figures = connection.execute(select(report.c.figures).where(report.c.id == 1)).scalar_one()
    assert figures["president"]["first"]["ash"] == 12
    altered = document(book, "REPLACE(CAST(figures AS TEXT), '12', '13')")
    tamper(book, f"UPDATE report SET figures = {altered} WHERE id = 1")

    said = found(book)

    assert f"entry 1, {REPORT_1}: {ALTERED}" in said
    assert any(one.startswith("number 2, president, final, ash: it says 21") for one in said)


OF_A_REPORT = (
    "keyed = '[]'",
    "keyed = '{'",
    "findings = '7'",
    "digest = 'd'",
    "confirmation = '000000'",
    'findings = \'[{"effect": "hold"}]\'',
    "source = 'staff'",
    "outcome = 'held'",
    "call_sid = 'CA999'",
    "chair_id = 7",
    "caller = '0199'",
    "filing_key = 'another'",
    "filed_at = '2020-02-04 01:00:00.000001'",
    "twin_key = 'x'",
    "version = 9",
    "unit_code = '20002', version = 9",
)
OF_AN_EVENT = (
    "status = 'held'",
    "who = 'somebody'",
    "why = 'because'",
    "step = 9",
    "report_id = 3, step = 9",
    "at = '2020-02-04 01:00:00.000001'",
)


@pytest.mark.parametrize(
    ("table", "id", "changes"), [("report", 1, OF_A_REPORT), ("report_event", 2, OF_AN_EVENT)]
)
def test_every_field_is_bound(
    book: AppContext, table: str, id: int, changes: tuple[str, ...]
) -> None:
    for change in changes:
        if book.engine.dialect.name == "postgresql" and change == "keyed = '{'":
            continue  # PostgreSQL keeps no JSON that is none
        with put_back(book, table, id):
            tamper(book, f"UPDATE {table} SET {change} WHERE id = {id}")
            said = found(book)
        assert any(one.startswith(f"entry {id}, precinct") and ALTERED in one for one in said), (
            change
        )
    assert found(book) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE ledger_link SET digest = '{zeros}' WHERE number = 3 AND ledger_id = 2", "altered"),
        ("UPDATE ledger_link SET salt = '{salt}' WHERE number = 3 AND ledger_id = 2", "altered"),
        ("DELETE FROM ledger_link WHERE number = 3 AND ledger_id = 2", "entry 3 is missing"),
        ("UPDATE ledger SET is_test = true WHERE id = 2", f"entry 1, {REPORT_1}: {ALTERED}"),
        (
            "INSERT INTO report_event (report_id, step, status, at, who, why) "
            "VALUES (1, 3, 'held', '2020-02-04 01:00:00', 'x', '')",
            "precinct 10001, version 1, step 3 (held) was put in: no link binds it",
        ),
    ],
)
def test_what_is_altered_removed_or_put_in_is_named(
    book: AppContext, change: str, said: str
) -> None:
    tamper(book, change.format(zeros="0" * 64, salt="0" * 32))

    assert any(said in one for one in found(book, "ledger"))


def test_an_altered_digest_is_told_from_an_altered_entry(book: AppContext) -> None:
    tamper(book, f"UPDATE ledger_link SET digest = '{'0' * 64}' WHERE number = 3 AND ledger_id = 2")

    [said] = [one for one in found(book, "ledger") if "entry 3" in one]
    assert said.endswith("its digest was altered")


def test_an_event_that_is_gone_is_named(book: AppContext) -> None:
    tamper(book, "DELETE FROM report_event WHERE id = 4")

    assert "entry 4 is gone, and its link was left" in found(book, "ledger")


def test_a_removed_end_is_seen_by_what_was_published(book: AppContext) -> None:
    tamper(
        book,
        "DELETE FROM ledger_link WHERE number > 20",
        "DELETE FROM report_event WHERE id > 20",
    )

    assert found(book, "publications") == ["number 3 was made of 21 entries, and there are 20"]


def test_two_entries_that_change_places_are_named(book: AppContext) -> None:
    tamper(
        book,
        "UPDATE ledger_link SET event_id = 999 WHERE number = 2 AND ledger_id = 2",
        "UPDATE ledger_link SET event_id = 2 WHERE number = 3 AND ledger_id = 2",
        "UPDATE ledger_link SET event_id = 3 WHERE event_id = 999",
    )

    said = found(book, "ledger")
    assert any(one.startswith("entry 2,") for one in said)
    assert any(one.startswith("entry 3,") for one in said)


def test_a_chain_written_anew_is_not_what_was_published(
    book: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever binds everything again, altered, ends at another head than was signed."""
    with reading(book.engine) as connection:
        links = list(ledger_reading.links(connection, book.election().ledger_id))
    tamper(book, "UPDATE report_event SET why = 'because' WHERE id = 2")
    with reading(book.engine) as connection:
        altered = list(ledger_reading.links(connection, book.election().ledger_id))
        kept = audit.find_ledger(book, connection, None)
    digest = opening_digest(kept.id, kept.election_id, kept.is_test, kept.opened_at)
    for bound in altered:
        assert bound.entry is not None
        digest = link(digest, bound.entry)
        tamper(
            book,
            f"UPDATE ledger_link SET digest = '{digest}' "
            f"WHERE number = {bound.number} AND ledger_id = {kept.id}",
        )

    assert found(book, "ledger") == []
    said = found(book, "publications")
    assert len([one for one in said if "come to" in one]) == 2
    assert links[-1].digest in said[-1]


def test_a_published_figure_that_was_altered_is_seen(book: AppContext) -> None:
    altered = document(book, """REPLACE(CAST(document AS TEXT), '"ash": 21', '"ash": 12')""")
    tamper(book, f"UPDATE publication SET document = {altered} WHERE number = 2")

    said = found(book)

    assert "number 2, it is not what was signed" in said
    assert any(one.startswith("number 2, president, first, ash: it says 12") for one in said)


def test_a_publication_that_is_gone_is_seen(book: AppContext) -> None:
    tamper(
        book,
        "DELETE FROM publication_signature WHERE number = 2",
        "DELETE FROM publication WHERE number = 2",
    )

    assert found(book) == ["number 2 is missing"]


def test_a_signature_that_is_gone_is_seen(book: AppContext) -> None:
    tamper(book, "DELETE FROM publication_signature WHERE number = 3")

    assert found(book) == ["number 3, it is not signed, and an earlier one is"]


def test_another_key_has_to_be_known(book: AppContext) -> None:
    older = signer(book.settings)
    seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    settings = load(**book.settings.model_dump() | {"signing_key": seed})
    book = AppContext(settings, book.engine, book.redis, book.now)
    tabulated(book, SOUTH_2, caucus(3, 3))
    published(book)

    said = found(book)
    assert said == [
        f"number {n}, it is signed with the key {older.key_id}, whose public half is not here"
        for n in (1, 2, 3)
    ]
    assert found(book, keys=[read_public_key(older.pem)]) == []


def test_what_counts_defined_otherwise_is_seen(book: AppContext) -> None:
    altered = document(
        book, """REPLACE(CAST(document AS TEXT), '"North", 9, 3', '"North", 9, 4')"""
    )
    tamper(book, f"UPDATE election SET digest = 'another', document = {altered}")

    said = found(book)

    assert "number 2, precincts, delegates or contests were defined otherwise than now" in said
    assert any("president, sde, ash" in one for one in said)


def test_only_the_wanted_documents_are_compared(book: AppContext) -> None:
    tamper(book, "UPDATE report SET figures = '{}' WHERE id = 1")

    assert any(one.startswith("number 2, president") for one in found(book))
    assert not any(one.startswith("number 2, president") for one in found(book, numbers=[3]))


def test_a_ledger_that_there_is_not(book: AppContext) -> None:
    with pytest.raises(audit.NoLedgerError, match="no ledger 99"):
        audit.verify(book, 99)
