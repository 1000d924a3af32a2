"""One trust's hospital: its beds, its people, its queue of things to come and its outbox.

The hospital is a discrete-event simulation. `steps` and `mistakes` hold what can happen;
each thing is a plain function named in the queue, so a hospital can be copied or stored.
"""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from homeward.demo import hl7_text
from homeward.demo.people import NhsNumbers, Person, birth_date, new_person
from homeward.demo.stays import MATERNITY, PROFILES, BedStay, Spell, Spot
from homeward.demo.uk_time import HOUR, local_date
from homeward.demo.world import Consultant, Trust, Ward, World

# Seconds between something happening and the system sending it.
SHORTEST_LAG, LONGEST_LAG = 15, 110
READMISSION_SHARE = 0.15
# One share of the NHS numbers for each trust and one for people known to both.
SHARES_OF_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Faults:
    """How often messages go wrong, as shares of all messages, and slips a day per 100 beds."""

    late: float = 0.01
    duplicate: float = 0.005
    lounge_out_of_order: float = 0.02
    slips: float = 0.45
    unusable: bool = True
    clashes: bool = True


NO_FAULTS = Faults(0.0, 0.0, 0.0, 0.0, False, False)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message in the outbox, with the second it leaves."""

    at: int
    text: str


class WardState:
    """A ward's beds and who each is kept for."""

    __slots__ = ("beds", "info", "occupants", "rooms", "spots")

    def __init__(self, info: Ward) -> None:
        self.info = info
        self.beds = info.beds
        self.spots = [Spot(info.site, info.code, room, bed) for room, bed in self.beds]
        self.occupants: list[Spell | None] = [None] * len(self.beds)
        self.rooms: list[list[int]] = []
        first = 0
        for _, beds in info.bays:
            self.rooms.append(list(range(first, first + len(beds))))
            first += len(beds)

    @property
    def occupied(self) -> int:
        """Beds kept for someone."""
        return sum(1 for spell in self.occupants if spell is not None)

    def free_bed(self, sex: str) -> int | None:
        """A free bed, in a bay of the same sex if there is one; None when full."""
        anywhere: int | None = None
        for room in self.rooms:
            free: int | None = None
            alike = True
            for bed in room:
                occupant = self.occupants[bed]
                if occupant is None:
                    free = bed if free is None else free
                elif occupant.person.sex != sex:
                    alike = False
            if free is not None:
                if alike:
                    return free
                anywhere = free if anywhere is None else anywhere
        return anywhere


class Hospital:
    """A trust's hospital from a start moment on. `run` may be called again and again.

    Running to b and then to c yields exactly what running straight to c yields.
    """

    def __init__(
        self, world: World, trust: Trust, *, seed: int, share: int, faults: Faults
    ) -> None:
        self.world = world
        self.trust = trust
        self.faults = faults
        self.rng = random.Random(f"{seed} {trust.ods} {world.size}")  # noqa: S311
        self.wards = [WardState(ward) for ward in world.wards_of(trust.ods)]
        self.beds = sum(len(ward.beds) for ward in self.wards)
        self.practices = tuple((p.ods, p.name) for p in world.practices)
        self.numbers = NhsNumbers(share, SHARES_OF_NUMBERS)
        self.spells: list[Spell] = []
        self.known: list[Person] = []
        self.queue: list[tuple[int, int, str, object]] = []
        self.outbox: list[tuple[int, int, str]] = []
        self._order = 0
        self._messages = 0
        self._people = 0
        self._visits = 0

    # The queue and the outbox.

    def later(self, at: int, step: str, what: object = None) -> None:
        """Queue a step by name; `what` is passed to it."""
        self._order += 1
        heapq.heappush(self.queue, (at, self._order, step, what))

    def run(self, until: int, steps: dict[str, "Step"]) -> Iterator[Sent]:
        """Everything sent up to and including `until`, in sending order."""
        queue, outbox = self.queue, self.outbox
        while True:
            due = queue[0][0] if queue else until + 1
            while outbox and outbox[0][0] <= min(due, until):
                at, _, text = heapq.heappop(outbox)
                yield Sent(at, text)
            if due > until:
                return
            at, _, name, what = heapq.heappop(queue)
            if isinstance(what, Spell) and what.frozen and name not in _WHEN_FROZEN:
                self.later(at + 4 * HOUR, name, what)
            else:
                steps[name](self, at, what)

    def control_id(self) -> str:
        """The next MSH-10, unique in this trust."""
        self._messages += 1
        return f"{self.trust.ods}{self._messages:09d}"

    def post(self, at: int, text: str, *, may_repeat: bool = True) -> None:
        """Put a finished message in the outbox; now and then also a resend of it."""
        self._order += 1
        heapq.heappush(self.outbox, (at, self._order, text))
        if may_repeat and self.rng.random() < self.faults.duplicate:
            self._order += 1
            again = at + self.rng.choice((5, 30, 600, 5400))
            heapq.heappush(self.outbox, (again, self._order, text))

    def adt(
        self,
        trigger: str,
        occurred: int,
        body: str,
        *,
        recorded: int | None = None,
        may_be_late: bool = True,
    ) -> None:
        """Send an ADT message soon after it occurred, or by the fault rate hours later."""
        rng = self.rng
        if recorded is None:
            recorded = occurred + rng.randrange(SHORTEST_LAG, LONGEST_LAG)
            if may_be_late and rng.random() < self.faults.late:
                recorded = occurred + rng.randrange(2 * HOUR, 14 * HOUR)
        head = hl7_text.header(
            self.trust, trigger, self.control_id(), recorded=recorded, occurred=occurred
        )
        self.post(recorded, head + body)

    def visit_message(
        self,
        trigger: str,
        at: int,
        spell: Spell,
        *,
        spot: Spot | None = None,
        prior: Spot | None = None,
        leaving: bool = False,
        recorded: int | None = None,
        may_be_late: bool = True,
    ) -> None:
        """An ADT message about one visit: person, visit and, if there is one, PV2."""
        body = (
            hl7_text.person_segments(self.trust, spell.person)
            + hl7_text.pv1(self.trust, spell, spot=spot or spell.spot, prior=prior, leaving=leaving)
            + hl7_text.pv2(spell)
        )
        late = may_be_late and spell.person.identified
        self.adt(trigger, at, body, recorded=recorded, may_be_late=late)

    # People and visits.

    def next_mrn(self) -> str:
        """The next local identifier."""
        self._people += 1
        return f"{self.trust.ods[-1]}{1_000_000 + self._people * 7:07d}"

    def next_visit(self) -> str:
        """The next visit number."""
        self._visits += 1
        return f"V{self.trust.ods[-1]}{100_000 + self._visits:07d}"

    def someone(self, today: date, specialty: str, *, known: bool = True, sex: str = "") -> Person:
        """A new person, or (if `known`) sometimes one who was here before.

        sex: M or F where it is settled already; otherwise as usual for the specialty.
        """
        rng = self.rng
        profile = PROFILES[specialty]
        if known and len(self.known) > 200 and rng.random() < READMISSION_SHARE:
            for _ in range(4):
                person = rng.choice(self.known)
                fits = specialty != MATERNITY or _may_give_birth(person, today)
                if fits and sex in ("", person.sex) and not person.busy:
                    return person
        sex = sex or ("F" if rng.random() < profile.women else "M")
        born = birth_date(rng, today, mean_age=profile.age, spread=profile.age_spread)
        number = self.numbers.next() if rng.random() > NO_NUMBER else ""
        person = new_person(
            rng,
            mrn=self.next_mrn(),
            nhs_number=number,
            sex=sex,
            born=born,
            practices=self.practices,
        )
        self.known.append(person)
        return person

    def consultant(self, specialty: str) -> Consultant:
        """A consultant of the specialty (general medicine where there is none)."""
        return self.rng.choice(
            self.world.consultants.get(specialty) or self.world.consultants["300"]
        )

    def new_visit(
        self, person: Person, at: int, *, patient_class: str, specialty: str, method: str
    ) -> Spell:
        """Start a visit and remember it. Nothing is sent yet."""
        spell = Spell(
            visit=self.next_visit(),
            person=person,
            patient_class=patient_class,
            method=method,
            source="19",
            specialty=specialty,
            consultant=self.consultant(specialty),
            reason=self.rng.choice(PROFILES[specialty].reasons) if specialty in PROFILES else "",
            admitted=at,
        )
        person.spells.append(spell)
        self.spells.append(spell)
        return spell

    # Beds.

    def find_bed(self, sex: str, wards: list[int]) -> tuple[int, int] | None:
        """The first free bed in these wards, in their order."""
        for ward in wards:
            bed = self.wards[ward].free_bed(sex)
            if bed is not None:
                return ward, bed
        return None

    def spot_of(self, bed: tuple[int, int]) -> Spot:
        """The place of a bed."""
        return self.wards[bed[0]].spots[bed[1]]

    def take(self, spell: Spell, bed: tuple[int, int], at: int) -> Spot | None:
        """Move someone into a bed in truth and give up the one they had. Returns that place."""
        prior = self.leave_place(spell, at)
        self.wards[bed[0]].occupants[bed[1]] = spell
        spell.held = bed
        spell.stays.append(BedStay(self.spot_of(bed), at))
        return prior

    def cot(self, baby: Spell, spot: Spot, at: int) -> None:
        """Put a baby in a cot beside a bed; cots are not numbered beds."""
        baby.stays.append(BedStay(spot, at))

    def leave_place(self, spell: Spell, at: int) -> Spot | None:
        """End the current stay in truth and free the bed. Returns the place left."""
        self.give_up_bed(spell)
        if not spell.stays or spell.stays[-1].end is not None:
            return None
        spell.stays[-1].end = at
        return spell.stays[-1].spot

    def give_up_bed(self, spell: Spell) -> None:
        """Free the bed kept for a visit, if any."""
        if spell.held is not None:
            ward, bed = spell.held
            self.wards[ward].occupants[bed] = None
            spell.held = None

    def wards_for(self, specialty: str) -> list[int]:
        """Indexes of the wards of a specialty."""
        return [i for i, ward in enumerate(self.wards) if ward.info.specialty == specialty]

    def any_inpatient(self, accept: Callable[[Spell], bool]) -> Spell | None:
        """Someone in a bed who will do, tried at random; None when none turns up."""
        for _ in range(40):
            ward = self.wards[self.rng.randrange(len(self.wards))]
            spell = ward.occupants[self.rng.randrange(len(ward.beds))]
            if spell is not None and spell.is_open and not spell.frozen and accept(spell):
                return spell
        return None

    def age(self, person: Person, at: int) -> float:
        """Age in years; 60 where the birth date is not known."""
        if person.born is None:
            return 60.0
        return (local_date(at) - person.born).days / 365.25


Step = Callable[[Hospital, int, Any], None]
NO_NUMBER = 0.015
# Steps that end a freeze, so they must not wait for it.
_WHEN_FROZEN = frozenset(
    ("undo_transfer", "undo_discharge", "undo_clash", "leave_back", "identify")
)


def _may_give_birth(person: Person, today: date) -> bool:
    if person.sex != "F" or person.born is None:
        return False
    return 17 <= (today - person.born).days / 365.25 <= 45
