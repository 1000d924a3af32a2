"""Who asked to see restricted people, for whoever reviews it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from homeward.core.domain.roles import Permission
from homeward.core.models import User
from homeward.hospital.models import BreakGlass


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """One break-glass. local_id is blank for reviewers who may not see people."""

    id: UUID
    person: UUID
    local_id: str
    reason: str
    by: str
    by_self: bool
    at: datetime
    expires_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str
    review_note: str


def opened_records(*, user: User, limit: int = 200) -> list[OpenedRecord]:
    """Break-glass in the user's organisation: not yet reviewed first, newest first. One query."""
    if user.acting is None or not user.may(Permission.REVIEW_ACCESS):
        return []
    rows = (
        BreakGlass.objects.filter(organisation_id=user.acting.organisation_id)
        .select_related("by", "reviewed_by", "person")
        .order_by("-at")[:limit]
    )
    named = user.may(Permission.SEE_PEOPLE)
    records = [_record(row, user, named=named) for row in rows]
    return sorted(records, key=lambda record: record.reviewed_at is not None)


def _record(row: BreakGlass, user: User, *, named: bool) -> OpenedRecord:
    return OpenedRecord(
        id=row.pk,
        person=row.person_id,
        local_id=row.person.local_id if named else "",
        reason=row.reason,
        by=str(row.by),
        by_self=row.by_id == user.pk,
        at=row.at,
        expires_at=row.expires_at,
        reviewed_at=row.reviewed_at,
        reviewed_by=str(row.reviewed_by) if row.reviewed_by else "",
        review_note=row.review_note,
    )
