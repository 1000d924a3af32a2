"""Looking round the demo: one click to be somebody, one more to see something happen."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from homeward.demo.cast import CAST
from homeward.demo.stories import STORIES
from tests.factories import make_organisation, make_user
from tests.journeys.steps import Journey, at_both_widths


class TestAVisitorLooksRoundTheDemo(Journey):
    @pytest.fixture(autouse=True)
    def demo(self, settings: Any) -> None:
        templates = deepcopy(settings.TEMPLATES)
        templates[0]["OPTIONS"]["context_processors"].append("homeward.demo.context.cast")
        settings.TEMPLATES = templates
        settings.HOMEWARD_DEMO = True

    def given_the_cast(self) -> None:
        for actor in CAST:
            trust = make_organisation(actor.organisation)
            make_user(actor.role, trust, actor.ward, actor.site, email=actor.email)

    @at_both_widths
    def test_one_click_signs_in_on_the_page_the_role_begins_with(self) -> None:
        self.given_the_cast()
        self.when_i_open("/accounts/login/")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.and_a_picture_is_kept("demo-sign-in")
        self.when_i_press("Sign in as Integration engineer")
        self.then_i_am_at("/feeds/")
        self.when_i_press("Sign out")
        self.when_i_press("Sign in as Sister on Ash ward")
        # Nobody lies on Ash ward here, so there is no ward to show.
        self.then_i_am_at("/list/")

    def test_every_step_of_every_story_opens_a_page_that_is_there(self) -> None:
        self.given_the_cast()
        for story in STORIES:
            for step in story.steps:
                self.when_i_open("/accounts/login/")
                self.when_i_press(f"As the {step.who} for “{story.title}”")
                self.then_i_am_at(step.address)
                self.then_nothing_is_missing()
                self.when_i_press("Sign out")

    def then_nothing_is_missing(self) -> None:
        """The page is all there and is not a refusal."""
        self.page.wait_for_load_state()
        heading = self.page.get_by_role("heading", level=1).inner_text()
        assert heading not in {"Page not found", "You cannot see this page"}
