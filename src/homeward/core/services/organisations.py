"""Loading organisations from published files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from homeward.core.domain.ods import OrganisationRow, SuccessorRow
from homeward.core.models import Organisation
from homeward.core.models.organisations import OrganisationKind
from homeward.core.services import audit

KINDS = tuple(OrganisationKind.values)
# SQLite has one writer: a longer transaction would keep the feeds waiting.
ROWS_AT_ONCE = 200
COLUMNS = ("name", "kind", "opened_on", "closed_on", "address", "postcode", "phone", "source")
LINKS = ("parent", "succeeded_by")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class OrganisationFile:
    """The good rows of one file."""

    name: str
    organisations: Sequence[OrganisationRow]
    successors: Sequence[SuccessorRow] = ()


@dataclass(slots=True)
class Loaded:
    """What became of the rows: each is counted once."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    # Rows that a later file of the run says again, and successors of what is not held.
    ignored: int = 0


@dataclass(slots=True)
class _Plan:
    """What is to be written, worked out before anything is."""

    held: dict[str, Organisation]
    new: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    counts: Loaded = field(default_factory=Loaded)


def load_organisations(files: Sequence[OrganisationFile], *, at: datetime) -> Loaded:
    """Add and bring up to date every organisation of these files; a later file wins.

    Parents and successors are linked when they are held or come in any file of the same run,
    whatever the order. Loading the same files again changes nothing.
    Every row was read before this is called and is right by itself, so rows are written
    ROWS_AT_ONCE to a transaction; a run that is cut off is finished by running it again.
    """
    last = {row.code: (row, file.name) for file in files for row in file.organisations}
    successors = [row for file in files for row in file.successors]
    plan = _Plan(_held(last, successors))
    plan.counts.ignored = sum(len(file.organisations) for file in files) - len(last)
    plan.new = set(last) - set(plan.held)
    for code in plan.new:
        plan.held[code] = Organisation(ods_code=code)
    for row, source in last.values():
        _settle(row, source, plan)
    for successor in successors:
        _succeed(successor, plan)
    _write(plan)
    audit.record(
        "organisations.loaded",
        by=None,
        at=at,
        files=[file.name for file in files],
        added=plan.counts.added,
        changed=plan.counts.changed,
    )
    return plan.counts


def _held(rows: Iterable[str], successors: Sequence[SuccessorRow]) -> dict[str, Organisation]:
    """Every organisation held: parents may be any of them, and there are some tens of thousands."""
    if not rows and not successors:
        return {}
    return {organisation.ods_code: organisation for organisation in Organisation.objects.all()}


def _settle(row: OrganisationRow, source: str, plan: _Plan) -> None:
    """Put a row's facts into its organisation, and note whether that changed anything."""
    organisation = plan.held[row.code]
    changed = [
        _set(organisation, name, value)
        for name, value in _facts(row).items()
        if value is not None or (row.has_dates and name in ("opened_on", "closed_on"))
    ]
    parent = next((plan.held[code] for code in row.parents or () if code in plan.held), None)
    if parent is not None and parent is not organisation:
        changed.append(_set(organisation, "parent_id", parent.pk))
    if row.code in plan.new:
        organisation.source = source
        plan.counts.added += 1
    elif any(changed):
        organisation.source = source
        plan.touched.add(row.code)
        plan.counts.changed += 1
    else:
        plan.counts.unchanged += 1


def _facts(row: OrganisationRow) -> dict[str, object]:
    return {
        "name": row.name,
        "kind": row.kind,
        "opened_on": row.opened_on,
        "closed_on": row.closed_on,
        "address": row.address,
        "postcode": row.postcode,
        "phone": row.phone,
    }


def _set(organisation: Organisation, name: str, value: object) -> bool:
    """Set one column; returns whether it was different before."""
    before = getattr(organisation, name)
    setattr(organisation, name, value)
    return bool(before != value)


def _succeed(row: SuccessorRow, plan: _Plan) -> None:
    old, new = plan.held.get(row.old), plan.held.get(row.new)
    if old is None or new is None:
        plan.counts.ignored += 1
    elif _set(old, "succeeded_by_id", new.pk):
        plan.touched.add(row.old)
        plan.counts.changed += 1
    else:
        plan.counts.unchanged += 1


def _write(plan: _Plan) -> None:
    """New rows first and without links: what they link to may come in a later transaction."""
    for codes in _slices(sorted(plan.new)):
        with transaction.atomic():
            Organisation.objects.bulk_create(_unlinked(plan.held[code]) for code in codes)
    linked = [code for code in plan.new if _is_linked(plan.held[code])]
    for codes in _slices(sorted({*plan.touched, *linked})):
        with transaction.atomic():
            rows = [plan.held[code] for code in codes]
            Organisation.objects.bulk_update(rows, [*COLUMNS, *LINKS])


def _unlinked(organisation: Organisation) -> Organisation:
    columns = {name: getattr(organisation, name) for name in COLUMNS}
    return Organisation(pk=organisation.pk, ods_code=organisation.ods_code, **columns)


def _is_linked(organisation: Organisation) -> bool:
    return organisation.parent_id is not None or organisation.succeeded_by_id is not None


def _slices(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), ROWS_AT_ONCE):
        yield items[start : start + ROWS_AT_ONCE]
