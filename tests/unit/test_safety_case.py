"""Every hazard in the log names tests that exist.

The log gives each hazard a heading with its id and a list of the tests that hold it:

    ## H-01 Wrong patient
    ...
    Tests:
    - `tests/unit/hospital/test_identity.py::test_repeated_digits_are_refused`

The names are looked up in the source; nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / "docs" / "safety" / "hazard-log.md"
HEADING = re.compile(r"^#+\s.*?\b(H-\d{2,})\b.*$", re.MULTILINE)
TESTS = re.compile(r"^[\s*_-]*Tests:", re.MULTILINE)
NODE = re.compile(r"tests/[\w./-]+\.py::\w+(?:::\w+)?")


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard and the node ids of the tests that hold it."""

    number: str
    tests: tuple[str, ...]


def read_hazards(log: str) -> list[Hazard]:
    """The hazards of a log, in its order."""
    found = list(HEADING.finditer(log))
    ends = [match.start() for match in found[1:]] + [len(log)]
    hazards = []
    for match, end in zip(found, ends, strict=True):
        parts = TESTS.split(log[match.end() : end], maxsplit=1)
        named = NODE.findall(parts[1]) if len(parts) > 1 else []
        hazards.append(Hazard(match.group(1), tuple(named)))
    return hazards


def test_names(source: str) -> Iterator[str]:
    """`test_x` and `TestY::test_z` for every test in a file's source."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.parse(source).body:
        if isinstance(node, kinds):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{one.name}" for one in node.body if isinstance(one, kinds))


# Its name starts as tests do, but it is not one.
test_names.__test__ = False  # type: ignore[attr-defined]


def exists(node_id: str, root: Path) -> bool:
    """Whether the file defines that test."""
    file, _, name = node_id.partition("::")
    path = root / file
    return path.exists() and name in set(test_names(path.read_text()))


def faults(hazards: list[Hazard], root: Path) -> list[str]:
    """What is wrong with the log, a line each."""
    numbers = [hazard.number for hazard in hazards]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    return [
        *(f"{number} stands twice" for number in twice),
        *(f"{hazard.number} names no test" for hazard in hazards if not hazard.tests),
        *(
            f"{hazard.number} names {test}, which does not exist"
            for hazard in hazards
            for test in hazard.tests
            if not exists(test, root)
        ),
    ]


def test_every_hazard_names_tests_that_exist() -> None:
    if not LOG.exists():
        pytest.fail("docs/safety/hazard-log.md is not written yet")
    hazards = read_hazards(LOG.read_text())
    assert hazards, "the hazard log holds no hazard"
    assert faults(hazards, ROOT) == []


def test_hazard_numbers_have_no_gap() -> None:
    if not LOG.exists():
        pytest.fail("docs/safety/hazard-log.md is not written yet")
    numbers = [hazard.number for hazard in read_hazards(LOG.read_text())]
    assert numbers == [f"H-{number:02}" for number in range(1, len(numbers) + 1)]


def test_a_made_up_test_and_an_empty_list_are_both_found(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(
        "def test_a():\n    pass\n\nclass TestB:\n    def test_c(self):\n        pass\n"
    )
    log = """
# Hazard log
## H-01 Wrong patient
**Tests:** `tests/test_one.py::test_a`, `tests/test_one.py::TestB::test_c`
## H-02 Lost message
Tests:
- `tests/test_one.py::test_made_up`
- `tests/test_two.py::test_a`
## H-03 Stale list
Mentions tests/test_one.py::test_a, but not as its test.
"""
    assert faults(read_hazards(log), tmp_path) == [
        "H-03 names no test",
        "H-02 names tests/test_one.py::test_made_up, which does not exist",
        "H-02 names tests/test_two.py::test_a, which does not exist",
    ]
