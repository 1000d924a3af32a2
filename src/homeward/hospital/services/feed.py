"""Take what a feed says: one group of messages as one unit of work.

The gateway calls this inside its transaction, with the organisation locked, so that
nothing else writes the same feed rows meanwhile.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from homeward.hospital.domain import fold
from homeward.hospital.domain.changes import Change, place_words
from homeward.hospital.domain.classes import PatientClass
from homeward.hospital.domain.errors import Refused
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.domain.state import Ledger, PersonState
from homeward.hospital.services import feed_rows

# Given people, everything the log holds of them that was applied, in any order.
History = Callable[[set[UUID]], Iterable[FeedEvent]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one message says, as the events it was translated into."""

    receipt: int
    events: tuple[FeedEvent, ...]


@dataclass(slots=True)
class Taken:
    """What became of one message: its changes, or why it was refused."""

    receipt: int
    changes: list[Change] = field(default_factory=list)
    refused: Refused | None = None


@dataclass(slots=True)
class _Work:
    """One unit of work in progress."""

    organisation: UUID
    ledger: Ledger
    before: feed_rows.Before
    history: History
    afresh: bool = False
    # cluster -> everyone in it
    members: dict[UUID, set[UUID]] = field(default_factory=dict)
    accepted: list[FeedEvent] = field(default_factory=list)
    refolded: set[UUID] = field(default_factory=set)
    displaced: dict[int, Refused] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._note_members(self.ledger.people.values())

    def _note_members(self, people: Iterable[PersonState]) -> None:
        for person in people:
            self.members.setdefault(person.cluster, set()).add(person.id)

    def with_clusters(self, people: set[UUID]) -> set[UUID]:
        """These people and everyone in their clusters, read from the tables if need be."""
        unread = people - self.ledger.people.keys()
        if unread:
            more, before = feed_rows.load(self.organisation, unread, ())
            self.ledger.people.update(more.people)
            self.ledger.spells.update(more.spells)
            self.before.add(before)
            self._note_members(more.people.values())
        clusters = {self.cluster_of(person) for person in people}
        return people.union(*(self.members.get(cluster, ()) for cluster in clusters))

    def cluster_of(self, person: UUID) -> UUID:
        """The cluster of that person; someone new is a cluster of one."""
        known = self.ledger.people.get(person)
        return known.cluster if known is not None else person


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a group; displaced are earlier messages that no longer fit."""

    taken: list[Taken]
    displaced: dict[int, Refused]


def take(
    *,
    organisation: UUID,
    deliveries: Sequence[Delivery],
    history: History,
    afresh: bool = False,
) -> Result:
    """Fold a group of messages of one organisation and write what changed.

    organisation: its primary key. deliveries: in receipt order, receipts never used
    before. history: reads the log. afresh: fold everyone with their history, as a message
    that is replayed may be older than what came meanwhile. Six reads whatever the group's
    size, and one more for every late message; writes in bulk.
    """
    people = {key for d in deliveries for e in d.events for key in (e.person, *e.others)}
    spells = {
        key
        for d in deliveries
        for e in d.events
        for key in (e.spell, *e.other_spells)
        if key is not None
    }
    ledger, before = feed_rows.load(organisation, people, spells)
    work = _Work(organisation, ledger, before, history, afresh=afresh)
    taken = [_take_one(work, delivery) for delivery in deliveries]
    feed_rows.write(organisation, work.ledger, before, work.refolded)
    return Result(taken, work.displaced)


def refold(*, organisation: UUID, people: set[UUID], history: History) -> dict[int, Refused]:
    """Derive these people afresh from the log, as after a decision on one of its messages.

    Returns the receipts of messages that no longer fit, with the reason.
    """
    ledger, before = feed_rows.load(organisation, people, ())
    work = _Work(organisation, ledger, before, history)
    _fold_afresh(work, set(ledger.people) | people)
    feed_rows.write(organisation, work.ledger, before, work.refolded)
    return work.displaced


def _take_one(work: _Work, delivery: Delivery) -> Taken:
    try:
        for event in delivery.events:
            _check_owner(work, event)
        if _simple(work, delivery.events):
            event = delivery.events[0]
            changes = fold.apply(work.ledger, event)
            work.members.setdefault(work.cluster_of(event.person), set()).add(event.person)
        else:
            changes = _with_history(work, delivery)
    except Refused as error:
        return Taken(delivery.receipt, refused=error)
    work.accepted.extend(delivery.events)
    return Taken(delivery.receipt, changes)


def _simple(work: _Work, events: tuple[FeedEvent, ...]) -> bool:
    """Whether the message is one event that comes after all that is known."""
    if len(events) != 1 or work.afresh:
        return False
    people = work.ledger.people
    event = events[0]
    cluster = [people[key] for key in work.members.get(work.cluster_of(event.person), ())]
    has_cancels = any(person.has_cancels for person in cluster)
    if fold.needs_history(event, cluster, has_cancels=has_cancels):
        return False
    # A row says newborn; what was stated before the birth was known, only the log says.
    root = work.ledger.root(event.person)
    return not any(
        spell.patient_class == PatientClass.NEWBORN and spell.person == root
        for spell in work.ledger.spells.values()
    )


def _check_owner(work: _Work, event: FeedEvent) -> None:
    """Raises Refused when a visit belongs to someone this message does not speak of."""
    clusters = {work.cluster_of(key) for key in (event.person, *event.others)}
    for key in (event.spell, *event.other_spells):
        spell = work.ledger.spells.get(key) if key is not None else None
        if spell is not None and work.cluster_of(spell.person) not in clusters:
            raise Refused(
                "visit_of_another_person", "the visit number belongs to another person's visit"
            )


def _with_history(work: _Work, delivery: Delivery) -> list[Change]:
    """Fold everyone concerned afresh, this message included."""
    statuses = {
        event.spell: spell.status
        for event in delivery.events
        if event.spell is not None and (spell := work.ledger.spells.get(event.spell)) is not None
    }
    _fold_afresh(work, spoken_of(delivery.events), delivery)
    return [_summary(work, event, statuses) for event in delivery.events]


def about(people: set[UUID], events: Iterable[FeedEvent]) -> list[FeedEvent]:
    """The events that speak of these people: one message may hold others' too (A17)."""
    return [e for e in events if e.person in people or not people.isdisjoint(e.others)]


def spoken_of(events: Iterable[FeedEvent]) -> set[UUID]:
    """Everyone these events name."""
    return {key for event in events for key in (event.person, *event.others)}


def _fold_afresh(work: _Work, people: set[UUID], delivery: Delivery | None = None) -> None:
    """Derive these people, and whoever must be folded with them, from all that was said.

    Earlier messages that no longer fit are left out, set down as displaced, until all the
    rest do; whoever else they spoke of is derived too, so that no half of one stays. Raises
    Refused, and changes nothing, when the delivery itself does not fit.
    """
    new = delivery.events if delivery is not None else ()
    displaced = dict(work.displaced)
    everyone: set[UUID] = set()
    told: list[FeedEvent] = []
    while True:
        wider = work.with_clusters(people | everyone)
        if wider != everyone:
            everyone = wider
            told = [*work.history(everyone), *work.accepted, *new]
        told = [event for event in told if event.receipt not in displaced]
        fresh, refused = fold.fold_history(about(everyone, told))
        for event, error in refused:
            if delivery is not None and event.receipt == delivery.receipt:
                raise error
            displaced[event.receipt] = error
        if not refused:
            break
        people = people | spoken_of(event for event in told if event.receipt in displaced)
    work.displaced = displaced
    _replace(work, everyone, fresh)


def _replace(work: _Work, everyone: set[UUID], fresh: Ledger) -> None:
    """Put what was derived afresh in place of what was known of these people."""
    for key in everyone:
        work.members.pop(work.cluster_of(key), None)
        work.ledger.people.pop(key, None)
    gone = [key for key, spell in work.ledger.spells.items() if spell.person in everyone]
    for key in gone:
        del work.ledger.spells[key]
    work.ledger.people.update(fresh.people)
    work.ledger.spells.update(fresh.spells)
    for person in fresh.people.values():
        work.members.setdefault(person.cluster, set()).add(person.id)
    work.refolded.update(gone, fresh.spells)


def _summary(work: _Work, event: FeedEvent, statuses: dict[UUID, str]) -> Change:
    """What a message that was folded with its history came to."""
    root = work.ledger.root(event.person)
    spell = work.ledger.spells.get(event.spell) if event.spell is not None else None
    if spell is None:
        return Change(f"person.{event.kind.value}", root, None, "folded with their history")
    where = place_words(spell.open_stay.place) if spell.open_stay is not None else "no bed"
    was = statuses.get(spell.id) or "not known"
    text = f"folded with their history: visit was {was}, is {spell.status}, in {where}"
    return Change(f"spell.{event.kind.value}", root, spell.id, text)
