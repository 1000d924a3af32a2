"""Words that several pages of this room share."""

from dataclasses import dataclass

from homeward.gateway.queries.messages import LogRow
from homeward.gateway.queries.people import SpokenOf
from homeward.hospital.domain.display import RESTRICTED_NAME, list_name


@dataclass(frozen=True, slots=True)
class Word:
    """A state: a word first, a colour second."""

    text: str
    colour: str = ""


OUTCOMES: dict[str, Word] = {
    "applied": Word("Applied", "green"),
    "ignored": Word("Ignored", "grey"),
    "quarantined": Word("Quarantined", "orange"),
    "rejected": Word("Rejected", "red"),
    "dismissed": Word("Dismissed", "white"),
}
SET_ASIDE = "set_aside"
DECISIONS = {"replay": "Replayed", "dismiss": "Dismissed", "set_aside": "Set aside"}
# What happened, by trigger, as ward staff would say it.
EVENTS: dict[str, str] = {
    "A01": "Admitted",
    "A02": "Moved",
    "A03": "Discharged",
    "A04": "Registered",
    "A05": "To be admitted",
    "A06": "Became an inpatient",
    "A07": "Became an outpatient",
    "A08": "Details changed",
    "A09": "Leaving for a test",
    "A10": "Arrived for a test",
    "A11": "Admission cancelled",
    "A12": "Move cancelled",
    "A13": "Discharge cancelled",
    "A14": "Admission to come",
    "A15": "Move to come",
    "A16": "Discharge to come",
    "A17": "Beds swapped",
    "A18": "Records merged",
    "A21": "Gone on leave",
    "A22": "Back from leave",
    "A23": "Visit deleted",
    "A25": "Discharge to come, cancelled",
    "A26": "Move to come, cancelled",
    "A27": "Admission to come, cancelled",
    "A28": "Person added",
    "A29": "Person deleted",
    "A31": "Person's details changed",
    "A34": "Records merged",
    "A35": "Accounts merged",
    "A36": "Records merged",
    "A38": "Admission to come, cancelled",
    "A40": "Records merged",
    "A41": "Accounts merged",
    "A42": "Visits merged",
    "A44": "Account moved",
    "A45": "Visit moved",
    "A47": "Patient number changed",
    "A49": "Account number changed",
    "A50": "Visit number changed",
    "A52": "Leave cancelled",
    "A53": "Return cancelled",
    "A54": "Doctor changed",
    "A55": "Doctor change cancelled",
}


def outcome_word(outcome: str, cause: str = "") -> Word:
    """What became of a message, in words."""
    if outcome == "dismissed" and cause == SET_ASIDE:
        return Word("Set aside", "white")
    return OUTCOMES.get(outcome, Word(outcome.capitalize(), "grey"))


def kind_words(message_type: str, trigger: str) -> str:
    """ "A01 Admitted" for what Homeward reads; the sender's own code for the rest."""
    if trigger in EVENTS and message_type in ("ADT", ""):
        return f"{trigger} {EVENTS[trigger]}"
    return " ".join(part for part in (message_type, trigger) if part) or "Not known"


def row_kind(row: LogRow) -> str:
    """What kind of message a row is."""
    return kind_words(row.message_type, row.trigger)


def row_detail(row: LogRow) -> str:
    """The one thing to know about a message: why it was not taken, or what it changed."""
    if row.outcome == "applied":
        return "; ".join(row.changes) or "Nothing changed"
    return row.reason or "No reason given"


def person_words(person: SpokenOf) -> str:
    """A person as a message's page names them."""
    if person.hidden:
        return RESTRICTED_NAME
    if not person.held:
        return "Someone with no record here"
    return list_name(person.family_name, person.given_name)
