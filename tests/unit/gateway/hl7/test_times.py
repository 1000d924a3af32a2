"""Times and dates as senders write them."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from homeward.gateway.domain.hl7 import Hl7Error, Hl7TimeError, parse_date, parse_time
from tests.support.cases import read_cases

LONDON = ZoneInfo("Europe/London")

CASES = """
text                    | utc                              | date_only | ambiguous
20260105101502          | 2026-01-05T10:15:02+00:00        | no        | no
20260705101502          | 2026-07-05T09:15:02+00:00        | no        | no
202601051015            | 2026-01-05T10:15:00+00:00        | no        | no
2026010510              | 2026-01-05T10:00:00+00:00        | no        | no
20260105                | 2026-01-05T00:00:00+00:00        | yes       | no
20260705                | 2026-07-04T23:00:00+00:00        | yes       | no
202607                  | 2026-06-30T23:00:00+00:00        | yes       | no
2026                    | 2026-01-01T00:00:00+00:00        | yes       | no
19000101                | 1900-01-01T00:00:00+00:00        | yes       | no
19410312                | 1941-03-11T23:00:00+00:00        | yes       | no
20260105101502.1        | 2026-01-05T10:15:02.100000+00:00 | no        | no
20260105101502.1234567  | 2026-01-05T10:15:02.123456+00:00 | no        | no
20260105101502.123+0000 | 2026-01-05T10:15:02.123000+00:00 | no        | no
20260705101502+0100     | 2026-07-05T09:15:02+00:00        | no        | no
20260705101502-0530     | 2026-07-05T15:45:02+00:00        | no        | no
20260705+0000           | 2026-07-05T00:00:00+00:00        | yes       | no
20240331005959          | 2024-03-31T00:59:59+00:00        | no        | no
20240331010000          | 2024-03-31T01:00:00+00:00        | no        | yes
20240331013000          | 2024-03-31T01:30:00+00:00        | no        | yes
20240331020000          | 2024-03-31T01:00:00+00:00        | no        | no
20241027005959          | 2024-10-26T23:59:59+00:00        | no        | no
20241027010000          | 2024-10-27T00:00:00+00:00        | no        | yes
20241027013000          | 2024-10-27T00:30:00+00:00        | no        | yes
20241027013000+0000     | 2024-10-27T01:30:00+00:00        | no        | no
20241027020000          | 2024-10-27T02:00:00+00:00        | no        | no
20240229                | 2024-02-29T00:00:00+00:00        | yes       | no
"""


@pytest.mark.parametrize(("text", "utc", "date_only", "ambiguous"), read_cases(CASES))
def test_parse_time(text, utc, date_only, ambiguous):
    found = parse_time(text, LONDON)
    assert found is not None
    assert found.at.isoformat() == utc
    assert (found.date_only, found.ambiguous) == (date_only == "yes", ambiguous == "yes")


@pytest.mark.parametrize("text", ["", "  ", '""'])
def test_no_time_is_none(text):
    assert parse_time(text, LONDON) is None
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "20261345", "20260230", "20250229", "202613", "0000", "2026010524", "202601051060",
        "20260105101560", "20260105101502.", "20260105101502+01", "20260105101502+0160",
        "20260105101502+1500", "2026-01-05", "2026010510150", "202", "yesterday", "٢٠٢٦",
        "20260105 1015", "20260105101502.1234567890", "00010101+1400", "99991231235959-1400",
        "1" * 100_000,
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_nonsense_is_refused(text):
    with pytest.raises(Hl7TimeError) as caught:
        parse_time(text, LONDON)
    assert not isinstance(caught.value, Hl7Error)
    assert len(caught.value.text) < 100


def test_parse_date_keeps_the_senders_calendar_day():
    assert parse_date("19410312") == date(1941, 3, 12)
    assert parse_date("194103122330+0100") == date(1941, 3, 12)


@pytest.mark.parametrize("text", ["1941", "194103", "19410332", "x"])
def test_parse_date_needs_a_whole_date(text):
    with pytest.raises(Hl7TimeError):
        parse_date(text)
