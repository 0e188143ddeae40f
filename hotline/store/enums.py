"""The words for what becomes of a report and of a unit, each defined here and nowhere else."""

from __future__ import annotations

from enum import StrEnum


class Source(StrEnum):
    """How a report reached us."""

    PHONE = "phone"  # a chair keyed it on the chairs' line
    STAFF = "staff"  # staff entered it: for a chair, or in place of another version


class Outcome(StrEnum):
    """What became of a filing at the moment it was filed; what the caller is told."""

    FILED = "filed"  # the unit's only standing report, and nothing holds it back
    HELD = "held"  # filed; a check holds it back until staff have looked at it
    CORROBORATED = "corroborated"  # the same figures as a standing report of the unit
    CONFLICT = "conflict"  # other figures than the standing report, which goes on counting; held


class Status(StrEnum):
    """What has become of a report: the last of its events says it."""

    FILED = "filed"  # committed, not yet tabulated
    COUNTED = "counted"  # in the totals; at most one report of a unit is
    HELD = "held"  # out of the totals until staff release, replace or reject it
    CORROBORATING = "corroborating"  # says the same as another report of its unit, which matters
    SUPERSEDED = "superseded"  # another version took its place
    REJECTED = "rejected"  # staff decided that it shall not count


class UnitStatus(StrEnum):
    """Where a unit stands; every unit is in exactly one of these (checks.md)."""

    OUTSTANDING = "outstanding"  # nothing tabulated that stands
    HELD = "held"  # no report counts, and at least one is held
    COUNTED = "counted"  # one of its reports counts


STANDING = frozenset({Status.FILED, Status.COUNTED, Status.HELD})
"""Reports that a later one of the same unit is compared with."""


class Channel(StrEnum):
    """What came in."""

    VOICE = "voice"  # a call
    TEXT = "text"  # a text message


class EventKind(StrEnum):
    """What can happen in the life of a call; each at most once, but for those with a number."""

    ARRIVED = "arrived"  # answered, or turned away and why
    VERIFIED = "verified"  # a PIN was proved; numbered
    FILED = "filed"  # a report was committed; numbered
    PERSON = "person"  # sent to a person; numbered
    PENALISED = "penalised"  # the number is turned away for a while from now on
    ENDED = "ended"  # how, and how long it took
    ALARM = "alarm"  # PINs are being guessed all over the line
    TEXTED = "texted"  # a text message came in, and whether it was answered


class Switch(StrEnum):
    """What administrators can turn on; all are off at first."""

    ROSTER_ONLY = "roster-only"  # only telephones on the roster get through
    INTAKE_CLOSED = "close-intake"  # no reports are taken; callers hear why
    PUBLICATION_PAUSED = "pause-publication"  # the last publication stands


class Role(StrEnum):
    """What an account may do; each may what the ones before it may."""

    OBSERVER = "observer"  # looks, and neither takes calls nor changes anything
    STAFF = "staff"  # takes calls
    SUPERVISOR = "supervisor"  # joins the calls of others, takes over, agrees to exceptions
    ADMIN = "admin"  # accounts, switches, blocks

    def may(self, role: Role) -> bool:
        """Whether this role includes the other."""
        order = list(Role)
        return order.index(self) >= order.index(role)


class Presence(StrEnum):
    """What a member of staff is doing."""

    AWAY = "away"  # takes no calls; at first, and whenever the telephone line is lost
    READY = "ready"  # may be given a caller
    TALKING = "talking"  # with a caller
    WRAPPING_UP = "wrapping-up"  # the caller is gone, the notes are not written yet


class PaperWay(StrEnum):
    """How a report on paper reached us."""

    MAIL = "mail"
    PHOTOGRAPH = "photograph"
    IN_PERSON = "in-person"


class PaperState(StrEnum):
    """Where a report on paper stands, which two people key without seeing each other's figures."""

    AWAITING = "awaiting"  # keyed once; nobody sees the figures until a second person has keyed it
    DIFFERS = "differs"  # keyed by two who do not agree: one keys again, or a supervisor decides
    FILED = "filed"  # both agree, or a supervisor decided; filed once
    SET_ASIDE = "set-aside"  # a supervisor said why it is not filed


class ImageState(StrEnum):
    """Where a photograph that came by text message stands."""

    AWAITED = "awaited"  # the message came, the picture is still to be fetched
    NEW = "new"  # from a telephone on the roster; nobody has looked at it
    SEEN = "seen"  # somebody has looked at it
    QUARANTINED = "quarantined"  # from any other telephone
    REFUSED = "refused"  # not fetched, or no picture; why is written down


class ActivityKind(StrEnum):
    """What people do, and rules in their stead. What is new is added here and in the schema."""

    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGNED_OUT = "signed-out"
    ACCOUNT_MADE = "account-made"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_RESET = "account-reset"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 (a word, not a password)
    SECOND_FACTOR_CHANGED = "second-factor-changed"
    SHIFT_BEGUN = "shift-begun"  # the staff line is up
    SHIFT_ENDED = "shift-ended"  # the staff line is gone, whoever ended it
    PRESENCE = "presence"  # ready, away or wrapping up, said by the person
    CALL_TAKEN = "call-taken"
    CALL_NOT_TAKEN = "call-not-taken"  # wanted, and the carrier failed or the caller had gone
    CALL_HELD = "call-held"
    CALL_RESUMED = "call-resumed"
    CALL_RETURNED = "call-returned"  # back to the head of the queue
    CALL_ENDED = "call-ended"  # with an outcome
    HANDED_OVER = "handed-over"
    LISTENED = "listened"
    COACHED = "coached"
    JOINED = "joined"
    LEFT_CALL = "left-call"  # stopped listening, coaching or joining
    UNIT_CLAIMED = "unit-claimed"
    UNIT_RELEASED = "unit-released"
    CLAIM_TAKEN_OVER = "claim-taken-over"
    REPORT_ENTERED = "report-entered"
    PIN_REISSUED = "pin-reissued"
    CHAIR_VERIFIED_OTHERWISE = "chair-verified-otherwise"
    NUISANCE = "nuisance"
    NUMBER_BLOCKED = "number-blocked"
    CALLBACK_SCHEDULED = "callback-scheduled"
    CALLBACK_AGREED = "callback-agreed"
    CALLBACK_PLACED = "callback-placed"
    CALLBACK_DONE = "callback-done"
    CALL_ATTEMPTED = "call-attempted"  # to a unit that has not reported
    REMINDER_SENT = "reminder-sent"
    PAPER_KEYED = "paper-keyed"
    PAPER_COMPARED = "paper-compared"
    IMAGE_ATTACHED = "image-attached"
    IMAGE_SEEN = "image-seen"
    IMAGE_REFUSED = "image-refused"
    NOTE = "note"
    NUMBER_UNBLOCKED = "number-unblocked"
    BLOCK_EXTENDED = "block-extended"
    BLOCKS_IMPORTED = "blocks-imported"
    BLOCKS_EXPORTED = "blocks-exported"
    BLOCK_ASKED = "block-asked"  # of a chair's number: a second person has to agree
    BLOCK_NOT_AGREED = "block-not-agreed"  # by the second person, or taken back
    SWITCH_TURNED = "switch-turned"
    LIMIT_CHANGED = "limit-changed"  # or taken back to what it was
    DRILL_BEGUN = "drill-begun"
    DRILL_ENDED = "drill-ended"
    ROSTER_EDITED = "roster-edited"
    PAPERS_PRINTED = "papers-printed"  # call sheets or letters
    ROLE_CHANGED = "role-changed"
    SESSIONS_ENDED = "sessions-ended"  # signed out everywhere
    DEVICE_CODE_MADE = "device-code-made"  # for a browser, before anybody has signed in with it
    DEVICE_ENROLLED = "device-enrolled"
    ALERT_BEGUN = "alert-begun"
    ALERT_ENDED = "alert-ended"
    ALERT_PEOPLE_CHANGED = "alert-people-changed"  # who gets text messages of alerts
    CALLS_EXPORTED = "calls-exported"
    ACTIVITY_EXPORTED = "activity-exported"
    JOBS_RETRIED = "jobs-retried"  # failed jobs, queued again
    TEST_CALL = "test-call"  # a chair heard us, before the night
    REPORT_PRACTICED = "report-practiced"  # keyed by a chair before the night, and not filed
    PROVISIONED = "provisioned"  # the numbers were pointed at us
    DECISION_PROPOSED = "decision-proposed"  # on a report; a second person has to agree
    DECISION_WITHDRAWN = "decision-withdrawn"
    REPORT_RELEASED = "report-released"
    REPORT_REPLACED = "report-replaced"
    REPORT_REJECTED = "report-rejected"
    COUNT_CONFIRMED = "count-confirmed"  # looked into, and it stands as it counts
    CHALLENGE_FILED = "challenge-filed"  # a unit's count is doubted by an observer
    CHALLENGE_SETTLED = "challenge-settled"
    LOSS_PROPOSED = "loss-proposed"  # a unit will never report, as one person says
    LOSS_AGREED = "loss-agreed"  # and a second one: results can be certified without it
    LOSS_WITHDRAWN = "loss-withdrawn"  # taken back, refused, or found after all
    PUBLICATION_ORDERED = "publication-ordered"  # mode, embargo or status
    PUBLICATION_APPROVED = "publication-approved"
    ELECTION_LOADED = "election-loaded"
    LEDGER_OPENED = "ledger-opened"  # a fresh one, or one that was shelved; the last is shelved
    TOTALS_REBUILT = "totals-rebuilt"
    ROSTER_LOADED = "roster-loaded"  # in place of the one before
    PINS_ISSUED = "pins-issued"  # for many units at once
    RECANVASS_ASKED = "recanvass-asked"
    RECANVASS_RECORDED = "recanvass-recorded"  # paper records came in, from a file or keyed
    RECANVASS_DECIDED = "recanvass-decided"
    RECANVASS_FILED = "recanvass-filed"
    RECANVASS_CLOSED = "recanvass-closed"


class Decision(StrEnum):
    """What staff may decide on a report."""

    RELEASE = "release"  # it counts as it was filed
    REPLACE = "replace"  # a new version with other figures counts in its place
    REJECT = "reject"  # it shall not count


class ProposalState(StrEnum):
    """Where a decision stands that needs a second person."""

    OPEN = "open"
    AGREED = "agreed"  # and carried out
    WITHDRAWN = "withdrawn"  # by whoever proposed it, or refused by the second person
    OVERTAKEN = "overtaken"  # the report was decided on otherwise


class ChallengeState(StrEnum):
    """Where an observer's doubt about a unit's count stands."""

    OPEN = "open"
    UPHELD = "upheld"  # the count was changed
    DISMISSED = "dismissed"  # looked into, and the count stands
    WITHDRAWN = "withdrawn"  # by whoever filed it


class PublicationMode(StrEnum):
    """When a publication goes out. Pausing is a switch of its own."""

    LIVE = "live"  # whenever something has changed
    APPROVAL = "approval"  # when somebody has looked at it and said so


class ResultStatus(StrEnum):
    """What published results are."""

    PARTIAL = "unofficial-partial"
    COMPLETE = "unofficial-complete"
    RECANVASS = "recanvass"
    RECOUNT = "recount"
    CERTIFIED = "certified"


class RecanvassKind(StrEnum):
    """What the ledger is compared with."""

    RECANVASS = "recanvass"  # the papers that the units sent
    RECOUNT = "recount"  # the ballots or cards themselves, counted again


class RecanvassState(StrEnum):
    """Where a recanvass or recount stands."""

    OPEN = "open"  # records are taken in and compared
    DECIDED = "decided"  # every difference has its decision; nothing more is taken in
    FILED = "filed"  # what was decided is filed as new versions
    CLOSED = "closed"  # given up, with a reason


class RecordDecision(StrEnum):
    """What is done about a unit whose paper differs from the ledger."""

    FILE = "file"  # what the paper says becomes a new version
    KEEP = "keep"  # the ledger stands
