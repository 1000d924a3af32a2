"""The live list and its wards, as the people they are for use them."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from homeward.core.domain.roles import Role
from homeward.core.models import FeedStatus, Organisation, User
from homeward.hospital.models import Spell
from tests.factories import make_organisation, make_user
from tests.factories_hospital import make_fact, make_inpatient, make_ward
from tests.journeys.steps import Journey, at_both_widths
from tests.support.browser import NARROW, WIDE

LIST = "/list/"
ASH = "/wards/ZT101/ASH/"
NAMES = (
    ("Wolfeschlegelsteinhausenbergerdorff-Montgomery", "Keihanaikukauakahihuliheekahaunaele"),
    ("Siân", "Llewellyn-Cholmondeley"),
    ("Oluwatobiloba", "Adeyemi"),
    ("محمد", "الأنصاري"),
    ("Li", "O"),
    ("Zoë", "O'Brien-Smith"),
    ("明", "陳"),
    ("Mary", "van der Westhuizen"),
    ("Grace", "Bennett"),
)


class Hospital(Journey):
    """Northfield: Ash ward with four listed beds, Oak ward without a list."""

    def given_there_is_a_hospital(self) -> None:
        now = timezone.now()
        self.trust = make_organisation("ZT1", name="Northfield Hospitals")
        make_organisation("ZT101", name="Northfield General", kind="site")
        FeedStatus.objects.create(
            feed="pas", organisation=self.trust, last_heard_at=now - timedelta(seconds=40)
        )
        make_ward(self.trust, "ASH", beds="01 02 03 04", name="Ash ward")
        self.in_bed("Ngozi", "Adebayo-Smith", "01", days=3)
        make_fact(self.in_bed("Ada", "O'Brien", "02", days=9), at=now - timedelta(days=4))
        self.in_bed("Jean", "Grey", "04", days=33, expected_discharge_at=now)
        self.in_bed("Owen", "Pugh", "11", days=25, ward="OAK")
        self.in_bed("Iris", "Quayle", "12", days=1, ward="OAK")

    def in_bed(self, given: str, family: str, bed: str, **fields: object) -> Spell:
        person = {"given_name": given, "family_name": family} | fields.pop("person", {})  # type: ignore[operator]
        return make_inpatient(self.trust, person=person, bed=bed, at=timezone.now(), **fields)

    def given_i_am(self, role: Role, ward: str = "", trust: Organisation | None = None) -> User:
        site = "ZT101" if ward else ""
        user = make_user(role, trust or self.trust, ward=ward, site=site)
        self.given_i_am_signed_in(user)
        return user

    def then_the_rows_are(self, *names: str) -> None:
        expect(self.page.locator(".hw-person a").first).to_be_visible()
        assert self.page.locator(".hw-person a").all_inner_texts() == list(names)

    def then_everything_can_be_reached_by_keyboard(self) -> None:
        """Tab goes to the skip link first, and to every link and field of the page after it."""
        self.page.locator("body").press("Tab")
        assert self.focused() == "Skip to main content"
        wanted = self.page.locator("main :is(a[href], button, input:not([type=hidden]), select)")
        visible = [n for n in range(wanted.count()) if wanted.nth(n).is_visible()]
        reached = set()
        for _ in range(200):
            self.page.keyboard.press("Tab")
            place = self.page.evaluate(
                "all => [...document.querySelectorAll(all)].indexOf(document.activeElement)",
                "main :is(a[href], button, input:not([type=hidden]), select)",
            )
            if place >= 0:
                assert self.focus_is_seen(), self.focused()
                reached.add(place)
            if len(reached) == len(visible):
                return
        missing = [wanted.nth(n).inner_text() for n in visible if n not in reached]
        raise AssertionError(f"not reached by keyboard: {missing}")

    def and_a_picture_is_kept_of_a_phone(self, name: str) -> None:
        if self.screenshots:
            self.page.set_viewport_size({"width": NARROW, "height": 812})
            self.page.screenshot(path=self.screenshots / f"{name}.png")
            self.page.set_viewport_size({"width": WIDE, "height": 900})

    def focused(self) -> str:
        return str(self.page.evaluate("() => document.activeElement.textContent.trim()"))

    def focus_is_seen(self) -> bool:
        """Whatever has the focus is marked by outline, shadow or colour."""
        look = self.page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                return [style.outlineStyle, style.boxShadow];
            }"""
        )
        return look != ["none", "none"]


class TestASisterLooksAtHerWardAtEightInTheMorning(Hospital):
    @at_both_widths
    def test_she_sees_who_is_in_which_bed_and_which_beds_are_empty(self) -> None:
        self.given_there_is_a_hospital()
        self.given_i_am(Role.WARD_NURSE, ward="ASH")
        self.when_i_open("/wards/")
        self.then_the_heading_is("Northfield Hospitals Which wards have a bed?")
        self.then_the_page_is_accessible()
        self.when_i_follow("Ash ward")
        self.then_i_am_at(ASH)
        self.then_i_see("3 beds occupied, 1 empty.")
        self.then_i_see("O'BRIEN, Ada")
        self.then_i_do_not_see("PUGH, Owen")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.then_everything_can_be_reached_by_keyboard()
        self.when_i_follow("O'BRIEN, Ada")
        self.then_i_see("Ready for 4 days.")
        self.then_i_see("on Ash ward, B1 bed 02")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.and_a_picture_is_kept("person")

    def test_the_wall_screen_names_nobody(self) -> None:
        self.given_there_is_a_hospital()
        self.given_i_am(Role.WARD_NURSE, ward="ASH")
        self.when_i_open(ASH)
        self.when_i_follow("Show on a wall screen")
        self.then_i_see("AO")
        self.then_i_do_not_see("O'BRIEN")
        self.then_the_page_is_accessible()
        self.and_a_picture_is_kept("wall-screen")

    def test_a_silent_feed_is_said_before_anything_else(self) -> None:
        self.given_there_is_a_hospital()
        FeedStatus.objects.update(last_heard_at=timezone.now() - timedelta(hours=5))
        self.given_i_am(Role.WARD_NURSE, ward="ASH")
        for address in (LIST, ASH, "/wards/"):
            self.when_i_open(address)
            self.then_i_see("pas is silent")
            self.then_the_page_is_accessible()
        self.and_a_picture_is_kept("silent-feed")


class TestACoordinatorFindsTheLongestStaysAndExportsThem(Hospital):
    @at_both_widths
    def test_from_the_count_to_the_rows_to_the_file(self, tmp_path: Path) -> None:
        self.given_there_is_a_hospital()
        self.given_i_am(Role.DISCHARGE_COORDINATOR)
        self.when_i_open(LIST)
        self.then_the_rows_are(
            "O'BRIEN, Ada", "GREY, Jean", "PUGH, Owen", "ADEBAYO-SMITH, Ngozi", "QUAYLE, Iris"
        )
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.when_i_follow("2 21+ days")
        self.then_the_rows_are("GREY, Jean", "PUGH, Owen")
        self.then_the_page_is_accessible()
        assert self.exported(tmp_path) == ["Grey", "Pugh"]

    def test_a_full_list_fits_a_desk_and_a_phone(self) -> None:
        self.given_there_is_a_hospital()
        self.and_it_is_full()
        self.given_i_am(Role.DISCHARGE_COORDINATOR)
        self.when_i_open(LIST)
        self.then_i_see("Showing 1 to 50 of 59 people")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.and_a_picture_is_kept("live-list")
        self.and_a_picture_is_kept_of_a_phone("live-list-phone")
        self.when_i_open("/wards/ZT101/BEECH/")
        self.then_the_page_is_accessible()
        self.then_nothing_scrolls_sideways()
        self.and_a_picture_is_kept("ward")

    def and_it_is_full(self) -> None:
        """Two wards more, with the longest names that people have, and every state."""
        now = timezone.now()
        for code, name in (("BEECH", "Beech ward"), ("CEDAR", "Cedar older people's ward")):
            make_ward(self.trust, code, " ".join(f"{n:02d}" for n in range(1, 31)), name=name)
            for n in range(1, 28):
                given, family = NAMES[n % len(NAMES)]
                leaving = now + timedelta(days=n % 9 - 1) if n % 3 else None
                spell = self.in_bed(
                    given, family, f"{n:02d}", days=n, ward=code, expected_discharge_at=leaving
                )
                if n % 4 == 0:
                    make_fact(spell, at=now - timedelta(days=n // 3))

    def test_the_whole_list_is_used_without_a_mouse(self) -> None:
        self.given_there_is_a_hospital()
        self.given_i_am(Role.DISCHARGE_COORDINATOR)
        self.when_i_open(LIST)
        self.then_everything_can_be_reached_by_keyboard()

    @at_both_widths
    def test_someone_who_has_left_is_found_from_the_empty_list(self) -> None:
        self.given_there_is_a_hospital()
        gone = timezone.now() - timedelta(days=2)
        self.in_bed("Tom", "Reed", "03", days=9, status="closed", discharged_at=gone)
        self.given_i_am(Role.DISCHARGE_COORDINATOR)
        self.when_i_open(LIST)
        self.when_i_fill_in("Name, NHS number or hospital number", "tom reed")
        self.when_i_press("Show")
        self.then_i_see("Nobody here now matches “tom reed”.")
        self.then_the_page_is_accessible()
        self.when_i_follow("1 person who left in the last 90 days matches")
        self.then_the_rows_are("REED, Tom")
        self.then_the_page_is_accessible()

    def test_nobody_at_all_is_said_plainly(self) -> None:
        self.trust = make_organisation("ZT1", name="Northfield Hospitals")
        self.given_i_am(Role.DISCHARGE_COORDINATOR)
        self.when_i_open(LIST)
        self.then_i_see("Nobody is in hospital now.")
        self.then_the_page_is_accessible()

    def exported(self, folder: Path) -> list[str]:
        with self.page.expect_download() as download:
            self.when_i_follow("Download this list as CSV")
        file = folder / "list.csv"
        download.value.save_as(file)
        rows = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
        return [row["Family name"] for row in rows]


class TestAStrangerFromTheOtherTrustSeesNothing(Hospital):
    def test_no_page_of_ours_shows_anybody(self) -> None:
        self.given_there_is_a_hospital()
        ours = Spell.objects.values_list("person_id", flat=True)[0]
        other = make_organisation("ZT9", name="Southfield Hospitals")
        self.given_i_am(Role.DISCHARGE_COORDINATOR, trust=other)
        self.when_i_open(LIST)
        self.then_i_see("Nobody is in hospital now.")
        self.when_i_open("/wards/")
        self.then_i_see("No ward is known yet.")
        self.then_the_page_is_accessible()
        for address in (ASH, f"{ASH}?wall=1", f"/people/{ours}/", f"/people/{ours}/break-glass/"):
            self.when_i_open(address)
            self.then_i_see("Page not found")
            self.then_the_page_is_accessible()


class TestTheListRefreshesItselfWithoutMovingWhatIRead(Hospital):
    def test_somebody_new_appears_while_i_look(self) -> None:
        self.given_i_look_at_the_list()
        self.when_somebody_arrives()
        self.when_the_list_asks_for_news()
        self.then_i_see("NEWMAN, Zed")

    def test_while_i_use_it_i_am_only_told_that_it_has_changed(self) -> None:
        self.given_i_look_at_the_list()
        row = self.page.locator(".hw-person a", has_text="GREY, Jean")
        row.focus()
        before = row.bounding_box()
        self.when_somebody_arrives()
        self.when_the_list_asks_for_news()
        expect(self.page.get_by_text("This list has changed since you opened it.")).to_be_visible()
        self.then_i_do_not_see("NEWMAN, Zed")
        assert row.bounding_box() == before
        expect(row).to_be_focused()
        # Axe takes the yellow of a focused link for a fault: NHS.UK's focus style is no link style.
        row.blur()
        self.then_the_page_is_accessible()
        self.when_i_follow("Show the newest")
        self.then_i_see("NEWMAN, Zed")

    def test_what_i_am_typing_stays(self) -> None:
        self.given_i_look_at_the_list()
        self.when_i_fill_in("Name, NHS number or hospital number", "half a na")
        self.when_somebody_arrives()
        self.when_the_list_asks_for_news()
        self.then_i_see("NEWMAN, Zed")
        label = "Name, NHS number or hospital number"
        expect(self.page.get_by_label(label, exact=True)).to_have_value("half a na")
        expect(self.page.get_by_label(label, exact=True)).to_be_focused()

    def given_i_look_at_the_list(self) -> None:
        self.given_there_is_a_hospital()
        self.given_i_am(Role.DISCHARGE_COORDINATOR)
        self.page.clock.install()
        self.when_i_open(LIST)
        self.page.wait_for_load_state("networkidle")

    def when_somebody_arrives(self) -> None:
        self.in_bed("Zed", "Newman", "14", days=40, ward="OAK")

    def when_the_list_asks_for_news(self) -> None:
        """What it does by itself every 20 seconds."""
        with self.page.expect_response(lambda answer: "/list/rows/" in answer.url):
            self.page.clock.fast_forward(21_000)
