"""What a cancellation takes back: found in history, never guessed from its own fields.

A cancel names what it cancels by EVN-6. Some senders put another time there, so the
latest event of that kind recorded before the cancel is the second choice.
Source: docs/reference/feed-events.md, "Cancels".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from homeward.hospital.domain.events import CANCELS, FeedEvent, Kind
from homeward.hospital.domain.identity import Links

TARGETS: dict[Kind, frozenset[Kind]] = {
    Kind.CANCEL_ADMIT: frozenset({Kind.ADMIT, Kind.TO_INPATIENT, Kind.REGISTER}),
    Kind.CANCEL_TRANSFER: frozenset({Kind.TRANSFER, Kind.TO_INPATIENT, Kind.TO_OUTPATIENT}),
    Kind.CANCEL_DISCHARGE: frozenset({Kind.DISCHARGE}),
}
# What cannot be true of a visit whose admission never happened.
FOLLOWS_ADMISSION = frozenset(
    {
        Kind.ADMIT,
        Kind.REGISTER,
        Kind.TRANSFER,
        Kind.DISCHARGE,
        Kind.UPDATE,
        Kind.TO_INPATIENT,
        Kind.TO_OUTPATIENT,
        Kind.PENDING,
        Kind.CANCEL_PENDING,
        Kind.LEAVE,
        Kind.RETURN,
        Kind.CANCEL_LEAVE,
        Kind.CANCEL_RETURN,
    }
)
EventId = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Annulment:
    """Each event that was taken back with the kind of its cancel, and the cancels that did."""

    taken: dict[EventId, Kind]
    matched: frozenset[EventId]


def event_id(event: FeedEvent) -> EventId:
    """What tells one event from another: its message and its place in it."""
    return (event.receipt, event.index)


def annulled(events: Sequence[FeedEvent], links: Links) -> Annulment:
    """Every event that a cancel takes back.

    events: one cluster's whole history, in effect order. links: which visits are one.
    """
    taken: dict[EventId, Kind] = {}
    matched: set[EventId] = set()
    cancels = [event for event in events if event.kind in CANCELS]
    for cancel in sorted(cancels, key=lambda event: (event.known_at, event.receipt)):
        visit = _visit(cancel, links)
        same_visit = [event for event in events if _visit(event, links) == visit]
        target = _target(cancel, same_visit, taken)
        if target is not None:
            taken[event_id(target)] = cancel.kind
            matched.add(event_id(cancel))
        if cancel.kind is Kind.CANCEL_ADMIT:
            for event in _after_admission(cancel, target, same_visit):
                taken[event_id(event)] = cancel.kind
    return Annulment(taken, frozenset(matched))


def _visit(event: FeedEvent, links: Links) -> UUID | None:
    return links.visit(event.spell) if event.spell is not None else None


def _target(
    cancel: FeedEvent, same_visit: Iterable[FeedEvent], taken: dict[EventId, Kind]
) -> FeedEvent | None:
    kinds = TARGETS[cancel.kind]
    open_targets = [
        event for event in same_visit if event.kind in kinds and event_id(event) not in taken
    ]
    for event in open_targets:
        if event.at == cancel.at:
            return event
    recorded_before = [event for event in open_targets if event.known_at <= cancel.known_at]
    return max(recorded_before, key=lambda event: event.order, default=None)


def _after_admission(
    cancel: FeedEvent, target: FeedEvent | None, same_visit: Iterable[FeedEvent]
) -> list[FeedEvent]:
    return [
        event
        for event in same_visit
        if event.kind in FOLLOWS_ADMISSION
        and event.known_at <= cancel.known_at
        and (target is None or event.order >= target.order)
    ]
