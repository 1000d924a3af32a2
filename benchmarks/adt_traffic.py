"""Synthetic ADT traffic: what a hospital's system sends of one visit after another.

Each person is admitted (A01), updated (A08), moved (A02), updated again and discharged (A03),
so that of the messages a fifth are A01, two fifths A08, a fifth A02 and a fifth A03. Several
people are in hospital at once and their messages are interleaved; each person's own come in
the order of their events.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

MIX = "A01 20%, A08 40%, A02 20%, A03 20%, in event order"
STEPS = ("A01", "A08", "A02", "A08", "A03")
IN_HOSPITAL = 10  # people at once on one connection
SIZE = 967  # bytes
SENDER = "RX0"
FAMILY = ("Okonjo", "Larch", "Quill", "Hazel", "Rowan", "Marsh", "Penhale", "Iqbal", "Byrne")
GIVEN = ("Amelia", "Samuel", "Ada", "Ruth", "Thomas", "Noor", "Grace", "Idris", "Joan")
_WEIGHTS = range(10, 1, -1)  # of the NHS number's check digit


def nhs_number(rng: Random) -> str:
    """Ten digits, the last of them right by modulus 11."""
    while True:
        digits = [9, 9, 9, *(rng.randrange(10) for _ in range(6))]
        check = (11 - sum(w * d for w, d in zip(_WEIGHTS, digits, strict=False)) % 11) % 11
        if check < 10:
            return "".join(map(str, (*digits, check)))


def traffic(connection: int, until: datetime) -> Iterator[bytes]:
    """Messages of one connection without end. until: every event is earlier than this."""
    rng = Random(connection)
    people = _people(connection, rng)
    visits = [iter(()) for _ in range(IN_HOSPITAL)]
    turn = 0
    while True:
        for slot in range(IN_HOSPITAL):
            if turn < (slot + connection) % len(STEPS):
                continue
            message = next(visits[slot], None)
            if message is None:
                admitted = until - timedelta(hours=6, seconds=rng.randrange(86_400))
                visits[slot] = _visit(next(people), admitted, rng)
                message = next(visits[slot])
            yield message
        turn += 1


def _people(connection: int, rng: Random) -> Iterator[dict[str, str]]:
    serial = 0
    while True:
        serial += 1
        month, day = rng.randrange(1, 13), rng.randrange(1, 29)
        yield {
            "key": f"{connection:04d}{serial:06d}",
            "nhs": nhs_number(rng),
            "family": rng.choice(FAMILY),
            "given": rng.choice(GIVEN),
            "born": f"19{rng.randrange(25, 99)}{month:02d}{day:02d}",
            "sex": rng.choice("FM"),
            "house": str(rng.randrange(1, 200)),
        }


def _visit(person: dict[str, str], admitted: datetime, rng: Random) -> Iterator[bytes]:
    ward, bed = rng.randrange(1, 40), rng.randrange(1, 25)
    expected = f"{admitted + timedelta(days=4):%Y%m%d}"
    for number, trigger in enumerate(STEPS):
        at = admitted + timedelta(hours=number)
        if trigger == "A02":
            ward, bed = rng.randrange(1, 40), rng.randrange(1, 25)
        left = _stamp(at) if trigger == "A03" else ""
        yield _message(
            person, trigger, number, at, admitted, f"W{ward:02d}^R1^{bed}^RX001", expected, left
        )


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}+0000"


def _message(
    who: dict[str, str],
    trigger: str,
    number: int,
    at: datetime,
    admitted: datetime,
    place: str,
    expected: str,
    left: str,
) -> bytes:
    consultant = "C3456789^Larch^Samuel^^^Dr^^^GMC"
    end = f"{'19' if left else ''}||||||||{_stamp(admitted)}|{left}"
    text = "\r".join(
        (
            f"MSH|^~\\&|PAS|{SENDER}|HOMEWARD|{SENDER}|{_stamp(at)}||ADT^{trigger}^ADT_A01"
            f"|{SENDER}-{who['key']}-{number}|P|2.5.1|||AL|NE||UNICODE UTF-8",
            f"EVN|{trigger}|{_stamp(at)}|||C3456789^Larch^Samuel|{_stamp(at)}",
            f"PID|1||{who['key']}^^^RX0^MR~{who['nhs']}^^^NHS^NH||{who['family']}^{who['given']}"
            f"^Jane^^Mrs||{who['born']}|{who['sex']}||A|{who['house']} High Street^Old Town"
            "^Anytown^Shire^AN1 2BC^^H||01632960001^PRN|||M||||||||||||||||||01",
            "PD1||||A81001^Dr Quill",
            "NK1|1|Okonjo^Thomas|SON|14 High Street^Old Town^Anytown^Shire^AN1 2BC|01632960002",
            f"PV1|1|I|{place}|21|||{consultant}|{consultant}||300||||19|||||V{who['key']}^^^RX0"
            f"|||||||||||||||||{end}",
            f"PV2||2^Single room|R69^Unknown and unspecified causes||||||{expected}|5",
            "AL1|1|DA|372687004^Amoxicillin^SCT|MO|Rash|20190311",
            "DG1|1||R69^Unknown and unspecified causes of morbidity^I10||20260105100000|A",
            "ZPI|1|Y|",
        )
    )
    return (text + "x" * (SIZE - len(text) - 1) + "\r").encode()


def latest_event(now: datetime) -> datetime:
    """Messages of a run end here: in the past, so that no event is in the future."""
    return now.astimezone(UTC).replace(microsecond=0)
