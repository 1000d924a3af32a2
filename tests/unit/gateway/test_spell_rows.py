"""Rows of a spells file become the messages the hospital would have sent."""

from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from homeward.gateway.domain.hl7 import read_message
from homeward.gateway.domain.settings import FeedSettings
from homeward.gateway.domain.spell_rows import SpellRow, messages_of

SETTINGS = FeedSettings("pas", "RZZ", zone=ZoneInfo("Europe/London"))


def row(**cells):
    wanted = {"spell": "V1", "local_id": "1", "ward": "ASH", "admitted_at": "2026-07-01T10:00"}
    return SpellRow.model_validate(wanted | cells)


def test_someone_in_bed_is_one_admission():
    (raw,) = messages_of(row(nhs_number="999 000 0018", bed="04"), SETTINGS)
    message = read_message(raw)
    assert message.value("MSH", 9, 2) == "A01"
    assert message.repetitions("PID", 3)[1][0] == "9990000018"
    assert message.repetitions("PV1", 3)[0][:3] == ["ASH", "", "04"]


def test_a_time_without_an_offset_is_in_the_feeds_own_zone():
    (raw,) = messages_of(row(), SETTINGS)
    assert read_message(raw).value("PV1", 44) == "20260701090000+0000"


def test_someone_who_left_is_an_admission_and_a_discharge():
    left = row(discharged_at="2026-07-04T16:30:00+01:00", discharge_destination="19")
    admission, discharge = (read_message(raw) for raw in messages_of(left, SETTINGS))
    assert admission.value("PV1", 45) == ""
    assert discharge.value("MSH", 9, 2) == "A03"
    assert discharge.value("PV1", 36) == "19"
    assert discharge.value("PV1", 45) == "20260704153000+0000"


def test_the_same_row_gives_the_same_bytes():
    assert messages_of(row(), SETTINGS) == messages_of(row(), SETTINGS)


def test_a_changed_row_has_another_control_id():
    first, second = (read_message(messages_of(row(bed=bed), SETTINGS)[0]) for bed in "12")
    assert first.value("MSH", 10) != second.value("MSH", 10)


def test_names_with_delimiters_come_back_as_they_were():
    (raw,) = messages_of(row(family_name="O'Neil & Sons|^~\\", given_name="Zoë"), SETTINGS)
    assert read_message(raw).repetitions("PID", 5)[0][:2] == ["O'Neil & Sons|^~\\", "Zoë"]


@pytest.mark.parametrize("name", ["emergency", "outpatient", "recurring"])
def test_someone_not_admitted_is_registered(name):
    (raw,) = messages_of(row(**{"class": name}), SETTINGS)
    assert read_message(raw).value("MSH", 9, 2) == "A04"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"nhs_number": "9990000019"}, "check digit"),
        ({"class": "unknown"}, "is none of"),
        ({"admitted_at": "2026-11-31"}, "date"),
        ({"discharged_at": "2026-06-30T10:00"}, "before admitted_at"),
        ({"sex": "X"}, "pattern"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused(cells, why):
    with pytest.raises(ValidationError, match=why):
        row(**cells)
