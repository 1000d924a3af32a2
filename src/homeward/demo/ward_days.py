"""A stay from its first day to its last: moves, reviews, readiness and leaving."""

from datetime import timedelta

from homeward.demo import hl7_text
from homeward.demo.hospital import Hospital
from homeward.demo.people import new_address
from homeward.demo.stays import (
    CLOSED_TO_OUTLIERS,
    PROFILES,
    REHABILITATION,
    Spell,
    Spot,
    discharge_moment,
    is_daytime,
    next_round,
    ready_moment,
)
from homeward.demo.uk_time import DAY, HOUR, local_date, midnight

# Mean days on the assessment unit before a bed on the right ward is found.
ASSESSMENT_DAYS = 0.95
EXPECTED_DATE_SHARE = 0.88
THROUGH_LOUNGE = 0.16
PENDING_SHARE = 0.28
PENDING_CANCELLED = 0.12
# Where people go by pathway: (code, share). Pathway 0 and 1 go home.
DESTINATIONS: dict[int, tuple[tuple[str, float], ...]] = {
    0: (("19", 0.965), ("29", 0.98), ("51", 0.99), ("85", 1.0)),
    1: (("19", 0.90), ("85", 0.96), ("29", 1.0)),
    2: (("51", 0.45), ("85", 0.85), ("54", 0.92), ("88", 1.0)),
    3: (("85", 0.60), ("65", 0.75), ("54", 0.92), ("88", 1.0)),
}
# Destinations that are a care home, named in PV1-37.
CARE_HOME_DESTINATIONS = frozenset(("54", "65", "85"))


def settle(h: Hospital, at: int, spell: Spell, days: float, *, expected: bool = False) -> None:
    """Decide how a stay goes on from `at` for about `days` more, and queue its steps.

    Settling again replaces the earlier plan: steps check the plan when they come.
    """
    rng = h.rng
    first = spell.leaves_at <= at
    spell.will_die = rng.random() < PROFILES[_specialty(h, spell)].death
    if spell.will_die:
        spell.leaves_at = at + max(2 * HOUR, int(days * DAY))
    else:
        spell.leaves_at = discharge_moment(rng, at, days)
    age = h.age(spell.person, at)
    ready, spell.pathway = ready_moment(rng, spell, age)
    spell.ready_at = None
    if ready is not None and (ready < spell.leaves_at - 20 * HOUR or rng.random() < 0.3):
        spell.ready_at = ready
        h.later(max(ready, at + rng.randrange(600, HOUR)), "ready", spell)
    known_already = at - spell.admitted > DAY
    if expected or (known_already and rng.random() < EXPECTED_DATE_SHARE):
        spell.expected = _guess(h, at, spell)
    _plan_leaving(h, at, spell)
    if first:
        h.later(next_round(rng, at), "review", spell)


def _specialty(h: Hospital, spell: Spell) -> str:
    return h.wards[spell.home].info.specialty if spell.home >= 0 else spell.specialty


def _plan_leaving(h: Hospital, at: int, spell: Spell) -> None:
    rng = h.rng
    h.later(spell.leaves_at, "discharge", spell)
    if spell.will_die:
        return
    if rng.random() < PENDING_SHARE:
        notice = spell.leaves_at - rng.randrange(3 * HOUR, 22 * HOUR)
        if notice > at + HOUR:
            h.later(notice, "pending", spell)
    if rng.random() < THROUGH_LOUNGE:
        lounge = spell.leaves_at - rng.randrange(HOUR, 3 * HOUR)
        if lounge > at + 2 * HOUR and is_daytime(lounge) and is_daytime(spell.leaves_at):
            h.later(lounge, "lounge", spell)


def _guess(h: Hospital, at: int, spell: Spell) -> int:
    """The team's guess of the leaving day, better the nearer it is; never in the past."""
    left = max(1, (spell.leaves_at - at) // DAY)
    error = round(h.rng.gauss(-0.1 * left, 0.8 + 0.12 * left))
    return max(at, spell.leaves_at + error * DAY)


def review(h: Hospital, at: int, what: Spell) -> None:
    """A ward round: the expected date, doctor or reason may change (A08), or nothing."""
    if not what.is_open:
        return
    rng = h.rng
    before = (what.expected, what.consultant)
    first = what.expected is None
    overdue = what.expected is not None and what.expected < at
    if (first and rng.random() < EXPECTED_DATE_SHARE) or overdue or rng.random() < 0.3:
        what.expected = _guess(h, at, what)
    if rng.random() < 0.05:
        what.consultant = h.consultant(what.specialty)
    if before != (what.expected, what.consultant):
        h.visit_message("A08", at, what)
    h.later(next_round(rng, at, rng.randint(2, 5)), "review", what)


def move_home(h: Hospital, at: int, what: Spell) -> None:
    """From where someone was first put to the ward they need, when it has a bed."""
    if not what.is_open or what.held is None or what.held[0] == what.home:
        return
    if what.leaves_at - at < 5 * HOUR:
        return
    specialty = h.wards[what.home].info.specialty
    waited = at - what.stays[-1].start
    wards = [what.home, *(i for i in h.wards_for(specialty) if i != what.home)]
    if waited > 2 * DAY and h.wards[what.held[0]].info.specialty not in CLOSED_TO_OUTLIERS:
        return
    if waited > 1.4 * DAY:
        wards += [i for i, w in enumerate(h.wards) if w.info.specialty not in CLOSED_TO_OUTLIERS]
    bed = h.find_bed(what.person.sex, wards)
    if bed is None or bed[0] == what.held[0]:
        h.later(at + h.rng.randrange(2 * HOUR, 5 * HOUR), "move_home", what)
        return
    transfer(h, at, what, bed)


def transfer(h: Hospital, at: int, spell: Spell, bed: tuple[int, int]) -> None:
    """Move someone to another bed (A02), under the new ward's specialty."""
    specialty = h.wards[bed[0]].info.specialty
    if specialty != spell.specialty:
        spell.specialty, spell.consultant = specialty, h.consultant(specialty)
    prior = h.take(spell, bed, at)
    h.visit_message("A02", at, spell, prior=prior)


def bed_move(h: Hospital, at: int, _: object) -> None:
    """Someone is moved to another bed on the same ward."""
    spell = h.any_inpatient(lambda s: _may_be_moved(s, at))
    if spell is None or spell.held is None:
        return
    bed = h.wards[spell.held[0]].free_bed(spell.person.sex)
    if bed is not None:
        transfer(h, at, spell, (spell.held[0], bed))


def fetch_to_rehabilitation(h: Hospital, at: int, _: object) -> None:
    """A rehabilitation bed is filled by someone from a ward with a long way to go."""
    wards = h.wards_for(REHABILITATION)
    bed = h.find_bed("", wards)
    if bed is None:
        return
    for _try in range(6):
        spell = h.any_inpatient(
            lambda s: (
                _may_be_moved(s, at)
                and s.specialty in ("430", "110", "328", "300")
                and s.leaves_at - at > 5 * DAY
            )
        )
        if spell is not None:
            spell.home = bed[0]
            transfer(h, at, spell, h.find_bed(spell.person.sex, wards) or bed)
            return


def _may_be_moved(spell: Spell, at: int) -> bool:
    return (
        spell.specialty not in ("501", "192")
        and spell.leaves_at - at > DAY
        and at - spell.stays[-1].start > 6 * HOUR
    )


def ready(h: Hospital, at: int, what: Spell) -> None:
    """The team records that the criteria to reside are no longer met (ORU)."""
    if not what.is_open or what.ready_at is None or at >= what.leaves_at:
        return
    _send_readiness(h, at, what, meets=False)
    if what.leaves_at - at > 3 * DAY and h.rng.random() < 0.03:
        h.later(at + h.rng.randrange(12 * HOUR, 40 * HOUR), "unwell_again", what)


def unwell_again(h: Hospital, at: int, what: Spell) -> None:
    """Someone who was ready is not after all, and becomes ready again later."""
    if not what.is_open or what.leaves_at - at < DAY:
        return
    what.ready_at = None
    _send_readiness(h, at, what, meets=True)
    what.ready_at = min(what.leaves_at - 3 * HOUR, next_round(h.rng, at, 1))
    h.later(max(what.ready_at, at + HOUR), "ready", what)


def _send_readiness(h: Hospital, at: int, spell: Spell, *, meets: bool) -> None:
    recorded = at + h.rng.randrange(20, 90)
    ready_at = spell.ready_at if spell.ready_at is not None else at
    text = (
        hl7_text.result_header(h.trust, h.control_id(), recorded=recorded)
        + hl7_text.person_segments(h.trust, spell.person)
        + hl7_text.pv1(h.trust, spell, spot=spell.spot)
        + hl7_text.readiness_segments(
            h.trust, meets=meets, pathway=spell.pathway, ready_at=ready_at, observed=at
        )
    )
    h.post(recorded, text)


def pending(h: Hospital, at: int, what: Spell) -> None:
    """The ward says someone is about to leave (A16), now and then takes it back (A25)."""
    if not what.is_open or what.leaves_at <= at:
        return
    what.expected = what.leaves_at
    h.visit_message("A16", at, what)
    if what.leaves_at - at > 4 * HOUR and h.rng.random() < PENDING_CANCELLED:
        h.later(at + h.rng.randrange(HOUR, 3 * HOUR), "cancel_pending", what)


def cancel_pending(h: Hospital, at: int, what: Spell) -> None:
    """The coming discharge is taken back (A25)."""
    if what.is_open:
        h.visit_message("A25", at, what)


def lounge(h: Hospital, at: int, what: Spell) -> None:
    """To the discharge lounge for the last hours: no bed there, and the ward's bed is free.

    A handful of these moves are sent only after the discharge itself.
    """
    if not what.is_open or what.held is None or what.leaves_at - at < 900:
        return
    recorded = None
    if h.rng.random() < h.faults.lounge_out_of_order:
        recorded = what.leaves_at + h.rng.randrange(150, HOUR)
    prior = h.leave_place(what, at)
    h.cot(what, Spot(h.trust.main_site, "DLG", "CHAIRS", ""), at)
    h.visit_message("A02", at, what, prior=prior, recorded=recorded)


def discharge(h: Hospital, at: int, what: Spell) -> None:
    """Leaving hospital, or dying there (A03); a mother's babies leave with her."""
    if not what.is_open:
        return
    if at < what.leaves_at:  # the plan was changed after this step was queued
        return
    what.died = what.will_die
    what.destination = "79" if what.died else _destination(h, what)
    if what.destination in CARE_HOME_DESTINATIONS:
        what.discharged_to = h.rng.choice(h.world.care_homes).ods
    if what.died:
        what.person.died, what.person.pid_text = at, ""
    close(h, at, what)
    for baby in what.babies:
        if baby.is_open:
            baby.destination = "19"
            close(h, at, baby)


def close(h: Hospital, at: int, spell: Spell) -> None:
    """End a spell in truth and send its A03, with the ward it left from."""
    spot = spell.spot
    h.leave_place(spell, at)
    spell.discharged = at
    h.visit_message("A03", at, spell, spot=spot, leaving=True)


def _destination(h: Hospital, spell: Spell) -> str:
    if spell.source == "85":
        return "85"
    ticket = h.rng.random()
    return next(code for code, upto in DESTINATIONS[spell.pathway] if ticket < upto)


def leave_out(h: Hospital, at: int, _: object) -> None:
    """Someone on a long stay goes out for a night or a weekend (A21); the bed is kept."""
    spell = h.any_inpatient(
        lambda s: _may_be_moved(s, at) and s.leaves_at - at > 4 * DAY and at - s.admitted > 10 * DAY
    )
    if spell is None:
        return
    spell.frozen = True
    spell.leave.append((at, None))
    h.visit_message("A21", at, spell)
    back = midnight(local_date(at) + timedelta(days=h.rng.choice((1, 1, 2))))
    h.later(back + h.rng.randrange(15 * HOUR, 19 * HOUR), "leave_back", spell)


def leave_back(h: Hospital, at: int, what: Spell) -> None:
    """Back from leave (A22)."""
    what.frozen = False
    what.leave[-1] = (what.leave[-1][0], at)
    h.visit_message("A22", at, what)


def change_details(h: Hospital, at: int, _: object) -> None:
    """Someone's phone, address or practice is put right (A31), in hospital or not."""
    inpatient = h.any_inpatient(lambda s: s.person.identified)
    if inpatient is not None and h.rng.random() < 0.5:
        person = inpatient.person
    else:
        person = h.rng.choice(h.known)
    if person.merged_into:
        return
    ticket = h.rng.random()
    if ticket < 0.4:
        person.phone = f"07700 900{h.rng.randrange(1000):03d}"
    elif ticket < 0.7:
        person.address = new_address(h.rng)
    elif person.nhs_number:
        person.nhs_status = "01"
    else:
        person.nhs_number, person.nhs_status = h.numbers.next(), "01"
    person.pid_text = ""
    h.adt("A31", at, hl7_text.person_segments(h.trust, person), may_be_late=False)
