"""Read and write many rows of one table at once, as plain tuples.

The feed reads and writes some ten rows for every message. Django's querysets spend most of
that time on instances and on compiling SQL for every value; one prepared statement run over
plain tuples is several times faster on both databases (benchmarks/ingest.py).
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from psycopg.types.json import Jsonb

Row = tuple[Any, ...]
_Convert = Callable[[Any], Any]


class _Statement(NamedTuple):
    """SQL, and which of its values must be turned into what the database takes."""

    sql: str
    conversions: tuple[tuple[int, _Convert], ...]

    def run(self, rows: Iterable[Sequence[Any]]) -> None:
        values = _converted(rows, self.conversions)
        if values:
            with connection.cursor() as cursor:
                cursor.executemany(self.sql, values)


def select(
    model: type[models.Model], columns: Sequence[str], where: str, values: Collection[Any]
) -> list[Row]:
    """The rows whose column `where` holds one of the values, in no order. One query at most.

    columns, where: attribute names as Django has them ("person_id").
    """
    if not values:
        return []
    query, from_database = _select(model, tuple(columns), where)
    wanted = [row[0] for row in _converted(((value,) for value in values), query.conversions)]
    with connection.cursor() as cursor:
        cursor.execute(query.sql, [json.dumps(wanted) if _on_sqlite() else wanted])
        found = cursor.fetchall()
    return list(map(tuple, _converted(found, from_database))) if from_database else found


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows; any clash with a constraint is an IntegrityError."""
    _insert(model, tuple(columns)).run(rows)


def save(
    model: type[models.Model],
    columns: Sequence[str],
    changes: Iterable[tuple[Row | None, Row]],
) -> None:
    """Write rows given as what was loaded, None for a new one, and what it is now.

    The first column is the key. Of a row that was there only the changed columns are
    written, so that indexes on the others are left alone. Those go first: a row that must
    make way (an open bed stay that closes) is written before the one that takes its place.
    """
    new: list[Row] = []
    changed: dict[tuple[int, ...], list[Row]] = {}
    for before, after in changes:
        if before is None:
            new.append(after)
        elif before != after:
            where = tuple(n for n, value in enumerate(after) if value != before[n])
            changed.setdefault(where, []).append((*(after[n] for n in where), after[0]))
    for where, rows in changed.items():
        _update(model, columns[0], tuple(columns[n] for n in where)).run(rows)
    _upsert(model, tuple(columns)).run(new)


def _converted(
    rows: Iterable[Sequence[Any]], conversions: tuple[tuple[int, _Convert], ...]
) -> list[list[Any]]:
    converted = [list(row) for row in rows]
    for row in converted:
        for n, convert in conversions:
            if row[n] is not None:
                row[n] = convert(row[n])
    return converted


def _on_sqlite() -> bool:
    return connection.vendor == "sqlite"


# Table and column names below are Django's own; values are bound.


@lru_cache(maxsize=64)
def _insert(model: type[models.Model], columns: tuple[str, ...]) -> _Statement:
    names = [_name(model, column) for column in columns]
    marks = ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {_table(model)} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    return _Statement(sql, _to_database(model, columns))


@lru_cache(maxsize=64)
def _upsert(model: type[models.Model], columns: tuple[str, ...]) -> _Statement:
    statement = _insert(model, columns)
    key, *names = (_name(model, column) for column in columns)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names)
    return statement._replace(sql=f"{statement.sql} ON CONFLICT ({key}) DO UPDATE SET {changes}")


@lru_cache(maxsize=256)
def _update(model: type[models.Model], key: str, columns: tuple[str, ...]) -> _Statement:
    changes = ", ".join(f"{_name(model, column)} = %s" for column in columns)
    sql = f"UPDATE {_table(model)} SET {changes} WHERE {_name(model, key)} = %s"  # noqa: S608
    return _Statement(sql, _to_database(model, (*columns, key)))


@lru_cache(maxsize=64)
def _select(
    model: type[models.Model], columns: tuple[str, ...], where: str
) -> tuple[_Statement, tuple[tuple[int, _Convert], ...]]:
    names = ", ".join(_read_name(model, column) for column in columns)
    # One value however many are wanted: the statement stays the same and stays prepared.
    among = "IN (SELECT value FROM json_each(%s))" if _on_sqlite() else "= ANY(%s)"
    sql = f"SELECT {names} FROM {_table(model)} WHERE {_name(model, where)} {among}"  # noqa: S608
    return _Statement(sql, _to_database(model, (where,))), _from_database(model, columns)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _name(model: type[models.Model], attribute: str) -> str:
    return connection.ops.quote_name(str(_field(model, attribute).column))


def _read_name(model: type[models.Model], attribute: str) -> str:
    # SQLite's + does nothing but hide the column's type: Django's connection would read every
    # moment by itself, several times slower than _moment.
    moment = _on_sqlite() and _kind(_field(model, attribute)) == "DateTimeField"
    return f"+{_name(model, attribute)}" if moment else _name(model, attribute)


def _field(model: type[models.Model], attribute: str) -> "models.Field[Any, Any]":
    return next(f for f in model._meta.concrete_fields if f.attname == attribute)


def _conversions(
    model: type[models.Model], columns: Sequence[str], known: dict[str, _Convert]
) -> tuple[tuple[int, _Convert], ...]:
    kinds = [_kind(_field(model, column)) for column in columns]
    return tuple((n, known[kind]) for n, kind in enumerate(kinds) if kind in known)


def _kind(field: "models.Field[Any, Any]") -> str:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field.get_internal_type()


def _to_database(
    model: type[models.Model], columns: Sequence[str]
) -> tuple[tuple[int, _Convert], ...]:
    return _conversions(model, columns, _TO_SQLITE if _on_sqlite() else _TO_POSTGRESQL)


def _from_database(
    model: type[models.Model], columns: Sequence[str]
) -> tuple[tuple[int, _Convert], ...]:
    return _conversions(model, columns, _FROM_SQLITE if _on_sqlite() else _FROM_POSTGRESQL)


def _hex(value: UUID) -> str:
    return value.hex


def _moment_text(value: datetime) -> str:
    """A moment as Django writes it into SQLite: UTC, without saying so."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return str(value)[:-6]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


# The same keys come again and again: in a person, in their spells and in every message.
@lru_cache(maxsize=16384)
def _uuid(text: str) -> UUID:
    return UUID(text)


_TO_SQLITE: dict[str, _Convert] = {
    "UUIDField": _hex,
    "DateTimeField": _moment_text,
    "DateField": date.isoformat,
    "JSONField": json.dumps,
}
# Django's connection already gives dates and truth values.
_FROM_SQLITE: dict[str, _Convert] = {
    "UUIDField": _uuid,
    "DateTimeField": _moment,
    "JSONField": json.loads,
}
_TO_POSTGRESQL: dict[str, _Convert] = {"JSONField": Jsonb}
_FROM_POSTGRESQL: dict[str, _Convert] = {"JSONField": json.loads}
