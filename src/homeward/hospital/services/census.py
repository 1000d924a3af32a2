"""Keeping how the live list compared with the hospital's own."""

from datetime import datetime
from pathlib import Path
from typing import Self
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, field_validator, model_validator

from homeward.core.csv_files import read_rows
from homeward.core.errors import BadInput
from homeward.core.models import Organisation
from homeward.core.services import audit
from homeward.hospital.domain import nhs_number
from homeward.hospital.domain.census import CensusRow, Comparison, compare
from homeward.hospital.domain.events import Place
from homeward.hospital.models import CensusMatch
from homeward.hospital.queries.census import in_bed_at


class CensusLine(BaseModel):
    """One person on the hospital's own list."""

    ward: str
    bed: str
    site: str = ""
    room: str = ""
    local_id: str = ""
    nhs_number: str = ""

    @field_validator("nhs_number")
    @classmethod
    def _passes_its_check(cls, text: str) -> str:
        if not nhs_number.is_valid(text):
            raise ValueError("fails its check digit")
        return nhs_number.cleaned(text)

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if not self.local_id and not self.nhs_number:
            raise ValueError("neither local_id nor nhs_number is given")
        return self


def read_census(path: Path) -> list[CensusRow]:
    """The rows of a census file (CSV with a header line; UTF-8 or Windows-1252).

    Raises BadInput naming the file, line and field of the first row that cannot be used.
    """
    seen: dict[tuple[str, str], int] = {}
    rows = []
    for line, cells in read_rows(path, CensusLine):
        who = (cells.local_id, cells.nhs_number)
        if who in seen:
            raise BadInput(f"{path}: line {line}: this person is on line {seen[who]} already")
        seen[who] = line
        place = Place(cells.site, cells.ward, cells.room, cells.bed)
        rows.append(CensusRow(line, cells.local_id, cells.nhs_number, place))
    return rows


@transaction.atomic
def record_census(
    *, organisation: UUID, rows: list[CensusRow], at: datetime, now: datetime
) -> Comparison:
    """Compare the rows with the live list as it was at `at` and keep the result.

    The same moment compared again replaces its result. at: event time; now: the clock.
    """
    result = compare(rows, in_bed_at(organisation=organisation, at=at))
    differences = [
        {"kind": d.kind.value, "place": d.who, "theirs": d.theirs, "ours": d.ours}
        for d in result.differences
    ]
    CensusMatch.objects.update_or_create(
        organisation_id=organisation,
        at=at,
        defaults={
            "compared_at": now,
            "agreed": result.agreed,
            "total": result.total,
            "differences": differences,
        },
    )
    audit.record(
        "census.compared",
        by=None,
        at=now,
        organisation=Organisation.objects.get(pk=organisation),
        agreed=result.agreed,
        total=result.total,
    )
    return result
