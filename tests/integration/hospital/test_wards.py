"""Wards in figures, and one ward as beds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homeward.core.domain.roles import Role
from homeward.core.models import AuditEvent, Organisation, User
from homeward.hospital.queries.scope import sight_of
from homeward.hospital.queries.wards import ward_or_none, ward_summaries
from tests.factories import make_user
from tests.factories_hospital import NOON, make_inpatient
from tests.integration.hospital.pages import seen_in, text_of

ASH = "/wards/ZT101/ASH/"


def left(trust: Organisation, hours: float, bed: str = "08") -> None:
    make_inpatient(
        trust,
        bed=bed,
        status="closed",
        days=200,
        discharged_at=NOON - timedelta(hours=hours),
    )


def test_a_ward_in_figures(trust: Organisation, coordinator: User) -> None:
    make_inpatient(trust, bed="07")
    make_inpatient(trust, bed="07")
    make_inpatient(trust, bed="")
    left(trust, hours=5)
    (ward,) = ward_summaries(user=coordinator, at=NOON)
    assert (ward.people, ward.occupied, ward.empty, ward.clashes) == (3, 1, 1, 1)


def test_a_bed_nobody_used_for_90_days_is_not_drawn(trust: Organisation, coordinator: User) -> None:
    make_inpatient(trust, bed="07")
    left(trust, hours=90 * 24 + 1, bed="09")
    left(trust, hours=90 * 24 - 1, bed="10")
    ward = ward_or_none(
        user=coordinator,
        sight=sight_of(user=coordinator, at=NOON),
        site="ZT101",
        ward="ASH",
        at=NOON,
    )
    assert ward is not None
    assert sorted(bed.key.bed for bed in ward.beds) == ["07", "10"]


def test_beds_say_who_is_in_them_or_since_when_they_are_empty(
    desk: Client, trust: Organisation
) -> None:
    make_inpatient(trust, bed="07", person={"family_name": "Here"})
    left(trust, hours=2)
    page = text_of(desk.get(ASH))
    assert "HERE, Ada" in page
    assert "since today 10:00" in page
    assert "1 bed occupied, 1 empty." in page


def test_two_in_one_bed_are_both_drawn(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, bed="07", person={"family_name": "One"})
    make_inpatient(trust, bed="07", person={"family_name": "Two"})
    page = text_of(desk.get(ASH))
    assert "hw-bed--clash" in page
    assert "ONE, Ada" in page
    assert "TWO, Ada" in page


def test_the_wall_shows_initials_and_last_digits_only(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, bed="07", person={"family_name": "Jones", "nhs_number": "9434765919"})
    for address in (f"{ASH}?wall=1", f"{ASH}beds/?wall=1"):
        page = text_of(desk.get(address))
        assert "AJ" in page
        assert "…919" in page
        assert "JONES" not in page
        assert "9434765919" not in page


def test_restricted_people_have_no_initials_on_the_wall(desk: Client, trust: Organisation) -> None:
    make_inpatient(
        trust,
        bed="07",
        person={"family_name": "Secret", "restricted": True, "nhs_number": "9434765919"},
    )
    page = text_of(desk.get(f"{ASH}?wall=1"))
    assert "Restricted" in page
    assert "…919" not in page
    assert "AS " not in page


@pytest.mark.parametrize("ward", ["A/B", "A B", "Ward 7 (East)", "é", "a?b#c"])
def test_wards_are_reached_whatever_their_code_holds(
    desk: Client, trust: Organisation, ward: str
) -> None:
    import re
    from html import unescape

    make_inpatient(trust, ward=ward, person={"family_name": "Here"})
    page = desk.get("/wards/").content.decode()
    links = [unescape(link) for link in re.findall(r'href="(/wards/[^"]+)"', page)]
    assert "HERE" in text_of(desk.get(links[0]))


def test_a_ward_without_a_site_is_reached(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, site="", person={"family_name": "Here"})
    assert "HERE" in text_of(desk.get("/wards/-/ASH/"))


@pytest.mark.parametrize("address", [ASH, f"{ASH}beds/"])
def test_a_stranger_does_not_find_the_ward(
    client: Client, trust: Organisation, stranger: User, address: str
) -> None:
    make_inpatient(trust)
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert "ASH" not in text_of(client.get("/wards/"))


def test_signed_out_readers_go_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/wards/").status_code == 302
    assert client.get(ASH).status_code == 302


def test_an_administrator_may_not_see_wards(client: Client, trust: Organisation) -> None:
    client.force_login(make_user(Role.ADMINISTRATOR, trust))
    assert client.get("/wards/").status_code == 403


def test_a_ward_view_is_audited_once_and_a_refresh_only_for_arrivals(
    desk: Client, trust: Organisation
) -> None:
    make_inpatient(trust)
    seen = seen_in(desk.get(ASH))
    desk.get(f"{ASH}beds/", {"seen": seen})
    assert AuditEvent.objects.filter(action="list.viewed").count() == 1
    arrived = make_inpatient(trust)
    desk.get(f"{ASH}beds/", {"seen": seen})
    newest = AuditEvent.objects.filter(action="list.viewed").order_by("-id")[0]
    assert newest.subjects == [str(arrived.person_id)]


@pytest.mark.parametrize("address", [ASH, "/wards/"])
def test_the_number_of_queries_does_not_grow_with_the_ward(
    desk: Client, trust: Organisation, address: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(address)
        return len(captured)

    for _ in range(3):
        make_inpatient(trust)
    desk.get(address)
    few = queries()
    for _ in range(40):
        make_inpatient(trust)
    assert queries() == few


def test_no_ward_is_said_plainly(desk: Client) -> None:
    assert "No ward is known yet." in text_of(desk.get("/wards/"))
