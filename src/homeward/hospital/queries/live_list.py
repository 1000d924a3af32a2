"""The live list: one page of rows, and the counts above it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window

from homeward.core.models import User
from homeward.hospital.domain.classes import INPATIENT_CLASSES
from homeward.hospital.domain.filters import PAGE_SIZE, Kind, ListFilters, Sort
from homeward.hospital.domain.length_of_stay import StayBand
from homeward.hospital.models import Spell
from homeward.hospital.queries import filtering
from homeward.hospital.queries.filtering import Marked
from homeward.hospital.queries.places import site_names
from homeward.hospital.queries.ready import ReadySpell
from homeward.hospital.queries.remembered import Kept, Row, as_kept, kept_keys, key, remembered
from homeward.hospital.queries.rows import PLACE, ListRow, rows_of
from homeward.hospital.queries.scope import Sight


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
    ready: int
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
    wards: list[tuple[str, str]]
    specialties: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of everyone open in one ward under one specialty; inpatients apart from others."""

    site: str
    ward: str
    specialty: str
    inpatients: bool
    people: int
    leaving_today: int
    date_passed: int
    seven: int
    fourteen: int
    twenty_one: int
    on_leave: int


SUMMED = Group.__slots__[4:]


def clashes(*, user: User, at: datetime) -> list[Clash]:
    """Inpatients who share a bed with another inpatient. One query.

    Someone on leave keeps their bed, so they clash with whoever is put into it.
    """
    return [Clash(key(spell), *place) for spell, *place in _sharing(user, at)]


@remembered
def _sharing(spells: QuerySet[Spell], day: date) -> QuerySet[Spell, Row]:  # noqa: ARG001
    in_bed = Window(Count("pk"), partition_by=[F(column) for column in PLACE])
    in_beds = spells.filter(patient_class__in=INPATIENT_CLASSES).exclude(bed="")
    shared = in_beds.order_by().annotate(in_bed=in_bed).filter(in_bed__gt=1)
    return shared.values_list("pk", "site", "ward", "specialty")


def list_page(
    *, user: User, sight: Sight, filters: ListFilters, marked: Marked, at: datetime
) -> ListPage:
    """One page of the list, masked as `sight` demands. Five queries.

    A page past the end is the last page.
    """
    keys = _keys(user=user, sight=sight, filters=filters, marked=marked, at=at)
    page = min(filters.page, max(1, -(-len(keys) // PAGE_SIZE)))
    shown = [key(kept) for kept in keys[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    rows = rows_of(shown, sight=sight, clashing=marked.clashing)
    return ListPage(rows, len(keys), page)


def list_rows(
    *, user: User, sight: Sight, filters: ListFilters, marked: Marked, at: datetime
) -> list[ListRow]:
    """Every row the filter finds, masked as `sight` demands. Five queries."""
    keys = _keys(user=user, sight=sight, filters=filters, marked=marked, at=at)
    return rows_of([key(kept) for kept in keys], sight=sight, clashing=marked.clashing)


def _keys(
    *, user: User, sight: Sight, filters: ListFilters, marked: Marked, at: datetime
) -> list[Kept]:
    """Every spell the filter finds, in order, as the database keeps its key. One query."""
    spells = filtering.filtered(user=user, sight=sight, filters=filters, marked=marked, at=at)
    keys = kept_keys(filtering.ordered(spells, sight=sight, filters=filters))
    if filters.sort is Sort.READY and marked.ready:
        last = date.max
        since = {as_kept(row.spell): row.readiness.ready_since or last for row in marked.ready}
        # Nobody who left is among them. Whoever is not ready keeps the order they have.
        keys.sort(key=lambda spell: since.get(spell, last))
    return keys


def left_matches(*, user: User, sight: Sight, filters: ListFilters, at: datetime) -> int:
    """How many who left in the last 90 days the search finds, wherever they were. One query."""
    wanted = ListFilters(search=filters.search, kind=Kind.LEFT)
    found = filtering.filtered(user=user, sight=sight, filters=wanted, marked=Marked(), at=at)
    return found.count()


def list_groups(*, user: User, at: datetime) -> list[Group]:
    """Figures of everyone in the organisation by ward and specialty. One query."""
    return [Group(*row) for row in _figures(user, at)]


@remembered
def _figures(spells: QuerySet[Spell], day: date) -> QuerySet[Spell, Row]:
    conditions: dict[str, Q] = {
        "leaving_today": filtering.leaving_on(day),
        "date_passed": filtering.date_passed(day),
        "seven": filtering.stayed(StayBand.SEVEN, day),
        "fourteen": filtering.stayed(StayBand.FOURTEEN, day),
        "twenty_one": filtering.stayed(StayBand.TWENTY_ONE, day),
        "on_leave": filtering.on_leave(),
    }
    inpatient = When(patient_class__in=INPATIENT_CLASSES, then=Value(True))
    return (
        spells.annotate(inpatients=Case(inpatient, default=Value(False)))
        .order_by()
        .values("site", "ward", "specialty", "inpatients")
        .annotate(
            people=Count("pk"),
            **{name: Count("pk", filter=condition) for name, condition in conditions.items()},
        )
        .values_list(*Group.__slots__)
    )


def list_counts(
    groups: Iterable[Group],
    *,
    filters: ListFilters,
    clashing: Iterable[Clash],
    ready: Iterable[ReadySpell],
) -> ListCounts:
    """The figures over the list. No query."""
    inside = [group for group in groups if group.inpatients and _within(group, filters)]
    return ListCounts(
        **{name: sum(getattr(group, name) for group in inside) for name in SUMMED},
        ready=sum(_within(row, filters) for row in ready),
        clashes=sum(_within(clash, filters) for clash in clashing),
    )


def place_choices(groups: Iterable[Group]) -> PlaceChoices:
    """Sites, wards and specialties that someone is in now. One query."""
    groups = list(groups)
    codes = sorted({group.site for group in groups if group.site})
    names = site_names(codes)
    return PlaceChoices(
        sites={code: names.get(code, code) for code in codes},
        wards=sorted({(group.site, group.ward) for group in groups if group.ward}),
        specialties=sorted({group.specialty for group in groups if group.specialty}),
    )


def _within(row: Group | Clash | ReadySpell, filters: ListFilters) -> bool:
    return all(
        getattr(filters, name) in ("", getattr(row, name)) for name in filtering.PLACE_FIELDS
    )
