"""Throw the demo's database away. Never one that the demo did not make."""

from pathlib import Path

from django.db import connection

from homeward.core.errors import BadInput
from homeward.demo.models import DemoRun


def reset() -> None:
    """Remove every table. Raises BadInput unless the database is empty or the demo's own."""
    tables = connection.introspection.table_names()
    if not tables:
        return
    if DemoRun._meta.db_table not in tables or not DemoRun.objects.exists():
        raise BadInput("this database was not made by the demo; it is not reset")
    if connection.vendor == "sqlite":
        _remove_file(Path(str(connection.settings_dict["NAME"])))
        return
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")


def _remove_file(database: Path) -> None:
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
