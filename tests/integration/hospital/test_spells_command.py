"""`homeward spells`: stable lines that other systems read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.core.models import AuditEvent, Organisation
from tests.factories import make_organisation
from tests.factories_hospital import NOON, make_inpatient, make_spell, make_stay

KEYS = [
    *("spell", "nhs_number", "local_id", "family_name", "given_name", "birth_date", "sex"),
    *("class", "site", "ward", "room", "bed", "admitted_at", "discharged_at"),
    *("expected_discharge_at", "discharge_destination", "specialty", "bed_stays"),
]


def spells(*options: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("spells", "--json", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_has_the_documented_keys_in_their_order(trust: Organisation) -> None:
    make_inpatient(
        trust,
        days=3,
        visit_number="V1",
        room="B2",
        bed="04",
        person={"local_id": "H1", "family_name": "Şahin", "nhs_number": "9990000018"},
    )
    (line,) = spells()
    assert list(line) == KEYS
    assert list(line["bed_stays"][0]) == ["site", "ward", "room", "bed", "from", "to"]
    assert line == {
        "spell": "V1",
        "nhs_number": "9990000018",
        "local_id": "H1",
        "family_name": "Şahin",
        "given_name": "Ada",
        "birth_date": "1944-05-12",
        "sex": "F",
        "class": "inpatient",
        "site": "ZT101",
        "ward": "ASH",
        "room": "B2",
        "bed": "04",
        "admitted_at": "2026-11-19T12:00:00+00:00",
        "discharged_at": None,
        "expected_discharge_at": None,
        "discharge_destination": None,
        "specialty": "300",
        "bed_stays": [
            {
                "site": "ZT101",
                "ward": "ASH",
                "room": "B2",
                "bed": "04",
                "from": "2026-11-19T12:00:00+00:00",
                "to": None,
            }
        ],
    }


def test_times_carry_the_offset_london_had_then(trust: Organisation) -> None:
    make_inpatient(trust, admitted_at=datetime(2026, 7, 1, 8, 30, tzinfo=UTC))
    assert spells()[0]["admitted_at"] == "2026-07-01T09:30:00+01:00"


@pytest.fixture
def moved(trust: Organisation) -> None:
    """In ASH for a day, in OAK for a day, then gone; beside one who is still in."""
    spell = make_inpatient(
        trust,
        days=3,
        visit_number="GONE",
        status="closed",
        discharged_at=NOON - timedelta(days=1),
        discharge_destination="19",
        ward="",
    )
    began = NOON - timedelta(days=3)
    make_stay(spell, 1, ward="ASH", started_at=began, ended_at=began + timedelta(days=1))
    make_stay(spell, 2, ward="OAK", started_at=began + timedelta(days=1))
    make_inpatient(trust, days=1, visit_number="IN")


def test_open_leaves_out_those_who_left(moved: None) -> None:
    assert [line["spell"] for line in spells("--open")] == ["IN"]
    assert [line["spell"] for line in spells()] == ["GONE", "IN"]


def test_a_closed_spell_keeps_its_last_place(moved: None) -> None:
    line = spells()[0]
    assert (line["ward"], line["discharge_destination"]) == ("OAK", "19")
    assert line["discharged_at"] == "2026-11-21T12:00:00+00:00"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-19T11:59:59+00:00", []),
        ("2026-11-19T12:00:00+00:00", [("GONE", "ASH", 1)]),
        ("2026-11-20T12:00", [("GONE", "OAK", 2)]),
        ("2026-11-21T11:59:59", [("GONE", "OAK", 2)]),
        ("2026-11-21T12:00:00Z", [("IN", "ASH", 1)]),
    ],
)
def test_at_tells_the_state_as_it_was(
    moved: None, at: str, expected: list[tuple[str, str, int]]
) -> None:
    lines = spells("--at", at)
    assert [(row["spell"], row["ward"], len(row["bed_stays"])) for row in lines] == expected
    assert all(row["discharged_at"] is None for row in lines)
    assert all(row["bed_stays"][-1]["to"] is None for row in lines)


@pytest.mark.parametrize("status", ["cancelled", "deleted", "merged", "planned"])
def test_spells_that_never_began_are_not_told(trust: Organisation, status: str) -> None:
    make_inpatient(trust, status=status)
    assert spells() == []


def test_every_class_is_told_by_its_word(trust: Organisation) -> None:
    for word in ("inpatient", "maternity", "newborn", "day_case", "emergency", "outpatient"):
        make_inpatient(trust, patient_class=word)
    assert {line["class"] for line in spells()} == {
        "inpatient",
        "maternity",
        "newborn",
        "day_case",
        "emergency",
        "outpatient",
    }


def test_org_chooses_one_organisation(trust: Organisation) -> None:
    make_inpatient(trust, visit_number="OURS")
    make_inpatient(make_organisation("ZT9"), visit_number="THEIRS")
    assert [line["spell"] for line in spells("--org", "zt9")] == ["THEIRS"]
    assert len(spells()) == 2


@pytest.mark.parametrize(
    ("options", "named"),
    [(("--at", "noon"), "--at"), (("--org", "NOPE"), "--org")],
)
def test_bad_options_are_named(db: None, options: tuple[str, ...], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        spells(*options)


def test_the_table_is_readable(trust: Organisation) -> None:
    make_inpatient(trust, visit_number="V1", person={"family_name": "Jones"})
    out = StringIO()
    call_command("spells", stdout=out)
    head, row, count = out.getvalue().splitlines()
    assert head.startswith("Spell")
    assert row.startswith("V1 ")
    assert "JONES, Ada" in row
    assert count == "spells=1"


def test_the_number_of_queries_does_not_grow_with_spells(
    trust: Organisation, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for _ in range(60):
        make_spell(make_inpatient(trust).person, status="closed", discharged_at=NOON)
    with django_assert_max_num_queries(6):
        assert len(spells()) == 120


def test_printing_spells_is_audited(trust: Organisation) -> None:
    make_inpatient(trust)
    spells("--org", "ZT1")
    event = AuditEvent.objects.get(action="spells.exported")
    assert (event.organisation, event.detail["spells"]) == (trust, 1)
