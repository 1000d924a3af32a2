"""What the feed has made known of a few people, in memory, while messages are folded."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from homeward.hospital.domain.events import KEYS, Fact, Place


@dataclass(slots=True)
class StayState:
    """One stretch of a spell in one place; times in UTC."""

    place: Place
    started_at: datetime
    started_heard_at: datetime
    ended_at: datetime | None = None
    ended_heard_at: datetime | None = None
    inferred: bool = False
    opened_by: str = ""


@dataclass(slots=True)
class FactState:
    """A readiness fact with its place in effect order."""

    id: UUID
    fact: Fact
    heard_at: datetime
    receipt: int


@dataclass(slots=True)
class SpellState:
    """One visit."""

    id: UUID
    person: UUID
    visit_number: str
    last_event_at: datetime
    last_receipt: int
    patient_class: str = "unknown"
    status: str = ""
    provisional: bool = False
    # A pre-admission was heard: cancelling the admission goes back to it.
    planned: bool = False
    admitted_at: datetime | None = None
    admitted_heard_at: datetime | None = None
    discharged_at: datetime | None = None
    discharged_heard_at: datetime | None = None
    expected_discharge_at: datetime | None = None
    admission_method: str = ""
    admission_source: str = ""
    discharge_method: str = ""
    discharge_destination: str = ""
    specialty: str = ""
    consultant_code: str = ""
    consultant_name: str = ""
    on_leave_since: datetime | None = None
    leaves: list[list[str]] = field(default_factory=list)
    pending: str = ""
    merged_into: UUID | None = None
    stays: list[StayState] = field(default_factory=list)
    facts: dict[UUID, FactState] = field(default_factory=dict)

    @property
    def open_stay(self) -> StayState | None:
        """The stay they are in now, if any."""
        last = self.stays[-1] if self.stays else None
        return last if last is not None and last.ended_at is None else None


@dataclass(slots=True)
class PersonState:
    """One patient as one organisation knows them."""

    id: UUID
    cluster: UUID
    last_event_at: datetime
    last_receipt: int
    local_authority: str = ""
    local_id: str = ""
    nhs_number: str = ""
    nhs_number_status: str = ""
    family_name: str = ""
    given_name: str = ""
    title: str = ""
    birth_date: Any = None
    sex: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    gp_practice: str = ""
    ethnic_category: str = ""
    died: bool = False
    died_at: datetime | None = None
    restricted: bool = False
    deleted: bool = False
    merged_into: UUID | None = None
    # Any cancel ever heard: it may still be waiting for what it cancels.
    has_cancels: bool = False
    # (authority, value) -> kind
    identifiers: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(slots=True)
class Ledger:
    """The people and spells under the hand of one unit of work."""

    people: dict[UUID, PersonState] = field(default_factory=dict)
    spells: dict[UUID, SpellState] = field(default_factory=dict)

    def root(self, person: UUID) -> UUID:
        """Whoever that person has been merged into in the end."""
        seen = {person}
        while (state := self.people.get(person)) is not None and state.merged_into is not None:
            person = state.merged_into
            if person in seen:
                break
            seen.add(person)
        return person

    def spells_of(self, person: UUID) -> list[SpellState]:
        """The spells now owned by that person."""
        return [spell for spell in self.spells.values() if spell.person == person]


def fact_key(spell: UUID, receipt: int, index: int) -> UUID:
    """The key of the index-th fact that one message states about one spell."""
    return uuid5(KEYS, f"fact\n{spell}\n{receipt}\n{index}")


def stay_key(spell: UUID, number: int) -> UUID:
    """The key of the number-th bed stay of a spell."""
    return uuid5(KEYS, f"stay\n{spell}\n{number}")


def identifier_key(person: UUID, authority: str, value: str) -> UUID:
    """The key of one identifier of one person."""
    return uuid5(KEYS, f"identifier\n{person}\n{authority}\n{value}")
