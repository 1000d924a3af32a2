"""The demo's history: its truth, its messages, and that the two agree."""

import time
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from homeward.demo.generator import (
    Faults,
    HealthSystem,
    build_world,
    history,
    live,
    midnight_census,
)
from homeward.demo.stays import DISCHARGES_BY_WEEKDAY, LONG_STAY_SHARES, OCCUPANCY
from homeward.demo.uk_time import local_date, local_hour, to_datetime
from tests.unit.demo.conftest import DAYS, UNTIL
from tests.unit.demo.reading import listen, moment, segments

NO_FAULTS = Faults(0.0, 0.0, 0.0, 0.0, False, False)


def clip(stays, until):
    """Stays as they were known to be at a moment: later ones gone, later ends open."""
    return [
        (place, start, end if end is not None and end <= until else None)
        for place, start, end in stays
        if start <= until
    ]


def inpatients_at(hospital, at):
    second = int(at.timestamp())
    return [s for s in hospital.spells if s.patient_class == "I" and s.spot_at(second) is not None]


def test_what_the_feed_says_is_the_truth_about_every_stay(month):
    differing = []
    for hospital in month.system.hospitals:
        feed = month.feeds[hospital.trust.ods]
        for spell in hospital.spells:
            if spell.patient_class not in ("I", "N") or spell.is_planned:
                continue
            truth = (
                []
                if spell.cancelled
                else [
                    (
                        tuple(stay.spot),
                        to_datetime(stay.start),
                        to_datetime(stay.end) if stay.end is not None else None,
                    )
                    for stay in spell.stays
                ]
            )
            _, mrn, heard = feed.stays(spell.visit)
            if clip(truth, UNTIL) != clip(heard, UNTIL) or (truth and mrn != spell.person.mrn):
                differing.append((spell.visit, truth, heard, mrn, spell.person.mrn))
    assert differing == []


def test_the_census_is_what_the_feed_says_at_that_midnight(month):
    at = UNTIL.replace(hour=0, minute=0)
    for hospital in month.system.hospitals:
        feed = month.feeds[hospital.trust.ods]
        heard = []
        for visit in feed.events:
            patient_class, mrn, stays = feed.stays(visit)
            here = [p for p, start, end in stays if start <= at and (end is None or at < end)]
            if patient_class == "I" and here:
                heard.append((*here[0], mrn, feed.nhs[mrn][1], visit, "I"))
        assert sorted(heard) == [tuple(row) for row in midnight_census(hospital, at)]


def test_a_census_can_list_the_babies_too(month):
    hospital = month.system.hospitals[0]
    babies = set(midnight_census(hospital, UNTIL, classes=("I", "N"))) - set(
        midnight_census(hospital, UNTIL)
    )
    assert babies
    assert {row.patient_class for row in babies} == {"N"}


def test_no_two_people_share_a_numbered_bed_but_for_the_deliberate_clashes(month):
    overlaps, clashes = [], 0
    for hospital in month.system.hospitals:
        beds = defaultdict(list)
        for spell in hospital.spells:
            for stay in [] if spell.cancelled else spell.stays:
                assert stay.end is None or stay.end >= stay.start
                clashes += stay.clash
                if stay.spot.bed and not stay.clash:
                    beds[stay.spot].append((stay.start, stay.end or 10**12))
        for spot, stays in beds.items():
            overlaps += [(spot, a, b) for a, b in pairwise(sorted(stays)) if b[0] < a[1]]
    assert overlaps == []
    assert clashes == 2


def test_at_the_end_one_or_two_beds_hold_two_people(month):
    beds = Counter(
        spot
        for hospital in month.system.hospitals
        for spell in hospital.spells
        if spell.patient_class == "I" and (spot := spell.spot_at(int(UNTIL.timestamp())))
        if spot.bed
    )
    assert sum(1 for n in beds.values() if n > 1) in (1, 2)


def test_each_trust_has_a_restricted_inpatient_at_the_end(month):
    for hospital in month.system.hospitals:
        restricted = sum(s.person.restricted for s in inpatients_at(hospital, UNTIL))
        assert 1 <= restricted <= 5


def test_every_message_is_read_and_only_a_few_cannot_be_used(month):
    assert all(m.text.startswith(b"MSH|^~\\&|PAS|") for m in month.messages)
    assert all(m.text.endswith(b"\r") and b"\n" not in m.text for m in month.messages)
    assert 1 <= sum(feed.unusable for feed in month.feeds.values()) <= 14


def test_each_trust_ends_with_a_few_messages_that_a_mended_setting_makes_usable(month):
    in_test_mode = [head for m in month.messages if (head := m.text.split(b"|"))[10] == b"T"]
    assert Counter(head[3] for head in in_test_mode) == {b"ZZ1": 3, b"ZZ2": 3}


def test_every_field_stands_where_hl7_puts_it(month):
    for message in month.messages[::37]:
        for segment in segments(message.text):
            if segment[0] == "PV1":
                assert segment[2] in "IEONDP"
                assert segment[3].split("^")[3].startswith("ZZ")
                assert segment[19].startswith("V")
                assert segment[44] == "" or moment(segment[44]) <= message.at + timedelta(days=9)
            if segment[0] == "MSH":
                assert segment[11:13] == ["P", "2.5.1"]
                assert segment[18] == "UNICODE UTF-8"
            if segment[0] == "PID" and segment[3]:
                assert segment[32] in ("", "01", "02", "03", "05", "08")


def test_messages_come_in_send_order_inside_the_time_asked_for(month):
    times = [m.at for m in month.messages]
    assert times == sorted(times)
    assert times[0] >= UNTIL - timedelta(days=DAYS)
    assert times[-1] <= UNTIL
    assert all(m.at > UNTIL for m in month.later)


def test_the_hospital_is_full_from_the_first_minutes(month):
    first = UNTIL - timedelta(days=DAYS)
    early = [m for m in month.messages if m.at < first + timedelta(minutes=6)]
    admitted = sum(b"ADT^A01" in m.text for m in early)
    assert admitted >= 0.9 * month.system.world.beds
    oldest = min(moment(segments(m.text)[1][6]) for m in early)
    assert oldest < first - timedelta(days=30)


def test_all_the_events_of_a_hospital_happen(month):
    said = set().union(*(feed.triggers for feed in month.feeds.values()))
    adt = (1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 16, 17, 21, 22, 23, 25, 28, 31, 40)
    assert said >= {"R01", *(f"A{n:02d}" for n in adt)}


def test_cancels_are_about_half_to_one_in_a_hundred_messages(month):
    cancels = sum(f.triggers[t] for f in month.feeds.values() for t in ("A11", "A12", "A13"))
    assert 0.003 < cancels / len(month.messages) < 0.012


def test_a_few_messages_are_sent_twice_byte_for_byte(month):
    bodies = defaultdict(list)
    for message in month.messages:
        bodies[segments(message.text)[0][10]].append(message.text)
    again = [texts for texts in bodies.values() if len(texts) > 1]
    assert 0.002 < len(again) / len(month.messages) < 0.010
    assert all(len(set(texts)) == 1 for texts in again)


def test_about_one_message_in_a_hundred_is_hours_late(month):
    late = sum(
        1
        for m in month.messages[1000:]
        if b"EVN" in m.text
        and m.at - _occurred(m) > timedelta(hours=1.9)
        and not any(c in m.text for c in (b"ADT^A11", b"ADT^A12", b"ADT^A13"))
    )
    assert 0.004 < late / len(month.messages) < 0.02


def _occurred(message):
    try:
        return moment(segments(message.text)[1][6])
    except ValueError:
        return message.at


def test_a_move_is_now_and_then_sent_after_the_discharge():
    faults = Faults(lounge_out_of_order=1.0, late=0.0)
    left, after = set(), 0
    for message in history(build_world(), until=UNTIL, days=4, seed=1, faults=faults):
        parts = segments(message.text)
        visit = next((s[19] for s in parts if s[0] == "PV1"), "")
        if parts[0][9].startswith("ADT^A03"):
            left.add(visit)
        after += parts[0][9].startswith("ADT^A02") and visit in left
    assert after > 5


def test_occupancy_stays_near_the_target(month):
    hospitals = month.system.hospitals
    shares = []
    for days_ago in range(1, DAYS - 1):
        for hour in (0, 10, 16):
            at = (UNTIL - timedelta(days=days_ago)).replace(hour=hour, minute=0)
            people = sum(len(inpatients_at(h, at)) for h in hospitals)
            shares.append(people / month.system.world.beds)
    assert sum(shares) / len(shares) == pytest.approx(OCCUPANCY, abs=0.025)
    assert min(shares) > 0.80
    assert 370 <= sum(len(inpatients_at(h, UNTIL)) for h in hospitals) <= 432


def test_long_stayers_are_as_many_as_in_england(month):
    shares = defaultdict(list)
    for days_ago in range(1, DAYS, 2):
        at = UNTIL - timedelta(days=days_ago)
        lengths = [
            (at.date() - local_date(s.admitted)).days
            for h in month.system.hospitals
            for s in inpatients_at(h, at)
        ]
        for days in LONG_STAY_SHARES:
            shares[days].append(sum(n >= days for n in lengths) / len(lengths))
    for days, wanted in LONG_STAY_SHARES.items():
        assert sum(shares[days]) / len(shares[days]) == pytest.approx(wanted, abs=0.05)


def test_about_one_in_seven_no_longer_meets_the_criteria_to_reside(month):
    shares = []
    for days_ago in range(1, DAYS, 3):
        at = (UNTIL - timedelta(days=days_ago)).replace(hour=0)
        people = [s for h in month.system.hospitals for s in inpatients_at(h, at)]
        ready = [s for s in people if s.ready_at is not None and s.ready_at <= at.timestamp()]
        shares.append(len(ready) / len(people))
    assert sum(shares) / len(shares) == pytest.approx(0.14, abs=0.04)


def test_discharges_follow_the_week_and_the_day(month):
    """The weekday shape of the national report, and three fifths gone by 17:00."""
    first = (UNTIL - timedelta(days=29)).timestamp()
    ends = [
        s.discharged
        for h in month.system.hospitals
        for s in h.spells
        if s.patient_class == "I"
        and s.discharged is not None
        and first < s.discharged < first + 28 * 86_400
        and local_date(s.discharged) != local_date(s.admitted)
    ]
    week = Counter(local_date(end).weekday() for end in ends)
    for weekday, wanted in enumerate(DISCHARGES_BY_WEEKDAY):
        assert week[weekday] * 7 / len(ends) == pytest.approx(wanted, abs=0.22)
    assert week[6] < week[5] < week[4]
    assert sum(local_hour(end) < 17 for end in ends) / len(ends) == pytest.approx(0.62, abs=0.06)


def test_nhs_numbers_are_valid_and_in_the_test_range(month):
    seen = {
        r.split("^")[0]
        for m in month.messages
        for s in segments(m.text)
        if s[0] == "PID"
        for r in s[3].split("~")
        if r.endswith("^NH")
    }
    assert len(seen) > 2000
    for number in seen:
        total = sum(int(d) * w for d, w in zip(number[:9], range(10, 1, -1), strict=True))
        assert number.startswith("999")
        assert len(number) == 10
        assert len(set(number)) > 1
        assert (11 - total % 11) % 11 == int(number[9])


def test_babies_are_not_their_mothers(month):
    babies = [s for h in month.system.hospitals for s in h.spells if s.patient_class == "N"]
    assert len(babies) > 100
    for baby in babies:
        mother = baby.attendance
        assert baby.method == "82"
        assert baby.person.mrn != mother.person.mrn
        assert baby.person.nhs_number == "" or baby.person.nhs_number != mother.person.nhs_number
        assert baby.person.mother.mrn != baby.person.mrn


def test_the_unidentified_are_merged_into_who_they_are(month):
    merges = sum(feed.triggers["A40"] for feed in month.feeds.values())
    assert merges / (DAYS + 2) == pytest.approx(3, abs=1.5)
    assert all(loser.startswith("TMP") for f in month.feeds.values() for loser in f.merged)


def test_deaths_are_said_in_every_place_that_says_them(month):
    deaths = 0
    for message in month.messages:
        parts = {s[0]: s for s in segments(message.text)}
        if "ADT^A03" in parts["MSH"][9] and parts["PV1"][36] == "79":
            deaths += 1
            assert parts["PID"][30] == "Y"
            assert parts["PID"][29] == parts["PV1"][45]
    assert deaths > 20


def test_some_people_are_known_to_both_trusts_by_one_nhs_number(month):
    first, second = (
        {number for _, number in feed.nhs.values() if number} for feed in month.feeds.values()
    )
    assert first & second


def test_names_and_addresses_exercise_a_reader(month):
    text = b"".join(m.text for m in month.messages).decode()
    for awkward in ("O'Brien", "Núñez", "Łukas", "Smith-Hughes", "\\T\\", "王", "Nguyễn"):
        assert awkward in text


def test_the_same_seed_writes_the_same_bytes_and_another_does_not():
    def written(seed):
        return list(history(build_world(), until=UNTIL, days=2, seed=seed))

    assert written(5) == written(5)
    assert written(5) != written(6)


def test_going_on_live_sends_what_a_longer_history_would_have():
    system = HealthSystem(build_world(), until=UNTIL, days=2, seed=8)
    list(system.run(UNTIL))
    wanted = list(system.run(UNTIL + timedelta(hours=5)))
    again = HealthSystem(build_world(), until=UNTIL, days=2, seed=8)
    list(again.run(UNTIL))
    stream = live(again)
    assert [next(stream) for _ in wanted] == wanted


def test_without_faults_nothing_is_late_repeated_or_useless():
    system = HealthSystem(build_world(), until=UNTIL, days=3, seed=2, faults=NO_FAULTS)
    messages = list(system.run(UNTIL))
    feeds = listen(messages)
    assert max(n for f in feeds.values() for n in f.control_ids.values()) == 1
    assert sum(f.unusable for f in feeds.values()) == 0
    assert all(
        m.at - _occurred(m) < timedelta(minutes=3)
        for m in messages
        if m.at > UNTIL - timedelta(days=2, hours=23) and b"EVN" in m.text
    )


def test_three_months_take_under_eight_seconds_of_processor_time():
    system = HealthSystem(build_world(), until=UNTIL, days=90, seed=1)
    began = time.process_time()
    count = sum(1 for _ in system.run(UNTIL))
    assert time.process_time() - began < 8
    assert 45_000 <= count <= 60_000


@pytest.mark.parametrize(
    ("until", "days"), [(datetime(2026, 4, 7), 90), (UNTIL, 0)], ids=["naive", "no days"]
)
def test_a_history_needs_a_zone_and_a_length(until, days):
    with pytest.raises(ValueError, match="timezone"):
        HealthSystem(build_world(), until=until, days=days)
