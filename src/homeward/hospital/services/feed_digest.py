"""Feed rows as digests, live and derived, so that the two can be compared."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from uuid import UUID

from homeward.hospital.domain import fold
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.domain.state import Ledger
from homeward.hospital.models import Person, ReadinessFact
from homeward.hospital.services import feed_rows
from homeward.hospital.services.feed import about

MODULUS = 2**256


def total(start: int, digests: Iterable[int]) -> int:
    """The digest of rows added to others, whatever their order."""
    return (start + sum(digests)) % MODULUS


def live_rows(*, organisation: UUID, people: set[UUID]) -> dict[str, int]:
    """The feed rows of these people as they stand: name of row -> digest. Five queries."""
    ledger, _ = feed_rows.load(organisation, people, ())
    found = _rows(ledger)
    facts = ReadinessFact.objects.filter(spell__in=list(ledger.spells))
    for row in facts.values_list(*feed_rows.FACT_COLUMNS).iterator():
        found[f"readiness fact {row[0]}"] = _digest(row)
    return found


def derived_rows(people: set[UUID], events: Iterable[FeedEvent]) -> dict[str, int]:
    """The same rows as a history makes them, from nothing."""
    ledger, _ = fold.fold_history(about(people, events))
    found = _rows(ledger)
    for spell in ledger.spells.values():
        for row in feed_rows.fact_rows(spell):
            found[f"readiness fact {row[0]}"] = _digest(row)
    return found


def organisations() -> set[UUID]:
    """Every organisation that has feed rows. One query."""
    return set(Person.objects.values_list("organisation", flat=True).distinct())


def live_people(organisation: UUID) -> Iterator[tuple[UUID, UUID]]:
    """(person, cluster) of everyone an organisation knows, as a stream."""
    rows = Person.objects.filter(organisation_id=organisation).values_list("pk", "cluster")
    return rows.iterator(chunk_size=5000)


def _rows(ledger: Ledger) -> dict[str, int]:
    found: dict[str, int] = {}
    for person in ledger.people.values():
        found[f"person {person.id}"] = _digest(feed_rows.person_row(person))
        for (authority, value), kind in person.identifiers.items():
            name = f"identifier of {person.id} from {authority} {_digest((value,)) % 10**6}"
            found[name] = _digest((authority, value, kind))
    for spell in ledger.spells.values():
        found[f"spell {spell.id}"] = _digest(feed_rows.spell_row(spell))
        for row in feed_rows.stay_rows(spell):
            found[f"bed stay {row[1]} of {spell.id}"] = _digest(row)
    return found


def _digest(row: Iterable[object]) -> int:
    text = "\x1f".join(str(value) for value in row)
    return int.from_bytes(sha256(text.encode()).digest(), "big")
