"""Short histories of a hospital, written as a clinician would note them.

    A01 10:00 ASH 1; A02 12:00 OAK 2; A03 14:00

Steps are parted by semicolons. A step is a trigger, a time, perhaps a ward and bed, and perhaps
`word=value` for the rest (see `WORDS`). Times are HH:MM on 22 November 2026, or DAY-HH:MM of that
month; a value's underscores are spaces. Every step becomes real HL7 text, so that what is tested
is what a feed does, from text to beds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.gateway.domain.adt import read_message_events
from homeward.gateway.domain.hl7 import read_message
from homeward.gateway.domain.settings import FactRule, FeedSettings
from homeward.hospital.domain.events import FeedEvent, person_key
from homeward.hospital.domain.fold import fold_history
from homeward.hospital.domain.state import Ledger, SpellState, StayState

ODS = "ZT1"
FACT_MAP: list[dict[str, Any]] = [{"fact": "criteria_to_reside", "segment": "OBX", "code": "CTR"}]
SETTINGS = FeedSettings(
    name="pas",
    organisation=ODS,
    local_authority=ODS,
    facts=tuple(FactRule(**rule) for rule in FACT_MAP),
)
HEARD = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
WORDS = {
    "p": "local number (PID-3), P1 unless said",
    "v": "visit number (PV1-19), V1 unless said, `-` for none",
    "rec": "when it was recorded (EVN-2), the same as the time unless said",
    "occurred": "`no`: the time is in EVN-2 alone",
    "adm": "admission time (PV1-44)",
    "left": "discharge time (PV1-45)",
    "from": "prior place (PV1-6), WARD/BED",
    "next": "pending place (PV1-42), WARD/BED",
    "class": "patient class (PV1-2), I unless said, `-` for none",
    "method": "admission method (PV1-4)",
    "spec": "specialty (PV1-10)",
    "to": "discharge disposition (PV1-36)",
    "edd": "expected discharge (PV2-9)",
    "mrg": "the other person's local number (MRG-1)",
    "mrgv": "the other visit's number (MRG-5)",
    "swap": "the second person of a swap, PERSON/VISIT/WARD/BED",
    "nhs": "NHS number",
    "name": "FAMILY/GIVEN",
    "dead": "death indicator (PID-30)",
    "restricted": "PD1-12",
    "also": "another identifier (PID-3), VALUE/KIND",
    "ctr": "criteria to reside (an OBX)",
}


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One message of a story. place: ward and bed, or None."""

    trigger: str
    at: datetime
    place: tuple[str, str] | None = None
    words: dict[str, str] = field(default_factory=dict)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))

    def __repr__(self) -> str:
        words = (f"{name}={value.replace(' ', '_')}" for name, value in self.words.items())
        return " ".join([self.trigger, clock(self.at), *(self.place or ()), *words])

    def word(self, name: str, default: str = "") -> str:
        return self.words.get(name, default)


def moment(text: str) -> datetime:
    """`HH:MM` on the 22nd, or `DAY-HH:MM`, UTC."""
    day, _, clock = text.rpartition("-")
    hour, minute = clock.split(":")
    return datetime(2026, 11, int(day or 22), int(hour), int(minute), tzinfo=UTC)


def steps(text: str) -> list[Step]:
    """The steps of a story, in the order written."""
    return [step(part.split()) for part in text.split(";") if part.strip()]


def step(parts: list[str]) -> Step:
    trigger, at, *rest = parts
    words = dict(part.split("=", 1) for part in rest if "=" in part)
    unknown = set(words) - set(WORDS)
    if unknown:
        raise ValueError(f"no such words in a story: {sorted(unknown)}")
    named = [part for part in rest if "=" not in part]
    place = (named[0], named[1] if len(named) > 1 else "") if named else None
    clean = {name: value.replace("_", " ") for name, value in words.items()}
    return Step(trigger, moment(at), place, clean)


def hl7(one: Step, control_id: str = "C1") -> bytes:
    """The step as a hospital would send it."""
    recorded = moment(one.word("rec")) if one.word("rec") else one.at
    when = "" if one.word("occurred") == "no" else stamp(one.at)
    kind = "ORU" if one.trigger == "R01" else "ADT"
    lines = [
        f"MSH|^~\\&|PAS|{ODS}|HOMEWARD|{ODS}|{stamp(recorded)}||{kind}^{one.trigger}|{control_id}|P|2.5.1",
        f"EVN|{one.trigger}|{stamp(recorded)}||||{when}",
        *person_lines(one),
        *mrg_lines(one),
        *visit_lines(one),
        *([f"OBX|1|CE|CTR||{one.word('ctr')}"] if one.word("ctr") else []),
    ]
    if one.word("swap"):
        person, visit, ward, bed = one.word("swap").split("/")
        other = replace(one, place=(ward, bed), words={"p": person, "v": visit})
        lines += [*person_lines(other), *visit_lines(other)]
    return ("\r".join(lines) + "\r").encode()


def person_lines(one: Step) -> list[str]:
    numbers = f"{one.word('p', 'P1')}^^^{ODS}^MR"
    if one.word("nhs"):
        numbers += f"~{one.word('nhs')}^^^NHS^NH"
    if one.word("also"):
        value, kind = one.word("also").split("/")
        numbers += f"~{value}^^^OLD^{kind}"
    family, _, given = one.word("name").partition("/")
    name = f"{family}^{given}" if family else ""
    dead = "|" * 22 + one.word("dead") if one.word("dead") else ""
    lines = [f"PID|1||{numbers}||{name}|||{dead}"]
    if one.word("restricted"):
        lines.append(f"PD1||||||||||||{one.word('restricted')}")
    return lines


def mrg_lines(one: Step) -> list[str]:
    if not one.word("mrg") and not one.word("mrgv"):
        return []
    loser = f"{one.word('mrg')}^^^{ODS}^MR" if one.word("mrg") else ""
    return [f"MRG|{loser}||||{one.word('mrgv')}"]


def visit_lines(one: Step) -> list[str]:
    number = one.word("v", "V1")
    fields = {
        2: one.word("class", "I").replace("-", ""),
        3: "^^".join(one.place) if one.place else "",
        4: one.word("method"),
        6: "^^".join(one.word("from").split("/")),
        10: one.word("spec"),
        19: "" if number == "-" else number,
        36: one.word("to"),
        42: "^^".join(one.word("next").split("/")),
        44: stamp(moment(one.word("adm"))) if one.word("adm") else "",
        45: stamp(moment(one.word("left"))) if one.word("left") else "",
    }
    lines = ["PV1|1|" + "|".join(fields.get(number, "") for number in range(2, 46))]
    if one.word("edd"):
        lines.append("PV2||||||||" + f"|{stamp(moment(one.word('edd')))}")
    return lines


def stamp(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}"


def events(told: Iterable[Step], first_receipt: int = 1) -> list[FeedEvent]:
    """What the gateway reads in these steps, received in the order given."""
    found: list[FeedEvent] = []
    for receipt, one in enumerate(told, first_receipt):
        found += events_of(one, receipt)
    return found


def events_of(one: Step, receipt: int) -> tuple[FeedEvent, ...]:
    heard = HEARD + timedelta(seconds=receipt)
    message = read_message(hl7(one, f"C{receipt}"))
    return read_message_events(message, SETTINGS, receipt=receipt, heard_at=heard).events


def told(text: str) -> Ledger:
    """What a story makes known, received in the order written. Nothing in it may be refused."""
    ledger, refused = fold_history(events(steps(text)))
    assert not refused, [error.text for _, error in refused]
    return ledger


def person_name(local_id: str) -> object:
    """The key of the person with that local number."""
    return person_key(ODS, ODS, local_id)


def where(ledger: Ledger) -> str:
    """Who is where, a visit after another in order of number.

    `V1 P1 open 10:00: ASH 1 10:00-12:00, OAK 2 12:00-` is visit V1 of person P1, open since 10:00.
    """
    spells = sorted(ledger.spells.values(), key=lambda spell: spell.visit_number)
    return "; ".join(visit_words(ledger, spell) for spell in spells)


def visit_words(ledger: Ledger, spell: SpellState) -> str:
    owner = ledger.people[spell.person].local_id
    if spell.status not in ("open", "closed"):
        return f"{spell.visit_number} {owner} {spell.status}"
    assert spell.admitted_at is not None
    span = clock(spell.admitted_at)
    if spell.discharged_at is not None:
        span += f"-{clock(spell.discharged_at)}"
    marks = [
        *(["unannounced"] if spell.provisional else []),
        *([f"on leave {clock(spell.on_leave_since)}"] if spell.on_leave_since else []),
        *([f"expected {spell.pending}"] if spell.pending else []),
    ]
    stays = ", ".join(map(stay_words, spell.stays))
    return " ".join([spell.visit_number, owner, spell.status, span, *marks]) + f": {stays}"


def stay_words(stay: StayState) -> str:
    place = " ".join(part for part in (stay.place.ward, stay.place.bed) if part) or "no place"
    end = clock(stay.ended_at) if stay.ended_at is not None else ""
    guess = " (move not announced)" if stay.inferred else ""
    return f"{place} {clock(stay.started_at)}-{end}{guess}"


def clock(at: datetime) -> str:
    day = "" if at.day == 22 else f"{at.day}-"
    return f"{day}{at:%H:%M}"
