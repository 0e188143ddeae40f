"""97 % of Iowa counted: whoever looks, asks for the data or calls learns that it is not settled."""

from __future__ import annotations

from flask.testing import FlaskClient

from hotline.calls.prompts import speak
from hotline.election.finding import Check
from hotline.election.folder import folder
from hotline.election.rules.evidence import AWARD_CHECKS
from hotline.operations.calls import spoken_results
from hotline.operations.context import AppContext
from hotline.operations.reports.load_election import load_election
from hotline.operations.review.anomalies import counts, found_by
from hotline.store.publication import publications
from tests.conftest import IOWA
from tests.operations.acting import published
from tests.operations.iowa_night import file_all
from tests.web.reading import read, showing


def night(parts: AppContext, *releases: str, examined: bool = False) -> None:
    election = folder.read_folder(IOWA)
    load_election(parts, election, "test")
    reported = [r for r in folder.read_results(IOWA, election) if r.release in releases]
    file_all(parts, election, reported, examined=examined)


def test_at_97_percent_it_says_not_settled_wherever_one_looks(parts: AppContext) -> None:
    night(parts, "92", "97")
    published(parts)
    client: FlaskClient = showing(publications.latest(parts.engine))

    document = client.get("/results.json").get_json()
    assert document["units"]["reported"] == 1_711
    outlook = document["contests"][0]["outlook"]
    assert (outlook["state"], outlook["settled"]) == ("not-settled", False)
    assert (outlook["leader"], outlook["margin"]) == ("buttigieg", "3.3432")
    could = [one for one in outlook["challengers"] if one["could_lead"]]
    assert [(one["id"], one["behind"], one["needs_percent"]) for one in could] == [
        ("sanders", "3.3432", "6.6")
    ]

    said = read(client).text
    assert "Not settled: what is still out could change who leads." in said
    assert "Bernie Sanders Behind by 3.3432" in said
    assert "Has to gain, of that: 6.6%" in said
    assert "12 others cannot lead any more." in said

    heard = " ".join(speak(line, "en") for line in spoken_results.read_out(parts, "en"))
    assert "54 are still missing." in heard
    assert "Biden 331.4. What is still missing could change who leads. All results" in heard


def test_the_findings_of_the_whole_night_are_counted_as_they_were_filed(parts: AppContext) -> None:
    """The numbers of docs/findings.md, from a ledger."""
    night(parts, "92", "97", "100", examined=True)
    found = {one.check: one.reports for one in counts(parts)}
    assert (found[Check.MANY_LEFT], found[Check.TWIN], found[Check.TURNOUT_OUTLIER]) == (89, 6, 5)
    assert found[Check.NONVIABLE_KEPT] == 428
    assert found[Check.COUNTS_ARE_DELEGATES] == 4
    assert sum(found.values()) == 420 + 428 + 4
    assert len(found_by(parts, AWARD_CHECKS)) == 136
    twins = {one.code: [twin.code for twin in one.twins] for one in found_by(parts, {Check.TWIN})}
    assert twins["13443"] == ["13659"]
    assert twins["13659"] == ["13443"]
