"""Opening the hospital with everyone in it, and planning each day's arrivals."""

from datetime import timedelta
from functools import lru_cache

from homeward.demo.hospital import Hospital
from homeward.demo.stays import (
    ARRIVALS_BY_WEEKDAY,
    ASSESSMENT,
    CLOSED_TO_OUTLIERS,
    ELECTIVES_BY_WEEKDAY,
    MATERNITY,
    OCCUPANCY,
    PROFILES,
    REHABILITATION,
    STRAIGHT_TO_WARD,
    arrival_second,
    mean_days,
    poisson,
    stay_in_progress,
)
from homeward.demo.uk_time import DAY, HOUR, local_date, midnight
from homeward.demo.ward_days import ASSESSMENT_DAYS, settle

ELECTIVE_NOTICE_DAYS = 7
# Fewer people are brought to a ward that is fuller than this at midnight, more to one that
# is emptier. Wards fill up by the morning, so the day's mean comes out near OCCUPANCY.
FULL = 0.92
# Per numbered bed and day, our own round figures.
ATTENDANCES_SENT_HOME = 0.11
DAY_CASES = 0.035
CLINIC_VISITS = 0.02
UNIDENTIFIED = 0.007


@lru_cache(maxsize=64)
def _rates(specialties: tuple[tuple[str, int], ...]) -> tuple[float, ...]:
    """Admissions a day for each ward that keep it at the wanted occupancy."""
    rates: list[float] = []
    for specialty, beds in specialties:
        if specialty in (REHABILITATION, ASSESSMENT):
            rates.append(0.0)
            continue
        elsewhere = 0.0 if specialty in (*STRAIGHT_TO_WARD, MATERNITY) else ASSESSMENT_DAYS
        rates.append(beds * OCCUPANCY / max(1.0, mean_days(specialty) - elsewhere))
    passing = sum(
        rate
        for rate, (specialty, _) in zip(rates, specialties, strict=True)
        if specialty not in (*STRAIGHT_TO_WARD, MATERNITY)
    )
    beds = sum(b for s, b in specialties if s == ASSESSMENT)
    own = max(1.0, beds * OCCUPANCY - passing * ASSESSMENT_DAYS) / mean_days(ASSESSMENT)
    return tuple(
        own * b / beds if s == ASSESSMENT else rate
        for rate, (s, b) in zip(rates, specialties, strict=True)
    )


def _ward_rates(h: Hospital) -> tuple[float, ...]:
    return _rates(tuple((w.info.specialty, len(w.beds)) for w in h.wards))


def open_hospital(h: Hospital, at: int, _: object) -> None:
    """The first moments: everyone already in bed is sent, then the days begin."""
    for index, ward in enumerate(h.wards):
        wanted = round(len(ward.beds) * OCCUPANCY)
        for _n in range(wanted):
            h.later(at + h.rng.randrange(5, 240), "found_in_bed", index)
    h.later(at + 300, "plan_day")
    for ahead in range(1, ELECTIVE_NOTICE_DAYS):
        _plan_electives(h, at + 600, ahead)


def found_in_bed(h: Hospital, at: int, what: int) -> None:
    """Someone who was in bed before the feed began: an A01 with the old admission time."""
    rng, ward = h.rng, h.wards[what]
    specialty = ward.info.specialty
    person = h.someone(local_date(at), specialty, known=False)
    bed = ward.free_bed(person.sex)
    if bed is None:
        return
    so_far, to_go = stay_in_progress(rng, specialty, h.age(person, at))
    admitted = at - max(HOUR, int(so_far * DAY))
    elective = rng.random() < PROFILES[specialty].elective
    method = "31" if specialty == MATERNITY else "11" if elective else "21"
    spell = h.new_visit(person, admitted, patient_class="I", specialty=specialty, method=method)
    spell.home = what
    h.take(spell, (what, bed), admitted)
    settle(h, at, spell, to_go)
    h.visit_message("A01", admitted, spell, recorded=at + rng.randrange(5, 60), may_be_late=False)
    if specialty == ASSESSMENT and to_go > 0.5 and rng.random() < 0.5:
        spell.home = _another_home(h)
        h.later(at + rng.randrange(2 * HOUR, DAY), "move_home", spell)
    if specialty == MATERNITY and so_far < 0.5:
        h.later(at + rng.randrange(HOUR, 6 * HOUR), "birth", spell)


def _another_home(h: Hospital) -> int:
    choices = [i for i, w in enumerate(h.wards) if w.info.specialty not in CLOSED_TO_OUTLIERS]
    return h.rng.choice(choices)


def plan_day(h: Hospital, at: int, _: object) -> None:
    """Queue one local day's arrivals and slips, and tomorrow's planning."""
    day = local_date(at)
    start = midnight(day)
    rng = h.rng
    weekday = ARRIVALS_BY_WEEKDAY[day.weekday()]
    for index, (ward, rate) in enumerate(zip(h.wards, _ward_rates(h), strict=True)):
        room = 1 + 6 * (FULL - ward.occupied / len(ward.beds))
        profile = PROFILES[ward.info.specialty]
        emergencies = rate * (1 - profile.elective) * weekday * min(2.0, max(0.4, room))
        for _ in range(poisson(rng, emergencies)):
            when = start + arrival_second(rng)
            step = "labour" if ward.info.specialty == MATERNITY else "ed_arrival"
            _later_today(h, at, when, step, index)
    for step, share in (("ed_arrival", ATTENDANCES_SENT_HOME), ("unidentified", UNIDENTIFIED)):
        for _ in range(poisson(rng, h.beds * share * weekday)):
            _later_today(h, at, start + arrival_second(rng), step, -1)
    if day.weekday() < 5:
        for step, share in (("day_case", DAY_CASES), ("clinic_visit", CLINIC_VISITS)):
            for _ in range(poisson(rng, h.beds * share)):
                _later_today(h, at, start + rng.randrange(7 * HOUR, 13 * HOUR), step, None)
    _plan_electives(h, at, ELECTIVE_NOTICE_DAYS)
    h.later(max(at, start + 6 * HOUR), "plan_slips", None)
    h.later(midnight(day + timedelta(days=1)), "plan_day")


def _later_today(h: Hospital, now: int, when: int, step: str, what: object) -> None:
    if when > now:
        h.later(when, step, what)


def _plan_electives(h: Hospital, at: int, days_ahead: int) -> None:
    day = local_date(at) + timedelta(days=days_ahead)
    for index, (ward, rate) in enumerate(zip(h.wards, _ward_rates(h), strict=True)):
        share = PROFILES[ward.info.specialty].elective
        if share == 0:
            continue
        for _ in range(poisson(h.rng, rate * share * ELECTIVES_BY_WEEKDAY[day.weekday()])):
            when = midnight(day) + h.rng.randrange(7 * HOUR, 12 * HOUR)
            h.later(at + h.rng.randrange(60, 8 * HOUR), "pre_admit", (index, when))
