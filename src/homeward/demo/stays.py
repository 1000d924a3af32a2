"""How long people stay, when they come and go, and the truth about each stay.

Times are whole seconds since 1970 in UTC; see `uk_time` for the clock on the wall.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from homeward.demo.people import Person
from homeward.demo.uk_time import DAY, HOUR, local_date, local_hour, midnight
from homeward.demo.world import Consultant

# Discharges by weekday, Monday first, against the mean day. NHS England acute discharge
# situation report, April 2022 to August 2025, all trusts, weekday means.
DISCHARGES_BY_WEEKDAY = (0.872, 1.100, 1.155, 1.168, 1.242, 0.858, 0.605)
# Share of discharges that happen by 17:00, from the same report where both parts are given.
DISCHARGED_BY_1700 = 0.60
# People who no longer meet the criteria to reside: the decisions' weekday shape, same report.
NO_LONGER_MEETS_BY_WEEKDAY = (0.940, 1.044, 1.074, 1.077, 1.105, 0.938, 0.822)
# 13,787 people remained in hospital with no criteria to reside on 1 August 2026 (same
# report), of about 98,000 occupied general and acute beds (urgent care situation report).
NO_LONGER_MEETS_SHARE = 0.14
# Long stayers among those in bed. NHS winter situation reports give 43% to 51% for 7 days
# and over and 16% to 21% for 21 days and over; the demo sits in that range's lower half.
LONG_STAY_SHARES = {7: 0.45, 14: 0.25, 21: 0.15}
# Days between the discharge-ready date and leaving, for those who wait: NHS England
# discharge-ready date statistics, July 2026 (share, fewest days, most days).
READY_DELAYS = (
    (0.32, 1, 1),
    (0.22, 2, 3),
    (0.16, 4, 6),
    (0.17, 7, 13),
    (0.06, 14, 20),
    (0.07, 21, 35),
)
OCCUPANCY = 0.93

# What follows are our own round figures: the usual shape, not a published series.
DISCHARGES_BY_HOUR = (
    *(0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 0.6),
    *(1.0, 2.0, 3.6, 6.2, 8.0, 9.4, 10.6, 11.4),
    *(11.8, 11.4, 10.0, 8.0, 5.6, 3.4, 1.8, 0.6),
)
ARRIVALS_BY_HOUR = (
    *(2.6, 2.2, 1.9, 1.7, 1.6, 1.7, 2.0, 2.8),
    *(4.0, 5.2, 6.0, 6.2, 6.0, 5.8, 5.6, 5.5),
    *(5.5, 5.4, 5.3, 5.1, 4.8, 4.2, 3.6, 3.1),
)
ARRIVALS_BY_WEEKDAY = (1.10, 1.03, 1.01, 1.00, 1.00, 0.93, 0.93)
ELECTIVES_BY_WEEKDAY = (1.20, 1.35, 1.35, 1.30, 1.20, 0.35, 0.25)
LONGEST_DAYS = 160.0


@dataclass(frozen=True, slots=True)
class Profile:
    """How people of one specialty stay: log-normal days, age in years, shares of 1."""

    median_days: float
    sigma: float
    age: float
    age_spread: float
    women: float
    elective: float
    death: float
    reasons: tuple[str, ...]


PROFILES: dict[str, Profile] = {
    "326": Profile(0.9, 0.75, 60, 21, 0.52, 0.0, 0.01, ("Chest pain", "Collapse", "Overdose")),
    "430": Profile(
        7.5, 1.05, 85, 6, 0.60, 0.0, 0.07, ("Fall at home", "Confusion", "Reduced mobility")
    ),
    "340": Profile(
        5.0, 1.05, 70, 14, 0.50, 0.0, 0.06, ("Pneumonia", "Exacerbation of COPD", "Breathless")
    ),
    "300": Profile(
        5.0, 1.05, 71, 16, 0.52, 0.0, 0.05, ("Sepsis", "Cellulitis", "Urinary tract infection")
    ),
    "320": Profile(4.2, 1.0, 71, 14, 0.43, 0.10, 0.03, ("Heart failure", "Atrial fibrillation")),
    "301": Profile(4.2, 1.0, 60, 17, 0.48, 0.05, 0.04, ("Upper GI bleed", "Liver disease")),
    "361": Profile(5.2, 1.05, 66, 15, 0.44, 0.10, 0.04, ("Acute kidney injury", "Fluid overload")),
    "328": Profile(8.0, 1.05, 76, 12, 0.50, 0.0, 0.09, ("Stroke", "Left-sided weakness")),
    "110": Profile(
        5.5, 1.05, 73, 16, 0.60, 0.30, 0.02, ("Fractured neck of femur", "Knee replacement")
    ),
    "100": Profile(
        3.0, 1.0, 58, 18, 0.51, 0.35, 0.015, ("Abdominal pain", "Bowel obstruction", "Hernia")
    ),
    "192": Profile(3.0, 0.8, 61, 16, 0.42, 0.0, 0.15, ("Respiratory failure", "Septic shock")),
    "314": Profile(20.0, 0.7, 79, 10, 0.58, 0.0, 0.01, ("Rehabilitation",)),
    "501": Profile(1.7, 0.55, 31, 5, 1.0, 0.25, 0.0, ("Labour", "Induction of labour")),
}
ASSESSMENT, CRITICAL, REHABILITATION, MATERNITY = "326", "192", "314", "501"
# Specialties whose emergencies go straight to their own ward when it has a bed.
STRAIGHT_TO_WARD = frozenset(("100", "110", CRITICAL, "328"))
# Wards that take no one but their own.
CLOSED_TO_OUTLIERS = frozenset((MATERNITY, CRITICAL, REHABILITATION))
# Older people stay longer: days grow by this much for each year over 65.
LONGER_PER_YEAR = 0.006


class Spot(NamedTuple):
    """Where someone is: ward code, room and bed on a site."""

    site: str
    ward: str
    room: str
    bed: str


@dataclass(slots=True)
class BedStay:
    """The truth about one stretch in one place; clash marks a deliberate wrong bed."""

    spot: Spot
    start: int
    end: int | None = None
    clash: bool = False


@dataclass(slots=True)
class Spell:
    """The truth about one visit, as the hospital itself believes it now."""

    visit: str
    person: Person
    patient_class: str
    method: str
    source: str
    specialty: str
    consultant: Consultant
    reason: str
    admitted: int
    home: int = -1
    discharged: int | None = None
    destination: str = ""
    discharged_to: str = ""
    died: bool = False
    will_die: bool = False
    cancelled: bool = False
    is_planned: bool = False
    expected: int | None = None
    leaves_at: int = 0
    ready_at: int | None = None
    pathway: int = 0
    stays: list[BedStay] = field(default_factory=list)
    leave: list[tuple[int, int | None]] = field(default_factory=list)
    # The bed kept for this spell, as (ward index, bed index), and the one it came from.
    held: tuple[int, int] | None = None
    frozen: bool = False
    attendance: "Spell | None" = None
    babies: "list[Spell]" = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """In hospital now, of whatever class."""
        return self.discharged is None and not self.cancelled and not self.is_planned

    @property
    def spot(self) -> Spot | None:
        """Where the person is now, or was last."""
        return self.stays[-1].spot if self.stays else None

    def spot_at(self, at: int) -> Spot | None:
        """The true place at a moment, None before, after or when the visit was cancelled."""
        if self.cancelled:
            return None
        for stay in self.stays:
            if stay.start <= at and (stay.end is None or at < stay.end):
                return stay.spot
        return None


def cumulative(weights: tuple[float, ...]) -> list[float]:
    """Running totals, for `random.choices(cum_weights=...)`."""
    totals: list[float] = []
    for weight in weights:
        totals.append(weight + (totals[-1] if totals else 0.0))
    return totals


_HOURS = range(24)
_DISCHARGE_HOURS = cumulative(DISCHARGES_BY_HOUR)
_ARRIVAL_HOURS = cumulative(ARRIVALS_BY_HOUR)
# Moving ends to near days flattens the week; weights this much steeper bring it back.
_STEEPER = 1.5
# How far a stay's end may be moved from its raw day to suit the week, with what weight.
_SHIFTS = {-2: 0.5, -1: 1.0, 0: 1.3, 1: 1.0, 2: 0.5}


def arrival_second(rng: random.Random) -> int:
    """Second of the day at which someone comes through the emergency department's door."""
    return rng.choices(_HOURS, cum_weights=_ARRIVAL_HOURS)[0] * HOUR + int(rng.random() * HOUR)


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson count, by multiplying uniforms; meant for means below about 50."""
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def stay_days(rng: random.Random, specialty: str, age: float) -> float:
    """Length of a new stay in days, by specialty and age, with its long tail."""
    profile = PROFILES[specialty]
    mu = math.log(profile.median_days) + _age_effect(profile, age)
    return min(LONGEST_DAYS, max(0.15, rng.lognormvariate(mu, profile.sigma)))


def stay_in_progress(rng: random.Random, specialty: str, age: float) -> tuple[float, float]:
    """(days so far, days to go) of someone found in bed at a random moment.

    Long stays are met more often than they start, in proportion to their length; the
    length-biased log-normal is again log-normal, its log mean up by sigma squared.
    """
    profile = PROFILES[specialty]
    mu = math.log(profile.median_days) + _age_effect(profile, age) + profile.sigma**2
    days = min(LONGEST_DAYS, rng.lognormvariate(mu, profile.sigma))
    so_far = days * rng.random()
    return so_far, days - so_far


def mean_days(specialty: str) -> float:
    """Mean length of stay in days of a person of the specialty's mean age."""
    profile = PROFILES[specialty]
    mu = math.log(profile.median_days) + _age_effect(profile, profile.age)
    return math.exp(mu + profile.sigma**2 / 2)


def _age_effect(profile: Profile, age: float) -> float:
    if profile.age < 45:
        return 0.0
    return LONGER_PER_YEAR * (min(age, 95.0) - profile.age)


def discharge_moment(rng: random.Random, admitted: int, days: float) -> int:
    """When a stay of about so many days ends, fitted to the week and the day.

    Moves the raw end to a likely day and hour; never earlier than three hours after
    admission.
    """
    raw = local_date(admitted + int(days * DAY))
    first = local_date(admitted) + timedelta(days=1 if days >= 1 else 0)
    reach = 2 if days >= 3 else 1
    choices = [
        (raw + timedelta(days=n), weight) for n, weight in _SHIFTS.items() if abs(n) <= reach
    ]
    weights = [
        weight * DISCHARGES_BY_WEEKDAY[day.weekday()] ** _STEEPER if day >= first else 0.0
        for day, weight in choices
    ]
    day = rng.choices([day for day, _ in choices], weights)[0] if any(weights) else first
    hour = rng.choices(_HOURS, cum_weights=_DISCHARGE_HOURS)[0]
    end = midnight(day) + hour * HOUR + int(rng.random() * HOUR)
    earliest = admitted + 3 * HOUR
    if end >= earliest:
        return end
    # A short stay that would end before it began goes on for its raw length.
    return earliest + int(rng.random() * 6 * HOUR)


def ready_delay_days(rng: random.Random) -> int:
    """Whole days between being ready and leaving, for someone who has to wait."""
    ticket = rng.random()
    for share, fewest, most in READY_DELAYS:
        ticket -= share
        if ticket < 0:
            return rng.randint(fewest, most)
    return 1


def ready_moment(rng: random.Random, spell: Spell, age: float) -> tuple[int | None, int]:
    """(when the person stops meeting the criteria to reside, discharge pathway 0 to 3).

    None for someone who dies or leaves within a day. Older people and long stays wait
    more often. The decision is made on a ward round, seldom at a weekend.
    """
    length = spell.leaves_at - spell.admitted
    if spell.will_die or length < DAY:
        return None, 0
    waits = 0.18 + (0.20 if age >= 65 else 0.0) + (0.27 if length > 7 * DAY else 0.0)
    delay = ready_delay_days(rng) if rng.random() < waits else 0
    delay = min(delay, max(0, length // DAY - 1))
    day = local_date(spell.leaves_at) - timedelta(days=delay)
    if delay and rng.random() > NO_LONGER_MEETS_BY_WEEKDAY[day.weekday()] / 1.105:
        day -= timedelta(days=1)
    at = midnight(day) + 8 * HOUR + int(rng.random() * 3.5 * HOUR)
    if at >= spell.leaves_at - HOUR:
        at = spell.leaves_at - 2 * HOUR
    return max(at, spell.admitted + 2 * HOUR), _pathway(rng, delay, age)


def _pathway(rng: random.Random, delay: int, age: float) -> int:
    ticket = rng.random()
    if delay == 0:
        return 0 if ticket < 0.9 or age < 65 else 1
    if delay < 4:
        return 0 if ticket < 0.35 else 1 if ticket < 0.9 else 2
    return 0 if ticket < 0.1 else 1 if ticket < 0.55 else 2 if ticket < 0.85 else 3


def is_daytime(at: int) -> bool:
    """Between 08:00 and 20:00 on the hospital's clock."""
    return 8 <= local_hour(at) < 20


def next_round(rng: random.Random, after: int, days: int = 1) -> int:
    """A ward round: a moment between 08:30 and 12:30 some days after `after`'s day."""
    day = local_date(after) + timedelta(days=days)
    return midnight(day) + 8 * HOUR + 1800 + int(rng.random() * 4 * HOUR)
