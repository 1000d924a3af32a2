"""Reading the fields an ADT consumer needs, against what `hl7` takes merely to parse.

Run: uv run --no-sync python -m benchmarks.reading
Both work on the same synthetic 967-byte ADT^A01, alternately, in one process. CPU time, medians.
"""

import statistics
import time
from collections.abc import Callable

import hl7

from homeward.gateway.domain.hl7 import Picked, Picker, read_message

ROUNDS = 41
PEER_CALLS = 25
OUR_CALLS = 1000
GOAL = 50.0

SEGMENTS = (
    "MSH|^~\\&|PAS|RX0|HOMEWARD|RX0|20260105101502||ADT^A01^ADT_A01|RX0-00012345|P|2.5.1"
    "|||AL|NE||UNICODE UTF-8",
    "EVN|A01|20260105101500|||C3456789^Larch^Samuel|20260105100500",
    "PID|1||633841^^^RX0^MR~9449305552^^^NHS^NH||Okonjo^Amelia^Jane^^Mrs||19410312|F||A"
    "|12 High Street^Old Town^Anytown^Shire^AN1 2BC^^H||01632960001^PRN|||M||RX0778812"
    "||||||||||||||01",
    "PD1||||A81001^Dr Quill",
    "NK1|1|Okonjo^Thomas|SON|14 High Street^Old Town^Anytown^Shire^AN1 2BC|01632960002",
    "PV1|1|I|W12^B3^2^RX001|21||W11^B1^1^RX001|C3456789^Larch^Samuel^^^Dr^^^GMC"
    "|G2345678^Quill^Ada^^^Dr^^^GMC|C4567890^Hazel^Ruth^^^Dr^^^GMC|300||||19|||||V0012345^^^RX0"
    "|||||||||||||||||19||||||||20260105100000|20260107113000",
    "PV2||2^Single room|R69^Unknown and unspecified causes of morbidity||||||20260110|5",
    "AL1|1|DA|372687004^Amoxicillin^SCT|MO|Rash|20190311",
    "AL1|2|FA|91935009^Peanut^SCT|SV|Swelling|20020817",
    "DG1|1||R69^Unknown and unspecified causes of morbidity^I10||20260105100000|A",
    "ZPI|1|Y|",
)


def sample(size: int = 967) -> bytes:
    """A synthetic admission of exactly that many bytes, padded in its last field."""
    text = "\r".join(SEGMENTS)
    return (text + "x" * (size - len(text) - 1) + "\r").encode()


ADMISSION = Picker(
    values={
        "MSH": (3, 4, 7, 10, 11, 12, 18),
        "EVN": (2, 6),
        "PID": (7, 8, 32),
        "PV1": (2, 4, 10, 14, 36, 44, 45),
        "MRG": (1,),
    },
    components={"MSH": (9,), "PID": (5, 11), "PD1": (4,), "PV1": (3, 6, 8, 9, 19)},
    repetitions={"PID": (3,)},
)


def pick_fields(raw: bytes) -> Picked:
    """Read a message and its thirty fields in one go."""
    return ADMISSION.pick(read_message(raw))


def ask_fields(raw: bytes) -> tuple[object, ...]:
    """Read a message and the same thirty fields, asked for one by one."""
    message = read_message(raw)
    value, components = message.value, message.components
    return (
        message.repetitions("PID", 3),
        components("PID", 5),
        value("PID", 7),
        value("PID", 8),
        components("PID", 11),
        value("PID", 32),
        value("PV1", 2),
        components("PV1", 3),
        value("PV1", 4),
        components("PV1", 6),
        components("PV1", 8),
        components("PV1", 9),
        value("PV1", 10),
        value("PV1", 14),
        components("PV1", 19),
        value("PV1", 36),
        value("PV1", 44),
        value("PV1", 45),
        value("EVN", 2),
        value("EVN", 6),
        value("MSH", 3),
        value("MSH", 4),
        value("MSH", 7),
        components("MSH", 9),
        value("MSH", 10),
        value("MSH", 11),
        value("MSH", 12),
        value("MSH", 18),
        components("PD1", 4),
        value("MRG", 1),
    )


def microseconds(work: Callable[[], object], calls: int) -> float:
    """CPU time of one call."""
    began = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - began) / calls * 1e6


def main() -> None:
    """Print peer, ours and ratio."""
    raw = sample()
    text = raw.decode()
    peer: list[float] = []
    ours: list[float] = []
    asked: list[float] = []
    opened: list[float] = []
    for _ in range(ROUNDS):
        peer.append(microseconds(lambda: hl7.parse(text), PEER_CALLS))
        ours.append(microseconds(lambda: pick_fields(raw), OUR_CALLS))
        asked.append(microseconds(lambda: ask_fields(raw), OUR_CALLS))
        opened.append(microseconds(lambda: read_message(raw), OUR_CALLS))
    theirs, mine, asking, opening = map(statistics.median, (peer, ours, asked, opened))
    ratio = statistics.median(a / b for a, b in zip(peer, ours, strict=True))
    print(f"message: {len(raw)} bytes, {len(SEGMENTS)} segments; CPU time, {ROUNDS} medians")
    print(f"hl7.parse, nothing picked:    {theirs:9.1f} us  {1e6 / theirs:9,.0f} /s")
    print(f"ours, 30 fields picked:       {mine:9.1f} us  {1e6 / mine:9,.0f} /s")
    print(f"  of which opening:           {opening:9.1f} us")
    print(f"  a picked field:             {(mine - opening) / 30:9.2f} us")
    print(f"ours, asked one by one:       {asking:9.1f} us  ratio {theirs / asking:.1f}")
    print(f"ratio: {ratio:.1f} (goal {GOAL:.0f})")


if __name__ == "__main__":
    main()
