"""The control room and the review: bound entries, limits, alerts, decisions, recanvass.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ACTIVITY_KINDS = (
    "signed-in",
    "sign-in-failed",
    "signed-out",
    "account-made",
    "account-disabled",
    "account-reset",
    "password-changed",
    "second-factor-changed",
    "shift-begun",
    "shift-ended",
    "presence",
    "call-taken",
    "call-not-taken",
    "call-held",
    "call-resumed",
    "call-returned",
    "call-ended",
    "handed-over",
    "listened",
    "coached",
    "joined",
    "left-call",
    "unit-claimed",
    "unit-released",
    "claim-taken-over",
    "report-entered",
    "pin-reissued",
    "chair-verified-otherwise",
    "nuisance",
    "number-blocked",
    "callback-scheduled",
    "callback-agreed",
    "callback-placed",
    "callback-done",
    "call-attempted",
    "reminder-sent",
    "paper-keyed",
    "paper-compared",
    "image-attached",
    "image-seen",
    "image-refused",
    "note",
    "number-unblocked",
    "block-extended",
    "blocks-imported",
    "blocks-exported",
    "block-asked",
    "block-not-agreed",
    "switch-turned",
    "limit-changed",
    "drill-begun",
    "drill-ended",
    "roster-edited",
    "papers-printed",
    "role-changed",
    "sessions-ended",
    "alert-begun",
    "alert-ended",
    "alert-people-changed",
    "calls-exported",
    "activity-exported",
    "jobs-retried",
    "test-call",
    "provisioned",
    "decision-proposed",
    "decision-withdrawn",
    "report-released",
    "report-replaced",
    "report-rejected",
    "count-confirmed",
    "challenge-filed",
    "challenge-settled",
    "publication-ordered",
    "publication-approved",
    "election-loaded",
    "ledger-opened",
    "totals-rebuilt",
    "roster-loaded",
    "pins-issued",
    "recanvass-asked",
    "recanvass-recorded",
    "recanvass-decided",
    "recanvass-filed",
    "recanvass-closed",
)


def upgrade() -> None:
    """One function an area; each protects its own tables."""
    _more_activity()
    _search()
    _watch()
    _bind()
    _control()
    _review()
    _order()
    _sign()
    _recanvass()


ACTIVITY_COLUMNS = (
    "id, at, account_id, who, kind, call_sid, unit_code, ledger_id, before, after, note"
)


def _more_activity() -> None:
    """More kinds of activity. SQLite keeps a constraint in the table: it is written anew."""
    listed = ", ".join(repr(kind) for kind in ACTIVITY_KINDS)
    known = f"kind IN ({listed})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("ck_activity_kind_is_known", "activity", type_="check")
        op.create_check_constraint("ck_activity_kind_is_known", "activity", known)
        return
    for index in ("at", "account_id_at", "call_sid", "unit_code_at"):
        op.drop_index(f"ix_activity_{index}", "activity")
    op.rename_table("activity", "activity_before")
    op.create_table(
        "activity",
        sa.Column("id", RowId, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("call_sid", sa.String(64), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(known, name="ck_activity_kind_is_known"),
        sa.CheckConstraint("who <> ''", name="ck_activity_who_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
        sqlite_autoincrement=True,
    )
    op.execute(
        f"INSERT INTO activity ({ACTIVITY_COLUMNS}) "  # noqa: S608 (nothing of a user's in it)
        f"SELECT {ACTIVITY_COLUMNS} FROM activity_before ORDER BY id"
    )
    op.drop_table("activity_before")
    op.create_index("ix_activity_at", "activity", ["at"])
    op.create_index("ix_activity_account_id_at", "activity", ["account_id", "at"])
    op.create_index("ix_activity_call_sid", "activity", ["call_sid"])
    op.create_index("ix_activity_unit_code_at", "activity", ["unit_code", "at"])
    _append_only("activity")


def _search() -> None:
    """The indexes by which activity and calls are looked through."""
    op.create_index("ix_activity_kind_at", "activity", ["kind", "at"])
    op.create_index("ix_activity_who_at", "activity", ["who", "at"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    at = "began_at" if is_sqlite else sa.text("began_at ASC NULLS FIRST")
    op.create_index("ix_call_words", "call", ["channel", "entrance", "verdict", "reason", at])
    op.create_index("ix_call_last_four", "call", ["last_four", at])
    for name, outcome in (
        ("filed", "filings > 0"),
        ("proved", "verified_at IS NOT NULL"),
        ("to_person", "person_at IS NOT NULL"),
        ("hung_up", HUNG_UP),
    ):
        where = sa.text(outcome)
        op.create_index(
            *(f"ix_call_{name}", "call", ["began_at"]), sqlite_where=where, postgresql_where=where
        )


HUNG_UP = (
    "ended_at IS NOT NULL AND verified_at IS NULL AND person_at IS NULL "
    "AND verdict <> 'turn-away' AND channel = 'voice'"
)


def _watch() -> None:
    """The indexes that tell how the minutes of the line went."""
    words = ["channel", "began_at", "verdict", "reason", "standing"]
    op.create_index("ix_call_channel_began_at_verdict_reason_standing", "call", words)
    op.create_index("ix_report_ledger_id_filed_at", "report", ["ledger_id", "filed_at"])


def _bind() -> None:
    """Bound entries."""
    op.create_table(
        "ledger_link",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", RowId, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name="ck_ledger_link_digest_is_whole"),
        sa.CheckConstraint("length(salt) = 32", name="ck_ledger_link_salt_is_whole"),
        sa.CheckConstraint("number >= 1", name="ck_ledger_link_number_from_one"),
        sa.ForeignKeyConstraint(["event_id"], ["report_event.id"], name="fk_ledger_link_event_id"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_ledger_link_ledger_id"),
        sa.PrimaryKeyConstraint("ledger_id", "number", name="pk_ledger_link"),
        sa.UniqueConstraint("event_id", name="uq_ledger_link_event_id"),
    )
    _append_only("ledger_link")
    _bind_reports()
    op.create_table(
        "activity_link",
        sa.Column("number", RowId, autoincrement=False, nullable=False),
        sa.Column("activity_id", RowId, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name="ck_activity_link_digest_is_whole"),
        sa.CheckConstraint("number >= 1", name="ck_activity_link_number_from_one"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name="fk_activity_link_activity_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_activity_link"),
        sa.UniqueConstraint("activity_id", name="uq_activity_link_activity_id"),
    )
    _append_only("activity_link")
    _bind_activity()


REPORT_COLUMNS = (
    *("filing_key", "confirmation", "source", "outcome", "call_sid", "chair_id", "caller"),
    *("filed_at", "keyed", "findings", "digest", "twin_key"),
)


def _bind_reports() -> None:
    """What was filed before this version: bound ledger by ledger, in the order of the events."""
    connection = op.get_bind()
    ledgers = connection.execute(
        sa.text("SELECT id, election_id, is_test, opened_at FROM ledger ORDER BY id").columns(
            is_test=sa.Boolean(), opened_at=Moment
        )
    )
    for ledger in ledgers.mappings().all():
        opening = {
            "ledger": ledger["id"],
            "election": ledger["election_id"],
            "is_test": ledger["is_test"],
            "opened_at": ledger["opened_at"],
        }
        _bind_ledger(connection, ledger["id"], _link("0" * 64, opening))


def _bind_ledger(connection: sa.Connection, ledger: int, digest: str) -> None:
    types: dict[str, Any] = {
        "filed_at": Moment,
        **dict.fromkeys(("figures", "keyed", "findings"), sa.JSON()),
    }
    names = (*("unit_code", "version", "figures"), *REPORT_COLUMNS)
    report = sa.table(
        *("report", sa.column("id"), sa.column("ledger_id")),
        *(sa.column(name, types.get(name)) for name in names),
    )
    event = sa.table(
        *("report_event", sa.column("id"), sa.column("report_id"), sa.column("step")),
        *(sa.column("status"), sa.column("at", Moment), sa.column("who"), sa.column("why")),
    )
    wanted = (
        sa.select(event, *(report.c[name] for name in names))
        .join(report, report.c.id == event.c.report_id)
        .where(report.c.ledger_id == ledger)
        .order_by(event.c.id)
        .limit(1_000)
    )
    add = sa.text(
        "INSERT INTO ledger_link (ledger_id, number, event_id, digest, salt) "
        "VALUES (:ledger, :number, :event, :digest, :salt)"
    )
    number, above = 0, 0
    while rows := connection.execute(wanted.where(event.c.id > above)).mappings().all():
        links = []
        for row in rows:
            number += 1
            salt = token_hex(16)
            digest = _link(digest, _report_entry(ledger, number, dict(row), salt))
            links.append(
                {
                    "ledger": ledger,
                    "number": number,
                    "event": row["id"],
                    "digest": digest,
                    "salt": salt,
                }
            )
        connection.execute(add, links)
        above = rows[-1]["id"]


def _report_entry(ledger: int, number: int, row: dict[str, Any], salt: str) -> dict[str, Any]:
    """As hotline.election.entries has it at this revision."""
    private = {"salt": salt, "who": row["who"], "why": row["why"]}
    entry = {
        "ledger": ledger,
        "number": number,
        "unit": row["unit_code"],
        "version": row["version"],
        "step": row["step"],
        "status": row["status"],
        "at": row["at"],
    }
    if row["step"] == 1:
        private |= {name: row[name] for name in REPORT_COLUMNS}
        entry["figures"] = _digest(row["figures"])
        entry["doubtful"] = any(one["effect"] in ("contest", "hold") for one in row["findings"])
    return entry | {"record": _digest(private)}


def _bind_activity() -> None:
    """What was done before this version: bound as it stands now, in the order of the ids."""
    connection = op.get_bind()
    columns = [sa.column(name, JSON_OF.get(name)) for name in ACTIVITY_COLUMNS.split(", ")]
    activity = sa.table("activity", *columns)
    add = sa.text("INSERT INTO activity_link (number, activity_id, digest) VALUES (:n, :id, :d)")
    digest, number, above = "0" * 64, 0, 0
    while True:
        some = sa.select(activity).where(activity.c.id > above).order_by(activity.c.id)
        rows = connection.execute(some.limit(1_000)).mappings().all()
        if not rows:
            return
        links = []
        for row in rows:
            number += 1
            digest = _link(digest, dict(row))
            links.append({"n": number, "id": row["id"], "d": digest})
        connection.execute(add, links)
        above = rows[-1]["id"]


JSON_OF: dict[str, Any] = {"at": Moment, "before": sa.JSON(), "after": sa.JSON()}


def _link(previous: str, entry: dict[str, Any]) -> str:
    """As hotline.election.chain has it at this revision."""
    return sha256(f"{previous}\n{_canonical(entry)}".encode()).hexdigest()


def _digest(entry: Any) -> str:
    return sha256(_canonical(entry).encode()).hexdigest()


def _canonical(entry: Any) -> str:
    def written(value: Any) -> str:
        if isinstance(value, datetime):
            at = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
            return at.isoformat(timespec="microseconds")
        raise TypeError(f"a {type(value).__name__} cannot be bound into a chain")

    return json.dumps(entry, sort_keys=True, separators=(",", ":"), default=written)


def _control() -> None:
    """Limits, alerts and test calls."""
    op.create_table(
        "limit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint("name <> ''", name="ck_limit_change_name_is_present"),
        sa.CheckConstraint("who <> ''", name="ck_limit_change_who_is_present"),
        sa.CheckConstraint("why <> ''", name="ck_limit_change_why_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_limit_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_limit_change_name_id", "limit_change", ["name", "id"], unique=False)
    _append_only("limit_change")
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.CheckConstraint("rule <> ''", name="ck_incident_rule_is_present"),
        sa.CheckConstraint("said <> ''", name="ck_incident_said_is_present"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_began_at", "incident", ["began_at"], unique=False)
    op.create_index(
        "uq_incident_one_at_a_time",
        "incident",
        ["rule", "subject"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    _fixed("incident", "id, rule, subject, began_at")
    op.create_table(
        "alert_recipient",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.CheckConstraint("added_by <> ''", name="ck_alert_recipient_added_by_is_present"),
        sa.CheckConstraint(
            "phone LIKE '+%' AND length(phone) <= 16", name="ck_alert_recipient_phone_is_e164"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_alert_recipient_account_id"
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_alert_recipient"),
    )
    op.create_table(
        "test_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("election_id", sa.String(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.CheckConstraint("call_sid <> ''", name="ck_test_call_call_sid_is_present"),
        sa.CheckConstraint(
            "length(caller) <= 4", name="ck_test_call_caller_is_the_last_four_digits"
        ),
        sa.ForeignKeyConstraint(["election_id"], ["election.id"], name="fk_test_call_election_id"),
        sa.PrimaryKeyConstraint("id", name="pk_test_call"),
        sa.UniqueConstraint(
            "election_id",
            "unit_code",
            "call_sid",
            name="uq_test_call_election_id_unit_code_call_sid",
        ),
        sqlite_autoincrement=True,
    )
    _append_only("test_call")
    op.create_table(
        "block_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("is_prefix", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", Moment, nullable=True),
        sa.CheckConstraint("by <> ''", name="ck_block_request_by_is_present"),
        sa.CheckConstraint("reason <> ''", name="ck_block_request_reason_is_present"),
        sa.CheckConstraint(
            "pattern LIKE '+%' AND length(pattern) <= 16", name="ck_block_request_pattern_is_e164"
        ),
        sa.CheckConstraint("seconds > 0", name="ck_block_request_seconds_above_zero"),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'withdrawn', 'overtaken')",
            name="ck_block_request_state_is_known",
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name="ck_block_request_settled_when"
        ),
        sa.CheckConstraint(
            "state <> 'agreed' OR settled_by <> by", name="ck_block_request_agreed_by_another"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name="fk_block_request_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_block_request"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_block_request_one_is_open",
        "block_request",
        ["pattern", "is_prefix"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    _fixed("block_request", "id, pattern, is_prefix, reason, seconds, by_id, by, at")


def _review() -> None:
    """Decisions that wait, and challenges."""
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", RowId, nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_why", sa.String(), nullable=False),
        sa.Column("settled_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(decision = 'replace') = (figures IS NOT NULL)", name="ck_proposal_only_new_figures"
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name="ck_proposal_settled_when"
        ),
        sa.CheckConstraint("by <> ''", name="ck_proposal_by_is_present"),
        sa.CheckConstraint(
            "decision IN ('release', 'replace', 'reject')", name="ck_proposal_decision_is_known"
        ),
        sa.CheckConstraint(
            "state <> 'agreed' OR settled_by <> by", name="ck_proposal_agreed_by_another"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'withdrawn', 'overtaken')",
            name="ck_proposal_state_is_known",
        ),
        sa.CheckConstraint("why <> ''", name="ck_proposal_why_is_present"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name="fk_proposal_by_id"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_proposal_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_proposal_one_is_open",
        "proposal",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    _fixed("proposal", "id, report_id, decision, figures, why, by_id, by, at")
    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_why", sa.String(), nullable=False),
        sa.Column("settled_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name="ck_challenge_settled_when"
        ),
        sa.CheckConstraint("by <> ''", name="ck_challenge_by_is_present"),
        sa.CheckConstraint(
            "state = 'open' OR settled_by <> ''", name="ck_challenge_settled_by_somebody"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'dismissed', 'withdrawn')",
            name="ck_challenge_state_is_known",
        ),
        sa.CheckConstraint("text <> ''", name="ck_challenge_text_is_present"),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name="fk_challenge_by_id"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_challenge_ledger_id"),
        sa.PrimaryKeyConstraint("id", name="pk_challenge"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_challenge_ledger_id_state", "challenge", ["ledger_id", "state"], unique=False
    )
    op.create_index(
        "ix_challenge_ledger_id_unit_code", "challenge", ["ledger_id", "unit_code"], unique=False
    )
    op.create_index(
        "uq_challenge_one_is_open",
        "challenge",
        ["ledger_id", "unit_code", "by_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    _fixed("challenge", "id, ledger_id, unit_code, by_id, by, at, text")


def _order() -> None:
    """How results go out."""
    op.create_table(
        "publication_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("embargo_until", Moment, nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "mode IN ('live', 'approval')", name="ck_publication_order_mode_is_known"
        ),
        sa.CheckConstraint(
            "status IN ('unofficial-partial', 'unofficial-complete', 'recanvass', "
            "'recount', 'certified')",
            name="ck_publication_order_status_is_known",
        ),
        sa.CheckConstraint("who <> ''", name="ck_publication_order_who_is_present"),
        sa.CheckConstraint("why <> ''", name="ck_publication_order_why_is_present"),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledger.id"], name="fk_publication_order_ledger_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publication_order"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_publication_order_ledger_id_id", "publication_order", ["ledger_id", "id"], unique=False
    )
    _append_only("publication_order")


def _sign() -> None:
    """Who vouches for a publication, and which order it went out by."""
    op.create_table(
        "publication_signature",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("signed_at", Moment, nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("key_id <> ''", name="ck_publication_signature_key_id_is_present"),
        sa.CheckConstraint("signature <> ''", name="ck_publication_signature_signature_is_present"),
        sa.ForeignKeyConstraint(
            ["number"], ["publication.number"], name="fk_publication_signature_number"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["publication_order.id"], name="fk_publication_signature_order_id"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_publication_signature"),
    )
    _append_only("publication_signature")


def _recanvass() -> None:
    """Recanvass and recount."""
    op.create_table(
        "recanvass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", Moment, nullable=True),
        sa.Column("filed_by", sa.String(), nullable=False),
        sa.Column("filed_at", Moment, nullable=True),
        sa.Column("closed_why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_why <> '')", name="ck_recanvass_closed_with_a_reason"
        ),
        sa.CheckConstraint("asked_by <> ''", name="ck_recanvass_asked_by_is_present"),
        sa.CheckConstraint("kind IN ('recanvass', 'recount')", name="ck_recanvass_kind_is_known"),
        sa.CheckConstraint(
            "state IN ('open', 'decided', 'filed', 'closed')", name="ck_recanvass_state_is_known"
        ),
        sa.CheckConstraint("why <> ''", name="ck_recanvass_why_is_present"),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name="fk_recanvass_ledger_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recanvass"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_recanvass_one_is_open",
        "recanvass",
        ["ledger_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'decided')"),
        postgresql_where=sa.text("state IN ('open', 'decided')"),
    )
    _fixed("recanvass", "id, ledger_id, kind, units, asked_by, asked_at, why, base")
    op.create_table(
        "recanvass_record",
        sa.Column("id", RowId, nullable=False),
        sa.Column("recanvass_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_why", sa.String(), nullable=False),
        sa.Column("report_id", RowId, nullable=True),
        sa.Column("before_id", RowId, nullable=True),
        sa.CheckConstraint(
            "before_id IS NULL OR report_id IS NOT NULL",
            name="ck_recanvass_record_before_what_is_filed",
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by = '')", name="ck_recanvass_record_decided_by_somebody"
        ),
        sa.CheckConstraint("by <> ''", name="ck_recanvass_record_by_is_present"),
        sa.CheckConstraint(
            "decision IN ('file', 'keep')", name="ck_recanvass_record_decision_is_known"
        ),
        sa.CheckConstraint(
            "report_id IS NULL OR decision = 'file'", name="ck_recanvass_record_filed_as_decided"
        ),
        sa.ForeignKeyConstraint(
            ["recanvass_id"], ["recanvass.id"], name="fk_recanvass_record_recanvass_id"
        ),
        sa.ForeignKeyConstraint(["before_id"], ["report.id"], name="fk_recanvass_record_before_id"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_recanvass_record_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recanvass_record"),
        sa.UniqueConstraint("report_id", name="uq_recanvass_record_report_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_recanvass_record_one_is_last",
        "recanvass_record",
        ["recanvass_id", "unit_code"],
        unique=True,
        sqlite_where=sa.text("is_last"),
        postgresql_where=sa.text("is_last"),
    )
    _fixed("recanvass_record", "id, recanvass_id, unit_code, figures, digest, source, by, at")


def _fixed(table: str, columns: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE OF {columns} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: UPDATE refused'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OF {columns} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION hotline_refuse()"
    )


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} may not be changed: {what} refused'); END"
            )
        return
    for name, what, each in (
        ("change", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION hotline_refuse()"
        )
