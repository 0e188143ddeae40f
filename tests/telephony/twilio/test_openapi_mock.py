"""What we ask of the carrier, judged by a stand-in made from Twilio's own API description.

Prism refuses what the description does not allow. It is installed by `.ci/run`, and is nothing that
the program needs; the description lies beside this repository.
"""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

import pytest

from hotline.telephony.numbers import Destinations, OwnNumber
from hotline.telephony.replies import Continuation, Destination, HangUp, Say
from hotline.telephony.twilio.rest import TwilioCarrier

DESCRIPTION = Path(__file__).parents[4] / "shared/data/twilio/twilio_api_v2010.json"
PRISM = shutil.which("prism")
START_SECONDS = 60

ACCOUNT, CALL = "AC" + "0" * 32, "CA" + "1" * 32
OURS, THEIRS = "+15155550100", "+15155550101"
NUMBER = OwnNumber("PN" + "2" * 32, OURS, Destinations())
ROOM = "desk-0123456789abcdef"
TALK = Continuation(Destination.TALK, 3)
URL = "https://line.example.org/voice/talk/3"
STATUS_URL = "https://line.example.org/voice/status"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PRISM is None, reason="prism is not installed (npm: @stoplight/prism-cli)"),
    pytest.mark.skipif(not DESCRIPTION.exists(), reason="Twilio's API description is not there"),
]

METHODS: dict[str, Callable[[TwilioCarrier], object]] = {
    "send_text": lambda carrier: carrier.send_text(OURS, THEIRS, "Your report is filed."),
    "call": lambda carrier: carrier.call(OURS, THEIRS, TALK),
    "redirect": lambda carrier: carrier.redirect(CALL, TALK),
    "hang_up": lambda carrier: carrier.hang_up(CALL),
    "is_over": lambda carrier: carrier.is_over(CALL),
    "hold": lambda carrier: carrier.hold(ROOM, CALL, True),
    "mute": lambda carrier: carrier.mute(ROOM, CALL, False),
    "account": lambda carrier: carrier.account(),
    "numbers": lambda carrier: carrier.numbers(),
    "lead": lambda carrier: carrier.lead(NUMBER, Destinations(URL, URL, STATUS_URL, URL)),
}


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The stand-in's address, once it answers."""
    described = tmp_path_factory.mktemp("prism") / "described.json"
    described.write_text(json.dumps(_with_somebody_in_a_room(json.loads(DESCRIPTION.read_text()))))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with (described.parent / "log").open("wb") as log:
        prism = subprocess.Popen(
            [PRISM or "", "mock", "-h", "127.0.0.1", "-p", port, str(described)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _await(prism, f"http://127.0.0.1:{port}", Path(log.name))
        yield f"http://127.0.0.1:{port}"
    finally:
        prism.terminate()
        prism.wait(10)


def _with_somebody_in_a_room(description: dict) -> dict:
    """The stand-in gives the first example there is; that of the conferences is an empty list."""
    operation = description["paths"]["/2010-04-01/Accounts/{AccountSid}/Conferences.json"]["get"]
    answer = operation["responses"]["200"]["content"]["application/json"]
    answer["examples"] = {
        name: example
        for name, example in answer["examples"].items()
        if example["value"]["conferences"]
    }
    return description


def _await(prism: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and prism.poll() is None:
        try:
            if _ask(address, {"To": THEIRS}) is not None:
                return
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"prism did not start: {log.read_text()[-500:]}")


def _ask(address: str, form: dict[str, str], *, signed_in: bool = True) -> int:
    """The answer to a text message as the form has it."""
    request = urllib.request.Request(
        f"{address}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", urlencode(form).encode()
    )
    if signed_in:
        credentials = base64.b64encode(f"{ACCOUNT}:secret".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


@pytest.fixture
def carrier(mock: str) -> Iterator[TwilioCarrier]:
    carrier = TwilioCarrier(
        ACCOUNT, ACCOUNT, "secret", api_base=mock, our_url="https://line.example.org"
    )
    yield carrier
    carrier.close()


def test_every_method_is_tried() -> None:
    public = {name for name, _ in vars(TwilioCarrier).items() if not name.startswith("_")}
    assert public - {"close", "words"} == set(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_the_description_allows_what_we_ask(carrier: TwilioCarrier, method: str) -> None:
    METHODS[method](carrier)


def test_a_document_may_be_played_at_once(carrier: TwilioCarrier) -> None:
    assert carrier.call(OURS, THEIRS, (Say("Hello.", "en"), HangUp())).startswith("CA")


def test_the_stand_in_refuses(mock: str) -> None:
    assert _ask(mock, {"To": THEIRS, "From": OURS, "Body": "x"}) == 201
    assert _ask(mock, {"From": OURS, "Body": "x"}) == 422
    assert _ask(mock, {"To": THEIRS, "StatusCallback": "nowhere at all"}) == 422
    assert _ask(mock, {"To": THEIRS}, signed_in=False) == 401
