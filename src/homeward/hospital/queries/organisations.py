"""Which organisation a command works for."""

from dataclasses import dataclass
from uuid import UUID

from homeward.core.models import Organisation
from homeward.hospital.models import Spell


@dataclass(frozen=True, slots=True)
class Hospital:
    """An organisation that has people in hospital."""

    id: UUID
    ods_code: str
    name: str


def hospitals() -> list[Hospital]:
    """Every organisation with a spell, by ODS code. For commands only. One query."""
    ids = Spell.objects.order_by().values("organisation_id").distinct()
    rows = Organisation.objects.filter(pk__in=ids).order_by("ods_code")
    return [Hospital(row.pk, row.ods_code, row.name) for row in rows]


def organisation_or_none(ods_code: str) -> Hospital | None:
    """The organisation with that code. One query."""
    row = Organisation.objects.filter(ods_code=ods_code).first()
    return Hospital(row.pk, row.ods_code, row.name) if row else None
