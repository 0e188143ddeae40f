"""What whoever sends photographs is told, and pictures that the carrier has only later."""

from __future__ import annotations

import pytest

from hotline.operations.desk.entry import inbox, pictures
from hotline.operations.desk.entry.pictures import NEVER_THERE
from hotline.sandbox.texting import Picture
from hotline.store.enums import ImageState
from hotline.store.queues import FETCH_IMAGE
from tests.conftest import Clock
from tests.operations.acting import file
from tests.pictures import HTML, picture
from tests.towns import caucus
from tests.web.desk_pages import UNIT
from tests.web.messenger import OTHER, TWO, Messenger, messenger, texts_to
from tests.web.switchboard import CHAIR, LINE, STRANGER, Desk

CALL = "(515) 555-0100"
ARRIVED = (
    "Town caucus. Your photograph for North, North 1 has arrived. "
    f"Nothing is filed by text. To report, call {CALL}. STOP ends these texts."
)


@pytest.fixture
def worker(whole: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Messenger:
    return messenger(whole, clock, monkeypatch)


def send(whole: Desk, *data: bytes, from_: str = CHAIR, body: str = "") -> None:
    sent = [Picture("image/jpeg", each) for each in data]
    assert whole.network.text(from_, LINE, body, sent).problems == ()


def states(whole: Desk) -> list[ImageState]:
    found = [*inbox.inbox(whole.parts), *inbox.quarantine(whole.parts)]
    return [one.state for one in sorted(found, key=lambda one: one.id)]


class TestNotThereYet:
    def test_a_picture_that_comes_a_moment_after_its_message_is_kept(
        self, whole: Desk, worker: Messenger
    ) -> None:
        whole.network.store_media_late(2)
        send(whole, picture())
        waited = worker.work_on()

        assert states(whole) == [ImageState.NEW]
        assert waited == list(FETCH_IMAGE.pauses[:2])
        assert texts_to(whole, CHAIR) == [ARRIVED]

    def test_one_that_never_comes_is_given_up_after_minutes_and_said(
        self, whole: Desk, worker: Messenger
    ) -> None:
        whole.network.store_media_late(1_000)
        send(whole, picture())
        waited = worker.work_on()

        assert states(whole) == [ImageState.REFUSED]
        assert "never came" in inbox.quarantine(whole.parts)[0].why
        assert len(waited) == len(FETCH_IMAGE.pauses)
        assert texts_to(whole, CHAIR) == [
            "Town caucus. 1 photograph could not be opened: please send it again. "
            f"Nothing is filed by text. To report, call {CALL}. STOP ends these texts."
        ]

    def test_it_is_tried_for_as_long_as_it_may_come(self) -> None:
        assert sum(FETCH_IMAGE.pauses) >= NEVER_THERE.total_seconds()
        assert sum(FETCH_IMAGE.pauses) >= 300  # minutes

    def test_one_whose_job_was_lost_is_given_up_by_the_sweep(
        self, whole: Desk, worker: Messenger, clock: Clock
    ) -> None:
        whole.network.store_media_late(1_000)
        send(whole, picture())
        whole.parts.queue(FETCH_IMAGE.queue).empty()
        clock.advance(3600)
        assert pictures.fetch_overdue(whole.parts) == 1
        assert worker.work_on() == []
        assert states(whole) == [ImageState.REFUSED]
        assert len(texts_to(whole, CHAIR)) == 1


class TestAcknowledged:
    def test_with_the_name_of_the_precinct_once(self, whole: Desk, worker: Messenger) -> None:
        send(whole, picture())
        worker.work_on()
        worker.work_on()
        assert texts_to(whole, CHAIR) == [ARRIVED]

    def test_after_the_report_it_says_nothing_of_reporting(
        self, whole: Desk, worker: Messenger
    ) -> None:
        file(whole.parts, UNIT, caucus(12, 8))
        send(whole, picture())
        worker.work_on()
        assert texts_to(whole, CHAIR) == [
            "Town caucus. Your photograph for North, North 1 has arrived. STOP ends these texts."
        ]

    def test_all_of_a_message_at_once_and_what_could_not_be_opened(
        self, whole: Desk, worker: Messenger
    ) -> None:
        send(whole, picture(), HTML, picture("PNG"))
        worker.work_on()
        assert states(whole) == [ImageState.NEW, ImageState.REFUSED, ImageState.NEW]
        [said] = texts_to(whole, CHAIR)
        assert said.startswith(
            "Town caucus. 2 photographs for North, North 1 have arrived. "
            "1 photograph could not be opened: please send it again. "
        )

    def test_of_several_precincts_a_person_finds_the_right_one(
        self, whole: Desk, worker: Messenger
    ) -> None:
        file(whole.parts, UNIT, caucus(12, 8))
        send(whole, picture(), from_=TWO)
        worker.work_on()
        assert texts_to(whole, TWO) == [
            "Town caucus. Your photograph has arrived. A person will see which of your precincts "
            f"it shows. Nothing is filed by text. To report, call {CALL}. STOP ends these texts."
        ]

    def test_when_all_of_them_have_reported_nothing_is_left_to_report(
        self, whole: Desk, worker: Messenger
    ) -> None:
        for unit in (UNIT, OTHER):
            file(whole.parts, unit, caucus(12, 8))
        send(whole, picture(), from_=TWO)
        worker.work_on()
        assert "To report" not in texts_to(whole, TWO)[0]

    def test_in_spanish_after_a_call_in_spanish(self, whole: Desk, worker: Messenger) -> None:
        call = whole.dial(CHAIR)
        call.press("9#").hang_up()
        send(whole, picture())
        worker.work_on()
        assert texts_to(whole, CHAIR) == [
            "Town caucus. Su foto de North, North 1 ha llegado. Por mensaje de texto no se "
            f"registra ningún informe. Para informar, llame al {CALL}. STOP termina estos mensajes."
        ]

    def test_in_english_again_after_a_later_call_in_english(
        self, whole: Desk, worker: Messenger
    ) -> None:
        file(whole.parts, UNIT, caucus(12, 8))
        whole.dial(CHAIR).press("9#").hang_up()
        whole.dial(CHAIR).hang_up()
        send(whole, picture())
        worker.work_on()
        assert "has arrived" in texts_to(whole, CHAIR)[0]

    def test_a_carrier_that_is_busy_is_asked_again(self, whole: Desk, worker: Messenger) -> None:
        whole.network.refuse_next(2)
        send(whole, picture())
        assert len(worker.work_on()) == 2
        assert texts_to(whole, CHAIR) == [ARRIVED]

    def test_a_forged_sender_cannot_have_us_text_a_chair_all_night(
        self, whole: Desk, worker: Messenger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("hotline.operations.desk.entry.acknowledging.MOST_AN_HOUR", 3)
        for _ in range(6):
            send(whole, picture())
        worker.work_on()
        assert states(whole) == [ImageState.NEW] * 6
        assert len(texts_to(whole, CHAIR)) == 3


class TestTooMany:
    def test_of_a_stranger_as_many_as_allowed_are_taken_and_the_rest_is_answered(
        self, whole: Desk, worker: Messenger
    ) -> None:
        send(whole, *[picture()] * 7, from_=STRANGER)
        worker.work_on()
        assert states(whole) == [ImageState.QUARANTINED] * 5
        assert texts_to(whole, STRANGER) == [
            "Town caucus. A person will look at your photographs: we do not know this phone. "
            "2 photographs were not taken, as too many came in an hour: please send them later. "
            f"Nothing is filed by text. To report, call {CALL}. STOP ends these texts. "
            f"Results: {whole.parts.settings.results_address}"
        ]

    def test_of_a_chair_too(
        self, whole: Desk, worker: Messenger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "MOST_OF_A_CHAIR", 4)
        send(whole, *[picture()] * 3)
        send(whole, *[picture()] * 3)
        worker.work_on()
        assert states(whole) == [ImageState.NEW] * 4
        left_out, *arrived = texts_to(whole, CHAIR)
        assert "2 photographs were not taken" in left_out
        assert [text.split(" has")[0].split(" have")[0] for text in arrived] == [
            "Town caucus. 3 photographs for North, North 1",
            "Town caucus. Your photograph for North, North 1",
        ]

    def test_what_one_stranger_may_not_send_takes_nothing_from_the_others(
        self, whole: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures, "MOST_OF_STRANGERS", 7)
        for _ in range(5):
            send(whole, *[picture()] * 10, from_=STRANGER)
        send(whole, *[picture()] * 2, from_="+15155550142")
        assert len(states(whole)) == 7

    def test_the_same_message_again_is_taken_and_answered_once(self, whole: Desk) -> None:
        send(whole, *[picture()] * 7, from_=STRANGER)
        assert len(states(whole)) == 5
        send(whole, picture(), from_=STRANGER)
        assert len(states(whole)) == 5
        assert len(texts_to(whole, STRANGER)) == 1
