"""The live list's filters and orders as conditions on spells."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy

from homeward.core.models import User
from homeward.hospital.domain import nhs_number
from homeward.hospital.domain.filters import ListFilters, Show, Sort
from homeward.hospital.domain.length_of_stay import admitted_before, london_date, start_of_day
from homeward.hospital.domain.text import folded
from homeward.hospital.models import Person, PersonIdentifier, Spell
from homeward.hospital.queries.scope import Sight, open_spells

PLACE_FIELDS = ("site", "ward", "specialty")


def in_place(spells: QuerySet[Spell], filters: ListFilters) -> QuerySet[Spell]:
    """Spells at the site, ward and specialty asked for."""
    wanted = {name: value for name in PLACE_FIELDS if (value := getattr(filters, name))}
    return spells.filter(**wanted)


def stayed(least_days: int, today: date) -> Q:
    """Admitted at least that many days before today, by date."""
    return Q(admitted_at__lt=admitted_before(least_days, on=today))


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


def shown(show: Show, *, today: date, clashing: Iterable[UUID]) -> Q:
    """Everyone that one setting of the "show" filter lists."""
    conditions = {
        Show.EVERYONE: Q(),
        Show.LEAVING_TODAY: leaving_on(today),
        Show.DATE_PASSED: date_passed(today),
        Show.ON_LEAVE: on_leave(),
        Show.DIED: Q(person__died=True),
    }
    return Q(pk__in=list(clashing)) if show is Show.CLASHES else conditions[show]


def filtered(
    *, user: User, sight: Sight, filters: ListFilters, clashing: Iterable[UUID], at: datetime
) -> QuerySet[Spell]:
    """Open spells that the filters find for this user at that moment. Lazy."""
    today = london_date(at)
    spells = in_place(open_spells(user).filter(patient_class__in=filters.classes), filters)
    spells = spells.filter(shown(filters.show, today=today, clashing=clashing))
    if filters.stay:
        spells = spells.filter(stayed(filters.stay, today))
    if filters.search:
        # A search must never tell that a masked person is here.
        spells = spells.filter(sight.known_spells()).filter(searched(filters.search))
    return spells


def searched(text: str) -> Q:
    """Names by the start of any part; numbers whole, also those of records merged in."""
    number = text.strip()
    if any(letter.isdecimal() for letter in number):
        return _numbered(number)
    found = Q()
    for word in folded(number).split():
        found &= Q(person__search_name__startswith=word) | Q(
            person__search_name__contains=f" {word}"
        )
    return found


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


def ordered(spells: QuerySet[Spell], *, sight: Sight, sort: Sort) -> QuerySet[Spell]:
    """A full order: the primary key comes last, so that no two pages share a row."""
    if sort is Sort.NAME:
        return spells.order_by(*_by_name(sight), "pk")
    fields: dict[Sort, tuple[str | OrderBy, ...]] = {
        Sort.DAYS: ("admitted_at",),
        Sort.ADMITTED: ("-admitted_at",),
        Sort.BED: ("site", "ward", "room", "bed"),
        Sort.EXPECTED: (F("expected_discharge_at").asc(nulls_last=True),),
    }
    return spells.order_by(*fields[sort], "pk")


def _by_name(sight: Sight) -> tuple[OrderBy, OrderBy]:
    # A masked person's place among the names would give the name away: they stand last.
    known = sight.known_spells()
    masked = Case(When(known, then=Value(0)), default=Value(1))
    name = Case(When(known, then=F("person__search_name")), default=Value(""))
    return OrderBy(masked), OrderBy(name)
