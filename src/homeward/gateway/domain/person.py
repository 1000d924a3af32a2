"""Who a message is about: PID and PD1, by the feed's own ways."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from homeward.gateway.domain.errors import Unusable
from homeward.gateway.domain.groups import Group
from homeward.gateway.domain.hl7 import Hl7TimeError, parse_date, parse_time
from homeward.gateway.domain.settings import FeedSettings
from homeward.hospital.domain.events import Identifier, person_key
from homeward.hospital.domain.nhs_number import is_valid

DELETED = '""'
NHS = "NHS"
# CX.5 of a local hospital number (HL7 table 0203).
LOCAL_KINDS = frozenset({"MR", "MRN", "PI", "PAS"})


@dataclass(frozen=True, slots=True)
class Identity:
    """The identifiers of one person; local is what their key is made from."""

    key: UUID
    local: Identifier
    nhs_number: str | None
    nhs_number_as_sent: str
    identifiers: tuple[Identifier, ...]


def read_identity(group: Group, segment: str, field: int, settings: FeedSettings) -> Identity:
    """The identifiers of PID-3 or MRG-1.

    Raises Unusable when there is none to know the person by, or two valid NHS numbers.
    """
    local: Identifier | None = None
    nhs: list[str] = []
    identifiers: list[Identifier] = []
    for parts in group.repetitions(segment, field):
        value = parts[0].strip() if parts else ""
        if not value or value == DELETED:
            continue
        authority = parts[3].strip() if len(parts) > 3 else ""
        kind = parts[4].strip() if len(parts) > 4 else ""
        if authority == NHS or kind == "NH":
            nhs.append(value)
            identifiers.append(Identifier(NHS, "NHS", value[:60]))
            continue
        found = Identifier(_authority(authority, settings)[:60], kind[:20], value[:60])
        identifiers.append(found)
        if _rank(found, kind, authority, settings) > (
            0 if local is None else _rank_of(local, settings)
        ):
            local = found
    valid = _valid_nhs_numbers(nhs, segment, field)
    if local is None and valid:
        local = Identifier(NHS, "NHS", valid[0])
    if local is None:
        raise Unusable(
            "no_identifier",
            f"{segment}-{field} holds no identifier of the hospital's own",
            code="101",
            segment=segment,
            field=field,
        )
    return Identity(
        person_key(settings.organisation, local.authority, local.value),
        local,
        valid[0] if valid else (None if not nhs else ""),
        nhs[0] if nhs else "",
        tuple(
            Identifier(each.authority, "local", each.value) if each is local else each
            for each in identifiers
        ),
    )


def _valid_nhs_numbers(sent: list[str], segment: str, field: int) -> list[str]:
    """At most one: two of them would be two people."""
    valid = sorted({number for text in sent if is_valid(number := _digits(text))})
    if len(valid) > 1:
        raise Unusable(
            "two_nhs_numbers",
            f"{segment}-{field} holds two different NHS numbers",
            code="204",
            segment=segment,
            field=field,
        )
    return valid


def _digits(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def _authority(sent: str, settings: FeedSettings) -> str:
    return sent if sent and sent != DELETED else settings.local_authority or settings.organisation


def _rank(found: Identifier, kind: str, sent_authority: str, settings: FeedSettings) -> int:
    """How well an identifier fits the feed's idea of a local number; 0 is not at all."""
    wanted = settings.local_authority
    if wanted:
        return 3 if wanted in (found.authority, kind) or not sent_authority else 0
    return 2 if kind in LOCAL_KINDS else 1


def _rank_of(local: Identifier, settings: FeedSettings) -> int:
    return _rank(local, local.kind, local.authority, settings)


def read_person(
    group: Group, identity: Identity, settings: FeedSettings
) -> tuple[dict[str, Any], list[str]]:
    """What PID and PD1 state, by field of PersonState, and notes on what they got wrong."""
    values: dict[str, Any] = {
        "local_authority": identity.local.authority,
        "local_id": identity.local.value,
    }
    notes: list[str] = []
    if identity.nhs_number is not None:
        # "" when a number was sent but none is valid: it is kept among the identifiers only.
        if identity.nhs_number:
            values["nhs_number"] = identity.nhs_number
        else:
            notes.append("the NHS number fails its check and is not used")
    name = next((n for n in group.repetitions("PID", 5) if any(n[:2])), [])
    stated = {
        "family_name": (_part(name, 0), 120),
        "given_name": (_part(name, 1), 120),
        "title": (_part(name, 4), 40),
        "sex": (group.value("PID", 8), 1),
        "ethnic_category": (group.value("PID", 10), 10)
        if group.value("PID", 10)
        else (group.value("PID", 22), 10),
        "nhs_number_status": (group.value("PID", 32), 2),
        "phone": (group.value("PID", 13), 60),
        "gp_practice": (group.value("PD1", 3, 3) or group.value("PD1", 4), 12),
        **_address(group),
    }
    for field, (text, longest) in stated.items():
        # A deletion is longer than the shortest field.
        state(values, field, text if text == DELETED else text[:longest], settings)
    _dates(group, values, notes, settings)
    _flags(group, values, notes, settings)
    return values, notes


def state(values: dict[str, Any], field: str, text: str, settings: FeedSettings) -> None:
    """Put down what a field states: a value, a deletion (None), or nothing."""
    if text == DELETED or (not text and settings.snapshot):
        values[field] = None
    elif text:
        values[field] = text


def _part(parts: list[str], index: int) -> str:
    return parts[index].strip() if len(parts) > index else ""


def _address(group: Group) -> dict[str, tuple[str, int]]:
    address = next((a for a in group.repetitions("PID", 11) if any(a)), [])
    lines = [part.strip() for part in address[:4] if part.strip() and part != DELETED]
    return {"address": (", ".join(lines), 300), "postcode": (_part(address, 4), 12)}


def _dates(group: Group, values: dict[str, Any], notes: list[str], settings: FeedSettings) -> None:
    text = group.value("PID", 7)
    try:
        born = parse_date(text)
    except Hl7TimeError:
        notes.append("PID-7 is not a date and was left out")
        return
    if born is not None:
        values["birth_date"] = born
    elif text == DELETED or settings.snapshot:
        values["birth_date"] = None


def _flags(group: Group, values: dict[str, Any], notes: list[str], settings: FeedSettings) -> None:
    dead, when = group.value("PID", 30).upper(), group.value("PID", 29)
    if dead == "N":
        values["died"], values["died_at"] = False, None
    elif dead == "Y" or (not dead and when and when != DELETED):
        values["died"] = True
        try:
            moment = parse_time(when, settings.zone)
        except Hl7TimeError:
            notes.append("PID-29 is not a time and was left out")
        else:
            values["died_at"] = moment.at if moment is not None else None
    protected = group.value("PD1", 12).upper()
    if protected in ("Y", "N"):
        values["restricted"] = protected == "Y"
