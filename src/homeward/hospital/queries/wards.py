"""Wards and their beds as they lie."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from homeward.core.models import User
from homeward.hospital.domain.classes import INPATIENT_CLASSES, PatientClass
from homeward.hospital.domain.length_of_stay import london_date
from homeward.hospital.models import BedStay, Spell, SpellStatus
from homeward.hospital.queries.places import beds_in_use, site_names, wards_in_use
from homeward.hospital.queries.rows import ListRow, rows_of
from homeward.hospital.queries.scope import Sight, open_spells, visible_spells

# A bed nobody has lain in for this long is no longer drawn.
BED_KNOWN_FOR = timedelta(days=90)
# What a place is used for is judged by the stays that began in it during this time.
USE_JUDGED_BY = timedelta(days=7)
# A newborn lies in a cot beside its mother; ED and clinics have trolleys and chairs.
BED_CLASSES = (*INPATIENT_CLASSES, PatientClass.DAY_CASE)
STARTED = (SpellStatus.OPEN, SpellStatus.CLOSED)


@dataclass(frozen=True, slots=True, order=True)
class BedKey:
    """One bed of one ward."""

    site: str
    ward: str
    room: str
    bed: str


@dataclass(frozen=True, slots=True)
class WardSummary:
    """One place in figures. clashes: beds with more than one person.

    is_ward: whether it has beds for inpatients; in other places (ED, day surgery, a lounge)
    somebody may be waiting, but an empty trolley is no empty bed.
    """

    site: str
    site_name: str
    ward: str
    is_ward: bool
    people: int
    occupied: int
    empty: int
    clashes: int


@dataclass(frozen=True, slots=True)
class WardBed:
    """A bed with whoever is in it; empty_since is the end of the last stay in it.

    listed: whether the hospital's own list has it, True as well where there is no list.
    """

    key: BedKey
    people: tuple[ListRow, ...]
    empty_since: datetime | None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Ward:
    """One ward's beds; unplaced: people on it without a bed.

    listed: whether the hospital's own list says which beds it has.
    """

    site: str
    site_name: str
    ward: str
    beds: list[WardBed]
    unplaced: list[ListRow]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class KnownBeds:
    """The beds of an organisation. listed: by ward, what the hospital's own list says.

    seen: beds somebody lay in of late, with the end of the last stay. A ward whose beds are
    listed has exactly these; another has those that were seen, unless it is no ward.
    """

    listed: dict[tuple[str, str], set[BedKey]]
    seen: dict[BedKey, datetime | None]
    wards: set[tuple[str, str]]
    elsewhere: set[tuple[str, str]]

    def is_ward(self, site: str, ward: str) -> bool:
        """Whether the place has beds for inpatients: on the list, or some seen there."""
        if (site, ward) in self.wards:
            return True
        return (site, ward) not in self.elsewhere and any(
            (key.site, key.ward) == (site, ward) for key in self.seen
        )

    def of(self, site: str, ward: str) -> set[BedKey]:
        """The beds of one ward, occupied or not."""
        if (site, ward) in self.listed:
            return self.listed[site, ward]
        if not self.is_ward(site, ward):
            return set()
        return {key for key in self.seen if (key.site, key.ward) == (site, ward)}


def ward_summaries(*, user: User, at: datetime) -> list[WardSummary]:
    """Every ward on the hospital's list or lately used, by site and ward. Six queries."""
    if user.acting is None:
        return []
    known = beds_of(user.acting.organisation_id, at=at)
    people: dict[tuple[str, str], Counter[BedKey]] = defaultdict(Counter)
    in_now = open_spells(user).filter(patient_class__in=BED_CLASSES).exclude(ward="")
    for row in in_now.values_list("site", "ward", "room", "bed"):
        people[row[0], row[1]][BedKey(*row)] += 1
    seen: dict[tuple[str, str], set[BedKey]] = defaultdict(set)
    for key in known.seen:
        seen[key.site, key.ward].add(key)
    places = sorted({*known.wards, *people, *(p for p in seen if known.is_ward(*p))})
    names = site_names({site for site, _ in places})
    return [
        _summary(
            place,
            names.get(place[0], place[0]),
            known.listed.get(place) or seen[place],
            people[place],
            is_ward=known.is_ward(*place),
        )
        for place in places
    ]


def _summary(
    place: tuple[str, str],
    site_name: str,
    known: set[BedKey],
    people: Counter[BedKey],
    *,
    is_ward: bool,
) -> WardSummary:
    occupied = {key for key in people if key.bed}
    return WardSummary(
        site=place[0],
        site_name=site_name,
        ward=place[1],
        is_ward=is_ward,
        people=people.total(),
        occupied=len(occupied),
        empty=len(known - occupied) if is_ward else 0,
        clashes=sum(people[key] > 1 for key in occupied),
    )


def ward_or_none(*, user: User, sight: Sight, site: str, ward: str, at: datetime) -> Ward | None:
    """One ward of the user's organisation, or None when there is no such ward. Ten queries."""
    if user.acting is None:
        return None
    organisation = user.acting.organisation_id
    spells = visible_spells(user)
    known = beds_of(organisation, at=at, place=(site, ward))
    return ward_of(spells, known=known, sight=sight, site=site, ward=ward)


def ward_of(
    spells: QuerySet[Spell], *, known: KnownBeds, sight: Sight, site: str, ward: str
) -> Ward | None:
    """One ward as those spells fill it, or None when there is no such ward. Six queries."""
    in_now = spells.filter(
        status=SpellStatus.OPEN, patient_class__in=BED_CLASSES, site=site, ward=ward
    )
    people: dict[BedKey, list[ListRow]] = defaultdict(list)
    keys = list(in_now.order_by("admitted_at", "pk").values_list("pk", flat=True))
    for row in _with_clashes(rows_of(keys, sight=sight)):
        people[BedKey(row.site, row.ward, row.room, row.bed)].append(row)
    here = known.of(site, ward)
    if not here and not people and (site, ward) not in known.wards:
        return None
    listed = known.listed.get((site, ward))
    return Ward(
        site=site,
        site_name=site_names({site}).get(site, site),
        ward=ward,
        beds=[
            WardBed(
                key,
                tuple(people.get(key, ())),
                None if key in people else known.seen.get(key),
                listed=listed is None or key in listed,
            )
            for key in {key for key in (*here, *people) if key.bed}
        ],
        unplaced=[row for key, rows in people.items() if not key.bed for row in rows],
        listed=listed is not None,
    )


def beds_of(organisation: UUID, *, at: datetime, place: tuple[str, str] | None = None) -> KnownBeds:
    """The hospital's own list, and what is seen in its spells. Four queries.

    place: only what is seen of this site and ward.
    """
    today = london_date(at)
    listed: dict[tuple[str, str], set[BedKey]] = defaultdict(set)
    for row in beds_in_use(organisation, on=today):
        listed[row[0], row[1]].add(BedKey(*row))
    return KnownBeds(
        listed=dict(listed),
        seen=_seen_beds(organisation, at=at, place=place),
        wards=wards_in_use(organisation, on=today),
        elsewhere=_not_for_inpatients(organisation, at=at, place=place),
    )


def _stays_of(organisation: UUID, place: tuple[str, str] | None) -> QuerySet[BedStay]:
    # Joined, never `spell__in`: a database without statistics compares every pair for that.
    stays = BedStay.objects.filter(spell__organisation_id=organisation, spell__status__in=STARTED)
    return stays if place is None else stays.filter(site=place[0], ward=place[1])


def _seen_beds(
    organisation: UUID, *, at: datetime, place: tuple[str, str] | None
) -> dict[BedKey, datetime | None]:
    """Beds someone lay in during the last 90 days, with the end of the last stay. One query."""
    recent = Q(ended_at=None) | Q(ended_at__gte=at - BED_KNOWN_FOR)
    stays = _stays_of(organisation, place).filter(recent, spell__patient_class__in=BED_CLASSES)
    lasts = (
        stays.exclude(bed="")
        .order_by()
        .values_list("site", "ward", "room", "bed")
        .annotate(left=Max("ended_at"))
    )
    return {BedKey(*row[:4]): row[4] for row in lasts}


def _not_for_inpatients(
    organisation: UUID, *, at: datetime, place: tuple[str, str] | None
) -> set[tuple[str, str]]:
    """(site, ward) of places that mostly others use, such as ED. One query."""
    began = _stays_of(organisation, place).filter(started_at__gte=at - USE_JUDGED_BY)
    inpatient = Q(spell__patient_class__in=INPATIENT_CLASSES)
    uses = (
        began.order_by()
        .values_list("site", "ward")
        .annotate(inpatients=Count("pk", filter=inpatient), everyone=Count("pk"))
    )
    return {(site, ward) for site, ward, mine, everyone in uses if 2 * mine < everyone}


def _with_clashes(rows: Iterable[ListRow]) -> list[ListRow]:
    rows = list(rows)
    shared = Counter((row.room, row.bed) for row in rows if row.bed)
    return [replace(row, clash=shared[row.room, row.bed] > 1) for row in rows]
