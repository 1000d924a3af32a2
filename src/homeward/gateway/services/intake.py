"""Take a group of messages in: one unit of work, acknowledged after its commit.

Reading and translating happen before the transaction, so that SQLite's one writer is kept
waiting as short as can be. If the group fails it is rolled back and taken one by one: one
bad message never harms its neighbours.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from homeward.core import bulk
from homeward.gateway.domain.hl7 import AckError
from homeward.gateway.models import Message, MessagePerson, Outcome
from homeward.gateway.services import log
from homeward.gateway.services.feeds import Feeds, known_feeds
from homeward.gateway.services.pulses import note_pulses
from homeward.gateway.services.reading import Arrival, Read, conflict_key, read_arrival
from homeward.gateway.services.replies import Replies, replies
from homeward.hospital.domain.errors import Refused
from homeward.hospital.services import feed as hospital_feed

logger = structlog.get_logger(__name__)

DUPLICATE = "duplicate"
MESSAGE_COLUMNS = (
    "receipt",
    "feed_id",
    "organisation_id",
    "received_at",
    "source",
    "raw",
    "control_id",
    "message_type",
    "trigger",
    "event_at",
    "body_digest",
    "repeat_key",
    "outcome",
    "cause",
    "reason",
    "reply",
    "application_reply",
    "changes",
    "repeats",
)
STORED_COLUMNS = (
    "repeat_key",
    "receipt",
    "feed_id",
    "received_at",
    "body_digest",
    "reply",
    "application_reply",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one arrival and what to send back, in order; sent only after commit."""

    outcome: str
    receipt: int
    replies: tuple[bytes, ...]


class _Stored(NamedTuple):
    """A message in the log that may be a repeat's first, in the order of STORED_COLUMNS."""

    key: UUID
    receipt: int
    feed: UUID
    received_at: datetime
    body: UUID
    first: bytes
    application: bytes | None


@dataclass(slots=True)
class _Group:
    """A group on its way: what was read, and what is already stored under the same keys."""

    reads: list[Read]
    feeds: Feeds
    answers: list[Answer | None]
    displaced: dict[int, Refused]


def receive(
    arrivals: Sequence[Arrival], *, at: datetime, only: frozenset[str] = frozenset()
) -> list[Answer]:
    """Store and apply a group of messages, in the order given; one answer for each.

    at: when they arrived, UTC. only: the feeds taken here, all when empty. Whatever is
    wrong with a message becomes its outcome. Raises OperationalError or InterfaceError when
    the database cannot be used: then nothing was stored and nothing may be acknowledged.
    """
    feeds = known_feeds(only=only)
    try:
        return _receive_together([read_arrival(a, feeds, received_at=at) for a in arrivals], feeds)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(arrivals) == 1:
            logger.exception("message.failed", source=arrivals[0].source)
            return [_receive_failed(read_arrival(arrivals[0], feeds, received_at=at), feeds)]
        logger.warning("group.failed", size=len(arrivals))
    return [answer for arrival in arrivals for answer in receive([arrival], at=at, only=only)]


def _receive_failed(read: Read, feeds: Feeds) -> Answer:
    """Keep a message that our own code could not apply, for a person to look at."""
    text = "an error of our own; it is kept and can be replayed"
    read.quarantine("internal_error", text, AckError("207", text))
    return _receive_together([read], feeds)[0]


@transaction.atomic
def _receive_together(reads: list[Read], feeds: Feeds) -> list[Answer]:
    log.lock_organisations({read.feed.organisation_id for read in reads if read.feed is not None})
    group = _Group(reads, feeds, [None] * len(reads), {})
    firsts = _set_repeats_aside(group)
    new = [index for index, answer in enumerate(group.answers) if answer is None]
    receipts = dict(zip(new, log.next_receipts(len(new)), strict=True))
    changes = _apply(group, receipts)
    _store(group, receipts, changes)
    _count_repeats(group, [receipts[first] for first in firsts.values()])
    for index, first in firsts.items():
        answer = group.answers[first]
        assert answer is not None
        group.answers[index] = Answer(DUPLICATE, answer.receipt, answer.replies)
    note_pulses(group.reads)
    return [answer for answer in group.answers if answer is not None]


def _set_repeats_aside(group: _Group) -> dict[int, int]:
    """Answer what the log already holds; return repeats within the group by their first."""
    stored = _stored_with_keys(group.reads)
    first_in_group: dict[UUID, int] = {}
    repeats: dict[int, int] = {}
    repeated: list[int] = []
    for index, read in enumerate(group.reads):
        key = read.repeat_key
        if key is None:
            continue
        body = _body_under(key, stored, first_in_group, group)
        if body is not None and body != read.body:
            key = read.repeat_key = conflict_key(key, read.body)
            _quarantine_conflict(read)
            stored |= _stored_with_keys([read])
            body = _body_under(key, stored, first_in_group, group)
        if key in stored:
            row = stored[key]
            group.answers[index] = Answer(DUPLICATE, row.receipt, _sent(row.first, row.application))
            repeated.append(row.receipt)
        elif body is not None:
            repeats[index] = first_in_group[key]
            # Answered once its first is: until then it must not be stored.
            group.answers[index] = Answer(DUPLICATE, 0, ())
        else:
            first_in_group[key] = index
    _count_repeats(group, repeated)
    return repeats


def _body_under(
    key: UUID, stored: dict[UUID, _Stored], first_in_group: dict[UUID, int], group: _Group
) -> UUID | None:
    if key in stored:
        return stored[key].body
    return group.reads[first_in_group[key]].body if key in first_in_group else None


def _quarantine_conflict(read: Read) -> None:
    text = "MSH-10 was already used by this sender for another message"
    read.quarantine("control_id_reused", text, AckError("205", text, "MSH", 1, 10))
    feed = read.feed.settings.name if read.feed is not None else ""
    logger.error("control_id.reused", feed=feed, source=read.arrival.source)


def _stored_with_keys(reads: list[Read]) -> dict[UUID, _Stored]:
    """Messages in the log under the same keys; those past their window give theirs up."""
    keys = {read.repeat_key for read in reads if read.repeat_key is not None}
    windows = {
        read.feed.id: read.received_at - timedelta(days=read.feed.settings.repeat_window_days)
        for read in reads
        if read.feed is not None
    }
    stored: dict[UUID, _Stored] = {}
    lapsed: list[int] = []
    for row in map(_Stored._make, bulk.select(Message, STORED_COLUMNS, "repeat_key", keys)):
        if row.received_at < windows[row.feed]:
            lapsed.append(row.receipt)
        else:
            stored[row.key] = row
    if lapsed:
        Message.objects.filter(receipt__in=lapsed).update(repeat_key=None)
    return stored


def _count_repeats(group: _Group, receipts: list[int]) -> None:
    """Note on each message how often it came again. One write, or one more for each extra."""
    at = group.reads[0].received_at
    for times, repeated in _by_count(receipts).items():
        Message.objects.filter(receipt__in=repeated).update(
            repeats=F("repeats") + times, last_repeat_at=at
        )


def _by_count(receipts: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for receipt, times in Counter(receipts).items():
        found.setdefault(times, []).append(receipt)
    return found


def _apply(group: _Group, receipts: dict[int, int]) -> dict[int, list[str]]:
    """Fold what can be applied, an organisation at a time; return what each changed."""
    changes: dict[int, list[str]] = {}
    by_organisation: dict[UUID, list[tuple[int, Read]]] = {}
    for index, receipt in receipts.items():
        read = group.reads[index]
        if read.events and read.feed is not None:
            for event in read.events:
                event.receipt = receipt
            by_organisation.setdefault(read.feed.organisation_id, []).append((receipt, read))
    for organisation, messages in sorted(by_organisation.items()):
        result = hospital_feed.take(
            organisation=organisation,
            deliveries=[hospital_feed.Delivery(r, read.events) for r, read in messages],
            history=log.history(group.feeds.settings),
        )
        group.displaced.update(result.displaced)
        for (receipt, read), taken in zip(messages, result.taken, strict=True):
            refused = taken.refused or result.displaced.get(receipt)
            if refused is not None:
                read.quarantine(
                    refused.cause, refused.text, AckError("204", refused.text, "PV1", 1, 19)
                )
            else:
                changes[receipt] = [change.text for change in taken.changes]
    return changes


def _row(read: Read, receipt: int, sent: Replies, changes: list[str]) -> tuple[object, ...]:
    """One message's columns, in the order of MESSAGE_COLUMNS."""
    return (
        receipt,
        read.feed.id if read.feed is not None else None,
        read.feed.organisation_id if read.feed is not None else None,
        read.received_at,
        read.arrival.source[:200],
        read.arrival.raw,
        read.control_id,
        read.message_type,
        read.trigger,
        read.event_at,
        read.body,
        read.repeat_key,
        read.outcome.value,
        read.cause,
        read.reason,
        sent.first,
        sent.application,
        changes,
        0,
    )


def _sent(first: bytes, application: bytes | memoryview | None) -> tuple[bytes, ...]:
    return tuple(bytes(reply) for reply in (first, application) if reply)


def _store(group: _Group, receipts: dict[int, int], changes: dict[int, list[str]]) -> None:
    """Write the messages with what became of them, and whom they speak of."""
    rows: list[tuple[object, ...]] = []
    people: list[tuple[int, UUID]] = []
    for index, receipt in receipts.items():
        read = group.reads[index]
        sent = replies(read, receipt)
        rows.append(_row(read, receipt, sent, changes.get(receipt, [])))
        spoken_of = (key for event in read.events for key in (event.person, *event.others))
        people += [(receipt, person) for person in dict.fromkeys(spoken_of)]
        group.answers[index] = Answer(
            read.outcome.value, receipt, _sent(sent.first, sent.application)
        )
    bulk.insert(Message, MESSAGE_COLUMNS, rows)
    bulk.insert(MessagePerson, ("message_id", "person"), people)
    ours = set(receipts.values())
    for receipt, error in group.displaced.items():
        if receipt not in ours:
            quarantine_displaced(receipt, error)


def quarantine_displaced(receipt: int, error: Refused) -> None:
    """Put aside an earlier message that no longer fits what is known."""
    Message.objects.filter(receipt=receipt).update(
        outcome=Outcome.QUARANTINED, cause=error.cause, reason=error.text[:300]
    )
    logger.warning("message.displaced", receipt=receipt, cause=error.cause)
