"""The demo's public door: build the world, write its history, go on living.

    world = build_world("standard", seed=1)
    system = HealthSystem(world, until=now, days=90, seed=1)
    for message in system.run(now): ...
    for message in system.run(now + timedelta(hours=1)): ...   # the same hospitals, later

Everything follows from (size, seed, until, days): the same inputs give the same bytes.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from homeward.demo import arrivals, emergency, planned, slips, ward_days
from homeward.demo.hospital import Faults, Hospital, Step
from homeward.demo.people import NhsNumbers, birth_date, new_person
from homeward.demo.uk_time import DAY, local_date, to_datetime
from homeward.demo.world import World, build_world

__all__ = [
    "CensusRow",
    "Faults",
    "HealthSystem",
    "TimedMessage",
    "build_world",
    "history",
    "live",
    "midnight_census",
]

STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        *(arrivals.open_hospital, arrivals.found_in_bed, arrivals.plan_day),
        *(emergency.ed_arrival, emergency.unidentified, emergency.ed_leave),
        *(emergency.delete_visit, emergency.identify, emergency.admit),
        *(planned.pre_admit, planned.elective, planned.labour, planned.birth),
        *(planned.name_baby, planned.day_case, planned.day_case_home, planned.clinic_visit),
        *(ward_days.review, ward_days.move_home, ward_days.bed_move),
        *(ward_days.fetch_to_rehabilitation, ward_days.ready, ward_days.unwell_again),
        *(ward_days.pending, ward_days.cancel_pending, ward_days.lounge),
        *(ward_days.discharge, ward_days.leave_out, ward_days.leave_back),
        *(ward_days.change_details, slips.plan_slips, slips.wrong_transfer),
        *(slips.undo_transfer, slips.wrong_discharge, slips.undo_discharge),
        *(slips.wrong_admission, slips.undo_admission, slips.swap, slips.clash),
        *(slips.undo_clash, slips.unusable, slips.test_mode, slips.keep_one_restricted),
        slips.showcase,
    )
}
# People whom both trusts know, each under its own local number but one NHS number.
PEOPLE_KNOWN_TO_BOTH = 80


@dataclass(frozen=True, slots=True)
class TimedMessage:
    """One HL7 message: when the hospital sends it (UTC), from which trust, its bytes."""

    at: datetime
    trust: str
    text: bytes


class CensusRow(NamedTuple):
    """One person in bed in the hospital's own list; empty text where there is nothing."""

    site: str
    ward: str
    room: str
    bed: str
    local_id: str
    nhs_number: str
    visit: str
    patient_class: str


class HealthSystem:
    """Both hospitals from `days` before `until`, and on for as long as it is run."""

    def __init__(
        self,
        world: World,
        *,
        until: datetime,
        days: int = 90,
        seed: int = 1,
        faults: Faults | None = None,
    ) -> None:
        """until: the moment that history is to end at, timezone-aware.

        Raises ValueError when `until` has no timezone or `days` is below one.
        """
        if until.tzinfo is None or days < 1:
            raise ValueError("until needs a timezone, and days must be one or more")
        end = int(until.timestamp())
        self.world = world
        self.started = end - days * DAY
        self.reached = self.started - 1
        self.hospitals = [
            Hospital(world, trust, seed=seed, share=share, faults=faults or Faults())
            for share, trust in enumerate(world.trusts)
        ]
        for hospital in self.hospitals:
            _known_to_both(hospital, self.started, seed)
            hospital.later(self.started, "open_hospital")
            hospital.later(max(self.started + DAY // 2, end - DAY), "showcase")

    def run(self, to: datetime) -> Iterator[TimedMessage]:
        """Every message sent after the last run, up to and including `to`, in send order.

        One hour is worked out at a time, so the caller need not hold it all. The run is
        to be read to its end before the next one or a census.
        """
        end = int(to.timestamp())
        while self.reached < end:
            upto = min(end, self.reached + DAY // 24)
            batch = [
                (sent.at, number, sent.text)
                for number, hospital in enumerate(self.hospitals)
                for sent in hospital.run(upto, STEPS)
            ]
            batch.sort(key=_send_order)
            self.reached = upto
            for at, number, text in batch:
                ods = self.hospitals[number].trust.ods
                yield TimedMessage(to_datetime(at), ods, text.encode())


def _send_order(item: tuple[int, int, str]) -> tuple[int, int]:
    return item[:2]


def _known_to_both(hospital: Hospital, start: int, seed: int) -> None:
    rng = random.Random(f"{seed} known to both")  # noqa: S311 - invented people
    numbers = NhsNumbers(2, 3)
    for _ in range(PEOPLE_KNOWN_TO_BOTH):
        born = birth_date(rng, local_date(start), mean_age=74, spread=14)
        sex = rng.choice("MF")
        person = new_person(
            rng,
            mrn=hospital.next_mrn(),
            nhs_number=numbers.next(),
            sex=sex,
            born=born,
            practices=hospital.practices,
        )
        hospital.known.append(person)


def history(
    world: World, *, until: datetime, days: int = 90, seed: int = 1, faults: Faults | None = None
) -> Iterator[TimedMessage]:
    """`days` of messages in send order, ending at `until`. See `HealthSystem` to go on."""
    return HealthSystem(world, until=until, days=days, seed=seed, faults=faults).run(until)


def live(system: HealthSystem, *, step: timedelta = timedelta(minutes=1)) -> Iterator[TimedMessage]:
    """The same hospitals from where the last run ended, for ever, `step` by `step`."""
    while True:
        yield from system.run(to_datetime(system.reached) + step)


def midnight_census(
    hospital: Hospital, at: datetime, *, classes: tuple[str, ...] = ("I",)
) -> list[CensusRow]:
    """The hospital's own list of who is in which bed at a moment, by ward and bed.

    It is what the hospital believes now about that moment: a slip that was undone since
    is not in it. People on leave are, in the bed kept for them. classes: PV1-2 values to
    list; ("I", "N") adds newborn babies. `at` must not be later than the last run.
    """
    moment = int(at.timestamp())
    rows = []
    for spell in hospital.spells:
        if spell.patient_class in classes and spell.admitted <= moment:
            spot = spell.spot_at(moment)
            if spot is not None:
                person = spell.person
                rows.append(
                    CensusRow(
                        *spot, person.mrn, person.nhs_number, spell.visit, spell.patient_class
                    )
                )
    rows.sort()
    return rows
