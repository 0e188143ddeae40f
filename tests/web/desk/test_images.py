"""Photographs by text message: from the telephone to the desk."""

from __future__ import annotations

import stat
from io import BytesIO

import pytest
from PIL import Image

from hotline.operations.desk.entry import inbox
from hotline.operations.desk.entry.pictures import fetch_overdue, fetch_picture, media_of
from hotline.sandbox.texting import Picture
from hotline.store.audit.activity import ActivityEntry, latest
from hotline.store.database import reading
from hotline.store.desk.images import StoredImage
from hotline.store.enums import ActivityKind, ImageState
from hotline.store.queues import FETCH_IMAGE
from hotline.telephony.network import CarrierBusy
from tests.conftest import Clock
from tests.pictures import HTML, bomb, located, picture
from tests.web.desk_pages import OTTO, SUE, UNIT, Desks
from tests.web.messenger import OTHER, TWO
from tests.web.switchboard import CHAIR, LINE, STRANGER, Desk

PLAIN = {"Accept": "application/json"}


def sends(whole: Desk, data: bytes, from_: str = CHAIR, kind: str = "image/jpeg") -> StoredImage:
    """A picture by text message, and the job that it queues."""
    texted = whole.network.text(from_, LINE, "", [Picture(kind, data)])
    assert texted.problems == ()
    queued = whole.parts.queue(FETCH_IMAGE.queue).jobs
    [image_id] = queued[0].args
    whole.parts.queue(FETCH_IMAGE.queue).empty()
    fetch_picture(whole.parts, media_of(whole.parts), image_id)
    found = [*inbox.inbox(whole.parts), *inbox.quarantine(whole.parts)]
    return next(one for one in found if one.id == image_id)


def log_of(whole: Desk) -> list[ActivityEntry]:
    with reading(whole.parts.engine) as connection:
        found = latest(connection, 20)
    return [entry for entry in found if entry.kind is not ActivityKind.ELECTION_LOADED]


def desks_of(whole: Desk) -> Desks:
    return Desks(whole.parts)


def test_a_chairs_picture_is_attached_to_the_precinct(whole: Desk) -> None:
    found = sends(whole, located())

    assert (found.state, found.unit_code, found.caller) == (ImageState.NEW, UNIT, "0101")
    assert [entry.kind for entry in log_of(whole)] == [ActivityKind.IMAGE_ATTACHED]
    data = inbox.read_picture(whole.parts, found, is_small=False)
    with Image.open(BytesIO(data)) as read:
        assert read.size == (40, 60)
    assert b"Elm Street" not in data


def test_the_files_are_for_nobody_else_and_have_names_of_ours(whole: Desk) -> None:
    found = sends(whole, picture())
    folder = whole.parts.settings.var / "images"

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{found.file}.jpg", f"{found.file}-small.jpg"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_where_a_chair_has_two_precincts_staff_choose(whole: Desk) -> None:
    found = sends(whole, picture("PNG"), TWO)
    assert (found.state, found.unit_code, found.units) == (ImageState.NEW, "", (UNIT, OTHER))

    desks = desks_of(whole)
    page = desks.page(f"/desk/images/{found.id}")
    assert page.count('type="radio" name="unit"') == 2
    desks.does(f"/desk/images/{found.id}/attach", unit=OTHER, back=f"/desk/images/{found.id}")

    assert inbox.inbox(whole.parts)[0].unit_code == OTHER
    assert f"unit={OTHER}&amp;came=photograph" in desks.page(f"/desk/images/{found.id}")


def test_from_its_precinct_one_comes_to_the_picture(whole: Desk) -> None:
    found = sends(whole, picture())
    desks = desks_of(whole)

    assert f'href="/desk/images?unit={UNIT}"' in desks.page(f"/desk/unit/{UNIT}")
    assert "a photograph was attached to it" in desks.page(f"/desk/unit/{UNIT}")
    assert f"/desk/images/{found.id}/picture" in desks.page(f"/desk/images?unit={UNIT}")
    assert f"/desk/images/{found.id}/picture" not in desks.page(f"/desk/images?unit={OTHER}")


def test_a_strangers_picture_is_kept_apart(whole: Desk) -> None:
    found = sends(whole, picture(), STRANGER)
    assert (found.state, found.unit_code) == (ImageState.QUARANTINED, "")

    desks = desks_of(whole)
    assert f"/desk/images/{found.id}" not in desks.page("/desk/images")
    assert f"/desk/images/{found.id}" in desks.page("/desk/images/quarantine")
    sent = desks.form(unit=UNIT)
    desks.client.post(f"/desk/images/{found.id}/attach", data=sent)
    desks.client.post(f"/desk/images/{found.id}/seen", data=sent)
    assert inbox.inbox(whole.parts) == []

    desks.actor = SUE
    desks.does(f"/desk/images/{found.id}/attach", unit=UNIT)
    [taken] = inbox.inbox(whole.parts)
    assert (taken.state, taken.unit_code) == (ImageState.NEW, UNIT)


def test_an_observer_sees_no_photographs(whole: Desk) -> None:
    apart, attached = sends(whole, picture(), STRANGER), sends(whole, picture())
    desks = desks_of(whole)
    desks.actor = OTTO

    for path in ("", "/picture", "/picture?small=1"):
        for number in (attached.id, apart.id):
            answer = desks.client.get(f"/desk/images/{number}{path}", headers=PLAIN)
            assert answer.status_code == 403
    assert desks.client.get("/desk/images", headers=PLAIN).status_code == 403
    assert desks.client.get("/desk/images/quarantine", headers=PLAIN).status_code == 403
    sent = desks.form(unit=UNIT)
    for path in ("attach", "seen"):
        answer = desks.client.post(f"/desk/images/{attached.id}/{path}", data=sent, headers=PLAIN)
        assert answer.status_code == 403


def test_a_picture_is_served_as_a_picture_and_as_nothing_else(whole: Desk) -> None:
    found = sends(whole, picture("GIF"), kind="text/html")
    answer = desks_of(whole).client.get(f"/desk/images/{found.id}/picture")

    assert answer.content_type == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.data.startswith(b"\xff\xd8")


def test_without_signing_in_there_is_no_picture(whole: Desk) -> None:
    found = sends(whole, picture())
    desks = desks_of(whole)
    answer = desks.app.test_client().get(f"/desk/images/{found.id}/picture", headers=PLAIN)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (HTML, "cannot be read"),
        (bomb(), "larger than any photograph"),
        (picture("JPEG", (900, 900))[:-700], "cannot be read"),
        (b"x" * (9 * 1024 * 1024), "too large"),
    ],
    ids=["html", "bomb", "truncated", "too large"],
)
def test_what_is_no_picture_is_refused_and_written_down(whole: Desk, data: bytes, why: str) -> None:
    found = sends(whole, data)

    assert found.state is ImageState.REFUSED
    assert why in found.why
    assert [entry.kind for entry in log_of(whole)] == [ActivityKind.IMAGE_REFUSED]
    assert not (whole.parts.settings.var / "images").exists()
    assert why in desks_of(whole).page("/desk/images/quarantine")


def test_somebody_looks_at_it_once(whole: Desk) -> None:
    found = sends(whole, picture())
    desks = desks_of(whole)
    assert "New (1)" in desks.page("/desk/images")
    desks.does(f"/desk/images/{found.id}/seen")

    page = desks.page("/desk/images")
    assert "New (0)" in page
    assert "looked at by ann" in page
    desks.client.post(f"/desk/images/{found.id}/seen", data=desks.form())
    assert "ann has looked at it already." in desks.page("/desk/images").replace("Ann", "ann")
    assert [entry.kind for entry in log_of(whole)].count(ActivityKind.IMAGE_SEEN) == 1


def test_a_message_that_comes_twice_is_one_picture(whole: Desk) -> None:
    found = sends(whole, picture())
    fetch_picture(whole.parts, media_of(whole.parts), found.id)
    assert len(list((whole.parts.settings.var / "images").iterdir())) == 2


def test_a_carrier_that_is_down_loses_nothing(whole: Desk, clock: Clock) -> None:
    whole.network.text(CHAIR, LINE, "", [Picture("image/png", picture("PNG"))])
    [queued] = whole.parts.queue(FETCH_IMAGE.queue).jobs
    [image_id] = queued.args

    class Down:
        def fetch(self, url: str) -> bytes:
            raise CarrierBusy("status 503")

    with pytest.raises(CarrierBusy):
        fetch_picture(whole.parts, Down(), image_id)
    assert [one.state for one in inbox.inbox(whole.parts)] == [ImageState.AWAITED]

    assert fetch_overdue(whole.parts) == 0
    clock.advance(3600)
    assert [fetch_overdue(whole.parts), fetch_overdue(whole.parts)] == [1, 0]
    assert fetch_picture(whole.parts, media_of(whole.parts), image_id) is ImageState.NEW


def test_strangers_cannot_flood_the_inbox(whole: Desk) -> None:
    for _ in range(8):
        whole.network.text(STRANGER, LINE, "", [Picture("image/jpeg", picture())])
    for _ in range(8):
        whole.network.text(CHAIR, LINE, "", [Picture("image/jpeg", picture())])

    callers = [one.caller for one in inbox.inbox(whole.parts)]
    assert (callers.count("0102"), callers.count("0101")) == (5, 8)
