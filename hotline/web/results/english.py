"""What the public page says in English."""

from __future__ import annotations

from types import MappingProxyType

from hotline.web.results.labels import Labels, Measure

ENGLISH = Labels(
    code="en",
    itself="English",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    day="{month} {day}, {year}",
    moment="{day}, {hour}:{minutes} {half} {zone}",
    halves=("a.m.", "p.m."),
    as_of="As of",
    at_the_same_time="that is",
    results="Results",
    statuses=MappingProxyType(
        {
            "unofficial-partial": "Unofficial, partial",
            "unofficial-complete": "Unofficial, all reported",
            "unofficial": "Unofficial",
            "recanvass": "Unofficial, recanvass",
            "recount": "Unofficial, recount",
            "certified": "Certified",
        }
    ),
    publication="Publication {number}",
    test="TEST DATA",
    test_note="This is a rehearsal. No real votes are shown.",
    paused="Publication has been paused since {since}. These are the last figures published.",
    reason="Reason: {reason}",
    stale="We have not been able to read newer figures since {since}.",
    not_updated="This page could not be updated. It shows the figures of the time stated above.",
    nothing="Nothing has been published yet",
    nothing_note="The first figures appear here as soon as a precinct has reported and the sums "
    "have been checked.",
    unreadable="The results cannot be read at the moment",
    unreadable_note="Reports keep coming in and are kept. Please come back in a minute.",
    coverage="What is in, and what is missing",
    precincts="{total} precincts in all",
    precincts_and_sites="{total} precincts and satellite sites in all",
    counted="counted",
    counted_note="in the figures below",
    reported_all="{reported} reported: counted or held",
    contested_few="{contested} contested",
    verified_few="{verified} verified",
    contested="{contested} contested",
    contested_note="counted as filed, but a check or a second report raises a question",
    verified="{verified} verified: reported twice, with the same figures",
    held="held",
    held_note="reported, but left out until staff have looked",
    outstanding="still out",
    outstanding_note="nothing reported yet",
    held_few="{held} held",
    outstanding_few="{outstanding} out",
    cell="{counted} of {total} counted",
    leads="leads",
    tied="tied",
    leads_in="{leader} leads in {measure}.",
    tied_in="{leader} are tied in {measure}.",
    no_figures="No figures yet.",
    none_yet="none yet",
    with_zero_one="1 candidate with zero",
    with_zero="{count} candidates with zero",
    total="Together {total}, which is 100%",
    measures=MappingProxyType(
        {
            "first": Measure(
                "First alignment", "First", "People, in the groups that they joined first"
            ),
            "final": Measure(
                "Final alignment", "Final", "People, after the smallest groups had regrouped"
            ),
            "sde": Measure(
                "State delegate equivalents",
                "State delegates",
                "What those groups elect, in delegates to the state convention",
            ),
            "delegates": Measure(
                "County delegates", "Delegates", "Delegates to the county convention"
            ),
            "votes": Measure("Votes", "Votes", ""),
        }
    ),
    ballots=MappingProxyType(
        {
            "ballots": "Ballots cast",
            "write_ins": "Write-ins",
            "undervotes": "Undervotes",
            "overvotes": "Overvotes",
        }
    ),
    by_county="County by county",
    county="County",
    reported="and how much of it is counted",
    sort="Sort by",
    sorts=MappingProxyType({"name": "name", "missing": "most missing", "size": "size"}),
    back="All counties together",
    only="{name} only",
    in_each="Who leads in each, and how much of it is in. Choose one for all its figures.",
    skip="Skip to the results",
    contents="On this page",
    language="Language",
    data="The same figures as data",
    data_note="Both hold every figure of this page, county by county.",
    updates="This page updates itself.",
    stop="Stop that",
    stopped="This page stands still.",
    resume="Let it update itself",
    where="Where does each number come from?",
    where_answer="When a precinct has counted, its chair calls a telephone line and shows with a "
    "code and a PIN who is calling. What the chair keys is read back, checked while "
    "everybody is still there, and kept as it was filed: no count is ever corrected by a "
    "machine. A report that contradicts itself is held. It is not in the figures until staff "
    "have looked at it, and what was first filed is kept too. Before each publication all "
    "reports are added up again from the beginning. If the sums differ, nothing new is "
    "published, and this page says so.",
    where_sde="A precinct’s state delegate equivalents are its delegates, times the state "
    "delegates of its county, divided by the county’s delegates. They are worked out exactly "
    "and rounded once, to four places.",
)
