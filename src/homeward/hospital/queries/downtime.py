"""What the paper lists for downtime hold."""

from datetime import datetime
from uuid import UUID

from homeward.hospital.models import SpellStatus
from homeward.hospital.queries.scope import Sight, every_spell
from homeward.hospital.queries.wards import BED_CLASSES, Ward, beds_of, ward_of

# Paper lies about: restricted people are not named on it, not even on their own ward's.
NOBODY_RESTRICTED = Sight("", "", frozenset())


def downtime_wards(*, organisation: UUID, at: datetime) -> list[Ward]:
    """Every ward of the hospital's list or with someone on it now, by site and ward.

    Five queries and six a ward. For commands only: it knows no user.
    """
    spells = every_spell().filter(organisation_id=organisation, person__deleted=False)
    known = beds_of(organisation, at=at)
    in_now = spells.filter(status=SpellStatus.OPEN, patient_class__in=BED_CLASSES)
    places = set(in_now.values_list("site", "ward").distinct()) | known.wards
    wards = (
        ward_of(spells, known=known, sight=NOBODY_RESTRICTED, site=site, ward=ward)
        for site, ward in sorted(places)
    )
    return [ward for ward in wards if ward is not None]
