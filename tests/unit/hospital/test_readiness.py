"""What readiness facts add up to."""

from datetime import date, datetime

import pytest

from homeward.hospital.domain.length_of_stay import LONDON
from homeward.hospital.domain.readiness import Readiness, readiness
from tests.support.cases import read_cases

# Facts as "day kind value", apart by semicolons, oldest first.
CASES = """
facts                                                     | meets | since
                                                          |       |
20 criteria yes                                           | yes   |
20 criteria no                                            | no    | 2026-11-20
20 criteria no; 21 criteria no                            | no    | 2026-11-20
20 criteria no; 21 criteria yes                           | yes   |
18 criteria no; 20 criteria yes; 21 criteria no           | no    | 2026-11-21
20 criteria no; 20 ready 2026-11-19                       | no    | 2026-11-19
20 criteria no; 20 ready 20261119                         | no    | 2026-11-19
20 criteria no; 20 ready 2026-11-19T08:00; 21 criteria no | no    | 2026-11-19
20 criteria perhaps; 20 ready soon                        |       |
20 criteria Y                                             | yes   |
"""
KINDS = {"criteria": "criteria_to_reside", "ready": "discharge_ready_date"}
MEETS = {"yes": True, "no": False, "": None}


def facts_in(text: str) -> list[tuple[str, str, datetime]]:
    words = [fact.split() for fact in text.split(";") if fact.strip()]
    return [
        (KINDS[kind], value, datetime(2026, 11, int(day), 9, tzinfo=LONDON))
        for day, kind, value in words
    ]


@pytest.mark.parametrize(
    ("facts", "meets", "since"),
    read_cases(
        CASES,
        facts=facts_in,
        meets=MEETS.__getitem__,
        since=lambda day: date.fromisoformat(day) if day else None,
    ),
)
def test_readiness(
    facts: list[tuple[str, str, datetime]], meets: bool | None, since: date | None
) -> None:
    assert readiness(facts) == Readiness(meets, since)
