"""What the translator and the fold make of corpus files, with no database."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from homeward.gateway.domain.adt import read_message_events
from homeward.gateway.domain.hl7 import read_message, split_messages
from homeward.gateway.domain.settings import FeedSettings
from homeward.hospital.domain import fold
from homeward.hospital.domain.events import FeedEvent, Identifier, Place
from homeward.hospital.domain.state import Ledger, SpellState

SETTINGS = FeedSettings(
    name="corpus",
    organisation="RRV",
    local_authority="MRENTR",
    processing_ids=frozenset("PTD"),
    control_id_unique=False,
)
# Long after every message of the corpus, so that none comes from the future.
HEARD_AT = datetime(2026, 1, 1, tzinfo=UTC)
LISTED = {"open", "closed"}


@lru_cache(maxsize=4096)
def events_of(path: Path, receipt: int = 1) -> tuple[FeedEvent, ...]:
    """The events of the one message of a file."""
    (raw,) = split_messages(path.read_bytes())
    reading = read_message_events(read_message(raw), SETTINGS, receipt=receipt, heard_at=HEARD_AT)
    return reading.events


def place_string(place: Place | None) -> str | None:
    """Ward, room and bed as the expected parses write them."""
    return None if place is None else f"{place.ward}^{place.room}^{place.bed}"


def first_value(identifiers: Iterable[Identifier], kind: str) -> str:
    """The first identifier of that kind, as sent."""
    return next((one.value for one in identifiers if one.kind == kind), "")


def parsed(path: Path) -> dict[str, Any]:
    """What the message of a file states, by our names; what it does not state is left out."""
    event, *others = events_of(path)
    values = event.person_values
    found: dict[str, Any] = {
        "at": event.at,
        "recorded_at": event.recorded_at,
        "local_id": first_value(event.identifiers, "local"),
        "nhs_number": first_value(event.identifiers, "NHS"),
        "visit_number": event.visit_number,
        "previous_local_id": first_value(event.other_identifiers, "local"),
        "previous_visit_number": next(iter(event.other_visit_numbers), ""),
        "location": place_string(event.place),
        "prior_location": place_string(event.prior_place),
        "pending": event.pending or None,
        "class": event.visit_values.get("patient_class"),
        "admitted_at": event.admitted_at,
        "discharged_at": event.discharged_at,
        "discharge_destination": event.visit_values.get("discharge_destination"),
        "specialty": event.visit_values.get("specialty"),
        "alive": not values["died"] if "died" in values else None,
        **{name: values.get(name) for name in PERSON_FIELDS},
        **(other_half(others[0]) if others else NO_OTHER_HALF),
    }
    return {name: value for name, value in found.items() if value is not None}


PERSON_FIELDS = (
    "birth_date",
    "died_at",
    "family_name",
    "given_name",
    "postcode",
    "sex",
    "title",
)
NO_OTHER_HALF = {"other_local_id": "", "other_nhs_number": "", "other_visit_number": ""}


def other_half(event: FeedEvent) -> dict[str, Any]:
    """The second person of a swap."""
    return {
        "other_local_id": first_value(event.identifiers, "local"),
        "other_nhs_number": first_value(event.identifiers, "NHS"),
        "other_visit_number": event.visit_number,
        "other_location": place_string(event.place),
    }


def folded(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The spells these files come to, received in this order, in the shape of `spells --json`.

    Raises AssertionError when the fold refuses a message.
    """
    events = [event for receipt, path in enumerate(paths) for event in events_of(path, receipt)]
    ledger, refused = fold.fold_history(events)
    assert [str(error) for _, error in refused] == []
    return [row(ledger, one) for one in ledger.spells.values() if one.status in LISTED]


def row(ledger: Ledger, spell: SpellState) -> dict[str, Any]:
    """One spell as `homeward spells --json` would tell it, as far as these tests ask."""
    person = ledger.people[ledger.root(spell.person)]
    last = spell.stays[-1].place if spell.stays else Place()
    return {
        "spell": spell.visit_number,
        "nhs_number": person.nhs_number or None,
        "local_id": person.local_id,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "birth_date": text_of(person.birth_date),
        "class": spell.patient_class,
        "ward": last.ward,
        "room": last.room,
        "bed": last.bed,
        "admitted_at": text_of(spell.admitted_at),
        "discharged_at": text_of(spell.discharged_at),
        "discharge_destination": spell.discharge_destination if spell.discharged_at else "",
        "bed_stays": [
            {
                "ward": one.place.ward,
                "room": one.place.room,
                "bed": one.place.bed,
                "from": text_of(one.started_at),
                "to": text_of(one.ended_at),
            }
            for one in spell.stays
        ],
    }


def text_of(value: Any) -> str | None:
    """A date or time as JSON Lines hold it."""
    return None if value is None else value.isoformat()
