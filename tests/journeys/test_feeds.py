"""An engineer's day: what came in, what could not be used, what should not have been sent."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from homeward.core.domain.roles import Role
from tests.factories import make_organisation, make_user
from tests.factories_gateway import adt, heard, make_feed
from tests.journeys.steps import Journey

LIST = "/list/"


class Desk(Journey):
    """Northfield's patient system sends; the engineer is signed in."""

    def given_there_is_a_feed(self, **settings: object) -> None:
        self.trust = make_organisation("ZT1", name="Northfield Hospitals")
        self.feed = make_feed(self.trust, "pas", local_authority="ZT1", **settings)
        engineer = {"first_name": "Grace", "last_name": "Okonjo-Vale"}
        self.given_i_am_signed_in(make_user(Role.INTEGRATION_ENGINEER, self.trust, **engineer))

    def given_it_sent(self, trigger: str, minutes_ago: int, **fields: object) -> None:
        at = timezone.now() - timedelta(minutes=minutes_ago)
        stamp = f"{timezone.localtime(at):%Y%m%d%H%M%S}"
        heard(adt(trigger, at=stamp, admitted=stamp, **fields), at=at)  # type: ignore[arg-type]

    def given_a_person_was_admitted(self, family: str, number: int, **fields: object) -> None:
        self.given_it_sent(
            "A01",
            minutes_ago=600 + number,
            family=family,
            local_id=f"H{number}",
            visit=f"V{number}",
            place=f"ASH^B1^{number:02}^ZT101",
            **fields,
        )


class TestAnEngineerMendsTheQuarantine(Desk):
    def test_a_setting_is_mended_and_the_whole_group_replayed(self) -> None:
        self.given_there_is_a_feed(strict=True)
        self.given_a_person_was_admitted("Pugh", 1, patient_class="V")
        self.given_a_person_was_admitted("Quayle", 2, patient_class="V")
        self.when_i_open("/quarantine/")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_i_follow("A patient class nobody mapped: 2 messages from pas")
        self.then_the_page_is_accessible()
        self.when_i_follow("Change the settings of pas")
        self.when_i_fill_in("Patient classes", "V = goose")
        self.when_i_press("Save the settings")
        self.then_i_am_told("Line 1 must be a code, an equals sign and one of inpatient")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_i_fill_in("Patient classes", "V = inpatient")
        self.when_i_press("Save the settings")
        self.then_i_am_at("/feeds/pas/")
        self.then_i_see("Patient classes: The usual codes only, now V is inpatient")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_i_open("/quarantine/waiting/pas/unknown_class/")
        self.when_i_press("Replay all 2")
        self.then_i_see("Replayed 2: 2 applied")
        self.then_the_page_is_accessible()
        self.when_i_open(LIST)
        self.then_i_see("PUGH, Ada")
        self.then_i_see("QUAYLE, Ada")

    def test_a_useless_message_is_dismissed_with_a_reason_and_brought_back(self) -> None:
        self.given_there_is_a_feed()
        self.given_it_sent("A01", minutes_ago=5, pid3="")
        self.when_i_open("/quarantine/")
        self.when_i_follow("Example of no hospital number from pas")
        self.when_i_follow("Dismiss it with a reason")
        self.when_i_press("Dismiss this message")
        self.then_i_am_told("Enter why")
        self.then_the_page_is_accessible()
        self.when_i_fill_in("Why?", "Sent again, rightly")
        self.when_i_press("Dismiss this message")
        self.then_i_see("Message dismissed")
        self.then_the_page_is_accessible()
        self.when_i_press("Replay this message")
        self.then_i_see("Replayed: still quarantined")


class TestAnEngineerSetsAWrongMergeAside(Desk):
    def test_both_people_are_back_in_their_beds(self) -> None:
        self.given_there_is_a_feed()
        self.given_a_person_was_admitted("Pugh", 1)
        self.given_a_person_was_admitted("Quayle", 2)
        self.given_it_sent(
            "A40", minutes_ago=5, family="Pugh", local_id="H1", extra=("MRG|H2^^^ZT1^MR",)
        )
        self.when_i_open(LIST)
        self.then_i_do_not_see("QUAYLE, Ada")
        self.when_i_open("/messages/")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.page.get_by_role("link", name="A40 Records merged").click()
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_i_follow("Set it aside with a reason")
        self.then_the_page_is_accessible()
        self.when_i_fill_in("Why?", "They are two people")
        self.when_i_press("Set it aside")
        self.then_i_see("Message set aside. Everyone it spoke of was worked out again without it")
        self.then_the_page_is_accessible()
        self.when_i_open(LIST)
        self.then_i_see("PUGH, Ada")
        self.then_i_see("QUAYLE, Ada")


class TestAnEngineerLooksWhetherTheFeedsAreAlive(Desk):
    def test_home_is_the_page_of_feeds_and_each_number_opens_its_messages(self) -> None:
        self.given_there_is_a_feed()
        for number in range(1, 9):
            self.given_it_sent(
                "A01", minutes_ago=number * 7, local_id=f"H{number}", visit=f"V{number}"
            )
        self.given_it_sent("A01", minutes_ago=1, pid3="")
        make_feed(self.trust, "maternity", application="MAT", silent_after_minutes=240)
        make_feed(self.trust, "theatres", application="THEATRES", enabled=False)
        self.when_i_open("/")
        self.then_i_am_at("/feeds/")
        self.then_i_see("maternity is silent: nothing has been heard from it yet.")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.and_a_picture_is_kept("feeds")
        self.when_i_follow("1 waiting in quarantine of pas")
        self.then_i_see("1 message")
        self.then_the_page_is_accessible()
