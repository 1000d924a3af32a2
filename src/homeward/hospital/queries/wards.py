"""Wards and their beds as they lie."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from homeward.core.models import Organisation, User
from homeward.hospital.domain.classes import INPATIENT_CLASSES, PatientClass
from homeward.hospital.models import BedStay, Spell, SpellStatus
from homeward.hospital.queries.rows import ListRow, rows_of
from homeward.hospital.queries.scope import Sight, open_spells, visible_spells

# A bed nobody has lain in for this long is no longer drawn.
BED_KNOWN_FOR = timedelta(days=90)
# A newborn lies in a cot beside its mother; ED and clinics have trolleys and chairs.
BED_CLASSES = (*INPATIENT_CLASSES, PatientClass.DAY_CASE)


@dataclass(frozen=True, slots=True, order=True)
class BedKey:
    """One bed of one ward."""

    site: str
    ward: str
    room: str
    bed: str


@dataclass(frozen=True, slots=True)
class WardSummary:
    """One ward in figures. clashes: beds with more than one person."""

    site: str
    site_name: str
    ward: str
    people: int
    occupied: int
    empty: int
    clashes: int


@dataclass(frozen=True, slots=True)
class WardBed:
    """A bed with whoever is in it; empty_since is the end of the last stay in it."""

    key: BedKey
    people: tuple[ListRow, ...]
    empty_since: datetime | None


@dataclass(frozen=True, slots=True)
class Ward:
    """One ward's beds; unplaced: people on it without a bed."""

    site: str
    site_name: str
    ward: str
    beds: list[WardBed]
    unplaced: list[ListRow]


def ward_summaries(*, user: User, at: datetime) -> list[WardSummary]:
    """Every ward with someone in it in the last 90 days, by site and ward. Three queries."""
    known: dict[tuple[str, str], set[BedKey]] = defaultdict(set)
    for key in known_beds(visible_spells(user), at=at):
        known[key.site, key.ward].add(key)
    people: dict[tuple[str, str], Counter[BedKey]] = defaultdict(Counter)
    in_now = open_spells(user).filter(patient_class__in=BED_CLASSES).exclude(ward="")
    for row in in_now.values_list("site", "ward", "room", "bed"):
        people[row[0], row[1]][BedKey(*row)] += 1
    places = sorted({*known, *people})
    names = site_names({site for site, _ in places})
    return [
        _summary(place, names.get(place[0], place[0]), known[place], people[place])
        for place in places
    ]


def _summary(
    place: tuple[str, str], site_name: str, known: set[BedKey], people: Counter[BedKey]
) -> WardSummary:
    occupied = {key for key in people if key.bed}
    return WardSummary(
        site=place[0],
        site_name=site_name,
        ward=place[1],
        people=people.total(),
        occupied=len(occupied),
        empty=len(known - occupied),
        clashes=sum(people[key] > 1 for key in occupied),
    )


def ward_or_none(*, user: User, sight: Sight, site: str, ward: str, at: datetime) -> Ward | None:
    """One ward of the user's organisation, or None when nobody was on it of late. Four queries."""
    spells = visible_spells(user)
    return ward_of(spells, sight=sight, site=site, ward=ward, at=at)


def ward_of(
    spells: QuerySet[Spell], *, sight: Sight, site: str, ward: str, at: datetime
) -> Ward | None:
    """One ward as those spells fill it, or None when nobody was on it of late. Four queries."""
    known = known_beds(spells.filter(bed_stays__site=site, bed_stays__ward=ward), at=at)
    in_now = spells.filter(
        status=SpellStatus.OPEN, patient_class__in=BED_CLASSES, site=site, ward=ward
    )
    people: dict[BedKey, list[ListRow]] = defaultdict(list)
    for row in _with_clashes(rows_of(in_now.order_by("admitted_at", "pk"), sight=sight)):
        people[BedKey(row.site, row.ward, row.room, row.bed)].append(row)
    here = {key: left for key, left in known.items() if (key.site, key.ward) == (site, ward)}
    if not here and not people:
        return None
    beds = {key for key in (*here, *people) if key.bed}
    return Ward(
        site=site,
        site_name=site_names({site}).get(site, site),
        ward=ward,
        beds=[
            WardBed(key, tuple(people.get(key, ())), None if key in people else here.get(key))
            for key in beds
        ],
        unplaced=[row for key, rows in people.items() if not key.bed for row in rows],
    )


def known_beds(spells: QuerySet[Spell], *, at: datetime) -> dict[BedKey, datetime | None]:
    """Beds someone lay in during the last 90 days, with the end of the last stay. One query."""
    recent = Q(ended_at=None) | Q(ended_at__gte=at - BED_KNOWN_FOR)
    started = spells.filter(
        status__in=(SpellStatus.OPEN, SpellStatus.CLOSED), patient_class__in=BED_CLASSES
    )
    stays = BedStay.objects.filter(recent, spell__in=started.values("pk"))
    lasts = (
        stays.exclude(bed="")
        .order_by()
        .values_list("site", "ward", "room", "bed")
        .annotate(left=Max("ended_at"))
    )
    return {BedKey(*row[:4]): row[4] for row in lasts}


def site_names(codes: set[str]) -> dict[str, str]:
    """Names of sites by ODS code; a code without an organisation is left out. One query."""
    found = Organisation.objects.filter(ods_code__in=sorted(codes))
    return dict(found.values_list("ods_code", "name"))


def _with_clashes(rows: list[ListRow]) -> list[ListRow]:
    shared = Counter((row.room, row.bed) for row in rows if row.bed)
    return [replace(row, clash=shared[row.room, row.bed] > 1) for row in rows]
