"""The message log: one page of it, and one message."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from homeward.core.models import User
from homeward.gateway.domain.hl7 import Segment
from homeward.gateway.domain.readable import (
    MOST_SEGMENTS,
    Named,
    ReadSegment,
    named_in,
    raw_text,
    readable,
    segments_of,
)
from homeward.gateway.models import Message, MessageDecision, MessagePerson, Outcome
from homeward.gateway.queries.feeds import midnight
from homeward.gateway.queries.people import SpokenOf, hides, people_spoken_of
from homeward.gateway.queries.scope import visible_messages

PAGE_SIZE = 50
# Counting further would read the whole log for a number that nobody needs.
MOST_COUNTED = 10_000
HOUR = "hour"
# Quarantined or rejected, as the feed pages count them.
NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class LogWanted:
    """Which messages to list. day: of Europe/London. hour: the UTC hour they came in.

    within: HOUR for those of the last hour. outcome: one of Outcome, or NOT_TAKEN.
    """

    feed: str = ""
    outcome: str = ""
    trigger: str = ""
    day: date | None = None
    hour: datetime | None = None
    within: str = ""
    person: UUID | None = None
    control: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class LogRow:
    """One message as the log lists it: nothing in it names a person."""

    receipt: int
    received_at: datetime
    feed: str
    message_type: str
    trigger: str
    control_id: str
    outcome: str
    cause: str
    reason: str
    changes: list[str]
    repeats: int


ROW_FIELDS = (
    "receipt",
    "received_at",
    "feed__name",
    "message_type",
    "trigger",
    "control_id",
    "outcome",
    "cause",
    "reason",
    "changes",
    "repeats",
)


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log. total is MOST_COUNTED when there are at least that many."""

    rows: list[LogRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages can be reached; one when there is nothing."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def more(self) -> bool:
        """Whether there are more messages than were counted."""
        return self.total >= MOST_COUNTED


def log_page(*, user: User, wanted: LogWanted, at: datetime) -> LogPage:
    """Messages the user may see, newest first. Two queries."""
    messages = _wanted(visible_messages(user), wanted, at)
    total = messages.order_by()[:MOST_COUNTED].count()
    page = min(wanted.page, max(1, -(-total // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    order = ("-received_at", "-receipt") if wanted.feed else ("-receipt",)
    return LogPage(rows_of(messages.order_by(*order)[start : start + PAGE_SIZE]), total, page)


def rows_of(messages: QuerySet[Message]) -> list[LogRow]:
    """Those messages as rows. One query, which leaves their texts in the database."""
    return [LogRow(*values) for values in messages.values_list(*ROW_FIELDS)]


def _wanted(messages: QuerySet[Message], wanted: LogWanted, at: datetime) -> QuerySet[Message]:
    if wanted.feed:
        messages = messages.filter(feed__name=wanted.feed)
    if wanted.outcome == NOT_TAKEN:
        messages = messages.filter(outcome__in=(Outcome.QUARANTINED, Outcome.REJECTED))
    elif wanted.outcome:
        messages = messages.filter(outcome=wanted.outcome)
    if wanted.trigger:
        messages = messages.filter(trigger__iexact=wanted.trigger)
    if wanted.control:
        messages = messages.filter(control_id=wanted.control)
    if wanted.person:
        spoken = MessagePerson.objects.filter(person=wanted.person).values("message")
        messages = messages.filter(receipt__in=spoken)
    return _within(messages, wanted, at)


def _within(messages: QuerySet[Message], wanted: LogWanted, at: datetime) -> QuerySet[Message]:
    if wanted.day:
        start = datetime.combine(wanted.day, datetime.min.time(), timezone.get_default_timezone())
        end = midnight(start + timedelta(hours=36))
        messages = messages.filter(received_at__gte=start, received_at__lt=end)
    if wanted.hour:
        end = wanted.hour + timedelta(hours=1)
        messages = messages.filter(received_at__gte=wanted.hour, received_at__lt=end)
    if wanted.within == HOUR:
        messages = messages.filter(received_at__gte=at - timedelta(hours=1))
    return messages


def person_of_log(*, user: User, at: datetime, person: UUID) -> SpokenOf | None:
    """The person a log is asked about; None for a stranger. At most five queries.

    Someone whose every message was set aside has no record any more but is still known here.
    """
    found = people_spoken_of(user=user, at=at, keys=[person])
    if found and found[0].held:
        return next((each for each in found if each.person == person), None)
    told = MessagePerson.objects.filter(person=person, message__in=visible_messages(user))
    return SpokenOf(person) if told.exists() else None


@dataclass(frozen=True, slots=True)
class Decided:
    """What someone decided about a message."""

    at: datetime
    by: str
    decision: str
    reason: str
    outcome: str


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One message with everything its page shows. Masked: segments and raw are empty."""

    row: LogRow
    source: str
    event_at: datetime | None
    last_repeat_at: datetime | None
    size: int
    people: list[SpokenOf]
    subjects: list[UUID]
    masked: bool
    segments: list[ReadSegment]
    more_segments: int
    raw: str
    replies: list[str]
    decisions: list[Decided]


def message_record(*, user: User, receipt: int, at: datetime) -> MessageRecord | None:
    """One message; None for one that is not the user's to see. At most seven queries."""
    found = visible_messages(user).select_related("feed__organisation").filter(receipt=receipt)
    message = found.first()
    if message is None:
        return None
    charset = message.feed.charset if message.feed else "utf-8"
    segments = segments_of(bytes(message.raw), default_charset=charset)
    keys = list(
        MessagePerson.objects.filter(message=message)
        .order_by("pk")
        .values_list("person", flat=True)
    )
    named = _named(message, segments)
    people = people_spoken_of(user=user, at=at, keys=keys, named=named)
    masked = hides(people, named)
    zone = ZoneInfo(message.feed.time_zone if message.feed else "Europe/London")
    return MessageRecord(
        row=_row_of(message),
        source=message.source,
        event_at=message.event_at,
        last_repeat_at=message.last_repeat_at,
        size=len(message.raw),
        people=people,
        subjects=[] if masked else [person.person for person in people],
        masked=masked,
        segments=[] if masked else readable(segments[:MOST_SEGMENTS], zone),
        more_segments=max(0, len(segments) - MOST_SEGMENTS),
        raw="" if masked else raw_text(bytes(message.raw), default_charset=charset),
        replies=[
            raw_text(bytes(reply)) for reply in (message.reply, message.application_reply) if reply
        ],
        decisions=_decisions([receipt]),
    )


def _named(message: Message, segments: Iterable[Segment]) -> Named | None:
    """Whom a message names that was not applied; None for one whose people are known."""
    if message.outcome == Outcome.APPLIED or message.feed is None:
        return None
    return named_in(
        segments,
        organisation=message.feed.organisation.ods_code,
        local_authority=message.feed.local_authority,
    )


def _row_of(message: Message) -> LogRow:
    values = {name: getattr(message, name) for name in ROW_FIELDS if name != "feed__name"}
    return LogRow(feed=message.feed.name if message.feed else "", **values)


def _decisions(receipts: list[int]) -> list[Decided]:
    rows = MessageDecision.objects.filter(message__in=receipts).select_related("by")
    return [
        Decided(
            row.at, str(row.by) if row.by else "Homeward", row.decision, row.reason, row.outcome
        )
        for row in rows.order_by("-at", "-pk")
    ]


@dataclass(frozen=True, slots=True)
class MessageBrief:
    """What a page that asks for a decision needs: no content."""

    receipt: int
    outcome: str
    cause: str
    trigger: str
    people: int


def message_brief(*, user: User, receipt: int) -> MessageBrief | None:
    """One message without its content; None for one not the user's to see. Two queries."""
    fields = ("receipt", "outcome", "cause", "trigger")
    row = visible_messages(user).filter(receipt=receipt).values_list(*fields).first()
    if row is None:
        return None
    people = MessagePerson.objects.filter(message_id=receipt).values("person").distinct().count()
    receipt, outcome, cause, trigger = row
    return MessageBrief(receipt, outcome, cause, trigger, people)
