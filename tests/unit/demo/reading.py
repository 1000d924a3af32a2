"""A short, separate reader of the demo's messages, to check the generator against.

It shares no code with the generator and knows only what the feed says.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
CANCELS = {"A12": ("A02",), "A13": ("A03",), "A11": ("A01",)}


def fields(segment: str) -> list[str]:
    """Fields by HL7 number: index 1 is the first field (MSH counts its separator)."""
    parts = segment.split("|")
    return [parts[0], "|", *parts[1:]] if parts[0] == "MSH" else parts


def segments(text: bytes) -> list[list[str]]:
    return [fields(line) for line in text.decode().split("\r") if line]


def moment(text: str) -> datetime:
    if len(text) > 14:
        return datetime.strptime(text, "%Y%m%d%H%M%S%z").astimezone(UTC)
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=LONDON).astimezone(UTC)


def value(segment: list[str], number: int) -> str:
    return segment[number] if number < len(segment) else ""


@dataclass
class Event:
    trigger: str
    occurred: datetime
    recorded: datetime
    receipt: int
    place: tuple[str, str, str, str]
    patient_class: str
    mrn: str


@dataclass
class Feed:
    """What one trust's feed said: events by visit, merges, last known NHS numbers."""

    events: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    merged: dict[str, str] = field(default_factory=dict)
    nhs: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    triggers: Counter[str] = field(default_factory=Counter)
    control_ids: Counter[str] = field(default_factory=Counter)
    unusable: int = 0

    def hear(self, text: bytes) -> None:
        parts = segments(text)
        self.control_ids[parts[0][10]] += 1
        if self.control_ids[parts[0][10]] > 1:
            return
        trigger = parts[0][9].split("^")[1]
        self.triggers[trigger] += 1
        if trigger == "R01":
            return
        if parts[0][11] != "P":
            self.unusable += 1
            return
        evn = parts[1]
        people = [s for s in parts if s[0] == "PID"]
        try:
            occurred, recorded = moment(evn[6]), moment(evn[2])
        except ValueError:
            self.unusable += 1
            return
        if not people[0][3]:
            self.unusable += 1
            return
        self._hear_people(parts, people, occurred)
        visits = [s for s in parts if s[0] == "PV1"]
        for person, visit in zip(people, visits, strict=False):
            ward, room, bed, site = (value(visit, 3).split("^") + [""] * 4)[:4]
            self.events[value(visit, 19).split("^")[0]].append(
                Event(
                    trigger,
                    occurred,
                    recorded,
                    sum(self.triggers.values()),
                    (site, ward, room, bed),
                    visit[2],
                    _mrn(person),
                )
            )

    def _hear_people(self, parts: list[list[str]], people: list[list[str]], at: datetime) -> None:
        for person in people:
            number = next((r for r in person[3].split("~") if "^NH" in r), "").split("^")[0]
            known = self.nhs.get(_mrn(person))
            if known is None or known[0] <= at:
                self.nhs[_mrn(person)] = (at, number)
        for merge in (s for s in parts if s[0] == "MRG"):
            self.merged[merge[1].split("^")[0]] = _mrn(people[0])

    def stays(self, visit: str) -> tuple[str, str, list[list[object]]]:
        """(class, local id, [[place, from, to]...]) of a visit once all is heard."""
        events = _without_cancelled(self.events[visit])
        places: list[list[object]] = []
        patient_class = mrn = ""
        for event in events:
            patient_class, mrn = event.patient_class, event.mrn
            arrives = event.trigger in ("A01", "A06") and event.patient_class in "IN"
            if event.trigger == "A23":
                return patient_class, mrn, []
            if places and places[-1][2] is None and event.trigger in ("A02", "A17", "A03"):
                places[-1][2] = event.occurred
            if arrives or event.trigger in ("A02", "A17"):
                places.append([event.place, event.occurred, None])
        return patient_class, self.merged.get(mrn, mrn), places


def _mrn(person: list[str]) -> str:
    return person[3].split("^")[0]


def _without_cancelled(events: list[Event]) -> list[Event]:
    kept = sorted(events, key=lambda e: (e.occurred, e.recorded, e.receipt))
    for cancel in [e for e in kept if e.trigger in CANCELS]:
        targets = [e for e in kept if e.trigger in CANCELS[cancel.trigger]]
        same = [e for e in targets if e.occurred == cancel.occurred]
        earlier = [e for e in targets if e.recorded <= cancel.recorded]
        kept.remove((same or earlier)[-1])
        kept.remove(cancel)
    return kept


def listen(messages: Iterable[object]) -> dict[str, Feed]:
    """Everything both trusts said."""
    feeds: dict[str, Feed] = defaultdict(Feed)
    for message in messages:
        feeds[message.trust].hear(message.text)
    return feeds
