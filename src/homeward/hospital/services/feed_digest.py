"""Feed rows as digests, live and derived, so that the two can be compared."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from homeward.hospital.domain import fold
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.models import Person, ReadinessFact
from homeward.hospital.services import feed_rows
from homeward.hospital.services.feed import about

MODULUS = 2**256
Row = feed_rows.Row


def total(start: int, digests: Iterable[int]) -> int:
    """The digest of rows added to others, whatever their order."""
    return (start + sum(digests)) % MODULUS


def live_rows(*, organisation: UUID, people: set[UUID], known: set[UUID]) -> dict[str, int]:
    """The feed rows of these people as they stand: name of row -> digest. Seven queries.

    known: whom the log knows. Someone else who is marked as deleted is there only for what
    people typed about them, which is not the feed's.
    """
    _, rows = feed_rows.load(organisation, people, ())
    kept = {
        key
        for key, row in rows.people.items()
        if key not in known and row[feed_rows.PERSON_ROW.index("deleted")]
    }
    found = _rows(
        {key: row for key, row in rows.people.items() if key not in kept},
        {key: named for key, named in rows.identifiers.items() if key not in kept},
        rows.spells,
        {key: [row[1:] for row in stays] for key, stays in rows.stays.items()},
    )
    facts = ReadinessFact.objects.filter(spell__in=list(rows.spells))
    for row in facts.values_list(*feed_rows.FACT_COLUMNS).iterator():
        found[f"readiness fact {row[0]}"] = _digest(row)
    return found


def derived_rows(
    people: set[UUID], events: Iterable[FeedEvent]
) -> tuple[dict[str, int], set[UUID]]:
    """The same rows as a history makes them, from nothing, and the people it knows."""
    ledger, _ = fold.fold_history(about(people, events))
    spells = ledger.spells.values()
    found = _rows(
        {person.id: feed_rows.person_row(person) for person in ledger.people.values()},
        {person.id: person.identifiers for person in ledger.people.values()},
        {spell.id: feed_rows.spell_row(spell) for spell in spells},
        {spell.id: feed_rows.stay_rows(spell) for spell in spells},
    )
    for spell in ledger.spells.values():
        for row in feed_rows.fact_rows(spell):
            found[f"readiness fact {row[0]}"] = _digest(row)
    return found, set(ledger.people)


def organisations() -> set[UUID]:
    """Every organisation that has feed rows. One query."""
    return set(Person.objects.values_list("organisation", flat=True).distinct())


def live_people(organisation: UUID) -> Iterator[tuple[UUID, UUID]]:
    """(person, cluster) of everyone an organisation knows, as a stream."""
    rows = Person.objects.filter(organisation_id=organisation).values_list("pk", "cluster")
    return rows.iterator(chunk_size=5000)


def _rows(
    people: Mapping[UUID, Row],
    identifiers: Mapping[UUID, Mapping[tuple[str, str], str]],
    spells: Mapping[UUID, Row],
    stays: Mapping[UUID, Sequence[Row]],
) -> dict[str, int]:
    found = {f"person {key}": _digest(row) for key, row in people.items()}
    found |= {f"spell {key}": _digest(row) for key, row in spells.items()}
    for key, named in identifiers.items():
        for (authority, value), kind in named.items():
            name = f"identifier of {key} from {authority} {_digest((value,)) % 10**6}"
            found[name] = _digest((authority, value, kind))
    for key, rows in stays.items():
        found |= {f"bed stay {row[1]} of {key}": _digest(row) for row in rows}
    return found


def _digest(row: Iterable[object]) -> int:
    text = "\x1f".join(str(value) for value in row)
    return int.from_bytes(sha256(text.encode()).digest(), "big")
