"""The emergency department: attending, going home, being admitted, being identified."""

from homeward.demo import hl7_text
from homeward.demo.hospital import Hospital
from homeward.demo.people import Person
from homeward.demo.stays import (
    ASSESSMENT,
    CLOSED_TO_OUTLIERS,
    CRITICAL,
    PROFILES,
    STRAIGHT_TO_WARD,
    Spell,
    Spot,
    stay_days,
)
from homeward.demo.uk_time import DAY, HOUR, local_date
from homeward.demo.ward_days import ASSESSMENT_DAYS, settle

# Share of attendances that should never have been registered.
REGISTERED_IN_ERROR = 0.006


def register(h: Hospital, at: int, person: Person) -> None:
    """Tell the index of a new person now and then (A28) before the first visit."""
    if not person.spells and person.identified and h.rng.random() < 0.12:
        body = hl7_text.person_segments(h.trust, person)
        h.adt("A28", at - 120, body, recorded=at + 5)


def ed_arrival(h: Hospital, at: int, what: int) -> None:
    """Someone walks in or is brought in; `what` is the ward they will need, or -1."""
    specialty = h.wards[what].info.specialty if what >= 0 else ASSESSMENT
    person = h.someone(local_date(at), specialty)
    register(h, at, person)
    _attend(h, at, person, what)


def unidentified(h: Hospital, at: int, _: object) -> None:
    """Someone brought in whom nobody can name yet, under a temporary number."""
    sex = "M" if h.rng.random() < 0.6 else "F"
    given = "Male" if sex == "M" else "Female"
    temporary = f"TMP{h.next_mrn()}"
    person = Person(temporary, "UNKNOWN", given, sex, None, identified=False)
    stays = h.rng.random() < 0.6
    home = h.rng.choice(h.wards_for(ASSESSMENT)) if stays else -1
    visit = _attend(h, at, person, home)
    h.later(at + h.rng.randrange(40 * 60, 10 * HOUR), "identify", visit)


def _attend(h: Hospital, at: int, person: Person, home: int) -> Spell:
    specialty = h.wards[home].info.specialty if home >= 0 else ASSESSMENT
    visit = h.new_visit(person, at, patient_class="E", specialty="180", method="21")
    visit.consultant = h.consultant(ASSESSMENT)
    visit.home = home
    visit.reason = h.rng.choice(PROFILES[specialty].reasons)
    h.visit_message("A04", at, visit, spot=ed_spot(h))
    if home < 0:
        deleted = person.identified and h.rng.random() < REGISTERED_IN_ERROR
        step = "delete_visit" if deleted else "ed_leave"
        h.later(at + h.rng.randrange(40 * 60, 6 * HOUR), step, visit)
    else:
        visit.leaves_at = at + h.rng.randrange(100 * 60, 7 * HOUR)
        h.later(visit.leaves_at, "admit", visit)
    return visit


def ed_spot(h: Hospital) -> Spot:
    """The emergency department, which has no numbered beds."""
    return Spot(h.trust.main_site, "ED", "MAJORS", "")


def ed_leave(h: Hospital, at: int, what: Spell) -> None:
    """Home from the emergency department."""
    what.discharged, what.destination = at, "19"
    h.visit_message("A03", at, what, spot=ed_spot(h), leaving=True)


def delete_visit(h: Hospital, at: int, what: Spell) -> None:
    """An attendance that should never have been registered is deleted (A23)."""
    what.cancelled = True
    h.visit_message("A23", at, what, spot=ed_spot(h), may_be_late=False)


def identify(h: Hospital, at: int, what: Spell) -> None:
    """A temporary record is merged into the person it turned out to be (A40)."""
    loser = what.person
    person = h.someone(local_date(at), ASSESSMENT, sex=loser.sex)
    register(h, at, person)
    person.died, person.pid_text = loser.died, ""
    loser.merged_into = person.mrn
    for spell in loser.spells:
        spell.person = person
    person.spells += loser.spells
    body = hl7_text.person_segments(h.trust, person) + hl7_text.merge_segment(h.trust, loser)
    h.adt("A40", at, body, may_be_late=False)


def admit(h: Hospital, at: int, what: Spell) -> None:
    """From the emergency department into a bed, once there is one."""
    bed = h.find_bed(what.person.sex, _wards_that_may_take(h, at, what))
    if bed is None:
        h.later(at + h.rng.randrange(20 * 60, 50 * 60), "admit", what)
        return
    specialty = h.wards[bed[0]].info.specialty
    home_specialty = h.wards[what.home].info.specialty
    spell = _spell_after_attendance(h, at, what, specialty)
    prior = ed_spot(h)
    h.take(spell, bed, at)
    settle(h, at, spell, stay_days(h.rng, home_specialty, h.age(spell.person, at)))
    trigger = "A01" if h.trust.own_spell_after_ed else "A06"
    h.visit_message(trigger, at, spell, prior=prior)
    if home_specialty == CRITICAL:
        _plan_step_down(h, at, spell)
    elif bed[0] != spell.home:
        days = h.rng.uniform(0.5, 2 * ASSESSMENT_DAYS - 0.5)
        h.later(at + int(days * DAY), "move_home", spell)


def _spell_after_attendance(h: Hospital, at: int, visit: Spell, specialty: str) -> Spell:
    """The spell an attendance turns into: its own number, or the same visit reclassed."""
    if h.trust.own_spell_after_ed:
        visit.discharged, visit.destination = at - 60, "51"
        h.visit_message("A03", at - 60, visit, spot=ed_spot(h), leaving=True, recorded=at + 5)
        spell = h.new_visit(visit.person, at, patient_class="I", specialty=specialty, method="21")
        spell.home, spell.reason, spell.attendance = visit.home, visit.reason, visit
        spell.source = h.rng.choice(("19", "19", "19", "19", "19", "19", "19", "85"))
        return spell
    visit.patient_class, visit.admitted = "I", at
    visit.specialty, visit.consultant = specialty, h.consultant(specialty)
    return visit


def _wards_that_may_take(h: Hospital, at: int, visit: Spell) -> list[int]:
    home = visit.home
    specialty = h.wards[home].info.specialty
    same = [home, *(i for i in h.wards_for(specialty) if i != home)]
    assessment = h.wards_for(ASSESSMENT)
    wards = same + assessment if specialty in STRAIGHT_TO_WARD else assessment
    if at - visit.leaves_at > 3 * HOUR:
        wards = [*wards, *same]
    if at - visit.leaves_at > 8 * HOUR:
        wards = [
            *wards,
            *(i for i, w in enumerate(h.wards) if w.info.specialty not in CLOSED_TO_OUTLIERS),
        ]
    return wards


def _plan_step_down(h: Hospital, at: int, spell: Spell) -> None:
    """After critical care most go on to a ward; those who die, die there."""
    if spell.will_die:
        return
    step_down_at = max(spell.leaves_at, at + 12 * HOUR)
    choices = [w for s in ("300", "340", "100") for w in h.wards_for(s)]
    spell.home = h.rng.choice(choices)
    specialty = h.wards[spell.home].info.specialty
    more = stay_days(h.rng, specialty, h.age(spell.person, at))
    h.later(step_down_at, "move_home", spell)
    settle(h, at, spell, (step_down_at - at) / DAY + more)
