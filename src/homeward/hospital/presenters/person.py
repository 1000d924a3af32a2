"""Why is this person still here? The page about one person in words."""

from dataclasses import dataclass
from datetime import date, datetime

from homeward.hospital.domain import nhs_number
from homeward.hospital.domain.classes import CLASS_NAMES, INPATIENT_CLASSES, PatientClass
from homeward.hospital.domain.display import (
    age_on,
    counted,
    list_name,
    place_in_sentence,
    sex_words,
)
from homeward.hospital.domain.length_of_stay import days_in_hospital, london_date, start_of_day
from homeward.hospital.domain.places import NO_NAMES, WardNames
from homeward.hospital.domain.readiness import (
    CRITERIA,
    EXPECTED,
    PATHWAY,
    READY_DATE,
    readiness,
    stated_day,
)
from homeward.hospital.domain.specialties import specialty_name
from homeward.hospital.presenters.rows import Word, day_words, exact_words
from homeward.hospital.queries.people import PersonRecord, SentFact, SentIdentifier, Stay, Visit

OPEN = "open"
STATUS_WORDS: dict[str, Word] = {
    "open": Word("In hospital", "blue"),
    "closed": Word("Left", "grey"),
    "planned": Word("Planned", "white"),
    "cancelled": Word("Cancelled", "white"),
}
# NHS Data Dictionary, discharge destination.
DESTINATIONS = {
    "19": "usual place of residence",
    "29": "temporary place of residence",
    "51": "another NHS ward",
    "52": "NHS maternity or neonatal ward",
    "53": "NHS mental health or learning disability ward",
    "54": "NHS-run care home",
    "65": "council care home",
    "66": "council foster care",
    "79": "died",
    "85": "care home",
    "87": "non-NHS hospital",
    "88": "hospice",
}
FACT_WORDS = {
    CRITERIA: "Meets the criteria to reside",
    READY_DATE: "Ready to leave since",
    EXPECTED: "Expected to leave",
    PATHWAY: "Pathway",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A key with its value, as a summary list shows them."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class StayLine:
    """One move: where, from and to when, and when we heard of it."""

    place: str
    started_at: datetime
    ended_at: datetime | None
    length: str
    heard: str
    note: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """One readiness fact with its source."""

    what: str
    value: str
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """One spell with what happened in it."""

    title: str
    status: Word
    lines: list[Line]
    stays: list[StayLine]
    facts: list[FactLine]


@dataclass(frozen=True, slots=True)
class PersonView:
    """The whole page."""

    record: PersonRecord
    at: datetime
    names: WardNames = NO_NAMES

    @property
    def title(self) -> str:
        """Their name."""
        return list_name(self.record.family_name, self.record.given_name)

    @property
    def sentence(self) -> str:
        """One sentence written from the facts."""
        return sentence(self.record, at=self.at, names=self.names)

    @property
    def identity(self) -> list[Line]:
        """Who they are, as the feed says. Unknown is said, never left blank."""
        record, today = self.record, london_date(self.at)
        number = nhs_number.spaced(record.nhs_number)
        address = ", ".join(part for part in (record.address, record.postcode) if part)
        status = nhs_number.status_words(record.nhs_number_status)
        return [
            Line("NHS number", f"{number} ({status})" if number else "Not known"),
            Line("Hospital number", record.local_id or "Not known"),
            Line("Born", born_words(record.birth_date, today=today)),
            Line("Sex", sex_words(record.sex).capitalize() or "Not known"),
            Line("Address", address or "Not known"),
            Line("Phone", record.phone or "Not known"),
            Line("GP practice", record.gp_practice or "Not known"),
        ]

    @property
    def notices(self) -> list[Word]:
        """What must not be missed about this record."""
        found = []
        if self.record.restricted:
            found.append(Word("Restricted", "purple"))
        if self.record.died:
            found.append(Word("Died", "grey"))
        if self.record.deleted:
            found.append(Word("Deleted by sender", "red"))
        return found

    @property
    def to_look_at(self) -> list[str]:
        """What the feed leaves for a person to settle."""
        here = [v for v in self.record.visits if v.status == OPEN]
        inpatient = [v for v in here if v.patient_class in INPATIENT_CLASSES]
        if len(inpatient) < 2:
            return []
        numbers = " and ".join(visit.visit_number for visit in inpatient)
        return [
            f"Visits {numbers} are both open. One of them must be closed in the hospital's system."
        ]

    @property
    def identifiers(self) -> list[tuple[str, str, str]]:
        """Identifiers as sent: who assigned it, the value, and whether it can be right."""
        return [
            (sent.authority or "Not said", sent.value, identifier_words(sent))
            for sent in self.record.identifiers
        ]

    @property
    def visits(self) -> list[VisitView]:
        """Spells, the present one first."""
        return [visit_view(visit, at=self.at, names=self.names) for visit in self.record.visits]


def sentence(record: PersonRecord, *, at: datetime, names: WardNames = NO_NAMES) -> str:
    """Where the person stands, in one sentence."""
    today = london_date(at)
    here = [v for v in record.visits if v.status == OPEN and v.admitted_at is not None]
    inpatient = [v for v in here if v.patient_class in INPATIENT_CLASSES]
    if inpatient or here:
        return _present((inpatient or here)[0], record, today=today, names=names)
    left = [v.discharged_at for v in record.visits if v.discharged_at is not None]
    if record.died:
        when = f" on {_day(record.died_at)}" if record.died_at else ""
        return f"Died{when}."
    return (
        f"Not in hospital. Left {day_words(max(left), today=today)}."
        if left
        else "Not in hospital."
    )


def _present(visit: Visit, record: PersonRecord, *, today: date, names: WardNames) -> str:
    assert visit.admitted_at is not None
    days = days_in_hospital(visit.admitted_at, on=today)
    ward = names.of(visit.site, visit.ward)
    where = f", on {ward}, {place_in_sentence(visit.room, visit.bed)}" if ward else ""
    stay = f"for {counted(days, 'day')}" if days else "since today"
    kind = "In hospital" if visit.patient_class in INPATIENT_CLASSES else class_words(visit)
    first = f"{kind} {stay}{where}."
    if record.died:
        return f"{first} Died, and not yet discharged."
    if visit.on_leave_since:
        return f"{first} On leave since {day_words(visit.on_leave_since, today=today)}."
    expected = _expected(visit.expected_discharge_at, today=today)
    return f"{first} {_ready(visit, today=today)}{expected}"


def _ready(visit: Visit, *, today: date) -> str:
    told = readiness((fact.kind, fact.value, fact.at) for fact in visit.facts)
    waited = told.days_ready(on=today)
    if waited is not None:
        return f"Ready for {counted(waited, 'day')}. " if waited else "Ready since today. "
    if told.ready_since is not None:
        return f"Ready from {day_words(start_of_day(told.ready_since), today=today)}. "
    return "Needs hospital care. " if told.meets else ""


def _expected(expected: datetime | None, *, today: date) -> str:
    if expected is None:
        return "No expected date of leaving has been given."
    if london_date(expected) < today:
        late = (today - london_date(expected)).days
        return f"Was expected to leave {counted(late, 'day')} ago."
    return f"Expected to leave {day_words(expected, today=today)}."


def class_words(visit: Visit) -> str:
    """The kind of visit in words."""
    known = visit.patient_class in set(PatientClass)
    return CLASS_NAMES[PatientClass(visit.patient_class)] if known else visit.patient_class


def born_words(birth_date: date | None, *, today: date) -> str:
    """Birth date with the age it makes."""
    if birth_date is None:
        return "Not known"
    age = age_on(birth_date, today)
    told = f"{birth_date.day} {birth_date:%b} {birth_date.year}"
    return told if age is None else f"{told} (aged {age})"


def identifier_words(sent: SentIdentifier) -> str:
    """Whether an identifier can be right: only NHS numbers carry a check."""
    if "NHS" not in sent.authority.upper() and sent.kind.upper() != "NH":
        return "As sent"
    if not nhs_number.is_valid(sent.value):
        return "Fails the check digit, not used"
    return "Test number" if nhs_number.is_test_number(sent.value) else "Check digit right"


def visit_view(visit: Visit, *, at: datetime, names: WardNames = NO_NAMES) -> VisitView:
    """One spell in words."""
    began = exact_words(visit.admitted_at) if visit.admitted_at else "not begun"
    return VisitView(
        title=f"{class_words(visit)}, {began}",
        status=STATUS_WORDS.get(visit.status, Word(visit.status.capitalize(), "grey")),
        lines=_visit_lines(visit),
        stays=[stay_line(stay, at=at, names=names) for stay in visit.stays],
        facts=[
            FactLine(
                FACT_WORDS.get(fact.kind, fact.kind.replace("_", " ").capitalize()),
                fact_words(fact),
                fact.at,
                f"message {fact.receipt}",
            )
            for fact in visit.facts
        ],
    )


def fact_words(fact: SentFact) -> str:
    """The value as it was sent, a date as a date, with the sender's own words beside it."""
    day = stated_day(fact.value) if fact.kind in (READY_DATE, EXPECTED) else None
    value = f"{day.day} {day:%b %Y}" if day else fact.value
    if not fact.text or value.casefold() in fact.text.casefold():
        return fact.text or value
    return f"{value} ({fact.text})"


def _visit_lines(visit: Visit) -> list[Line]:
    pairs = [
        ("Visit number", visit.visit_number),
        ("Admitted", _event(visit.admitted_at, visit.admitted_heard_at)),
        ("Discharged", _event(visit.discharged_at, visit.discharged_heard_at)),
        ("Went to", DESTINATIONS.get(visit.discharge_destination, visit.discharge_destination)),
        ("Expected to leave", _expected_line(visit)),
        ("Specialty", specialty_name(visit.specialty)),
        ("Consultant", visit.consultant_name),
        ("On leave", "; ".join(_leave_words(leave) for leave in visit.leaves)),
        ("Planned next", visit.pending),
        ("Notice", "Known from an update only: the admission was not heard." * visit.provisional),
    ]
    return [Line(key, value) for key, value in pairs if value]


def _expected_line(visit: Visit) -> str:
    expected = visit.expected_discharge_at
    return exact_words(expected).removesuffix(", 00:00") if expected else ""


def _event(moment: datetime | None, heard: datetime | None) -> str:
    if moment is None:
        return ""
    return f"{exact_words(moment)}, {heard_words(moment, heard)}" if heard else exact_words(moment)


def heard_words(moment: datetime, heard: datetime) -> str:
    """How long after the event we heard of it."""
    minutes = int((heard - moment).total_seconds() // 60)
    if minutes < 2:
        return "heard at once"
    if minutes < 120:
        return f"heard {minutes} minutes later"
    hours = minutes // 60
    return f"heard {hours} hours later" if hours < 48 else f"heard {hours // 24} days later"


def stay_line(stay: Stay, *, at: datetime, names: WardNames = NO_NAMES) -> StayLine:
    """One stretch in one place."""
    length = (stay.ended_at or at) - stay.started_at
    hours = max(int(length.total_seconds() // 3600), 0)
    words = counted(hours // 24, "day") if hours >= 48 else counted(hours, "hour")
    ward = names.labelled(stay.site, stay.ward) if stay.site else names.of("", stay.ward)
    return StayLine(
        place=", ".join(part for part in (ward, place_in_sentence(stay.room, stay.bed)) if part),
        started_at=stay.started_at,
        ended_at=stay.ended_at,
        length=words,
        heard=heard_words(stay.started_at, stay.started_heard_at),
        note="Nobody announced this move: an update named the bed." if stay.inferred else "",
    )


def _leave_words(leave: list[str | None]) -> str:
    gone, back = (exact_words(datetime.fromisoformat(at)) if at else "" for at in leave[:2])
    return f"{gone} to {back or 'now'}"


def _day(moment: datetime) -> str:
    day = london_date(moment)
    return f"{day.day} {day:%b %Y}"
