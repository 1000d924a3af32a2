"""Reading files of organisations as the Organisation Data Service publishes them.

Three shapes are known:
- the service's own files (etr, epraccur, eccg, ets and others): no header row, up to 27 columns of
  fixed meaning, the same in every file;
- tables with a header row that names a code and a name (the list of integrated care boards);
- successors: which code took over from which, and when (succ, or a header with old and new code).

Nothing is inferred from the shape of a code. What cannot be read is reported by line.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

# Which kind each published file lists. Any other file needs to be told.
KINDS_BY_FILE: Final[Mapping[str, str]] = {
    "etr": "trust",
    "ets": "site",
    "esites": "site",
    "epraccur": "practice",
    "eccg": "ccg",
    "lauth": "council",
    "ecarehomesite": "care_home",
    "icb": "icb",
}
SUCCESSOR_FILES: Final = frozenset({"succ", "succarc"})

# Positions in the fixed layout.
CODE, NAME, ICB, POSTCODE, OPENED, CLOSED = 0, 1, 3, 9, 10, 11
PARENT, LEFT_PARENT, PHONE = 14, 16, 17
ADDRESS = slice(4, 9)
FEWEST_COLUMNS = 12

# A header names its columns in one of these ways; ONS names carry the year in the middle.
CODE_NAMES = re.compile(r"(ods|org|organisation|trust|icb)?[ _]?code|icb\d\dcdh")
NAME_NAMES = re.compile(r"(org|organisation|trust|icb)?[ _]?name(_canonical)?|icb\d\dnm")
OLD_NAMES = re.compile(r"(trust_)?code_old|old_code|predecessor( code)?")
NEW_NAMES = re.compile(r"(trust_)?code_new|new_code|successor( code)?")
FROM_NAMES = re.compile(r"from_date|effective date|date")
ICB_HEADER = re.compile(r"icb\d\dcdh")

CODE_SHAPE = re.compile(r"[A-Z0-9]{1,9}")
DATE_SHAPES = ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y")
LONGEST = {"name": 200, "address": 300, "postcode": 10, "phone": 40}


class UnknownShape(ValueError):
    """The file is none of the shapes known; its text says why in one line."""


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation of a file. None where this kind of file does not say."""

    line: int
    code: str
    name: str
    kind: str
    opened_on: date | None = None
    closed_on: date | None = None
    address: str | None = None
    postcode: str | None = None
    phone: str | None = None
    # Codes of what it belongs to, the nearest first.
    parents: tuple[str, ...] | None = None
    # Whether the file says dates at all: an empty closing date then means open.
    has_dates: bool = False


@dataclass(frozen=True, slots=True)
class SuccessorRow:
    """One organisation took over from another."""

    line: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, and why."""

    line: int
    why: str


Row = OrganisationRow | SuccessorRow | BadRow


class _Bad(ValueError):
    """Why a row is refused."""


def read_file(data: bytes, *, name: str, kind: str | None = None) -> list[Row]:
    """Every row of one file, good and bad, in order.

    data: the file as it is (UTF-8 with or without a mark, or Windows-1252). name: its name
    without folder, which tells its kind; kind: what it lists, where the name does not say.
    Raises UnknownShape when nothing says what the file lists.
    """
    rows = list(_numbered(_text(data)))
    first = next((row for row in rows if not isinstance(row, BadRow)), None)
    if first is None:
        return [row for row in rows if isinstance(row, BadRow)]
    stem = name.lower().rpartition(".")[0] or name.lower()
    headed = _header_reader(first, stem, kind)
    if headed is not None:
        rows.remove(first)
    return list(_each(rows, headed or _fixed_reader(first, stem, kind)))


Numbered = tuple[int, list[str]]


class _Reader:
    """Makes rows of one file: a fixed layout or a header's columns."""

    def row(self, line: int, fields: Sequence[str]) -> Row:
        """The row. Raises _Bad when it cannot be read."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _Fixed(_Reader):
    kind: str

    def row(self, line: int, fields: Sequence[str]) -> Row:
        if len(fields) < FEWEST_COLUMNS:
            raise _Bad(f"has {len(fields)} columns, an organisation needs {FEWEST_COLUMNS}")
        opened, closed = _date(fields[OPENED], "opened"), _date(fields[CLOSED], "closed")
        if opened and closed and closed < opened:
            raise _Bad(f"closed {closed}, before it opened {opened}")
        code = _code(fields[CODE])
        nearest = _field(fields, PARENT) if not _field(fields, LEFT_PARENT) else ""
        parents = (nearest.upper(), _field(fields, ICB).upper())
        return OrganisationRow(
            line,
            code,
            _named(fields[NAME]),
            self.kind,
            opened,
            closed,
            _short(", ".join(part for part in map(str.strip, fields[ADDRESS]) if part), "address"),
            _short(_field(fields, POSTCODE), "postcode"),
            _short(_field(fields, PHONE), "phone"),
            tuple(parent for parent in parents if parent and parent != code),
            has_dates=True,
        )


@dataclass(frozen=True, slots=True)
class _Headed(_Reader):
    kind: str
    code: int
    name: int

    def row(self, line: int, fields: Sequence[str]) -> Row:
        code, name = _field(fields, self.code), _field(fields, self.name)
        return OrganisationRow(line, _code(code), _named(name), self.kind)


@dataclass(frozen=True, slots=True)
class _Successors(_Reader):
    old: int
    new: int
    on: int | None

    def row(self, line: int, fields: Sequence[str]) -> Row:
        old, new = _code(_field(fields, self.old)), _code(_field(fields, self.new))
        if old == new:
            raise _Bad(f"{old} cannot succeed itself")
        if self.on is not None:
            _date(_field(fields, self.on), "from")
        return SuccessorRow(line, old, new)


def _header_reader(first: Numbered, stem: str, kind: str | None) -> _Reader | None:
    """How to read what follows a header row; None when the first row is no header."""
    names = [field.strip().lower() for field in first[1]]
    old, new = _position(names, OLD_NAMES), _position(names, NEW_NAMES)
    if old is not None and new is not None:
        return _Successors(old, new, _position(names, FROM_NAMES))
    code, name = _position(names, CODE_NAMES), _position(names, NAME_NAMES)
    if code is None or name is None:
        return None
    found = kind or KINDS_BY_FILE.get(stem) or ("icb" if ICB_HEADER.match(names[code]) else None)
    return _Headed(_known(found, stem), code, name)


def _fixed_reader(first: Numbered, stem: str, kind: str | None) -> _Reader:
    if stem in SUCCESSOR_FILES:
        return _Successors(0, 1, 3)
    if len(first[1]) < FEWEST_COLUMNS:
        raise UnknownShape(
            f"line {first[0]}: neither an organisation file ({FEWEST_COLUMNS} columns or more) "
            "nor a header that names a code and a name"
        )
    return _Fixed(_known(kind or KINDS_BY_FILE.get(stem), stem))


def _known(kind: str | None, stem: str) -> str:
    if kind is None:
        raise UnknownShape(f"the name {stem} does not say what the file lists: give --kind")
    return kind


def _each(rows: Sequence[Numbered | BadRow], reader: _Reader) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for numbered in rows:
        if isinstance(numbered, BadRow):
            yield numbered
            continue
        line, fields = numbered
        try:
            row = reader.row(line, fields)
        except _Bad as why:
            yield BadRow(line, str(why))
            continue
        if isinstance(row, OrganisationRow):
            if row.code in seen:
                yield BadRow(line, f"code {row.code} stands already on line {seen[row.code]}")
                continue
            seen[row.code] = line
        yield row


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The service's files were made on Windows for years. Five bytes mean nothing there.
        return data.decode("cp1252", errors="replace")


def _numbered(text: str) -> Iterator[Numbered | BadRow]:
    """Rows that are not blank, each with the number of its first line in the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as why:
            yield BadRow(line, f"not a row of a table: {why}")
        else:
            if any(field.strip() for field in fields):
                yield line, fields
        line = reader.line_num + 1


def _position(names: Sequence[str], shape: re.Pattern[str]) -> int | None:
    return next((at for at, name in enumerate(names) if shape.fullmatch(name)), None)


def _field(fields: Sequence[str], position: int) -> str:
    return fields[position].strip() if position < len(fields) else ""


def _code(text: str) -> str:
    code = text.strip().upper()
    if not CODE_SHAPE.fullmatch(code):
        raise _Bad(f"code {text.strip()!r} is not 1 to 9 letters and digits" if code else "no code")
    return code


def _named(text: str) -> str:
    if not text.strip():
        raise _Bad("no name")
    return _short(" ".join(text.split()), "name")


def _short(text: str, what: str) -> str:
    if len(text) > LONGEST[what]:
        raise _Bad(f"{what} is longer than {LONGEST[what]} characters")
    if "\x00" in text or "\ufffd" in text:
        raise _Bad(f"{what} holds a byte that is no character")
    return text


def _date(text: str, what: str) -> date | None:
    if not text.strip():
        return None
    for shape in DATE_SHAPES:
        try:
            return datetime.strptime(text.strip(), shape).date()  # noqa: DTZ007 - a day, no clock
        except ValueError:
            continue
    raise _Bad(f"{what} date {text.strip()!r} is not a date")
