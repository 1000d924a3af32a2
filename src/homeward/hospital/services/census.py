"""Keeping how the live list compared with the hospital's own."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from homeward.core.errors import BadInput
from homeward.core.models import Organisation
from homeward.core.services import audit
from homeward.hospital.domain import nhs_number
from homeward.hospital.domain.census import CensusRow, Comparison, compare
from homeward.hospital.domain.events import Place
from homeward.hospital.models import CensusMatch
from homeward.hospital.queries.census import in_bed_at

NEEDED = ("ward", "bed")
NUMBERS = ("local_id", "nhs_number")
KNOWN = frozenset({"site", "room", *NEEDED, *NUMBERS})


def read_census(path: Path) -> list[CensusRow]:
    """The rows of a census file (CSV with a header line; UTF-8 or Windows-1252).

    Raises BadInput naming the file, line and field of the first row that cannot be used.
    """
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        heads = [(head or "").strip().casefold() for head in reader.fieldnames or []]
        _check_heads(path, heads)
        reader.fieldnames = heads
        return list(_rows(path, reader))
    except csv.Error as error:
        raise BadInput(f"{path}: line {reader.line_num}: not CSV ({error})") from error


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


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on Windows save.
        return raw.decode("cp1252", errors="replace")


def _check_heads(path: Path, heads: list[str]) -> None:
    for name in NEEDED:
        if name not in heads:
            raise BadInput(f"{path}: line 1: no column named {name}")
    if not set(NUMBERS) & set(heads):
        raise BadInput(f"{path}: line 1: no column named local_id or nhs_number")
    doubled = next((head for head in heads if head in KNOWN and heads.count(head) > 1), None)
    if doubled:
        raise BadInput(f"{path}: line 1: two columns named {doubled}")


def _rows(path: Path, reader: "csv.DictReader[str]") -> Iterator[CensusRow]:
    seen: dict[tuple[str, str], int] = {}
    for cells in reader:
        row = _row(path, reader.line_num, cells)
        key = (row.local_id, row.nhs_number)
        if key in seen:
            raise BadInput(f"{path}: line {row.line}: this person is on line {seen[key]} already")
        seen[key] = row.line
        yield row


def _row(path: Path, line: int, cells: dict[str, str]) -> CensusRow:
    if None in cells:
        raise BadInput(f"{path}: line {line}: more cells than the header names")
    value = {name: (cells.get(name) or "").strip() for name in KNOWN}
    for name in NEEDED:
        if not value[name]:
            raise BadInput(f"{path}: line {line}: {name} is empty")
    if not value["local_id"] and not value["nhs_number"]:
        raise BadInput(f"{path}: line {line}: neither local_id nor nhs_number is given")
    if value["nhs_number"] and not nhs_number.is_valid(value["nhs_number"]):
        raise BadInput(f"{path}: line {line}: nhs_number fails its check digit")
    return CensusRow(
        line=line,
        local_id=value["local_id"],
        nhs_number=nhs_number.cleaned(value["nhs_number"]),
        place=Place(value["site"], value["ward"], value["room"], value["bed"]),
    )
