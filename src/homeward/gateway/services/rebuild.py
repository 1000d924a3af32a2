"""Derive what the feed knows afresh from the log, and say whether the live rows equal it.

Work goes cluster by cluster (people joined by merges and moves), so memory stays small
however long the log. The digest is a sum of row digests: it does not depend on the order
in which clusters are visited.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from homeward.gateway.domain.settings import FeedSettings
from homeward.gateway.models import Message, MessagePerson, Outcome
from homeward.gateway.services import log
from homeward.gateway.services.decisions import refold
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.domain.identity import Clusters
from homeward.hospital.services import feed_digest

# People folded at a time: a few thousand messages in memory, a short lock when writing.
BATCH = 400
SHOWN_DIFFERENCES = 20
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Comparison:
    """Digests of the live rows and of what the log says, in hexadecimal, and how they differ."""

    people: int = 0
    messages: int = 0
    live: int = 0
    derived: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether the live rows are what the log says."""
        return self.live == self.derived and not self.differences

    def add(self, live: dict[str, int], derived: dict[str, int]) -> None:
        """Take in one batch: row name -> row digest, on both sides."""
        self.live = feed_digest.total(self.live, live.values())
        self.derived = feed_digest.total(self.derived, derived.values())
        for name in sorted(live.keys() | derived.keys()):
            if live.get(name) != derived.get(name) and len(self.differences) < SHOWN_DIFFERENCES:
                self.differences.append(_difference(name, live, derived))


def _difference(name: str, live: dict[str, int], derived: dict[str, int]) -> str:
    if name not in derived:
        return f"{name}: in the live list, not in the log"
    return f"{name}: " + ("differs" if name in live else "in the log, not in the live list")


def compare(*, progress: Progress | None = None) -> Comparison:
    """Fold the whole log in memory and compare with the live rows; nothing is changed.

    A batch that differs is compared again with its organisation locked, so that messages
    arriving meanwhile are no difference.
    """
    comparison = Comparison()
    settings = log.load_settings()
    for organisation, batch, done, all_people in _batches():
        people = set(batch)
        live, derived, misfiled = _both_sides(organisation, people, settings)
        if live != derived or misfiled:
            with transaction.atomic():
                log.lock_organisations([organisation])
                live, derived, misfiled = _both_sides(organisation, people, settings)
        comparison.add(live, derived)
        comparison.differences += misfiled[:SHOWN_DIFFERENCES]
        comparison.people += len(people)
        if progress is not None:
            progress(done, all_people)
    comparison.messages = Message.objects.filter(outcome=Outcome.APPLIED).count()
    return comparison


def _both_sides(
    organisation: UUID, people: set[UUID], settings: dict[UUID, FeedSettings]
) -> tuple[dict[str, int], dict[str, int], list[str]]:
    events = list(log.history(settings)(people))
    derived, known = feed_digest.derived_rows(people, events)
    live = feed_digest.live_rows(organisation=organisation, people=people, known=known)
    return live, derived, _misfiled(people, events)


def _misfiled(people: set[UUID], events: Iterable[FeedEvent]) -> list[str]:
    """Messages that now speak of others than when they came: a feed was read another way."""
    beyond = {
        (event.receipt, key)
        for event in events
        for key in (event.person, *event.others)
        if key not in people
    }
    receipts = {receipt for receipt, _ in beyond}
    filed = MessagePerson.objects.filter(message__in=receipts).values_list("message_id", "person")
    misfiled = sorted({receipt for receipt, _ in beyond - set(filed)})
    return [f"message {receipt}: speaks of others than it is filed under" for receipt in misfiled]


def rebuild(*, progress: Progress | None = None) -> int:
    """Derive every person afresh and write what differs; returns how many there are.

    What people typed is not touched. Safe while messages arrive: each batch is its own unit
    of work with its organisation locked.
    """
    count = 0
    for organisation in _organisations():
        log.file_afresh(organisation)
    for organisation, batch, done, all_people in _batches():
        with transaction.atomic():
            log.lock_organisations([organisation])
            refold(organisation, set(batch))
        count += len(batch)
        if progress is not None:
            progress(done, all_people)
    return count


def _batches() -> Iterator[tuple[UUID, list[UUID], int, int]]:
    """(organisation, people, people done so far, people in all), whole clusters together."""
    found = {organisation: _clusters(organisation) for organisation in _organisations()}
    all_people = sum(len(cluster) for clusters in found.values() for cluster in clusters)
    done = 0
    for organisation, clusters in found.items():
        for batch in _whole(clusters):
            done += len(batch)
            yield organisation, batch, done, all_people


def _organisations() -> list[UUID]:
    heard = Message.objects.filter(outcome=Outcome.APPLIED).values_list("organisation", flat=True)
    live = feed_digest.organisations()
    return sorted({key for key in heard.distinct() if key is not None} | live)


def _clusters(organisation: UUID) -> list[list[UUID]]:
    """Everyone in the log or in the live rows, with whom they must be folded."""
    clusters = Clusters()
    pairs = (
        MessagePerson.objects.filter(
            message__organisation=organisation, message__outcome=Outcome.APPLIED
        )
        .order_by("message_id")
        .values_list("message_id", "person")
    )
    everyone: set[UUID] = set()
    last: tuple[int, UUID] | None = None
    for receipt, person in pairs.iterator(chunk_size=5000):
        everyone.add(person)
        if last is not None and last[0] == receipt:
            clusters.join((last[1], person))
        last = (receipt, person)
    for person, cluster in feed_digest.live_people(organisation):
        everyone.update((person, cluster))
        clusters.join((person, cluster))
    grouped: dict[UUID, list[UUID]] = {}
    for person in sorted(everyone):
        grouped.setdefault(clusters.find(person), []).append(person)
    return list(grouped.values())


def _whole(clusters: Iterable[list[UUID]]) -> Iterator[list[UUID]]:
    batch: list[UUID] = []
    for cluster in clusters:
        batch += cluster
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
