"""Which visit a message is about, where and in what class: PV1 and PV2."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from homeward.gateway.domain.errors import Unusable
from homeward.gateway.domain.groups import Group
from homeward.gateway.domain.hl7 import Hl7Time, Hl7TimeError, parse_time
from homeward.gateway.domain.person import DELETED, state
from homeward.gateway.domain.settings import FeedSettings
from homeward.hospital.domain.classes import DEFAULT_CLASSES, PatientClass
from homeward.hospital.domain.events import Place

# Years of record keeping that cannot be right for anything but a birth.
EARLIEST = 1900
# Who answers for the patient, in the order senders are most often right about.
CONSULTANT_FIELDS = (7, 9, 17, 8)


@dataclass(slots=True)
class Visit:
    """What PV1 and PV2 state. number is "" when the message names no visit."""

    number: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    place: Place | None = None
    prior_place: Place | None = None
    pending_place: Place | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None


def read_visit(
    group: Group, at: datetime, local_id: str, settings: FeedSettings
) -> tuple[Visit, list[str]]:
    """Everything the visit segments state, and notes on what they got wrong.

    Raises Unusable when PV1-44 or PV1-45 is no time: nobody is moved on a guess.
    """
    visit = Visit()
    notes: list[str] = []
    if not group.has("PV1"):
        return visit, notes
    admitted = moment(group, "PV1", 44, settings)
    visit.admitted_at = _unless_only_a_date_of(at, admitted, settings)
    discharged = moment(group, "PV1", 45, settings)
    visit.discharged_at = _unless_only_a_date_of(at, discharged, settings)
    visit.number = group.value("PV1", 19)[:80]
    if visit.number == DELETED:
        visit.number = ""
    if not visit.number and admitted is not None:
        # Some senders number no visits: a person is admitted once at one moment.
        visit.number = f"{local_id}@{admitted.at:%Y%m%d%H%M%S}"[:80]
    visit.place = place(group, 3)
    visit.prior_place = place(group, 6)
    visit.pending_place = place(group, 42)
    _class(group, visit, notes, settings)
    _coded_values(group, visit, settings)
    _expected_discharge(group, visit, notes, settings)
    return visit, notes


def moment(group: Group, segment: str, number: int, settings: FeedSettings) -> Hl7Time | None:
    """A time field. Raises Unusable, naming the field, when it holds something else."""
    try:
        stated = parse_time(group.value(segment, number), settings.zone)
    except Hl7TimeError as error:
        raise Unusable(
            "bad_time",
            f"{segment}-{number}: {error.text}",
            code="102",
            segment=segment,
            field=number,
        ) from None
    if stated is not None and stated.at.year < EARLIEST:
        raise impossible(segment, number, stated.at)
    return stated


def impossible(segment: str, number: int, at: datetime) -> Unusable:
    """What to raise for a time that can be read but cannot be."""
    text = f"{segment}-{number} is {at:%d %b %Y}, which cannot be"
    return Unusable("impossible_time", text, code="102", segment=segment, field=number)


def _unless_only_a_date_of(
    at: datetime, stated: Hl7Time | None, settings: FeedSettings
) -> datetime | None:
    """A date without a time says less than an event that happened on that very day."""
    if stated is None:
        return None
    same_day = stated.at.astimezone(settings.zone).date() == at.astimezone(settings.zone).date()
    return None if stated.date_only and same_day else stated.at


def place(group: Group, number: int) -> Place | None:
    """A location field; None when it names nothing."""
    parts = next(iter(group.repetitions("PV1", number)), [])
    texts = [("" if part == DELETED else part.strip()) for part in parts[:4]]
    ward, room, bed, site = (*texts, "", "", "", "")[:4]
    return Place(site[:60], ward[:80], room[:80], bed[:80]) if ward or room or bed else None


def _class(group: Group, visit: Visit, notes: list[str], settings: FeedSettings) -> None:
    sent = group.value("PV1", 2)
    if not sent or sent == DELETED:
        return
    known = settings.class_map.get(sent) or DEFAULT_CLASSES.get(sent.upper())
    if known is None:
        if settings.strict:
            raise Unusable(
                "unknown_class",
                f"PV1-2 {sent[:20]!r} is not a patient class this feed maps",
                code="103",
                segment="PV1",
                field=2,
            )
        notes.append(f"PV1-2 {sent[:20]!r} is not a patient class this feed maps")
    elif known != PatientClass.UNKNOWN:
        # "Not known" never takes the place of what is known: an inpatient would leave the list.
        visit.values["patient_class"] = str(known)


def _coded_values(group: Group, visit: Visit, settings: FeedSettings) -> None:
    disposition, other = group.value("PV1", 36), group.value("PV1", 37)
    method, destination = (
        (disposition, other) if settings.disposition_is_method else ("", disposition or other)
    )
    stated = {
        "admission_method": (group.value("PV1", 4), 20),
        "admission_source": (group.value("PV1", 14), 20),
        "specialty": (group.value("PV1", 10), 60),
        "discharge_method": (method, 20),
        "discharge_destination": (destination, 80),
    }
    for name, (text, longest) in stated.items():
        state(visit.values, name, text[:longest], settings)
    for number in CONSULTANT_FIELDS:
        parts = next(iter(group.repetitions("PV1", number)), [])
        if parts and parts[0].strip() and parts[0] != DELETED:
            visit.values["consultant_code"] = parts[0].strip()[:40]
            visit.values["consultant_name"] = _name(parts)[:120]
            break


def _name(parts: list[str]) -> str:
    family, given, title = ((*parts, *[""] * 6)[i].strip() for i in (1, 2, 5))
    return " ".join(part for part in (title, given, family) if part)


def _expected_discharge(
    group: Group, visit: Visit, notes: list[str], settings: FeedSettings
) -> None:
    text = group.value("PV2", 9)
    try:
        expected = parse_time(text, settings.zone)
    except Hl7TimeError:
        notes.append("PV2-9 is not a time and was left out")
        return
    if expected is not None:
        visit.values["expected_discharge_at"] = expected.at
    elif text == DELETED or (settings.snapshot and group.has("PV2")):
        visit.values["expected_discharge_at"] = None
