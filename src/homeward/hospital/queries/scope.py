"""What one user may see, and which restricted people they may know by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet

from homeward.core.models import User
from homeward.hospital.models import BreakGlass, Person, Spell, SpellStatus


@dataclass(frozen=True, slots=True)
class Sight:
    """The restricted people a user may know: on their own ward, or after break-glass."""

    site: str
    ward: str
    opened: frozenset[UUID]

    def knows(self, *, person: UUID, restricted: bool, site: str, ward: str) -> bool:
        """Whether the identity of someone now in that place may be shown."""
        if not restricted or person in self.opened:
            return True
        return bool(self.ward) and (site, ward) == (self.site, self.ward)

    def known_spells(self) -> Q:
        """Open spells of people whose identity may be shown."""
        known = Q(person__restricted=False) | Q(person_id__in=self.opened)
        if self.ward:
            known |= Q(site=self.site, ward=self.ward)
        return known


def sight_of(*, user: User, at: datetime) -> Sight:
    """Which restricted people this user may know at that moment. One query."""
    if user.acting is None:
        return Sight("", "", frozenset())
    opened = BreakGlass.objects.filter(
        by=user, organisation_id=user.acting.organisation_id, at__lte=at, expires_at__gt=at
    ).values_list("person_id", flat=True)
    return Sight(user.acting.site_code, user.acting.ward_code, frozenset(opened))


def visible_spells(user: User) -> QuerySet[Spell]:
    """Spells of the user's organisation; those of deleted people left out. Lazy."""
    spells = cast("QuerySet[Spell]", Spell.objects.visible_to(user))
    return spells.filter(person__deleted=False)


def open_spells(user: User) -> QuerySet[Spell]:
    """Visits now under way in the user's organisation. Lazy."""
    return visible_spells(user).filter(status=SpellStatus.OPEN)


def open_spells_of(organisation: UUID) -> QuerySet[Spell]:
    """Visits now under way in one organisation, for whoever was found to may see them. Lazy."""
    spells = every_spell().filter(organisation_id=organisation, person__deleted=False)
    return spells.filter(status=SpellStatus.OPEN)


def every_spell() -> QuerySet[Spell]:
    """Spells of all organisations: for commands, and for people already reached by scope. Lazy."""
    return cast("QuerySet[Spell]", Spell.objects.all())


def every_person() -> QuerySet[Person]:
    """People of all organisations, for records tied to one already reached by scope. Lazy."""
    return cast("QuerySet[Person]", Person.objects.all())


def visible_people(user: User) -> QuerySet[Person]:
    """People of the user's organisation, merged and deleted records among them. Lazy."""
    return cast("QuerySet[Person]", Person.objects.visible_to(user))
