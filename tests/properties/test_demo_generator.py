"""The demo generator under any seed, and cut at any moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.demo.generator import HealthSystem, build_world, midnight_census
from homeward.demo.people import NhsNumbers, check_digit

WORLD = build_world()
seeds = st.integers(0, 2**32)
# Both clock changes and a leap day are among these.
ends = st.datetimes(datetime(2024, 1, 5), datetime(2027, 12, 30)).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)


@settings(max_examples=6, deadline=None)
@given(seeds, ends, st.integers(0, 86_400))
def test_a_run_cut_in_two_sends_what_one_run_sends(seed, until, cut):
    whole = HealthSystem(WORLD, until=until, days=1, seed=seed)
    parts = HealthSystem(WORLD, until=until, days=1, seed=seed)
    middle = until - timedelta(seconds=cut)
    assert [*parts.run(middle), *parts.run(until)] == list(whole.run(until))


@settings(max_examples=6, deadline=None)
@given(seeds, ends)
def test_a_census_names_each_visit_once_in_a_bed_of_the_world(seed, until):
    system = HealthSystem(WORLD, until=until, days=2, seed=seed)
    messages = list(system.run(until))
    assert [m.at for m in messages] == sorted(m.at for m in messages)
    places = {(w.site, w.code, *bed) for w in WORLD.wards for bed in w.beds}
    for hospital in system.hospitals:
        rows = midnight_census(hospital, until)
        assert len({row.visit for row in rows}) == len(rows)
        assert {tuple(row[:4]) for row in rows if row.bed} <= places


@given(st.integers(0, 2), st.integers(1, 300))
def test_nhs_numbers_are_valid_and_never_given_twice(share, count):
    numbers = NhsNumbers(share, 3)
    given_out = [numbers.next() for _ in range(count)]
    assert len(set(given_out)) == count
    assert all(check_digit(int(n[:9])) == int(n[9]) for n in given_out)
    others = NhsNumbers((share + 1) % 3, 3)
    assert not {others.next() for _ in range(count)} & set(given_out)
