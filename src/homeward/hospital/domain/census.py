"""Comparing the live list with the hospital's own midnight list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from homeward.hospital.domain.events import Place


class DifferenceKind(StrEnum):
    """What does not agree."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    DIFFERENT_BED = "different_bed"
    TWO_IN_ONE_BED = "two_in_one_bed"


DIFFERENCE_WORDS: dict[DifferenceKind, str] = {
    DifferenceKind.MISSING_HERE: "missing here",
    DifferenceKind.MISSING_THERE: "missing there",
    DifferenceKind.DIFFERENT_BED: "different bed",
    DifferenceKind.TWO_IN_ONE_BED: "two in one bed",
}


@dataclass(frozen=True, slots=True)
class CensusRow:
    """One person on the hospital's own list. line: its line in the file, from 1."""

    line: int
    local_id: str
    nhs_number: str
    place: Place


@dataclass(frozen=True, slots=True)
class InBed:
    """One inpatient on our list at the same moment; key is our key of the person."""

    key: str
    local_id: str
    nhs_number: str
    place: Place


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree, in keys and places, never in names."""

    kind: DifferenceKind
    who: str
    theirs: str
    ours: str


@dataclass(slots=True)
class Comparison:
    """What a census says. total: people on either list; agreed: in one bed on both."""

    agreed: int = 0
    total: int = 0
    differences: list[Difference] = field(default_factory=list)


def compare(theirs: Sequence[CensusRow], ours: Sequence[InBed]) -> Comparison:
    """Match people by local number, else by NHS number, and compare their beds.

    A site or room that their list leaves out is not compared. Two people in one bed on
    either list are named beside the rest and change no count.
    """
    result = Comparison()
    by_local = {row.local_id.casefold(): row for row in ours if row.local_id}
    by_nhs = {row.nhs_number: row for row in ours if row.nhs_number}
    matched: set[str] = set()
    for row in theirs:
        found = _match(row, by_local, by_nhs)
        if found is None:
            _differ(result, DifferenceKind.MISSING_HERE, who(row), row.place, None)
        else:
            matched.add(found.key)
            _compare_beds(result, row, found)
    for here in ours:
        if here.key not in matched:
            _differ(result, DifferenceKind.MISSING_THERE, who(here), None, here.place)
    result.differences += _shared(theirs, ours)
    return result


def who(row: CensusRow | InBed) -> str:
    """How a person is named in a comparison: by number, never by name."""
    return row.local_id or row.nhs_number or "no number"


def place_text(place: Place) -> str:
    """A place as one label: site, ward, room and bed, those that are known."""
    return " ".join(part for part in (place.site, place.ward, place.room, place.bed) if part)


def _match(row: CensusRow, by_local: dict[str, InBed], by_nhs: dict[str, InBed]) -> InBed | None:
    found = by_local.get(row.local_id.casefold()) if row.local_id else None
    return found or (by_nhs.get(row.nhs_number) if row.nhs_number else None)


def _compare_beds(result: Comparison, row: CensusRow, here: InBed) -> None:
    pairs = [
        (row.place.ward, here.place.ward),
        (row.place.bed, here.place.bed),
        *((t, o) for t, o in ((row.place.site, here.place.site),) if t),
        *((t, o) for t, o in ((row.place.room, here.place.room),) if t),
    ]
    if all(t.casefold() == o.casefold() for t, o in pairs):
        result.agreed += 1
        result.total += 1
    else:
        _differ(result, DifferenceKind.DIFFERENT_BED, who(row), row.place, here.place)


def _differ(
    result: Comparison, kind: DifferenceKind, name: str, theirs: Place | None, ours: Place | None
) -> None:
    result.total += 1
    result.differences.append(
        Difference(
            kind, name, place_text(theirs) if theirs else "", place_text(ours) if ours else ""
        )
    )


def _shared(theirs: Sequence[CensusRow], ours: Sequence[InBed]) -> list[Difference]:
    there, here = _sharers(theirs), _sharers(ours)
    return [
        Difference(
            DifferenceKind.TWO_IN_ONE_BED,
            bed,
            ", ".join(there.get(bed, [])),
            ", ".join(here.get(bed, [])),
        )
        for bed in sorted({*there, *here})
    ]


def _sharers(rows: Iterable[CensusRow | InBed]) -> dict[str, list[str]]:
    beds: dict[Place, list[str]] = defaultdict(list)
    for row in rows:
        if row.place.bed:
            beds[row.place].append(who(row))
    return {place_text(place): sorted(names) for place, names in beds.items() if len(names) > 1}
