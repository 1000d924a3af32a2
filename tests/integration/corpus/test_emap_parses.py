"""What a message states is read as another team's parser read it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.corpus.adapter import UNSTATED
from tests.integration.corpus.expected_parses import (
    CLASSES,
    NO_CLASS,
    NOT_HELD,
    PLAIN,
    PLAIN_WHERE_PRESENT,
    STATED,
    STATED_WHERE_PRESENT,
    TIMES,
    pairs,
    read_parse,
)
from tests.integration.corpus.reading import parsed

AT_LEAST = 30


@pytest.fixture(scope="session")
def parse_pairs(hl7_corpus: Path) -> list[tuple[Path, Path]]:
    found = pairs(hl7_corpus)
    if not found:
        pytest.skip(f"no expected parses in {hl7_corpus}")
    return found


def in_our_words(ours: str, value: Any) -> Any:
    """An expected value as our model would hold it."""
    if value is None or value == "":
        return ""
    if ours.endswith("_at") or ours == "at":
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).astimezone(UTC)
    if ours == "birth_date":
        return date.fromisoformat(str(value))
    if ours == "class":
        return UNSTATED if value == NO_CLASS else CLASSES[value]
    if ours == "pending":
        return "transfer to " + " ".join(part for part in value.split("^") if part)
    return value


def expected_plain(parse: dict[str, Any]) -> dict[str, Any]:
    wanted = {ours: in_our_words(ours, parse.get(theirs)) for theirs, ours in PLAIN.items()}
    for theirs, ours in PLAIN_WHERE_PRESENT.items():
        if theirs in parse:
            wanted[ours] = in_our_words(ours, parse[theirs])
    return wanted


def stated_value(ours: str, value: dict[str, Any] | None) -> Any:
    if value is None or value["status"] == "IGNORE":
        return UNSTATED
    if value["status"] == "DELETE":
        return None
    return in_our_words(ours, value["value"])


def expected_stated(parse: dict[str, Any]) -> dict[str, Any]:
    wanted = {ours: stated_value(ours, parse.get(theirs)) for theirs, ours in STATED.items()}
    for theirs, ours in STATED_WHERE_PRESENT.items():
        if theirs in parse:
            wanted[ours] = stated_value(ours, parse[theirs])
    if "cancelledDateTime" in parse:
        # Nothing is pending once it is cancelled.
        wanted.pop("pending", None)
    return wanted


def differences(parse: dict[str, Any], found: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    wanted = expected_plain(parse) | expected_stated(parse)
    recorded = in_our_words("recorded_at", parse["recordedDateTime"])
    wanted["recorded_at"] = recorded
    # A message that does not say when it happened happened when it was recorded.
    occurred = parse.get("eventOccurredDateTime")
    wanted["at"] = in_our_words("at", occurred) if occurred else recorded
    return {
        name: (value, found.get(name, UNSTATED))
        for name, value in wanted.items()
        if found.get(name, UNSTATED) != value
    }


def test_every_expected_field_is_compared_or_said_not_to_be_held(
    parse_pairs: list[tuple[Path, Path]],
) -> None:
    named = {name for parse, _ in parse_pairs for name in read_parse(parse)}
    known = set(PLAIN) | set(PLAIN_WHERE_PRESENT) | set(STATED) | set(STATED_WHERE_PRESENT)
    assert named - known - NOT_HELD - TIMES == set()


def test_every_expected_parse_has_its_message(parse_pairs: list[tuple[Path, Path]]) -> None:
    assert len(parse_pairs) >= AT_LEAST
    assert [parse for parse, message in parse_pairs if not message.is_file()] == []


def test_messages_are_read_as_expected(
    parse_pairs: list[tuple[Path, Path]], hl7_corpus: Path
) -> None:
    wrong = {}
    for parse, message in parse_pairs:
        found = differences(read_parse(parse), parsed(message))
        if found:
            wrong[parse.relative_to(hl7_corpus).as_posix()] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "died_at"),
    [
        ("A03_death", datetime(2013, 2, 11, 8, 34, 56, tzinfo=UTC)),
        ("A03_death_2", UNSTATED),
        ("A03_death_3", UNSTATED),
    ],
)
def test_death_is_what_the_indicator_says(ordered_corpus: Path, name: str, died_at: object) -> None:
    found = parsed(ordered_corpus / "generic" / f"{name}.txt")
    assert found["alive"] is (name != "A03_death")
    assert found.get("died_at", UNSTATED) == died_at


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("birth_date_bst", date(1925, 7, 4)),
        ("birth_date_gmt", date(1980, 1, 1)),
        ("birth_datetime_bst", date(1925, 7, 4)),
        ("birth_datetime_gmt", date(1980, 1, 1)),
        ("birth_datetime_midnight_bst", date(1925, 7, 4)),
    ],
)
def test_birth_date_is_the_local_day_whatever_the_season(
    ordered_corpus: Path, name: str, born: date
) -> None:
    assert parsed(ordered_corpus / f"{name}.txt")["birth_date"] == born


def test_escaped_ampersand_in_a_specialty(ordered_corpus: Path) -> None:
    assert parsed(ordered_corpus / "pending" / "A15.txt")["specialty"] == "A&E"
