"""Hold listed spells, from wherever they come, against the table of expected end states."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.integration.corpus import adapter
from tests.integration.corpus.expected_end_states import Bed, ExpectedSpell, Sequence, Stay

Rows = list[dict[str, Any]]


def found_spells(sequence: Sequence, rows: Rows) -> dict[str, dict[str, Any]]:
    by_visit = {adapter.visit_of(row): row for row in rows}
    assert len(by_visit) == len(rows), "a visit is listed twice"
    expected = {spell.visit for spell in sequence.listed}
    assert expected <= set(by_visit), "a spell is missing"
    assert set(by_visit) - expected <= set(sequence.never_open) | unasked(sequence)
    return by_visit


def unasked(sequence: Sequence) -> set[str]:
    """A specimen with nothing expected is only held to the rules for every spell."""
    return set() if sequence.listed or sequence.never_open else {"123412341234"}


def beds_of(row: dict[str, Any]) -> list[Stay]:
    return [
        Stay(
            Bed(one["ward"] or "", one["room"] or "", one["bed"] or ""),
            adapter.moment(one["from"]),
            adapter.moment(one["to"]),
        )
        for one in row["bed_stays"]
    ]


def check_every_spell(row: dict[str, Any], sequence: Sequence) -> None:
    """What holds for any spell: stays follow on, begin at admission and end at discharge."""
    admitted, discharged = adapter.moment(row["admitted_at"]), adapter.moment(row["discharged_at"])
    stays = beds_of(row)
    assert not {one.bed for one in stays} & set(sequence.never_in)
    for one in stays:
        assert one.start is not None
        assert one.end is None or one.end > one.start
    for earlier, later in pairwise(stays):
        assert earlier.end is not None
        assert later.start is not None
        assert earlier.end <= later.start
    if stays and admitted is not None:
        assert stays[0].start == admitted
    if stays:
        assert stays[-1].end == discharged
    assert row["nhs_number"] is None, "the numbers of this corpus are not valid NHS numbers"


def check_spell(row: dict[str, Any], expected: ExpectedSpell) -> None:
    assert row["local_id"] == expected.owner
    if expected.kind:
        assert adapter.class_letter(row) == expected.kind
    admitted = adapter.moment(row["admitted_at"])
    if expected.admitted:
        assert admitted in expected.admitted
    assert adapter.moment(row["discharged_at"]) == expected.discharged
    check_person(row, expected)
    if expected.destination_cleared:
        assert not row["discharge_destination"]
    check_beds(row, expected, admitted)


def check_person(row: dict[str, Any], expected: ExpectedSpell) -> None:
    for field, value in (
        ("family_name", expected.family_name),
        ("given_name", expected.given_name),
        ("birth_date", expected.birth_date),
    ):
        if value is not None:
            assert row[field] == value


def check_beds(row: dict[str, Any], expected: ExpectedSpell, admitted: datetime | None) -> None:
    if expected.stays is not None:
        wanted = [Stay(one.bed, one.start or admitted, one.end) for one in expected.stays]
        assert beds_of(row) == wanted
    if expected.last_in:
        assert Bed(row["ward"] or "", row["room"] or "", row["bed"] or "") in expected.last_in


def check(sequence: Sequence, rows: Rows) -> None:
    """Hold the spells that are listed against what the sequence must end in."""
    spells = found_spells(sequence, rows)
    for row in spells.values():
        check_every_spell(row, sequence)
    for expected in sequence.listed:
        check_spell(spells[expected.visit], expected)
    for visit in sequence.never_open:
        listed = spells.get(visit)
        assert listed is None or listed["discharged_at"] or adapter.class_letter(listed) != "I"
