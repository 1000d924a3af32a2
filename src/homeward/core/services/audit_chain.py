"""Sealing the audit trail in a chain of digests, and checking that it still holds.

Events are written without any lock, so pages never wait for each other. Once a minute a job
seals what is new: each event gets the next position and a digest over the one before and itself.
An event of a slow transaction appears after others were sealed, and is sealed later: its place in
the chain is the order of sealing, and its own time stands in what is hashed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count

from homeward.core.domain import chain
from homeward.core.models import AuditEvent, AuditLink, AuditSubject

# On SQLite nobody may hold the one write lock for long: a batch this size takes a few milliseconds.
BATCH = 200
READ_AT_ONCE = 1000
# Any number, the same in every process: names the lock that lets one sealer in.
ADVISORY_LOCK = 0x686F6D65
# Keys begin with the clock of the machine that made them. Events younger than the newest sealed
# one by more than this are found only by a full search.
LOOK_BACK = timedelta(days=1)


def seal(*, at: datetime, everything: bool = False) -> int:
    """Link every event that is not in the chain yet; returns how many were linked.

    at: the moment of sealing. everything: search the whole trail and not only what came since
    a day before the newest sealed event (a daily job does). Any number of processes may call
    this at once: each batch is one transaction with one sealer in it.
    """
    sealed = 0
    start = None if everything else _search_from()
    while batch := _unsealed(start):
        sealed += _seal_batch(batch, at)
        if len(batch) < BATCH:
            break
    return sealed


def _unsealed(start: UUID | None) -> list[UUID]:
    rows = AuditEvent.objects.filter(link=None)
    if start is not None:
        rows = rows.filter(pk__gte=start)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _search_from() -> UUID | None:
    """The smallest key an event could have that is a day older than the newest sealed one."""
    newest = AuditLink.objects.order_by("-event_id").values_list("event_id", flat=True).first()
    if newest is None:
        return None
    milliseconds = (newest.int >> 80) - int(LOOK_BACK.total_seconds() * 1000)
    return UUID(int=max(milliseconds, 0) << 80)


@transaction.atomic
def _seal_batch(keys: Sequence[UUID], at: datetime) -> int:
    _wait_for_turn()
    # Another sealer may have been here between our search and our turn.
    events = AuditEvent.objects.filter(pk__in=keys, link=None).order_by("at", "pk")
    last = AuditLink.objects.order_by("-position").first()
    position, digest = (last.position, bytes(last.digest)) if last else (0, chain.START)
    links = []
    for event in events:
        position += 1
        digest = chain.digest(digest, position, _entry(event))
        links.append(AuditLink(position=position, event=event, digest=digest, sealed_at=at))
    AuditLink.objects.bulk_create(links)
    return len(links)


def _wait_for_turn() -> None:
    """One sealer at a time. On SQLite every transaction of ours is IMMEDIATE: it waits itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the whole chain found."""

    links: int
    # Hexadecimal digest of the last good link. Printed or exported, it proves later that
    # nothing was cut off the end.
    head: str
    unsealed: int
    # The first broken link and what is wrong with it; None and empty when the chain holds.
    broken_at: int | None = None
    why: str = ""


class _Broken(Exception):
    """The chain does not hold here."""


def verify(*, expected_head: tuple[int, str] | None = None) -> Verdict:
    """Walk the chain from its start and name the first link that does not hold.

    expected_head: a position and digest noted earlier; it must still stand there.
    Finds changed and missing events, missing and reordered links, and list views whose index of
    people was changed. Reads everything once, a thousand links at a time.
    """
    unsealed = AuditEvent.objects.filter(link=None).count()
    position, digest = 0, chain.START
    try:
        for link, event, people in _links():
            position += 1
            digest = _check(link, event, people, position, digest)
            _check_noted(position, digest, expected_head)
        if expected_head is not None and position < expected_head[0]:
            position += 1
            raise _Broken(f"the chain ends before link {expected_head[0]}, which was noted")
    except _Broken as broken:
        return Verdict(position - 1, digest.hex(), unsealed, position, str(broken))
    return Verdict(position, digest.hex(), unsealed)


def _links() -> Iterator[tuple[AuditLink, AuditEvent | None, int]]:
    """Every link with its event and the number of its people, in order."""
    after = -1
    while True:
        # An event may have been removed behind the database's back: join it loosely.
        links = list(AuditLink.objects.filter(position__gt=after)[:READ_AT_ONCE])
        if not links:
            return
        keys = [link.event_id for link in links]
        events = AuditEvent.objects.in_bulk(keys)
        people = dict(
            AuditSubject.objects.filter(event__in=keys)
            .values_list("event")
            .annotate(rows=Count("pk"))
        )
        for link in links:
            yield link, events.get(link.event_id), people.get(link.event_id, 0)
        after = links[-1].position


def _check(
    link: AuditLink, event: AuditEvent | None, people: int, position: int, previous: bytes
) -> bytes:
    if link.position != position:
        raise _Broken(f"link {position} is missing")
    if event is None:
        raise _Broken(f"event {link.event_id} is missing")
    digest = chain.digest(previous, position, _entry(event))
    if digest != bytes(link.digest):
        raise _Broken(f"event {event.pk} or its link was changed")
    if people != len(event.subjects):
        raise _Broken(f"the index of people of event {event.pk} was changed")
    return digest


def _check_noted(position: int, digest: bytes, noted: tuple[int, str] | None) -> None:
    if noted is not None and noted[0] == position and noted[1] != digest.hex():
        raise _Broken("the digest is not the one that was noted")


def _entry(event: AuditEvent) -> chain.Entry:
    return chain.Entry(
        id=event.pk,
        at=event.at,
        action=event.action,
        by=event.by_id,
        organisation=event.organisation_id,
        subjects=event.subjects,
        detail=event.detail,
    )
