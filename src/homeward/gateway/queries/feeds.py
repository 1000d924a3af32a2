"""How the feeds of an organisation are doing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from homeward.core.models import FeedStatus, User
from homeward.gateway.domain.settings import SETTABLE
from homeward.gateway.models import Feed, Outcome
from homeward.gateway.queries.scope import visible_feeds, visible_messages

HOURS = 48
GAP_DAYS = 7
RECENT_ERRORS = 10
CHANGES = 20
NOT_TAKEN = (Outcome.QUARANTINED, Outcome.REJECTED)


# When each feed was last heard, and the newest moment it spoke of.
Heard = dict[str, tuple[datetime | None, datetime | None]]


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed and how it does. hour and today count messages received, not repeats."""

    name: str
    enabled: bool
    last_heard_at: datetime | None
    silent_after_minutes: int
    hour: int
    today: int
    not_taken_today: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A silence longer than the feed's threshold; end None: it lasts."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class FeedError:
    """A message that was not taken."""

    receipt: int
    at: datetime
    outcome: str
    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedChange:
    """Who changed which settings when: by field, what was and what came."""

    version: int
    at: datetime
    by: str
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One feed with its settings; version: of its settings, for telling a clash."""

    id: UUID
    name: str
    organisation: str
    settings: dict[str, Any]
    last_heard_at: datetime | None
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed did lately. hours: messages by the UTC hour they came in."""

    hours: Counter[datetime]
    gaps: list[Gap]
    outcomes: dict[str, int]
    quarantined: int
    errors: list[FeedError] = field(default_factory=list)


def midnight(at: datetime) -> datetime:
    """The start of that day in Europe/London."""
    local = timezone.localtime(at)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def feed_lines(*, user: User, at: datetime) -> list[FeedLine]:
    """The feeds of the user's organisation by name, and how each does. Four queries."""
    feeds = list(visible_feeds(user))
    keys = [feed.pk for feed in feeds]
    today, hour = midnight(at), at - timedelta(hours=1)
    lately = (
        visible_messages(user)
        .filter(feed__in=keys, received_at__gte=min(today, hour))
        .order_by()
        .values("feed")
        .annotate(
            hour=Count("receipt", filter=Q(received_at__gte=hour)),
            today=Count("receipt", filter=Q(received_at__gte=today)),
            not_taken=Count("receipt", filter=Q(received_at__gte=today, outcome__in=NOT_TAKEN)),
        )
    )
    nothing = {"hour": 0, "today": 0, "not_taken": 0}
    counts: dict[UUID, dict[str, Any]] = {row["feed"]: dict(row) for row in lately}
    waiting = quarantined_by_feed(user)
    heard = _heard([feed.name for feed in feeds])
    return [
        _line(feed, counts.get(feed.pk, nothing), heard, waiting.get(feed.pk, 0)) for feed in feeds
    ]


def _line(feed: Feed, counts: dict[str, Any], heard: Heard, quarantined: int) -> FeedLine:
    return FeedLine(
        name=feed.name,
        enabled=feed.enabled,
        last_heard_at=heard.get(feed.name, (None, None))[0],
        silent_after_minutes=feed.silent_after_minutes,
        hour=counts["hour"],
        today=counts["today"],
        not_taken_today=counts["not_taken"],
        quarantined=quarantined,
    )


def quarantined_by_feed(user: User) -> dict[UUID | None, int]:
    """How many messages of each feed wait in quarantine. One query."""
    rows = (
        visible_messages(user)
        .filter(outcome=Outcome.QUARANTINED)
        .order_by()
        .values_list("feed")
        .annotate(count=Count("receipt"))
    )
    return dict(rows)


def _heard(names: Iterable[str]) -> Heard:
    rows = FeedStatus.objects.filter(feed__in=list(names))
    return {row.feed: (row.last_heard_at, row.last_event_at) for row in rows}


def feed_names(*, user: User) -> list[str]:
    """Feeds of the user's organisation, switched off or not, by name. One query."""
    return list(visible_feeds(user).values_list("name", flat=True))


def feed_record(*, user: User, name: str) -> FeedRecord | None:
    """One feed with its settings; None for one that is not the user's to see. Two queries."""
    feed = visible_feeds(user).select_related("organisation").filter(name=name).first()
    if feed is None:
        return None
    heard, event = _heard([name]).get(name, (None, None))
    return FeedRecord(
        id=feed.pk,
        name=feed.name,
        organisation=str(feed.organisation),
        settings={key: getattr(feed, key) for key in SETTABLE},
        last_heard_at=heard,
        last_event_at=event,
    )


def feed_health(*, user: User, feed: FeedRecord, at: datetime) -> FeedHealth:
    """How one feed did in the last days. Five queries."""
    messages = visible_messages(user).filter(feed=feed.id).order_by()
    since = at - timedelta(days=GAP_DAYS)
    earlier = messages.filter(received_at__lt=since).order_by("-received_at")
    last = earlier.values_list("received_at", flat=True).first()
    heard = messages.filter(received_at__gte=since, received_at__lte=at)
    moments = list(heard.order_by("received_at").values_list("received_at", flat=True))
    first_hour = _hour(at) - timedelta(hours=HOURS - 1)
    today = messages.filter(received_at__gte=midnight(at))
    outcomes = today.values_list("outcome").annotate(count=Count("receipt"))
    errors = messages.filter(outcome__in=NOT_TAKEN).order_by("-received_at", "-receipt")
    threshold = feed.settings["silent_after_minutes"] if feed.settings["enabled"] else 0
    return FeedHealth(
        hours=Counter(_hour(moment) for moment in moments if moment >= first_hour),
        gaps=gaps(moments, last=last, since=since, at=at, minutes=threshold),
        outcomes=dict(outcomes),
        quarantined=messages.filter(outcome=Outcome.QUARANTINED).count(),
        errors=[
            FeedError(*row)
            for row in errors.values_list("receipt", "received_at", "outcome", "cause", "reason")[
                :RECENT_ERRORS
            ]
        ],
    )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def gaps(
    moments: list[datetime],
    *,
    last: datetime | None,
    since: datetime,
    at: datetime,
    minutes: int,
) -> list[Gap]:
    """Silences longer than so many minutes, newest first.

    moments: when messages came, oldest first, since `since`. last: the one before them, None
    when there was none: what came before a feed's first message is no silence. minutes: 0
    means that nobody watches this feed.
    """
    if not minutes:
        return []
    patience = timedelta(minutes=minutes)
    known = [moment for moment in (last, *moments) if moment is not None]
    found = [
        Gap(before, after)
        for before, after in pairwise(known)
        if after - before > patience and after > since
    ]
    if known and at - known[-1] > patience:
        found.append(Gap(known[-1], None))
    return found[::-1]


def feed_changes(*, user: User, name: str) -> list[FeedChange]:
    """Who changed the settings of a feed when, newest first. Two queries.

    The oldest listed has no changes when it is the setting up. At most CHANGES are listed.
    """
    feed = visible_feeds(user).filter(name=name).first()
    if feed is None:
        return []
    rows = list(feed.history.select_related("history_user")[: CHANGES + 1])
    befores: list[Any] = [*rows[1:], None]
    listed = [
        FeedChange(
            version=row.history_id,
            at=row.history_date,
            by=str(row.history_user) if row.history_user else "Homeward, by command",
            changes=_differences(before, row),
        )
        for row, before in zip(rows, befores, strict=True)
    ]
    kept = [
        change
        for change, before in zip(listed, befores, strict=True)
        if change.changes or before is None
    ]
    return kept[:CHANGES]


def _differences(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    if before is None:
        return {}
    pairs = {key: (getattr(before, key), getattr(after, key)) for key in SETTABLE}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def settings_version(*, user: User, name: str) -> int:
    """A number that rises with each change of a feed's settings; 0 when none is known.

    Two queries.
    """
    feed: Feed | None = visible_feeds(user).filter(name=name).first()
    if feed is None:
        return 0
    newest = feed.history.values_list("history_id", flat=True).first()
    return int(newest or 0)
