"""Steps that journeys share, so that each reads as sentences.

Subclass `Journey`, name the class for the story and compose the steps:

    class TestSigningIn(Journey):
        def test_a_wrong_password_is_refused(self) -> None:
            self.given_there_is_a_user("nurse@example.test")
            self.when_i_open("/accounts/login/")
            self.then_the_page_is_accessible()
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import NARROW, WIDE, all_violations

PASSWORD = "correct-horse-battery-staple"

at_both_widths = pytest.mark.parametrize("width", [WIDE, NARROW], indirect=True)


class Journey:
    """Given, when and then in a real browser. One subclass a story, one test a path through it."""

    page: Page

    @pytest.fixture(autouse=True)
    def open_window(
        self,
        page: Page,
        live_server: object,
        transactional_db: None,
        pytestconfig: pytest.Config,
    ) -> None:
        self.page = page
        self.home = str(live_server)
        self.screenshots: Path | None = pytestconfig.getoption("--screenshots")

    # Given

    def given_i_am_signed_in(self, user: Any) -> None:
        """Signed in as Django's test client would: for journeys that are not about signing in."""
        from django.test import Client

        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        self.page.context.add_cookies(
            [{"name": "sessionid", "value": cookie.value, "url": self.home, "httpOnly": True}]
        )

    # When

    def when_i_open(self, address: str) -> None:
        self.page.goto(address)

    def when_i_press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def when_i_follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def when_i_fill_in(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def when_i_choose(self, label: str) -> None:
        """A radio button or a check box."""
        self.page.get_by_label(label, exact=True).check()

    def when_i_select(self, option: str, label: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def when_i_sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.when_i_open("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("form:has(input[name=password]) button[type=submit]").click()

    # Then

    def then_the_heading_is(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def then_i_see(self, text: str) -> None:
        expect(self.main.get_by_text(text).first).to_be_visible()

    def then_i_do_not_see(self, text: str) -> None:
        expect(self.main.get_by_text(text)).to_have_count(0)

    def then_i_am_told(self, error: str) -> None:
        """The error summary at the top of the page says so, and the title starts with Error."""
        expect(self.page.get_by_role("alert").get_by_text(error).first).to_be_visible()
        expect(self.page).to_have_title(re.compile("^Error: "))

    def then_i_am_at(self, address: str) -> None:
        """An address without its host; a query string after it is allowed."""
        expect(self.page).to_have_url(re.compile(re.escape(address) + r"(\?.*)?$"))

    def then_i_am_not_at(self, address: str) -> None:
        expect(self.page).not_to_have_url(re.compile(re.escape(address) + r"(\?.*)?$"))

    def then_the_page_is_accessible(self) -> None:
        """No WCAG 2.2 AA rule of axe is broken at 1280 or 375 pixels."""
        found = all_violations(self.page)
        assert not found, f"{len(found)} accessibility violations\n" + "\n".join(found)

    def then_nothing_scrolls_sideways(self) -> None:
        """The page fits a phone; a wide table may scroll inside itself."""
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": NARROW, "height": 900})
        # A script folds what does not fit the menu away, a moment after the width has changed.
        self.page.wait_for_timeout(250)
        over = self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        if size:
            self.page.set_viewport_size(size)
        assert over <= 0, f"{self.page.url} is {over} px too wide at {NARROW} px"

    def and_a_picture_is_kept(self, name: str, *, full_page: bool = False) -> None:
        """Saved under `just screenshots` only, for the README and the docs: NAME.png, or
        NAME-narrow.png where the journey runs in a narrow window."""
        if self.screenshots:
            size = self.page.viewport_size
            name += "-narrow" if size and size["width"] == NARROW else ""
            self.screenshots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.screenshots / f"{name}.png", full_page=full_page)

    @property
    def main(self) -> Locator:
        """The page's own content, without header and footer."""
        return self.page.get_by_role("main")
