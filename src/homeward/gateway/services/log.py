"""The message log: receipt numbers, the lock of an organisation, and what was applied."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection
from django.db.models import Max

from homeward.gateway.domain.adt import read_message_events
from homeward.gateway.domain.hl7 import read_message
from homeward.gateway.domain.settings import FeedSettings
from homeward.gateway.models import Message, Outcome
from homeward.gateway.services.feeds import settings_of_feeds
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.services.feed import History

# Any number, the same in every process: the first half of PostgreSQL's advisory lock.
LOCK_SPACE = 7_410


def lock_organisations(organisations: Iterable[UUID]) -> None:
    """Keep every other process from writing these organisations' feed rows until we commit.

    SQLite needs nothing: an IMMEDIATE transaction is already alone. On PostgreSQL the locks
    are taken in one order, so that two processes never wait for each other.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for key in sorted(organisation.int % 2**31 for organisation in organisations):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, key])


def next_receipts(count: int) -> list[int]:
    """That many receipt numbers nobody else has, rising. Inside a transaction."""
    if count == 0:
        return []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'receipt')) FROM generate_series(1, %s)",
                [Message._meta.db_table, count],
            )
            return sorted(row[0] for row in cursor.fetchall())
    # Messages are never deleted, so the highest receipt is the last one given out.
    last = Message.objects.aggregate(last=Max("receipt"))["last"] or 0
    return list(range(last + 1, last + 1 + count))


def history(settings: dict[UUID, FeedSettings]) -> History:
    """A reader of everything applied that speaks of some people. One query a call."""
    return partial(_events_of, settings)


def _events_of(settings: dict[UUID, FeedSettings], people: set[UUID]) -> list[FeedEvent]:
    rows = Message.objects.filter(
        outcome=Outcome.APPLIED, receipt__in=_receipts_of(people)
    ).values_list("receipt", "raw", "feed_id", "received_at")
    return [event for row in rows for event in events_of_row(settings, *row)]


def _receipts_of(people: set[UUID]) -> list[int]:
    from homeward.gateway.models import MessagePerson

    return list(
        MessagePerson.objects.filter(person__in=list(people))
        .values_list("message_id", flat=True)
        .distinct()
    )


def events_of_row(
    settings: dict[UUID, FeedSettings],
    receipt: int,
    raw: bytes | memoryview,
    feed: UUID,
    heard_at: datetime,
) -> tuple[FeedEvent, ...]:
    """The events of one applied message, read again with the feed's present settings.

    Settings may have changed so that it cannot be used any more: then it says nothing, and
    `rebuild --check` names it.
    """
    of_feed = settings[feed]
    message = read_message(bytes(raw), default_charset=of_feed.charset)
    return read_message_events(message, of_feed, receipt=receipt, heard_at=heard_at).events


def applied_events(settings: dict[UUID, FeedSettings], organisation: UUID) -> Iterator[FeedEvent]:
    """Everything ever applied for an organisation, by receipt number, as a stream."""
    rows = (
        Message.objects.filter(organisation_id=organisation, outcome=Outcome.APPLIED)
        .order_by("receipt")
        .values_list("receipt", "raw", "feed_id", "received_at")
    )
    for row in rows.iterator(chunk_size=2000):
        yield from events_of_row(settings, *row)


def load_settings() -> dict[UUID, FeedSettings]:
    """Every feed's settings by its key, enabled or not. One query."""
    return settings_of_feeds()
