import pytest

from tests.support.cases import read_cases

TABLE = """
days | band | long
-----|------|-----
6    |      | no
21   | 21+  | yes
"""


def test_rows_become_arguments_and_readers_turn_cells_into_values():
    cases = read_cases(TABLE, days=int, long=lambda cell: cell == "yes")
    assert cases == [(6, "", False), (21, "21+", True)]


def test_a_row_with_a_missing_cell_is_refused():
    with pytest.raises(ValueError, match="1 cells under 2 heads"):
        read_cases("a | b\nonly one")


def test_a_reader_for_no_column_is_refused():
    with pytest.raises(ValueError, match="no column for"):
        read_cases("a | b\n1 | 2", c=int)
