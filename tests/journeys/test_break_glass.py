"""Someone needs to know who a restricted person is, and the reason is reviewed."""

from __future__ import annotations

from playwright.sync_api import expect

from homeward.core.domain.roles import Role
from tests.journeys.steps import at_both_widths
from tests.journeys.test_live_list import LIST, Hospital

REASON = "I arrange the transport home for the person in this bed"
NUMBER = "H666666"


class TestSomeoneNeedsToKnowWhoARestrictedPersonIs(Hospital):
    @at_both_widths
    def test_the_record_opens_for_a_reason_and_the_reason_is_reviewed(self) -> None:
        self.given_there_is_a_hospital()
        self.and_one_of_them_is_restricted()
        coordinator = self.given_i_am(Role.DISCHARGE_COORDINATOR)
        self.when_i_open(LIST)
        self.then_nothing_gives_them_away()
        self.then_the_page_is_accessible()

        self.when_i_follow("Restricted person")
        self.then_the_heading_is("This record is restricted")
        self.then_nothing_gives_them_away()
        self.then_the_page_is_accessible()
        self.and_a_picture_is_kept("break-glass")

        self.when_i_press("Open for 60 minutes")
        self.then_i_am_told("Enter why you need to open this record")
        self.then_the_page_is_accessible()
        self.and_the_error_leads_to_the_field("Why do you need to open this record?")
        self.when_i_fill_in("Why do you need to open this record?", "transport")
        self.when_i_press("Open for 60 minutes")
        self.then_i_am_told("Enter at least 10 letters, so that a reviewer can follow")
        self.and_what_i_typed_is_still_there("transport")
        self.then_nothing_gives_them_away()
        self.then_the_page_is_accessible()

        self.when_i_fill_in("Why do you need to open this record?", REASON)
        self.when_i_press("Open for 60 minutes")
        self.then_the_heading_is("Why is this person still here? SECRET, Zelda")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_the_privacy_officer_reviews(opened_by=str(coordinator))

    def when_the_privacy_officer_reviews(self, opened_by: str) -> None:
        self.given_i_am(Role.PRIVACY_OFFICER)
        self.when_i_open("/break-glass/")
        self.then_the_heading_is("Northfield Hospitals Who opened restricted records, and why?")
        self.then_i_see(REASON)
        self.then_i_see(opened_by)
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.page.get_by_role("link", name="Review what").click()
        self.then_the_heading_is("Was it right to open this record?")
        self.then_the_page_is_accessible()
        self.when_i_press("Save the review")
        self.then_i_am_told("Enter what you found")
        self.then_the_page_is_accessible()
        self.when_i_fill_in("What did you find?", "Transport was booked an hour later")
        self.when_i_press("Save the review")
        self.then_i_see("Review saved")
        self.then_i_see("Transport was booked an hour later")
        self.then_the_page_is_accessible()
        self.and_a_picture_is_kept("break-glass-review")

    def test_a_role_that_may_not_open_it_is_told_whom_to_ask(self) -> None:
        self.given_there_is_a_hospital()
        self.and_one_of_them_is_restricted()
        self.given_i_am(Role.ANALYST)
        self.when_i_open(LIST)
        self.when_i_follow("Restricted person")
        self.then_i_see("Your role cannot open it.")
        self.then_the_page_is_accessible()

    def and_one_of_them_is_restricted(self) -> None:
        person = {"restricted": True, "local_id": NUMBER}
        self.secret = self.in_bed("Zelda", "Secret", "03", days=50, person=person)

    def then_nothing_gives_them_away(self) -> None:
        sent = self.page.content()
        told = ("SECRET", "Zelda", NUMBER, str(self.secret.pk), str(self.secret.person_id))
        assert [word for word in told if word in sent] == []

    def and_the_error_leads_to_the_field(self, label: str) -> None:
        self.page.get_by_role("alert").get_by_role("link").click()
        expect(self.page.get_by_label(label, exact=True)).to_be_focused()

    def and_what_i_typed_is_still_there(self, text: str) -> None:
        field = self.page.get_by_label("Why do you need to open this record?", exact=True)
        expect(field).to_have_value(text)
