"""What waits for a decision, grouped by why and by feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from homeward.core.domain.roles import Permission
from homeward.core.models import User
from homeward.gateway.models import Message, Outcome
from homeward.gateway.queries.messages import LogRow, rows_of
from homeward.gateway.queries.scope import visible_messages

PAGE_SIZE = 50
NOBODYS_DAYS = 7


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """Messages of one feed that wait for the same cause; example: the newest one's reason."""

    feed: str
    cause: str
    count: int
    oldest_at: datetime
    newest_at: datetime
    newest: int
    example: str


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One page of a group, newest first.

    last: the highest receipt now in the group. left: how many stand above the receipt asked.
    """

    rows: list[LogRow]
    total: int
    page: int
    last: int
    left: int

    @property
    def pages(self) -> int:
        """How many pages there are; one when there is nothing."""
        return max(1, -(-self.total // PAGE_SIZE))


def cause_groups(*, user: User, outcome: str) -> list[CauseGroup]:
    """Groups of quarantined or rejected messages, largest first. Two queries."""
    rows = (
        visible_messages(user)
        .filter(outcome=outcome)
        .order_by()
        .values("feed__name", "cause")
        .annotate(
            count=Count("receipt"),
            oldest=Min("received_at"),
            latest=Max("received_at"),
            newest=Max("receipt"),
        )
    )
    groups = list(rows)
    newest = [group["newest"] for group in groups]
    examples = dict(
        visible_messages(user).filter(receipt__in=newest).values_list("receipt", "reason")
    )
    found = [
        CauseGroup(
            feed=group["feed__name"] or "",
            cause=group["cause"],
            count=group["count"],
            oldest_at=group["oldest"],
            newest_at=group["latest"],
            newest=group["newest"],
            example=examples.get(group["newest"], ""),
        )
        for group in groups
    ]
    return sorted(found, key=lambda group: (-group.count, group.cause, group.feed))


def waiting_counts(*, user: User) -> dict[str, int]:
    """How many messages are quarantined and how many rejected. One query."""
    rows = (
        visible_messages(user)
        .filter(outcome__in=(Outcome.QUARANTINED, Outcome.REJECTED))
        .order_by()
        .values_list("outcome")
        .annotate(count=Count("receipt"))
    )
    return dict(rows)


def group_messages(user: User, *, outcome: str, feed: str, cause: str) -> QuerySet[Message]:
    """The messages of one group that the user may see. Lazy."""
    return visible_messages(user).filter(outcome=outcome, cause=cause, feed__name=feed)


def group_page(
    *, user: User, outcome: str, feed: str, cause: str, page: int = 1, after: int = 0
) -> GroupPage:
    """One page of a group; empty when there is none, or it is not the user's. Two queries."""
    messages = group_messages(user, outcome=outcome, feed=feed, cause=cause).order_by()
    found = messages.aggregate(
        total=Count("receipt"),
        last=Max("receipt"),
        left=Count("receipt", filter=Q(receipt__gt=after)),
    )
    total, last = found["total"], found["last"] or 0
    page = min(page, max(1, -(-total // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    rows = rows_of(messages.order_by("-receipt")[start : start + PAGE_SIZE])
    return GroupPage(rows, total, page, last, found["left"])


def group_receipts(
    *, user: User, outcome: str, feed: str, cause: str, after: int, upto: int, most: int
) -> list[int]:
    """Receipts of a group above `after` and up to `upto`, oldest first, so many. One query."""
    messages = group_messages(user, outcome=outcome, feed=feed, cause=cause)
    wanted = messages.filter(receipt__gt=after, receipt__lte=upto).order_by("receipt")
    return list(wanted.values_list("receipt", flat=True)[:most])


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Messages from one sender that calls itself by our code but that no feed takes."""

    sender: str
    count: int
    newest_at: datetime


def unclaimed(*, user: User, at: datetime) -> list[Unclaimed]:
    """Senders of the last days that gave the user's organisation in MSH-4. One query.

    Such messages belong to nobody, so only their sender is told, never what they hold.
    """
    if user.acting is None or not user.may(Permission.SEE_MESSAGES):
        return []
    own = f" at {user.acting.organisation.ods_code}"
    rows = (
        Message.objects.filter(
            feed=None,
            cause="unknown_sender",
            outcome=Outcome.REJECTED,
            received_at__gte=at - timedelta(days=NOBODYS_DAYS),
            reason__endswith=own,
        )
        .order_by()
        .values_list("reason")
        .annotate(count=Count("receipt"), newest=Max("received_at"))
    )
    return sorted(
        (
            Unclaimed(reason.removeprefix("no feed takes messages from "), count, newest)
            for reason, count, newest in rows
        ),
        key=lambda found: found.sender,
    )
