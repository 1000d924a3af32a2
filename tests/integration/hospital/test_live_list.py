"""The live list: who is on it, in which order, and how many queries it takes."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from homeward.core.models import AuditEvent, Organisation, User
from homeward.hospital.domain.length_of_stay import LONDON
from homeward.hospital.models import Spell
from tests.factories import make_organisation, make_user
from tests.factories_hospital import NOON, make_fact, make_inpatient, make_person
from tests.integration.hospital.pages import (
    LIST,
    doors_in,
    names,
    names_in,
    people_in,
    seen_in,
    text_of,
)


def test_a_signed_out_reader_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(LIST)["Location"].startswith("/accounts/login/")


def test_a_signed_out_page_that_refreshes_is_taken_to_sign_in_as_a_whole(
    client: Client, db: None
) -> None:
    response = client.get("/list/rows/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith("/accounts/login/")


def test_a_role_that_may_not_see_people_is_refused(client: Client, trust: Organisation) -> None:
    from homeward.core.domain.roles import Role

    client.force_login(make_user(Role.PROVIDER, trust))
    assert client.get(LIST).status_code == 403


def test_a_stranger_sees_none_of_our_people(
    client: Client, trust: Organisation, stranger: User
) -> None:
    make_inpatient(trust, person={"family_name": "Ours"})
    client.force_login(stranger)
    page = text_of(client.get(LIST))
    assert "OURS" not in page
    assert "Nobody is in hospital now." in page


def test_the_list_shows_name_age_bed_and_days(desk: Client, trust: Organisation) -> None:
    make_inpatient(
        trust,
        days=9,
        room="B2",
        bed="04",
        person={"family_name": "O'Brien", "given_name": "Zoë"},
    )
    page = text_of(desk.get(LIST))
    assert "O'BRIEN, Zoë" in page
    assert "82, female" in page
    assert "B2 bed 04" in page
    assert "9 days" in page


def test_only_inpatients_now_in_hospital_are_listed(desk: Client, trust: Organisation) -> None:
    for kind in ("newborn", "day_case", "emergency", "outpatient", "preadmit", "recurring"):
        make_inpatient(trust, patient_class=kind, person={"family_name": kind})
    make_inpatient(trust, person={"family_name": "Inpatient"})
    make_inpatient(trust, patient_class="maternity", person={"family_name": "Mother"})
    make_inpatient(
        trust, status="closed", discharged_at=NOON, ward="", person={"family_name": "Left"}
    )
    make_inpatient(trust, person={"family_name": "Deleted", "deleted": True})
    assert sorted(names(desk)) == ["INPATIENT", "MOTHER"]
    assert names(desk, "?kind=newborns") == ["NEWBORN"]
    assert names(desk, "?kind=emergency") == ["EMERGENCY"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?ward=ASH", ["ASH"]),
        ("?site=ZT102", ["OAK"]),
        ("?specialty=430", ["OAK"]),
        ("?ward=ASH&site=ZT102", []),
    ],
)
def test_filters_by_place_and_specialty(
    desk: Client, trust: Organisation, query: str, expected: list[str]
) -> None:
    make_inpatient(trust, ward="ASH", person={"family_name": "Ash"})
    make_inpatient(trust, ward="OAK", site="ZT102", specialty="430", person={"family_name": "Oak"})
    assert names(desk, query) == expected


def test_length_of_stay_bands_are_cumulative_by_london_dates(
    desk: Client, trust: Organisation
) -> None:
    last_minute = datetime(2026, 11, 15, 23, 59, tzinfo=LONDON)
    for name, admitted in (
        ("Seven", last_minute),
        ("Six", last_minute + timedelta(minutes=1)),
        ("Fourteen", datetime(2026, 11, 8, 12, tzinfo=LONDON)),
        ("TwentyOne", datetime(2026, 11, 1, 12, tzinfo=LONDON)),
    ):
        make_inpatient(trust, admitted_at=admitted, person={"family_name": name})
    assert names(desk, "?stay=7") == ["TWENTYONE", "FOURTEEN", "SEVEN"]
    assert names(desk, "?stay=14") == ["TWENTYONE", "FOURTEEN"]
    assert names(desk, "?stay=21") == ["TWENTYONE"]


def test_each_count_opens_to_as_many_rows(desk: Client, trust: Organisation) -> None:
    make_fact(make_inpatient(trust, days=30))
    make_inpatient(trust, days=8, expected_discharge_at=NOON + timedelta(hours=2))
    make_inpatient(trust, days=1, expected_discharge_at=NOON - timedelta(days=2))
    make_inpatient(trust, days=2, on_leave_since=NOON - timedelta(hours=3))
    make_inpatient(trust, days=15, bed="07")
    make_inpatient(trust, days=2, bed="07")
    doors = doors_in(desk.get(LIST))
    assert [count for _, count, _ in doors] == [6, 1, 1, 1, 3, 2, 1, 1, 2]
    for href, count, words in doors:
        assert len(people_in(desk.get(href))) == count, words


def test_two_people_in_one_bed_are_flagged_on_both_rows(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, bed="07")
    make_inpatient(trust, bed="07")
    make_inpatient(trust, bed="08")
    assert text_of(desk.get(LIST)).count("Two in bed") == 2
    assert len(names(desk, "?show=clashes")) == 2


def test_beds_of_one_number_on_two_wards_are_no_clash(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, bed="07", ward="ASH")
    make_inpatient(trust, bed="07", ward="OAK")
    make_inpatient(trust, bed="", ward="OAK")
    make_inpatient(trust, bed="", ward="OAK")
    assert "Two in bed" not in text_of(desk.get(LIST))


def test_a_baby_in_its_mothers_bed_is_no_clash(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, bed="07", patient_class="maternity")
    make_inpatient(trust, bed="07", patient_class="newborn")
    assert "Two in bed" not in text_of(desk.get(LIST))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("o'br", True),
        ("ZOE", True),
        ("zoë o'brien", True),
        ("smith", True),
        ("mith", False),
        ("obrien", True),
        ("brien", True),
        ("o’brien", True),
        ("zoe smith", True),
        ("smith zoe obrien", True),
        ("brien-smith", True),
        ("smith, zoe", True),
        ("rien", False),
        ("zoe jones", False),
        ("'", False),
        (",", False),
        ("999 000 0018", True),
        ("9990000018", True),
        ("999-000-0018", True),
        ("9990000026", False),
        ("h77", True),
        ("H7", False),
        ("V0099", True),
        ("old 1", False),
        ("OLD1", True),
        ("%", False),
        ("_", False),
    ],
)
def test_search_by_any_part_of_a_name_or_a_whole_number(
    desk: Client, trust: Organisation, search: str, found: bool
) -> None:
    spell = make_inpatient(
        trust,
        visit_number="V0099",
        person={
            "family_name": "O'Brien Smith",
            "given_name": "Zoë",
            "nhs_number": "9990000018",
            "local_id": "H77",
        },
    )
    make_person(trust, local_id="OLD1", merged_into=spell.person)
    make_inpatient(trust, person={"family_name": "Other", "given_name": "Una"})
    assert ("O'BRIEN SMITH" in names_in(desk.get(LIST, {"q": search}))) is found


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("days", ["MIDDLE", "ZULU", "ALPHA"]),
        ("admitted", ["ALPHA", "ZULU", "MIDDLE"]),
        ("name", ["ALPHA", "MIDDLE", "ZULU"]),
        ("bed", ["ZULU", "ALPHA", "MIDDLE"]),
        ("expected", ["ALPHA", "MIDDLE", "ZULU"]),
        ("nonsense", ["MIDDLE", "ZULU", "ALPHA"]),
    ],
)
def test_orders(desk: Client, trust: Organisation, sort: str, expected: list[str]) -> None:
    make_inpatient(
        trust, days=1, bed="2", expected_discharge_at=NOON, person={"family_name": "Alpha"}
    )
    make_inpatient(
        trust,
        days=9,
        bed="3",
        expected_discharge_at=NOON + timedelta(days=1),
        person={"family_name": "Middle"},
    )
    make_inpatient(trust, days=5, bed="1", person={"family_name": "Zulu"})
    assert names(desk, f"?sort={sort}") == expected


def test_pages_of_fifty_share_no_row(desk: Client, trust: Organisation) -> None:
    for _ in range(120):
        make_inpatient(trust, days=3)
    pages = [people_in(desk.get(f"{LIST}?page={n}")) for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({person for page in pages for person in page}) == 120


@pytest.mark.parametrize("page", ["99", "0", "-1", "x", "99999999999999999999", "²"])
def test_a_page_that_does_not_exist_shows_one_that_does(
    desk: Client, trust: Organisation, page: str
) -> None:
    make_inpatient(trust, person={"family_name": "Only"})
    assert names(desk, f"?page={page}") == ["ONLY"]


def test_what_an_address_cannot_mean_is_left_out(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, person={"family_name": "Only"})
    assert names(desk, "?stay=8&show=zzz&kind=zzz&sort=%00&ward=%00&q=%00") == ["ONLY"]


@pytest.mark.parametrize("address", [LIST, "/list/rows/"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    desk: Client, trust: Organisation, address: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(address)
        return len(captured)

    for _ in range(10):
        make_inpatient(trust)
    desk.get(address)
    few = queries()
    for _ in range(290):
        make_inpatient(trust)
    assert queries() == few


def test_one_view_is_one_event_with_everyone_shown(
    desk: Client, trust: Organisation, coordinator: User
) -> None:
    people = {str(make_inpatient(trust).person_id) for _ in range(3)}
    desk.get(LIST)
    event = AuditEvent.objects.get(action="list.viewed")
    assert set(event.subjects) == people
    assert event.by == coordinator


def test_a_refresh_audits_only_people_who_were_not_shown_before(
    desk: Client, trust: Organisation
) -> None:
    make_inpatient(trust)
    seen = seen_in(desk.get(LIST))
    assert seen_in(desk.get("/list/rows/", {"seen": seen})) == seen
    assert AuditEvent.objects.filter(action="list.viewed").count() == 1
    arrived = make_inpatient(trust)
    newer = seen_in(desk.get("/list/rows/", {"seen": seen}))
    event = AuditEvent.objects.filter(action="list.viewed").latest("at", "id")
    assert event.subjects == [str(arrived.person_id)]
    desk.get("/list/rows/", {"seen": newer})
    assert AuditEvent.objects.filter(action="list.viewed").count() == 2


def test_another_readers_token_hides_nothing_from_the_audit(
    client: Client, trust: Organisation, coordinator: User, nurse: User
) -> None:
    make_inpatient(trust)
    client.force_login(coordinator)
    seen = seen_in(client.get(LIST))
    client.force_login(nurse)
    client.get("/list/rows/", {"seen": seen})
    assert AuditEvent.objects.filter(action="list.viewed", by=nurse).count() == 1


def test_the_refreshed_part_has_no_page_around_it(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust)
    page = text_of(desk.get("/list/rows/"))
    assert "<html" not in page
    assert "EXAMPLE" in page


def test_states_and_flags_are_words(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, person={"died": True})
    make_inpatient(trust, on_leave_since=NOON - timedelta(hours=2))
    make_inpatient(trust, provisional=True, expected_discharge_at=NOON - timedelta(days=2))
    spell = make_inpatient(trust, expected_discharge_at=NOON + timedelta(hours=2))
    spell.bed_stays.update(inferred=True)
    page = text_of(desk.get(LIST))
    for words in (
        "not yet discharged",
        "since today 10:00",
        "Date passed",
        "2 days ago",
        "Admission not heard",
        "Leaving today",
        "Move not announced",
    ):
        assert words in page, words


def test_a_silent_feed_is_said_on_the_list(desk: Client, trust: Organisation) -> None:
    from homeward.core.models import FeedStatus

    FeedStatus.objects.create(
        feed="PAS", organisation=trust, last_heard_at=NOON - timedelta(hours=5)
    )
    assert "PAS is silent" in text_of(desk.get(LIST))


def test_the_last_census_is_said_and_opens_its_differences(
    desk: Client, trust: Organisation
) -> None:
    from homeward.hospital.models import CensusMatch

    CensusMatch.objects.create(
        organisation=trust,
        at=datetime(2026, 11, 22, tzinfo=LONDON),
        compared_at=NOON,
        agreed=412,
        total=415,
        differences=[
            {"kind": "missing_here", "place": "H123", "theirs": "ASH 04", "ours": ""},
        ],
    )
    assert "412 of 415 beds agreed at 00:00" in text_of(desk.get(LIST))
    page = text_of(desk.get("/list/census/"))
    assert "Missing here" in page
    assert "H123" in page


def test_a_restricted_number_is_veiled_among_the_differences(
    desk: Client, trust: Organisation
) -> None:
    from homeward.hospital.models import CensusMatch

    make_inpatient(trust, ward="OAK", person={"local_id": "H666", "restricted": True})
    CensusMatch.objects.create(
        organisation=trust,
        at=NOON,
        compared_at=NOON,
        agreed=0,
        total=1,
        differences=[
            {"kind": "missing_there", "place": "H666", "theirs": "", "ours": "OAK 04"},
        ],
    )
    page = text_of(desk.get("/list/census/"))
    assert "H666" not in page
    assert "Restricted person" in page


def test_spells_without_a_site_or_bed_are_listed(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, site="", ward="", room="", bed="")
    page = text_of(desk.get(LIST))
    assert "No ward given" in page
    assert Spell.objects.count() == 1


def test_another_organisations_bed_of_the_same_name_is_no_clash(
    desk: Client, trust: Organisation
) -> None:
    make_inpatient(trust, site="S", bed="07")
    make_inpatient(make_organisation("ZT9"), site="S", bed="07")
    assert "Two in bed" not in text_of(desk.get(LIST))
