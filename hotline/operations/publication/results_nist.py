"""A published document in the form of NIST SP 1500-100 version 2, as JSON.

It says nothing that the document does not say: totals of the whole and of each county or pool. What
a caucus measures has no name there, so its counts are of type `other` with a name of ours; the
round tells the two alignments apart. State delegate equivalents are numbers with four places.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from hotline.election.rules.registry import measure_of, named
from hotline.languages.catalogue import SOURCE
from hotline.operations.publication.results_figures import Document

Entry = dict[str, Any]

WHOLE = "state"
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "unofficial-partial": "unofficial-partial",
        "unofficial-complete": "unofficial-complete",
        "recanvass": "correction",
        "recount": "recount",
        "certified": "certified",
    }
)
"""What results are, by its name there: it has none for a recanvass, which corrects reports."""

OTHER_COUNTS: Mapping[str, str] = MappingProxyType(
    {"overvotes": "Overvotes", "undervotes": "Undervotes", "write_ins": "WriteIns"}
)
"""The lines below the candidates that have a name there."""


def as_nist(document: Document) -> str:
    """The document (as in /results.json, with its number) as an election report."""
    return json.dumps(_report(document), ensure_ascii=False, separators=(",", ":"))


def _report(document: Document) -> Entry:
    return _entry(
        "ElectionReport",
        Format="summary-contest",
        GeneratedDate=document["as_of"],
        Issuer=document["title"],
        IssuerAbbreviation=document["election"],
        SequenceStart=1,
        SequenceEnd=1,
        Status=STATUSES[document["status"]],
        IsTest=document["is_test"],
        **({"TestType": "rehearsal"} if document["is_test"] else {}),
        VendorApplicationId=f"Hotline {version('hotline')}",
        Notes=f"Publication {document['number']}, {document['status']}.{_lost(document)}",
        GpUnit=[*_units(document)],
        Election=[_election(document)],
    )


def _lost(document: Document) -> str:
    """The precincts that will never report: they are in no figure, and have no place there."""
    named = [f"{one['name']} ({one['code']}): {one['reason']}" for one in document.get("lost", ())]
    return f" Given up as lost, and counted as missing: {'; '.join(named)}." if named else ""


def _entry(kind: str, **fields: Any) -> Entry:
    return {"@type": f"ElectionResults.{kind}", **fields}


def _text(content: str) -> Entry:
    words = _entry("LanguageString", Content=content, Language=SOURCE)
    return _entry("InternationalizedText", Text=[words])


def _scopes(document: Document) -> list[Document]:
    """Counties and pools; every contest has the same ones."""
    return list(document["contests"][0].get("scopes", ())) if document["contests"] else []


def _units(document: Document) -> Iterator[Entry]:
    scopes = _scopes(document)
    yield _entry(
        "ReportingUnit",
        **{"@id": WHOLE},
        Type="state",
        Name=_text(document["title"]),
        ComposingGpUnitIds=[scope["id"] for scope in scopes],
        **_progress(document["units"]),
    )
    for scope in scopes:
        is_county = scope["id"].startswith("county:")
        kind = {"Type": "county"} if is_county else {"Type": "other", "OtherType": "satellite-pool"}
        yield _entry(
            "ReportingUnit",
            **{"@id": scope["id"]},
            **kind,
            Name=_text(scope["name"]),
            **_progress(scope["units"]),
        )


def _progress(units: Mapping[str, int]) -> Entry:
    counted = units["reported"] - units["held"]
    status = "in-process" if counted else "not-processed"
    if counted == units["total"]:
        status = "completed"
    return {
        "TotalSubUnits": units["total"],
        "SubUnitsReported": counted,
        "CountStatus": [_entry("CountStatus", Type="total", Status=status)],
    }


def _election(document: Document) -> Entry:
    own = [rule.nist for rule in (named(one["rule"]) for one in document["contests"]) if rule.nist]
    kind = {"Type": "other", "OtherType": own[0]} if own else {"Type": "other"}
    return _entry(
        "Election",
        **kind,
        Name=_text(document["title"]),
        StartDate=document["date"],
        EndDate=document["date"],
        ElectionScopeId=WHOLE,
        Candidate=[one for contest in document["contests"] for one in _candidates(contest)],
        Contest=[
            _contest(document, contest, order)
            for order, contest in enumerate(document["contests"], start=1)
        ],
    )


def _candidates(contest: Document) -> Iterator[Entry]:
    for candidate in contest["candidates"]:
        name = _text(candidate["name"])
        yield _entry("Candidate", **{"@id": _id(contest, candidate)}, BallotName=name)


def _id(contest: Document, candidate: Document, kind: str = "candidate") -> str:
    return f"{kind}:{contest['id']}:{candidate['id']}"


def _contest(document: Document, contest: Document, order: int) -> Entry:
    places = [{**contest, "id": WHOLE, "units": document["units"]}, *contest.get("scopes", ())]
    found = _entry(
        "CandidateContest",
        **{"@id": f"contest:{contest['id']}"},
        Name=contest["title"],
        ElectionDistrictId=WHOLE,
        SequenceOrder=order,
        VotesAllowed=contest.get("seats", 1),
        TotalSubUnits=document["units"]["total"],
        SubUnitsReported=document["units"]["reported"] - document["units"]["held"],
        ContestSelection=[_selection(contest, places, one) for one in contest["candidates"]],
    )
    if "ballots" in contest:
        found["NumberElected"] = contest.get("seats", 1)
        found["VoteVariation"] = "n-of-m" if contest.get("seats", 1) > 1 else "plurality"
        found["OtherCounts"] = [_below(place) for place in places if "ballots" in place]
    return found


def _below(place: Document) -> Entry:
    ballots = place["ballots"]
    other = {name: ballots[line] for line, name in OTHER_COUNTS.items() if line in ballots}
    return _entry("OtherCounts", GpUnitId=place["id"], **other)


def _selection(contest: Document, places: list[Document], candidate: Document) -> Entry:
    return _entry(
        "CandidateSelection",
        **{"@id": _id(contest, candidate, "selection")},
        CandidateIds=[_id(contest, candidate)],
        VoteCounts=[
            _count(place["id"], measure, place["totals"][measure][candidate["id"]])
            for place in places
            for measure in contest["measures"]
            if candidate["id"] in place["totals"].get(measure, {})
        ],
    )


def _count(place: str, measure: str, value: int | str) -> Entry:
    kind: Entry = {"Type": "total"}
    known = measure_of(measure)
    if known.nist:
        kind = {"Type": "other", "OtherType": known.nist}
    if known.round is not None:
        kind["Round"] = known.round
    count = value if isinstance(value, int) else float(Decimal(value))
    return _entry("VoteCounts", GpUnitId=place, Count=count, **kind)
