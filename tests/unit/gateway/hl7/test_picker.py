"""Reading the same fields of every message in one go."""

import pytest

from homeward.gateway.domain.hl7 import Picker, read_message
from tests.unit.gateway.hl7.samples import ADMISSION, message


def test_the_picker_gives_fields_in_its_own_order():
    picker = Picker(
        values={"PID": (8, 7, 5), "MRG": (1,), "MSH": (3, 9)},
        components={"PV1": (3, 44), "PID": (5,)},
        repetitions={"PID": (3, 4)},
    )
    values, components, repetitions = picker.pick(read_message(ADMISSION.encode()))
    assert values == ["F", "19410312", "O&Hara", "", "PAS", "ADT"]
    assert components == [["O&Hara", "Amelia", "Jane"], ["W12", "B3", "2", "RX001"], []]
    identifiers = [["633841", "", "", "RX0", "MR"], ["9449305552", "", "", "NHS", "NH"]]
    assert repetitions == [identifiers, []]


def test_the_picker_takes_the_first_segment_of_a_name():
    found = read_message(message("PIDX|odd", "NK1|1|First", "PID|right", "NK1|2|Second"))
    picker = Picker(values={"NK1": (2,), "PID": (1,)})
    assert picker.pick(found) == (["First", "right"], [], [])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"MSH": (2,)}, "delimiters"),
        ({"PID": (0,)}, "numbered from 1"),
        ({"PIDX": (1,)}, "not the name of a segment"),
    ],
)
def test_fields_that_cannot_be_picked_are_refused(values, why):
    with pytest.raises(ValueError, match=why):
        Picker(values=values)
