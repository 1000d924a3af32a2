"""Taking over the hospital's own list of wards and beds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, Field
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from homeward.core.csv_files import read_rows
from homeward.core.errors import BadInput
from homeward.core.models import Organisation
from homeward.core.services import audit
from homeward.hospital.domain.length_of_stay import london_date
from homeward.hospital.models import Bed, Ward

BedName = tuple[str, str]


class WardRow(BaseModel):
    """One line of the file: a bed of a ward, or a ward without its beds."""

    site: str = Field("", max_length=60)
    ward: str = Field(max_length=80)
    name: str = Field(max_length=120)
    room: str = Field("", max_length=80)
    bed: str = Field("", max_length=80)


@dataclass(slots=True)
class ListedWard:
    """One ward with all its beds as (room, bed); none: its beds are not listed."""

    site: str
    code: str
    name: str
    beds: set[BedName] = field(default_factory=set)


@dataclass(slots=True)
class Loaded:
    """What a load did."""

    wards: int = 0
    wards_added: int = 0
    wards_changed: int = 0
    beds: int = 0
    beds_added: int = 0
    beds_closed: int = 0


def read_wards(path: Path) -> list[ListedWard]:
    """The wards of a file (CSV with a header line). Nothing is loaded.

    Raises BadInput naming file, line and field of the first row that cannot be used.
    """
    wards: dict[BedName, ListedWard] = {}
    lines: dict[tuple[str, str, str, str], int] = {}
    for line, row in read_rows(path, WardRow):
        ward = wards.setdefault((row.site, row.ward), ListedWard(row.site, row.ward, row.name))
        if ward.name != row.name:
            raise BadInput(
                f"{path}: line {line}: name: ward {row.ward} is called {ward.name} further up"
            )
        if row.room and not row.bed:
            raise BadInput(f"{path}: line {line}: bed: is empty")
        key = (row.site, row.ward, row.room, row.bed)
        if key in lines:
            raise BadInput(f"{path}: line {line}: bed: is on line {lines[key]} already")
        lines[key] = line
        if row.bed:
            ward.beds.add((row.room, row.bed))
    if not wards:
        raise BadInput(f"{path}: has no rows")
    return list(wards.values())


@transaction.atomic
def load_wards(
    wards: Iterable[ListedWard], *, organisation: UUID, at: datetime, complete: bool = False
) -> Loaded:
    """Make the organisation's wards what the list says. The same list again changes nothing.

    A ward that is listed with beds has exactly these from today (Europe/London) on; one
    listed without beds keeps those it has. complete: wards that are not listed are closed.
    """
    today, wards = london_date(at), list(wards)
    done = Loaded(wards=len(wards), beds=sum(len(ward.beds) for ward in wards))
    held = {(ward.site, ward.code): ward for ward in _wards_of(organisation)}
    _write_wards(wards, held, organisation, today, done)
    if complete:
        gone = [
            ward
            for key, ward in held.items()
            if ward.valid_to is None and key not in {(w.site, w.code) for w in wards}
        ]
        done.wards_changed += _close(Ward, gone, today)
    held = {(ward.site, ward.code): ward for ward in _wards_of(organisation)}
    _write_beds({held[w.site, w.code].pk: w.beds for w in wards if w.beds}, today, done)
    counts = {name: getattr(done, name) for name in Loaded.__slots__}
    whose = Organisation.objects.get(pk=organisation)
    audit.record("wards.loaded", by=None, at=at, organisation=whose, **counts)
    return done


def _wards_of(organisation: UUID) -> list[Ward]:
    return list(Ward.objects.filter(organisation_id=organisation))


def _write_wards(
    wards: list[ListedWard],
    held: dict[tuple[str, str], Ward],
    organisation: UUID,
    today: date,
    done: Loaded,
) -> None:
    new, changed = [], []
    for listed in wards:
        ward = held.get((listed.site, listed.code))
        if ward is None:
            values = {"site": listed.site, "code": listed.code, "name": listed.name}
            new.append(Ward(organisation_id=organisation, valid_from=today, **values))
        elif ward.name != listed.name or ward.valid_to is not None:
            ward.name, ward.valid_to = listed.name, None
            changed.append(ward)
    if new:
        bulk_create_with_history(new, Ward)
    if changed:
        bulk_update_with_history(changed, Ward, ["name", "valid_to"])
    done.wards_added, done.wards_changed = len(new), len(changed)


def _write_beds(wanted: dict[UUID, set[BedName]], today: date, done: Loaded) -> None:
    held: dict[UUID, dict[BedName, Bed]] = defaultdict(dict)
    for bed in Bed.objects.filter(ward__in=list(wanted), valid_to=None):
        held[bed.ward_id][bed.room, bed.bed] = bed
    new = [
        Bed(ward_id=ward, room=room, bed=bed, valid_from=today)
        for ward, beds in wanted.items()
        for room, bed in sorted(beds - held[ward].keys())
    ]
    gone = [
        bed for ward, beds in held.items() for name, bed in beds.items() if name not in wanted[ward]
    ]
    if new:
        bulk_create_with_history(new, Bed)
    done.beds_added, done.beds_closed = len(new), _close(Bed, gone, today)


def _close(kind: type[Ward] | type[Bed], rows: list[Ward] | list[Bed], today: date) -> int:
    for row in rows:
        row.valid_to = today
    if rows:
        bulk_update_with_history(rows, kind, ["valid_to"])
    return len(rows)
