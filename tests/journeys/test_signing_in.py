"""Signing in, as everyone's day begins."""

from __future__ import annotations

from tests.factories import make_user
from tests.journeys.steps import PASSWORD, Journey, at_both_widths

NURSE = "sister.grey@example.test"


class TestSigningIn(Journey):
    @at_both_widths
    def test_a_wrong_password_is_refused(self) -> None:
        self.given_there_is_a_nurse()
        self.when_i_open("/accounts/login/")
        self.then_the_heading_is("Sign in")
        self.then_the_page_is_accessible()
        self.and_a_picture_is_kept("sign-in")
        self.when_i_sign_in(NURSE, "not-her-password")
        self.then_i_am_told("The email address or the password is not right")
        self.then_the_page_is_accessible()

    def test_the_right_password_opens_homeward(self) -> None:
        self.given_there_is_a_nurse()
        self.when_i_sign_in(NURSE)
        self.then_i_am_not_at("/accounts/login/")
        self.then_the_page_is_accessible()

    def test_someone_signed_in_is_not_asked_again(self) -> None:
        self.given_i_am_signed_in(make_user())
        self.when_i_open("/accounts/login/")
        self.then_i_am_not_at("/accounts/login/")
        self.then_the_page_is_accessible()

    def given_there_is_a_nurse(self) -> None:
        make_user(email=NURSE, password=PASSWORD)
