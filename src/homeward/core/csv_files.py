"""CSV files with a header line, as hospitals' spreadsheets save them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from homeward.core.errors import BadInput

Row = TypeVar("Row", bound=BaseModel)


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without a byte order mark, or Windows-1252.

    Raises BadInput when it cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def read_rows(path: Path, kind: type[Row]) -> Iterator[tuple[int, Row]]:
    """Every row as `kind`, with its line number; header names are its fields, in any order.

    Columns that `kind` does not have are passed over, empty cells count as absent. Raises
    BadInput, naming file, line and field, for the first thing that is wrong.
    """
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        reader.fieldnames = [(head or "").strip().casefold() for head in reader.fieldnames or []]
        _check_heads(path, list(reader.fieldnames), kind)
        for cells in reader:
            if None in cells:
                raise BadInput(f"{path}: line {reader.line_num}: more cells than the header names")
            filled = {name: text for name, cell in cells.items() if (text := (cell or "").strip())}
            if filled:
                yield reader.line_num, _row(path, reader.line_num, filled, kind)
    except csv.Error as error:
        raise BadInput(f"{path}: line {reader.line_num}: not CSV ({error})") from None


def _check_heads(path: Path, heads: list[str], kind: type[BaseModel]) -> None:
    for name, field in kind.model_fields.items():
        if field.is_required() and name not in heads:
            raise BadInput(f"{path}: line 1: no column named {name}")
        if heads.count(name) > 1:
            raise BadInput(f"{path}: line 1: two columns named {name}")


def _row(path: Path, line: int, cells: dict[str, str], kind: type[Row]) -> Row:
    try:
        return kind.model_validate(cells)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "row"
        why = (
            "is empty" if first["type"] == "missing" else first["msg"].removeprefix("Value error, ")
        )
        raise BadInput(f"{path}: line {line}: {field}: {why}") from None
