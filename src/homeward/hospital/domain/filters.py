"""What a reader of the live list asked for."""

from dataclasses import dataclass
from enum import StrEnum

from homeward.hospital.domain.classes import INPATIENT_CLASSES, PatientClass

PAGE_SIZE = 50
# Who left is found for this long: the 90 days the demo and most reviews look back over.
LEFT_DAYS = 90


class Kind(StrEnum):
    """Which visits are listed. Only inpatients are counted as being in a bed."""

    INPATIENTS = "inpatients"
    NEWBORNS = "newborns"
    DAY_CASES = "day-cases"
    EMERGENCY = "emergency"
    OTHER = "other"
    LEFT = "left"


KIND_CLASSES: dict[Kind, tuple[PatientClass, ...]] = {
    Kind.INPATIENTS: tuple(INPATIENT_CLASSES),
    Kind.NEWBORNS: (PatientClass.NEWBORN,),
    Kind.DAY_CASES: (PatientClass.DAY_CASE,),
    Kind.EMERGENCY: (PatientClass.EMERGENCY,),
    Kind.OTHER: (
        PatientClass.OUTPATIENT,
        PatientClass.PREADMIT,
        PatientClass.RECURRING,
        PatientClass.UNKNOWN,
    ),
    Kind.LEFT: tuple(INPATIENT_CLASSES),
}
KIND_WORDS: dict[Kind, str] = {
    Kind.INPATIENTS: "Inpatients",
    Kind.NEWBORNS: "Newborns",
    Kind.DAY_CASES: "Day cases",
    Kind.EMERGENCY: "Emergency department",
    Kind.OTHER: "Other visits",
    Kind.LEFT: "Left lately",
}


class Show(StrEnum):
    """Which of them are shown."""

    EVERYONE = "everyone"
    READY = "ready"
    LEAVING_TODAY = "leaving-today"
    DATE_PASSED = "date-passed"
    CLASHES = "clashes"
    ON_LEAVE = "on-leave"
    DIED = "died"


SHOW_WORDS: dict[Show, str] = {
    Show.EVERYONE: "Everyone",
    Show.READY: "Ready to leave",
    Show.LEAVING_TODAY: "Expected to leave today",
    Show.DATE_PASSED: "Expected date has passed",
    Show.CLASHES: "Two people in one bed",
    Show.ON_LEAVE: "On leave",
    Show.DIED: "Died, not discharged",
}


class Sort(StrEnum):
    """In which order. Those who left always come newest first, unless by name or bed."""

    READY = "ready"
    DAYS = "days"
    NAME = "name"
    BED = "bed"
    ADMITTED = "admitted"
    EXPECTED = "expected"


SORT_WORDS: dict[Sort, str] = {
    Sort.READY: "Longest ready",
    Sort.DAYS: "Longest in hospital",
    Sort.ADMITTED: "Newest admission",
    Sort.NAME: "Name",
    Sort.BED: "Ward and bed",
    Sort.EXPECTED: "Leaving soonest",
}


@dataclass(frozen=True, slots=True)
class ListFilters:
    """The whole question; its defaults are the plain list of inpatients.

    stay: least days in hospital, 0 for everyone. page: from 1.
    """

    site: str = ""
    ward: str = ""
    specialty: str = ""
    stay: int = 0
    show: Show = Show.EVERYONE
    kind: Kind = Kind.INPATIENTS
    search: str = ""
    sort: Sort = Sort.READY
    page: int = 1

    @property
    def classes(self) -> tuple[PatientClass, ...]:
        """The patient classes listed."""
        return KIND_CLASSES[self.kind]

    @property
    def narrowed(self) -> bool:
        """Whether anyone could be left out by more than place and kind."""
        return bool(self.search or self.stay or self.show is not Show.EVERYONE)
