"""Everything known of one person, for the page about them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from homeward.core.models import User
from homeward.hospital.models import (
    BedStay,
    Person,
    PersonIdentifier,
    ReadinessFact,
    Spell,
    SpellStatus,
)
from homeward.hospital.queries.scope import Sight, every_person, every_spell, visible_people


@dataclass(frozen=True, slots=True)
class KnownAs:
    """Another record of the same person, merged into this one."""

    person: UUID
    family_name: str
    given_name: str
    local_authority: str
    local_id: str
    nhs_number: str


@dataclass(frozen=True, slots=True)
class SentIdentifier:
    """An identifier as it was sent, valid or not."""

    authority: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Stay:
    """One stretch in one place. The heard times are when we were told."""

    site: str
    ward: str
    room: str
    bed: str
    started_at: datetime
    started_heard_at: datetime
    ended_at: datetime | None
    ended_heard_at: datetime | None
    inferred: bool


@dataclass(frozen=True, slots=True)
class SentFact:
    """A readiness fact from the feed."""

    kind: str
    value: str
    text: str
    at: datetime
    heard_at: datetime
    receipt: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One spell with its bed stays and facts, oldest stay first."""

    spell: UUID
    visit_number: str
    patient_class: str
    status: str
    provisional: bool
    admitted_at: datetime | None
    admitted_heard_at: datetime | None
    discharged_at: datetime | None
    discharged_heard_at: datetime | None
    expected_discharge_at: datetime | None
    admission_method: str
    discharge_method: str
    discharge_destination: str
    specialty: str
    consultant_name: str
    on_leave_since: datetime | None
    leaves: list[list[str | None]]
    pending: str
    site: str
    ward: str
    room: str
    bed: str
    stays: list[Stay] = field(default_factory=list)
    facts: list[SentFact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person with visits, newest first."""

    person: UUID
    family_name: str
    given_name: str
    title: str
    birth_date: date | None
    sex: str
    nhs_number: str
    nhs_number_status: str
    local_authority: str
    local_id: str
    address: str
    postcode: str
    phone: str
    gp_practice: str
    died: bool
    died_at: datetime | None
    restricted: bool
    deleted: bool
    visits: list[Visit]
    identifiers: list[SentIdentifier]
    known_as: list[KnownAs]


@dataclass(frozen=True, slots=True)
class PersonGate:
    """What must be settled before anything is shown: where to go, and whether they are known."""

    person: UUID
    merged_into: UUID | None
    restricted: bool
    known: bool


PERSON_FIELDS = (
    "family_name",
    "given_name",
    "title",
    "birth_date",
    "sex",
    "nhs_number",
    "nhs_number_status",
    "local_authority",
    "local_id",
    "address",
    "postcode",
    "phone",
    "gp_practice",
    "died",
    "died_at",
    "restricted",
    "deleted",
)
VISIT_FIELDS = (
    "visit_number",
    "patient_class",
    "status",
    "provisional",
    "admitted_at",
    "admitted_heard_at",
    "discharged_at",
    "discharged_heard_at",
    "expected_discharge_at",
    "admission_method",
    "discharge_method",
    "discharge_destination",
    "specialty",
    "consultant_name",
    "on_leave_since",
    "leaves",
    "pending",
    "site",
    "ward",
    "room",
    "bed",
)
STAY_FIELDS = (
    "site",
    "ward",
    "room",
    "bed",
    "started_at",
    "started_heard_at",
    "ended_at",
    "ended_heard_at",
    "inferred",
)


def person_gate(*, user: User, sight: Sight, person: UUID) -> PersonGate | None:
    """Whether the user may open that person. None for a stranger's. One or two queries."""
    row = visible_people(user).filter(pk=person).values_list("merged_into_id", "restricted").first()
    if row is None:
        return None
    merged_into, restricted = row
    known = not restricted or person in sight.opened or _on_own_ward(sight, person)
    return PersonGate(person, merged_into, restricted, known)


def _on_own_ward(sight: Sight, person: UUID) -> bool:
    if not sight.ward:
        return False
    here = every_spell().filter(
        person_id=person, status=SpellStatus.OPEN, site=sight.site, ward=sight.ward
    )
    return here.exists()


def person_record(*, user: User, person: UUID) -> PersonRecord:
    """Everything the feed says of one person. Six queries.

    Raises Person.DoesNotExist for a person of another organisation. Whether a restricted
    person may be shown is settled before, by `person_gate`.
    """
    found: Person = visible_people(user).get(pk=person)
    absorbed = list(every_person().filter(merged_into=person).order_by("local_id", "pk"))
    everyone = [person, *(other.pk for other in absorbed)]
    sent = PersonIdentifier.objects.filter(person_id__in=everyone).order_by("authority", "value")
    return PersonRecord(
        person=person,
        **{name: getattr(found, name) for name in PERSON_FIELDS},
        visits=_visits(person),
        identifiers=[SentIdentifier(i.authority, i.kind, i.value) for i in sent],
        known_as=[
            KnownAs(o.pk, o.family_name, o.given_name, o.local_authority, o.local_id, o.nhs_number)
            for o in absorbed
        ],
    )


def _visits(person: UUID) -> list[Visit]:
    shown = (SpellStatus.OPEN, SpellStatus.CLOSED, SpellStatus.PLANNED, SpellStatus.CANCELLED)
    spells = (
        every_spell()
        .filter(person_id=person, status__in=shown)
        .prefetch_related("bed_stays", "readiness_facts")
        .order_by("-admitted_at", "-pk")
    )
    return sorted((_visit(spell) for spell in spells), key=_newest_first)


def _newest_first(visit: Visit) -> tuple[bool, float]:
    # Open visits lead, then the latest admission; a planned visit has none yet.
    began = visit.admitted_at.timestamp() if visit.admitted_at else 0.0
    return (visit.status != SpellStatus.OPEN, -began)


def _visit(spell: Spell) -> Visit:
    return Visit(
        spell=spell.pk,
        **{name: getattr(spell, name) for name in VISIT_FIELDS},
        stays=[_stay(stay) for stay in spell.bed_stays.all()],
        facts=[_fact(fact) for fact in spell.readiness_facts.all()],
    )


def _stay(stay: BedStay) -> Stay:
    return Stay(**{name: getattr(stay, name) for name in STAY_FIELDS})


def _fact(fact: ReadinessFact) -> SentFact:
    return SentFact(fact.kind, fact.value, fact.text, fact.at, fact.heard_at, fact.receipt)
