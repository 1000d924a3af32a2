"""Whatever a file holds, every row is accounted for."""

from hypothesis import given
from hypothesis import strategies as st

from homeward.core.domain.ods import BadRow, OrganisationRow, UnknownShape, read_file

fields = st.text(max_size=12) | st.sampled_from(["ZT1", "20200401", "20201301", '"', "\n", "\x00"])
rows = st.lists(fields, min_size=0, max_size=28).map(",".join)
files = st.lists(rows, max_size=8).map(lambda lines: "\r\n".join(lines).encode(errors="replace"))
names = st.sampled_from(["etr.csv", "epraccur.csv", "succ.csv", "icb.csv", "x"])


@given(files | st.binary(max_size=300), names, st.sampled_from([None, "trust"]))
def test_any_bytes_are_rows_good_or_bad_or_no_known_shape(data, name, kind):
    try:
        found = read_file(data, name=name, kind=kind)
    except UnknownShape:
        return
    lines = [row.line for row in found]
    assert lines == sorted(set(lines))
    assert all(row.why and "\n" not in row.why for row in found if isinstance(row, BadRow))
    good = [row for row in found if isinstance(row, OrganisationRow)]
    assert len({row.code for row in good}) == len(good)


@given(st.integers(1, 40))
def test_as_many_rows_as_lines(count):
    lines = [f'"Z{n:04d}","NAME {n}"' + ',""' * 25 for n in range(count)]
    assert len(read_file("\r\n".join(lines).encode(), name="etr.csv")) == count
