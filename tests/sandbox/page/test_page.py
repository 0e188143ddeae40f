"""The handset page in a real browser."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.sandbox.exchange import Exchange
from hotline.sandbox.page.handset import Phone
from hotline.sandbox.rest.network import Network
from hotline.sandbox.server import create_sandbox_app
from tests.recordings import record
from tests.sandbox.webhook import ACCOUNT, CHAIR, LINE, TOKEN, Received, Reply, Webhook, twiml
from tests.served import served

pytestmark = pytest.mark.browser

OTHER = "+15155550124"
PHONES: list[Phone] = [
    {
        "number": CHAIR,
        "label": "Chair of Adair, 1 North West",
        "units": [
            {
                "code": "10018",
                "name": "Adair, 1 North West",
                "pin": "482913",
                "said": ["Adair, 1 North West", "Adair, 1 Noroeste"],
                "worksheet": {
                    "head": ["", "", "First", "Final"],
                    "rows": [
                        ["", "Attendance", "40"],
                        ["1", "Biden", "14", "19"],
                        ["2", "Buttigieg", "16", "21"],
                        ["3", "Warren", "10", "0"],
                        ["4", "Other", "0", "0"],
                    ],
                    "said": [
                        ["How many attend?"],
                        ["Biden"],
                        ["Buttigieg"],
                        ["Warren"],
                        ["Other", "Otro"],
                    ],
                    "shortcuts": [
                        {"label": "First", "keys": "14*16*10#"},
                        {"label": "Final", "keys": "19*21*0#"},
                    ],
                },
            }
        ],
    },
    {
        "number": OTHER,
        "label": "Chair of two precincts in Story",
        "units": [
            {
                "code": "20013",
                "name": "Story Ames 1-1",
                "said": ["Story, Ames 1-1"],
                "pin": "111222",
            },
            {
                "code": "20025",
                "name": "Story Ames 1-2",
                "said": ["Story, Ames 1-2"],
                "pin": "333444",
            },
        ],
    },
]


def asking(digits: int | None, action: str, text: str) -> str:
    ends = f'numDigits="{digits}" ' if digits else ""
    return (
        f'<Gather {ends}action="{action}" actionOnEmptyResult="true" timeout="30">'
        f"<Say>{text}</Say></Gather>"
    )


def filed(_received: Received) -> str:
    return (
        '<Say language="es-US">Registrado.</Say><Say>Filed. Your confirmation number is'
        " 4, 7, 1, 2, 0, 5. Goodbye.</Say>"
    )


@pytest.fixture
def exchange(make_exchange: Callable[..., Exchange], webhook: Webhook) -> Exchange:
    return make_exchange(text_url=f"{webhook.url}/sms/answer")


@pytest.fixture
def network(exchange: Exchange, webhook: Webhook) -> Network:
    webhook.script |= {
        "/voice/answer": asking(5, "/voice/code", "Key the five digits of the precinct code."),
        "/voice/code": asking(6, "/voice/pin", "Key the six digits of your PIN."),
        "/voice/pin": '<Gather action="/voice/count" timeout="30"><Say>How many people attended?'
        " End with the pound key.</Say></Gather>",
        "/voice/count": filed,
    }
    return Network(exchange, ACCOUNT, seed=1)


@pytest.fixture
def address(exchange: Exchange, network: Network) -> Iterator[str]:
    app = create_sandbox_app(
        exchange,
        network,
        credentials={ACCOUNT: TOKEN},
        phones=lambda: PHONES,
        lines=lambda: [{"number": LINE, "label": "Chairs' line"}],
        results_url="/results",
    )
    with served(app) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_it(width: int = 1200, height: int = 900, **more: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        expect(page.locator("#owner")).to_have_text("Chair of Adair, 1 North West")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not complaints


def entries(page: Page) -> list[str]:
    return page.locator("#transcript li").all_inner_texts()


def test_a_report_is_keyed_by_keyboard_and_by_click(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    page = open_page()
    page.get_by_role("button", name="Call", exact=True).click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Key the five digits of the precinct code.")
    expect(page.locator("#hint")).to_have_text("Waiting for 5 more digits")
    page.keyboard.type("10018")
    expect(log).to_contain_text("Key the six digits of your PIN.")
    page.get_by_role("button", name="PIN 482913").click()
    expect(log).to_contain_text("How many people attended?")
    expect(page.locator("#hint")).to_have_text("End with #")
    for key in ("4", "0"):
        page.get_by_role("button", name=key, exact=True).click()
    expect(page.locator("#keyed")).to_have_text("40")
    page.get_by_role("button", name="pound").click()
    expect(page.get_by_role("status").first).to_have_text("Call ended")
    assert entries(page) == [
        "Key the five digits of the precinct code.",
        "10018",
        "Key the six digits of your PIN.",
        "482913",
        "How many people attended? End with the pound key.",
        "40#",
        "Registrado.",
        "Filed. Your confirmation number is 4, 7, 1, 2, 0, 5. Goodbye.",
        "call ended",
    ]
    assert page.locator("#transcript li[lang=es]").inner_text() == "Registrado."
    assert webhook.forms("/voice/count")[0]["Digits"] == "40"
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_enabled()


def test_recordings_are_one_sentence_and_lead_to_the_row(
    open_page: Callable[..., Page], webhook: Webhook, tmp_path: Path
) -> None:
    short = record(tmp_path / "short.wav", 0.1).read_bytes()
    names = ("reporting-for", "adair", "1", "north-west", "first-alignment", "biden")
    files = [f"/recordings/en/{name}-1fc06817f8.wav" for name in names]
    webhook.script |= {file: Reply(short, content_type="audio/wav") for file in files}
    played = "".join(f"<Play>{webhook.url}{file}</Play>" for file in files)
    webhook.script["/voice/answer"] = f'<Gather action="/voice/count">{played}</Gather>'
    page = open_page()
    page.get_by_role("button", name="Call", exact=True).click()
    whole = "♪ reporting for · adair · 1 · north west · first alignment · biden"
    expect(page.locator("#now")).to_have_text(whole)
    assert entries(page)[0] == whole
    expect(page.locator("#worksheet tr.asked")).to_contain_text("Biden")


def test_hanging_up_and_closing_the_page(open_page: Callable[..., Page], webhook: Webhook) -> None:
    page = open_page()
    for leave in (lambda: page.get_by_role("button", name="Hang up").click(), page.close):
        before = len(webhook.forms("/voice/status"))
        page.get_by_role("button", name="Call", exact=True).click()
        expect(page.locator("#hint")).to_have_text("Waiting for 5 more digits")
        leave()
        for _ in range(200):
            if len(webhook.forms("/voice/status")) > before:
                break
            threading.Event().wait(0.02)
        assert len(webhook.forms("/voice/status")) == before + 1


def test_a_gather_times_out_on_the_page(open_page: Callable[..., Page], webhook: Webhook) -> None:
    webhook.script["/voice/answer"] = '<Gather timeout="1"/><Say>Nobody there? Goodbye.</Say>'
    page = open_page()
    page.get_by_label("No hurry").uncheck()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("Nobody there?")
    assert entries(page)[0] == "you keyed nothing for 1 s"


def test_without_hurry_nothing_times_out(open_page: Callable[..., Page], webhook: Webhook) -> None:
    webhook.script["/voice/answer"] = '<Gather timeout="1"/><Say>Nobody there? Goodbye.</Say>'
    page = open_page()
    expect(page.get_by_label("No hurry")).to_be_checked()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#hint")).to_have_text("End with #")
    page.wait_for_timeout(1600)
    assert entries(page) == []


def test_holding_another_phone(open_page: Callable[..., Page], webhook: Webhook) -> None:
    page = open_page()
    page.get_by_role("button", name="Hold another phone").click()
    page.get_by_label("Search by name").fill("ames 1-2")
    page.get_by_role("button", name="Chair of two precincts in Story").click()
    expect(page.locator("#owner-number")).to_have_text("515-555-0124")
    page.get_by_label("Reporting for").select_option("20025 Story Ames 1-2")
    expect(page.get_by_role("button", name="Code 20025")).to_be_visible()
    page.get_by_role("button", name="Hold another phone").click()
    page.get_by_role("button", name="A withheld number").click()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#hint")).to_have_text("Waiting for 5 more digits")
    assert webhook.forms("/voice/answer")[0]["From"] == "anonymous"


def test_being_turned_away(open_page: Callable[..., Page], webhook: Webhook) -> None:
    webhook.script["/voice/answer"] = '<Reject reason="busy"/>'
    page = open_page()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#state")).to_have_text("Turned away: busy")
    expect(page.locator("#now")).to_contain_text("Twilio charges nothing for it")
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_enabled()


def test_a_prankster_feels_the_door_close_and_a_chair_does_not(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    welcome = asking(5, "/voice/code", "Key the five digits of the precinct code.")
    calls: Counter[str] = Counter()

    def answer(received: Received) -> str:
        caller = received.form["From"]
        calls[caller] += 1
        return welcome if calls[caller] <= 3 or caller == CHAIR else '<Reject reason="busy"/>'

    webhook.script |= {"/voice/answer": answer, "/voice/pin": "<Say>Goodbye.</Say>"}
    page = open_page()
    page.get_by_role("heading", name="Be a nuisance").click()
    page.get_by_label("They call from").select_option(label="an unknown phone, 900-555-0143")
    page.get_by_role("button", name="Call 10 times").click()
    expect(page.locator("#pestered")).to_contain_text("7 of 10 calls", timeout=15_000)
    seen = page.locator("#pests li").all_inner_texts()
    assert [("turned away" in each, " s" in each) for each in seen] == (
        [(False, True)] * 3 + [(True, False)] * 7
    )

    page.get_by_role("button", name="Hold a chair's phone").click()
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_have_text("Waiting for 5 more digits")


@pytest.mark.parametrize(
    ("pest", "from_", "said"),
    [
        ("a withheld number", "anonymous", "TN-Validation-Passed-A"),
        ("the number of a chair, 515-555-0123, forged", CHAIR, "TN-Validation-Failed"),
    ],
)
def test_whom_a_prankster_pretends_to_be(
    open_page: Callable[..., Page], webhook: Webhook, pest: str, from_: str, said: str
) -> None:
    webhook.script["/voice/answer"] = '<Reject reason="busy"/>'
    page = open_page()
    page.get_by_role("heading", name="Be a nuisance").click()
    page.get_by_label("They call from").select_option(label=pest)
    page.get_by_role("button", name="Call 10 times").click()
    expect(page.locator("#pestered")).to_contain_text("10 of 10 calls", timeout=15_000)
    (form, *_) = webhook.forms("/voice/answer")
    assert (form["From"], form["StirVerstat"]) == (from_, said)


def test_an_attestation_is_chosen_when_dialling(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    page = open_page()
    page.get_by_text("What the network says of your number").click()
    page.get_by_label("Attestation").select_option("It may be forged (failed)")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#hint")).to_have_text("Waiting for 5 more digits")
    assert webhook.forms("/voice/answer")[0]["StirVerstat"] == "TN-Validation-Failed"


def test_a_text_to_the_line_is_answered_among_the_messages(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    webhook.script["/sms/answer"] = ["<Message>Results: at example.org</Message>", ""]
    page = open_page()
    page.get_by_label("Text this line").fill("Who won? 5#")
    page.keyboard.press("Enter")
    expect(page.locator("#texts")).to_contain_text("Results: at example.org")
    assert webhook.forms("/sms/answer")[0]["Body"] == "Who won? 5#"
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_contain_text("There is no answer")


def test_texts_and_calls_come_in(
    open_page: Callable[..., Page], webhook: Webhook, network: Network
) -> None:
    webhook.script["/voice/callback"] = '<Gather numDigits="1"><Say>Please go on.</Say></Gather>'
    page = open_page()
    network.send({"To": CHAIR, "From": LINE, "Body": "Filed: 4 7 1 2 0 5"})
    expect(page.locator("#texts")).to_contain_text("Filed: 4 7 1 2 0 5")
    network.create_call({"To": CHAIR, "From": LINE, "Url": f"{webhook.url}/voice/callback"})
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("log")).to_contain_text("Please go on.")


def test_it_fits_the_screen_of_a_telephone(open_page: Callable[..., Page]) -> None:
    page = open_page(390, 844, has_touch=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    page.get_by_role("heading", name="Be a nuisance").tap()
    expect(page.get_by_role("button", name="Call 10 times")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Call", exact=True).tap()
    expect(page.locator("#now")).to_contain_text("Key the five digits")
    page.get_by_role("button", name="1", exact=True).tap()
    expect(page.locator("#keyed")).to_have_text("1")


def test_every_control_has_a_name(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for control in page.locator("button, input, select, progress").all():
        named = control.evaluate(
            "e => (e.getAttribute('aria-label') || e.labels?.[0]?.textContent"
            " || e.textContent || '').trim()"
        )
        assert named, control.evaluate("e => e.outerHTML")


def test_a_column_of_the_paper_is_keyed_at_once_and_enter_ends_a_number(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    webhook.script["/voice/answer"] = asking(None, "/voice/first", "How many attend?")
    webhook.script["/voice/first"] = asking(None, "/voice/count", "First alignment. Biden.")
    page = open_page()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#hint")).to_have_text("End with #")

    page.get_by_role("button", name="4", exact=True).click()
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    expect(page.locator("tr.asked")).to_have_text(["1Biden1419"])
    page.get_by_role("button", name="First", exact=True).click()

    expect(page.get_by_role("log")).to_contain_text("Filed.")
    assert webhook.forms("/voice/first")[0]["Digits"] == "40"
    assert webhook.forms("/voice/count")[0]["Digits"] == "14*16*10"


def test_the_row_that_is_asked_for_is_marked_in_another_language_too(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    webhook.script["/voice/answer"] = asking(None, "/voice/count", "Primera alineación. Otro")
    page = open_page()
    page.get_by_role("button", name="Call", exact=True).click()

    expect(page.locator("tr.asked")).to_have_text(["4Other00"])


def test_hanging_up_before_the_line_has_answered(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    answer = threading.Event()
    webhook.script["/voice/answer"] = Reply(twiml('<Gather timeout="30"/>'), hold=answer)
    page = open_page()
    page.get_by_role("button", name="Call", exact=True).click()
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#state")).to_have_text("Hanging up…")

    answer.set()

    expect(page.locator("#state")).to_have_text("Call ended")
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_enabled()


def test_somebody_elses_phone_leaves_the_paper_in_hand(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_role("button", name="Hold another phone").click()
    page.get_by_role("button", name="An unknown phone").click()
    for _ in range(2):
        expect(page.locator("#owner")).to_have_text("Somebody unknown")
        expect(page.get_by_role("button", name="Code 10018")).to_be_visible()
        expect(page.get_by_text("This phone is on no roster")).to_be_visible()
        page.reload()


def test_the_paper_follows_what_the_line_offers(
    open_page: Callable[..., Page], webhook: Webhook
) -> None:
    webhook.script["/voice/answer"] = asking(1, "/voice/pin", "Reporting for Story, Ames 1-2?")
    page = open_page()
    page.get_by_role("button", name="Hold another phone").click()
    page.get_by_role("button", name="Chair of two precincts in Story").click()
    expect(page.locator("#code b")).to_have_text("20013")

    page.get_by_role("button", name="Call", exact=True).click()

    expect(page.locator("#code b")).to_have_text("20025")
    expect(page.get_by_label("Reporting for")).to_have_value("1")


def test_both_ends_of_a_conversation_in_two_windows(
    open_page: Callable[..., Page], webhook: Webhook, network: Network, exchange: Exchange
) -> None:
    """A chair waits, a staff member's phone rings, the two are brought together, one hangs up."""
    webhook.script |= {
        "/voice/answer": '<Enqueue waitUrl="/voice/waiting">staff</Enqueue>',
        "/voice/waiting": '<Gather timeout="30"><Say>Somebody will be with you.</Say></Gather>',
        "/voice/talk": "<Dial><Conference>desk-1</Conference></Dial>",
    }
    chair, staff = open_page(), open_page()
    chair.get_by_role("button", name="Call", exact=True).click()
    expect(chair.locator("#place")).to_have_text("You are waiting: position 1.")
    staff.get_by_role("button", name="Hold another phone").click()
    staff.get_by_role("button", name="Staff member 1").click()
    expect(staff.locator("#owner")).to_have_text("Staff member 1")
    twiml_of_room = "<Response><Dial><Conference>desk-1</Conference></Dial></Response>"
    network.create_call({"To": "+12025550151", "From": LINE, "Twiml": twiml_of_room})
    staff.get_by_role("button", name="Answer").click()
    expect(staff.locator("#place")).to_have_text("You are connected. Nobody else is here yet.")
    member = exchange.switchboard.queue("staff").members[0]
    network.change_call(member.party.sid, {"Url": f"{webhook.url}/voice/talk"})
    for page in (chair, staff):
        expect(page.locator("#place")).to_have_text("You are in a conversation with 1 other.")
    staff.get_by_role("button", name="5", exact=True).click()
    expect(chair.get_by_role("log")).to_contain_text("somebody pressed 5")
    chair.get_by_role("button", name="Hang up").click()
    expect(chair.locator("#place")).to_be_hidden()
    expect(staff.locator("#place")).to_have_text("You are alone: the others have left.")
    assert entries(staff)[-1] == "beep: you are alone on the line"
    assert "5" in entries(staff)
    assert entries(chair).count("you are in the queue, at position 1") == 1
    staff.get_by_role("button", name="Hang up").click()
    expect(staff.get_by_role("button", name="Call", exact=True)).to_be_enabled()
    staff.reload()
    expect(staff.locator("#owner")).to_have_text("Staff member 1")
