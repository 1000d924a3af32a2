"""What people decide about messages: replay, dismiss, set aside. Each with a name and reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from homeward.core.domain.roles import Permission
from homeward.core.errors import HomewardError
from homeward.core.models import User
from homeward.core.services import audit
from homeward.gateway.models import Decision, Message, MessageDecision, MessagePerson, Outcome
from homeward.gateway.services import log
from homeward.gateway.services.feeds import Feeds, known_feeds
from homeward.gateway.services.intake import quarantine_displaced
from homeward.gateway.services.reading import Arrival, Read, read_arrival
from homeward.hospital.services import feed as hospital_feed

REPLAYABLE = (Outcome.QUARANTINED, Outcome.REJECTED, Outcome.DISMISSED)


class NotYours(HomewardError):
    """The role does not allow deciding on messages."""


class NotReplayable(HomewardError):
    """The message was applied or ignored already."""


def replay(*, receipts: Sequence[int], by: User, at: datetime) -> dict[str, int]:
    """Try quarantined messages again, oldest first, with the feed's present settings.

    Each keeps the reply that was sent and the moment it was heard. Returns how many ended
    with which outcome. Raises NotYours without the permission; messages of another
    organisation, or applied already, are passed over.
    """
    _may_mend(by)
    outcomes: dict[str, int] = {}
    for receipt in sorted(receipts):
        outcome = _replay_one(receipt, by=by, at=at)
        if outcome is not None:
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return outcomes


@transaction.atomic
def _replay_one(receipt: int, *, by: User, at: datetime) -> str | None:
    _lock(by)
    rows = Message.objects.visible_to(by).filter(outcome__in=REPLAYABLE, receipt=receipt)
    message = rows.first()
    if message is None:
        return None
    feeds = known_feeds()
    read = _read_again(message, feeds)
    changes = _apply_again(read, receipt, feeds)
    message.feed_id = read.feed.id if read.feed is not None else message.feed_id
    message.outcome, message.cause, message.reason = read.outcome, read.cause, read.reason
    message.event_at, message.changes = read.event_at, changes
    message.save()
    _decide(message, Decision.REPLAY, "", by=by, at=at)
    return str(read.outcome.value)


def _read_again(message: Message, feeds: Feeds) -> Read:
    feed = feeds.by_id.get(message.feed_id) if message.feed_id is not None else None
    arrival = Arrival(bytes(message.raw), message.source, feed.settings.name if feed else "")
    return read_arrival(arrival, feeds, received_at=message.received_at)


def _apply_again(read: Read, receipt: int, feeds: Feeds) -> list[str]:
    if not read.events or read.feed is None:
        return []
    for event in read.events:
        event.receipt = receipt
    result = hospital_feed.take(
        organisation=read.feed.organisation_id,
        deliveries=[hospital_feed.Delivery(receipt, read.events)],
        history=log.history(feeds.settings),
        afresh=True,
    )
    taken = result.taken[0]
    refused = taken.refused or result.displaced.get(receipt)
    for other, error in result.displaced.items():
        if other != receipt:
            quarantine_displaced(other, error)
    if refused is not None:
        read.outcome, read.cause, read.reason = Outcome.QUARANTINED, refused.cause, refused.text
        return []
    people = dict.fromkeys(k for event in read.events for k in (event.person, *event.others))
    MessagePerson.objects.filter(message=receipt).delete()
    MessagePerson.objects.bulk_create(MessagePerson(message_id=receipt, person=p) for p in people)
    return [change.text for change in taken.changes]


@transaction.atomic
def dismiss(*, receipts: Sequence[int], reason: str, by: User, at: datetime) -> int:
    """Put quarantined messages away for good, with a reason. Replaying undoes it.

    Returns how many were. Raises NotYours without the permission, HomewardError without a
    reason.
    """
    _may_mend(by)
    _needs_reason(reason)
    _lock(by)
    rows = Message.objects.visible_to(by).filter(
        receipt__in=list(receipts), outcome=Outcome.QUARANTINED
    )
    messages = list(rows)
    for message in messages:
        message.outcome = Outcome.DISMISSED
        message.save(update_fields=["outcome"])
        _decide(message, Decision.DISMISS, reason, by=by, at=at)
    return len(messages)


@transaction.atomic
def set_aside(*, receipt: int, reason: str, by: User, at: datetime) -> None:
    """Take an applied message out of account, as when a merge was a mistake.

    Everyone it spoke of is derived afresh without it. Replaying undoes it. Raises NotYours
    without the permission, HomewardError without a reason, NotReplayable when the message
    is not an applied one of this user's organisation.
    """
    _may_mend(by)
    _needs_reason(reason)
    _lock(by)
    message = (
        Message.objects.visible_to(by).filter(receipt=receipt, outcome=Outcome.APPLIED).first()
    )
    if message is None or message.organisation_id is None:
        raise NotReplayable("Only a message that was applied can be set aside")
    message.outcome, message.cause, message.reason = Outcome.DISMISSED, "set_aside", reason[:300]
    message.save()
    people = set(MessagePerson.objects.filter(message=message).values_list("person", flat=True))
    refold(message.organisation_id, people)
    _decide(message, Decision.SET_ASIDE, reason, by=by, at=at, subjects=people)


def refold(organisation: UUID, people: set[UUID]) -> None:
    """Derive people afresh and put aside what no longer fits. The organisation is locked."""
    displaced = hospital_feed.refold(
        organisation=organisation,
        people=people,
        history=log.history(known_feeds().settings),
    )
    for receipt, error in displaced.items():
        quarantine_displaced(receipt, error)


def _lock(by: User) -> None:
    """Before anything is read: two people may decide on one message at the same moment."""
    if by.acting is not None:
        log.lock_organisations([by.acting.organisation_id])


def _may_mend(by: User) -> None:
    if not by.may(Permission.MEND_MESSAGES):
        raise NotYours("Your role does not allow deciding on messages")


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise HomewardError("Enter why")


def _decide(
    message: Message,
    decision: Decision,
    reason: str,
    *,
    by: User,
    at: datetime,
    subjects: Iterable[UUID] = (),
) -> None:
    MessageDecision.objects.create(
        message=message,
        decision=decision,
        reason=reason[:300],
        by=by,
        at=at,
        outcome=message.outcome,
    )
    audit.record(
        f"message.{decision.value}", by=by, at=at, subjects=subjects, receipt=message.receipt
    )
