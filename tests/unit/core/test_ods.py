"""Reading files of organisations."""

from datetime import date

import pytest

from homeward.core.domain import ods
from homeward.core.domain.ods import (
    BadRow,
    OrganisationRow,
    SuccessorRow,
    UnknownShape,
    read_file,
)
from homeward.core.models.organisations import OrganisationKind

TRUST = (
    '"ZT1","NORTH FICTION NHS TRUST","Y99","QZZ","1 HIGH STREET","","","FICTON","","ZZ1 1ZZ",'
    '"20200401","","","","","","","01234 567890","","","","1","","H","","",""\r\n'
)
PRACTICE = (
    '"Z81001","THE SURGERY","Y99","QZZ","2 LOW ROAD","","","","","ZZ1 2ZZ","19740401","20171031",'
    '"C","B","16Z","20130401","{left}","","","","","0","","16Z","","4",""\r\n'
)


def fixed(**fields: str) -> bytes:
    columns = {"code": "ZT1", "name": "A TRUST", "opened": "", "closed": ""} | fields
    row = [""] * 27
    row[0], row[1] = columns["code"], columns["name"]
    row[10], row[11] = columns["opened"], columns["closed"]
    row[4] = columns.get("address", "")
    return (",".join(f'"{field}"' for field in row) + "\r\n").encode()


def only(data: bytes, name: str = "etr.csv", **options: str) -> ods.Row:
    rows = read_file(data, name=name, **options)
    assert len(rows) == 1
    return rows[0]


def test_a_trust():
    assert only(TRUST.encode()) == OrganisationRow(
        line=1,
        code="ZT1",
        name="NORTH FICTION NHS TRUST",
        kind="trust",
        opened_on=date(2020, 4, 1),
        closed_on=None,
        address="1 HIGH STREET, FICTON",
        postcode="ZZ1 1ZZ",
        phone="01234 567890",
        parents=("QZZ",),
        has_dates=True,
    )


def test_a_closed_practice_belongs_to_its_commissioner_then_its_board():
    row = only(PRACTICE.format(left="").encode(), "epraccur.csv")
    assert (row.kind, row.closed_on, row.parents) == (
        "practice",
        date(2017, 10, 31),
        ("16Z", "QZZ"),
    )


def test_a_commissioner_that_was_left_is_no_parent():
    row = only(PRACTICE.format(left="20171031").encode(), "epraccur.csv")
    assert row.parents == ("QZZ",)


def test_an_organisation_is_not_its_own_parent():
    assert only(TRUST.replace("QZZ", "ZT1").encode()).parents == ()


def test_the_name_of_the_file_tells_the_kind_and_kind_overrides():
    assert only(fixed(), "ets.csv").kind == "site"
    assert only(fixed(), "ETR.CSV").kind == "trust"
    assert only(fixed(), "anything.csv", kind="care_home").kind == "care_home"


def test_a_name_that_says_nothing_needs_a_kind():
    with pytest.raises(UnknownShape, match="--kind"):
        read_file(fixed(), name="download (3).csv")


def test_every_kind_is_one_the_tables_know():
    assert set(ods.KINDS_BY_FILE.values()) <= set(OrganisationKind.values)


def test_a_board_from_a_table_with_a_header():
    data = b"ICB24CD,ICB24CDH,ICB24NM,ObjectId\nE54,QZZ,NHS Fiction Integrated Care Board,1\n"
    row = only(data, "icb_names_codes_dec_2024.csv")
    assert (row.line, row.code, row.name, row.kind) == (
        2,
        "QZZ",
        "NHS Fiction Integrated Care Board",
        "icb",
    )
    assert row.address is None
    assert row.parents is None


def test_successors_with_and_without_a_header():
    headed = b"\xef\xbb\xbftrust_code_old,trust_code_new,from_date\nZT1,ZT2,2020-04-01\n"
    assert only(headed, "trust_mergers.csv") == SuccessorRow(2, "ZT1", "ZT2")
    assert only(b'"ZT1","ZT2","R","20200401",""\n', "succ.csv") == SuccessorRow(1, "ZT1", "ZT2")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(encoding):
    data = TRUST.replace("NORTH FICTION", "YSBYTY DŵR – CAFÉ".replace("ŵ", "w")).encode(encoding)
    assert only(data).name == "YSBYTY DwR – CAFÉ NHS TRUST"


def test_an_empty_file_has_no_rows():
    assert read_file(b"", name="etr.csv") == []
    assert read_file(b"\r\n\r\n", name="etr.csv") == []


def test_text_that_is_no_table_is_refused():
    with pytest.raises(UnknownShape, match="line 1"):
        read_file(b"hello\nthere\n", name="etr.csv")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (fixed(code=""), "no code"),
        (fixed(code="TOO LONG CODE"), "not 1 to 9"),
        (fixed(code="Z\u0661"), "not 1 to 9"),
        (fixed(name="  "), "no name"),
        (fixed(name="N" * 201), "longer than 200"),
        (fixed(name="A\x00B"), "no character"),
        (fixed(opened="20201301"), "opened date '20201301'"),
        (fixed(closed="soon"), "closed date 'soon'"),
        (fixed(opened="20200401", closed="20200331"), "before it opened"),
        (b"ZT9,SHORT\n", "has 2 columns"),
        (b'"ZT9,"no\n', "not a row"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_harms_no_other(row, why):
    data = fixed(code="ZA1") + row + fixed(code="ZA2")
    rows = read_file(data, name="etr.csv")
    bad = [found for found in rows if isinstance(found, BadRow)]
    assert len(bad) == 1
    assert bad[0].line == 2
    assert why in bad[0].why


def test_a_code_given_twice_is_bad_the_second_time():
    rows = read_file(fixed() + fixed(name="ANOTHER"), name="etr.csv")
    assert rows[1] == BadRow(2, "code ZT1 stands already on line 1")


def test_a_line_break_inside_quotes_does_not_shift_the_line_numbers():
    rows = read_file(fixed(address="1 ROAD\nTOWN") + fixed(code="?"), name="etr.csv")
    assert [row.line for row in rows] == [1, 3]


def test_nothing_succeeds_itself():
    assert only(b"ZT1,ZT1,R,20200401\n", "succ.csv") == BadRow(1, "ZT1 cannot succeed itself")
