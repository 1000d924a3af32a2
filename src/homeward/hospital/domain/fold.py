"""From what a feed said to who is in which bed: the one pure function of the message log.

`apply` takes one event in effect order and changes the ledger in place: the fast path.
`fold_history` takes a whole history and starts afresh: the reference, and the way of a
late message, a cancel or a merge. Both end in the same state (tests/properties).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from homeward.hospital.domain import visits
from homeward.hospital.domain.cancels import Annulment, annulled, event_id
from homeward.hospital.domain.changes import Change
from homeward.hospital.domain.errors import Refused
from homeward.hospital.domain.events import CANCELS, LINKS, FeedEvent, Kind
from homeward.hospital.domain.identity import Clusters, Links, links_of
from homeward.hospital.domain.state import (
    FactState,
    Ledger,
    PersonState,
    SpellState,
    fact_key,
)

# A discharge this much before the admission is a wrong date, not an unset clock.
CLOCK_TOLERANCE = timedelta(days=1)
NEEDS_HISTORY = CANCELS | LINKS
# Discharge method "died" (NHS Data Dictionary).
DISCHARGED_DEAD = "4"


@dataclass(frozen=True, slots=True)
class Known:
    """What only a whole history can tell: who is who, and what was taken back."""

    links: Links
    annulment: Annulment


NOTHING_LINKED = Known(Links(), Annulment({}, frozenset()))


def needs_history(event: FeedEvent, people: Iterable[PersonState], *, has_cancels: bool) -> bool:
    """Whether this event must be folded with everything known of its people.

    people: whoever is in its cluster. has_cancels: any of them ever had a cancel, which
    may still be waiting for what it cancels.
    """
    if has_cancels or event.kind in NEEDS_HISTORY:
        return True
    newest = max((person.last_event_at for person in people), default=None)
    # Of two things at one moment, only their whole order tells which came first.
    return newest is not None and event.at <= newest


def apply(ledger: Ledger, event: FeedEvent) -> list[Change]:
    """Take one event that comes after everything known of its people.

    Raises Refused, and changes nothing, when it contradicts what is known.
    """
    check(ledger, event)
    return _take(ledger, event, NOTHING_LINKED)


def fold_history(events: Iterable[FeedEvent]) -> tuple[Ledger, list[tuple[FeedEvent, Refused]]]:
    """Everything a history makes known, from nothing.

    events: applied events of whole clusters, in any order. Returns the ledger and the
    events that no longer fit, which had no effect.
    """
    ordered = sorted(events, key=lambda event: event.order)
    clusters = Clusters()
    for event in ordered:
        clusters.join((event.person, *event.others))
    refused = _links_of_strangers(ordered, clusters)
    for event, _ in refused:
        ordered.remove(event)
    links = links_of(ordered)
    history = Known(links, annulled(ordered, links))
    ledger = Ledger()
    for event in ordered:
        ledger_person(ledger, event.person, event, cluster=clusters.find(event.person))
        for other in event.others:
            ledger_person(ledger, other, event, cluster=clusters.find(other))
        _link(ledger, links, (event.person, *event.others))
        try:
            check(ledger, event)
        except Refused as error:
            refused.append((event, error))
            continue
        _take(ledger, event, history)
    return ledger, refused


def _links_of_strangers(
    ordered: list[FeedEvent], clusters: Clusters
) -> list[tuple[FeedEvent, Refused]]:
    """Links between visits of people who are not known to be one, as when a merge is undone.

    As links hold for all time, they must be out before anything is folded.
    """
    owners: dict[UUID, UUID] = {}
    for event in ordered:
        if event.spell is not None and event.kind not in LINKS:
            owners.setdefault(event.spell, clusters.find(event.person))
    strangers: list[tuple[FeedEvent, Refused]] = []
    for event in ordered:
        if event.kind in LINKS:
            ours = clusters.find(event.person)
            visits_named = (event.spell, *event.other_spells)
            if any(key is not None and owners.get(key, ours) != ours for key in visits_named):
                text = "MRG-5 or PV1-19 is the visit number of another person's visit"
                strangers.append((event, Refused("visit_of_another_person", text)))
    return strangers


def check(ledger: Ledger, event: FeedEvent) -> None:
    """Raises Refused when the event cannot be true beside what is known."""
    if event.spell is None:
        if event.kind is Kind.FACT and _only_open_spell(ledger, event) is None:
            raise Refused("no_open_spell", "a readiness fact for someone with no one open spell")
        return
    spell = ledger.spells.get(event.spell)
    if spell is None:
        if event.kind is Kind.FACT:
            raise Refused("unknown_visit", "a readiness fact for a visit never heard of")
    elif not _same_cluster(ledger, spell.person, event.person):
        raise Refused(
            "visit_of_another_person", "PV1-19 is the visit number of another person's visit"
        )
    _check_discharge(spell, event)


def _check_discharge(spell: SpellState | None, event: FeedEvent) -> None:
    if event.kind is not Kind.DISCHARGE:
        return
    left = event.discharged_at or event.at
    came = event.admitted_at or (spell.admitted_at if spell is not None else None)
    if came is not None and left < came - CLOCK_TOLERANCE:
        raise Refused("discharge_before_admission", "PV1-45 is before the admission")


def _same_cluster(ledger: Ledger, owner: UUID, person: UUID) -> bool:
    ours, theirs = ledger.people.get(owner), ledger.people.get(person)
    if owner == person or ours is None:
        return True
    return theirs is not None and ours.cluster == theirs.cluster


def ledger_person(
    ledger: Ledger, key: UUID, event: FeedEvent, *, cluster: UUID | None = None
) -> PersonState:
    """The person by that key, made known by this event if nobody knew them."""
    person = ledger.people.get(key)
    if person is None:
        person = PersonState(
            id=key, cluster=cluster or key, last_event_at=event.at, last_receipt=event.receipt
        )
        ledger.people[key] = person
    return person


def _link(ledger: Ledger, links: Links, keys: Iterable[UUID]) -> None:
    for key in keys:
        end = links.person(key)
        ledger.people[key].merged_into = end if end != key else None


def _take(ledger: Ledger, event: FeedEvent, known: Known) -> list[Change]:
    stated = ledger_person(ledger, event.person, event)
    root = ledger.people.get(ledger.root(event.person)) or ledger_person(
        ledger, ledger.root(event.person), event, cluster=stated.cluster
    )
    _state_identity(ledger, event, stated, root)
    for key in {event.person, root.id, *event.others}:
        person = ledger.people[key]
        person.last_event_at = max(person.last_event_at, event.at)
        person.last_receipt = max(person.last_receipt, event.receipt)
        person.has_cancels = person.has_cancels or event.kind in CANCELS
    if event.kind is Kind.DELETE_PERSON:
        return _delete_person(ledger, event, root)
    root.deleted = False
    if event.kind in (Kind.MERGE_PERSON, Kind.CHANGE_ID):
        return [Change("person.merged", root.id, None, "another identity is this person")]
    text = _take_visit(ledger, event, root, known)
    return [Change(f"spell.{event.kind.value}", root.id, event.spell, text)] if text else []


def _state_identity(
    ledger: Ledger, event: FeedEvent, stated: PersonState, root: PersonState
) -> None:
    for identifier in event.identifiers:
        stated.identifiers[(identifier.authority, identifier.value)] = identifier.kind
    for identifier, other in zip(event.other_identifiers, event.others, strict=False):
        loser = ledger.people[other]
        loser.identifiers.setdefault((identifier.authority, identifier.value), identifier.kind)
        loser.local_authority = loser.local_authority or identifier.authority
        loser.local_id = loser.local_id or identifier.value
    values = event.person_values
    for name, value in values.items():
        setattr(root, name, _no_value(name) if value is None else value)
    if stated is not root:
        for name in ("local_authority", "local_id"):
            if name in values:
                setattr(stated, name, values[name])
        _keep_own_number(root)


def _keep_own_number(root: PersonState) -> None:
    """A message under the old number must not give the survivor that number."""
    own = [key for key, kind in root.identifiers.items() if kind == "local"]
    if own and (root.local_authority, root.local_id) not in own:
        root.local_authority, root.local_id = own[-1]


def _no_value(name: str) -> object:
    if name in ("died", "restricted"):
        return False
    return None if name in ("birth_date", "died_at") else ""


def _delete_person(ledger: Ledger, event: FeedEvent, root: PersonState) -> list[Change]:
    root.deleted = True
    for spell in ledger.spells_of(root.id):
        if spell.status in ("open", "planned"):
            visits.delete(spell, event)
    return [Change("person.deleted", root.id, None, "person deleted by the sender")]


def _take_visit(ledger: Ledger, event: FeedEvent, root: PersonState, known: Known) -> str:
    for key, number in zip(event.other_spells, event.other_visit_numbers, strict=True):
        _spell(ledger, key, number, event, root, known.links)
    spell = _spell_of(ledger, event, root, known.links)
    if spell is None:
        return "person updated"
    spell.last_event_at = max(spell.last_event_at, event.at)
    spell.last_receipt = max(spell.last_receipt, event.receipt)
    for index, fact in enumerate(event.facts):
        key = fact_key(spell.id, event.receipt, index)
        spell.facts[key] = FactState(key, fact, event.heard_at, event.receipt)
    if event.kind is Kind.FACT:
        return f"{len(event.facts)} readiness facts"
    cancelled_by = known.annulment.taken.get(event_id(event))
    if cancelled_by is not None:
        if cancelled_by is not Kind.CANCEL_ADMIT:
            visits.was_there(spell, event)
        return "taken back by a later cancel"
    if event.kind in CANCELS:
        matched = event_id(event) in known.annulment.matched
        return visits.cancel(spell, event, matched=matched)
    visits.state_values(spell, event)
    text = visits.HANDLERS[event.kind](spell, event)
    _state_death(spell, event, root)
    return text


def _state_death(spell: SpellState, event: FeedEvent, root: PersonState) -> None:
    """Discharged as dead, unless the message itself says that they live."""
    died = event.visit_values.get("discharge_method") == DISCHARGED_DEAD
    if died and spell.status == "closed" and "died" not in event.person_values:
        root.died = True


def _spell_of(
    ledger: Ledger, event: FeedEvent, root: PersonState, links: Links
) -> SpellState | None:
    """The visit this event is about; None for one about the person alone."""
    if event.kind is Kind.PERSON:
        return None
    if event.spell is None:
        return _only_open_spell(ledger, event) if event.kind is Kind.FACT else None
    return _spell(ledger, event.spell, event.visit_number, event, root, links)


def _spell(
    ledger: Ledger,
    key: UUID,
    number: str,
    event: FeedEvent,
    root: PersonState,
    links: Links,
) -> SpellState:
    """The visit by that key, made known if need be, or the one it was merged into."""
    spell = ledger.spells.get(key)
    if spell is None:
        spell = SpellState(
            id=key,
            person=root.id,
            visit_number=number,
            last_event_at=event.at,
            last_receipt=event.receipt,
        )
        ledger.spells[key] = spell
    spell.visit_number = spell.visit_number or number
    if key in links.visit_owner:
        spell.person = links.person(links.visit_owner[key])
    if key in links.visit_merged_into:
        spell.merged_into = links.visit(key)
    if spell.merged_into is None:
        return spell
    spell.status = "merged"
    return _spell(ledger, spell.merged_into, "", event, root, links)


def _only_open_spell(ledger: Ledger, event: FeedEvent) -> SpellState | None:
    spells = [s for s in ledger.spells_of(ledger.root(event.person)) if s.status == "open"]
    return spells[0] if len(spells) == 1 else None
