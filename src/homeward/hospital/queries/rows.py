"""One row of the live list, with identity masked where it must be."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from homeward.core import bulk
from homeward.hospital.domain.readiness import CRITERIA, READY_DATE, Readiness, readiness
from homeward.hospital.models import BedStay, Person, ReadinessFact, Spell
from homeward.hospital.queries.handles import alias_of
from homeward.hospital.queries.scope import Sight

NOT_SAID = Readiness()


@dataclass(frozen=True, slots=True)
class ListRow:
    """One person in the list.

    masked: the reader may not know who it is; identity is blank, spell and person are aliases.
    """

    spell: UUID
    person: UUID
    restricted: bool
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str
    nhs_number: str
    nhs_number_status: str
    local_id: str
    died: bool
    visit_number: str
    patient_class: str
    provisional: bool
    admitted_at: datetime
    expected_discharge_at: datetime | None
    on_leave_since: datetime | None
    pending: str
    specialty: str
    consultant_name: str
    site: str
    ward: str
    room: str
    bed: str
    inferred: bool
    left_at: datetime | None = None
    masked: bool = field(default=False, kw_only=True)
    clash: bool = field(default=False, kw_only=True)
    readiness: Readiness = field(default=NOT_SAID, kw_only=True)


PLACE = ("site", "ward", "room", "bed")
SPELL = (
    "id",
    "person_id",
    "visit_number",
    "patient_class",
    "provisional",
    "admitted_at",
    "expected_discharge_at",
    "on_leave_since",
    "pending",
    "specialty",
    "consultant_name",
    *PLACE,
    "discharged_at",
)
PERSON = (
    "id",
    "restricted",
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "nhs_number",
    "nhs_number_status",
    "local_id",
    "died",
)
STAY = ("spell_id", "number", "inferred", *PLACE)


def rows_of(
    keys: Sequence[UUID], *, sight: Sight, clashing: frozenset[UUID] = frozenset()
) -> list[ListRow]:
    """Those spells as list rows in that order, masked as `sight` demands. Four queries.

    The keys must come from a query that was scoped to the reader.
    """
    spells = {row[0]: row for row in bulk.select(Spell, SPELL, "id", keys)}
    owners = {row[1] for row in spells.values()}
    people = {row[0]: row for row in bulk.select(Person, PERSON, "id", owners)}
    stays = {row[0]: row for row in sorted(bulk.select(BedStay, STAY, "spell_id", keys))}
    ready = _readiness(keys)
    # Whoever is gone between two queries is left out.
    rows = (
        _row(
            spells[key],
            people[spells[key][1]],
            stays.get(key),
            clash=key in clashing,
            readiness=ready.get(key, NOT_SAID),
        )
        for key in keys
        if key in spells
    )
    return [_seen(row, sight) for row in rows]


def _row(
    spell: bulk.Row, person: bulk.Row, stay: bulk.Row | None, *, clash: bool, readiness: Readiness
) -> ListRow:
    key, owner, *said, site, ward, room, bed, left_at = spell
    inferred = False
    if stay is not None and left_at is None:
        inferred = stay[2]
    elif stay is not None:
        # Whoever left lies nowhere: where they were last.
        site, ward, room, bed = stay[3:]
    return ListRow(
        *(key, owner, *person[1:], *said, site, ward, room, bed, inferred, left_at),
        clash=clash,
        readiness=NOT_SAID if left_at else readiness,
    )


def _readiness(spells: Sequence[UUID]) -> dict[UUID, Readiness]:
    """What the feed said of their readiness. One query."""
    columns = ("at", "receipt", "spell_id", "kind", "value")
    told: dict[UUID, list[tuple[str, str, datetime]]] = defaultdict(list)
    for at, _, spell, kind, value in sorted(
        bulk.select(ReadinessFact, columns, "spell_id", spells)
    ):
        if kind in (CRITERIA, READY_DATE):
            told[spell].append((kind, value, at))
    return {spell: readiness(said) for spell, said in told.items()}


def _seen(row: ListRow, sight: Sight) -> ListRow:
    # Whoever left is on nobody's ward.
    site, ward = (row.site, row.ward) if row.left_at is None else ("", "")
    known = sight.knows(person=row.person, restricted=row.restricted, site=site, ward=ward)
    return row if known else masked(row)


def masked(row: ListRow) -> ListRow:
    """The row without anything that says who it is; place, days and state stay."""
    return replace(
        row,
        spell=alias_of(row.spell),
        person=alias_of(row.person),
        family_name="",
        given_name="",
        birth_date=None,
        sex="",
        nhs_number="",
        nhs_number_status="",
        local_id="",
        visit_number="",
        consultant_name="",
        masked=True,
    )
