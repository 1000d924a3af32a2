"""The hospitals' own midnight lists, compared with ours: the demo proves its list too."""

from datetime import datetime
from zoneinfo import ZoneInfo

from homeward.core.models import Organisation
from homeward.demo.generator import HealthSystem, midnight_census
from homeward.hospital.domain.census import CensusRow
from homeward.hospital.domain.events import Place
from homeward.hospital.services.census import record_census

LONDON = ZoneInfo("Europe/London")


def compare_with_midnight(system: HealthSystem, *, reached: datetime, now: datetime) -> list[str]:
    """Compare each trust at the last midnight before `reached`; one line of words for each."""
    local = reached.astimezone(LONDON)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    said = []
    for hospital in system.hospitals:
        organisation = Organisation.objects.get(ods_code=hospital.trust.ods)
        rows = [
            CensusRow(
                line, row.local_id, row.nhs_number, Place(row.site, row.ward, row.room, row.bed)
            )
            for line, row in enumerate(midnight_census(hospital, midnight), 1)
        ]
        result = record_census(organisation=organisation.pk, rows=rows, at=midnight, now=now)
        said.append(f"{organisation.name}: {result.agreed} of {result.total} beds agreed at 00:00")
    return said
