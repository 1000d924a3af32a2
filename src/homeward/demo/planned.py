"""Planned care and birth: booked admissions, labour, babies, day cases, clinics."""

from dataclasses import replace

from homeward.demo import hl7_text
from homeward.demo.emergency import register
from homeward.demo.hospital import Hospital
from homeward.demo.stays import MATERNITY, Spell, Spot, stay_days
from homeward.demo.uk_time import HOUR, local_date, local_hour
from homeward.demo.ward_days import settle

# Planned admissions still without a bed at this hour are called off.
LAST_HOUR_TO_WAIT = 16


def pre_admit(h: Hospital, at: int, what: tuple[int, int]) -> None:
    """A planned admission is booked (A05)."""
    home, when = what
    specialty = h.wards[home].info.specialty
    person = h.someone(local_date(at), specialty)
    register(h, at, person)
    method = "31" if specialty == MATERNITY else h.rng.choice(("11", "11", "12", "13"))
    spell = h.new_visit(person, when, patient_class="I", specialty=specialty, method=method)
    spell.home, spell.is_planned = home, True
    ward = h.wards[home].info
    body = (
        hl7_text.person_segments(h.trust, person)
        + hl7_text.pv1(h.trust, spell, spot=Spot(ward.site, ward.code, "", ""))
        + hl7_text.pv2(spell, expected_admission=when)
    )
    h.adt("A05", at, body)
    h.later(when, "elective", spell)


def elective(h: Hospital, at: int, what: Spell) -> None:
    """A planned admission comes in (A01), or is called off for want of a bed (A23).

    Someone without a bed in the morning waits for the day's discharges first.
    """
    specialty = h.wards[what.home].info.specialty
    bed = h.find_bed(what.person.sex, h.wards_for(specialty))
    if bed is None and local_hour(at) < LAST_HOUR_TO_WAIT:
        h.later(at + HOUR, "elective", what)
        return
    what.is_planned = False
    if bed is None:
        what.cancelled = True
        ward = h.wards[what.home].info
        h.visit_message("A23", at, what, spot=Spot(ward.site, ward.code, "", ""), may_be_late=False)
        return
    what.admitted = at
    h.take(what, bed, at)
    days = stay_days(h.rng, specialty, h.age(what.person, at))
    settle(h, at, what, days * (1.0 if specialty == MATERNITY else 0.7), expected=True)
    h.visit_message("A01", at, what)
    if specialty == MATERNITY:
        h.later(at + h.rng.randrange(3 * HOUR, 20 * HOUR), "birth", what)


def labour(h: Hospital, at: int, what: int) -> None:
    """A mother comes straight to the maternity ward."""
    specialty = h.wards[what].info.specialty
    person = h.someone(local_date(at), specialty)
    bed = h.find_bed("F", h.wards_for(specialty))
    if bed is None or person.sex != "F":
        return
    register(h, at, person)
    spell = h.new_visit(person, at, patient_class="I", specialty=specialty, method="31")
    spell.home = bed[0]
    h.take(spell, bed, at)
    settle(h, at, spell, stay_days(h.rng, specialty, 31), expected=True)
    h.visit_message("A01", at, spell)
    h.later(at + h.rng.randrange(HOUR, 14 * HOUR), "birth", spell)


def birth(h: Hospital, at: int, what: Spell) -> None:
    """A baby (rarely twins) is born: own number, class N, a cot beside the mother's bed."""
    if not what.is_open or what.held is None or what.leaves_at - at < 4 * HOUR:
        return
    for order in (1, 2) if h.rng.random() < 0.015 else (1,):
        mother = what.person
        sex = h.rng.choice("MF")
        baby = replace(
            mother,
            mrn=h.next_mrn(),
            given=f"Baby {order}" if order > 1 else "Baby",
            sex=sex,
            title="",
            born=local_date(at),
            nhs_number="",
            nhs_status="08",
            restricted=False,
            mother=mother,
            birth_order=order,
            spells=[],
            pid_text="",
        )
        spell = h.new_visit(baby, at, patient_class="N", specialty="501", method="82")
        spell.source, spell.reason, spell.attendance = "79", "", what
        spot = h.spot_of(what.held)
        h.cot(spell, Spot(spot.site, spot.ward, spot.room, f"{spot.bed}C{order}"), at)
        spell.leaves_at = what.leaves_at
        h.visit_message("A01", at, spell)
        what.babies.append(spell)
        h.later(at + h.rng.randrange(20 * HOUR, 60 * HOUR), "name_baby", spell)


def name_baby(h: Hospital, at: int, what: Spell) -> None:
    """The baby gets a name and an NHS number (A31), if still here."""
    if not what.is_open:
        return
    baby = what.person
    pool = ("Oliver", "Noah", "Zain") if baby.sex == "M" else ("Amelia", "Zoë", "Aisha")
    baby.given = h.rng.choice(pool)
    baby.nhs_number, baby.nhs_status = h.numbers.next(), "01"
    baby.pid_text = ""
    h.adt("A31", at, hl7_text.person_segments(h.trust, baby))


def day_case(h: Hospital, at: int, _: object) -> None:
    """In and out on one day: class D, a chair and no bed."""
    person = h.someone(local_date(at), "100")
    spell = h.new_visit(person, at, patient_class="D", specialty="100", method="11")
    h.visit_message("A01", at, spell, spot=day_spot(h))
    h.later(at + h.rng.randrange(3 * HOUR, 8 * HOUR), "day_case_home", spell)


def day_spot(h: Hospital) -> Spot:
    """The day surgery unit, which has chairs only."""
    return Spot(h.trust.main_site, "DSU", "CHAIRS", "")


def day_case_home(h: Hospital, at: int, what: Spell) -> None:
    """Home after a day case."""
    what.discharged, what.destination = at, "19"
    h.visit_message("A03", at, what, spot=day_spot(h), leaving=True)


def clinic_visit(h: Hospital, at: int, _: object) -> None:
    """An outpatient is registered (A04, class O) and never admitted."""
    person = h.someone(local_date(at), "301")
    visit = h.new_visit(person, at, patient_class="O", specialty="301", method="")
    visit.discharged = at + HOUR
    h.visit_message("A04", at, visit, spot=Spot(h.trust.main_site, "OPD", "", ""))
