"""The live list as a file, for those who may take one away."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.models import Organisation, User
from homeward.core.services import audit
from homeward.hospital.domain.display import RESTRICTED_NAME, age_on, sex_words
from homeward.hospital.domain.filters import ListFilters
from homeward.hospital.domain.length_of_stay import LONDON, days_in_hospital, london_date
from homeward.hospital.domain.places import NO_NAMES, WardNames
from homeward.hospital.queries.filtering import Marked
from homeward.hospital.queries.live_list import clashes, list_rows
from homeward.hospital.queries.places import ward_names
from homeward.hospital.queries.ready import ready_now
from homeward.hospital.queries.rows import ListRow
from homeward.hospital.queries.scope import sight_of

# A spreadsheet takes a cell that starts so for a formula and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Control characters that XML, and so Excel, cannot hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
HEADS = (
    "Site",
    "Ward",
    "Room",
    "Bed",
    "Family name",
    "Given name",
    "Birth date",
    "Age",
    "Sex",
    "NHS number",
    "Hospital number",
    "Visit number",
    "Class",
    "Specialty",
    "Consultant",
    "Admitted",
    "Days in hospital",
    "Expected to leave",
    "On leave since",
    "Died",
    "Shares a bed",
    "Restricted",
    "Admission not heard",
    "Ward name",
    "Ready since",
    "Left",
)
Cell = str | int


class MayNotExport(HomewardError):
    """The role has no right to it."""


class ExportKind(StrEnum):
    """As which kind of file."""

    CSV = "csv"
    EXCEL = "xlsx"


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to be saved."""

    name: str
    content_type: str
    content: bytes


def export_list(
    *, filters: ListFilters, filter_text: str, kind: ExportKind, by: User, at: datetime
) -> ExportFile:
    """Every row the filters find, as a file; one audit event holds everyone named in it.

    Restricted people whom `by` may not know are in it without their identity. filter_text:
    the filters as the address holds them, for the audit. Raises MayNotExport.
    """
    if not by.may(Permission.EXPORT_PEOPLE):
        raise MayNotExport("Your role cannot take lists of people out of Homeward.")
    rows = list_rows(
        user=by,
        sight=sight_of(user=by, at=at),
        filters=filters,
        marked=Marked(
            clashing=frozenset(clash.spell for clash in clashes(user=by, at=at)),
            ready=ready_now(user=by, at=at),
        ),
        at=at,
    )
    audit.record(
        "list.exported",
        by=by,
        at=at,
        subjects=[row.person for row in rows if not row.masked],
        kind=kind.value,
        filter=filter_text,
        rows=len(rows),
    )
    name = f"live-list-{at.astimezone(LONDON):%Y%m%d-%H%M}.{kind}"
    today, names = london_date(at), ward_names(user=by)
    cells = [export_cells(row, today=today, names=names) for row in rows]
    if kind is ExportKind.CSV:
        return ExportFile(name, "text/csv; charset=utf-8", csv_bytes(cells))
    return ExportFile(
        name,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        excel_bytes(cells),
    )


def spells_told(
    *, count: int, organisation: UUID | None, state_at: datetime | None, now: datetime
) -> None:
    """Audit that a command printed spells.

    The event holds how many, not whom: other systems ask every few minutes for thousands.
    """
    audit.record(
        "spells.exported",
        by=None,
        at=now,
        organisation=Organisation.objects.get(pk=organisation) if organisation else None,
        spells=count,
        state_at=state_at.isoformat() if state_at else "now",
    )


def export_cells(row: ListRow, *, today: date, names: WardNames = NO_NAMES) -> list[Cell]:
    """One row as cells under HEADS. Times are Europe/London."""
    age = age_on(row.birth_date, today)
    return [
        row.site,
        row.ward,
        row.room,
        row.bed,
        RESTRICTED_NAME if row.masked else row.family_name,
        row.given_name,
        row.birth_date.isoformat() if row.birth_date else "",
        "" if age is None else age,
        sex_words(row.sex),
        row.nhs_number,
        row.local_id,
        row.visit_number,
        row.patient_class,
        row.specialty,
        row.consultant_name,
        _local(row.admitted_at),
        days_in_hospital(row.admitted_at, on=london_date(row.left_at) if row.left_at else today),
        _local(row.expected_discharge_at),
        _local(row.on_leave_since),
        _yes(row.died),
        _yes(row.clash),
        _yes(row.restricted),
        _yes(row.provisional),
        names.of(row.site, row.ward),
        row.readiness.ready_since.isoformat() if row.readiness.ready_since else "",
        _local(row.left_at),
    ]


def harmless(cell: Cell) -> Cell:
    """The cell as no spreadsheet will run: what looks like a formula gets an apostrophe."""
    if isinstance(cell, int):
        return cell
    text = UNPRINTABLE.sub("", cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_bytes(rows: Iterable[list[Cell]]) -> bytes:
    """The rows as CSV that Excel reads as UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADS)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def excel_bytes(rows: Iterable[list[Cell]]) -> bytes:
    """The rows as one Excel sheet, its head frozen."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Live list")
    sheet.freeze_panes = "A2"
    sheet.append(list(HEADS))
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _local(moment: datetime | None) -> str:
    return f"{moment.astimezone(LONDON):%Y-%m-%d %H:%M}" if moment else ""


def _yes(fact: bool) -> str:
    return "yes" if fact else ""
