"""Fuzzing of the HL7 reader, by atheris where it is installed, else by seeded mutation.

Run: uv run --no-sync python -m tests.fuzz.fuzz_hl7 --seconds 30 [--seed 7] [FOLDER OF SEEDS]
An input that breaks it is written to a file, named in the output, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeward.gateway.domain.hl7 import (
    Frame,
    FrameReader,
    Hl7Error,
    Hl7TimeError,
    build_ack,
    frame,
    parse_time,
    read_message,
    split_messages,
)

AT = datetime(2026, 1, 5, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
SECONDS_ALLOWED = 2.0  # for one input; real ones take microseconds
LONGEST = 4096
SEEDS = [
    b"MSH|^~\\&|PAS|RX0|HOMEWARD|RX0|20260105101502||ADT^A01^ADT_A01|M-1|P|2.5.1||||||8859/1\r"
    b"EVN|A01|20241027013000+0100\rPID|1||633^^^RX0^MR~9449305552^^^NHS^NH||O\\T\\Hara^A&b\\X41\\\r"
    b'PV1|1|I|W12^B3^2^RX001|21||""\r',
    b"\x0bMSH$%*!@$PAS\rPID$1%2*3!T!\r\x1c\r\x0bMSH|^~\\&|B\x1c\r",
    b"FHS|^~\\&|\rBHS|^~\\&|\nMSH|^~\\&|A\r\nPID|1\nMSH|^~&|B\rBTS|2\rFTS|1",
    "\ufeffMSH|^~\\&|Ω\rPID|1||李\\.br\\".encode("utf-16"),
    "MSH|^~\\&|PAS|||||||M-1||||||||~ISO IR87\rPID|山田".encode("iso2022_jp_2"),
]
TOKENS = [
    b"MSH|", b"\rMSH|^~\\&|", b"\x0b", b"\x1c\r", b"\x1c", b"\r", b"\n", b"\0", b"\\", b"\\X0D\\",
    b"\\X", b"|", b"^", b"~", b"&", b"#", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xc3\xa9",
    b"UNICODE UTF-16", b"8859/1", b"ASCII", b'""', b"FTS|", b"BHS|^~\\&", b"2" * 20,
]  # fmt: skip


def one_input(data: bytes) -> None:
    """Everything the reader does with bytes from outside. Raises only when something is wrong."""
    for message in [data, *split_messages(data)]:
        read_and_answer(message)
    reader = FrameReader(len(data) // 2)
    whole = FrameReader(len(data) // 2).feed(data)
    pieces = [event for at in range(0, len(data), 7) for event in reader.feed(data[at : at + 7])]
    if frames(whole) != frames(pieces):
        raise AssertionError("the cuts of the stream changed its frames")


def read_and_answer(raw: bytes) -> None:
    try:
        incoming = read_message(raw)
    except Hl7Error as error:
        check_reply(build_ack(raw, "AR", at=AT, control_id=error.text[:20]))
        return
    for segment in incoming.segments:
        for number in range(1, len(segment.fields)):
            segment.repetitions(number)
            if "\0" in segment.value(number, 0, 0, 0):
                raise AssertionError("a NUL was let through")
            read_time(segment.value(number))
    check_reply(build_ack(incoming, "AA", at=AT, control_id="H-1"))


def read_time(text: str) -> None:
    try:
        parse_time(text, LONDON)
    except Hl7TimeError:
        return


def check_reply(reply: bytes) -> None:
    frame(reply)
    if not read_message(reply, default_charset="latin1").value("MSA", 1):
        raise AssertionError("a reply without a code")


def frames(events: list[Any]) -> list[bytes]:
    return [event.payload for event in events if isinstance(event, Frame)]


def mutated(random_: random.Random, seeds: list[bytes]) -> bytes:
    """A seed with a few bytes changed, dropped, doubled, swapped for tokens or for another's."""
    data = bytearray(random_.choice(seeds))
    for _ in range(random_.randint(1, 8)):
        at = random_.randint(0, len(data))
        until = min(len(data), at + random_.randint(0, 12))
        kind = random_.randrange(5)
        if kind == 0:
            data[at:until] = random_.choice(TOKENS)
        elif kind == 1:
            data[at:until] = b""
        elif kind == 2:
            data[at:at] = data[at:until] * random_.randint(1, 5)
        elif kind == 3:
            data[at:until] = random_.randbytes(until - at)
        else:
            other = random_.choice(seeds)
            start = random_.randint(0, len(other))
            data[at:until] = other[start : start + random_.randint(0, 200)]
    return bytes(data[:LONGEST])


def run_seeded(seconds: float, seed: int, seeds: list[bytes]) -> tuple[int, bytes | None]:
    """Mutate for that long. Returns how many inputs were tried, and the one that broke it."""
    random_ = random.Random(seed)
    ends = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < ends:
        data = seeds[tried] if tried < len(seeds) else mutated(random_, seeds)
        tried += 1
        began = time.process_time()
        try:
            one_input(data)
        except Exception as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return tried, data
        if time.process_time() - began > SECONDS_ALLOWED:
            print(f"took longer than {SECONDS_ALLOWED} s", file=sys.stderr)
            return tried, data
    return tried, None


def run_atheris(atheris: Any, seconds: float, seed: int) -> None:
    """Hand over to atheris, which ends the process itself."""
    atheris.instrument_all()
    options = [f"-max_total_time={int(seconds)}", f"-seed={seed}", f"-max_len={LONGEST}"]
    atheris.Setup([sys.argv[0], *options], one_input)
    atheris.Fuzz()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="fuzz the HL7 reader")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="seeded mutation even with atheris")
    parser.add_argument("folder", nargs="?", type=Path, help="files to start from")
    options = parser.parse_args(arguments)
    if not options.plain:
        try:
            atheris = importlib.import_module("atheris")
        except ImportError:
            print("atheris is not installed: seeded mutation instead")
        else:
            run_atheris(atheris, options.seconds, options.seed)
    files = sorted(p for p in options.folder.rglob("*") if p.is_file()) if options.folder else []
    seeds = SEEDS + [path.read_bytes()[:LONGEST] for path in files]
    tried, broken = run_seeded(options.seconds, options.seed, seeds)
    print(f"inputs={tried} seed={options.seed} broken={int(broken is not None)}")
    if broken is None:
        return 0
    found = Path(f"fuzz-hl7-{hashlib.sha256(broken).hexdigest()[:12]}.bin")
    found.write_bytes(broken)
    print(f"written to {found}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
