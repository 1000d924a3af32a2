"""What folding a message changed, in words without names."""

from dataclasses import dataclass
from uuid import UUID

from homeward.hospital.domain.events import Place


@dataclass(frozen=True, slots=True)
class Change:
    """One effect of one message, for the message page and for the rooms above."""

    kind: str
    person: UUID
    spell: UUID | None
    text: str


def place_words(place: Place) -> str:
    """A place as staff say it: ward, room and bed."""
    return " ".join(part for part in (place.ward, place.room, place.bed) if part) or "no place"
