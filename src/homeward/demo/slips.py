"""What goes wrong or sideways on a ward: cancels, swaps, wrong beds, useless messages."""

from homeward.demo import hl7_text
from homeward.demo.hospital import Hospital
from homeward.demo.stays import (
    CLOSED_TO_OUTLIERS,
    OCCUPANCY,
    REHABILITATION,
    BedStay,
    Spell,
    poisson,
)
from homeward.demo.uk_time import DAY, HOUR, local_date
from homeward.demo.ward_days import transfer

# A day per 100 numbered beds, our own round figures.
BED_MOVES = 3.0
SWAPS = 0.15
LEAVES = 0.25
DETAILS = 3.0
# One message in this many days, per trust, that no receiver can use.
UNUSABLE_EVERY_DAYS = 45
TEST_MODE_MESSAGES = 3


def plan_slips(h: Hospital, at: int, _: object) -> None:
    """Queue the day's moves, swaps, leaves, corrections and slips, from six in the morning."""
    rng = h.rng
    hundreds = h.beds / 100
    slips = h.faults.slips
    daily = (
        ("bed_move", BED_MOVES, 16),
        ("swap", SWAPS, 12),
        ("leave_out", LEAVES, 10),
        ("change_details", DETAILS, 14),
        ("wrong_transfer", slips, 15),
        ("wrong_discharge", slips * 0.5, 13),
        ("wrong_admission", slips * 0.4, 15),
    )
    for step, rate, hours in daily:
        for _n in range(poisson(rng, rate * hundreds)):
            h.later(at + rng.randrange(HOUR, hours * HOUR), step, None)
    for index in h.wards_for(REHABILITATION):
        ward = h.wards[index]
        for _n in range(max(0, round(len(ward.beds) * (OCCUPANCY + 0.02)) - ward.occupied)):
            h.later(at + rng.randrange(4 * HOUR, 10 * HOUR), "fetch_to_rehabilitation", None)
    if h.faults.unusable and local_date(at).toordinal() % UNUSABLE_EVERY_DAYS == h.beds % 7:
        h.later(at + rng.randrange(3 * HOUR, 9 * HOUR), "unusable", None)
    h.later(at + HOUR, "keep_one_restricted", None)


def _steady(h: Hospital, at: int) -> Spell | None:
    """Someone on an ordinary ward who stays for another day at least."""
    return h.any_inpatient(lambda s: _stays_on(h, s, at))


def _stays_on(h: Hospital, spell: Spell, at: int) -> bool:
    return (
        spell.held is not None
        and h.wards[spell.held[0]].info.specialty not in CLOSED_TO_OUTLIERS
        and spell.person.identified
        and spell.leaves_at - at > DAY
        and at - spell.stays[-1].start > 6 * HOUR
    )


def _cancel_occurred(h: Hospital, original: int, now: int) -> int:
    """EVN-6 of a cancel: the cancelled event's time, or the cancelling, by trust."""
    return original if h.trust.cancel_states_original else now


def wrong_transfer(h: Hospital, at: int, _: object) -> None:
    """A transfer is keyed for the wrong person (A02); the true bed stays theirs."""
    spell = _steady(h, at)
    if spell is None or spell.held is None:
        return
    others = [
        i
        for i, w in enumerate(h.wards)
        if i != spell.held[0] and w.info.specialty not in CLOSED_TO_OUTLIERS
    ]
    h.rng.shuffle(others)
    bed = h.find_bed(spell.person.sex, others)
    if bed is None:
        return
    prior = spell.stays[-1].spot
    spell.stays[-1].end = at
    spell.stays.append(BedStay(h.spot_of(bed), at))
    # Both beds stay blocked until the slip is undone.
    h.wards[bed[0]].occupants[bed[1]] = spell
    spell.frozen = True
    h.visit_message("A02", at, spell, prior=prior, may_be_late=False)
    h.later(at + h.rng.randrange(HOUR // 3, 3 * HOUR), "undo_transfer", (spell, bed, at))


def undo_transfer(h: Hospital, at: int, what: tuple[Spell, tuple[int, int], int]) -> None:
    """The wrong transfer is cancelled (A12): back where they were all along."""
    spell, bed, moved_at = what
    h.wards[bed[0]].occupants[bed[1]] = None
    wrong = spell.stays.pop()
    spell.stays[-1].end = None
    spell.frozen = False
    _send_cancel(h, "A12", at, moved_at, spell, wrong)


def _send_cancel(
    h: Hospital, trigger: str, at: int, original: int, spell: Spell, wrong: BedStay | None
) -> None:
    recorded = at + h.rng.randrange(15, 110)
    h.visit_message(
        trigger,
        _cancel_occurred(h, original, at),
        spell,
        prior=wrong.spot if wrong is not None else None,
        recorded=recorded,
        may_be_late=False,
    )


def wrong_discharge(h: Hospital, at: int, _: object) -> None:
    """The wrong person is discharged (A03); the bed is still theirs."""
    spell = _steady(h, at)
    if spell is None:
        return
    spell.stays[-1].end = at
    spell.discharged, spell.destination = at, "19"
    spell.frozen = True
    h.visit_message("A03", at, spell, leaving=True, may_be_late=False)
    h.later(at + h.rng.randrange(HOUR // 3, 4 * HOUR), "undo_discharge", (spell, at))


def undo_discharge(h: Hospital, at: int, what: tuple[Spell, int]) -> None:
    """The wrong discharge is cancelled (A13): the stay goes on unbroken."""
    spell, left_at = what
    spell.stays[-1].end = None
    spell.discharged, spell.destination = None, ""
    spell.frozen = False
    _send_cancel(h, "A13", at, left_at, spell, None)


def wrong_admission(h: Hospital, at: int, _: object) -> None:
    """Someone is admitted who was only to be seen (A01), soon cancelled (A11)."""
    specialty = "100"
    person = h.someone(local_date(at), specialty, known=False)
    bed = h.find_bed(person.sex, h.wards_for(specialty))
    if bed is None:
        return
    spell = h.new_visit(person, at, patient_class="I", specialty=specialty, method="24")
    spell.home = bed[0]
    h.take(spell, bed, at)
    h.visit_message("A01", at, spell, may_be_late=False)
    h.later(at + h.rng.randrange(HOUR // 4, 2 * HOUR), "undo_admission", spell)


def undo_admission(h: Hospital, at: int, what: Spell) -> None:
    """The admission never was (A11)."""
    h.give_up_bed(what)
    what.cancelled = True
    _send_cancel(h, "A11", at, what.admitted, what, None)


def swap(h: Hospital, at: int, _: object) -> None:
    """Two people on one ward change beds in one message (A17)."""
    first = _steady(h, at)
    if first is None or first.held is None:
        return
    ward = h.wards[first.held[0]]
    candidates = [
        s
        for s in ward.occupants
        if s is not None
        and s is not first
        and s.is_open
        and not s.frozen
        and s.held is not None
        and s.held[0] == first.held[0]
        and s.leaves_at - at > DAY
        and at - s.stays[-1].start > 6 * HOUR
    ]
    if not candidates:
        return
    second = h.rng.choice(candidates)
    _exchange(h, at, first, second)
    body = "".join(
        hl7_text.person_segments(h.trust, spell.person)
        + hl7_text.pv1(h.trust, spell, spot=spell.spot, prior=spell.stays[-2].spot)
        for spell in (first, second)
    )
    h.adt("A17", at, body, may_be_late=False)


def _exchange(h: Hospital, at: int, first: Spell, second: Spell) -> None:
    first.held, second.held = second.held, first.held
    for spell in (first, second):
        if spell.held is not None:
            spell.stays[-1].end = at
            spell.stays.append(BedStay(h.spot_of(spell.held), at))
            h.wards[spell.held[0]].occupants[spell.held[1]] = spell


def clash(h: Hospital, at: int, what: int) -> None:
    """Someone's move is keyed with the number of an occupied bed; put right hours later.

    `what` is the seconds until then. The bed they are really in is kept for them.
    """
    mover, other = _steady(h, at), _steady(h, at)
    if mover is None or other is None or mover is other or other.held is None:
        h.later(at + 300, "clash", what)
        return
    bed = h.find_bed(mover.person.sex, [other.held[0]])
    if bed is None:
        h.later(at + 300, "clash", what)
        return
    prior = h.take(mover, bed, at)
    mover.stays[-1] = BedStay(h.spot_of(other.held), at, clash=True)
    mover.frozen = other.frozen = True
    h.visit_message("A02", at, mover, prior=prior, may_be_late=False)
    h.later(at + what, "undo_clash", (mover, other, bed))


def undo_clash(h: Hospital, at: int, what: tuple[Spell, Spell, tuple[int, int]]) -> None:
    """The wrong bed number is put right with another transfer (A02)."""
    mover, other, bed = what
    mover.frozen = other.frozen = False
    transfer(h, at, mover, bed)


def unusable(h: Hospital, at: int, _: object) -> None:
    """A message nobody can use, about someone real: an update that says nothing new."""
    spell = _steady(h, at)
    if spell is None:
        h.later(at + HOUR, "unusable", None)
        return
    recorded = at + 40
    head = hl7_text.header(h.trust, "A08", h.control_id(), recorded=recorded, occurred=at)
    visit = hl7_text.pv1(h.trust, spell, spot=spell.spot)
    if h.rng.random() < 0.6:
        person = hl7_text.pid(h.trust, spell.person, with_identifiers=False)
    else:
        person = hl7_text.pid(h.trust, spell.person)
        head = head.replace(head.rsplit("|", 1)[1], "20263399\r")
    h.post(recorded, head + person + visit)


def test_mode(h: Hospital, at: int, _: object) -> None:
    """An update sent while the hospital's system was left in test mode (MSH-11 T): not taken,
    and useful as soon as someone lets the feed take such messages."""
    staying = [s for w in h.wards for s in w.occupants if s is not None and _stays_on(h, s, at)]
    if not staying:
        h.later(at + HOUR, "test_mode", None)
        return
    spell = staying[at // HOUR % len(staying)]
    recorded = at + 40
    head = hl7_text.header(h.trust, "A08", h.control_id(), recorded=recorded, occurred=at)
    person = hl7_text.pid(h.trust, spell.person)
    visit = hl7_text.pv1(h.trust, spell, spot=spell.spot)
    h.post(recorded, head.replace("|P|", "|T|", 1) + person + visit, may_repeat=False)


def keep_one_restricted(h: Hospital, at: int, _: object) -> None:
    """At least one inpatient is restricted, so that masking can be seen."""
    inpatients = [s for w in h.wards for s in w.occupants if s is not None and s.is_open]
    if any(spell.person.restricted for spell in inpatients):
        return
    stayers = [s for s in inpatients if s.leaves_at - at > 5 * DAY and s.person.identified]
    if stayers:
        person = h.rng.choice(stayers).person
        person.restricted, person.pid_text = True, ""
        h.adt("A31", at, hl7_text.person_segments(h.trust, person), may_be_late=False)


def showcase(h: Hospital, at: int, _: object) -> None:
    """Queue what a demo should have at `at` plus a day: a wrong bed, one more unusable message
    in quarantine, and a few rejected ones that a mended setting makes usable."""
    if h.faults.clashes:
        until = at + DAY
        h.later(until - h.rng.randrange(2 * HOUR, 6 * HOUR), "clash", 9 * HOUR)
    if h.faults.unusable:
        h.later(at + h.rng.randrange(HOUR, 12 * HOUR), "unusable", None)
        for number in range(TEST_MODE_MESSAGES):
            h.later(at + 20 * HOUR + number * HOUR // 4, "test_mode", None)
