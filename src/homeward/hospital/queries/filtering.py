"""The live list's filters and orders as conditions on spells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Concat, Replace, TruncDate
from django.db.models.lookups import GreaterThanOrEqual

from homeward.core.models import User
from homeward.hospital.domain import nhs_number
from homeward.hospital.domain.filters import LEFT_DAYS, Kind, ListFilters, Show, Sort
from homeward.hospital.domain.length_of_stay import (
    LONDON,
    admitted_before,
    london_date,
    start_of_day,
)
from homeward.hospital.domain.text import APOSTROPHES, HYPHENS, name_words
from homeward.hospital.models import BedStay, Person, PersonIdentifier, Spell, SpellStatus
from homeward.hospital.queries.ready import ReadySpell
from homeward.hospital.queries.scope import Sight, open_spells, visible_spells

PLACE_FIELDS = ("site", "ward", "specialty")
# Someone who left lies nowhere: their place is that of their last stay.
LAST_PLACE = ("last_site", "last_ward", "last_room", "last_bed")


@dataclass(frozen=True, slots=True)
class Marked:
    """Spells that need more than their own columns to find. ready: longest ready first."""

    clashing: frozenset[UUID] = frozenset()
    ready: Sequence[ReadySpell] = ()


def in_place(spells: QuerySet[Spell], filters: ListFilters) -> QuerySet[Spell]:
    """Spells at the site, ward and specialty asked for."""
    left = filters.kind is Kind.LEFT
    columns = {"site": "last_site", "ward": "last_ward"} if left else {}
    wanted = {
        columns.get(name, name): value for name in PLACE_FIELDS if (value := getattr(filters, name))
    }
    return spells.filter(**wanted)


def of_kind(user: User, filters: ListFilters, *, at: datetime) -> QuerySet[Spell]:
    """Open visits, or those that ended lately where these are asked for. Lazy."""
    return left_lately(user, at=at) if filters.kind is Kind.LEFT else open_spells(user)


def left_lately(user: User, *, at: datetime) -> QuerySet[Spell]:
    """Visits of the user's organisation that ended in the last 90 days, with their last place."""
    spells = visible_spells(user).filter(
        status=SpellStatus.CLOSED, discharged_at__gte=at - timedelta(days=LEFT_DAYS)
    )
    stays = BedStay.objects.filter(spell=OuterRef("pk")).order_by("-number")
    return spells.annotate(
        **{name: Subquery(stays.values(name.removeprefix("last_"))[:1]) for name in LAST_PLACE}
    )


def stayed(least_days: int, today: date) -> Q:
    """Admitted at least that many days before today, by date."""
    return Q(admitted_at__lt=admitted_before(least_days, on=today))


def stayed_until_left(least_days: int) -> Q:
    """Left at least that many days after they were admitted, by date."""
    admitted, left = (TruncDate(at, tzinfo=LONDON) for at in ("admitted_at", "discharged_at"))
    length = ExpressionWrapper(left - admitted, output_field=DurationField())
    return Q(GreaterThanOrEqual(length, Value(timedelta(days=least_days), DurationField())))


def leaving_on(day: date) -> Q:
    """Expected to leave on that date."""
    return Q(
        expected_discharge_at__gte=start_of_day(day),
        expected_discharge_at__lt=start_of_day(day + timedelta(days=1)),
    )


def date_passed(today: date) -> Q:
    """Expected to have left before today."""
    return Q(expected_discharge_at__lt=start_of_day(today))


def on_leave() -> Q:
    """Away for a while, the bed kept."""
    return Q(on_leave_since__isnull=False)


def shown(show: Show, *, today: date, marked: Marked) -> Q:
    """Everyone that one setting of the "show" filter lists."""
    if show is Show.CLASHES:
        return Q(pk__in=list(marked.clashing))
    if show is Show.READY:
        return Q(pk__in=[row.spell for row in marked.ready])
    conditions = {
        Show.EVERYONE: Q(),
        Show.LEAVING_TODAY: leaving_on(today),
        Show.DATE_PASSED: date_passed(today),
        Show.ON_LEAVE: on_leave(),
        Show.DIED: Q(person__died=True),
    }
    return conditions[show]


def filtered(
    *, user: User, sight: Sight, filters: ListFilters, marked: Marked, at: datetime
) -> QuerySet[Spell]:
    """Spells that the filters find for this user at that moment: open ones, or ended lately."""
    today, left = london_date(at), filters.kind is Kind.LEFT
    spells = of_kind(user, filters, at=at)
    spells = in_place(spells.filter(patient_class__in=filters.classes), filters)
    spells = spells.filter(shown(filters.show, today=today, marked=marked))
    if filters.stay:
        spells = spells.filter(
            stayed_until_left(filters.stay) if left else stayed(filters.stay, today)
        )
    if filters.search:
        # A search must never tell that a masked person is here.
        spells = spells.filter(sight.known_spells())
        spells = searched(spells, filters.search)
    return spells


def searched(spells: QuerySet[Spell], text: str) -> QuerySet[Spell]:
    """Names by the start of any part, in any order; numbers whole, also of records merged in."""
    number = text.strip()
    if any(letter.isdecimal() for letter in number):
        return spells.filter(_numbered(number))
    # "O'Brien-Smith" is found as obrien, o'brien, brien and smith.
    joined = spells.alias(
        joined_name=_parts("person__search_name", apostrophe=""),
        split_name=_parts("person__search_name", apostrophe=" "),
    )
    words = name_words(text)
    if not words:
        return spells.none()
    for word in words:
        joined = joined.filter(
            Q(joined_name__contains=f" {word}") | Q(split_name__contains=f" {word}")
        )
    return joined


def _parts(field: str, *, apostrophe: str) -> Expression:
    """The parts of a name, each after a space."""
    bare: Expression | F = F(field)
    for mark in APOSTROPHES:
        bare = Replace(bare, Value(mark), Value(apostrophe))
    for mark in HYPHENS:
        bare = Replace(bare, Value(mark), Value(" "))
    return Concat(Value(" "), bare)


def _numbered(number: str) -> Q:
    digits = nhs_number.cleaned(number)
    found = Q(person__local_id__iexact=number) | Q(visit_number__iexact=number)
    if nhs_number.is_valid(digits):
        found |= Q(person__nhs_number=digits)
    sent = PersonIdentifier.objects.filter(
        person_id=OuterRef("person_id"), value__in={number, number.upper(), digits}
    )
    absorbed = Person.objects.filter(
        Q(local_id__iexact=number) | Q(nhs_number=digits), merged_into=OuterRef("person_id")
    )
    return found | Exists(sent) | Exists(absorbed)


def ordered(spells: QuerySet[Spell], *, sight: Sight, filters: ListFilters) -> QuerySet[Spell]:
    """A full order: the primary key comes last, so that no two pages share a row.

    Longest ready first is for the caller: readiness is no column.
    """
    left = filters.kind is Kind.LEFT
    if filters.sort is Sort.NAME:
        return spells.order_by(*_by_name(sight), "pk")
    if left and filters.sort is Sort.BED:
        return spells.order_by(*LAST_PLACE, "pk")
    if left:
        return spells.order_by("-discharged_at", "pk")
    fields: dict[Sort, tuple[str | OrderBy, ...]] = {
        Sort.READY: ("admitted_at",),
        Sort.DAYS: ("admitted_at",),
        Sort.ADMITTED: ("-admitted_at",),
        Sort.BED: ("site", "ward", "room", "bed"),
        Sort.EXPECTED: (F("expected_discharge_at").asc(nulls_last=True),),
    }
    return spells.order_by(*fields[filters.sort], "pk")


def _by_name(sight: Sight) -> tuple[OrderBy, OrderBy]:
    # A masked person's place among the names would give the name away: they stand last.
    known = sight.known_spells()
    masked = Case(When(known, then=Value(0)), default=Value(1))
    name = Case(When(known, then=F("person__search_name")), default=Value(""))
    return OrderBy(masked), OrderBy(name)
