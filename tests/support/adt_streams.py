"""Streams of ADT as a hospital sends them, with repeats, late messages, corrections and merges.

Plain text made without the gateway's code. Everything follows from the seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ODS = "ZT1"
WARDS = ("ASH", "OAK", "ELM", "BIRCH", "ROWAN")
BEGIN = datetime(2026, 11, 1, 6, 0)


@dataclass
class Visit:
    """One person's stay so far. at: when the last thing happened to them."""

    local_id: str
    number: str
    at: datetime
    bed: str = ""
    admitted: str = ""


@dataclass
class Stream:
    """What one connection sends; its people are its own, so their order is kept."""

    name: str
    seed: int
    lines: list[Visit] = field(default_factory=list)
    made: int = 0
    people: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.name} {self.seed}")

    def messages(self) -> Iterator[tuple[str, bytes]]:
        """(control id, text), for ever. Now and then an earlier one again, word for word."""
        earlier: list[tuple[str, bytes]] = []
        late: list[tuple[str, bytes]] = []
        while True:
            for message in self._next():
                # A late one is held back while others overtake it.
                if self.rng.random() < 0.06:
                    late.append(message)
                    continue
                yield message
                earlier.append(message)
                if self.rng.random() < 0.05:
                    yield self.rng.choice(earlier[-20:])
            if late and self.rng.random() < 0.3:
                message = late.pop(0)
                yield message
                earlier.append(message)

    def _next(self) -> list[tuple[str, bytes]]:
        choice = self.rng.random()
        if choice < 0.25 or not self.lines:
            return [self._admit()]
        visit = self.rng.choice(self.lines)
        visit.at += timedelta(minutes=self.rng.randint(5, 300))
        if choice < 0.55:
            visit.bed = self._place()
            return [self._message("A02", visit)]
        if choice < 0.80:
            return [self._message("A08", visit)]
        if choice < 0.86:
            return self._slip(visit)
        if choice < 0.90 and len(self.lines) > 3:
            return [self._merge(visit)]
        self.lines.remove(visit)
        return [self._message("A03", visit, left=True)]

    def _admit(self) -> tuple[str, bytes]:
        self.people += 1
        local = f"{self.name}{self.seed}P{self.people:05}"
        at = BEGIN + timedelta(minutes=self.rng.randint(0, 20_000))
        visit = Visit(local, f"V{local}", at, self._place(), stamp(at))
        self.lines.append(visit)
        return self._message("A01", visit)

    def _slip(self, visit: Visit) -> list[tuple[str, bytes]]:
        """A transfer keyed for the wrong person and taken back."""
        home, visit.bed = visit.bed, self._place()
        wrong = self._message("A02", visit)
        visit.bed = home
        return [wrong, self._message("A12", visit)]

    def _merge(self, visit: Visit) -> tuple[str, bytes]:
        """Somebody known twice becomes one."""
        loser = f"{visit.local_id}X{self.made}"
        return self._message("A40", visit, extra=(f"MRG|{loser}^^^{ODS}^MR",))

    def _place(self) -> str:
        bay, bed = self.rng.randint(1, 6), self.rng.randint(1, 400)
        return f"{self.rng.choice(WARDS)}^B{bay}^{bed}^ZT101"

    def _message(
        self, trigger: str, visit: Visit, *, left: bool = False, extra: tuple[str, ...] = ()
    ) -> tuple[str, bytes]:
        self.made += 1
        control, at = f"{self.name}-{self.seed}-{self.made:06}", stamp(visit.at)
        values = {2: "I", 3: visit.bed, 19: visit.number, 44: visit.admitted}
        if left:
            values |= {36: "19", 45: at}
        fields = "|".join(values.get(number, "") for number in range(1, 46))
        lines = [
            f"MSH|^~\\&|PAS|{ODS}|HOMEWARD|{ODS}|{at}||ADT^{trigger}|{control}|P|2.5.1",
            f"EVN|{trigger}|{at}||||{at}",
            f"PID|1||{visit.local_id}^^^{ODS}^MR||Example^Person{self.made}^^^Mx||19440512|F",
            *extra,
            f"PV1|{fields}",
        ]
        return control, "\r".join(lines).encode() + b"\r"


def stamp(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S")
