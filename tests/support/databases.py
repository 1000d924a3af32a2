"""Emptying tables between tests although triggers refuse to delete audit rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.backends.base.operations import BaseDatabaseOperations

Flush = Callable[[BaseDatabaseOperations, Sequence[str]], None]

# A table's own triggers, not those PostgreSQL makes for its foreign keys.
POSTGRES_TRIGGERED = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1
"""
SQLITE_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


def rows(operations: Any, query: str) -> list[Any]:
    with operations.connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def without_triggers(operations: Any, statements: Sequence[str]) -> list[str]:
    """The same statements, with every trigger out of the way while they run."""
    if operations.connection.vendor == "sqlite":
        found = rows(operations, SQLITE_TRIGGERS)
        off = [f'DROP TRIGGER "{name}"' for name, _ in found]
        on = [sql for _, sql in found]
    else:
        tables = [name for (name,) in rows(operations, POSTGRES_TRIGGERED)]
        off = [f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in tables]
        on = [f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in tables]
    return [*off, *statements, *on]


@contextmanager
def flush_past_triggers() -> Iterator[None]:
    """While the block runs, a flush lifts the triggers and puts them back in one transaction."""
    plain: Flush = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(operations: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
        plain(operations, without_triggers(operations, sql_list))

    with patch.object(BaseDatabaseOperations, "execute_sql_flush", execute_sql_flush):
        yield
