"""Writing the demo's HL7 v2.5.1 messages: plain text, no state, no chance."""

from homeward.demo.people import OWN_SCRIPT, Person
from homeward.demo.stays import Spell, Spot
from homeward.demo.uk_time import local_date, stamp
from homeward.demo.world import Trust

# MSH-9.3, the message structure that each trigger event shares.
STRUCTURES = {
    **dict.fromkeys(("A01", "A04", "A08", "A13"), "ADT_A01"),
    **dict.fromkeys(("A05", "A28", "A31"), "ADT_A05"),
    **dict.fromkeys(("A21", "A22", "A23", "A25"), "ADT_A21"),
    "A02": "ADT_A02",
    "A03": "ADT_A03",
    "A06": "ADT_A06",
    "A11": "ADT_A09",
    "A12": "ADT_A12",
    "A16": "ADT_A16",
    "A17": "ADT_A17",
    "A40": "ADT_A39",
}
_ESCAPES = str.maketrans(
    {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": " ", "\n": " "}
)
LOCAL = "LOCAL"


def escape(text: str) -> str:
    """Text made safe for a field, with HL7 escape sequences."""
    return text.translate(_ESCAPES)


def header(trust: Trust, trigger: str, control_id: str, *, recorded: int, occurred: int) -> str:
    """MSH and EVN of an ADT message, with their segment ends."""
    offset = trust.states_offset
    sent = stamp(recorded, with_offset=offset)
    return (
        f"MSH|^~\\&|PAS|{trust.ods}|HOMEWARD|{trust.ods}|{sent}||"
        f"ADT^{trigger}^{STRUCTURES[trigger]}|{control_id}|P|2.5.1|||AL|NE|GBR|UNICODE UTF-8\r"
        f"EVN|{trigger}|{sent}||||{stamp(occurred, with_offset=offset)}\r"
    )


def result_header(trust: Trust, control_id: str, *, recorded: int) -> str:
    """MSH of an ORU^R01 message."""
    sent = stamp(recorded, with_offset=trust.states_offset)
    return (
        f"MSH|^~\\&|PAS|{trust.ods}|HOMEWARD|{trust.ods}|{sent}||ORU^R01^ORU_R01|{control_id}"
        "|P|2.5.1|||AL|NE|GBR|UNICODE UTF-8\r"
    )


def person_segments(trust: Trust, person: Person) -> str:
    """PID and PD1, kept on the person until something in them changes."""
    if not person.pid_text:
        person.pid_text = pid(trust, person) + pd1(person)
    return person.pid_text


def pid(trust: Trust, person: Person, *, with_identifiers: bool = True) -> str:
    """The PID segment; without identifiers it is one that no receiver can use."""
    ids = f"{person.mrn}^^^{trust.ods}^MR"
    if person.nhs_number:
        ids += f"~{person.nhs_number}^^^NHS^NH"
    line, town, postcode = person.address
    address = f"{escape(line)}^^{escape(town)}^^{postcode}^^H" if line else ""
    phone = f"{person.phone}^PRN^PH" if person.phone else ""
    mother = f"{person.mother.mrn}^^^{trust.ods}^MR" if person.mother else ""
    died = stamp(person.died, with_offset=trust.states_offset) if person.died is not None else ""
    born = f"{person.born:%Y%m%d}" if person.born else ""
    return (
        f"PID|1||{ids if with_identifiers else ''}||{_name(person)}||{born}|{person.sex}||"
        f"{person.ethnic}|{address}||{phone}||||||||{mother}||||{person.birth_order or ''}||||"
        f"{died}|{'Y' if died else ''}||{person.nhs_status}\r"
    )


def _name(person: Person) -> str:
    name = f"{escape(person.family)}^{escape(person.given)}^^^{person.title}^^L"
    own = OWN_SCRIPT.get(person.family)
    return f"{name}~{own}^^^^^^A" if own else name


def pd1(person: Person) -> str:
    """The PD1 segment: practice, doctor and the restricted flag."""
    code, name = person.practice
    restricted = "Y" if person.restricted else ""
    if not code:
        return f"PD1||||||||||||{restricted}\r" if restricted else ""
    practice = f"{escape(name)}^^{code}"
    doctor = f"{code}^{escape(person.doctor)}^^^^Dr"
    return f"PD1|||{practice}|{doctor}||||||||{restricted}\r"


def location(trust: Trust, spot: Spot | None) -> str:
    """A PL value: ward, room, bed, site and, as the authority, the trust."""
    if spot is None:
        return ""
    return f"{spot.ward}^{spot.room}^{spot.bed}^{spot.site}^^^^^^^{trust.ods}"


def pv1(
    trust: Trust,
    spell: Spell,
    *,
    spot: Spot | None,
    prior: Spot | None = None,
    leaving: bool = False,
) -> str:
    """The PV1 segment of a visit as it stands; leaving adds where to and when."""
    who = spell.consultant
    offset = trust.states_offset
    doctor = f"{who.code}^{escape(who.family)}^{escape(who.given)}^^^Dr^^^GMC"
    admitted = "" if spell.is_planned else stamp(spell.admitted, with_offset=offset)
    gone = ""
    if leaving and spell.discharged is not None:
        gone = stamp(spell.discharged, with_offset=offset)
    return (
        f"PV1|1|{spell.patient_class}|{location(trust, spot)}|{spell.method}||"
        f"{location(trust, prior)}|{doctor}||{doctor}|{spell.specialty}||||{spell.source}|||||"
        f"{spell.visit}^^^{trust.ods}|||||||||||||||||"
        f"{spell.destination if leaving else ''}|{spell.discharged_to if leaving else ''}|||||||"
        f"{admitted}|{gone}\r"
    )


def pv2(spell: Spell, *, expected_admission: int | None = None) -> str:
    """The PV2 segment: reason, expected admission, expected discharge date. May be empty."""
    coming = stamp(expected_admission)[:8] if expected_admission is not None else ""
    leaving = f"{local_date(spell.expected):%Y%m%d}" if spell.expected is not None else ""
    if not (spell.reason or coming or leaving):
        return ""
    return f"PV2|||^{escape(spell.reason)}|||||{coming}|{leaving}\r"


def merge_segment(trust: Trust, loser: Person) -> str:
    """The MRG segment naming the identifier that is given up."""
    return f"MRG|{loser.mrn}^^^{trust.ods}^MR\r"


def readiness_segments(
    trust: Trust, *, meets: bool, pathway: int, ready_at: int, observed: int
) -> str:
    """OBR and OBX segments: criteria to reside, and when not met pathway and ready date."""
    seen = stamp(observed, with_offset=trust.states_offset)
    lines = [f"OBR|1|||CTR^Criteria to reside^{LOCAL}|||{seen}"]
    if meets:
        lines.append(f"OBX|1|CE|CTR^Criteria to reside^{LOCAL}||Y^meets^{LOCAL}||||||F|||{seen}")
        return "\r".join(lines) + "\r"
    lines += [
        f"OBX|1|CE|CTR^Criteria to reside^{LOCAL}||N^no longer meets^{LOCAL}||||||F|||{seen}",
        f"OBX|2|CE|PATHWAY^Discharge pathway^{LOCAL}||{pathway}^Pathway {pathway}^{LOCAL}"
        f"||||||F|||{seen}",
        f"OBX|3|TS|DRD^Discharge ready date^{LOCAL}||{stamp(ready_at)[:8]}||||||F|||{seen}",
    ]
    return "\r".join(lines) + "\r"
