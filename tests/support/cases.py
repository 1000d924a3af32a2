"""Tables of cases that a clinician can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def read_cases(text: str, **readers: Callable[[str], Any]) -> list[tuple[Any, ...]]:
    """Rows of a `|` table as arguments for `pytest.mark.parametrize`.

    The first row names the columns. A reader given under a column's name turns its cells into
    values; other cells stay text. Blank lines and lines of dashes are skipped.
    Raises ValueError for a row with too few or too many cells, or a reader for no column.
    """
    lines = [line.strip() for line in text.splitlines()]
    table = [
        [cell.strip() for cell in line.split("|")] for line in lines if line.strip("-|+ ") != ""
    ]
    heads, *body = table
    unknown = set(readers) - set(heads)
    if unknown:
        raise ValueError(f"no column for {sorted(unknown)} in {heads}")
    return [read_row(heads, cells, readers) for cells in body]


def read_row(
    heads: list[str], cells: list[str], readers: dict[str, Callable[[str], Any]]
) -> tuple[Any, ...]:
    if len(cells) != len(heads):
        raise ValueError(f"{len(cells)} cells under {len(heads)} heads: {cells}")
    return tuple(readers.get(head, str)(cell) for head, cell in zip(heads, cells, strict=True))
