"""Readiness facts: the kinds a feed may send, and what they add up to.

Criteria flip: someone who was ready, meets the criteria again and then does not, is ready
since the latest of these. Source: NHS England, discharge ready date guidance, 2023.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from homeward.hospital.domain.length_of_stay import london_date

CRITERIA = "criteria_to_reside"
READY_DATE = "discharge_ready_date"
EXPECTED = "expected_discharge"
PATHWAY = "pathway"
FACT_KINDS = (CRITERIA, READY_DATE, EXPECTED, PATHWAY)

YES = frozenset({"yes", "y", "true", "1", "met", "meets"})
NO = frozenset({"no", "n", "false", "0", "not met", "not meeting"})


@dataclass(frozen=True, slots=True)
class Readiness:
    """Where someone stands. meets: the criteria to reside, None when nobody has said."""

    meets: bool | None = None
    ready_since: date | None = None

    def days_ready(self, *, on: date) -> int | None:
        """Whole days since they became ready; None for whoever is not, or not yet."""
        if self.ready_since is None or self.ready_since > on:
            return None
        return (on - self.ready_since).days


def readiness(facts: Iterable[tuple[str, str, datetime]]) -> Readiness:
    """What facts (kind, value, moment), oldest first, add up to.

    A ready date the hospital states wins over the day it said the criteria were not met;
    a value that cannot be read is passed over.
    """
    meets: bool | None = None
    since: date | None = None
    for kind, value, at in facts:
        said = value.strip().casefold()
        if kind == CRITERIA and said in YES:
            meets, since = True, None
        elif kind == CRITERIA and said in NO:
            since = since if meets is False and since else london_date(at)
            meets = False
        elif kind == READY_DATE and (day := stated_day(value)) is not None:
            meets, since = False, day
    return Readiness(meets, since)


def stated_day(value: str) -> date | None:
    """The date in ISO 8601 or as HL7 writes it; None for anything else."""
    try:
        return datetime.fromisoformat(value.strip()[:10].rstrip("T")).date()
    except ValueError:
        pass
    try:
        return datetime.strptime(value.strip()[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day
    except ValueError:
        return None
