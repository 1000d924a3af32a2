"""The message log: receipt numbers, the lock of an organisation, and what was applied."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from homeward.core import bulk
from homeward.gateway.domain.adt import read_message_events
from homeward.gateway.domain.errors import NotForUs, Unusable
from homeward.gateway.domain.hl7 import Hl7Error, read_message
from homeward.gateway.domain.settings import FeedSettings
from homeward.gateway.models import Message, MessagePerson, Outcome
from homeward.gateway.services.feeds import settings_of_feeds
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.services.feed import History

logger = structlog.get_logger(__name__)

# Any number, the same in every process: the first half of PostgreSQL's advisory lock.
LOCK_SPACE = 7_410
FILED_AT_ONCE = 2000
FILE_COLUMNS = ("id", "message_id", "person")


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
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(receipt) FROM {Message._meta.db_table}")  # noqa: S608
        last = cursor.fetchone()[0] or 0
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
    `rebuild --check` names what differs.
    """
    of_feed = settings[feed]
    try:
        message = read_message(bytes(raw), default_charset=of_feed.charset)
        reading = read_message_events(message, of_feed, receipt=receipt, heard_at=heard_at)
    except (Hl7Error, NotForUs, Unusable) as error:
        logger.warning("message.no_longer_usable", receipt=receipt, why=error.text)
        return ()
    return reading.events


def file_afresh(organisation: UUID) -> None:
    """File every applied message under the people it speaks of as its feed is now read.

    Whom a message is about depends on settings (which number is the local one). Each part of
    the log is its own unit of work with the organisation locked.
    """
    settings = load_settings()
    last = 0
    while True:
        with transaction.atomic():
            lock_organisations([organisation])
            rows = list(
                Message.objects.filter(
                    organisation=organisation, outcome=Outcome.APPLIED, receipt__gt=last
                )
                .order_by("receipt")
                .values_list("receipt", "raw", "feed_id", "received_at")[:FILED_AT_ONCE]
            )
            _file(settings, rows)
        if not rows:
            return
        last = rows[-1][0]


def _file(settings: dict[UUID, FeedSettings], rows: list[tuple[Any, ...]]) -> None:
    wanted: set[tuple[int, UUID]] = set()
    readable: list[int] = []
    for row in rows:
        if events := events_of_row(settings, *row):
            readable.append(row[0])
            wanted |= {(row[0], key) for e in events for key in (e.person, *e.others)}
    filed = bulk.select(MessagePerson, FILE_COLUMNS, "message_id", readable)
    found = {(receipt, person): key for key, receipt, person in filed}
    wrong = [key for name, key in found.items() if name not in wanted]
    MessagePerson.objects.filter(pk__in=wrong).delete()
    bulk.insert(MessagePerson, FILE_COLUMNS[1:], sorted(wanted - found.keys()))


def load_settings() -> dict[UUID, FeedSettings]:
    """Every feed's settings by its key, enabled or not. One query."""
    return settings_of_feeds()
