"""Whom a message speaks of, and whether this user may know them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from homeward.core.models import User
from homeward.gateway.domain.readable import Named
from homeward.hospital.queries.scope import Sight, every_person, open_spells, sight_of


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """Someone a message speaks of.

    held: there is a record of them. hidden: they are restricted and this user may not know
    who they are; then the names are empty.
    """

    person: UUID
    family_name: str = ""
    given_name: str = ""
    held: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    person: UUID
    cluster: UUID
    family_name: str
    given_name: str
    restricted: bool
    nhs_number: str


def people_spoken_of(
    *, user: User, at: datetime, keys: Iterable[UUID], named: Named | None = None
) -> list[SpokenOf]:
    """The people by those keys, and whom a message names besides. Two or three queries.

    keys: of people in a message this user may see. named: for a message that was not
    applied, so that nobody knows yet whom it speaks of; when it says itself that someone is
    restricted, all it names are taken to be. A record joined to a restricted one is restricted.
    """
    wanted = dict.fromkeys(keys)
    numbers: frozenset[str] = frozenset()
    if named is not None:
        wanted |= dict.fromkeys(named.keys)
        numbers = named.nhs_numbers
    rows = _rows(user, list(wanted), numbers)
    closed = {row.cluster for row in rows if row.restricted}
    if named is not None and named.restricted:
        closed |= {row.cluster for row in rows}
    known = _known(user, at, [row for row in rows if row.cluster in closed])
    by_key = {row.person: row for row in rows}
    found = [row for row in rows if row.person in wanted or row.nhs_number in numbers]
    listed = dict.fromkeys([*(key for key in wanted if key in by_key), *(r.person for r in found)])
    told = [_told(by_key[key], closed, known) for key in listed]
    return told or [SpokenOf(key) for key in wanted]


def _rows(user: User, keys: list[UUID], nhs_numbers: frozenset[str]) -> list[_Row]:
    """Their records, and every record joined to them."""
    if user.acting is None or not (keys or nhs_numbers):
        return []
    own = every_person().filter(organisation_id=user.acting.organisation_id)
    named = own.filter(Q(pk__in=keys) | Q(nhs_number__in=nhs_numbers)).values("cluster")
    fields = ("pk", "cluster", "family_name", "given_name", "restricted", "nhs_number")
    return [_Row(*values) for values in own.filter(cluster__in=named).values_list(*fields)]


def _known(user: User, at: datetime, rows: list[_Row]) -> set[UUID]:
    """Clusters of restricted people whom this user may know all the same."""
    if not rows:
        return set()
    sight = sight_of(user=user, at=at)
    here = _on_own_ward(user, sight, [row.person for row in rows])
    return {row.cluster for row in rows if row.person in sight.opened or row.person in here}


def _on_own_ward(user: User, sight: Sight, people: list[UUID]) -> set[UUID]:
    if not sight.ward:
        return set()
    here = open_spells(user).filter(person_id__in=people, site=sight.site, ward=sight.ward)
    return set(here.values_list("person_id", flat=True))


def _told(row: _Row, closed: set[UUID], known: set[UUID]) -> SpokenOf:
    if row.cluster in closed and row.cluster not in known:
        return SpokenOf(row.person, held=True, hidden=True)
    return SpokenOf(row.person, row.family_name, row.given_name, held=True)


def hides(people: Iterable[SpokenOf], named: Named | None = None) -> bool:
    """Whether a message that speaks of these people must be masked."""
    people = list(people)
    if any(person.hidden for person in people):
        return True
    return named is not None and named.restricted and not any(p.held for p in people)
