"""Whatever happens, in whatever order: the running totals are those of a recount."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from config.settings import load
from hotline.election.finding import Finding
from hotline.election.model import Figures
from hotline.operations.actors import rule as ruled
from hotline.operations.context import AppContext, connect_redis
from hotline.operations.publication.publish import publish_now
from hotline.operations.reports.filing import Filing, file_report
from hotline.operations.reports.load_election import load_election
from hotline.operations.reports.tabulate import tabulate
from hotline.operations.review.moves import ReviewError
from hotline.operations.upkeep.reconcile import reconcile
from hotline.store import database
from hotline.store.publication.publications import PublicationRefusal, latest
from tests.conftest import Clock
from tests.operations.acting import CONTESTING, HOLDING, differences, filing, state
from tests.operations.deciding import reject, release, replace
from tests.servers import empty_postgresql
from tests.towns import CODES, caucus, town

pytestmark = pytest.mark.both_databases

PAT = ruled("pat")
UNITS = (CODES[0], CODES[1], CODES[4])  # two of one county, and a site
FIGURES = st.builds(
    lambda ash, birch, won: caucus(ash, birch, won={"ash": won}),
    st.integers(0, 2),
    st.sampled_from([0, 5, 25]),
    st.integers(0, 1),
)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # to shrink an example takes minutes
FINDINGS = st.sampled_from([(), (), (HOLDING,), (CONTESTING,)])


class Night(RuleBasedStateMachine):
    """Chairs file, workers tabulate, staff decide; nobody waits for anybody."""

    def __init__(self, parts: AppContext) -> None:
        super().__init__()
        self.parts = parts
        self.sent: dict[int, Filing] = {}  # by report
        self.filed: list[int] = []
        load_election(parts, town(), "test")

    def teardown(self) -> None:
        self.parts.engine.dispose()

    @rule(code=st.sampled_from(UNITS), figures=FIGURES, findings=FINDINGS)
    def file(
        self, code: str, figures: Mapping[str, Figures], findings: tuple[Finding, ...]
    ) -> None:
        sent = filing(self.parts, code, figures, *findings)
        id = file_report(self.parts, sent).report_id
        self.sent[id] = sent
        self.filed.append(id)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.sent)))
        assert file_report(self.parts, self.sent[id]).report_id == id

    @precondition(lambda self: self.filed)
    @rule(data=st.data())
    def tabulate(self, data: st.DataObject) -> None:
        tabulate(self.parts, data.draw(st.sampled_from(self.filed)))

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), decide=st.sampled_from([release, reject]))
    def decide(self, data: st.DataObject, decide: Callable[..., None]) -> None:
        id = data.draw(st.sampled_from(self.filed))
        with suppress(ReviewError):  # it may not be in a state for that; then nothing changes
            decide(self.parts, id, PAT, "because")

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), figures=FIGURES)
    def replace(self, data: st.DataObject, figures: Mapping[str, Figures]) -> None:
        id = data.draw(st.sampled_from(self.filed))
        with suppress(ReviewError):
            self.filed.append(replace(self.parts, id, figures, PAT, "because").report_id)

    @rule()
    def sweep(self) -> None:
        self.parts.now.advance(60)
        assert reconcile(self.parts).failed == 0

    @rule()
    def publish(self) -> None:
        assert not isinstance(publish_now(self.parts), PublicationRefusal)
        found = latest(self.parts.engine)
        assert found is not None
        units = found.document["units"]
        states = [state(self.parts, code)[0] for code in CODES]
        assert units["held"] == states.count("held")
        assert units["outstanding"] == states.count("outstanding")
        assert units["reported"] == units["held"] + states.count("counted")

    @invariant()
    def what_is_kept_is_what_a_recount_comes_to(self) -> None:
        assert differences(self.parts) == ()


@pytest.fixture
def fresh_parts(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path, redis: Redis, redis_url: str
) -> Callable[[], AppContext]:
    """Makes parts with an empty database, as often as it is called."""
    numbers = count()
    client = connect_redis(redis_url)

    def make() -> AppContext:
        if backend == "sqlite":
            path = tmp_path / f"{next(numbers)}.db"
            shutil.copy(request.getfixturevalue("_migrated_sqlite"), path)
            url = f"sqlite:///{path}"
        else:
            url = request.getfixturevalue("_migrated_postgresql")
            empty_postgresql(url)
        redis.flushall()
        return AppContext(load(var=tmp_path), database.connect(url), client, Clock())

    return make


@pytest.mark.timeout(300)
def test_the_running_totals_are_those_of_a_recount(
    fresh_parts: Callable[[], AppContext], backend: str
) -> None:
    go_through(fresh_parts, examples=25 if backend == "sqlite" else 8, steps=25)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_running_totals_are_those_of_a_recount_all_night(
    fresh_parts: Callable[[], AppContext], backend: str
) -> None:
    go_through(fresh_parts, examples=300 if backend == "sqlite" else 60, steps=50)


def go_through(fresh_parts: Callable[[], AppContext], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: Night(fresh_parts()),
        settings=hypothesis_settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, phases=PHASES
        ),
    )
