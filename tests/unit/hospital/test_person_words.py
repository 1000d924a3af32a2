"""The sentence that heads a person's page, and other words on it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from homeward.hospital.presenters.person import heard_words, identifier_words, sentence
from homeward.hospital.queries.people import PersonRecord, SentFact, SentIdentifier, Visit

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
VISIT = Visit(
    spell=UUID(int=1),
    visit_number="V1",
    patient_class="inpatient",
    status="open",
    provisional=False,
    admitted_at=NOON - timedelta(days=12),
    admitted_heard_at=None,
    discharged_at=None,
    discharged_heard_at=None,
    expected_discharge_at=None,
    admission_method="",
    discharge_method="",
    discharge_destination="",
    specialty="",
    consultant_name="",
    on_leave_since=None,
    leaves=[],
    pending="",
    site="S",
    ward="ASH",
    room="B2",
    bed="4",
)
RECORD = PersonRecord(
    person=UUID(int=2),
    family_name="Jones",
    given_name="Ada",
    title="",
    birth_date=date(1944, 5, 12),
    sex="F",
    nhs_number="",
    nhs_number_status="",
    local_authority="",
    local_id="",
    address="",
    postcode="",
    phone="",
    gp_practice="",
    died=False,
    died_at=None,
    restricted=False,
    deleted=False,
    visits=[VISIT],
    identifiers=[],
    known_as=[],
)
HERE = "In hospital for 12 days, on ASH, B2 bed 4."
LEFT = {"status": "closed", "discharged_at": NOON - timedelta(hours=2)}
READY = SentFact("discharge_ready_date", "2026-11-18", "", NOON, NOON, 1)
MEETS = SentFact("criteria_to_reside", "yes", "", NOON, NOON, 1)


@pytest.mark.parametrize(
    ("visit", "person", "expected"),
    [
        ({}, {}, f"{HERE} No expected date of leaving has been given."),
        (
            {"expected_discharge_at": NOON - timedelta(days=3)},
            {},
            f"{HERE} Was expected to leave 3 days ago.",
        ),
        (
            {"facts": [READY], "expected_discharge_at": NOON},
            {},
            f"{HERE} Ready for 4 days. Expected to leave today 12:00.",
        ),
        (
            {"facts": [MEETS], "expected_discharge_at": NOON},
            {},
            f"{HERE} Needs hospital care. Expected to leave today 12:00.",
        ),
        ({"on_leave_since": NOON - timedelta(hours=2)}, {}, f"{HERE} On leave since today 10:00."),
        ({}, {"died": True}, f"{HERE} Died, and not yet discharged."),
        (
            {"admitted_at": NOON, "ward": ""},
            {},
            "In hospital since today. No expected date of leaving has been given.",
        ),
        (
            {"patient_class": "emergency"},
            {},
            "Emergency department for 12 days, on ASH, B2 bed 4. "
            "No expected date of leaving has been given.",
        ),
        (LEFT, {}, "Not in hospital. Left today 10:00."),
        (LEFT, {"died": True}, "Died."),
        (LEFT, {"died": True, "died_at": NOON}, "Died on 22 Nov 2026."),
    ],
)
def test_one_sentence_says_where_they_stand(
    visit: dict[str, object], person: dict[str, object], expected: str
) -> None:
    record = replace(RECORD, visits=[replace(VISIT, **visit)], **person)  # type: ignore[arg-type]
    assert sentence(record, at=NOON) == expected


def test_nobody_ever_admitted_is_said_so() -> None:
    assert sentence(replace(RECORD, visits=[]), at=NOON) == "Not in hospital."


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "heard at once"),
        (-5, "heard at once"),
        (30, "heard 30 minutes later"),
        (150, "heard 2 hours later"),
        (60 * 24 * 3, "heard 3 days later"),
    ],
)
def test_how_late_we_heard(minutes: int, words: str) -> None:
    assert heard_words(NOON, NOON + timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("authority", "kind", "value", "words"),
    [
        ("NHS", "NH", "9434765919", "Check digit right"),
        ("NHS", "NH", "9434765918", "Fails the check digit, not used"),
        ("NHS", "NH", "9990000018", "Test number"),
        ("ZT1", "MR", "9434765918", "As sent"),
    ],
)
def test_identifiers_say_whether_they_can_be_right(
    authority: str, kind: str, value: str, words: str
) -> None:
    assert identifier_words(SentIdentifier(authority, kind, value)) == words
