"""Who may see what, who has seen it, and how each person keeps their sign-in safe."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from homeward.core.domain.roles import Role
from tests.factories import make_membership, make_organisation, make_user
from tests.factories_hospital import make_inpatient
from tests.journeys.steps import PASSWORD, Journey, at_both_widths

TOTP_SECONDS = 30


class Trust(Journey):
    """Northfield Hospitals, and whoever of it is signed in."""

    def given_there_is_a_trust(self) -> None:
        self.trust = make_organisation("ZT1", name="Northfield Hospitals")

    def given_i_am(self, role: Role) -> None:
        self.given_i_am_signed_in(make_user(role, self.trust))


class TestAnAdministratorGivesAndEndsARole(Trust):
    @at_both_widths
    def test_someone_comes_and_goes(self) -> None:
        self.given_there_is_a_trust()
        self.given_i_am(Role.ADMINISTRATOR)
        self.when_i_open("/")
        self.then_i_am_at("/people-and-access/")
        self.then_nothing_scrolls_sideways()
        self.when_i_press("Give access")
        self.then_i_am_told("Enter an email address")
        self.then_i_am_told("Select a role")
        self.then_the_page_is_accessible()
        self.when_i_fill_in("Email address", "tanwen@example.test")
        self.when_i_fill_in("Full name", "Tanwen Blythe-Featherstonehaugh")
        self.when_i_select("Social worker", "Role")
        self.when_i_press("Give access")
        self.then_i_see("Added tanwen@example.test")
        self.then_i_see("Give this link to the new person yourself.")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_i_follow("End access of Tanwen Blythe-Featherstonehaugh as Social worker")
        self.then_the_heading_is("End the access of Tanwen Blythe-Featherstonehaugh?")
        self.then_the_page_is_accessible()
        self.when_i_press("End access")
        self.then_i_see("Tanwen Blythe-Featherstonehaugh no longer has access as Social worker")
        self.then_the_page_is_accessible()

    def test_a_role_that_has_no_pages_is_told_so(self) -> None:
        self.given_there_is_a_trust()
        self.given_i_am(Role.PROVIDER)
        self.when_i_open("/")
        self.then_the_heading_is("You have no pages yet")
        self.then_i_see("That role has no pages in this installation yet.")
        self.then_the_page_is_accessible()


class TestAPrivacyOfficerReadsWhoHasSeenWhat(Trust):
    def test_from_all_events_to_one_persons(self) -> None:
        self.given_there_is_a_trust()
        self.given_a_nurse_opened_a_record()
        self.given_i_am(Role.PRIVACY_OFFICER)
        self.when_i_open("/")
        self.then_i_am_at("/audit/")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_i_fill_in("Who", "Marrable")
        self.when_i_select("Person viewed", "What was done")
        self.when_i_press("Show")
        self.then_i_see("1 event")
        self.then_i_see("Nell Marrable")
        self.then_i_see("1 person")
        self.then_the_page_is_accessible()
        self.when_i_open("/audit/?since=2026-11-23&until=2026-11-01")
        self.then_i_see("The last day must be the same as or after the first day")
        self.then_the_page_is_accessible()

    def given_a_nurse_opened_a_record(self) -> None:
        spell = make_inpatient(self.trust)
        nurse = make_user(Role.WARD_NURSE, self.trust, first_name="Nell", last_name="Marrable")
        client = Client()
        client.force_login(nurse)
        assert client.get(f"/people/{spell.person_id}/").status_code == 200


class TestSomeoneSetsUpTwoStepSignIn(Trust):
    def test_from_the_foot_of_any_page_to_signing_in_with_a_code(self) -> None:
        self.given_there_is_a_trust()
        make_user(Role.ANALYST, self.trust, email="piotr@example.test", password=PASSWORD)
        self.when_i_sign_in("piotr@example.test")
        self.when_i_follow("Sign-in security")
        self.then_the_heading_is("Sign-in security")
        self.then_the_page_is_accessible()
        self.when_i_follow("Set up an app")
        self.and_i_confirm_it_is_me()
        self.then_the_heading_is("Set up an authenticator app")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        secret = self.page.locator(".hw-key").inner_text()
        self.when_i_fill_in("Authenticator code", "000000")
        self.when_i_press("Finish")
        self.then_i_am_told("Incorrect code")
        self.when_i_fill_in("Authenticator code", code_of(secret))
        self.when_i_press("Finish")
        self.then_the_heading_is("Your recovery codes")
        self.then_the_page_is_accessible()
        recovery = self.page.locator(".hw-codes li").first.inner_text()
        self.when_i_press("Sign out")
        self.then_i_am_at("/accounts/login/")
        self.when_i_sign_in("piotr@example.test")
        self.then_the_heading_is("Enter your second-step code")
        self.then_the_page_is_accessible()
        # The code used a moment ago is spent; the app's next one is taken as well.
        self.when_i_fill_in("Code", code_of(secret, later=1))
        self.when_i_press("Continue")
        self.then_i_am_at("/list/")
        self.when_i_press("Sign out")
        self.when_i_sign_in("piotr@example.test")
        self.when_i_fill_in("Code", recovery)
        self.when_i_press("Continue")
        self.then_i_am_at("/list/")
        self.when_i_follow("Sign-in security")
        self.then_i_see("You have 9 recovery codes left.")

    def and_i_confirm_it_is_me(self) -> None:
        """Asked only of those who signed in a while ago."""
        self.page.wait_for_url(re.compile("reauthenticate|totp"))
        if "reauthenticate" in self.page.url:
            self.then_the_page_is_accessible()
            self.when_i_fill_in("Password", PASSWORD)
            self.when_i_press("Confirm")


def code_of(secret: str, later: int = 0) -> str:
    """What an authenticator app shows now for that key, or so many steps later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // TOTP_SECONDS + later))


class TestSomeoneSwitchesRole(Trust):
    def test_the_pages_and_the_people_are_those_of_the_role(self) -> None:
        self.given_there_is_a_trust()
        other = make_organisation("ZT2", name="Southfield Hospitals")
        make_inpatient(self.trust, person={"family_name": "Pugh", "given_name": "Owen"})
        make_inpatient(other, person={"family_name": "Quayle", "given_name": "Iris"})
        user = make_user(Role.DISCHARGE_COORDINATOR, self.trust)
        make_membership(user, other, Role.INTEGRATION_ENGINEER)
        self.given_i_am_signed_in(user)
        self.when_i_open("/list/")
        self.then_i_see("PUGH, Owen")
        self.when_i_follow("Change role")
        self.then_the_heading_is("Who are you acting for?")
        self.then_the_page_is_accessible()
        self.when_i_choose("Integration engineer, Southfield Hospitals")
        self.when_i_press("Continue")
        self.then_i_am_at("/feeds/")
        self.then_i_see("You are now acting as Integration engineer, Southfield Hospitals")
        self.then_the_page_is_accessible()
        self.when_i_open("/list/")
        self.then_i_see("QUAYLE, Iris")
        self.then_i_do_not_see("PUGH, Owen")
