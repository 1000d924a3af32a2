"""Who is ready to leave now, by the newest readiness fact of each spell."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from homeward.core.models import User
from homeward.hospital.domain.classes import INPATIENT_CLASSES
from homeward.hospital.domain.length_of_stay import london_date
from homeward.hospital.domain.readiness import (
    CRITERIA,
    NO,
    READY_DATE,
    YES,
    Readiness,
    stated_day,
)
from homeward.hospital.models import ReadinessFact, Spell
from homeward.hospital.queries.remembered import Row, key, moment, remembered

# A stated date is written 2026-11-18 or 20261118.
DATED = Q(kind=READY_DATE, value__startswith="20")
MET = Q(kind=CRITERIA, said__in=sorted(YES))
UNMET = Q(kind=CRITERIA, said__in=sorted(NO))
NEWEST = ("-at", "-receipt")
OLDEST = ("at", "receipt")
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReadySpell:
    """An inpatient who could leave."""

    spell: UUID
    site: str
    ward: str
    specialty: str
    readiness: Readiness


def ready_now(*, user: User, at: datetime) -> list[ReadySpell]:
    """Living inpatients of the user's organisation who are ready at that moment. One query.

    The rule is that of `domain.readiness`: whoever last met the criteria is not ready, and
    whoever last did not is so since the day a date was stated for, else since the day they
    first did not.
    """
    today = london_date(at)
    found = []
    for spell, site, ward, specialty, stated, unmet in _ready(user, at):
        since = stated_day(stated) if stated else None
        if since is None and unmet is not None:
            since = london_date(moment(unmet))
        told = Readiness(meets=False, ready_since=since)
        if told.days_ready(on=today) is not None:
            found.append(ReadySpell(key(spell), site, ward, specialty, told))
    return sorted(found, key=lambda row: row.readiness.ready_since or today)


@remembered
def _ready(spells: QuerySet[Spell], day: date) -> QuerySet[Spell, Row]:  # noqa: ARG001 - no dates
    inpatients = spells.filter(patient_class__in=INPATIENT_CLASSES, person__died=False)
    return (
        inpatients.annotate(ready=_first(_facts(MET | UNMET | DATED), NEWEST, "unmet"))
        .filter(ready=True)
        .annotate(met_at=Coalesce(_first(_facts(MET), NEWEST, "at"), Value(LONG_AGO)))
        .annotate(
            stated=_first(_facts(DATED, at__gte=OuterRef("met_at")), NEWEST, "value"),
            unmet=_first(_facts(UNMET, at__gte=OuterRef("met_at")), OLDEST, "at"),
        )
        .order_by()
        .values_list("pk", "site", "ward", "specialty", "stated", "unmet")
    )


def _facts(which: Q, **more: Any) -> QuerySet[ReadinessFact]:
    facts = ReadinessFact.objects.filter(spell=OuterRef("pk")).annotate(said=Lower("value"))
    unmet = Case(When(MET, then=Value(False)), default=Value(True))
    return facts.filter(which, **more).annotate(unmet=unmet)


def _first(facts: QuerySet[ReadinessFact], order: tuple[str, str], column: str) -> Subquery:
    return Subquery(facts.order_by(*order).values(column)[:1])
