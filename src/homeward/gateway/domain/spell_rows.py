"""Spells from a file, written as the messages the hospital would have sent.

They enter the log like any other message, so the log stays the one source of what the feed
knows. Columns: docs/reference/load-spells.md.
"""

from datetime import UTC, date, datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, field_validator, model_validator

from homeward.gateway.domain.hl7 import escape
from homeward.gateway.domain.settings import FeedSettings
from homeward.hospital.domain.classes import PatientClass
from homeward.hospital.domain.nhs_number import cleaned, is_valid

SENDER = "LOAD-SPELLS"
CLASS_CODES: dict[PatientClass, str] = {
    PatientClass.INPATIENT: "I",
    PatientClass.MATERNITY: "B",
    PatientClass.NEWBORN: "NEWBORN",
    PatientClass.DAY_CASE: "D",
    PatientClass.EMERGENCY: "E",
    PatientClass.OUTPATIENT: "O",
    PatientClass.RECURRING: "R",
}
ADMITTED = frozenset(
    {PatientClass.INPATIENT, PatientClass.MATERNITY, PatientClass.NEWBORN, PatientClass.DAY_CASE}
)


class SpellRow(BaseModel):
    """One spell. Field names are those that `homeward spells --json` prints.

    Times without an offset are in the feed's own zone.
    """

    spell: str = Field(max_length=80)
    local_id: str = Field(max_length=60)
    ward: str = Field(max_length=80)
    admitted_at: datetime
    nhs_number: str = ""
    family_name: str = Field("", max_length=120)
    given_name: str = Field("", max_length=120)
    birth_date: date | None = None
    sex: str = Field("", pattern="^[MFUOAN]?$")
    patient_class: PatientClass = Field(PatientClass.INPATIENT, alias="class")
    site: str = Field("", max_length=60)
    room: str = Field("", max_length=80)
    bed: str = Field("", max_length=80)
    discharged_at: datetime | None = None
    expected_discharge_at: datetime | None = None
    discharge_destination: str = Field("", max_length=80)
    specialty: str = Field("", max_length=60)

    @field_validator("nhs_number")
    @classmethod
    def _nhs_number_is_valid(cls, text: str) -> str:
        if text and not is_valid(text):
            raise ValueError("fails its check digit")
        return cleaned(text)

    @field_validator("patient_class")
    @classmethod
    def _class_can_be_sent(cls, value: PatientClass) -> PatientClass:
        if value not in CLASS_CODES:
            raise ValueError(f"is none of {', '.join(CLASS_CODES)}")
        return value

    @model_validator(mode="after")
    def _left_after_coming(self) -> "SpellRow":
        if self.discharged_at is not None:
            came, left = (
                _aware(t, ZoneInfo("UTC")) for t in (self.admitted_at, self.discharged_at)
            )
            if left < came:
                raise ValueError("discharged_at is before admitted_at")
        return self


def messages_of(row: SpellRow, settings: FeedSettings) -> list[bytes]:
    """An admission, and a discharge when they have left. The same row gives the same bytes.

    The control id is made from what the message says, so loading a file again is a repeat.
    """
    admits = row.patient_class in ADMITTED
    sent = [_message(row, "A01" if admits else "A04", row.admitted_at, settings)]
    if row.discharged_at is not None:
        sent.append(_message(row, "A03", row.discharged_at, settings))
    return sent


def _message(row: SpellRow, trigger: str, at: datetime, settings: FeedSettings) -> bytes:
    zone = settings.zone
    when = _stamp(at, zone)
    authority = escape(settings.local_authority or settings.organisation)
    identifiers = f"{escape(row.local_id)}^^^{authority}^MR"
    if row.nhs_number:
        identifiers += f"~{row.nhs_number}^^^NHS^NH"
    place = "^".join(escape(part) for part in (row.ward, row.room, row.bed, row.site))
    born = f"{row.birth_date:%Y%m%d}" if row.birth_date is not None else ""
    left = trigger == "A03"
    disposition = escape(row.discharge_destination) if left else ""
    method, destination = ("", disposition) if settings.disposition_is_method else (disposition, "")
    visit = {
        1: "1",
        2: CLASS_CODES[row.patient_class],
        3: place,
        10: escape(row.specialty),
        19: escape(row.spell),
        36: method,
        37: destination,
        44: _stamp(row.admitted_at, zone),
        45: _stamp(row.discharged_at, zone) if left and row.discharged_at is not None else "",
    }
    expected = row.expected_discharge_at
    body = "\r".join(
        (
            f"EVN|{trigger}|{when}||||{when}",
            f"PID|1||{identifiers}||{escape(row.family_name)}^{escape(row.given_name)}"
            f"||{born}|{row.sex}",
            "PV1|" + "|".join(visit.get(number, "") for number in range(1, 46)).rstrip("|"),
            f"PV2|||||||||{_stamp(expected, zone) if expected is not None else ''}",
        )
    )
    control = blake2b(body.encode(), digest_size=10).hexdigest().upper()
    processing = min(settings.processing_ids, default="P")
    head = (
        rf"MSH|^~\&|{SENDER}|{escape(settings.organisation)}|HOMEWARD|{settings.organisation}|{when}"
        f"||ADT^{trigger}^ADT_A01|{control}|{processing}|2.5.1||||||UNICODE UTF-8"
    )
    return f"{head}\r{body}\r".encode()


def _aware(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    return f"{_aware(at, zone).astimezone(UTC):%Y%m%d%H%M%S}+0000"
