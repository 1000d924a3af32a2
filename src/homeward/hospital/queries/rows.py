"""One row of the live list, with identity masked where it must be."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from homeward.hospital.domain.readiness import CRITERIA, READY_DATE, Readiness, readiness
from homeward.hospital.models import BedStay, ReadinessFact, Spell
from homeward.hospital.queries.scope import Sight

NOT_SAID = Readiness()


@dataclass(frozen=True, slots=True)
class ListRow:
    """One person in the list. Identity is blank where the reader may not know it."""

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
    masked: bool = False
    clash: bool = False
    readiness: Readiness = NOT_SAID


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
    "site",
    "ward",
    "room",
    "bed",
    "moved_silently",
)


def rows_of(
    spells: QuerySet[Spell], *, sight: Sight, clashing: frozenset[UUID] = frozenset()
) -> list[ListRow]:
    """The spells as list rows in their order, masked as `sight` demands. Two queries."""
    silent = BedStay.objects.filter(spell=OuterRef("pk"), ended_at=None, inferred=True)
    values = spells.annotate(moved_silently=Exists(silent)).values_list(*COLUMNS)
    rows = [ListRow(*value) for value in values]
    ready = _readiness([row.spell for row in rows])
    return [_seen(row, sight, clashing, ready) for row in rows]


def _readiness(spells: list[UUID]) -> dict[UUID, Readiness]:
    """What the feed said of their readiness. One query."""
    facts = ReadinessFact.objects.filter(spell_id__in=spells, kind__in=(CRITERIA, READY_DATE))
    told: dict[UUID, list[tuple[str, str, datetime]]] = defaultdict(list)
    columns = ("spell_id", "kind", "value", "at")
    for spell, kind, value, at in facts.order_by("at", "receipt").values_list(*columns):
        told[spell].append((kind, value, at))
    return {spell: readiness(said) for spell, said in told.items()}


def _seen(
    row: ListRow, sight: Sight, clashing: frozenset[UUID], ready: dict[UUID, Readiness]
) -> ListRow:
    if row.restricted and not sight.knows(
        person=row.person, restricted=True, site=row.site, ward=row.ward
    ):
        row = masked(row)
    if row.spell in clashing or row.spell in ready:
        return replace(row, clash=row.spell in clashing, readiness=ready.get(row.spell, NOT_SAID))
    return row


def masked(row: ListRow) -> ListRow:
    """The row without anything that says who it is; place, days and state stay."""
    return replace(
        row,
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
