"""From a readable message to what happened, in the hospital's words.

Which trigger means what: docs/reference/feed-events.md.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from homeward.gateway.domain.errors import NotForUs, Unusable
from homeward.gateway.domain.facts import read_facts
from homeward.gateway.domain.groups import Group, groups, only_group
from homeward.gateway.domain.hl7 import Hl7TimeError, Message, parse_time
from homeward.gateway.domain.person import Identity, read_identity, read_person
from homeward.gateway.domain.settings import FeedSettings
from homeward.gateway.domain.visit import EARLIEST, Visit, impossible, read_visit
from homeward.hospital.domain.events import FeedEvent, Identifier, Kind, Place, spell_key

TRIGGERS: dict[str, Kind] = {
    "A01": Kind.ADMIT,
    "A02": Kind.TRANSFER,
    "A03": Kind.DISCHARGE,
    "A04": Kind.REGISTER,
    "A05": Kind.PLAN,
    "A06": Kind.TO_INPATIENT,
    "A07": Kind.TO_OUTPATIENT,
    "A08": Kind.UPDATE,
    "A09": Kind.UPDATE,
    "A10": Kind.UPDATE,
    "A11": Kind.CANCEL_ADMIT,
    "A12": Kind.CANCEL_TRANSFER,
    "A13": Kind.CANCEL_DISCHARGE,
    "A14": Kind.PLAN,
    "A15": Kind.PENDING,
    "A16": Kind.PENDING,
    "A17": Kind.TRANSFER,
    "A18": Kind.MERGE_PERSON,
    "A21": Kind.LEAVE,
    "A22": Kind.RETURN,
    "A23": Kind.DELETE_VISIT,
    "A25": Kind.CANCEL_PENDING,
    "A26": Kind.CANCEL_PENDING,
    "A27": Kind.CANCEL_PENDING,
    "A28": Kind.PERSON,
    "A29": Kind.DELETE_PERSON,
    "A31": Kind.PERSON,
    "A34": Kind.MERGE_PERSON,
    "A35": Kind.MERGE_VISIT,
    "A36": Kind.MERGE_PERSON,
    "A38": Kind.CANCEL_PENDING,
    "A40": Kind.MERGE_PERSON,
    "A41": Kind.MERGE_VISIT,
    "A42": Kind.MERGE_VISIT,
    "A44": Kind.MOVE_VISIT,
    "A45": Kind.MOVE_VISIT,
    "A47": Kind.CHANGE_ID,
    "A49": Kind.PERSON,
    "A50": Kind.RENAME_VISIT,
    "A52": Kind.CANCEL_LEAVE,
    "A53": Kind.CANCEL_RETURN,
    "A54": Kind.UPDATE,
    "A55": Kind.UPDATE,
}
# A34 and later merges may repeat the whole group of PID and MRG; A17 has two people.
SEVERAL_PEOPLE = frozenset({"A17", "A18", "A34", "A36", "A40", "A41", "A42", "A47", "A50"})
NO_VISIT_KINDS = frozenset({Kind.PERSON, Kind.DELETE_PERSON, Kind.MERGE_PERSON, Kind.CHANGE_ID})
ACCOUNT_TRIGGERS = frozenset({"A35", "A41", "A44"})
PLACELESS_TRIGGERS = frozenset({"A09", "A10"})
# A sender's clock may be ahead; a whole day ahead is a wrong date.
FUTURE_TOLERANCE = timedelta(days=1)
STRICT_VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1")


@dataclass(slots=True)
class Reading:
    """What a message says: events to apply, or why it is not ours; notes on small faults."""

    events: tuple[FeedEvent, ...] = ()
    ignored: str = ""
    notes: list[str] = field(default_factory=list)
    at: datetime | None = None


def check_for_us(message: Message, settings: FeedSettings) -> None:
    """Raises NotForUs for a processing id or version this feed does not take."""
    processing = message.value("MSH", 11).strip()
    if processing and processing not in settings.processing_ids:
        raise NotForUs(
            "processing_id",
            f"MSH-11 {processing[:5]!r} is not taken by this feed",
            code="202",
            field=11,
        )
    version = message.value("MSH", 12).strip()
    right = version in STRICT_VERSIONS if settings.strict else version[:2] in ("2.", "")
    if not right:
        raise NotForUs("version", f"MSH-12 {version[:10]!r} is not HL7 v2", code="203", field=12)


def read_message_events(
    message: Message, settings: FeedSettings, *, receipt: int, heard_at: datetime
) -> Reading:
    """Everything a message says. Pure: the same message and settings say the same.

    receipt: its number in the log. heard_at: when it arrived, UTC.
    Raises Unusable, naming segment and field, when it cannot be applied; NotForUs when a
    strict feed sends a kind of message that is not read here.
    """
    kind, trigger = _what(message)
    ours = kind == "ADT" and trigger in TRIGGERS
    if not ours and not _may_hold_facts(message, settings):
        return _not_ours(kind, trigger, settings)
    at, recorded_at = _times(message, settings, heard_at)
    if ours:
        reading = _adt(message, trigger, at, settings)
    else:
        reading = _facts_only(message, kind, trigger, at, settings)
    reading.at = at
    for index, event in enumerate(reading.events):
        event.receipt, event.index = receipt, index
        event.heard_at, event.recorded_at = heard_at, recorded_at
    return reading


def _what(message: Message) -> tuple[str, str]:
    kind = message.value("MSH", 9).strip()
    trigger = message.value("MSH", 9, 2).strip() or message.value("EVN", 1).strip()
    if not kind:
        raise Unusable(
            "no_message_type", "MSH-9 names no message type", code="101", segment="MSH", field=9
        )
    return kind, trigger


def _times(
    message: Message, settings: FeedSettings, heard_at: datetime
) -> tuple[datetime, datetime | None]:
    found: dict[tuple[str, int], datetime | None] = {}
    for segment, number in (("EVN", 6), ("EVN", 2), ("MSH", 7)):
        try:
            stated = parse_time(message.value(segment, number), settings.zone)
        except Hl7TimeError as error:
            if (segment, number) == ("MSH", 7) and any(found.values()):
                continue
            raise Unusable(
                "bad_time",
                f"{segment}-{number}: {error.text}",
                code="102",
                segment=segment,
                field=number,
            ) from None
        found[(segment, number)] = stated.at if stated is not None else None
    recorded = found[("EVN", 2)]
    at = found[("EVN", 6)] or recorded or found.get(("MSH", 7)) or heard_at
    if at > heard_at + FUTURE_TOLERANCE or at.year < EARLIEST:
        raise impossible("EVN", 6 if found[("EVN", 6)] else 2, at)
    return at, recorded


def _may_hold_facts(message: Message, settings: FeedSettings) -> bool:
    return bool(settings.facts) and message.first("PID") is not None


def _not_ours(kind: str, trigger: str, settings: FeedSettings) -> Reading:
    """Well-formed, but not read here. A lenient feed is thanked and it is left alone."""
    name = f"{kind}^{trigger}".rstrip("^")[:30]
    if settings.strict:
        code = "201" if kind == "ADT" else "200"
        raise NotForUs("unsupported", f"{name} is not read here", code=code, field=9)
    return Reading(ignored=f"{name} is not read here")


def _facts_only(
    message: Message, kind: str, trigger: str, at: datetime, settings: FeedSettings
) -> Reading:
    """A message of another kind whose fields this feed maps to readiness facts."""
    facts = read_facts(message, at, settings)
    if not facts:
        return _not_ours(kind, trigger, settings)
    group = only_group(message)
    identity = read_identity(group, "PID", 3, settings)
    number = group.value("PV1", 19)[:80]
    event = FeedEvent(
        kind=Kind.FACT,
        trigger=trigger[:3],
        at=at,
        receipt=0,
        index=0,
        heard_at=at,
        person=identity.key,
        identifiers=identity.identifiers,
        spell=spell_key(settings.organisation, number) if number else None,
        visit_number=number,
        facts=facts,
    )
    return Reading((event,))


def _adt(message: Message, trigger: str, at: datetime, settings: FeedSettings) -> Reading:
    found = groups(message.segments) if trigger in SEVERAL_PEOPLE else [only_group(message)]
    if not found or not found[0].has("PID"):
        raise Unusable("no_pid", "there is no PID segment", code="100", segment="PID")
    reading = Reading()
    facts = read_facts(message, at, settings)
    events = [_event(group, trigger, at, settings, reading) for group in found]
    kept = [event for event in events if event is not None]
    if facts and len(kept) == 1 and kept[0].spell is not None:
        kept[0].facts = facts
    if not kept:
        reading.ignored = "it moves an account, and accounts are not held here"
    reading.events = tuple(kept)
    return reading


def _event(
    group: Group, trigger: str, at: datetime, settings: FeedSettings, reading: Reading
) -> FeedEvent | None:
    kind = TRIGGERS[trigger]
    identity = read_identity(group, "PID", 3, settings)
    values, notes = read_person(group, identity, settings)
    visit, more_notes = read_visit(group, at, identity.local.value, settings)
    reading.notes += [*notes, *more_notes]
    left = visit.discharged_at
    if kind is Kind.DISCHARGE and left is not None and left > at + FUTURE_TOLERANCE:
        raise impossible("PV1", 45, left)
    others, other_ids = _others(group, kind, trigger, settings)
    other_number = group.value("MRG", 5)[:80] if kind not in NO_VISIT_KINDS else ""
    if trigger in ACCOUNT_TRIGGERS and not (other_number or visit.number):
        return None
    kind = _kind_as_stated(kind, group, visit, other_number)
    number = "" if kind in NO_VISIT_KINDS else visit.number
    if kind is Kind.MOVE_VISIT:
        number = number or other_number
    return FeedEvent(
        kind=kind,
        trigger=trigger,
        at=at,
        receipt=0,
        index=0,
        heard_at=at,
        person=identity.key,
        identifiers=identity.identifiers,
        person_values=values,
        spell=spell_key(settings.organisation, number) if number else None,
        visit_number=number,
        visit_values=visit.values if number else {},
        place=None if trigger in PLACELESS_TRIGGERS else visit.place,
        prior_place=visit.prior_place,
        admitted_at=visit.admitted_at,
        discharged_at=visit.discharged_at,
        others=tuple(other.key for other in others if other.key != identity.key),
        other_identifiers=tuple(
            found
            for found, other in zip(other_ids, others, strict=True)
            if other.key != identity.key
        ),
        other_spells=(spell_key(settings.organisation, other_number),) if other_number else (),
        other_visit_numbers=(other_number,) if other_number else (),
        pending=_pending(trigger, visit),
    )


def _kind_as_stated(kind: Kind, group: Group, visit: Visit, other_number: str) -> Kind:
    """An update with no visit is about the person; everything else must name its visit."""
    if kind in NO_VISIT_KINDS or visit.number:
        return kind
    if kind is Kind.UPDATE or (kind is Kind.REGISTER and not group.has("PV1")):
        return Kind.PERSON
    if kind is Kind.MOVE_VISIT and other_number:
        return kind
    raise Unusable(
        "no_visit_number",
        "PV1-19 names no visit and PV1-44 no admission to know it by",
        code="101",
        segment="PV1",
        field=19,
    )


def _others(
    group: Group, kind: Kind, trigger: str, settings: FeedSettings
) -> tuple[list[Identity], list[Identifier]]:
    """Whom the message says to be this person too, or to have owned the visit."""
    merges = kind in (Kind.MERGE_PERSON, Kind.CHANGE_ID)
    moves = kind is Kind.MOVE_VISIT
    if not merges and not (moves and group.repetitions("MRG", 1)):
        return [], []
    if not group.has("MRG"):
        raise Unusable("no_mrg", f"{trigger} without an MRG segment", code="100", segment="MRG")
    other = read_identity(group, "MRG", 1, settings)
    return [other], [Identifier(other.local.authority, "local", other.local.value)]


def _pending(trigger: str, visit: Visit) -> str:
    if trigger == "A16":
        return "discharge"
    if trigger != "A15":
        return ""
    place: Place | None = visit.pending_place
    where = " ".join(part for part in (place.ward, place.room, place.bed) if part) if place else ""
    return f"transfer to {where}"[:120] if where else "transfer"
