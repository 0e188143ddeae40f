"""Somebody at the desk, who knows nothing but what stands on the page.

The whole of it can be done with the mouse, or without one: then every control is come to by Tab
or has a key of its own, and nothing is clicked.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.newcomer import Newcomer, Paper

MOST_TABS = 120
HAS_FOCUS = "one => [one, one.control].includes(document.activeElement)"
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"
FIRST, FINAL = "First alignment", "Final alignment"


class Handset:
    """The telephone on a staff member's table, in a window of its own."""

    def __init__(self, page: Page, address: str, which: str = "Staff member 1") -> None:
        self._person = Newcomer(page, address)
        self.page = page
        page.get_by_role("button", name="Hold another phone").click()
        page.get_by_role("button", name=which).click()
        self.number = page.evaluate("document.body.dataset.staffPhones.split(' ')[0]")

    def answer(self) -> None:
        """Picks up when it rings, and presses 1."""
        self.page.bring_to_front()
        self.page.get_by_role("button", name="Answer").click()
        expect(self.page.locator("#transcript li[lang]")).not_to_have_count(0)
        self.page.get_by_role("button", name="1", exact=True).click()
        expect(self.place).to_have_text("You are connected. Nobody else is here yet.")

    @property
    def place(self) -> Locator:
        return self.page.locator("#place")


class Desk:
    """The desk's page. `by_keyboard`: without a mouse."""

    def __init__(self, page: Page, address: str, *, by_keyboard: bool = False) -> None:
        self.page = page
        self.by_keyboard = by_keyboard
        page.goto(address)

    def sign_in(self, name: str, password: str) -> None:
        self.write(self.page.get_by_label("Name"), name)
        self.write(self.page.get_by_label("Password"), password)
        self.use(self.page.get_by_role("button", name="Sign in"))
        expect(self.page.locator("#me")).to_be_visible()

    def begin_shift(self, handset: Handset) -> None:
        self.write(self.page.get_by_label("My telephone for this shift"), handset.number)
        self.use(self.page.get_by_role("button", name="Call me"))
        expect(self.done).to_contain_text("answer it and press 1")
        handset.answer()
        self.page.bring_to_front()
        expect(self.page.locator("#me .state")).to_contain_text("ready")

    def take_next(self) -> None:
        """Whoever is first; the page then is about them."""
        expect(self.page.locator(".queue > li")).not_to_have_count(0)
        self.shortcut("n", "#take-next")
        expect(self.page.locator("#line")).to_have_text("On the line")

    def verify_otherwise(self) -> None:
        self.use(self.page.get_by_text("Is it the chair? Ask, without a PIN"))
        self.tick(self.page.get_by_label("said the chair's name"))
        self.tick(self.page.get_by_label("said where the caucus meets"))
        self.use(self.page.get_by_role("button", name="It is the chair"))
        expect(self.done).to_contain_text("It is the chair")

    def open_report(self) -> None:
        self.shortcut("e", "#enter")
        expect(self.page.locator(".worksheet")).to_be_visible()

    def enter(self, paper: Paper) -> None:
        """Keys what the chair reads out, in the order of the worksheet."""
        self.write(self.page.get_by_label("Attendance"), paper.attendance)
        for column, title in (("First", FIRST), ("Final", FINAL)):
            group = self.page.get_by_role("group", name=title)
            for name, count in paper.columns[column].items():
                if count not in ("", "0"):
                    field = group.get_by_label(re.compile(rf"\b{re.escape(name)}$"))
                    self.write(field, count)

    def check(self) -> None:
        self.use(self.page.get_by_role("button", name="Check, and read back"))

    def agree_to_award(self) -> None:
        """The room awarded what the rules award."""
        self.tick(self.page.get_by_label("Yes, the same"))
        self.check()
        expect(self.page.get_by_role("heading", name="Read this to the chair")).to_be_visible()

    def file(self) -> str:
        """Files what is read back. Returns the confirmation number."""
        self.use(self.page.get_by_role("button", name="It is right: file it"))
        return self.page.locator(".number-to-read").inner_text().replace(" ", "")

    def close(self, outcome: str, note: str) -> None:
        self.use(self.page.get_by_role("link", name="Back to the desk"))
        form = self.page.locator("form.close")
        self.choose(form.get_by_label(outcome))
        self.write(form.get_by_role("textbox", name="Note"), note)
        self.use(form.get_by_role("button", name="Close", exact=True))
        expect(self.done).to_contain_text(f"Closed: {outcome}")

    @property
    def done(self) -> Locator:
        return self.page.locator(".done")

    # By mouse or by keyboard

    def use(self, control: Locator) -> None:
        if not self.by_keyboard:
            control.click()
            return
        self.come_to(control)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        if not self.by_keyboard:
            field.fill(text)
            return
        self.come_to(field)
        self.page.keyboard.type(text)

    def tick(self, box: Locator) -> None:
        if not self.by_keyboard:
            box.check()
            return
        self.come_to(box)
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def choose(self, radio: Locator) -> None:
        """One of several: Tab comes to the group, the arrows go through it."""
        if not self.by_keyboard:
            radio.check()
            return
        name = radio.get_attribute("name")
        first = self.page.locator(f"input[name='{name}']").first
        self.come_to(first)
        self.page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError("the arrows do not come to this choice")

    def shortcut(self, key: str, selector: str) -> None:
        control = self.page.locator(selector)
        expect(control).to_be_visible()
        if self.by_keyboard:
            self.page.keyboard.press(key)
        else:
            control.click()

    def come_to(self, control: Locator) -> None:
        """By Tab alone, and to be seen there."""
        expect(control).to_be_visible()
        for _ in range(MOST_TABS):
            if control.evaluate(HAS_FOCUS):
                assert self.page.evaluate(OUTLINE) != "none", "it is not seen where the focus is"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {control}")
