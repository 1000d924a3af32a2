"""Database triggers that keep the audit trail append-only.

They are made by a migration and stand in every database. Only two things may lift them for a
moment: tests that empty all tables between cases, and a demo that starts anew. Whoever lifts them
with rights of their own is caught by `homeward verify-audit`, which needs no trigger.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("core_auditevent", "core_auditsubject", "core_auditlink")
REFUSAL = "the audit trail is append-only"

_SQLITE_MAKE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
"""
# Truncation passes row triggers by, so it needs one of its own.
_POSTGRES_MAKE = (
    "CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION core_audit_refuse()",
    "CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse()",
)


def protect(connection: BaseDatabaseWrapper) -> None:
    """Refuse every change and deletion of audit rows from now on. Safe to call twice."""
    for statement in _making(connection.vendor):
        _run(connection, statement)


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Lift the refusal. Safe to call twice."""
    for statement in _unmaking(connection.vendor):
        _run(connection, statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the audit tables be emptied inside the block, and protect them again after it."""
    unprotect(connection)
    try:
        yield
    finally:
        protect(connection)


def _run(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _making(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            _SQLITE_MAKE.format(table=table, verb=verb, refusal=REFUSAL)
            for table in TABLES
            for verb in ("UPDATE", "DELETE")
        ]
    return [_POSTGRES_FUNCTION] + [
        statement.format(table=table) for table in TABLES for statement in _POSTGRES_MAKE
    ]


def _unmaking(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
            for table in TABLES
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}"
        for table in TABLES
        for what in ("change", "truncate")
    ]
