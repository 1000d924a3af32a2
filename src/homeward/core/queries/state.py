"""Questions about feeds and about the state of the system."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection
from django_q.models import OrmQ, Schedule

from homeward.core.models import FeedStatus, User

# A job this late means that no worker runs.
LATE_JOB = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FeedPulse:
    """How fresh one feed is."""

    feed: str
    label: str
    last_heard_at: datetime | None
    silent: bool
    # When the last message came before the silence; None when none ever came.
    silent_since: datetime | None


def feed_pulses(user: User, at: datetime) -> list[FeedPulse]:
    """The feeds of the acting organisation and how fresh each is at that moment. One query."""
    return pulses_of(user.acting.organisation_id, at) if user.acting else []


def pulses_of(organisation: UUID, at: datetime) -> list[FeedPulse]:
    """The feeds of one organisation, for commands, which know no user. One query."""
    return [_pulse(row, at) for row in FeedStatus.objects.filter(organisation_id=organisation)]


def is_silent(row: FeedStatus, at: datetime) -> bool:
    """Whether a feed has said nothing for too long. One that is not watched never has."""
    if not row.silent_after_minutes:
        return False
    patience = timedelta(minutes=row.silent_after_minutes)
    return row.last_heard_at is None or at - row.last_heard_at > patience


def _pulse(row: FeedStatus, at: datetime) -> FeedPulse:
    silent = is_silent(row, at)
    return FeedPulse(
        feed=row.feed,
        label=row.feed,
        last_heard_at=row.last_heard_at,
        silent=silent,
        silent_since=row.last_heard_at if silent else None,
    )


@dataclass(slots=True)
class Health:
    """The state of database, feeds and queue. Nothing about people, nothing secret."""

    database: str = "ok"
    feeds: dict[str, str] = field(default_factory=dict)
    queue: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As it is sent."""
        return {"status": "ok" if self.database == "ok" else "down", **asdict(self)}


def health(*, at: datetime) -> Health:
    """How the system is at that moment. Four queries; none raises."""
    found = Health()
    try:
        connection.ensure_connection()
        found.feeds = {row.feed: _feed_word(row, at) for row in FeedStatus.objects.all()}
        found.queue = _queue(at)
    except DatabaseError:
        found.database = "down"
    return found


def _feed_word(row: FeedStatus, at: datetime) -> str:
    if row.last_heard_at is None:
        return "never heard"
    return "silent" if _pulse(row, at).silent else "heard"


def _queue(at: datetime) -> dict[str, Any]:
    scheduled = Schedule.objects.count()
    late = Schedule.objects.filter(next_run__lt=at - LATE_JOB).exclude(repeats=0).count()
    state = "late" if late else "ok" if scheduled else "nothing scheduled"
    return {"state": state, "waiting": OrmQ.objects.count(), "scheduled": scheduled}
