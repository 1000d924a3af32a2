"""People who left lately: found when a search finds nobody in hospital."""

from datetime import timedelta

import pytest
from django.test import Client

from homeward.core.models import Organisation, User
from homeward.hospital.models import Spell
from tests.factories_hospital import NOON, make_inpatient
from tests.integration.hospital.pages import LIST, names, names_in, text_of


def left(
    trust: Organisation, days_ago: float, family_name: str = "Gone", **fields: object
) -> Spell:
    person = {"family_name": family_name} | fields.pop("person", {})  # type: ignore[operator]
    gone = NOON - timedelta(days=days_ago)
    values = {"days": 8 + int(days_ago), "status": "closed", "discharged_at": gone} | fields
    spell = make_inpatient(trust, person=person, **values)
    # As the feed leaves it: nobody who left lies anywhere.
    Spell.objects.filter(pk=spell.pk).update(site="", ward="", room="", bed="")
    return spell


def test_those_who_left_are_listed_newest_first(desk: Client, trust: Organisation) -> None:
    make_inpatient(trust, person={"family_name": "Here"})
    left(trust, 3, "Three")
    left(trust, 1, "One")
    left(trust, 91, "Ninetyone")
    left(trust, 89, "Eightynine")
    assert names(desk, "?kind=left") == ["ONE", "THREE", "EIGHTYNINE"]


def test_their_row_says_where_they_were_how_long_and_when_they_left(
    desk: Client, trust: Organisation
) -> None:
    left(trust, 1, bed="07")
    page = text_of(desk.get(f"{LIST}?kind=left"))
    for words in ("bed 07", "8 days", "Left", "yesterday 12:00"):
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ward=ASH", ["ASHE"]),
        ("ward=OAK", ["OAKE"]),
        ("site=ZT101", ["ASHE", "OAKE"]),
        ("stay=14", []),
        ("stay=7", ["ASHE", "OAKE"]),
        ("sort=name", ["ASHE", "OAKE"]),
        ("sort=bed", ["ASHE", "OAKE"]),
    ],
)
def test_filters_hold_for_them_too(
    desk: Client, trust: Organisation, query: str, expected: list[str]
) -> None:
    left(trust, 1, "Ashe", ward="ASH")
    left(trust, 2, "Oake", ward="OAK")
    assert names(desk, f"?kind=left&{query}") == expected


def test_a_search_that_finds_nobody_here_says_who_left(desk: Client, trust: Organisation) -> None:
    left(trust, 2, "Jones")
    left(trust, 5, "Jones")
    page = text_of(desk.get(LIST, {"q": "jones", "ward": "ASH"}))
    assert "Nobody here now matches “jones”." in page
    assert "2 people who left in the last 90 days match" in page
    assert 'href="/list/?kind=left&q=jones"' in page
    assert names_in(desk.get("/list/?kind=left&q=jones")) == ["JONES", "JONES"]


def test_a_search_that_finds_somebody_here_does_not(desk: Client, trust: Organisation) -> None:
    left(trust, 2, "Jones")
    make_inpatient(trust, person={"family_name": "Jones"})
    assert "who left in the last" not in text_of(desk.get(LIST, {"q": "jones"}))


def test_a_search_that_finds_nobody_at_all_says_only_that(desk: Client) -> None:
    page = text_of(desk.get(LIST, {"q": "jones"}))
    assert "Nobody here now matches" in page
    assert "who left in the last 90 days match" not in page


def test_no_search_tells_that_a_restricted_person_was_here(
    desk: Client, trust: Organisation
) -> None:
    left(trust, 2, "Secret", person={"restricted": True})
    assert "who left in the last 90 days match" not in text_of(desk.get(LIST, {"q": "secret"}))
    assert names(desk, "?kind=left") == ["Restricted person"]
    assert names(desk, "?kind=left&q=secret") == []


def test_a_restricted_person_who_left_the_own_ward_is_masked(
    client: Client, nurse: User, trust: Organisation
) -> None:
    client.force_login(nurse)
    left(trust, 2, "Secret", person={"restricted": True})
    assert names(client, "?kind=left") == ["Restricted person"]


def test_a_stranger_does_not_find_them(client: Client, trust: Organisation, stranger: User) -> None:
    left(trust, 2, "Jones")
    client.force_login(stranger)
    assert names(client, "?kind=left") == []
    assert "who left in the last 90 days match" not in text_of(client.get(LIST, {"q": "jones"}))
