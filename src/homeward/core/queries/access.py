"""Questions about the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from homeward.core.domain.roles import Permission
from homeward.core.models import AuditEvent, User
from homeward.core.queries.users import role_name


@dataclass(frozen=True, slots=True)
class Look:
    """Someone looked at, or changed something about, one person."""

    at: datetime
    user_name: str
    role: str
    organisation: str
    action: str


def views_of(subject: UUID, *, user: User, limit: int = 200) -> list[Look]:
    """Who has seen this person, newest first, by the acting organisation's audit. One query.

    Empty for users who may neither see people nor review access, and for a person of
    another organisation: their events belong to that organisation.
    """
    if user.acting is None or not (
        user.may(Permission.SEE_PEOPLE) or user.may(Permission.REVIEW_ACCESS)
    ):
        return []
    rows = (
        AuditEvent.objects.filter(
            organisation_id=user.acting.organisation_id, subject_rows__subject=subject
        )
        .select_related("by", "organisation")
        .order_by("-at", "-id")[:limit]
    )
    return [
        Look(
            row.at,
            who_did(row),
            role_name(row.detail.get("role", "")),
            row.organisation.name if row.organisation else "",
            in_words(row.action),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class AuditWanted:
    """Which events of the acting organisation to list. Days are those of Europe/London."""

    action: str = ""
    user: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audit event as it is listed."""

    at: datetime
    who: str
    role: str
    action_words: str
    people: int
    detail: dict[str, object]


@dataclass(frozen=True, slots=True)
class AuditFound:
    """One page of events, and how many there are in all."""

    events: tuple[AuditRow, ...]
    total: int
    pages: int
    # Every action the organisation has events of: code and words.
    actions: tuple[tuple[str, str], ...]


def audit_events(*, user: User, wanted: AuditWanted, page_size: int = 50) -> AuditFound:
    """Events of the acting organisation, newest first. Three queries.

    Nothing for users who may not review access.
    """
    if user.acting is None or not user.may(Permission.REVIEW_ACCESS):
        return AuditFound((), 0, 1, ())
    own = AuditEvent.objects.filter(organisation_id=user.acting.organisation_id)
    actions = own.order_by("action").values_list("action", flat=True).distinct()
    rows = _wanted(own, wanted)
    total = rows.count()
    start = (wanted.page - 1) * page_size
    page = rows.select_related("by").order_by("-at", "-id")[start : start + page_size]
    return AuditFound(
        tuple(_audit_row(row) for row in page),
        total,
        max(1, -(-total // page_size)),
        tuple((action, in_words(action)) for action in actions),
    )


def _wanted(rows: QuerySet[AuditEvent], wanted: AuditWanted) -> QuerySet[AuditEvent]:
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.user:
        name = wanted.user.strip()
        rows = rows.filter(
            Q(by__email__icontains=name)
            | Q(by__first_name__icontains=name)
            | Q(by__last_name__icontains=name)
        )
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def _audit_row(event: AuditEvent) -> AuditRow:
    return AuditRow(
        event.at,
        who_did(event),
        role_name(event.detail.get("role", "")),
        in_words(event.action),
        len(event.subjects),
        event.detail,
    )


def who_did(event: AuditEvent) -> str:
    """The name of whoever did it; the system itself when nobody was signed in."""
    return str(event.by) if event.by else "Homeward itself"


ACTION_WORDS = {
    "acting.switched": "Changed role",
    "break_glass.opened": "Opened a restricted record",
    "break_glass.reviewed": "Reviewed a break-glass",
    "census.compared": "Census compared",
    "membership.added": "Access given",
    "membership.ended": "Access ended",
    "message.listed": "Messages of a person listed",
    "sign_in.failed": "Sign-in failed",
    "sign_in.succeeded": "Signed in",
    "sign_out.done": "Signed out",
}


def in_words(action: str) -> str:
    """An action as a person would read it: "person.viewed" becomes "Person viewed"."""
    if action in ACTION_WORDS:
        return ACTION_WORDS[action]
    return action.replace(".", " ").replace("_", " ").capitalize()
