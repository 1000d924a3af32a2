"""Comparing two lists of who is in which bed."""

from hypothesis import given
from hypothesis import strategies as st

from homeward.hospital.domain.census import (
    CensusRow,
    DifferenceKind,
    InBed,
    compare,
)
from homeward.hospital.domain.events import Place

ASH = Place("S", "ASH", "B1", "01")
OAK = Place("S", "OAK", "B1", "01")


def there(local_id: str, place: Place, nhs: str = "", line: int = 2) -> CensusRow:
    return CensusRow(line, local_id, nhs, place)


def here(local_id: str, place: Place, nhs: str = "") -> InBed:
    return InBed(f"key-{local_id}{nhs}", local_id, nhs, place)


def test_one_person_in_one_bed_on_both_lists_agrees() -> None:
    result = compare([there("H1", ASH)], [here("H1", ASH)])
    assert (result.agreed, result.total, result.differences) == (1, 1, [])


def test_a_site_or_room_their_list_leaves_out_is_not_compared() -> None:
    result = compare([there("H1", Place(ward="ash", bed="01"))], [here("H1", ASH)])
    assert result.agreed == 1


def test_the_local_number_wins_over_the_nhs_number() -> None:
    ours = [here("H1", ASH, "9434765919"), here("H2", OAK, "9449305552")]
    result = compare([there("H2", OAK, "9434765919")], ours)
    assert [d.kind for d in result.differences] == [DifferenceKind.MISSING_THERE]
    assert result.differences[0].who == "H1"


def test_empty_numbers_match_nobody() -> None:
    result = compare([there("", ASH, "9434765919")], [here("", ASH)])
    assert {d.kind for d in result.differences} >= {
        DifferenceKind.MISSING_HERE,
        DifferenceKind.MISSING_THERE,
    }


places = st.builds(
    Place, st.just("S"), st.sampled_from(["ASH", "OAK"]), st.just(""), st.sampled_from("1234")
)
lists = st.dictionaries(st.sampled_from([f"H{n}" for n in range(8)]), places)


@given(lists, lists)
def test_everyone_is_counted_once_and_either_agrees_or_differs(
    theirs: dict[str, Place], ours: dict[str, Place]
) -> None:
    result = compare(
        [there(who, place) for who, place in theirs.items()],
        [here(who, place) for who, place in ours.items()],
    )
    shared = [d for d in result.differences if d.kind is DifferenceKind.TWO_IN_ONE_BED]
    assert result.total == len({*theirs, *ours})
    assert result.agreed + len(result.differences) - len(shared) == result.total
    assert result.agreed == sum(ours.get(who) == place for who, place in theirs.items())
