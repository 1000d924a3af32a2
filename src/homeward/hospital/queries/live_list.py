"""The live list: one page of rows, and the counts above it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, Window

from homeward.core.models import Organisation, User
from homeward.hospital.domain.classes import INPATIENT_CLASSES
from homeward.hospital.domain.filters import PAGE_SIZE, ListFilters
from homeward.hospital.domain.length_of_stay import StayBand, london_date
from homeward.hospital.queries import filtering
from homeward.hospital.queries.rows import ListRow, rows_of
from homeward.hospital.queries.scope import Sight, open_spells


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list, with how many rows the filter finds in all."""

    rows: list[ListRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; one when there is nothing."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class Clash:
    """A spell whose bed someone else is in too."""

    spell: UUID
    site: str
    ward: str
    specialty: str


@dataclass(frozen=True, slots=True)
class ListCounts:
    """How many inpatients, under the place and specialty asked for."""

    people: int
    leaving_today: int
    date_passed: int
    seven: int
    fourteen: int
    twenty_one: int
    on_leave: int
    clashes: int


@dataclass(frozen=True, slots=True)
class PlaceChoices:
    """What the filters may be set to: codes in use now; sites with their names."""

    sites: dict[str, str]
    wards: list[str]
    specialties: list[str]


def clashes(*, user: User) -> list[Clash]:
    """Inpatients who share a bed with another inpatient. One query.

    Someone on leave keeps their bed, so they clash with whoever is put into it.
    """
    in_bed = Window(Count("pk"), partition_by=[F("site"), F("ward"), F("room"), F("bed")])
    spells = open_spells(user).filter(patient_class__in=INPATIENT_CLASSES).exclude(bed="")
    shared = spells.annotate(in_bed=in_bed).filter(in_bed__gt=1)
    return [Clash(*row) for row in shared.values_list("pk", "site", "ward", "specialty")]


def list_page(
    *, user: User, sight: Sight, filters: ListFilters, clashing: list[Clash], at: datetime
) -> ListPage:
    """One page of the list, masked as `sight` demands. Three queries.

    A page past the end is the last page.
    """
    shared = frozenset(clash.spell for clash in clashing)
    spells = filtering.filtered(user=user, sight=sight, filters=filters, clashing=shared, at=at)
    total = spells.count()
    page = min(filters.page, max(1, -(-total // PAGE_SIZE)))
    first = (page - 1) * PAGE_SIZE
    rows = filtering.ordered(spells, sight=sight, sort=filters.sort)[first : first + PAGE_SIZE]
    return ListPage(rows_of(rows, sight=sight, clashing=shared), total, page)


def list_rows(
    *, user: User, sight: Sight, filters: ListFilters, clashing: list[Clash], at: datetime
) -> list[ListRow]:
    """Every row the filter finds, masked as `sight` demands. Two queries."""
    shared = frozenset(clash.spell for clash in clashing)
    spells = filtering.filtered(user=user, sight=sight, filters=filters, clashing=shared, at=at)
    ordered = filtering.ordered(spells, sight=sight, sort=filters.sort)
    return rows_of(ordered, sight=sight, clashing=shared)


def list_counts(
    *, user: User, filters: ListFilters, clashing: list[Clash], at: datetime
) -> ListCounts:
    """The figures over the list. One query."""
    today = london_date(at)
    inpatients = open_spells(user).filter(patient_class__in=INPATIENT_CLASSES)
    conditions: dict[str, Q] = {
        "leaving_today": filtering.leaving_on(today),
        "date_passed": filtering.date_passed(today),
        "seven": filtering.stayed(StayBand.SEVEN, today),
        "fourteen": filtering.stayed(StayBand.FOURTEEN, today),
        "twenty_one": filtering.stayed(StayBand.TWENTY_ONE, today),
        "on_leave": filtering.on_leave(),
    }
    figures = filtering.in_place(inpatients, filters).aggregate(
        people=Count("pk"),
        **{name: Count("pk", filter=condition) for name, condition in conditions.items()},
    )
    return ListCounts(**figures, clashes=sum(_within(clash, filters) for clash in clashing))


def place_choices(*, user: User) -> PlaceChoices:
    """Sites, wards and specialties that someone is in now. Two queries."""
    places = set(open_spells(user).values_list("site", "ward", "specialty").distinct())
    codes = sorted({site for site, _, _ in places if site})
    names = dict(Organisation.objects.filter(ods_code__in=codes).values_list("ods_code", "name"))
    return PlaceChoices(
        sites={code: names.get(code, code) for code in codes},
        wards=sorted({ward for _, ward, _ in places if ward}),
        specialties=sorted({specialty for _, _, specialty in places if specialty}),
    )


def _within(clash: Clash, filters: ListFilters) -> bool:
    return all(
        getattr(filters, name) in ("", getattr(clash, name)) for name in filtering.PLACE_FIELDS
    )
