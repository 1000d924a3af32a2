"""What a feed can say, in the hospital's own words, free of HL7.

The gateway turns each message into one or more `FeedEvent`s; `fold` applies them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

# Fixed for ever: every key of a feed row is derived from it.
KEYS = UUID("6b1f2a54-95a1-5c0e-9a52-0d6f2f6c8f01")


@lru_cache(maxsize=65536)
def person_key(organisation: str, authority: str, value: str) -> UUID:
    """The key of the person an organisation knows by this local identifier."""
    return uuid5(KEYS, f"person\n{organisation}\n{authority}\n{value}")


@lru_cache(maxsize=65536)
def spell_key(organisation: str, visit_number: str) -> UUID:
    """The key of the spell an organisation knows by this visit number."""
    return uuid5(KEYS, f"spell\n{organisation}\n{visit_number}")


class Kind(StrEnum):
    """What happened. The comment gives the HL7 triggers that say it."""

    ADMIT = "admit"  # A01
    REGISTER = "register"  # A04
    PLAN = "plan"  # A05, A14
    TRANSFER = "transfer"  # A02, each half of A17
    DISCHARGE = "discharge"  # A03
    UPDATE = "update"  # A08 and other triggers that only restate person and visit
    TO_INPATIENT = "to_inpatient"  # A06
    TO_OUTPATIENT = "to_outpatient"  # A07
    CANCEL_ADMIT = "cancel_admit"  # A11
    CANCEL_TRANSFER = "cancel_transfer"  # A12
    CANCEL_DISCHARGE = "cancel_discharge"  # A13
    PENDING = "pending"  # A15, A16
    CANCEL_PENDING = "cancel_pending"  # A25, A26, A27
    LEAVE = "leave"  # A21
    RETURN = "return"  # A22
    CANCEL_LEAVE = "cancel_leave"  # A52
    CANCEL_RETURN = "cancel_return"  # A53
    PERSON = "person"  # A28, A31: no visit
    DELETE_VISIT = "delete_visit"  # A23
    DELETE_PERSON = "delete_person"  # A29
    MERGE_PERSON = "merge_person"  # A18, A34, A36, A40: the losers become the person
    CHANGE_ID = "change_id"  # A47: the person gets another local identifier
    MERGE_VISIT = "merge_visit"  # A42
    MOVE_VISIT = "move_visit"  # A44, A45
    RENAME_VISIT = "rename_visit"  # A50
    FACT = "fact"  # mapped results: readiness facts only


DELETIONS = frozenset({Kind.DELETE_VISIT, Kind.DELETE_PERSON})
CANCELS = frozenset({Kind.CANCEL_ADMIT, Kind.CANCEL_TRANSFER, Kind.CANCEL_DISCHARGE})
# These say who is who. They hold for all time, not only from their own moment on.
LINKS = frozenset(
    {Kind.MERGE_PERSON, Kind.CHANGE_ID, Kind.MERGE_VISIT, Kind.MOVE_VISIT, Kind.RENAME_VISIT}
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the hospital. Codes are local to the trust and may be reused."""

    site: str = ""
    ward: str = ""
    room: str = ""
    bed: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier as sent: who assigned it, of what kind, its value."""

    authority: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A readiness fact: kind is one of readiness.FACT_KINDS, at in UTC."""

    kind: str
    value: str
    text: str
    at: datetime


@dataclass(slots=True, eq=False)
class FeedEvent:
    """One thing that happened to one person.

    at: when it happened (EVN-6, else EVN-2, else MSH-7), UTC. heard_at: when we received
    it. person_values and visit_values hold only what the message states, by field name of
    `state.PersonState` and `state.SpellState`; None there means "delete the value".
    """

    kind: Kind
    trigger: str
    at: datetime
    receipt: int
    index: int
    heard_at: datetime
    person: UUID
    identifiers: tuple[Identifier, ...] = ()
    person_values: dict[str, Any] = field(default_factory=dict)
    spell: UUID | None = None
    visit_number: str = ""
    visit_values: dict[str, Any] = field(default_factory=dict)
    place: Place | None = None
    prior_place: Place | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    recorded_at: datetime | None = None
    # People this message says are really `person` (merges), or the old owner (moves).
    others: tuple[UUID, ...] = ()
    other_identifiers: tuple[Identifier, ...] = ()
    other_spells: tuple[UUID, ...] = ()
    other_visit_numbers: tuple[str, ...] = ()
    pending: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def order(self) -> tuple[datetime, bool, datetime, int, int]:
        """Place in effect order; of things at one moment a deletion comes last."""
        return (self.at, self.kind in DELETIONS, self.known_at, self.receipt, self.index)

    @property
    def known_at(self) -> datetime:
        """When the sender recorded it (EVN-2), or when it happened if it does not say."""
        return self.recorded_at or self.at
