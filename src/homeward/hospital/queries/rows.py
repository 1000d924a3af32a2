"""One row of the live list, with identity masked where it must be."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from homeward.hospital.domain.readiness import CRITERIA, READY_DATE, Readiness, readiness
from homeward.hospital.models import BedStay, ReadinessFact, Spell
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


COLUMNS = (
    "pk",
    "person_id",
    "person__restricted",
    "person__family_name",
    "person__given_name",
    "person__birth_date",
    "person__sex",
    "person__nhs_number",
    "person__nhs_number_status",
    "person__local_id",
    "person__died",
    "visit_number",
    "patient_class",
    "provisional",
    "admitted_at",
    "expected_discharge_at",
    "on_leave_since",
    "pending",
    "specialty",
    "consultant_name",
)
LEFT_AT = -1
PLACE = ("site", "ward", "room", "bed")


def rows_of(
    spells: QuerySet[Spell],
    keys: Sequence[UUID],
    *,
    sight: Sight,
    clashing: frozenset[UUID] = frozenset(),
    place: tuple[str, ...] = PLACE,
) -> list[ListRow]:
    """Those of the spells as list rows in that order, masked as `sight` demands. Two queries.

    place: the columns of site, ward, room and bed.
    """
    silent = BedStay.objects.filter(spell=OuterRef("pk"), ended_at=None, inferred=True)
    columns = (*COLUMNS, *place, "moved_silently", "discharged_at")
    values = spells.filter(pk__in=keys).annotate(moved_silently=Exists(silent)).order_by()
    found = {value[0]: value for value in values.values_list(*columns)}
    ready = _readiness([key for key, value in found.items() if value[LEFT_AT] is None])
    # Whoever left between two queries is left out.
    rows = (
        ListRow(*value, clash=key in clashing, readiness=ready.get(key, NOT_SAID))
        for key in keys
        if (value := found.get(key)) is not None
    )
    return [_seen(row, sight) for row in rows]


def _readiness(spells: list[UUID]) -> dict[UUID, Readiness]:
    """What the feed said of their readiness. One query."""
    facts = ReadinessFact.objects.filter(spell_id__in=spells, kind__in=(CRITERIA, READY_DATE))
    told: dict[UUID, list[tuple[str, str, datetime]]] = defaultdict(list)
    columns = ("spell_id", "kind", "value", "at")
    for spell, kind, value, at in facts.order_by("at", "receipt").values_list(*columns):
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
